"""The guide of BI tools: its queries answer on both engines alike, its connections read and do not write."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import PROJECT, PostgresWarehouse, Warehouse, copy_of_demo
from postgres_server import PostgresServer

GUIDE = (PROJECT / "docs" / "bi.md").read_text()
DASHBOARD = GUIDE.partition("## A first dashboard")[2].partition("\n## ")[0]
CHARTS = re.findall(r"\*\*(\d+)\. .*?```sql\n(.*?);\n```", DASHBOARD, flags=re.DOTALL)
TABLES = sorted({table for _, sql in CHARTS for table in re.findall(r"^from (\w+)", sql, flags=re.MULTILINE)})


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory, demo: Warehouse) -> Path:
    return copy_of_demo(demo, tmp_path_factory.mktemp("bi"))


def test_every_chart_answers_alike_on_both_engines(demo_file: Path, tmp_path: Path, server: PostgresServer) -> None:
    """In PostgreSQL the tables are copies of the demo's, in the order of their rows turned round."""
    assert [int(number) for number, _ in CHARTS] == list(range(1, 12))
    postgres = PostgresWarehouse(tmp_path, server=server, schema="lake")
    postgres.become_consumer()
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        for table in TABLES:
            path = tmp_path / f"{table}.parquet"
            connection.execute(f"copy (from {table} order by all desc) to '{path}' (format parquet)")
            postgres.load(str(path))
        for number, sql in CHARTS:
            found, other = connection.sql(sql).df(), postgres.query(sql)
            assert len(found) > 0, number
            assert not found.isna().all(axis=0).any(), (number, found)
            dates = [name for name in found if re.search(r"(^|_)date$|period_end", name)]
            for frame in (found, other):
                for name in dates:
                    frame[name] = pd.to_datetime(frame[name])
                for name in set(frame) - set(dates):
                    frame[name] = pd.to_numeric(frame[name], errors="coerce").fillna(frame[name])
            pd.testing.assert_frame_equal(found, other, check_dtype=False, rtol=1e-9, atol=1e-12, obj=f"chart {number}")


def test_the_exposure_names_what_the_dashboard_reads() -> None:
    declared = yaml.safe_load((PROJECT / "models" / "demo" / "_demo.yml").read_text())["exposures"][0]
    assert sorted(re.findall(r"'(\w+)'", " ".join(declared["depends_on"]))) == TABLES


def test_the_guide_lists_every_metric() -> None:
    names = set()
    for path in PROJECT.glob("models/*/_*_semantic.yml"):
        names |= {metric["name"] for metric in yaml.safe_load(path.read_text())["metrics"]}
    assert set(re.findall(r"^\| `(whence_\w+)` \|", GUIDE, flags=re.MULTILINE)) == names


OPEN = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'reader').sql('from metric_movers')"


@pytest.mark.parametrize(
    ("holder", "other", "is_let_in"),
    [("reader", "reader", True), ("reader", "writer", False), ("writer", "reader", False)],
)
def test_locks_are_as_the_guide_says(holder: str, other: str, is_let_in: bool, tmp_path: Path) -> None:
    path = tmp_path / "whence.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table metric_movers as select 1 as change")
    with duckdb.connect(str(path), read_only=holder == "reader"):
        run = subprocess.run([sys.executable, "-c", OPEN, str(path), other], capture_output=True, text=True)
    assert (run.returncode == 0) == is_let_in, run.stderr
    assert is_let_in or "Could not set lock on file" in run.stderr


def test_the_file_is_one_that_older_versions_open(demo_file: Path) -> None:
    """The version of the format, in the header of the file: 64 and 65 are those of DuckDB 1.2."""
    header = demo_file.read_bytes()[:24]
    assert header[8:12] == b"DUCK" and int.from_bytes(header[12:20], "little") <= 65
