"""Every question is described and listed, and docs/questions.md shows what the demo answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse
from questions import DOCUMENT, TITLES, descriptions, document, questions_of, shown

from dbt_whence.results import find_results


def test_every_question_is_described() -> None:
    files = [path for path in (PROJECT / "analyses").rglob("*") if path.suffix == ".sql"]
    assert {path.parent.name for path in files} == set(TITLES)
    assert len({path.stem for path in files}) == len(files)  # dbt show takes them by name alone
    asked = descriptions()
    for domain, questions in asked.items():
        assert sorted(questions) == questions_of(domain)
        for name, text in questions.items():
            # the question, then what a row is
            assert re.match(r"^[A-Z][^.?]+\? A row is ", text), name
    wording = [text.split("?")[0].lower() for questions in asked.values() for text in questions.values()]
    assert len(set(wording)) == len(wording)


@pytest.mark.parametrize("domain", TITLES)
def test_a_question_starts_with_one(domain: str) -> None:
    for name in questions_of(domain):
        sql = (PROJECT / "analyses" / domain / f"{name}.sql").read_text()
        comment = re.match(r"((?:--.*\n)+)(?:\{%.*\n\s*)?with ", sql)
        assert comment and "?" in comment[1], name
        # one total order at the end, texts by their bytes, nothing cut off without saying so
        assert "select * from final\norder by" in sql and " limit " not in sql, name


def test_the_guides_lead_to_the_questions() -> None:
    text = DOCUMENT.read_text()
    for domain, title in TITLES.items():
        anchor = title.lower().replace(" ", "-")
        assert f"questions.md#{anchor}" in (PROJECT / "docs" / f"{domain}.md").read_text()
        assert f"## {title}\n" in text
        for name in questions_of(domain):
            assert f"`{name}`" in text, name
    assert max(map(len, text.split("\n"))) <= 160


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("| ") else [line]


def number(cell: str) -> tuple[float, float] | None:
    """A number as it is printed, and one unit of its last digit."""
    text = cell.rstrip("…").replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    return float(text), 10.0 ** -len(text.partition(".")[2])


def test_the_document_shows_what_the_demo_answers(demo: Warehouse) -> None:
    """Line by line; the last digit of a number may differ between machines."""
    expected = document(shown(demo)).split("\n")
    printed = DOCUMENT.read_text().split("\n")
    how = "; python tests/python/questions.py writes the document anew"
    for want, got in zip(expected, printed, strict=False):
        pairs = (
            list(zip(cells(want), cells(got), strict=True)) if len(cells(want)) == len(cells(got)) else [(want, got)]
        )
        for first, second in pairs:
            one, other = number(first), number(second)
            if one and other:
                assert abs(one[0] - other[0]) <= 1.001 * max(one[1], other[1]), got + how
            elif not set(first + second) <= {"-"}:  # rules are as wide as what stands below them
                assert first == second, got + how
    assert len(expected) == len(printed), how


def test_questions_are_found_by_what_reads_results(tmp_path: Path) -> None:
    """Tools find them, with their texts, as dbt parses the project."""
    found = find_results(project_dir=str(PROJECT), profiles_dir=str(PROJECT), target_path=str(tmp_path)).questions
    asked = {name: text for questions in descriptions().values() for name, text in questions.items()}
    assert {name: " ".join(question.description.split()) for name, question in found.items()} == asked
    assert {name: question.domain for name, question in found.items()} == {
        name: domain for domain in TITLES for name in questions_of(domain)
    }
