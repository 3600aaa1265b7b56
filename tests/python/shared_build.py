"""Tests that share a build: each yields what it declares, and goes on when the tables of all are built.

A build takes seconds whatever it builds, so a module's tests that need no build of their own are written as

    shared = SharedBuild()

    @shared.test
    def test_something(warehouse: Case) -> Declares:
        run = yield [{"name": "something", "relation": {"file": warehouse.file("rows.parquet", ...)}}]
        ...  # the warehouse holds the rows of the test's own analyses, and no others
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest
from conftest import PostgresWarehouse, Run, Warehouse
from postgres_server import PostgresServer

Specs = list[dict[str, Any]]
Declares = Generator[Specs, Run, None]


@dataclass
class Case:
    """What one test sees of the warehouse that it shares."""

    warehouse: Warehouse
    number: int

    @property
    def prefix(self) -> str:
        """What the names of this test's analyses start with, where it does not see it."""
        return f"case {self.number}: "

    def file(self, name: str, sql: str) -> str:
        """Write the rows of a query as Parquet or CSV; return the path."""
        return self.warehouse.file(f"case_{self.number}_{name}", sql)

    def frame(self, name: str, data: pd.DataFrame) -> str:
        """Write a data frame as Parquet; return the path."""
        return self.warehouse.frame(f"case_{self.number}_{name}", data)

    def query(self, sql: str) -> pd.DataFrame:
        """Read the rows of this test's analyses."""
        # in DuckDB a schema by itself may be that of the views
        schema = "main" if isinstance(self.warehouse, PostgresWarehouse) else f"{self.warehouse.database.stem}.main"
        size = len(self.prefix)
        columns = self.warehouse.query(
            "select table_name, column_name from information_schema.columns where table_schema = 'main' order by ordinal_position"
        ).groupby("table_name")["column_name"]
        views = "".join(
            f"create temporary view {table} as select {names} from {schema}.{table} where left(analysis, {size}) = '{self.prefix}'; "
            for table, names in (
                (table, ", ".join(names).replace("analysis", f"substr(analysis, {size + 1}) as analysis", 1))
                for table, names in columns
                if "analysis" in set(names) and re.search(rf"\b{table}\b", sql)
            )
        )
        return self.warehouse.query(views + sql)


@dataclass
class Built:
    """A warehouse with the analyses of all tests, and the tests, which wait for it."""

    waiting: dict[str, Declares]
    run: Run


class SharedBuild:
    """The tests of a module that share one build on each engine."""

    def __init__(self) -> None:
        self.tests: dict[str, Callable[[Case], Declares]] = {}
        self.built: dict[str, Built] = {}

    def test(self, function: Callable[[Case], Declares]) -> Callable[..., None]:
        """Make a test on both engines of a function that yields analyses and is sent the run that built them."""
        name = function.__name__
        self.tests[name] = function

        @pytest.mark.parametrize("engine", ["duckdb", "postgres"])
        def test(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
            if engine not in self.built:
                folder = tmp_path_factory.mktemp("shared")
                server: PostgresServer | None = request.getfixturevalue("server") if engine == "postgres" else None
                warehouse = PostgresWarehouse(folder, server=server) if server else Warehouse(folder)
                chosen = {item.originalname for item in request.session.items if isinstance(item, pytest.Function)}
                self.built[engine] = self.build(warehouse, chosen)
            built = self.built[engine]
            assert built.run.success, built.run.log
            with pytest.raises(StopIteration):
                built.waiting.pop(name).send(built.run)

        test.__doc__ = function.__doc__
        return test

    def build(self, warehouse: Warehouse, chosen: set[str]) -> Built:
        """Build what the chosen tests declare."""
        waiting: dict[str, Declares] = {}
        analyses: Specs = []
        for number, (name, function) in enumerate(self.tests.items()):
            if name not in chosen:
                continue
            case = Case(warehouse, number)
            waiting[name] = function(case)
            analyses += [spec | {"name": case.prefix + spec["name"]} for spec in next(waiting[name])]
        return Built(waiting, warehouse.build(analyses))
