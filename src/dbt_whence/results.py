"""The built tables, read only: where they are, what their columns mean, which columns are their key.

dbt says where: the project is parsed as `dbt build` parses it, with the same options, so that a schema, an alias or a
database of the user's own is found. The connection can only read; on DuckDB it is opened for each use and closed
after it, because a file that is open for reading cannot be built into.
"""

from __future__ import annotations

import copy
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOMAINS = ("metric_change", "factor_models", "signal_research", "factor_proxies", "inference")

# Names of dbt's own options; what each is called on the command line.
DBT_OPTIONS = {
    "project_dir": "--project-dir",
    "profiles_dir": "--profiles-dir",
    "profile": "--profile",
    "target": "--target",
    "target_path": "--target-path",
    "variables": "--vars",
}

# dbt says nothing, neither on the terminal nor in its log file.
QUIET = ("--log-level", "none", "--log-level-file", "none")

Row = dict[str, Any]


class WhenceError(Exception):
    """What a user can mend: one line that says what is wrong and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of a public table: its name, its type in the contract, its meaning."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A public table.

    Attributes:
        name: of the model; `relation` is where it is.
        domain: the folder of its model, one of `DOMAINS`.
        description: its first sentence states the grain.
        columns: in the order of the contract.
        key: the columns that identify a row.
        relation: quoted, with database and schema, as SQL takes it.
    """

    name: str
    domain: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    relation: str


@dataclass(frozen=True)
class Question:
    """A query of `analyses/` that answers a question.

    Attributes:
        name: as in `dbt show --select`.
        domain: the folder it is in, one of `DOMAINS`.
        description: the question, and what the rows of the answer are.
    """

    name: str
    domain: str
    description: str


@dataclass
class Results:
    """The tables of one target.

    Attributes:
        engine: duckdb or postgres.
        credentials: of dbt's profile.
        tables: by name.
        questions: by name.
        dbt_arguments: what tells dbt of this project and target.
        manifest: what dbt made of the project.
        statement_timeout: seconds that PostgreSQL may take for a query; 0: what the server allows.
    """

    engine: str
    credentials: Any
    tables: dict[str, Table]
    questions: dict[str, Question] = field(default_factory=dict)
    dbt_arguments: tuple[str, ...] = ()
    manifest: Any = field(default=None, repr=False)
    statement_timeout: int = 0

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open the database for reading; statements inside see one state of it."""
        with closing(
            _open_duckdb(self.credentials)
            if self.engine == "duckdb"
            else _open_postgres(self.credentials, self.statement_timeout)
        ) as handle:
            yield Connection(self, handle)

    def table(self, name: str) -> Table:
        """Return the description of a public table, or say that there is none of that name."""
        if name not in self.tables:
            raise WhenceError(f"there is no table {name!r}; the tables are {', '.join(sorted(self.tables))}")
        return self.tables[name]


@dataclass
class Connection:
    """An open connection that can only read."""

    results: Results
    handle: Any

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query; return its rows as dictionaries.

        Args:
            sql: with `{}` for each parameter, whatever the engine calls it; other braces doubled.
            parameters: values; they never become part of the text.

        Raises:
            WhenceError: the database refuses; its first line says why.
        """
        mark = "?" if self.results.engine == "duckdb" else "%s"
        text = sql.replace("%", "%%") if mark == "%s" else sql
        cursor = self.handle.cursor()
        try:
            cursor.execute(text.format(*[mark] * len(parameters)), list(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except Exception as error:
            raise WhenceError(_first_line(error)) from error
        finally:
            cursor.close()

    def reset(self) -> None:
        """Go on after a query that failed: PostgreSQL takes no further one in the same transaction."""
        if self.results.engine == "postgres":
            self.handle.rollback()

    def built(self) -> set[str]:
        """Return the names of those public tables that are in the database, whether or not this role may read them."""
        if self.results.engine == "duckdb":
            sql = "select table_catalog as place, table_schema, table_name from information_schema.tables"
        else:
            sql = """
                select current_database() as place, nspname as table_schema, relname as table_name
                from pg_catalog.pg_class inner join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
                where relkind in ('r', 'v', 'm', 'p', 'f')
            """
        found = {_place(row["place"], row["table_schema"], row["table_name"]) for row in self.rows(sql)}
        return {name for name, table in self.results.tables.items() if _place(*_parts(table.relation)) in found}

    def read(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        order_by: Sequence[str] = (),
        columns: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Row]:
        """Read rows of a public table.

        Args:
            table: its name.
            where: values that columns must have: one, or a list of which one; None for null.
            order_by: columns, with a minus in front for descending order; nulls come last. Rows that tie are ordered
                by the table's key, so that the same data give the same rows.
            columns: which; all unless given.
            limit: how many rows at most.
        """
        described = self._described(table, [*(where or {}), *columns, *(name.removeprefix("-") for name in order_by)])
        conditions, parameters = _conditions(where or {})
        order = [*order_by, *(name for name in described.key if name not in {o.removeprefix("-") for o in order_by})]
        text_columns = {column.name for column in described.columns if column.data_type in ("text", "varchar")}
        selected = ", ".join(quoted(name) for name in columns or [column.name for column in described.columns])
        ordered = ", ".join(self._order(name, text_columns) for name in order)
        limited = f" limit {int(limit)}" if limit is not None else ""
        return self._rows_of(
            described,
            f"select {selected} from {source(described)}{conditions} order by {ordered}{limited}",
            parameters,
        )

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return how many rows of a public table there are, `where` as for `read`."""
        conditions, parameters = _conditions(where or {})
        described = self._described(table, where or {})
        return int(
            self._rows_of(described, f"select count(*) as n from {source(described)}{conditions}", parameters)[0]["n"]
        )

    def values(self, table: str, column: str, where: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the distinct values of a column of a public table, nulls left out, in order; `where` as for `read`."""
        conditions, parameters = _conditions(where or {})
        described = self._described(table, [column, *(where or {})])
        sql = f"select distinct {quoted(column)} as value from {source(described)}{conditions}"
        return sorted(row["value"] for row in self._rows_of(described, sql, parameters) if row["value"] is not None)

    def _described(self, table: str, columns: Iterable[str]) -> Table:
        """Return the description of a table that has these columns."""
        described = self.results.table(table)
        names = [column.name for column in described.columns]
        unknown = set(columns) - set(names)
        if unknown:
            raise WhenceError(f"{table} has no column {', '.join(sorted(unknown))}; it has {', '.join(names)}")
        return described

    def _rows_of(self, table: Table, sql: str, parameters: Sequence[Any]) -> list[Row]:
        """Run a query of one table; say so where the table is not built."""
        try:
            return self.rows(sql, parameters)
        except WhenceError as error:
            self.reset()
            if table.name in self.built():
                raise
            raise WhenceError(
                f"{table.name} is not built in this target; run dbt build --select {table.domain}"
            ) from error

    def _order(self, name: str, text_columns: set[str]) -> str:
        column = name.removeprefix("-")
        collate = ' collate "C"' if self.results.engine == "postgres" and column in text_columns else ""
        return f"{quoted(column)}{collate} {'desc' if name.startswith('-') else 'asc'} nulls last"


def quoted(name: str) -> str:
    """Quote an identifier; braces are doubled, as `Connection.rows` wants them."""
    return '"' + name.replace('"', '""').replace("{", "{{").replace("}", "}}") + '"'


def _conditions(where: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return a where clause, empty where nothing is asked for, and its parameters."""
    conditions: list[str] = []
    parameters: list[Any] = []
    for name, value in where.items():
        if value is None:
            conditions.append(f"{quoted(name)} is null")
        elif isinstance(value, (list, tuple, set)):
            known = [item for item in value if item is not None]
            either = [f"{quoted(name)} in ({', '.join(['{}'] * len(known))})"] if known else []
            either += [f"{quoted(name)} is null"] if None in value else []
            conditions.append(f"({' or '.join(either)})" if either else "1 = 0")
            parameters.extend(known)
        else:
            conditions.append(f"{quoted(name)} = {{}}")
            parameters.append(value)
    return (f" where {' and '.join(conditions)}" if conditions else ""), parameters


def source(table: Table) -> str:
    """Return a table's relation with braces doubled, as `Connection.rows` wants them."""
    return table.relation.replace("{", "{{").replace("}", "}}")


def _parts(relation: str) -> list[str]:
    """Split a relation into database, schema and name, as they are without quotes."""
    parts: list[str] = re.findall(r'"(?:[^"]|"")*"|[^."]+', relation)
    return [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in parts]


def _place(*parts: str) -> tuple[str, ...]:
    """Return a place such that two are equal where the engines may take them for the same."""
    return tuple(part.casefold() for part in parts)


def row_key(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that identify a row, in the order of the table's grain."""
    return {name: row[name] for name in table.key}


def find_results(
    project_dir: str | None = None,
    profiles_dir: str | None = None,
    profile: str | None = None,
    target: str | None = None,
    target_path: str | None = None,
    variables: str | None = None,
    scratch: str | None = None,
) -> Results:
    """Parse the dbt project and return where its public tables are.

    Args:
        project_dir: and the others, as dbt takes them on its command line; dbt's defaults unless given.
        scratch: a folder for dbt's artifacts, which `compile_question` needs too; thrown away unless given. The
            target folder, where a build may be writing its own, is only read.

    Raises:
        WhenceError: dbt cannot parse the project, the package is not in it, or the database is of another kind.
    """
    if scratch is None:
        with tempfile.TemporaryDirectory(prefix="whence_") as folder:
            return find_results(project_dir, profiles_dir, profile, target, target_path, variables, folder)

    from dbt.adapters.factory import get_adapter_by_type
    from dbt.cli.main import dbtRunner

    given = {
        "project_dir": project_dir,
        "profiles_dir": profiles_dir,
        "profile": profile,
        "target": target,
        "target_path": scratch,
        "variables": variables,
    }
    arguments = (
        *(part for name, value in given.items() if value is not None for part in (DBT_OPTIONS[name], str(value))),
        *_apart(scratch, project_dir, target_path),
    )
    # Nothing of dbt's may reach stdout, which is a protocol or a file for those who call this.
    parsed = dbtRunner().invoke([*QUIET, "parse", *arguments])
    if not parsed.success:
        raise WhenceError(f"dbt cannot parse the project: {dbt_message(parsed.exception)}")
    manifest: Any = parsed.result
    engine = str(manifest.metadata.adapter_type)
    if engine not in ("duckdb", "postgres"):
        raise WhenceError(f"tables are read on duckdb and postgres; the target is on {engine}")
    results = Results(
        engine=engine,
        credentials=get_adapter_by_type(engine).config.credentials,
        tables=_tables(manifest),
        questions=_questions(manifest),
        dbt_arguments=arguments,
        manifest=manifest,
    )
    if not results.tables:
        raise WhenceError("no table of whence is enabled in this project; is the package in packages.yml?")
    return results


def _apart(scratch: str, project_dir: str | None, target_path: str | None) -> tuple[str, ...]:
    """Return options of dbt that keep its files out of the project, but read the parse that is in the target folder."""
    from dbt.cli.resolvers import default_project_dir

    project = Path(project_dir or os.environ.get("DBT_PROJECT_DIR") or default_project_dir())
    parse = project / (target_path or os.environ.get("DBT_TARGET_PATH") or "target") / "partial_parse.msgpack"
    known = ("--partial-parse-file-path", str(parse)) if parse.is_file() else ()
    return ("--no-write-json", "--log-path", scratch, *known)


def _tables(manifest: Any) -> dict[str, Table]:
    """Return the public tables of a manifest: the models of this package whose grain is tested."""
    keys = {
        node.attached_node: tuple(node.test_metadata.kwargs["columns"])
        for node in manifest.nodes.values()
        if getattr(node, "test_metadata", None) and node.test_metadata.name == "unique_grain"
    }
    return {
        node.name: Table(
            name=node.name,
            domain=node.fqn[1],
            description=node.description,
            columns=tuple(
                Column(column.name, column.data_type or "", column.description) for column in node.columns.values()
            ),
            key=keys[node.unique_id],
            relation=node.relation_name,
        )
        for node in sorted(manifest.nodes.values(), key=lambda node: node.name)
        if node.unique_id in keys
        and node.resource_type == "model"
        and node.package_name == "whence"
        and not node.name.startswith(("int_", "stg_"))
        and "demo" not in node.fqn
    }


def _questions(manifest: Any) -> dict[str, Question]:
    """Return the analyses of this package."""
    return {
        node.name: Question(node.name, node.fqn[2], node.description)
        for node in sorted(manifest.nodes.values(), key=lambda node: node.name)
        if node.resource_type == "analysis" and node.package_name == "whence"
    }


def _open_duckdb(credentials: Any) -> Any:
    """Open a DuckDB file read only, with the extensions, secrets and attached databases of the profile."""
    from dbt.adapters.duckdb.environments import Environment

    if credentials.path.startswith(":memory:"):
        raise WhenceError("the target keeps its tables in memory, where nobody else can read them; give it a path")
    reading = copy.copy(credentials)
    reading.config_options = {**(credentials.config_options or {}), "access_mode": "READ_ONLY"}
    reading.attach = [_read_only(attachment) for attachment in credentials.attach or []]
    try:
        return Environment.initialize_db(reading)
    except Exception as error:
        message = _first_line(error)
        locked = re.search(r'Could not set lock on file "(.+?)"', message)
        if locked or "used by another process" in message:
            path = locked[1] if locked else credentials.path
            message = f"{path} is locked: a build or a client is writing to it; try again when it is done"
        elif "does not exist" in message and not os.path.exists(credentials.path):
            # a relative path is relative to the working directory, as for dbt: say which file was looked for
            message = f"{os.path.abspath(credentials.path)} does not exist yet; run dbt build"
        raise WhenceError(message) from error


def _read_only(attachment: Any) -> Any:
    reading = copy.copy(attachment)
    reading.read_only = True
    return reading


def _open_postgres(credentials: Any, statement_timeout: int) -> Any:
    """Open a PostgreSQL connection whose transactions can only read, each statement within so many seconds."""
    import psycopg2

    given = {
        name: getattr(credentials, name, None)
        for name in ("sslmode", "sslcert", "sslkey", "sslrootcert", "search_path", "role", "connect_timeout")
    }
    try:
        handle = psycopg2.connect(
            host=credentials.host,
            port=credentials.port,
            user=credentials.user,
            password=credentials.password,
            dbname=credentials.database,
            application_name="whence",
            **{name: value for name, value in given.items() if value and name not in ("search_path", "role")},
        )
        handle.set_session(readonly=True, isolation_level="REPEATABLE READ")
        with handle.cursor() as cursor:
            if given["role"]:
                cursor.execute("select set_config('role', %s, false)", [given["role"]])
            if statement_timeout:
                cursor.execute("select set_config('statement_timeout', %s, false)", [f"{statement_timeout}s"])
        handle.commit()
        return handle
    except psycopg2.Error as error:
        raise WhenceError(f"PostgreSQL cannot be reached: {_first_line(error)}") from error


def dbt_message(error: BaseException | None) -> str:
    """Return what dbt says in one line: its kind of error and place, and the message, which comes on the next line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]) if len(lines) > 1 else _first_line(error)


def _first_line(error: BaseException | None) -> str:
    """Return what an error says, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
