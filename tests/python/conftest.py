"""A warehouse per test: dbt run in this process against a DuckDB file of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).parents[2]
SHARED_DATA = PROJECT.parent / "shared" / "data"


@dataclass
class Run:
    """What one dbt command did."""

    success: bool
    log: str
    stack_trace: bool = False


@dataclass
class Warehouse:
    """A DuckDB file and the folder around it."""

    folder: Path
    project: Path = PROJECT
    runs: list[Run] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def file(self, name: str, sql: str) -> str:
        """Write the rows of a query as Parquet or CSV; return the path."""
        path = self.folder / name
        options = "(format csv, header)" if name.endswith(".csv") else "(format parquet)"
        duckdb.sql(f"copy ({sql}) to '{path}' {options}")
        return str(path)

    def frame(self, name: str, data: pd.DataFrame) -> str:
        """Write a data frame as Parquet; return the path."""
        path = self.folder / name
        data.to_parquet(path, index=False)
        return str(path)

    def dbt(self, *arguments: str) -> Run:
        """Run a dbt command here."""
        messages: list[str] = []

        def keep(event: Any) -> None:
            if str(event.info.level) != "debug" and event.info.name not in QUIET:
                messages.append(str(event.info.msg))

        runner = dbtRunner(callbacks=[keep])
        environment = {
            "WHENCE_DUCKDB_PATH": str(self.database),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_PROFILES_DIR": str(self.project),
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.chdir(self.project)
            try:
                result = runner.invoke(["--no-use-colors", *arguments])
            finally:
                DuckDBConnectionManager.close_all_connections()
        log = "\n".join(messages) + ("" if result.exception is None else f"\n{result.exception}")
        run = Run(bool(result.success), log, "Traceback (most recent call last)" in log)
        self.runs.append(run)
        return run

    def build(self, analyses: Sequence[dict[str, Any]] | str, *arguments: str, **variables: Any) -> Run:
        """Build the metric tables of the analyses."""
        values = {"whence_metric_analyses": analyses, **variables}
        return self.dbt("build", *METRIC_TABLES, *arguments, "--vars", json.dumps(values))

    def check(self, analyses: Any, **variables: Any) -> Run:
        """Only parse the project with the analyses: configuration mistakes show without building."""
        return self.dbt("parse", "--vars", json.dumps({"whence_metric_analyses": analyses, **variables}))

    def query(self, sql: str) -> pd.DataFrame:
        """Read the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(sql).df()


# Events of steps that went well, left out of the log that a failing test shows.
QUIET = ("LogStartLine", "LogModelResult", "LogTestResult", "LogSeedResult", "CommandCompleted")
# Everything but the demo's own tables.
METRIC_TABLES = ["--select", "metric_change", "--exclude", "metric_change.demo"]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The demo, built once."""
    built = Warehouse(tmp_path_factory.mktemp("demo"))
    run = built.dbt("build")
    assert run.success, run.log
    yield built
