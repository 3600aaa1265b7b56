"""What a report holds: sections of sentences, charts and tables, each number with the row it is from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbt_whence.numbers import Format, clean, shortened, shown, visible
from dbt_whence.results import Connection, Row, WhenceError, source
from dbt_whence.units import FRACTIONS, PROBABILITIES, unit_of

LONGEST_TITLE = 200
"""Characters of a heading or a caption; names in it may be of any length."""
LEADS = {
    "metric_change": "The change of a metric, split into drivers and into the segments that moved: by volume (more or "
    "fewer units), mix (other units) and rate (more or less per unit). q is p adjusted for all "
    "segments looked at: a small one is hard to explain by chance alone.",
    "factor_models": "The return and the risk of a portfolio, split into factors and what is left. Statistical "
    "factors come from the assets themselves, known factors were given.",
    "signal_research": "Whether signals tell returns ahead. q is adjusted for everything that was tried in the same "
    "family, so that the best of many tries does not pass for a find.",
    "factor_proxies": "What moves with the exposures, what moves against them, and what would have taken their "
    "variance away on months that it was not fitted to.",
    "inference": "All p-values and q-values of all domains come from these tests.",
}
TITLES = {
    "metric_change": "Why metrics moved",
    "factor_models": "What carries the portfolios",
    "signal_research": "Which signals are real",
    "factor_proxies": "What offsets the exposures",
    "inference": "How much was tested",
}


@dataclass(frozen=True)
class Column:
    """A column that is shown: its name in the table, what it means, and how its values become text.

    Attributes:
        decimals: of a number from 1 to 1000, at most.
    """

    name: str
    description: str
    style: Format
    decimals: int = 2

    def text(self, value: Any) -> str:
        """Return a value as it is shown."""
        return shown(value, self.style, self.decimals)

    @property
    def label(self) -> str:
        """The name as a heading."""
        return visible(self.name.replace("_", " "))


@dataclass(frozen=True)
class TableRow:
    """A row: the key that finds it in its table, and its values in the order of the columns."""

    key: dict[str, Any]
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Rows of a public table.

    Attributes:
        source: the public table.
        key: its columns that identify a row.
        derivation: how the values come from the rows of `source` where they are not cells of it; else empty.
        note: what was left out.
        is_fact: of one row, to be shown as a list of its cells.
        is_folded: closed until the reader opens it.
    """

    id: str
    caption: str
    source: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    derivation: str = ""
    note: str = ""
    is_fact: bool = False
    is_folded: bool = False

    def position(self, name: str) -> int:
        """Return where a column is."""
        return [column.name for column in self.columns].index(name)

    def values(self, name: str) -> list[Any]:
        """Return the values of a column."""
        position = self.position(name)
        return [row.values[position] for row in self.rows]

    def texts(self, name: str) -> list[str]:
        """Return the values of a column as they are shown."""
        column = self.columns[self.position(name)]
        return [column.text(value) for value in self.values(name)]


@dataclass(frozen=True)
class Chart:
    """A picture of tables that stand beside it.

    Attributes:
        kind: which; `dbt_whence.report.charts` draws it.
        description: what it shows, and what its marks mean.
        tables: every number of the chart is a cell of these.
        columns: what the chart calls a part of it, and the name of the column.
        left_out: labels of rows that are not drawn.
    """

    id: str
    kind: str
    title: str
    description: str
    tables: tuple[Table, ...]
    columns: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """A sentence and the rows that it restates."""

    text: str
    kind: str = ""
    evidence: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Text:
    """Markdown that a table holds."""

    id: str
    title: str
    markdown: str


Block = Sentence | Chart | Table | Text


@dataclass(frozen=True)
class Section:
    """A part of the report: a domain, or an analysis, a model, a study in it."""

    id: str
    title: str
    domain: str
    name: str | None
    blocks: tuple[Block, ...]
    lead: str = ""

    @property
    def level(self) -> int:
        """The level of its heading."""
        return 2 if self.name is None else 3


@dataclass(frozen=True)
class Report:
    """All sections in their order."""

    title: str
    sections: tuple[Section, ...]


class Reader:
    """Reads what sections show; never more rows than a person can."""

    def __init__(self, connection: Connection) -> None:
        """Read through a connection."""
        self.connection = connection
        self.built = connection.built()
        self._ids: set[str] = set()

    def has(self, *names: str) -> bool:
        """Say whether all of these tables are in the database."""
        return self.built.issuperset(names)

    def unique_id(self, *parts: str) -> str:
        """Return a name for an element that no other has."""
        stem = "-".join(re.sub(r"[^a-z0-9_]+", "-", part.lower()).strip("-")[:40] for part in parts).strip("-") or "x"
        candidate, n = stem, 1
        while candidate in self._ids:
            n += 1
            candidate = f"{stem}-{n}"
        self._ids.add(candidate)
        return candidate

    def relation(self, name: str) -> str:
        """Return where a table is, as `Connection.rows` takes it."""
        return source(self.connection.results.table(name))

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query; `<table>` stands for a public table."""
        text = re.sub(r"<(\w+)>", lambda match: self.relation(match.group(1)), sql)
        rows = self.connection.rows(text, parameters)
        return [{name: clean(value) for name, value in row.items()} for row in rows]

    def rows(
        self,
        name: str,
        where: Mapping[str, Any] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        columns: Sequence[str] = (),
    ) -> list[Row]:
        """Read rows of a table; none where it is not built."""
        if not self.has(name):
            return []
        rows = self.connection.read(name, where, order_by, columns, limit)
        return [{column: clean(value) for column, value in row.items()} for row in rows]

    def count(self, name: str, where: Mapping[str, Any] | None = None) -> int:
        """Count rows of a table; none where it is not built."""
        return self.connection.count(name, where) if self.has(name) else 0

    def table(
        self,
        name: str,
        caption: str,
        columns: str | Sequence[str],
        where: Mapping[str, Any] | None = None,
        order_by: Sequence[str] = (),
        limit: int = 20,
        optional: Sequence[str] = (),
        decimals: Mapping[str, int] | None = None,
        is_fact: bool = False,
        is_folded: bool = False,
    ) -> Table | None:
        """Read rows of a public table to be shown; None where it is not built or has none.

        Args:
            name: of the table.
            caption: what the rows are.
            columns: that are shown; their names, or text with spaces between them.
            where: and `order_by`, `limit`, as `Connection.read` takes them.
            order_by: columns.
            limit: the caption's table says how many rows it leaves out.
            optional: columns that are left out where all of these rows have null there.
            decimals: of columns with other than two.
            is_fact: shown as a list of cells.
            is_folded: closed until the reader opens it.
        """
        if not self.has(name):
            return None
        columns = columns.split() if isinstance(columns, str) else columns
        described = self.connection.results.table(name)
        wanted = [*columns, *(column for column in described.key if column not in columns)]
        rows = self.rows(name, where, order_by, limit, wanted)
        if not rows:
            return None
        n_rows = self.count(name, where) if len(rows) == limit else len(rows)
        left_out = f"{len(rows)} of {n_rows:,} rows; the others are in {name}." if n_rows > len(rows) else ""
        bare = {column for column in optional if all(row[column] is None for row in rows)}
        columns = [column for column in columns if column not in bare]
        return self.table_of(rows, name, caption, columns, left_out, is_fact, is_folded, decimals)

    def table_of(
        self,
        rows: Sequence[Row],
        name: str,
        caption: str,
        columns: str | Sequence[str],
        note: str = "",
        is_fact: bool = False,
        is_folded: bool = False,
        decimals: Mapping[str, int] | None = None,
    ) -> Table:
        """Make a table of rows of a public table that were read before."""
        columns = columns.split() if isinstance(columns, str) else columns
        described = self.connection.results.table(name)
        by_name = {column.name: column for column in described.columns}
        return Table(
            id=self.unique_id("table", name),
            caption=shortened(caption, LONGEST_TITLE),
            source=name,
            key=described.key,
            columns=tuple(
                Column(
                    column,
                    " ".join(by_name[column].description.split()),
                    style_of(described.domain, name, column, by_name[column].data_type),
                    (decimals or {}).get(column, 2),
                )
                for column in columns
            ),
            rows=tuple(
                TableRow({column: row[column] for column in described.key}, tuple(row[column] for column in columns))
                for row in rows
            ),
            note=note,
            is_fact=is_fact,
            is_folded=is_folded,
        )

    def derived(
        self,
        rows: Sequence[Row],
        source: str,
        caption: str,
        columns: Mapping[str, tuple[str, Format]],
        key: tuple[str, ...],
        derivation: str,
        note: str = "",
        is_folded: bool = True,
    ) -> Table:
        """Make a table of rows that were worked out from a public table.

        Args:
            rows: with the columns and, beside them, the columns of the key.
            source: the public table.
            caption: what the rows are.
            columns: the meaning of each, and how it is shown.
            key: columns that find the rows of the source.
            derivation: how the values come from the source.
            note: what was left out.
            is_folded: closed until the reader opens it.
        """
        return Table(
            id=self.unique_id("table", source),
            caption=shortened(caption, LONGEST_TITLE),
            source=source,
            key=key,
            columns=tuple(Column(name, description, style) for name, (description, style) in columns.items()),
            rows=tuple(
                TableRow({name: row[name] for name in key}, tuple(row[name] for name in columns)) for row in rows
            ),
            derivation=derivation,
            note=note,
            is_folded=is_folded,
        )

    def chart(
        self,
        kind: str,
        title: str,
        description: str,
        tables: Sequence[Table],
        columns: Mapping[str, str] | None = None,
        left_out: tuple[str, ...] = (),
    ) -> Chart:
        """Make a chart of tables."""
        return Chart(
            self.unique_id("chart", kind),
            kind,
            shortened(title, LONGEST_TITLE),
            description,
            tuple(tables),
            dict(columns or {}),
            left_out,
        )

    def insights(self, name: str, where: Mapping[str, Any], kinds: Sequence[str]) -> list[Sentence]:
        """Return the sentences of an insights table, in the order of these kinds; others come last."""
        rows = self.rows(name, where, ["kind", "insight_rank"], limit=200)
        order = {kind: position for position, kind in enumerate(kinds)}
        rows.sort(key=lambda row: order.get(row["kind"], len(order)))
        return [Sentence(visible(row["headline"] or ""), row["kind"], evidence_of(row["evidence"])) for row in rows]


def style_of(domain: str, table: str, name: str, data_type: str) -> Format:
    """Say how values of a column of a public table are shown."""
    kind = data_type.lower()
    if "int" in kind:
        return "count"
    if kind.startswith("bool"):
        return "flag"
    if "date" in kind or "time" in kind:
        return "date"
    if kind in ("text", "varchar", "string"):
        return "text"
    unit = unit_of(domain, table, name)
    return "percent" if unit in FRACTIONS else "p_value" if unit in PROBABILITIES else "number"


def evidence_of(text: str | None) -> tuple[dict[str, Any], ...]:
    """Return the rows that an insight names; none where it names them in a form of its own."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return ()
    return tuple(item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()


def present(*blocks: Block | None) -> list[Block]:
    """Return the blocks that are there."""
    return [block for block in blocks if block is not None]


def choose(names: Sequence[str], wanted: set[str] | None, groups: Mapping[str, str] | None = None) -> list[str]:
    """Return those names that were asked for, by name or by group."""
    return [name for name in names if wanted is None or name in wanted or (groups or {}).get(name) in wanted]


def unknown_names(wanted: Sequence[str], known: Sequence[str]) -> None:
    """Stop at names that nothing has."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        listed = ", ".join(known[:40]) + (f" and {len(known) - 40} more" if len(known) > 40 else "")
        raise WhenceError(
            f"--select {visible(unknown[0])[:80]} is neither a domain nor an analysis, model, study or portfolio: "
            f"{listed}"
        )
