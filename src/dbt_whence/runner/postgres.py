"""Postgres behind Python models: COPY to and from DuckDB, on dbt's own connection and in its transaction.

Both directions go by a CSV file: what leaves one database as text enters the other by its own parser, so every value
that both can hold arrives unchanged. NULL is ``\\N`` without quotes, which neither side takes for a text.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NamedTuple

import duckdb
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.exceptions import DbtRuntimeError
from duckdb.sqltypes import DuckDBPyType

from dbt_whence.runner.model import one_line, quote

logger = AdapterLogger("whence")

# The literal is the same whatever standard_conforming_strings is set to.
CSV = r"format csv, null E'\\N', encoding 'UTF8'"
# How values must be written so that the other side reads them.
SETTINGS = {"DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "TimeZone": "UTC", "extra_float_digits": "1"}
# psycopg2 hands a file to Postgres in pieces of this many bytes.
CHUNK = 1 << 20
NAME_BYTES = 63  # Postgres cuts longer identifiers without a word
DECIMAL_DIGITS = 38  # of DuckDB's widest decimal

# Types of Postgres that DuckDB has too, by their names in pg_type.
READ_AS = {
    "bool": "BOOLEAN",
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "float4": "FLOAT",
    "float8": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timetz": "TIME WITH TIME ZONE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "uuid": "UUID",
    "json": "JSON",
    "jsonb": "JSON",
}
# Types of DuckDB that Postgres has too, by DuckDBPyType.id.
WRITE_AS = {
    "boolean": "boolean",
    "tinyint": "smallint",
    "utinyint": "smallint",
    "smallint": "smallint",
    "usmallint": "integer",
    "integer": "integer",
    "uinteger": "bigint",
    "bigint": "bigint",
    "ubigint": "numeric(20, 0)",
    "hugeint": "numeric(39, 0)",
    "uhugeint": "numeric(39, 0)",
    "float": "real",
    "double": "double precision",
    "varchar": "text",
    "enum": "text",
    "blob": "bytea",
    "bit": "bit varying",
    "uuid": "uuid",
    "date": "date",
    "time": "time",
    "time_ns": "time",
    "time with time zone": "timetz",
    "timestamp": "timestamp",
    "timestamp_s": "timestamp",
    "timestamp_ms": "timestamp",
    "timestamp_ns": "timestamp",
    "timestamp with time zone": "timestamptz",
    "interval": "interval",
    "null": "integer",
}


class Column(NamedTuple):
    """A column on its way from Postgres."""

    name: str
    expression: str  # in Postgres: the value as COPY prints it
    type: str  # in DuckDB; NUMERIC where the values decide the digits


class Postgres:
    """The ``Engine`` of Postgres."""

    def __init__(self, adapter: Any) -> None:
        """Join the transaction of dbt's connection in this thread, or begin one."""
        quiet_psycopg()
        self.connections = adapter.connections
        connection = self.connections.get_thread_connection()
        if not connection.transaction_open:
            self.connections.begin()
        self.handle = connection.handle

    def read(self, relation: str, session: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
        """Create a DuckDB table with the rows of a relation; see ``Engine.read``.

        A ``numeric`` without a precision becomes a decimal of 38 digits, as many after the point as occur, or a double
        where these do not suffice. An array becomes a list, several dimensions and types DuckDB lacks become text.
        """
        path = folder / "read.csv"
        with self.errors(f"reading {relation}"):
            columns = self.columns(relation)
            # an empty text alone in its row would be an empty line, which is no row to DuckDB
            force_quote = ", force_quote *" if len(columns) == 1 else ""
            with self.plain_values():
                selected = ", ".join(column.expression for column in columns)
                rows = self.copy_out(f"copy (select {selected} from {relation}) to stdout ({CSV}{force_quote})", path)
        slowly = f"parallel = false, max_line_size = {path.stat().st_size}"
        try:
            try:
                load_file(session, table, path, columns, rows)
            except duckdb.Error:
                # a row of millions of bytes, or texts full of quotes and line breaks, where threads lose their place
                load_file(session, table, path, columns, rows, slowly)
        except duckdb.Error as error:
            raise DbtRuntimeError(f"reading {relation} for a Python model: {one_line(error)}") from error
        finally:
            path.unlink(missing_ok=True)

    def export(self, result: duckdb.DuckDBPyRelation, session: duckdb.DuckDBPyConnection, folder: Path) -> PostgresRows:
        """Put the rows of a model's result into a CSV file; see ``Engine.export``.

        NaN and infinities, of dates too, become NULL. Structs and maps become jsonb, lists become arrays.
        """
        with self.errors("writing the result"):  # the connection may have been lost meanwhile
            self.handle.cursor().execute("select 1")
        path = folder / "write.csv"
        view = f"result_{secrets.token_hex(4)}"
        try:
            result.create_view(view)
            columns = session.table(view)  # which has told columns of the same name apart
        except duckdb.Error as error:
            raise DbtRuntimeError(f"the result of the Python model cannot be read: {one_line(error)}") from error
        check_names(columns.columns)
        types, expressions, quoted = [], [], []
        for name, kind in zip(columns.columns, columns.types, strict=True):
            postgres_type, expression = written(quote(name), kind)
            types.append(f"cast(null as {postgres_type}) as {quote(name)}")
            expressions.append(f"{expression} as {quote(name)}")
            if postgres_type == "text":
                quoted.append(quote(name))
        force_quote = f", force_quote ({', '.join(quoted)})" if quoted else ""
        try:
            copied = session.execute(
                f"copy (select {', '.join(expressions)} from {view}) to {literal(str(path))} "
                rf"(format csv, header false, nullstr '\N'{force_quote})"
            )
            rows = copied.fetchall()[0][0]
        except duckdb.Error as error:
            raise DbtRuntimeError(f"the result of the Python model could not be computed: {one_line(error)}") from error
        return PostgresRows(self, path, rows, f"select {', '.join(types)} where false")

    def columns(self, relation: str) -> list[Column]:
        """Return the columns of a relation, and how each is read."""
        cursor = self.handle.cursor()
        cursor.execute(f"select * from {relation} limit 0")
        found = cursor.description
        if not found:
            raise DbtRuntimeError(f"{relation} has no columns to read for a Python model")
        cursor.execute(
            """
            select t.oid, t.typname, e.typname
            from pg_catalog.pg_type as t
            left join pg_catalog.pg_type as e on e.oid = t.typelem and t.typcategory = 'A'
            where t.oid = any(%s) and (t.typnamespace = 'pg_catalog'::regnamespace or t.typcategory = 'A')
            """,
            ([column.type_code for column in found],),
        )
        types = {oid: (name, element) for oid, name, element in cursor.fetchall()}
        names = [column.name.lower() for column in found]
        for name in names:
            if names.count(name) > 1:
                raise DbtRuntimeError(
                    f"{relation} has several columns that differ from {name!r} only in upper and lower case, "
                    "which a Python model cannot tell apart; select them under other names first"
                )
        return [
            read_column(column.name, *types.get(column.type_code, ("", None)), column.precision, column.scale)
            for column in found
        ]

    @contextmanager
    def plain_values(self) -> Iterator[None]:
        """Have Postgres write and read values in the form that DuckDB does, whatever the server or role is set to."""
        cursor = self.handle.cursor()
        read = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
        write = ", ".join(f"set_config('{name}', %s, false)" for name in SETTINGS)
        cursor.execute(f"select {read}")
        before = cursor.fetchone()
        cursor.execute(f"select {write}", list(SETTINGS.values()))
        try:
            yield
        finally:
            with suppress(Exception):  # in a failed transaction, where the rollback does it
                cursor.execute(f"select {write}", before)

    def copy_out(self, sql: str, path: Path) -> int:
        """Run a COPY TO STDOUT into a file; return the number of rows."""
        logger.debug(f"Python model: {sql}")
        cursor = self.handle.cursor()
        with path.open("wb") as file:
            cursor.copy_expert(sql, file)
        return int(cursor.rowcount)

    def copy_in(self, sql: str, path: Path) -> int:
        """Run a COPY FROM STDIN from a file; return the number of rows."""
        logger.debug(f"Python model: {sql}")
        cursor = self.handle.cursor()
        with path.open("rb") as file:
            cursor.copy_expert(sql, file, CHUNK)
        return int(cursor.rowcount)

    @contextmanager
    def errors(self, action: str) -> Iterator[None]:
        """Turn an error of Postgres or of its connection into one line; dbt rolls back."""
        try:
            with self.connections.exception_handler(action):
                yield
        except DbtRuntimeError as error:
            cause = error.__cause__
            if cause is None:  # a message of ours
                raise
            lost = "the connection to the server was lost: " if self.handle.closed else ""
            raise DbtRuntimeError(f"{action} for a Python model: {lost}{one_line(cause)}") from cause


class PostgresRows:
    """The ``Export`` of Postgres: a CSV file."""

    def __init__(self, engine: Postgres, path: Path, rows: int, empty_select: str) -> None:
        """Hold the rows of ``path``, so many, and the columns of ``empty_select``."""
        self.engine = engine
        self.path = path
        self.rows = rows
        self.empty_select = empty_select
        self.folder: TemporaryDirectory[str] | None = None

    def write_to(self, relation: str) -> None:
        """Append the rows to a relation and remove the file."""
        with self.engine.errors(f"writing {relation}"), self.engine.plain_values():
            arrived = self.engine.copy_in(f"copy {relation} from stdin ({CSV})", self.path)
        self.path.unlink()
        if arrived != self.rows:
            raise DbtRuntimeError(f"writing {relation} for a Python model: {arrived} of {self.rows} rows arrived")


def quiet_psycopg() -> None:
    """Keep psycopg2 from printing to stderr what it raises anyway, when a connection is cut during COPY."""
    before = sys.excepthook
    if getattr(before, "quiets_psycopg", False):
        return

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not (kind is SystemError and type(error.__cause__).__module__.startswith("psycopg2")):
            before(kind, error, trace)

    hook.quiets_psycopg = True  # type: ignore[attr-defined]
    sys.excepthook = hook


def read_column(name: str, kind: str, element: str | None, precision: int | None, scale: int | None) -> Column:
    """Return how a column is read.

    Args:
        name: of the column.
        kind: its type's name in pg_type, empty for a type outside of pg_catalog.
        element: the same for the elements of an array.
        precision: digits of a numeric, null without.
        scale: digits after the point of a numeric.
    """
    column = quote(name)
    if element is not None:
        values = column if element in READ_AS else f"cast({column} as text[])"
        return Column(name, f"to_json({values})", f"{READ_AS.get(element, 'VARCHAR')}[]")
    if kind == "numeric":
        finite = f"case when {column} not in ('NaN', 'Infinity', '-Infinity') then {column} end"
        if precision is not None and scale is not None and 0 <= scale <= precision <= DECIMAL_DIGITS:
            return Column(name, finite, f"DECIMAL({precision}, {scale})")
        return Column(name, finite, "NUMERIC")
    if kind == "bytea":
        return Column(name, f"encode({column}, 'hex')", "BLOB")
    if kind == "interval":
        months = f"extract(year from {column}) * 12 + extract(month from {column})"
        microseconds = f"extract(hour from {column}) * 3600000000 + extract(minute from {column}) * 60000000"
        return Column(
            name,
            f"trunc({months}) || ' months ' || trunc(extract(day from {column})) || ' days ' || "
            f"trunc({microseconds} + extract(microseconds from {column})) || ' microseconds'",
            "INTERVAL",
        )
    if kind in ("date", "timestamp", "timestamptz"):
        # DuckDB's reader would take the year 44 BC for the year 44: what it cannot read is an error
        early = f"{column} < '0001-01-01' and {column} <> '-infinity'"
        text = f"cast({column} as text)"
        return Column(name, f"case when {early} then 'before the year 1: ' || {text} else {text} end", READ_AS[kind])
    if kind in READ_AS:
        return Column(name, column, READ_AS[kind])
    return Column(name, f"cast({column} as text)", "VARCHAR")


def load_file(
    session: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    columns: Sequence[Column],
    rows: int,
    options: str = "parallel = true, buffer_size = 4000000",
) -> None:
    """Create a DuckDB table from a file written by COPY, each column in its type.

    Raises:
        duckdb.Error: the file could not be read, or not as so many rows.
    """
    by_parser = {
        "BLOB": "VARCHAR",
        "NUMERIC": "VARCHAR",
        **{column.type: "JSON" for column in columns if column.type.endswith("[]")},
    }
    fields = ", ".join(
        f"{literal(column.name)}: {literal(by_parser.get(column.type, column.type))}" for column in columns
    )
    source = (
        f"read_csv({literal(str(path))}, auto_detect = false, header = false, delim = ',', quote = '\"', "
        f"escape = '\"', new_line = '\\n', nullstr = '\\N', allow_quoted_nulls = false, {options}, "
        f"columns = {{{fields}}})"
    )
    selected = []
    decided = decided_types(session, source, columns)
    for column in columns:
        name, kind = quote(column.name), decided.get(column.name, column.type)
        if kind == "BLOB":
            selected.append(f"unhex({name}) as {name}")
        elif column.type == "NUMERIC":
            selected.append(f"cast({name} as {kind}) as {name}")
        elif kind.endswith("[]"):
            # a cast would be done by the reader, which takes JSON for DuckDB's own notation
            structure = json.dumps([kind.removesuffix("[]")])
            selected.append(f"from_json({name}, {literal(structure)}) as {name}")
        else:
            selected.append(name)
    created = session.execute(f"create or replace table {table} as select {', '.join(selected)} from {source}")
    found = created.fetchall()[0][0]
    if found != rows:
        raise duckdb.Error(f"{found} of {rows} rows were read")


def decided_types(session: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column]) -> dict[str, str]:
    """Return the types of the columns whose values decide them, by name; one pass over the file, none without such.

    A numeric without a precision becomes a decimal, or a double where 38 digits are too few. An array stays JSON where
    there are arrays in it: Postgres has one type for all dimensions.
    """
    probes: dict[str, list[str]] = {}
    for column in columns:
        name = quote(column.name)
        if column.type == "NUMERIC":
            fraction = f"split_part({name}, '.', 2)"
            texts = [f"ltrim(split_part({name}, '.', 1), '-0')", fraction, f"rtrim({fraction}, '0')"]
            probes[column.name] = [f"max(length({text}))" for text in texts]
        elif column.type.endswith("[]"):
            probes[column.name] = [f"max(starts_with({name}, '[['))"]
    if not probes:
        return {}
    selected = ", ".join(probe for column_probes in probes.values() for probe in column_probes)
    values = iter(session.execute(f"select {selected} from {source}").fetchall()[0])
    types = {}
    for column in columns:
        found = [next(values) or 0 for _ in probes.get(column.name, [])]
        if column.type == "NUMERIC":
            types[column.name] = decimal_type(*found)
        elif found:
            types[column.name] = "JSON" if found[0] else column.type
    return types


def decimal_type(whole: int, fraction: int, significant: int) -> str:
    """Return the type for so many digits before the point, after it, and after it without zeros at the end."""
    scales = [scale for scale in (fraction, significant) if whole + scale <= DECIMAL_DIGITS]
    return f"DECIMAL({DECIMAL_DIGITS}, {scales[0]})" if scales else "DOUBLE"


def written(expression: str, kind: DuckDBPyType) -> tuple[str, str]:
    """Return a DuckDB type's name in Postgres, and the text that Postgres reads as the value.

    Args:
        expression: the value in DuckDB's SQL.
        kind: its type.
    """
    if kind.id in ("list", "array"):
        item_type, text = written("item", dict(kind.children)["child"])
        if item_type != "jsonb" and not item_type.endswith("[]"):
            escaped = f"replace(replace(cast({text} as varchar), '\\', '\\\\'), '\"', '\\\"')"
            items = f"list_transform({expression}, lambda item: coalesce('\"' || {escaped} || '\"', 'NULL'))"
            return (
                f"{item_type}[]",
                f"case when {expression} is not null then '{{' || array_to_string({items}, ',') || '}}' end",
            )
    if str(kind) == "JSON":
        return "jsonb", expression
    if kind.id in ("list", "array", "struct", "map", "union", "variant"):
        return "jsonb", f"to_json({finite_inside(expression, kind)})"
    if kind.id == "decimal":
        digits = dict(kind.children)
        return f"numeric({digits['precision']}, {digits['scale']})", expression
    if kind.id in ("float", "double", "date") or kind.id.startswith("timestamp"):
        moment = kind.id.startswith("timestamp_")
        return WRITE_AS[kind.id], finite(f"cast({expression} as timestamp)" if moment else expression)
    if kind.id == "blob":
        return "bytea", f"'\\x' || hex({expression})"
    return WRITE_AS.get(kind.id, "text"), f"cast({expression} as varchar)"


def finite_inside(expression: str, kind: DuckDBPyType, depth: int = 0) -> str:
    """Return the DuckDB expression of a nested value with NULL for the NaN and infinities in it, which JSON lacks."""
    if "DOUBLE" not in str(kind) and "FLOAT" not in str(kind):
        return expression
    item = f"item_{depth}"
    children = dict(kind.children) if kind.id in ("list", "array", "struct", "map") else {}
    if kind.id in ("list", "array"):
        return f"list_transform({expression}, lambda {item}: {finite_inside(item, children['child'], depth + 1)})"
    if kind.id == "struct":
        fields = [
            f"{literal(name)}: {finite_inside(f'({expression})[{literal(name)}]', child, depth + 1)}"
            for name, child in children.items()
        ]
        return f"case when {expression} is not null then {{{', '.join(fields)}}} end"
    if kind.id == "map":
        values = f"lambda {item}: {finite_inside(item, children['value'], depth + 1)}"
        mapped = f"map(map_keys({expression}), list_transform(map_values({expression}), {values}))"
        return f"case when {expression} is not null then {mapped} end"
    return finite(expression) if kind.id in ("double", "float") else expression


def finite(expression: str) -> str:
    """Return the DuckDB expression of a value with NULL for NaN and infinities."""
    return f"case when isfinite({expression}) then {expression} end"


def check_names(names: Sequence[str]) -> None:
    """Reject column names that Postgres would cut."""
    for name in names:
        if len(name.encode()) > NAME_BYTES:
            raise DbtRuntimeError(
                f"the Python model returned a column whose name has {len(name.encode())} bytes, {name!r}; "
                f"Postgres keeps {NAME_BYTES}: give it a shorter name"
            )
    if not names:
        raise DbtRuntimeError("the Python model returned a table without columns")


def literal(text: str) -> str:
    """Return a text as an SQL literal of DuckDB."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
