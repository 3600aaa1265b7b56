"""Insights: every number of a sentence stands in a row that its evidence names; ranks, limits, words, both engines."""

from __future__ import annotations

import datetime
import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse, on_both_engines
from postgres_server import PostgresServer

GRAINS = {
    "metric_analyses": ["analysis"],
    "metric_totals": ["analysis", "side", "metric"],
    "metric_segments": ["analysis", "side", "dimensions", "segment", "metric"],
    "metric_movers": ["analysis", "dimensions", "segment", "metric"],
    "metric_drilldown": ["analysis", "metric", "path"],
    "metric_columns": ["relation", "column_name"],
    "metric_identities": ["analysis", "metric", "identity"],
    "metric_drivers": ["analysis", "metric", "method", "driver"],
    "metric_closure": ["analysis", "metric", "method"],
    "metric_residual_segments": ["analysis", "metric", "dimensions", "segment"],
}
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?(?: %)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def rows_by_key(warehouse: Warehouse, grains: dict[str, list[str]] = GRAINS) -> Rows:
    """Every public table by the key of its grain."""
    found = {}
    for table, grain in grains.items():
        frame = warehouse.query(f"select * from {table}")
        records = frame.astype(object).where(frame.notna(), None).to_dict("records")
        found[table] = {tuple(record[column] for column in grain): record for record in records}
        assert len(found[table]) == len(frame), table
    return found


def short(label: str, length: int = 60) -> str:
    return label if len(label) <= length else label[: length - 3] + "..."


def subjects(table: str, row: dict[str, Any]) -> list[str]:
    """What a sentence about a row may begin with: its labels, which may hold digits."""
    if table in ("metric_segments", "metric_movers", "metric_residual_segments"):
        return [f"{short(row['metric'])} of {short(row['segment'])} ({short(row['dimensions'])})"]
    if table == "metric_drilldown":
        starts = [short(row["metric"]), f"{short(row['metric'])} of {short(row['path'], 120)}"]
        return starts + [f"{start}, by {short(row['split_dimension'] or '')}" for start in starts]
    if table == "metric_totals":
        return [short(row["metric"])]
    if table == "metric_columns":
        return [f"{what} {short(row['column_name'])}" for what in ("dimension", "column")]
    return []


def inner_labels(table: str, row: dict[str, Any]) -> list[str]:
    """What a sentence about a row may hold further on, which may hold digits too."""
    if table == "metric_closure":
        return [short(row["metric"]), row["note"] or ""]
    if table == "metric_drivers":
        return [short(row["metric"]), short(row["driver"], 120)]
    return [short(row["identity"], 120)] if table == "metric_identities" else []


def is_rounding(shown: str, value: float) -> bool:
    """Say whether a text shows a number, by the rules of format_number: sign and 'times 100' are the sentence's."""
    percent = shown.endswith(" %")
    number = abs(float(shown.removesuffix(" %").replace(",", "")))
    value = abs(value) * (100 if percent else 1)
    if value == 0 or number == 0:
        return value == number
    if value < 1e-6 or value >= 1e15:
        return math.isclose(number, value, rel_tol=0.0051)
    if value >= 999.9:
        places = 0
    elif value >= 1:
        places = 1 if percent else 2
    else:
        places = 2 - math.floor(math.log10(value))
    return bool(abs(number - value) <= 0.5 * 10**-places * (1 + 1e-6))


def assert_restates(headline: str, evidence: str, tables: Rows, grains: dict[str, list[str]] = GRAINS) -> int:
    """Every number and date of a sentence against the rows of its evidence; return how many there were."""
    rows = []
    for entry in json.loads(evidence):
        assert list(entry) == ["table", "key"] and list(entry["key"]) == grains[entry["table"]], evidence
        rows.append((entry["table"], tables[entry["table"]][tuple(entry["key"].values())]))
    starts = [start for table, row in rows for start in subjects(table, row) if headline.startswith(start)]
    said = headline[len(max(starts, key=len, default="")) :]
    for label in sorted((label for table, row in rows for label in inner_labels(table, row)), key=len, reverse=True):
        said = said.replace(label, "") if label else said
    values = [value for _, row in rows for value in row.values()]
    days = {str(value)[:10] for value in values if isinstance(value, datetime.date)}
    assert set(DATE.findall(said)) <= days, headline
    numbers = NUMBER.findall(DATE.sub("", said))
    floats = [float(value) for value in values if isinstance(value, int | float | np.number) and value is not None]
    for shown in numbers:
        assert any(is_rounding(shown, value) for value in floats), f"{shown} of {headline!r} is not in {evidence}"
    assert not re.search(r"\d", NUMBER.sub("", DATE.sub("", said))), headline
    return len(numbers)


def assert_all_restate(warehouse: Warehouse) -> pd.DataFrame:
    tables = rows_by_key(warehouse)
    found = warehouse.query("select * from metric_insights")
    assert list(found) == ["analysis", "period_end", "kind", "insight_rank", "metric", "headline", "evidence"]
    counts = [assert_restates(row.headline, row.evidence, tables) for row in found.itertuples()]
    assert sum(counts) > len(found), "most sentences have numbers"
    ranks = found.groupby(["analysis", "kind"])["insight_rank"].apply(sorted)
    assert all(ranked == list(range(1, len(ranked) + 1)) for ranked in ranks)
    return found


def test_demo_sentences_restate_their_rows(demo: Warehouse) -> None:
    found = assert_all_restate(demo)
    # the identities of the demo hold in every row: there is no residual
    assert set(found["kind"]) == {"summary", "concentration", "mover", "driver", "risk", "opportunity", "data_quality"}
    assert set(found["analysis"]) == set(demo.query("select analysis from metric_analyses")["analysis"])
    assert found[found["kind"] != "summary"].groupby(["analysis", "kind"]).size().max() == 5
    first = found[(found["insight_rank"] == 1) & (found["kind"] == "summary")].set_index("analysis")["headline"]
    assert first["retail_revenue"] == "revenue rose from 1,070,705 to 1,461,756, by 391,052"
    assert first["bike_rides@2012-02-29"] == "rides rose by 53,200 to 103,137; the baseline is 48,215 times 1.0357"
    scaled = found[(found["analysis"] == "bike_rides@2012-02-29") & (found["kind"] == "data_quality")]["headline"]
    assert scaled.iloc[0].startswith("the windows differ in length")


def test_a_number_from_nowhere_is_found(demo: Warehouse) -> None:
    tables = rows_by_key(demo)
    row = demo.query("select * from metric_insights where kind = 'mover' order by analysis, insight_rank").iloc[0]
    assert assert_restates(row["headline"], row["evidence"], tables) >= 3
    for wrong in (row["headline"].replace(" by ", " by 1"), row["headline"] + ", 17.3 % of it", row["headline"] + " 7"):
        with pytest.raises(AssertionError):
            assert_restates(wrong, row["evidence"], tables)


LABELS = [
    "plain", "it's", 'say "hi" 5', "a | b", "a | 12 | b", "(blank)", "\\(blank)", "(other)", "(total)", "line\nbreak 3",
    "tab\there", "emoji 😀 7", "日本語", "'; drop table metric_totals; --", "{{ 1 / 0 }}", "%s 10 %", "NULL", "9" * 10_000,
    "back\\slash", "  padded  ", "N/A", "0", "1,000", "-5", "😀" * 70, None, "", " - ",
]  # fmt: skip


def hostile_rows() -> pd.DataFrame:
    """Labels of all kinds, negative, missing and huge amounts, segments that come and go, two months and a half."""
    random = np.random.default_rng(5)
    n = 6000
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 75, n), unit="D")
    label = random.choice(np.array(LABELS, dtype=object), n)
    frame = pd.DataFrame(
        {
            "day": day.date,
            "label 1": label,
            "kind": random.choice(np.array(["x", "y", "z | 8", None], dtype=object), n),
            "amount": np.round(random.normal(20, 40, n), 2),
            "units": random.integers(0, 5, n),
            "huge": random.choice([1e200, -1e200, 1e-300, 5.0, math.nan], n) * random.lognormal(0, 1, n),
            "day_text": [str(d.date()) if i % 50 else "soon" for i, d in enumerate(day)],
        }
    )
    frame.loc[random.random(n) < 0.1, "amount"] = None
    late = frame["day"] >= datetime.date(2024, 2, 1)
    frame.loc[late & (frame["label 1"] == "it's"), "amount"] += 300
    frame.loc[late & (frame["label 1"] == "plain"), "label 1"] = "日本語"
    frame.loc[~late & (frame["label 1"] == "emoji 😀 7"), "label 1"] = "0"
    return frame


NAME = 'it\'s 5 "hostile"; -- {{ x }}'


def hostile_analyses(path: str, baseline: str) -> list[dict[str, Any]]:
    metrics = [
        {"name": "amount"}, {"name": "2nd 'units' | 9", "agg": "sum", "expr": "units"}, {"name": "huge"},
        {"name": "mean", "agg": "avg", "expr": "amount"}, {"name": "middle", "agg": "median", "expr": "amount"},
        {"name": "labels", "agg": "count_distinct", "expr": "floor(amount)"}, {"name": "per_label", "numerator": "amount", "denominator": "labels"},
        {"name": "rate", "numerator": "huge", "denominator": "2nd 'units' | 9"},
    ]  # fmt: skip
    month = {"column": "day", "grain": "month"}
    dimensions = ["label 1", {"name": "a | b 7", "expr": "kind"}]
    base = {
        "relation": {"file": path},
        "dimensions": dimensions,
        "metrics": metrics,
        "time": month,
        "rank_by": "amount",
    }
    small = {**base, "dimensions": ["kind"], "metrics": metrics}
    return [
        {**base, "name": NAME, "history": 1, "insights": {"top": 50}},
        {**base, "name": "latest", "current": "latest", "rank_by": "2nd 'units' | 9", "insights": {"top": 2}},
        {**base, "name": "trailing", "current": "latest", "compare": {"to": {"trailing": 2}}, "max_depth": 1, "rank_by": "huge"},
        {**small, "name": "first", "current": ["2024-01-01", "2024-01-31"], "compare": {"to": "previous"}},
        {"name": "gone", "relation": {"file": baseline}, "compare": {"to": {"file": path}}, "dimensions": ["kind"], "metrics": metrics, "rank_by": "mean"},
        {**small, "name": "alone", "compare": {"to": "none"}, "rank_by": "rate"},
        {**small, "name": "ratio", "rank_by": "per_label", "dimensions": ["kind", "units"], "insights": {"top": 50}},
        {**base, "name": "folded", "max_segments": 3, "min_records": 30, "exclude_blank": True, "rank_by": "labels"},
        {**small, "name": "texts", "time": {"column": "day_text", "grain": "month"}, "dimensions": [], "insights": {"top": 9}},
        {"name": "cohorts", "relation": {"file": path}, "compare": {"to": {"column": "kind", "baseline": "x", "current": "y"}}, "dimensions": ["label 1"], "metrics": metrics, "rank_by": "middle"},
        {"name": "snapshots", "relation": {"file": path}, "compare": {"to": {"file": baseline}}, "dimensions": ["kind"], "metrics": metrics},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, server: PostgresServer) -> dict[str, tuple[Warehouse, pd.DataFrame]]:  # fmt: skip
    """The hostile analyses on each engine, and what they say."""
    frame = hostile_rows()
    built = {}
    for name in ("duckdb", "postgres"):
        folder = tmp_path_factory.mktemp(name)
        warehouse = Warehouse(folder) if name == "duckdb" else PostgresWarehouse(folder, server=server)
        # on the second engine the rows come in another order
        shuffled = frame if name == "duckdb" else frame.sample(frac=1, random_state=3)
        rows = warehouse.frame("rows.parquet", shuffled)
        files = rows, warehouse.file("none.parquet", f"select * from '{rows}' limit 0")
        run = warehouse.build(hostile_analyses(*files))
        assert run.success, run.log
        built[name] = warehouse, warehouse.query("select * from metric_insights")
    return built


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_hostile_sentences_restate_their_rows(hostile: dict[str, tuple[Warehouse, pd.DataFrame]], engine: str) -> None:
    warehouse, _ = hostile[engine]
    found = assert_all_restate(warehouse)
    counts = found[found["kind"] != "summary"].groupby(["analysis", "kind"]).size()
    assert counts["latest"].max() == 2 and counts.drop([NAME, "ratio", "texts", f"{NAME}@2024-01-31"]).max() <= 5
    summaries = found[found["kind"] == "summary"].groupby("analysis").size()
    assert summaries[NAME] == 9 and summaries["alone"] == 9, "records and eight metrics, one sentence each"
    assert found["headline"].str.len().max() < 600
    assert found["evidence"].str.len().max() > 10_000, "evidence keeps the whole label"


def test_the_same_sentences_on_both_engines(hostile: dict[str, tuple[Warehouse, pd.DataFrame]]) -> None:
    keys = ["analysis", "kind", "insight_rank"]
    (one, left), (_, right) = hostile["duckdb"], hostile["postgres"]
    left["evidence"] = left["evidence"].str.replace(str(one.folder / "rows.parquet"), "lake.rows")
    left, right = (frame.sort_values(keys).reset_index(drop=True) for frame in (left, right))
    assert left[keys].to_numpy().tolist() == right[keys].to_numpy().tolist()
    for column in ("headline", "evidence", "metric"):
        different = left[column].fillna("") != right[column].fillna("")
        assert not different.any(), (left[different].iloc[0].to_dict(), right[different].iloc[0].to_dict())


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_what_data_lack_is_said(hostile: dict[str, tuple[Warehouse, pd.DataFrame]], engine: str) -> None:
    found = hostile[engine][1]
    notes = found[found["kind"] == "data_quality"].groupby("analysis")["headline"].apply(list)
    assert "the baseline has no records: 2023-12-01 to 2023-12-31" in notes["first"]
    assert "the current side has no records" in notes["gone"]
    assert "the baseline has no records" in notes["snapshots"]
    partial = "the current window is not complete: it ends on 2024-03-15, not on 2024-03-31; the baseline is"
    assert any(note == f"{partial} 2024-02-01 to 2024-02-15" for note in notes["latest"])
    assert any("comparing multiplies the baseline of sums and counts by 0.25" in note for note in notes["trailing"])
    assert any(re.fullmatch(r"the date of \d+ records cannot be read", note) for note in notes["texts"])
    assert any(re.fullmatch(r"dimension kind is null in 2\d(\.\d)? % of the relation's rows", note) for note in notes["first"])  # fmt: skip
    assert any("have a blank in a dimension" in note for note in notes[NAME])
    assert any("in segments too small or too many to be listed" in note for note in notes["folded"])
    assert any("left out by where or exclude_blank" in note for note in notes["folded"])
    assert any("are in neither cohort" in note for note in notes["cohorts"])
    assert any("what segments count more than once" in note for note in notes["ratio"])
    movers = found[found["kind"] == "mover"]
    assert not movers["analysis"].isin(["first", "gone", "snapshots", "alone"]).any(), "one side has no rows"
    assert movers.loc[movers["analysis"] == NAME, "headline"].str.contains("rose by").any()


@on_both_engines
def test_what_drivers_leave_is_said(warehouse: Warehouse) -> None:
    """Revenue is units times price; in February the north loses a fifth of it, which no column tells."""
    random = np.random.default_rng(8)
    rows = pd.DataFrame({
        "day": [f"2024-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29) for _ in range(20)],
        "region": random.choice(["north", "south", "east"], 1120), "units": random.integers(1, 20, 1120),
        "price": random.integers(100, 200, 1120) / 8,
    })  # fmt: skip
    lost = (rows["day"] >= "2024-02-01") & (rows["region"] == "north")
    rows["revenue"] = rows["units"] * rows["price"] * np.where(lost, 0.8, 1)
    run = warehouse.build([{
        "name": "shop", "relation": {"file": warehouse.frame("shop.parquet", rows)}, "time": {"column": "day", "grain": "month"},
        "current": ["2024-02-01", "2024-02-28"], "compare": {"to": ["2024-01-01", "2024-01-28"]},
        "dimensions": ["region"], "metrics": [{"name": "revenue", "agg": "sum"}], "rank_by": "revenue",
    }])  # fmt: skip
    assert run.success, run.log
    found = assert_all_restate(warehouse)
    said = found[found["kind"] == "residual"].sort_values("insight_rank")["headline"].tolist()
    assert len(said) == 2 and said[1].startswith("revenue of north (region): "), said
    amount = 0.2 * (rows["units"] * rows["price"])[lost].sum()
    assert all(f"{amount:,.0f}" in sentence for sentence in said), (amount, said)


@on_both_engines
def test_numbers_in_words(warehouse: Warehouse) -> None:
    """One metric per number: its summary shows the number as text."""
    shown = {
        "0.0": "0", "1.0": "1", "1234.5": "1,235", "-1234567.5": "-1,234,568", "999.999": "1,000", "12.345": "12.35",
        "2.675": "2.68", "0.1 + 0.2": "0.3", "0.0342": "0.0342", "-0.12345": "-0.123", "0.000001234": "0.00000123",
        "1e-7": "1e-07", "2.5e-300": "2.5e-300", "1e15": "1e15", "-1.25e200": "-1.25e200", "999999999999999.0": "999,999,999,999,999",
        "100.0": "100", "1000.0": "1,000", "0.99999": "1", "20.5": "20.5",
    }  # fmt: skip
    metrics = [
        {"name": f"m{chr(97 + i)}", "agg": "max", "expr": f"cast({sql} as double precision)"}
        for i, sql in enumerate(shown)
    ]
    path = warehouse.file("one.parquet", "select 'a' as kind, 1 as n from range(3)")
    base = {"relation": {"file": path}, "compare": {"to": "none"}, "dimensions": ["kind"]}
    run = warehouse.build([{**base, "name": "numbers", "metrics": metrics}])
    assert run.success, run.log
    found = warehouse.query("select metric, headline from metric_insights where kind = 'summary'").set_index("metric")
    for i, (sql, text) in enumerate(shown.items()):
        assert found.loc[f"m{chr(97 + i)}", "headline"] == f"m{chr(97 + i)}: {text}", sql


def shop_rows() -> pd.DataFrame:
    """North grows and all else stays; west goes; one region has most; a mix of two rates that reverses their average."""
    parts = []
    for month, regions in (
        (1, {"north": (40, 100), "south": (400, 1000), "east": (40, 100), "west": (60, 200)}),
        (2, {"north": (80, 260), "south": (400, 1000), "east": (40, 100)}),
    ):
        for region, (n, amount) in regions.items():
            values = amount / n * (1 + 0.1 * np.sin(np.arange(n)))
            day = [datetime.date(2024, month, 1 + i % 28) for i in range(n)]
            parts.append(pd.DataFrame({"day": day, "region": region, "amount": values}))
    frame = pd.concat(parts)
    frame.loc[len(frame)] = [datetime.date(2024, 2, 29), "south", 2.5]
    return frame


@on_both_engines
def test_risks_and_opportunities(warehouse: Warehouse) -> None:
    paradox = [
        (month, kind, rate * (1 + 0.02 * (i % 5 - 2)))
        for month, kinds in ((1, {"a": (100, 10), "b": (300, 20)}), (2, {"a": (300, 11), "b": (100, 22)}))
        for kind, (n, rate) in kinds.items()
        for i in range(n)
    ]
    mixed = pd.DataFrame([(datetime.date(2024, m, 28), k, p) for m, k, p in paradox], columns=["day", "kind", "price"])
    time = {"column": "day", "grain": "month"}
    shop = {
        "name": "shop", "relation": {"file": warehouse.frame("shop.parquet", shop_rows())}, "time": time,
        "dimensions": ["region"], "metrics": ["amount"], "rank_by": "amount", "anchor_date": "2024-02-29",
    }  # fmt: skip
    averages = {
        "name": "averages", "relation": {"file": warehouse.frame("mixed.parquet", mixed)}, "time": time, "anchor_date": "2024-02-29",
        "dimensions": ["kind"], "metrics": [{"name": "price", "agg": "avg"}], "rank_by": "price",
    }  # fmt: skip
    run = warehouse.build([shop, averages, {**shop, "name": "choosy", "insights": {"opportunity_min_records": 41}}])
    assert run.success, run.log
    found = assert_all_restate(warehouse)
    said = found.groupby(["analysis", "kind"])["headline"].apply(list)
    assert said["averages", "risk"] == ["price, by kind: fell by 3.75 while the rates within its segments on balance rose (Simpson's paradox)"]  # fmt: skip
    assert len(said["shop", "risk"]) == 2
    assert re.fullmatch(r"amount of west \(region\): lost, 20\d\.?\d* in the baseline, on 11.1 % of its records", said["shop", "risk"][0])  # fmt: skip
    assert re.fullmatch(r"amount of south \(region\): 7\d\.?\d* % of the whole, more than all other segments together", said["shop", "risk"][1])  # fmt: skip
    assert len(said["shop", "opportunity"]) == 1
    assert said["shop", "opportunity"][0].startswith("amount of north (region) came out 1")
    assert ("choosy", "opportunity") not in said, "north has 40 records in the baseline"
    assert any(headline.startswith("amount of west (region): lost, 20") for headline in said["shop", "mover"])
