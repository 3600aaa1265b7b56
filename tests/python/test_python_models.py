"""Python models beside PostgreSQL: what goes in and comes out, what dbt's configuration does, what failures leave."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import MACROS, PROJECT, PostgresWarehouse, Run, Warehouse, consumer, on_both_engines
from postgres_server import PostgresServer, chosen

DBT = Path(sys.executable).parent / "dbt"


def write(warehouse: Warehouse, files: dict[str, str]) -> None:
    """Make the warehouse's project one with these files."""
    if warehouse.project == PROJECT:
        warehouse.project = consumer(warehouse.folder, parts=MACROS)
    for name, text in files.items():
        path = warehouse.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())


def run(warehouse: Warehouse, *arguments: str) -> Run:
    """Run the project's own models."""
    return warehouse.dbt("run", *arguments)


def works(warehouse: Warehouse, *arguments: str) -> Run:
    done = run(warehouse, *arguments)
    assert done.success, done.log
    return done


def model(body: str) -> str:
    return "def model(dbt, session):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"


# Every type with values at its edges; the second row holds nulls only.
TYPES = {
    "flag": ("boolean", "true"),
    "small": ("smallint", "-32768"),
    "whole": ("integer", "2147483647"),
    "big": ("bigint", "-9223372036854775808"),
    "cents": ("numeric(12,2)", "-1234567890.10"),
    "wide": ("numeric(38,10)", "1234567890123456789012345678.0123456789"),
    "single": ("real", "3.4e38"),
    "number": ("double precision", "0.1"),
    "tiny": ("double precision", "1e-300"),
    "day": ("date", "'0001-01-31'"),
    "clock": ("time without time zone", "'23:59:59.999999'"),
    "moment": ("timestamp without time zone", "'2024-10-27 02:30:00.123456'"),
    "instant": ("timestamp with time zone", "'2024-10-27 01:30:00.123456+02'"),
    "span": ("interval", "'-1 year -2 mons +3 days -04:05:06.789'"),
    "label": ("text", "E'quote \" comma , line\\nend \\\\N \\\\.'"),
    "empty": ("text", "''"),
    "backslash_n": ("text", "E'\\\\N'"),
    "id": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
    "document": ("jsonb", """'{"a": [1, null, "x\\"y"]}'"""),
    "bytes": ("bytea", "'\\x00ff10'"),
    "numbers": ("integer[]", "array[1, null, -3]"),
    "labels": ("text[]", "array['a', null, '', 'NULL', 'q\"b\\c', '{d,e}', E'\\n\\t\\x01', E'a\\\\\\n']"),
    "days": ("date[]", "array[date '2024-02-29']"),
    "instants": ("timestamp with time zone[]", "array[timestamptz '2024-02-29 12:00:00.5+00', null]"),
    "flags": ("boolean[]", "array[true, null]"),
    "ids": ("uuid[]", "array['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid]"),
    "mixed": ("interval", "'1 month -2 days 00:00:01'"),
    "sum": ("double precision", "0.1::float8 + 0.2::float8"),
    "breaks": ("text", "E'a\\r\\nb\\rc\\n'"),
    "none": ("integer[]", "array[]::integer[]"),
}


def all_types(warehouse: PostgresWarehouse) -> None:
    structure = ", ".join(f"{name} {kind}" for name, (kind, _) in TYPES.items())
    values = ", ".join(value for _, value in TYPES.values())
    nulls = ", ".join("null" for _ in TYPES)
    warehouse.execute(f"create schema lake; create table lake.everything (row integer, {structure})")
    warehouse.execute(f"insert into lake.everything values (1, {values}), (2, {nulls}), (3, {values})")


SOURCES = "sources: [{name: lake, schema: lake, tables: [{name: everything}, {name: odd}, {name: old}]}]"


@pytest.mark.parametrize("form", ["", ".to_arrow_table()"])
def test_every_type_survives(any_server: PostgresServer, tmp_path: Path, form: str) -> None:
    warehouse = PostgresWarehouse(tmp_path, server=any_server)
    all_types(warehouse)
    for setting in ("extra_float_digits = 0", "standard_conforming_strings = off"):
        warehouse.execute(f'alter database "{warehouse.name}" set {setting}')
    write(
        warehouse,
        {
            "models/sources.yml": SOURCES,
            "models/copied.py": model(f"return dbt.source('lake', 'everything'){form}"),
        },
    )
    works(warehouse)
    kinds = "select column_name, data_type, udt_name, numeric_precision, numeric_scale from information_schema.columns where table_name = '{}' order by ordinal_position"
    left, right = (warehouse.query(kinds.format(table)) for table in ("everything", "copied"))
    if form:  # Arrow as DuckDB makes it has neither
        left = left.mask(left["udt_name"].isin(["uuid", "_uuid", "jsonb"]), right)
    different = left.compare(right)
    assert different.empty, different
    names = ["row", *TYPES]
    texts = "set extra_float_digits = 1; select " + ", ".join(f"{name}::text" for name in names)
    before = warehouse.query(f"{texts} from lake.everything order by row")
    after = warehouse.query(f"{texts} from copied order by row")
    for name in names:
        assert before[name].tolist() == after[name].tolist(), name


def test_pandas_in_and_out(warehouse_on_postgres: PostgresWarehouse) -> None:
    """What pandas keeps, is kept; its missing values and infinities are NULL."""
    warehouse = warehouse_on_postgres
    all_types(warehouse)
    body = """
        import datetime
        import numpy
        import pandas
        read = dbt.source('lake', 'everything').df()
        assert read["cents"].notna().sum() == 2 and read["instant"].dt.tz is not None
        return pandas.DataFrame({
            "key": [1, 2, 3],
            "number": [1.5, numpy.nan, numpy.inf],
            "single": numpy.array([1.5, -numpy.inf, numpy.nan], dtype="float32"),
            "whole": pandas.array([1, None, 3], dtype="Int64"),
            "flag": pandas.array([True, None, False], dtype="boolean"),
            "label": ["a", None, ""],
            "kind": pandas.Categorical(["x", None, "y"]),
            "moment": pandas.to_datetime(["2024-10-27 02:30:00.123456", None, "1999-12-31 00:00:00.000000"]),
            "instant": pandas.to_datetime(["2024-10-27 00:30:00+00:00", None, "1999-12-31 00:00:00+00:00"], utc=True),
            "day": [datetime.date(2024, 2, 29), None, datetime.date(1, 1, 1)],
            "numbers": [[1.0, numpy.nan], None, []],
            "pair": [{"a": 1, "b": [1.5, numpy.nan]}, None, {"a": 2, "b": []}],
            "ragged": [[[1], [2, 3]], [[1], None], []],
        }, index=[7, 8, 9])
    """
    write(warehouse, {"models/sources.yml": SOURCES, "models/made.py": model(body)})
    works(warehouse)
    kinds = warehouse.query(
        "select column_name, data_type from information_schema.columns where table_name = 'made'"
    ).set_index("column_name")["data_type"]
    assert kinds.to_dict() == {
        "key": "bigint", "number": "double precision", "single": "real", "whole": "bigint", "flag": "boolean",
        "label": "text", "kind": "text", "moment": "timestamp without time zone", "instant": "timestamp with time zone",
        "day": "date", "numbers": "ARRAY", "pair": "jsonb",
        "ragged": "jsonb",
    }  # fmt: skip
    columns = ", ".join(f"{name}::text" for name in kinds.index)
    found = warehouse.query(f"select {columns} from made order by key").astype(object)
    rows = found.where(found.notna(), None).to_numpy().tolist()
    assert rows[0] == [
        "1", "1.5", "1.5", "1", "true", "a", "x", "2024-10-27 02:30:00.123456", "2024-10-27 00:30:00+00", "2024-02-29",
        "{1,NULL}", '{"a": 1, "b": [1.5, null]}', "[[1], [2, 3]]",
    ]  # fmt: skip
    assert rows[1] == ["2", *[None] * 11, "[[1], null]"]
    assert rows[2] == [
        "3", None, None, "3", "false", "", "y", "1999-12-31 00:00:00", "1999-12-31 00:00:00+00", "0001-01-01", "{}", '{"a": 2, "b": []}', "[]",
    ]  # fmt: skip


def test_numbers_without_a_precision_lose_nothing(warehouse_on_postgres: PostgresWarehouse) -> None:
    """A sum of numeric(12, 2) is a numeric of any length."""
    warehouse = warehouse_on_postgres
    warehouse.execute(
        """
        create schema lake;
        create table lake.odd as
        select n.*, more.*, array[n.total] as totals, null::numeric as nothing, '{{1,2},{3,4}}'::int[] as matrix,
            inet '127.0.0.1' as address, 'infinity'::date as forever, 'infinity'::numeric as endless
        from (values (1, 12345678901234567.89::numeric, 0.3333333333333333333333::numeric, 1e60::numeric),
            (2, -0.01, 'NaN', 1e-30)) as n (key, total, third, huge),
            lateral (select n.total * 1.00000000000000000000000000000000000000 as zeros, 0.12345678901234567890123456789012345678 as small) as more
        """
    )
    body = """
        odd = dbt.source('lake', 'odd')
        return odd
    """
    write(warehouse, {"models/sources.yml": SOURCES, "models/copied.py": model(body)})
    works(warehouse)
    rows = warehouse.query("select * from copied order by key")
    assert rows["total"].tolist() == [Decimal("12345678901234567.89"), Decimal("-0.01")]
    assert rows["third"].tolist() == [Decimal("0.3333333333333333333333"), None]
    assert rows["huge"].tolist() == [1e60, 1e-30], "beyond 38 digits: a double"
    assert rows["zeros"].tolist() == rows["total"].tolist(), "zeros at the end are no digits"
    assert rows["small"].tolist() == [Decimal("0.12345678901234567890123456789012345678")] * 2
    assert rows["nothing"].isna().all() and rows["forever"].isna().all() and rows["endless"].isna().all()
    assert rows["totals"].tolist()[0] == ["12345678901234567.89"]
    assert rows["matrix"].tolist()[0] == [[1, 2], [3, 4]]
    assert rows["address"].tolist() == ["127.0.0.1/32"] * 2


HOSTILE_NAMES = ["select", "My Column", "a.b", 'qu"ote', "order", "naïve", "x'; drop table t; --", "100%", "%(x)s", "{y}", "back\\slash"]  # fmt: skip


@on_both_engines
def test_hostile_names_and_texts(warehouse: Warehouse) -> None:
    """Names and texts that would be SQL, CSV, patterns or templates if anything let them."""
    texts = [*HOSTILE_NAMES, "\\N", "\\.", "", " ", 'a"b,c\nd\re\tf', "'", "{1,2}", "NULL", "😀", "x" * 3_000_000, None]
    body = f"""
        import pandas
        rows = {texts!r}
        names = {HOSTILE_NAMES!r}
        return pandas.DataFrame({{name: rows for name in names}})
    """
    again = """
        made = dbt.ref("made")
        return made.df()
    """
    write(warehouse, {"models/made.py": model(body), "models/again.py": model(again)})
    works(warehouse)
    for table in ("made", "again"):
        rows = warehouse.query(f"select * from {table}")
        assert list(rows.columns) == HOSTILE_NAMES
        for name in HOSTILE_NAMES:
            found = [None if value != value else value for value in rows[name]]
            assert sorted(found, key=str) == sorted(texts, key=str), name


def test_one_column_of_empty_texts(warehouse_on_postgres: PostgresWarehouse) -> None:
    """A row that is nothing but an empty text is a row; nothing a model calls its tables is in the way."""
    warehouse = warehouse_on_postgres
    warehouse.execute("create schema lake; create table lake.odd as select case when i % 2 = 0 then '' end as a from generate_series(1, 100) i")  # fmt: skip
    body = """
        for name in ("result", "input_1", "whence_result"):
            session.execute(f"create table {name} as select 666 as evil")
        odd = dbt.source("lake", "odd")
        return odd.to_arrow_reader()
    """
    write(warehouse, {"models/sources.yml": SOURCES, "models/copied.py": model(body)})
    works(warehouse)
    found = warehouse.query(
        "select count(*) as n, count(*) filter (where a = '') as empty, count(a) as known from copied"
    )
    assert found.iloc[0].tolist() == [100, 50, 50]


def test_texts_that_look_like_csv(warehouse_on_postgres: PostgresWarehouse) -> None:
    """Quotes and line breaks in all places, in more rows than one thread reads."""
    warehouse = warehouse_on_postgres
    warehouse.execute(
        """
        create schema lake;
        create table lake.odd as select i as key, repeat(E'1,"x"\n2,x\r\n3,"', 1 + i % 40) as a from generate_series(1, 60000) i
        """
    )
    write(warehouse, {"models/sources.yml": SOURCES, "models/copied.py": model("odd = dbt.source('lake', 'odd')\nreturn odd")})  # fmt: skip
    works(warehouse)
    different = "select count(*) as n from (select * from lake.odd except all select * from copied) as d"
    assert warehouse.query(different)["n"].item() == 0 and warehouse.query("select from copied").shape[0] == 60000


def test_schema_and_table_in_capitals_with_blanks(warehouse_on_postgres: PostgresWarehouse) -> None:
    warehouse = warehouse_on_postgres
    warehouse.schema = "My Schema"
    files = {
        "models/Upper.py": model("""
            dbt.config(alias="An Alias", schema="Other")
            return session.sql("select 1 as \\"Key\\", 'x' as key_text")
        """),
        "models/lower.py": model("""
            upper = dbt.ref("Upper")
            return upper.project('"Key" + 1 as "Key"')
        """),
    }
    write(warehouse, files)
    works(warehouse)
    assert warehouse.query('select "Key" from "My Schema".lower').iloc[0, 0] == 2
    assert warehouse.query('select "Key" from "My Schema_Other"."An Alias"').iloc[0, 0] == 1


def test_configuration_is_dbts(warehouse_on_postgres: PostgresWarehouse) -> None:
    """Indexes, grants, comments, tags, hooks, unlogged, meta: as for a SQL model."""
    warehouse = warehouse_on_postgres
    warehouse.execute(
        "do $$ begin if not exists (select from pg_roles where rolname = 'reader') then create role reader; end if; end $$"
    )
    properties = {
        "models": [
            {
                "name": "made",
                "description": 'It\'s "made" in Python; -- x',
                "config": {
                    "indexes": [{"columns": ["key"], "unique": True}, {"columns": ["label"], "type": "hash"}],
                    "grants": {"select": ["reader"]},
                    "persist_docs": {"relation": True, "columns": True},
                    "tags": ["chosen"],
                    "unlogged": True,
                    "post_hook": "insert into {{ this }} values (99, 'hook')",
                    "meta": {"start": 5, "specs": [{"name": "a'b"}]},
                },
                "columns": [{"name": "key", "description": "the key", "data_tests": ["unique", "not_null"]}],
            }
        ]
    }
    body = """
        start = dbt.config.meta_get("start")
        specs = dbt.config.meta_get("specs")
        return session.sql(f"select {start} + i as key, ? as label from range(3) r(i)", params=[specs[0]["name"]])
    """
    write(
        warehouse,
        {
            "models/made.yml": json.dumps(properties),
            "models/made.py": model(body),
            "models/other.py": model('return session.sql("select 1 as a")'),
        },
    )
    done = warehouse.dbt("build", "--select", "tag:chosen")
    assert done.success, done.log
    done = warehouse.dbt("build", "--select", "tag:chosen")
    assert done.success, done.log
    assert warehouse.query("select * from made order by key").to_numpy().tolist() == [
        [5, "a'b"], [6, "a'b"], [7, "a'b"], [99, "hook"],
    ]  # fmt: skip
    indexes = " ".join(warehouse.query("select indexdef from pg_indexes where tablename = 'made'")["indexdef"])
    assert "UNIQUE" in indexes and "USING hash (label)" in indexes
    assert warehouse.query("select has_table_privilege('reader', 'made', 'select') as may")["may"].item()
    comments = warehouse.query(
        "select obj_description('made'::regclass) as t, col_description('made'::regclass, 1) as c"
    )
    assert comments.iloc[0].tolist() == ['It\'s "made" in Python; -- x', "the key"]
    assert warehouse.query("select relpersistence as p from pg_class where relname = 'made'")["p"].item() == "u"
    assert warehouse.query("select count(*) as n from pg_tables where tablename = 'other'")["n"].item() == 0


INCREMENTAL = """
    dbt.config(materialized="incremental", unique_key="key", incremental_strategy="{strategy}")
    new = dbt.ref("new_rows")
    if dbt.is_incremental:
        last = session.sql(f"select max(key) from {{dbt.this}}").fetchall()[0][0]
        return new.filter(f"key >= {{last}}")
    return new
"""


@pytest.mark.parametrize("strategy", ["append", "delete+insert", "merge"])
@on_both_engines
def test_incremental(warehouse: Warehouse, strategy: str) -> None:
    """The same file on both engines, reading the table it adds to."""
    write(
        warehouse,
        {
            "models/new_rows.sql": "select key, key * {{ var('factor', 1) }} as amount from (select 1 as key union all select 2 union all select 3) as k where key <= {{ var('upto', 2) }}",
            "models/history.py": model(INCREMENTAL.format(strategy=strategy)),
        },
    )
    works(warehouse)
    read = "select key, amount from history order by key, amount"
    assert warehouse.query(read).to_numpy().tolist() == [[1, 1], [2, 2]]
    works(warehouse, "--vars", "{upto: 3, factor: 10}")
    kept = [[1, 1], [2, 2], [2, 20], [3, 30]] if strategy == "append" else [[1, 1], [2, 20], [3, 30]]
    assert warehouse.query(read).to_numpy().tolist() == kept
    works(warehouse, "--vars", "{upto: 3, factor: 100}", "--full-refresh")
    assert warehouse.query(read).to_numpy().tolist() == [[1, 100], [2, 200], [3, 300]]


@on_both_engines
def test_empty(warehouse: Warehouse) -> None:
    """--empty keeps columns and types, and reads no rows."""
    body = """
        rows = dbt.ref("some_rows")
        return rows.aggregate("label, count(*) as n, sum(amount) as total")
    """
    write(
        warehouse,
        {
            "models/base.sql": "select 'a' as label, cast(1.5 as numeric(12, 2)) as amount",
            "models/some_rows.sql": "select * from {{ ref('base') }}",
            "models/counted.py": model(body),
        },
    )
    works(warehouse, "--empty")
    assert warehouse.query("select label, n, total from counted").empty
    works(warehouse)
    assert warehouse.query("select label, n, total from counted").to_numpy().tolist() == [["a", 1, 1.5]]
    if isinstance(warehouse, PostgresWarehouse):  # on DuckDB, dbt reads a table that is there
        works(warehouse, "--empty", "--select", "counted")
        assert warehouse.query("select label, n, total from counted").empty


@on_both_engines
def test_threads(warehouse: Warehouse) -> None:
    """Models built at the same time keep their rows apart."""
    files = {"models/base.sql": "select 1 as one"}
    for i in range(8):
        files[f"models/made_{i}.py"] = model(f"""
            base = dbt.ref("base")
            return session.sql("select {i} as model, i as key, repeat('x', 200) as filler from range({i + 1}000) r(i)")
        """)
    write(warehouse, files)
    works(warehouse, "--threads", "4")
    for i in range(8):
        found = warehouse.query(f"select model, count(*) as n from made_{i} group by 1")
        assert found.to_numpy().tolist() == [[i, (i + 1) * 1000]]


def test_order_of_rows_is_the_models(warehouse_on_postgres: PostgresWarehouse) -> None:
    write(warehouse_on_postgres, {"models/made.py": model('return session.sql("select i from range(300000) r(i) order by hash(i)")')})  # fmt: skip
    works(warehouse_on_postgres)
    truth = duckdb.sql("select i from range(300000) r(i) order by hash(i)").fetchall()
    assert warehouse_on_postgres.query("select i from made")["i"].tolist() == [row[0] for row in truth]


MISTAKES = {
    "own line": (
        'x = {"a": 1}\nreturn x["b"]',
        "models/made.py, line 3, `return x[\"b\"]`: KeyError: 'b'",
    ),
    "deeper": (
        'import pandas\nreturn pandas.DataFrame({"a": [1]})["b"]',
        "models/made.py, line 3, `return pandas.DataFrame({\"a\": [1]})[\"b\"]`: KeyError: 'b' (raised in ",
    ),
    "nothing": ("return None", "model() returned nothing, not a DuckDB relation or a pandas, Arrow or Polars"),
    "a number": ("return 3", "returned an int, not a DuckDB relation"),
    "exit": ("import sys\nsys.exit(3)\nreturn 1", "models/made.py, line 3, `sys.exit(3)`: SystemExit: 3"),
    "sql": (
        'return session.sql("select nope from range(3)")',
        "line 2, `return session.sql(\"select nope from range(3)\")`: BinderException",
    ),
    "late sql": (
        "return session.sql(\"select cast('x' || i as integer) as k from range(3) r(i)\")",
        "the result of the Python model could not be computed: Conversion Error: Could not convert string 'x0' to INT32",
    ),
    "long name": (
        'return session.sql(\'select 1 as "\' + "é" * 40 + \'"\')',
        "returned a column whose name has 80 bytes",
    ),
    "nul": ("return session.sql(\"select 'a' || chr(0) as k\")", 'invalid byte sequence for encoding "UTF8": 0x00'),
    "missing module": ("import no_such_module\nreturn 1", "ModuleNotFoundError: No module named 'no_such_module'"),
    "two names": (
        'odd = dbt.source("lake", "odd")\nreturn odd',
        "has several columns that differ from 'key' only in upper and lower case",
    ),
    "before the year 1": (
        "return session.sql(\"select 1 as a\") if dbt.source('lake', 'old') else None",
        "before the year 1: 0044-03-15 BC",
    ),
    "no exception": ("class Panic(BaseException): pass\nraise Panic('x')\nreturn 1", "line 3, `raise Panic('x')`: Panic: x"),
    "stop iteration": ("return next(iter([]))", "line 2, `return next(iter([]))`: StopIteration"),
    "no message": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError('no')\nraise Odd\nreturn 1",
        "line 4, `raise Odd`: Odd: (its message cannot be shown)",
    ),
    "generator": ("return (i for i in range(3))", "returned a generator, not a DuckDB relation"),
    "a list": ("return [1, 2]", "returned a list, not a DuckDB relation"),
    "no columns": (
        'none = dbt.source("lake", "everything")\nreturn none',
        "\"lake\".\"everything\" has no columns to read",
    ),
}  # fmt: skip


def test_mistakes_are_one_readable_paragraph(warehouse_on_postgres: PostgresWarehouse) -> None:
    """The model's own line, what Python or the database says, no stack trace; the table before stays."""
    warehouse = warehouse_on_postgres
    warehouse.execute(
        "create schema lake; create table lake.odd (key int, \"Key\" int); create table lake.everything (); create table lake.old as select date '0044-03-15 BC' as ides"
    )
    good = model('return session.sql("select 42 as k")')
    for name, (body, message) in MISTAKES.items():
        write(warehouse, {"models/sources.yml": SOURCES, "models/made.py": good})
        works(warehouse)
        write(warehouse, {"models/made.py": model(body)})
        done = run(warehouse)
        assert not done.success and not done.stack_trace, name
        said = [line for line in done.log.splitlines() if message in line]
        assert said, f"{name}: {done.log}"
        assert max(map(len, said)) < 1000, name
        assert warehouse.query("select k from made")["k"].tolist() == [42], name
        assert leftovers(warehouse) == [], name


def leftovers(warehouse: Warehouse) -> list[str]:
    """Tables that a build makes on the way."""
    found = warehouse.query(
        """
        select c.relname as name from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v') and (c.relname like '%!_!_dbt!_%' escape '!' or n.nspname like 'pg!_temp!_%' escape '!')
        """
    )
    return list(found["name"])


@pytest.fixture
def warehouse_on_postgres(tmp_path: Path, server: PostgresServer) -> PostgresWarehouse:
    return PostgresWarehouse(tmp_path, server=server)


OLD = model('return session.sql("select 0 as version, i as key from range(10) r(i)")')
NEW_ROWS = 1_500_000
NEW = model(
    f"return session.sql(\"select 1 as version, i as key, 'filler of row ' || i as filler from range({NEW_ROWS}) r(i)\")"
)


def state(warehouse: Warehouse) -> tuple[int, int]:
    """Version of the table made, and its rows."""
    row = warehouse.query("select min(version) as low, max(version) as high, count(*) as n from made").iloc[0]
    assert row["low"] == row["high"]
    return int(row["low"]), int(row["n"])


@contextlib.contextmanager
def meanwhile(action: Callable[[], bool]) -> Iterator[list[bool]]:
    """Try an action again and again until it says that it was done, or the block ends."""
    done: list[bool] = []
    stop = threading.Event()

    def loop() -> None:
        while not stop.is_set() and not done:
            if action():
                done.append(True)
            time.sleep(0.005)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("direction", ["COPY TO", "COPY FROM"])
def test_connection_lost_in_the_middle_of_a_copy(
    warehouse_on_postgres: PostgresWarehouse, direction: str, capfd: pytest.CaptureFixture[str]
) -> None:
    warehouse = warehouse_on_postgres
    write(warehouse, {"models/made.py": OLD})
    works(warehouse)
    warehouse.execute(
        f"create schema lake; create table lake.odd as select 1 as version, i as key, 'filler of row ' || i as filler from generate_series(1, {NEW_ROWS}) i"
    )
    if direction == "COPY TO":
        write(
            warehouse,
            {"models/sources.yml": SOURCES, "models/made.py": model("rows = dbt.source('lake', 'odd')\nreturn rows")},
        )
    else:
        write(warehouse, {"models/made.py": NEW})
    connection = warehouse.server.connect(warehouse.name)

    def cut() -> bool:
        cursor = connection.cursor()
        cursor.execute(
            "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_progress_copy where command = %s and tuples_processed > 1000",
            (direction,),
        )
        return bool(cursor.fetchone()[0])

    with contextlib.closing(connection), meanwhile(cut) as was_cut:
        done = run(warehouse)
    assert was_cut, "the copy was over too soon to be cut"
    assert not done.success and not done.stack_trace, done.log
    action = "reading" if direction == "COPY TO" else "writing"
    said = [line for line in done.log.splitlines() if f"{action} " in line and "for a Python model" in line]
    assert said and "the connection to the server was lost" in said[0], done.log
    assert "SystemError" not in capfd.readouterr().err
    assert state(warehouse) == (0, 10) and leftovers(warehouse) == []
    works(warehouse)
    assert state(warehouse) == (1, NEW_ROWS) and leftovers(warehouse) == []


def start_dbt(warehouse: PostgresWarehouse, target: str = "target") -> subprocess.Popen[str]:
    """Start a build in a process of its own."""
    environment = os.environ | warehouse.environment
    environment |= {"DBT_TARGET_PATH": str(warehouse.folder / target), "DBT_PROFILES_DIR": str(warehouse.project)}
    command = [str(DBT), "--no-use-colors", "run"]
    return subprocess.Popen(
        command, cwd=warehouse.project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize("moment", ["in python", "in copy"])
def test_killed_half_way(warehouse_on_postgres: PostgresWarehouse, moment: str) -> None:
    warehouse = warehouse_on_postgres
    write(warehouse, {"models/made.py": OLD})
    works(warehouse)
    flag = warehouse.folder / "running"
    slow = f'import pathlib, time\npathlib.Path("{flag}").touch()\ntime.sleep(60)\nreturn session.sql("select 1 as version")'
    write(warehouse, {"models/made.py": model(slow) if moment == "in python" else NEW})
    process = start_dbt(warehouse)

    def reached() -> bool:
        if moment == "in python":
            return flag.exists()
        copying = (
            "select count(*) as n from pg_stat_progress_copy where command = 'COPY FROM' and tuples_processed > 1000"
        )
        return bool(warehouse.query(copying)["n"].item())

    wait_for(reached)
    process.send_signal(signal.SIGKILL)
    process.wait()
    backends = (
        f"select count(*) as n from pg_stat_activity where datname = '{warehouse.name}' and application_name = 'dbt'"
    )
    wait_for(lambda: warehouse.query(backends)["n"].item() == 0)
    assert state(warehouse) == (0, 10) and leftovers(warehouse) == []
    write(warehouse, {"models/made.py": NEW})
    works(warehouse)
    assert state(warehouse) == (1, NEW_ROWS) and leftovers(warehouse) == []


def test_disk_full(tmp_path: Path) -> None:
    """A file of the server cannot grow beyond 24 MB: the new table does not fit, the old one stays."""
    server = PostgresServer(chosen()[0], file_megabytes=24)
    try:
        warehouse = PostgresWarehouse(tmp_path, server=server)
        write(warehouse, {"models/made.py": OLD})
        works(warehouse)
        write(warehouse, {"models/made.py": NEW})
        done = run(warehouse)
        assert not done.success and not done.stack_trace, done.log
        said = [line for line in done.log.splitlines() if "for a Python model" in line]
        assert said and "could not extend file" in said[0] and "File too large" in said[0], done.log
        assert state(warehouse) == (0, 10) and leftovers(warehouse) == []
    finally:
        server.stop()


def test_connection_lost_while_python_computes(warehouse_on_postgres: PostgresWarehouse) -> None:
    warehouse = warehouse_on_postgres
    write(warehouse, {"models/made.py": OLD})
    works(warehouse)
    warehouse.execute(f"alter database \"{warehouse.name}\" set idle_in_transaction_session_timeout = '1s'")
    write(warehouse, {"models/base.sql": "select 1 as one", "models/made.py": model("base = dbt.ref('base')\nimport time\ntime.sleep(3)\nreturn base")})  # fmt: skip
    done = run(warehouse)
    said = [line for line in done.log.splitlines() if "the connection to the server was lost" in line]
    assert not done.success and len(said) == 1, done.log
    assert state(warehouse) == (0, 10) and leftovers(warehouse) == []


def test_two_builds_at_once(warehouse_on_postgres: PostgresWarehouse) -> None:
    """Each ends well, or says in a line why it did not; the table is whole."""
    warehouse = warehouse_on_postgres
    write(warehouse, {"models/made.py": OLD})
    works(warehouse)
    write(warehouse, {"models/made.py": NEW})
    for _ in range(2):
        builds = [start_dbt(warehouse, f"target_{i}") for i in range(2)]
        logs = [build.communicate()[0] for build in builds]
        for log in logs:
            assert "Traceback" not in log, log
        assert any("Completed successfully" in log for log in logs), logs
        assert state(warehouse) == (1, NEW_ROWS)
    works(warehouse)
    assert state(warehouse) == (1, NEW_ROWS) and leftovers(warehouse) == []


def without_the_package(warehouse: Warehouse, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt where dbt-whence is not installed: another module of its name comes first."""
    shadow = warehouse.folder / "shadow" / "dbt_whence"
    shadow.mkdir(parents=True, exist_ok=True)
    (shadow / "__init__.py").touch()
    environment = os.environ | warehouse.environment
    environment |= {
        "PYTHONPATH": str(shadow.parent),
        "DBT_TARGET_PATH": str(warehouse.folder / "target"),
        "DBT_PROFILES_DIR": str(warehouse.project),
    }
    command = [str(DBT), "--no-use-colors", *arguments]
    return subprocess.run(command, cwd=warehouse.project, env=environment, capture_output=True, text=True)


def test_project_without_the_python_package(warehouse: Warehouse) -> None:
    """What needs it says so in one line, before anything is built; what does not need it is built."""
    done = without_the_package(warehouse, "build")
    assert done.returncode == 2
    said = [line for line in done.stdout.splitlines() if "whence: " in line]
    assert len(said) == 1 and 'install it with pip install "dbt-whence @ ' in said[0], done.stdout
    assert "Traceback" not in done.stdout and " OK created" not in done.stdout
    warehouse.project = consumer(warehouse.folder)
    done = without_the_package(warehouse, "build", "--select", "+metric_segments", "--indirect-selection", "buildable")
    assert done.returncode == 0, done.stdout
    assert "OK created sql table model main.metric_segments" in done.stdout


@on_both_engines
def test_model_without_the_python_package(warehouse: Warehouse) -> None:
    """DuckDB runs Python models by itself; beside PostgreSQL one line says what is missing."""
    write(warehouse, {"models/made.py": OLD})
    done = without_the_package(warehouse, "run", "--select", "made")
    if warehouse.environment.get("DBT_TARGET") == "postgres":
        said = [line for line in done.stdout.splitlines() if "whence: made: " in line]
        assert done.returncode == 2 and len(said) == 1, done.stdout
    else:
        assert done.returncode == 0, "DuckDB runs Python models by itself"
