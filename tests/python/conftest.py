"""A warehouse per test: dbt run in this process against a DuckDB file or a PostgreSQL database of its own."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from dbt.adapters.base.impl import DEFAULT_BASE_BEHAVIOR_FLAGS
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt_common.tests import enable_test_caching
from postgres_server import HOW_TO_GET_ONE, PostgresServer, chosen

from dbt_whence.runner.model import quote

PROJECT = Path(__file__).parents[2]
SHARED_DATA = PROJECT.parent / "shared" / "data"

# Each adapter that is made adds its flags to this list of dbt's, and works out all that it holds: after a hundred
# commands in one process, that is most of what a command takes.
N_BEHAVIOR_FLAGS = len(DEFAULT_BASE_BEHAVIOR_FLAGS)
# Each run parses the whole project again: with dbt's own cache for tests, a template is read once in a process.
enable_test_caching()


@dataclass
class Run:
    """What one dbt command did."""

    success: bool
    log: str
    stack_trace: bool = False
    result: Any = None


@dataclass
class Warehouse:
    """A DuckDB file and the folder around it."""

    folder: Path
    project: Path = PROJECT
    runs: list[Run] = field(default_factory=list)
    manifest: Any = None

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        """What tells dbt to build here."""
        return {"WHENCE_DUCKDB_PATH": str(self.database)}

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

        runner = dbtRunner(manifest=self.manifest, callbacks=[keep])
        places = {"DBT_TARGET_PATH": str(self.folder / "target"), "DBT_PROFILES_DIR": str(self.project)}
        quiet = {"DBT_LOG_LEVEL_FILE": "none"}  # a log file that nobody reads costs a tenth of a build
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("DBT_TARGET", raising=False)
            for name, value in (self.environment | places | quiet).items():
                patch.setenv(name, value)
            patch.chdir(self.project)
            try:
                result = runner.invoke(["--no-use-colors", *arguments])
            finally:
                DuckDBConnectionManager.close_all_connections()
                del DEFAULT_BASE_BEHAVIOR_FLAGS[N_BEHAVIOR_FLAGS:]
        log = "\n".join(messages) + ("" if result.exception is None else f"\n{result.exception}")
        run = Run(bool(result.success), log, "Traceback (most recent call last)" in log, result.result)
        self.runs.append(run)
        return run

    def build(
        self,
        analyses: Sequence[dict[str, Any]] | str,
        *arguments: str,
        only: str | Sequence[str] = (),
        **variables: Any,
    ) -> Run:
        """Build the metric tables of the analyses, or `only` these and what they are made of."""
        variables["whence_metric_analyses"] = analyses
        return self.declared("build", *selection("metric_change", only), *arguments, **variables)

    def build_factors(self, models: Sequence[dict[str, Any]] | str, *arguments: str, **variables: Any) -> Run:
        """Build the factor tables of the models."""
        variables["whence_factor_models"] = models
        return self.declared("build", *selection("factor_models"), *arguments, **variables)

    def build_signals(self, studies: Sequence[dict[str, Any]] | str, *arguments: str, **variables: Any) -> Run:
        """Build the signal tables of the studies."""
        variables["whence_signal_studies"] = studies
        return self.declared("build", *selection("signal_research"), *arguments, **variables)

    def build_proxies(self, spec: dict[str, Any] | str, *arguments: str, **variables: Any) -> Run:
        """Build the tables of factor proxies."""
        variables["whence_factor_proxies"] = spec
        return self.declared("build", *selection("factor_proxies"), *arguments, **variables)

    def declared(self, *arguments: str, **variables: Any) -> Run:
        """Run a dbt command with variables, without parsing the project again where these change nothing."""
        with pytest.MonkeyPatch.context() as patch:
            if self.manifest is None and self.is_parsed_alike(variables):
                patch.setattr(self, "manifest", self.parsed)
            return self.dbt(*arguments, "--vars", json.dumps(variables))

    def is_parsed_alike(self, variables: dict[str, Any]) -> bool:
        """Say whether parsing finds what `parsed` has: no inputs but files, no variables that change the nodes.

        Were it said of more, dbt would stop at a relation that lineage lacks.
        """
        alike = self.project == PROJECT and self.environment.keys() == {"WHENCE_DUCKDB_PATH"}
        return alike and reads_only(variables, "file")

    @property
    def parsed(self) -> Any:
        """The project as `parsed_with_files` has it."""
        return parsed_with_files()

    def check(self, specs: Any, domain: str = "metric_analysis", **variables: Any) -> Run:
        """Check specs without the warehouse, as parsing does: configuration mistakes show without building."""
        variable = {
            "metric_analysis": "whence_metric_analyses",
            "factor_model": "whence_factor_models",
            "signal_study": "whence_signal_studies",
            "proxy": "whence_factor_proxies",
        }[domain]
        values = json.dumps({variable: specs, **variables})
        operation = "proxy_spec" if domain == "proxy" else f"{domain}_specs"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self, "manifest", parsed_with_files())
            return self.dbt("run-operation", operation, "--vars", values)

    def parse_once(self, *arguments: str) -> None:
        """Parse the project for all commands from now on: they read variables anew, lineage stays."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self, "manifest", None)
            patch.delenv("DBT_TARGET", raising=False)
            places = {"DBT_TARGET_PATH": str(self.folder / "target"), "DBT_PROFILES_DIR": str(self.project)}
            for name, value in (self.environment | places).items():
                patch.setenv(name, value)
            patch.chdir(self.project)
            result = dbtRunner().invoke(["--quiet", "parse", *arguments])
        assert result.success, result.exception
        self.manifest = result.result

    def query(self, sql: str) -> pd.DataFrame:
        """Read the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.sql(sql).df()

    def execute(self, sql: str) -> None:
        """Change the warehouse by hand."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(sql)


@dataclass
class PostgresWarehouse(Warehouse):
    """A database of a PostgreSQL server, and a folder."""

    server: PostgresServer = field(kw_only=True)
    name: str = "whence"
    schema: str = "main"
    tables: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = self.server.create_database(self.name)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DBT_TARGET": "postgres",
            "WHENCE_SCHEMA": self.schema,
            "PGHOST": str(self.server.folder),
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
            "PGDATABASE": self.name,
        }

    def build(
        self,
        analyses: Sequence[dict[str, Any]] | str,
        *arguments: str,
        only: str | Sequence[str] = (),
        **variables: Any,
    ) -> Run:
        """Build the metric tables in a project of its own, its sources the files that the analyses name."""
        self.become_consumer()
        return super().build(self.loaded(analyses), *arguments, only=only, **variables)

    def build_factors(self, models: Sequence[dict[str, Any]] | str, *arguments: str, **variables: Any) -> Run:
        """Build the factor tables in a project of its own, its sources the files that the models name."""
        self.become_consumer()
        return super().build_factors(self.loaded(models), *arguments, **variables)

    def build_signals(self, studies: Sequence[dict[str, Any]] | str, *arguments: str, **variables: Any) -> Run:
        """Build the signal tables in a project of its own, its sources the files that the studies name."""
        self.become_consumer()
        return super().build_signals(self.loaded(studies), *arguments, **variables)

    def build_proxies(self, spec: dict[str, Any] | str, *arguments: str, **variables: Any) -> Run:
        """Build the tables of factor proxies in a project of its own, its sources the files that they name."""
        self.become_consumer()
        return super().build_proxies(self.loaded(spec), *arguments, **variables)

    def become_consumer(self) -> None:
        """Run in a project of its own from now on."""
        if self.project == PROJECT:
            self.project = consumer(self.folder)

    def loaded(self, value: Any) -> Any:
        """Load each file of a configuration into a table, and name that in its place."""
        if isinstance(value, dict) and "file" in value:
            others = {key: item for key, item in value.items() if key != "file"}
            return {"source": ["lake", self.load(value["file"])]} | others
        if isinstance(value, dict):
            return {key: self.loaded(item) for key, item in value.items()}
        return [self.loaded(item) for item in value] if isinstance(value, list) else value

    def load(self, path: str) -> str:
        """Copy a Parquet file into a table of the schema lake; return its name."""
        table = Path(path).stem
        with duckdb.connect() as connection, closing(self.server.connect(self.name)) as postgres:
            columns = [row[:2] for row in connection.sql(f"describe from '{path}'").fetchall()]
            structure = ", ".join(f"{quote(name)} {TYPES.get(kind, kind)}" for name, kind in columns)
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(
                f"copy (from '{path}') to '{path}.csv' (format csv, header false, nullstr '\\N', force_quote *)"
            )
            cursor = postgres.cursor()
            cursor.execute(f'create schema if not exists lake; drop table if exists lake."{table}" cascade')
            cursor.execute(f'create table lake."{table}" ({structure})')
            with open(f"{path}.csv", "rb") as file:
                cursor.copy_expert(f"copy lake.\"{table}\" from stdin (format csv, null '\\N')", file)
        self.tables = sorted({*self.tables, table})
        sources = {"sources": [{"name": "lake", "schema": "lake", "tables": [{"name": name} for name in self.tables]}]}
        (self.project / "models" / "lake.yml").write_text(json.dumps(sources))
        return table

    def is_parsed_alike(self, variables: dict[str, Any]) -> bool:
        is_own = [path.name for path in (self.project / "models").iterdir()] == ["lake.yml"] and bool(self.tables)
        return is_own and reads_only(variables, "source")

    @property
    def parsed(self) -> Any:
        """The project as `parsed_with_sources` has it, in this database, with the sources of this project."""
        manifest = parsed_with_sources(self.server)
        pattern = next(source for source in manifest.sources.values() if source.source_name == "lake")
        for table in self.tables:
            unique_id = f"source.shop.lake.{table}"
            manifest.sources[unique_id] = replace(pattern, unique_id=unique_id, name=table, identifier=table)
        manifest.rebuild_source_lookup()
        for node in (*manifest.nodes.values(), *manifest.sources.values()):
            node.database = self.name
        return manifest

    def query(self, sql: str) -> pd.DataFrame:
        with closing(self.server.connect(self.name)) as connection:
            cursor = connection.cursor()
            cursor.execute(f'set search_path = "{self.schema}"; set timezone = UTC; set datestyle = ISO; {sql}')
            return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])

    def execute(self, sql: str) -> None:
        with closing(self.server.connect(self.name)) as connection:
            connection.cursor().execute(sql)


@cache
def parsed_with_files() -> Any:
    """Parse the project once in a process, every input of every domain a file: lineage leads to the files of the domain."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder))
        file = {"file": warehouse.file("input.parquet", "select 1 as n")}
        warehouse.parse_once("--vars", json.dumps(inputs_of_every_role(file)))
        return warehouse.manifest


@cache
def parsed_with_sources(server: PostgresServer) -> Any:
    """Parse a consumer's project once in a process, every input of every domain a source of the schema lake."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = PostgresWarehouse(Path(folder), server=server)
        warehouse.become_consumer()
        source = warehouse.loaded({"file": warehouse.file("input.parquet", "select 1 as n")})
        warehouse.parse_once("--vars", json.dumps(inputs_of_every_role(source)))
        return warehouse.manifest


# Fields of a spec that name an input, by domain.
INPUTS = {
    "whence_metric_analyses": ("relation",),
    "whence_factor_models": ("prices", "portfolio", "factors", "risk_free", "labels"),
    "whence_signal_studies": ("panel",),
    "whence_factor_proxies": (
        "prices",
        "yields",
        "distributions",
        "market_caps",
        "universe",
        "portfolio",
        "factor_groups",
        "volatility_index",
    ),
}


def inputs_of_every_role(relation: dict[str, Any]) -> dict[str, Any]:
    """Return variables that declare one relation as every input that there is."""
    variables: dict[str, Any] = {name: [{"name": "every"} | dict.fromkeys(INPUTS[name], relation)] for name in INPUTS}
    variables["whence_metric_analyses"][0]["compare"] = {"to": relation}
    variables["whence_signal_studies"][0]["signals"] = ["n"]
    variables["whence_factor_proxies"] = dict.fromkeys(INPUTS["whence_factor_proxies"], relation)
    return variables


def reads_only(variables: dict[str, Any], kind: str) -> bool:
    """Say whether variables declare inputs of one kind, file or source, or none, and nothing else that parsing reads."""
    declared = [specs for name, specs in variables.items() if name in INPUTS]
    if not declared or variables.keys() - INPUTS.keys() - {"whence_metric_profiles"}:
        return False
    if not all(isinstance(specs, (dict, list)) for specs in declared):
        return False
    specs = [spec for one in declared for spec in ([one] if isinstance(one, dict) else one)]
    if not all(isinstance(spec, dict) for spec in specs):
        return False
    named = [spec[field] for spec in specs for names in INPUTS.values() for field in names if field in spec]
    compared = [spec["compare"].get("to") for spec in specs if isinstance(spec.get("compare"), dict)]
    named += [to for to in compared if isinstance(to, dict) and {"file", "source", "relation"} & to.keys()]
    return (bool(named) or not any(specs)) and all(isinstance(one, dict) and kind in one for one in named)


def selection(domain: str, only: str | Sequence[str] = ()) -> list[str]:
    """Say what dbt builds of a domain: `only` these tables, what they are made of and the data tests of all that, or all.

    Left out are the demo's own tables, unit tests, whose rows do not depend on what is declared, and data tests of one
    column or row by itself: a build of the demo runs them all (test_demo).
    """
    tables = [only] if isinstance(only, str) else only
    # cautious: a test that compares a table with one that is not built would find none, or an old one
    chosen = (
        [*(f"+{table}" for table in tables), "--indirect-selection", "cautious"] if tables else [domain, "inference"]
    )
    simple = [f"test_name:{name}" for name in ("between", "no_nulls", "accepted_values", "not_null")]
    return ["--select", *chosen, "--exclude", f"{domain}.demo", "test_type:unit", *simple]


# Parts of the package: parsing takes as long as there are nodes.
MACROS = ("dbt_project.yml", "macros", "tests/generic")
METRIC_CHANGE = (*MACROS, "models/inference", "models/metric_change", "python_models/metric_change")


def consumer(folder: Path, parts: Sequence[str] = ()) -> Path:
    """Make a dbt project that has whence installed, as dbt deps would, or only parts of it."""
    project = folder / "shop"
    package = project / "dbt_packages" / "whence"
    (project / "models").mkdir(parents=True)
    package.parent.mkdir()
    if not parts:
        package.symlink_to(PROJECT)
    for name in parts:  # dbt follows no link below the folders that it searches
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy)(PROJECT / name, package / name)
    (project / "packages.yml").write_text(json.dumps({"packages": [{"local": str(PROJECT)}]}))
    (project / "dbt_project.yml").write_text(
        json.dumps({"name": "shop", "profile": "whence", "flags": {"send_anonymous_usage_stats": False}})
    )
    (project / "profiles.yml").symlink_to(PROJECT / "profiles.yml")
    return project


# Types of DuckDB that go by another name in PostgreSQL.
TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "FLOAT": "real", "HUGEINT": "numeric", "TINYINT": "smallint", "TIMESTAMP_NS": "timestamp", "BLOB": "bytea"}  # fmt: skip
# Events of steps that went well, left out of the log that a failing test shows.
QUIET = ("LogStartLine", "LogModelResult", "LogTestResult", "LogSeedResult", "CommandCompleted")


# For a module whose numbers must not warn; what other tests left behind may be collected during its tests.
no_warnings = pytest.mark.filterwarnings(
    "error", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)

# For a test to run on each engine: it sees the same files, in PostgreSQL as tables.
on_both_engines = pytest.mark.parametrize("warehouse", ["duckdb", "postgres"], indirect=True)


@pytest.fixture
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Warehouse:
    if getattr(request, "param", "duckdb") == "postgres":
        return PostgresWarehouse(tmp_path, server=request.getfixturevalue("server"))
    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The demo, as `make test` has built it before the tests, or built here where that is missing or old."""
    built = Warehouse(tmp_path_factory.mktemp("demo"))
    built.parse_once()
    if is_current(DEMO):
        shutil.copy(DEMO, built.database)
    else:
        run = built.dbt("build")
        assert run.success, run.log
    return built


def copy_of_demo(demo: Warehouse, folder: Path) -> Path:
    """Copy the demo's DuckDB file and dbt's artifacts into a folder, for another program to read.

    Returns: the DuckDB file, beside it the folder target.
    """
    (folder / "target").mkdir()
    for name in ("manifest.json", "semantic_manifest.json"):
        shutil.copy(demo.folder / "target" / name, folder / "target")
    return Path(shutil.copy(demo.database, folder))


DEMO = PROJECT / "target" / "test" / "whence.duckdb"


def is_current(database: Path) -> bool:
    """Say whether a DuckDB file is newer than all that the demo is made of."""
    folders = ("models", "python_models", "macros", "seeds", "tests/generic", "src")
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*.*") if path.suffix != ".pyc"]
    made_of = [path for path in files if path.is_file()] + [PROJECT / "dbt_project.yml"]
    return database.exists() and database.stat().st_mtime > max(path.stat().st_mtime for path in made_of)


def pytest_report_header() -> str:
    return f"PostgreSQL: {', '.join(map(str, chosen()))}" if chosen() else HOW_TO_GET_ONE


def start(version: int | None) -> Iterator[PostgresServer]:
    if version is None:
        pytest.fail(HOW_TO_GET_ONE)
    server = PostgresServer(version)
    yield server
    server.stop()


VERSIONS: list[int | None] = [*chosen()] or [None]


@pytest.fixture(scope="session", params=VERSIONS, ids=str)
def any_server(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """Each version of PostgreSQL that is tested."""
    yield from start(request.param)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """The newest PostgreSQL here."""
    yield from start(VERSIONS[0])
