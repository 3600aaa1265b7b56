"""A report as one HTML file: no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from itertools import groupby

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dbt_whence.numbers import shortened
from dbt_whence.report.charts import NARROW, WIDE, draw
from dbt_whence.report.content import Block, Report, Sentence
from dbt_whence.report.markdown import without_heading

LONGEST_NAME = 60
"""Characters of a cell that is a name; the rest shows on pointing at it."""
LONGEST_TEXT = 600
"""Characters of a cell that is a sentence."""
SENTENCES = ("reason", "note", "detail", "description", "reasoning", "rationale", "next_question", "rule", "spec_json")


def html_of(report: Report) -> str:
    """Return a report as HTML."""
    templates = resources.files("dbt_whence.report") / "templates"
    style = (templates / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"cut": cut, "groupby_kind": by_kind}
    template = environment.from_string((templates / "report.html.j2").read_text(encoding="utf-8"))
    return template.render(
        report=report,
        style=Markup(style),
        digest=digest,
        draw=draw,
        widths=(WIDE, NARROW),
        runs=runs,
        without_heading=without_heading,
    )


def runs(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Return blocks with those of a kind that follow each other as one list, as the template has them."""
    return [(shape, list(run)) for shape, run in groupby(blocks, lambda block: type(block).__name__.lower())]


def by_kind(sentences: Sequence[Sentence]) -> list[tuple[str, list[Sentence]]]:
    """Return sentences with those of a kind that follow each other as one list."""
    return [(kind, list(run)) for kind, run in groupby(sentences, lambda sentence: sentence.kind)]


def cut(text: str, column: str = "") -> str:
    """Return a name, or the text of a column, cut where it is long."""
    is_sentence = column in SENTENCES or column.endswith(("reason", "question", "characteristics"))
    return shortened(text, LONGEST_TEXT if is_sentence else LONGEST_NAME)
