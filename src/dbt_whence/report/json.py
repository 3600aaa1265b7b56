"""A report as JSON, in the form that `report.schema.json` describes."""

from __future__ import annotations

import json
from typing import Any

from dbt_whence.report.content import Chart, Report, Section, Sentence, Table, Text

VERSION = 1


def json_of(report: Report) -> str:
    """Return a report as JSON; characters that could act inside HTML are escaped."""
    document = {
        "version": VERSION,
        "title": report.title,
        "sections": [section_of(section) for section in report.sections],
    }
    text = json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"


def section_of(section: Section) -> dict[str, Any]:
    """Return a section."""
    return {
        "id": section.id,
        "title": section.title,
        "domain": section.domain,
        "name": section.name,
        "lead": section.lead,
        "sentences": [
            {"kind": block.kind, "text": block.text, "evidence": list(block.evidence)}
            for block in section.blocks
            if isinstance(block, Sentence)
        ],
        "charts": [chart_of(block) for block in section.blocks if isinstance(block, Chart)],
        "tables": [table_of(block) for block in section.blocks if isinstance(block, Table)],
        "texts": [
            {"id": block.id, "title": block.title, "markdown": block.markdown}
            for block in section.blocks
            if isinstance(block, Text)
        ],
    }


def chart_of(chart: Chart) -> dict[str, Any]:
    """Return what a chart shows: its tables, and which column is what."""
    return {
        "id": chart.id,
        "kind": chart.kind,
        "title": chart.title,
        "description": chart.description,
        "tables": [table.id for table in chart.tables],
        "columns": chart.columns,
        "left_out": list(chart.left_out),
    }


def table_of(table: Table) -> dict[str, Any]:
    """Return a table: each row with its key, its values, and its values as they are shown."""
    return {
        "id": table.id,
        "caption": table.caption,
        "source": table.source,
        "key": list(table.key),
        "derivation": table.derivation,
        "note": table.note,
        "columns": [
            {"name": column.name, "description": column.description, "format": column.style} for column in table.columns
        ],
        "rows": [
            {
                "key": row.key,
                "values": {column.name: value for column, value in zip(table.columns, row.values, strict=True)},
                "texts": {
                    column.name: column.text(value) for column, value in zip(table.columns, row.values, strict=True)
                },
            }
            for row in table.rows
        ],
    }
