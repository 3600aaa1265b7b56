"""Descriptions: complete, stated once, and in the database, where BI tools read them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import MACROS, PROJECT, PostgresWarehouse, Warehouse, consumer, copy_of_demo, on_both_engines

# SQL that lists comments: the table's with an empty column, then those of its columns.
COMMENTS = {
    "duckdb": """
        select table_name, '' as column_name, comment from duckdb_tables() where not internal
        union all select view_name, '', comment from duckdb_views() where not internal
        union all select table_name, column_name, comment from duckdb_columns() where not internal
        """,
    "postgres": """
        select relname as table_name, coalesce(attname, '') as column_name, description as comment
        from pg_description
        inner join pg_class on pg_class.oid = objoid and classoid = 'pg_class'::regclass
        left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
        where relnamespace = 'main'::regnamespace
        """,
}


@pytest.fixture(scope="module")
def demo_copy(tmp_path_factory: pytest.TempPathFactory, demo: Warehouse) -> Path:
    """The DuckDB file of the demo; the artifacts are in the folder target beside it."""
    return copy_of_demo(demo, tmp_path_factory.mktemp("descriptions"))


def nodes(artifacts: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads((artifacts / "manifest.json").read_text())["nodes"])


def public_tables(every: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the models without a layer prefix, the demo's own left out."""
    return [
        node
        for node in every.values()
        if node["resource_type"] == "model"
        and node["package_name"] == "whence"
        and not node["name"].startswith(("int_", "stg_", "demo_"))
        and "demo" not in node["fqn"]
    ]


def test_public_tables_are_described(demo_copy: Path) -> None:
    """Each has a contract, a tested grain, a first sentence that states it, and a text for each column."""
    every = nodes(demo_copy.parent / "target")
    keys = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in every.values()
        if (node.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    tables = public_tables(every)
    assert len(tables) > 50
    for table in tables:
        name = table["name"]
        assert table["config"]["contract"]["enforced"], name
        assert set(keys[table["unique_id"]]) <= set(table["columns"]), name
        assert re.match(r"One row per \w+", table["description"]), name
        for column in table["columns"].values():
            text = column["description"]
            assert len(text) >= 6 and text[-1] in ".?", (name, column["name"], text)
            assert not re.match(r"(Such|Its|Of the|The same\.)\b", text), (name, column["name"], text)


def test_what_is_said_three_times_is_a_doc_block() -> None:
    for folder in ("models", "python_models"):
        texts: Counter[tuple[str, str]] = Counter()
        for path in PROJECT.glob(f"{folder}/*/_*.yml"):
            for model in yaml.safe_load(path.read_text()).get("models", []):
                for column in model.get("columns", []):
                    if "doc(" not in column.get("description", "doc("):
                        texts[path.parent.name, column["description"]] += 1
        assert [text for text, n in texts.items() if n >= 3] == []


def differences(every: dict[str, dict[str, Any]], comments: dict[tuple[str, str], str | None]) -> list[Any]:
    """Return where the comments of built public tables and seeds are not their descriptions."""
    seeds = [node for node in every.values() if node["resource_type"] == "seed" and node["package_name"] == "whence"]
    described = {
        (node["alias"], column): text
        for node in [*public_tables(every), *seeds]
        for column, text in [
            ("", node["description"]),
            *((c["name"], c["description"]) for c in node["columns"].values()),
        ]
        if text
    }
    built = {table for table, _ in comments}
    return [
        (key, text, comments.get(key))
        for key, text in described.items()
        if key[0] in built and comments.get(key) != text
    ]


def test_comments_of_the_demo_are_its_descriptions(demo_copy: Path) -> None:
    """Tables, views, incremental models, seeds, tables behind which there is Python."""
    with duckdb.connect(str(demo_copy), read_only=True) as connection:
        comments = {(table, column): text for table, column, text in connection.sql(COMMENTS["duckdb"]).fetchall()}
    every = nodes(demo_copy.parent / "target")
    assert {table["name"] for table in public_tables(every)} <= {table for table, _ in comments}
    assert differences(every, comments) == []


HOSTILE = 'It\'s "quoted" \\ `x` $$ -- ; %s %% é 🙂\nnext line; drop table metric_totals'


@on_both_engines
def test_comments_and_grants_in_a_project_of_the_users(warehouse: Warehouse) -> None:
    """A text of any characters arrives as it is; settings of the package reach its tables; a role may read, not write."""
    on_postgres = isinstance(warehouse, PostgresWarehouse)
    # on DuckDB, the tables are those of the demo's test
    warehouse.project = consumer(warehouse.folder, parts=() if on_postgres else MACROS)
    settings = json.loads((warehouse.project / "dbt_project.yml").read_text())
    if on_postgres:
        warehouse.execute(
            "do $$ begin create role bi_reader; exception when duplicate_object then null; end $$;"
            " create schema if not exists main; grant usage on schema main to bi_reader"
        )
        settings["models"] = {"whence": {"+grants": {"select": ["bi_reader"]}}}
    (warehouse.project / "dbt_project.yml").write_text(json.dumps(settings))
    models = warehouse.project / "models"
    described = {"description": HOSTILE, "config": {"persist_docs": {"relation": True, "columns": True}}}
    declared = [{"name": name, **described, "columns": [{"name": "x", "description": HOSTILE}]} for name in ("a", "b")]
    (models / "hostile.yml").write_text(json.dumps({"models": declared}, ensure_ascii=False))
    (models / "a.sql").write_text("{{ config(materialized='table') }} select 1 as x")
    (models / "b.sql").write_text("{{ config(materialized='view') }} select 1 as x")
    variables = json.dumps({"whence_domains": ["metric_change"]})
    run = warehouse.dbt("run", "--select", "a", "b", "+metric_totals", "--vars", variables)
    assert run.success, run.log
    rows = warehouse.query(COMMENTS["postgres" if on_postgres else "duckdb"])
    comments = {(row.table_name, row.column_name): row.comment for row in rows.itertuples()}
    assert {comments[name, column] for name in ("a", "b") for column in ("", "x")} == {HOSTILE}
    if on_postgres:
        assert ("metric_totals", "value") in comments
        assert differences(nodes(warehouse.folder / "target"), comments) == []
        allowed = warehouse.query(
            "select has_table_privilege('bi_reader', 'metric_totals', 'select') as reads,"
            " has_table_privilege('bi_reader', 'metric_totals', 'insert') as writes"
        )
        assert allowed.iloc[0].tolist() == [True, False]
