"""How built tables are found and read: every way in which they are not there, and that nothing can be written."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import PROJECT, consumer
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.postgres.connections import PostgresCredentials
from postgres_server import HOW_TO_GET_ONE, PostgresServer, chosen

from dbt_whence.metric_change import ranked_metric
from dbt_whence.questions import ask, compile_question, find_question
from dbt_whence.results import Column, Question, Results, Table, WhenceError, find_results, row_key

SCHEMA = 'my "own".schema {x} %s'
COLUMNS = {"name": "text", "n": "bigint", "value": "double precision", "day": "date", "is_new": "boolean"}
ROWS: list[tuple[Any, ...]] = [
    ("b", 1, 1.5, datetime.date(2024, 1, 31), True),
    ("B", 2, None, None, None),
    ("a", 3, -1e200, datetime.date(2024, 2, 29), False),
    ("ä", 4, 1.5, datetime.date(1999, 12, 31), True),
    ("_", None, 0.0, None, False),
    ("it's; drop table t; --", 6, 1.5, None, None),
    ('{0} {} %s % ? $1 "q" \\', 7, None, None, None),
    ("line\nbreak 🙂", 8, 0.1 + 0.2, None, None),
]


def quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def described(engine: str, credentials: Any, database: str) -> Results:
    """Two tables of which the second is not built."""
    columns = tuple(Column(name, kind, "") for name, kind in COLUMNS.items())
    tables = {
        name: Table(name, "metric_change", "", columns, ("name",), ".".join(map(quote, (database, SCHEMA, name))))
        for name in ("metric_totals", "metric_movers")
    }
    return Results(engine, credentials, tables)


def fill(execute: Any, mark: str) -> None:
    """Make the first table."""
    relation = f"{quote(SCHEMA)}.metric_totals"
    execute(f"create schema {quote(SCHEMA)}", [])
    execute(f"create table {relation} ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})", [])
    for row in ROWS:
        execute(f"insert into {relation.replace('%', '%%' if mark == '%s' else '%')} values ({', '.join([mark] * 5)})", list(row))  # fmt: skip


@pytest.fixture(scope="module")
def in_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Results:
    path = tmp_path_factory.mktemp("results") / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        fill(connection.execute, "?")
    return described("duckdb", DuckDBCredentials(path=str(path), schema=SCHEMA), "shop")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """The oldest PostgreSQL here: where it is the system's own, its order of text is that of a language."""
    if not chosen():
        pytest.fail(HOW_TO_GET_ONE)
    server = PostgresServer(chosen()[-1])
    yield server
    server.stop()


@pytest.fixture(scope="module")
def in_postgres(server: PostgresServer) -> Results:
    name = server.create_database("results")
    with closing(server.connect(name)) as connection, connection.cursor() as cursor:
        fill(lambda sql, values: cursor.execute(sql, values or None), "%s")
    credentials = PostgresCredentials(
        host=str(server.folder), port=server.port, user="postgres", password="", database=name, schema=SCHEMA
    )
    return described("postgres", credentials, name)


@pytest.fixture(params=["duckdb", "postgres"])
def results(request: pytest.FixtureRequest) -> Results:
    found: Results = request.getfixturevalue(f"in_{request.param}")
    return found


def test_rows_are_read_as_they_are(results: Results) -> None:
    with results.connection() as connection:
        assert connection.built() == {"metric_totals"}
        rows = connection.read("metric_totals", order_by=["n"])
        assert [tuple(row.values()) for row in rows] == sorted(ROWS, key=lambda row: (row[1] is None, row[1]))
        assert list(rows[0]) == list(COLUMNS)
        assert connection.read("metric_totals", {"n": 1}, columns=["value"]) == [{"value": 1.5}]
        assert connection.count("metric_totals") == len(ROWS) and connection.count("metric_totals", {"value": 1.5}) == 3
        assert connection.values("metric_totals", "value") == [-1e200, 0.0, 0.1 + 0.2, 1.5]
        assert row_key(results.table("metric_totals"), rows[0]) == {"name": "b"}


def test_values_are_values(results: Results) -> None:
    """Whatever stands in a value or a list of them, it is compared, not run."""
    with results.connection() as connection:
        for row in ROWS:
            assert [found["n"] for found in connection.read("metric_totals", {"name": row[0]})] == [row[1]]
            assert connection.values("metric_totals", "name", {"name": [row[0], "' or true --"]}) == [row[0]]
        for name in ("' or '1' = '1", "it''s", "{}", "%(name)s", "", "B ", "x" * 100_000):
            assert connection.count("metric_totals", {"name": name}) == 0
        assert [row["name"] for row in connection.read("metric_totals", {"n": None})] == ["_"]
        assert connection.read("metric_totals", {"name": []}) == connection.read("metric_totals", {"n": []}) == []
        assert connection.count("metric_totals", {"name": []}) == 0
        found = connection.read("metric_totals", {"n": [1, None], "value": [1.5, 0.0]}, ["n"])
        assert [row["name"] for row in found] == ["b", "_"], "null is one of the values"
        assert connection.count("metric_totals", {"day": datetime.date(2024, 2, 29), "is_new": False}) == 1
        assert [row["n"] for row in connection.rows("select {} as n, '%' as sign, '{{}}' as braces", [5])] == [5]
        assert connection.rows("select '%s %' as sign") == [{"sign": "%s %"}]
        for column in ("no", 'n" = 1 or "n', "n; --", "{}"):
            with pytest.raises(WhenceError, match=r"it has name, n, value, day, is_new"):
                connection.read("metric_totals", {column: 1})
            with pytest.raises(WhenceError, match=r"has no column"):
                connection.read("metric_totals", order_by=[f"-{column}"])


def test_order_is_the_same_on_both_engines(in_duckdb: Results, in_postgres: Results) -> None:
    """Text in the order of bytes, whatever the language of the server; nulls last; ties by key; limits cut the same."""
    orders: list[list[str]] = [["name"], ["-name"], ["value"], ["-value"], ["is_new", "-day"], ["-n"], []]
    for order in orders:
        for limit in (None, 0, 3):
            found = []
            for results in (in_duckdb, in_postgres):
                with results.connection() as connection:
                    found.append([row["name"] for row in connection.read("metric_totals", order_by=order, limit=limit)])
            assert found[0] == found[1], order
            assert len(found[0]) == (len(ROWS) if limit is None else limit)
    with in_postgres.connection() as connection:
        by_name = [row["name"] for row in connection.read("metric_totals", order_by=["name"])]
        assert by_name == sorted(row[0] for row in ROWS)
        by_value = [row["value"] for row in connection.read("metric_totals", order_by=["-value"])]
        assert by_value[:3] == [1.5] * 3 and by_value[-2:] == [None, None]


def test_nothing_can_be_written(results: Results) -> None:
    relation = results.table("metric_totals").relation.replace("{", "{{").replace("}", "}}")
    for sql in (
        f"insert into {relation} select * from {relation}",
        f"update {relation} set n = 0",
        f"delete from {relation}",
        f"drop table {relation}",
        "create table other as select 1 as n",
        "create schema other",
    ):
        with results.connection() as connection, pytest.raises(WhenceError, match=r"(?i)read.only"):
            connection.rows(sql)
    with results.connection() as connection:
        assert connection.count("metric_totals") == len(ROWS)


def test_errors_are_one_line(results: Results) -> None:
    missing = "^metric_movers is not built in this target; run dbt build --select metric_change$"
    with results.connection() as connection:
        for attempt in (connection.read, connection.count):
            with pytest.raises(WhenceError, match=missing):
                attempt("metric_movers")
        with pytest.raises(
            WhenceError, match=r"^there is no table 'movers'; the tables are metric_movers, metric_totals$"
        ):
            connection.read("movers")
        with pytest.raises(WhenceError) as wrong:
            connection.rows("select\n  oops\nfrom nowhere")
        assert "\n" not in str(wrong.value) and "nowhere" in str(wrong.value)
        connection.reset()
        assert connection.count("metric_totals") == len(ROWS)  # the connection goes on
        question = Question("what", "metric_change", "")
        sql = f"select * from {results.tables['metric_movers'].relation}"
        with pytest.raises(WhenceError, match=r"^what reads metric_movers, not built in this target; run dbt build"):
            ask(connection, question, sql)
        sql = f"select name, '{{}} %' as sign from {results.tables['metric_totals'].relation} where n = 1"
        assert ask(connection, question, sql) == [{"name": "b", "sign": "{} %"}]
    with pytest.raises(WhenceError, match=r"^there is no question 'what'; the questions are "):
        find_question(results, "what")


def test_duckdb_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reading(path: str) -> Results:
        return described("duckdb", DuckDBCredentials(path=path, schema="main"), "shop")

    def error(path: str) -> str:
        with pytest.raises(WhenceError) as raised, reading(path).connection():
            pass
        assert "\n" not in str(raised.value)
        return str(raised.value)

    # a relative path is relative to the working directory: the error says which file was looked for
    monkeypatch.chdir(tmp_path)
    assert error("locks.duckdb") == f"{tmp_path}/locks.duckdb does not exist yet; run dbt build"
    assert not (tmp_path / "locks.duckdb").exists()
    assert "give it a path" in error(":memory:") and "give it a path" in error(":memory:shop")
    (tmp_path / "text.duckdb").write_text("not a database, " * 1000)
    assert "text.duckdb" in error("text.duckdb")

    path = str(tmp_path / "shop.duckdb")
    duckdb.connect(path).close()
    hold = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        assert error(path) == f"{path} is locked: a build or a client is writing to it; try again when it is done"
        assert holder.stdin is not None
        holder.stdin.close()
    with reading(path).connection() as connection:
        assert connection.built() == set()
    duckdb.connect(path).close()  # nothing stays open


def test_postgres_roles_and_limits(in_postgres: Results, server: PostgresServer) -> None:
    """A role that may not read, one that is taken on, a statement that takes long, a server that is away."""
    credentials = in_postgres.credentials
    with closing(server.connect(credentials.database)) as connection:
        connection.cursor().execute("create role stranger login; create role whence_reader login")
        grants = f"grant usage on schema {quote(SCHEMA)} to whence_reader, stranger; grant select on all tables in schema {quote(SCHEMA)} to whence_reader"
        connection.cursor().execute(grants)
    stranger = replace(in_postgres, credentials=credentials.replace(user="stranger"))
    with stranger.connection() as reading:
        assert reading.built() == {"metric_totals"}
        with pytest.raises(WhenceError, match=r"^permission denied for table metric_totals$"):
            reading.read("metric_totals")
    as_reader = replace(in_postgres, credentials=credentials.replace(role="whence_reader"), statement_timeout=1)
    with as_reader.connection() as reading:
        assert reading.rows("select current_user as name") == [{"name": "whence_reader"}]
        with pytest.raises(WhenceError, match=r"^canceling statement due to statement timeout$"):
            reading.rows("select pg_sleep(30)")
        reading.reset()
        assert reading.rows("select current_user as name") == [{"name": "whence_reader"}]
        assert reading.count("metric_totals") == len(ROWS)
    for wrong in ({"port": 1}, {"user": "nobody_here"}, {"database": "nowhere"}, {"role": "nobody_here"}):
        away = replace(in_postgres, credentials=credentials.replace(**wrong))
        with pytest.raises(WhenceError, match=r"^PostgreSQL cannot be reached: [^\n]+$"), away.connection():
            pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small project, the working directory; its profile is the one of whence."""
    for name in ("DBT_TARGET", "DBT_TARGET_PATH", "WHENCE_SCHEMA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(PROJECT))
    monkeypatch.setenv("WHENCE_DUCKDB_PATH", str(tmp_path / "shop.duckdb"))
    (tmp_path / "models").mkdir()
    settings = {"name": "shop", "profile": "whence", "flags": {"send_anonymous_usage_stats": False}}
    (tmp_path / "dbt_project.yml").write_text(json.dumps(settings))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    DuckDBConnectionManager.close_all_connections()


def test_projects_that_do_not_parse(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def error(**options: Any) -> str:
        with pytest.raises(WhenceError) as raised:
            find_results(**options)
        assert "\n" not in str(raised.value)
        return str(raised.value)

    assert error() == "no table of whence is enabled in this project; is the package in packages.yml?"
    assert "nowhere" in error(profile="nowhere")
    assert "nowhere" in error(target="nowhere")
    assert "dbt cannot parse the project: " in error(variables="{not yaml")
    (folder / "models" / "bad.sql").write_text("{{ print('on stdout') }} select {{ oops(")
    assert error().startswith(
        "dbt cannot parse the project: Compilation Error in model bad (models/bad.sql) unexpected "
    )
    (folder / "models" / "bad.sql").write_text("select * from {{ ref('nowhere') }}")
    assert "'nowhere' which was not found" in error()
    (folder / "dbt_project.yml").write_text("name: [shop")
    assert error() == "dbt cannot parse the project: Runtime Error Syntax error near line 2"
    (folder / "dbt_project.yml").unlink()
    assert "dbt_project.yml" in error()
    assert "nowhere" in error(project_dir=str(folder / "nowhere"))
    assert capfd.readouterr().out == ""


def test_a_schema_of_the_users_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a project with the package installed: tables where it puts them, questions compiled for there, nothing left."""
    project = consumer(folder)
    settings = json.loads((project / "dbt_project.yml").read_text())
    settings["models"] = {"whence": {"+schema": "why it.moved"}}
    (project / "dbt_project.yml").write_text(json.dumps(settings))
    (project / "target").mkdir()
    monkeypatch.setenv("DBT_PROJECT_DIR", str(project))
    scratch = folder / "scratch"
    results = find_results(scratch=str(scratch))
    assert results.tables["metric_analyses"].relation == '"shop"."main_why it.moved"."metric_analyses"'
    with duckdb.connect(results.credentials.path) as connection:
        connection.execute('create schema "main_why it.moved"')
        counts = ("baseline_records", "current_records", "filtered_records", "excluded_records", "unparsed_records")
        connection.execute(
            f"create table \"main_why it.moved\".metric_analyses as select 'a' as analysis, {', '.join(f'{n} as {name}' for n, name in enumerate(counts))}"
        )
        # of another schema: not the table that is meant
        connection.execute("create table metric_movers as select 1 as n")
    sql = compile_question(results, "what_was_left_out")
    with results.connection() as connection:
        assert connection.built() == {"metric_analyses"}
        assert connection.read("metric_analyses", columns=["analysis"]) == [{"analysis": "a"}]
        assert ask(connection, results.questions["what_was_left_out"], sql) == [
            {
                "analysis": "a",
                "compared_records": 1,
                "filtered_records": 2,
                "excluded_records": 3,
                "unparsed_records": 4,
            }
        ]
        with pytest.raises(
            WhenceError, match=r"^which_signals_survive reads signal_profiles, signal_screening, not built"
        ):
            ask(
                connection,
                results.questions["which_signals_survive"],
                compile_question(results, "which_signals_survive"),
            )
    assert {question.domain for question in results.questions.values()} == {"metric_change", "factor_models", "signal_research", "factor_proxies"}  # fmt: skip
    assert not list((project / "target").iterdir()) and not (project / "logs").exists()
    assert (scratch / "partial_parse.msgpack").exists() and not (scratch / "manifest.json").exists()


@pytest.mark.parametrize(
    ("spec", "metrics", "metric"),
    [('{"rank_by": "b"}', "a | b", "b"), ('{"rank_by": null}', "b | a", "b"), (None, "b", "b"), ("x", None, "records")],
)
def test_the_metric_an_analysis_ranks_by(spec: str | None, metrics: str | None, metric: str) -> None:
    assert ranked_metric({"spec_json": spec, "metrics": metrics}) == metric
