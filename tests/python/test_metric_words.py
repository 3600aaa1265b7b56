"""Words: counted beside Python, which knows what a letter is from its own tables."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse
from shared_build import Case, Declares, SharedBuild

shared = SharedBuild()

TEXTS = [
    "Red  Mug!", "red mug", "RED-MUG; red", "don't", "say \"hi\"", "a_b", "x", "  ", "", None, "--", "N/A", "100% (5,5)", "3½ m² №7",
    "Crème brûlée", "CRE\u0300ME", "straße STRASSE", "İstanbul ISTANBUL", "ΟΔΟΣ οδός", "Привет, Мир!", "日本語 テスト。", "「日本語」", "한국어 말", "नमस्ते दुनिया।",
    "שָׁלוֹם עוֹלָם", "مرحبا، العالم ١٢", "ไทย ไทย", "emoji 😀x❤️y 1️⃣", "“quoted” — dash… ¿qué?", "soft\u00adhyphen", "line\nbreak\ttab\u00a0nbsp\u3000wide", "'; drop table x; --", "{{ 1 / 0 }}",
    "back\\slash", "€5 £5", "a|b | c", "word " * 40, "y" * 5000, "%s %d",
]  # fmt: skip


def words(text: Any) -> list[str]:
    """Give the runs of letters, digits and marks of letters, lowered one by one."""
    if not isinstance(text, str):
        return []
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c.lower()[0] for c in text)
    kept = [c if is_in_words(c) else " " for c in lowered]
    return "".join(kept).split()


def is_in_words(character: str) -> bool:
    belongs_to_symbol = "VARIATION SELECTOR" in unicodedata.name(character, "") or "\u20d0" <= character <= "\u20ff"
    return unicodedata.category(character)[0] in "LNM" and not belongs_to_symbol


def ranked(counts: Counter[str]) -> list[tuple[str, int, int]]:
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))
    return [(word, n, rank) for rank, (word, n) in enumerate(order, 1)]


def rows_of(found: pd.DataFrame, **keys: Any) -> list[tuple[str, int, int]]:
    for column, value in keys.items():
        found = found[found[column] == value]
    return sorted(zip(found["word"], found["occurrences"], found["word_rank"], strict=True), key=lambda row: row[2])


def title_rows() -> pd.DataFrame:
    random = np.random.default_rng(8)
    n = 1500
    return pd.DataFrame(
        {
            "day": (pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 91, n), unit="D")).date,
            "My Title": random.choice(np.array(TEXTS, dtype=object), n),
            "note": random.choice(np.array([*TEXTS[:6], "the note"], dtype=object), n),
            "kind": random.choice(list("ab"), n),
            "n": random.integers(0, 9, n),
        }
    )


@shared.test
def test_words_of_each_window_are_what_python_counts(warehouse: Case) -> Declares:
    """A column with a space in its name, another, an expression and numbers; three windows, a filter."""
    rows = title_rows()
    yield [
        {
            "name": "titles",
            "relation": {"file": warehouse.frame("titles.parquet", rows)},
            "time": {"column": "day", "grain": "month"},
            "anchor_date": "2024-03-31",
            "history": 1,
            "where": "n > 0",
            "dimensions": ["kind", {"name": "first word", "expr": "'the ' || kind || '-' || kind"}],
            "metrics": [],
            "text": {"word_frequency": ["my title", "note", "First Word", "n"]},
        }
    ]
    found = warehouse.query("select * from metric_words")
    assert list(found.columns) == ["analysis", "period_end", "side", "column_name", "word", "occurrences", "word_rank"]
    month = pd.to_datetime(rows["day"]).dt.month
    compared = 0
    for analysis, current in (("titles", 3), ("titles@2024-02-29", 2)):
        for side, number in (("current", current), ("baseline", current - 1)):
            kept = rows[(month == number) & (rows["n"] > 0)]
            texts = {
                "My Title": kept["My Title"],
                "note": kept["note"],
                "first word": "the " + kept["kind"] + "-" + kept["kind"],
                "n": kept["n"].astype(str),
            }
            for column, values in texts.items():
                truth = ranked(Counter(word for text in values for word in words(text)))
                assert rows_of(found, analysis=analysis, side=side, column_name=column) == truth, (side, column)
                compared += len(truth)
    assert len(found) == compared > 200
    assert {str(day)[:10] for day in found.loc[found["analysis"] == "titles", "period_end"]} == {"2024-03-31"}


@shared.test
def test_words_of_snapshots_and_cohorts(warehouse: Case) -> Declares:
    rows = title_rows()
    path = warehouse.frame("after.parquet", rows)
    before = warehouse.frame("before.parquet", rows.iloc[:400][["My Title", "note", "kind"]])
    base = {"relation": {"file": path}, "dimensions": ["kind"], "metrics": []}
    yield [
        {**base, "name": "snapshots", "compare": {"to": {"file": before}}, "text": {"word_frequency": "note"}},
        {**base, "name": "cohorts", "compare": {"to": {"column": "kind", "baseline": "a", "current": "b"}}, "text": {"word_frequency": ["note", "My Title"]}},
        {**base, "name": "none", "compare": {"to": "none"}},
        {**base, "name": "all", "compare": {"to": "none"}, "text": {"word_frequency": ["note"]}},
    ]  # fmt: skip
    found = warehouse.query("select * from metric_words")
    parts = {
        ("snapshots", "baseline", "note"): rows["note"].iloc[:400],
        ("snapshots", "current", "note"): rows["note"],
        ("all", "current", "note"): rows["note"],
    }
    for side, kind in (("baseline", "a"), ("current", "b")):
        for column in ("note", "My Title"):
            parts["cohorts", side, column] = rows.loc[rows["kind"] == kind, column]
    for (analysis, side, column), values in parts.items():
        truth = ranked(Counter(word for text in values for word in words(text)))
        assert rows_of(found, analysis=analysis, side=side, column_name=column) == truth, (analysis, side, column)
    assert set(zip(found["analysis"], found["side"], found["column_name"], strict=True)) == set(parts)
    assert found["period_end"].isna().all()


@shared.test
def test_what_separates_words_is_what_unicode_says(warehouse: Case) -> Declares:
    """Every character since Unicode 3.2 that has no other case, between two letters."""
    stable = [
        chr(code)
        for code in (*range(1, 0xD800), *range(0xE000, 0x110000))
        if unicodedata.ucd_3_2_0.category(chr(code)) not in ("Cn", "Co", "Cs") and chr(code) == chr(code).lower()
    ]
    # letters of one kind in long rows: a sample of them is enough
    sample = [c for i, c in enumerate(stable) if not is_in_words(c) or unicodedata.category(c) != "Lo" or i % 50 == 0]
    assert len(sample) > 6000
    path = warehouse.frame("characters.parquet", pd.DataFrame({"text": [f"q{c}q" for c in sample]}))
    yield [{"name": "c", "relation": {"file": path}, "compare": {"to": "none"}, "dimensions": [], "metrics": [], "text": {"word_frequency": ["text"]}}]  # fmt: skip
    whole = set(warehouse.query("select word from metric_words where word <> 'q'")["word"])
    wrong = {c for c in sample if (f"q{c}q" in whole) != is_in_words(c)}
    assert not wrong, sorted(f"{ord(c):X}" for c in wrong)
    assert all(re.fullmatch("q.q", word, re.DOTALL) for word in whole)


MISTAKES = [
    ({"word_frequency": ["titel"]}, "[shop].text.word_frequency[0]: 'titel' is not a column of {file} (title, n). Did you mean 'title'?"),
    ({"word_frequency": ["title", "TITLE"]}, "[shop].text.word_frequency[1]: 'title' is used twice"),
    ({"word_frequency": {"a": 1}}, "[shop].text.word_frequency: '{{'a': 1}}' is not a list"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_mistakes(warehouse: Warehouse, text: dict[str, Any], message: str) -> None:
    path = warehouse.file("shop.parquet", "select 'a b' as title, 1 as n")
    run = warehouse.build(
        [{"name": "shop", "relation": {"file": path}, "compare": {"to": "none"}, "text": text}], only="metric_words"
    )
    assert not run.success and message.format(file=path) in run.log, run.log
    assert not run.stack_trace


def test_a_snapshot_needs_the_column(warehouse: Warehouse) -> None:
    path = warehouse.file("shop.parquet", "select 'a b' as title, 1 as n")
    before = warehouse.file("before.parquet", "select 1 as n")
    run = warehouse.build(
        [{"name": "shop", "relation": {"file": path}, "compare": {"to": {"file": before}}, "dimensions": [], "text": {"word_frequency": ["title"]}}],
        only="metric_words",
    )  # fmt: skip
    assert not run.success and "has no column 'title'" in run.log, run.log
