"""One Python model: its inputs into DuckDB, its function called, its result handed on."""

from __future__ import annotations

import linecache
import secrets
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Protocol

import duckdb
from dbt_common.exceptions import DbtRuntimeError


class Engine(Protocol):
    """What a database must offer so that Python models can run beside it."""

    def __init__(self, adapter: Any) -> None:
        """Work on the connection that dbt's adapter holds in this thread, inside its transaction."""

    def read(self, relation: str, session: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
        """Create a DuckDB table with the rows of a relation.

        Args:
            relation: what dbt renders for a ref or source: SQL that may follow ``from``.
            session: the DuckDB connection of the model.
            table: quoted name of the table to create.
            folder: for files that are needed meanwhile.

        Raises:
            DbtRuntimeError: one line that says what could not be read, and why.
        """

    def export(self, result: duckdb.DuckDBPyRelation, session: duckdb.DuckDBPyConnection, folder: Path) -> Export:
        """Put the rows of a model's result into a file of the folder, in the form the database reads.

        Raises:
            DbtRuntimeError: one line that names the column the database cannot hold.
        """


class Export(Protocol):
    """A model's result outside of DuckDB, on its way to the database."""

    empty_select: str
    """A query in the database's SQL that returns no row, with the names and types of the result's columns."""
    folder: TemporaryDirectory[str] | None
    """The folder of its files, which goes when it does."""

    def write_to(self, relation: str) -> None:
        """Append the rows to a relation that has the columns of ``empty_select``."""


def run_python_model(adapter: Any, model: dict[str, Any], empty: bool = False) -> Export:
    """Run a dbt Python model; the adapter method that ``pylocal__get_create_table_as_sql`` calls.

    Args:
        adapter: dbt's adapter, its attribute ``python_model_engine`` an ``Engine`` class.
        model: the node, as dbt's macros see it; ``compiled_code`` is the user's file and dbt's postfix.
        empty: read the columns of refs and sources, and no rows (``dbt build --empty``).

    Returns:
        The result, ready to be written. Its files live as long as it does.

    Raises:
        DbtRuntimeError: one paragraph: the line of the model at fault and what Python says; or what could not be read.
    """
    engine: Engine = adapter.python_model_engine(adapter)
    folder = TemporaryDirectory(prefix="whence-", ignore_cleanup_errors=True)
    session = duckdb.connect(config={"temp_directory": str(Path(folder.name) / "spill")})
    code = ModelCode(model)
    try:
        session.execute("set TimeZone = 'UTC'")
        inputs = Inputs(engine, session, Path(folder.name), empty)
        result = code.run(lambda: relation_of(code.call(inputs), session, inputs))
        export = engine.export(result, session, Path(folder.name))
    except BaseException:
        folder.cleanup()
        raise
    finally:
        code.forget()
        session.close()
    export.folder = folder
    return export


class Inputs:
    """Relations as DuckDB tables, each read once, in a catalog of their own beside what the model creates."""

    def __init__(self, engine: Engine, session: duckdb.DuckDBPyConnection, folder: Path, empty: bool) -> None:
        """Read through an engine into a session, or nothing but columns; the folder is for files meanwhile."""
        self.engine = engine
        self.empty = empty
        self.session = session
        self.folder = folder
        self.tables: dict[str, str] = {}
        self.catalog = f"inputs_{secrets.token_hex(4)}"
        session.execute(f"attach ':memory:' as {self.catalog}")

    def load(self, relation: str) -> duckdb.DuckDBPyRelation:
        """Return a relation of the database as a relation of the session."""
        if relation not in self.tables:
            table = f"{self.catalog}.main.input_{len(self.tables) + 1}"
            source = f"(select * from {relation} limit 0) as no_rows" if self.empty else relation
            self.engine.read(source, self.session, table, self.folder)
            self.tables[relation] = table
        return self.session.table(self.tables[relation])

    def drop(self) -> None:
        """Free the memory of all tables."""
        with suppress(duckdb.Error):  # within a transaction that the model began
            self.session.execute(f"detach {self.catalog}")

    def name(self, relation: str, path: tuple[str, str, str]) -> None:
        """Make a relation known to the session's SQL by its name in the database (database, schema, identifier)."""
        self.load(relation)
        database, schema, identifier = (quote(part) for part in path)
        try:
            self.session.execute(f"attach if not exists ':memory:' as {database}")
            self.session.execute(f"create schema if not exists {database}.{schema}")
            self.session.execute(f"create view {database}.{schema}.{identifier} as from {self.tables[relation]}")
        except duckdb.Error as error:
            raise DbtRuntimeError(
                f"{relation} cannot go by this name in a DuckDB session, so the model cannot read dbt.this: "
                f"{one_line(error)}"
            ) from error


class ModelCode:
    """A model's compiled code as a module, until ``forget``: the user's file, and then dbt's part."""

    def __init__(self, model: dict[str, Any]) -> None:
        """Take a node as dbt's macros see it."""
        self.model = model
        self.path: str = model["original_file_path"]
        self.code: str = model["compiled_code"]
        # no path: packages may have files of the same path, and run at the same time
        self.name: str = model["unique_id"].replace(".", "_")
        self.module = ModuleType(self.name)
        self.module.__file__ = self.path
        sys.modules[self.name] = self.module
        # for tracebacks; the user's file comes first, so lines have the numbers they have there
        linecache.cache[self.name] = (len(self.code), None, self.code.splitlines(keepends=True), self.name)

    def call(self, inputs: Inputs) -> Any:
        """Call the user's ``model(dbt, session)``."""
        exec(compile(self.code, self.name, "exec", dont_inherit=True), self.module.__dict__)
        dbt = self.module.dbtObj(inputs.load)
        if dbt.is_incremental and "dbt.this" in self.model["raw_code"]:
            # the session's SQL may name the table as it is before this run
            inputs.name(str(dbt.this), (self.model["database"], self.model["schema"], self.model["alias"]))
        return self.module.model(dbt, inputs.session)

    def run(self, action: Callable[[], duckdb.DuckDBPyRelation]) -> duckdb.DuckDBPyRelation:
        """Do something with the user's code; turn what it raises into one paragraph."""
        try:
            return action()
        except (DbtRuntimeError, KeyboardInterrupt):
            raise
        except BaseException as error:  # dbt waits forever for a thread that ends in what is no Exception
            raise DbtRuntimeError(self.explain(error)) from error

    def explain(self, error: BaseException) -> str:
        """Say where in the user's file an exception arose, and what it is, in one paragraph."""
        text = f"{type(error).__name__}: {one_line(error)}".rstrip(": ")
        if isinstance(error, SyntaxError) and error.filename == self.name:
            return f"{self.path}, line {error.lineno}: {text}"
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == self.name]
        if not own:
            return f"{self.path}: {text}"
        where = f"{self.path}, line {own[-1].lineno}, `{own[-1].line}`"
        last = frames[-1]
        if last is own[-1]:
            return f"{where}: {text}"
        return f"{where}: {text} (raised in {'/'.join(Path(last.filename).parts[-2:])}, line {last.lineno})"

    def forget(self) -> None:
        """Unload the module."""
        sys.modules.pop(self.name, None)
        linecache.cache.pop(self.name, None)


def relation_of(result: Any, session: duckdb.DuckDBPyConnection, inputs: Inputs) -> duckdb.DuckDBPyRelation:
    """Return what a model returned as a DuckDB relation.

    Args:
        result: a DuckDB relation, a pandas data frame, an Arrow table or reader, or a Polars frame.
        session: the connection of the model.
        inputs: what it read; dropped to free memory where the result no longer depends on it.
    """
    if isinstance(result, duckdb.DuckDBPyRelation):
        return result
    if hasattr(result, "collect"):  # Polars, lazy
        result = result.collect()
    if hasattr(result, "to_arrow"):  # Polars
        result = result.to_arrow()
    if hasattr(result, "read_all"):  # Arrow, and maybe an open result of this very session
        result = result.read_all()
    inputs.drop()
    name = f"result_{secrets.token_hex(4)}"
    try:
        session.register(name, result)
        return session.table(name)
    except (duckdb.Error, RuntimeError, TypeError) as error:
        raise DbtRuntimeError(
            f"model() returned {describe(result)}, not a DuckDB relation or a pandas, Arrow or Polars table"
        ) from error


def describe(value: Any) -> str:
    """Return a value's type with an article."""
    name = type(value).__name__
    return "nothing" if value is None else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def one_line(error: BaseException | str, limit: int = 500) -> str:
    """Return a message without line breaks, and without what follows the first ``limit`` characters."""
    try:
        text = str(error)
    except Exception:  # an exception of the user's, whose text is one too
        text = "(its message cannot be shown)"
    text = " ".join(text.encode(errors="replace").decode().split())
    return text if len(text) <= limit else f"{text[:limit]} ..."


def quote(identifier: str) -> str:
    """Return a name as a quoted SQL identifier."""
    escaped = identifier.replace('"', '""')
    return f'"{escaped}"'
