"""A report as Markdown: sentences and tables; nothing of the data acts as markup."""

from __future__ import annotations

import re

from dbt_whence.numbers import shortened, visible
from dbt_whence.report.content import Chart, Report, Section, Sentence, Table, Text

LONGEST_CELL = 200


def markdown_of(report: Report) -> str:
    """Return a report as Markdown; what only a picture shows is left out, its numbers are in the tables."""
    lines = [f"# {escaped(report.title)}", ""]
    for section in report.sections:
        lines += section_of(section)
    return "\n".join(lines).rstrip("\n") + "\n"


def section_of(section: Section) -> list[str]:
    """Return the lines of a section: what it says first, then its tables."""
    lines = [f"{'#' * section.level} {escaped(section.title)}", ""]
    lines += [escaped(section.lead), ""] if section.lead else []
    sentences = [block for block in section.blocks if isinstance(block, Sentence)]
    lines += [f"- {escaped(block.text)}" for block in sentences] + ([""] if sentences else [])
    for block in section.blocks:
        if isinstance(block, Table):
            lines += table_of(block)
        elif isinstance(block, Text):
            lines += [f"#### {escaped(block.title)}", "", inert(without_heading(block.markdown)), ""]
        elif not isinstance(block, (Chart, Sentence)):
            raise TypeError(f"no Markdown for {block}")
    return lines


def table_of(table: Table) -> list[str]:
    """Return the lines of a table."""
    lines = [f"**{escaped(table.caption)}** (`{table.source}`)", ""]
    if table.derivation or table.note:
        lines += [escaped(f"{table.derivation} {table.note}".strip()), ""]
    if table.is_fact:
        rows = [
            [column.label, column.text(value)]
            for row in table.rows
            for column, value in zip(table.columns, row.values, strict=True)
        ]
        lines += ["| | |", "|---|---|"]
    else:
        rows = [
            [column.text(value) for column, value in zip(table.columns, row.values, strict=True)] for row in table.rows
        ]
        lines.append("| " + " | ".join(escaped(column.label) for column in table.columns) + " |")
        lines.append("|" + "|".join("---" if column.style == "text" else "---:" for column in table.columns) + "|")
    lines += ["| " + " | ".join(escaped(shortened(text, LONGEST_CELL)) for text in row) + " |" for row in rows]
    return [*lines, ""]


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is, in one line."""
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*{}\[\]|~$#!@])", r"\\\1", text)
    text = re.sub(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])", r"\\_", text)
    text = re.sub(r"(?i)(https?|ftp)(:)(?=//)", r"\1\\\2", text)
    text = re.sub(r"(?i)\b(www)\.", r"\1\\.", text)
    return re.sub(r"^([-+=]|\d+(?=[.)]))", r"\\\1", text) if not re.match(r"^-?\d", text) else text


def without_heading(markdown: str) -> str:
    """Return a section of Markdown without the heading it begins with."""
    return re.sub(r"\A#+ [^\n]*\n+", "", markdown).rstrip("\n")


def inert(markdown: str) -> str:
    """Return Markdown whose text outside of code blocks holds no HTML."""
    lines, is_code = [], False
    for line in markdown.split("\n"):
        if line.startswith("```"):
            is_code = not is_code
        lines.append(line if is_code else line.replace("&", "&amp;").replace("<", "&lt;"))
    return "\n".join(lines)
