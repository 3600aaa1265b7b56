"""What a tool answers: rows, each with its table and key, in a bounded number of characters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel, Field

from dbt_whence.results import Row, Table, row_key
from dbt_whence.units import unit_of

MAX_TEXT = 200  # characters of a text value
MAX_ANSWER = 60_000  # characters of the rows of an answer


class AnswerRow(BaseModel):
    """A row of a table."""

    table: str = Field(description="The table, or the question, that the row is from.")
    key: dict[str, Any] = Field(description="The columns that identify the row in its table; cite these.")
    values: dict[str, Any] = Field(description="The other columns; null where not defined.")


class Answer(BaseModel):
    """The rows that answer a call."""

    rows: list[AnswerRow]
    left_out: dict[str, int] = Field(description="By table, how many more rows there are than are given here.")
    units: dict[str, str] = Field(description="By table and column, the unit of a number, where it has one.")
    notes: list[str] = Field(description="What to know about this answer.")


class Draft:
    """An answer that is being put together; rows beyond `MAX_ANSWER` are counted, not kept."""

    def __init__(self) -> None:
        """Start without rows."""
        self.rows: list[AnswerRow] = []
        self.left_out: dict[str, int] = {}
        self.notes: list[str] = []
        self.domains: dict[str, str] = {}
        self.n_characters = 0

    def add(
        self, name: str, rows: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], n_rows: int, domain: str = ""
    ) -> None:
        """Add rows.

        Args:
            name: of their table or question.
            rows: key and values of each.
            n_rows: how many there are in all, given or not.
            domain: of the table or question, which says the units of its columns; empty where there are none.
        """
        self.domains[name] = domain
        n_kept = 0
        for key, values in rows:
            row = AnswerRow(table=name, key=plain_row(key), values=plain_row(values))
            self.n_characters += len(row.model_dump_json())
            if self.n_characters > MAX_ANSWER:
                break
            self.rows.append(row)
            n_kept += 1
        if n_kept < n_rows:
            self.left_out[name] = self.left_out.get(name, 0) + n_rows - n_kept

    def add_table(self, table: Table, rows: Sequence[Row], n_rows: int) -> None:
        """Add rows of a public table, each with its key."""
        split = ((row_key(table, row), {k: v for k, v in row.items() if k not in table.key}) for row in rows)
        self.add(table.name, split, n_rows, table.domain)

    def result(self) -> CallToolResult:
        """Return the answer as structured content, and the same as text for clients that read text alone."""
        columns = sorted({(row.table, column) for row in self.rows for column in row.values})
        units = {
            f"{table}.{column}": unit
            for table, column in columns
            if (unit := unit_of(self.domains[table], table, column))
        }
        answer = Answer(rows=self.rows, left_out=self.left_out, units=units, notes=self.notes)
        content = answer.model_dump(mode="json")
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose values JSON can hold."""
    return {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: dates as ISO text, decimals as numbers, no NaN, long texts cut with a mark."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (date, time)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Mapping):
        return plain_row(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    text = str(value)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… ({len(text)} characters)"
