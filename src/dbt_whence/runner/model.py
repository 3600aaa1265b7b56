"""One Python model: its inputs into DuckDB, its function called, its result handed on."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, TracebackType
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


def run_python_model(adapter: Any, model: dict[str, Any]) -> Export:
    """Run a dbt Python model; the adapter method that ``pylocal__get_create_table_as_sql`` calls.

    Args:
        adapter: dbt's adapter, its attribute ``python_model_engine`` an ``Engine`` class.
        model: the node, as dbt's macros see it; ``compiled_code`` is the user's file and dbt's postfix.

    Returns:
        The result, ready to be written. Its files live as long as it does.

    Raises:
        DbtRuntimeError: one paragraph: the line of the model at fault and what Python says; or what could not be read.
    """
    engine: Engine = adapter.python_model_engine(adapter)
    folder = TemporaryDirectory(prefix="whence-", ignore_cleanup_errors=True)
    session = duckdb.connect(config={"temp_directory": str(Path(folder.name) / "spill")})
    try:
        session.execute("set TimeZone = 'UTC'")
        with load(model) as module:
            result = call(module, model, Inputs(engine, session, Path(folder.name)))
            export = engine.export(relation_of(result, session, model), session, Path(folder.name))
    except BaseException:
        folder.cleanup()
        raise
    finally:
        session.close()
    export.folder = folder
    return export


class Inputs:
    """Relations as DuckDB tables, each read once."""

    def __init__(self, engine: Engine, session: duckdb.DuckDBPyConnection, folder: Path) -> None:
        """Read through an engine into a session; the folder is for files that are needed meanwhile."""
        self.engine = engine
        self.session = session
        self.folder = folder
        self.tables: dict[str, str] = {}

    def load(self, relation: str) -> duckdb.DuckDBPyRelation:
        """Return a relation of the database as a relation of the session."""
        if relation not in self.tables:
            table = f"memory.main.input_{len(self.tables) + 1}"
            self.engine.read(relation, self.session, table, self.folder)
            self.tables[relation] = table
        return self.session.table(self.tables[relation])

    def name(self, relation: str, path: tuple[str, str, str]) -> None:
        """Make a relation known to the session's SQL by its name in the database (database, schema, identifier)."""
        self.load(relation)
        database, schema, identifier = (quote(part) for part in path)
        self.session.execute(f"attach if not exists ':memory:' as {database}")
        self.session.execute(f"create schema if not exists {database}.{schema}")
        self.session.execute(
            f"create view if not exists {database}.{schema}.{identifier} as from {self.tables[relation]}"
        )


@contextmanager
def load(model: dict[str, Any]) -> Iterator[ModuleType]:
    """Make a model's compiled code a module, for as long as the model runs.

    It takes the path of the model's file: the code is that file and then dbt's part, so its lines have the same numbers
    and tracebacks show them.
    """
    path, code = model["original_file_path"], model["compiled_code"]
    module = ModuleType(f"python_model.{model['unique_id']}")
    module.__file__ = path
    sys.modules[module.__name__] = module
    linecache.cache[path] = (len(code), None, code.splitlines(keepends=True), path)
    try:
        with readable_errors(model):
            exec(compile(code, path, "exec"), module.__dict__)
        yield module
    finally:
        sys.modules.pop(module.__name__, None)
        linecache.cache.pop(path, None)


def call(module: ModuleType, model: dict[str, Any], inputs: Inputs) -> Any:
    """Call ``model(dbt, session)`` of a loaded model."""
    dbt = module.dbtObj(inputs.load)
    if dbt.is_incremental and "dbt.this" in model["raw_code"]:
        # the session's SQL may name the table as it is before this run
        inputs.name(str(dbt.this), (model["database"], model["schema"], model["alias"]))
    with readable_errors(model):
        return module.model(dbt, inputs.session)


def relation_of(result: Any, session: duckdb.DuckDBPyConnection, model: dict[str, Any]) -> duckdb.DuckDBPyRelation:
    """Return what a model returned as a DuckDB relation: a relation, or a pandas, Arrow or Polars table."""
    if isinstance(result, duckdb.DuckDBPyRelation):
        return result
    try:
        return session.sql("select * from result")  # DuckDB finds the variable of that name
    except duckdb.Error as error:
        raise DbtRuntimeError(
            f"model() of {model['original_file_path']} returned {describe(result)}, not a DuckDB relation or a pandas, "
            f"Arrow or Polars table that DuckDB can read: {one_line(error)}"
        ) from error


def describe(value: Any) -> str:
    """Return a value's type with an article."""
    name = type(value).__name__
    return "nothing" if value is None else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


@contextmanager
def readable_errors(model: dict[str, Any]) -> Iterator[None]:
    """Turn an exception of the model's code into one paragraph with the model's own line."""
    try:
        yield
    except DbtRuntimeError:
        raise
    except (Exception, SystemExit) as error:
        raise DbtRuntimeError(explain(error, model["original_file_path"])) from error


def explain(error: BaseException, path: str) -> str:
    """Say where in a model's file an exception arose, and what it is, in one paragraph.

    Args:
        error: as caught, with its traceback.
        path: the model's file, the name under which its code was compiled.
    """
    frames = frames_of(error.__traceback__)
    own = [frame for frame in frames if frame.filename == path]
    text = f"{type(error).__name__}: {one_line(error)}".rstrip(": ")
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{path}, line {error.lineno}: {text}"
    if not own:
        return f"{path}: {text}"
    where = f"{path}, line {own[-1].lineno}, `{own[-1].line}`"
    last = frames[-1]
    if last.filename == path:
        return f"{where}: {text}"
    return f"{where}: {text} (raised in {'/'.join(Path(last.filename).parts[-2:])}, line {last.lineno})"


def frames_of(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    """Return the frames of a traceback, outermost first."""
    return list(traceback.extract_tb(trace))


def one_line(error: BaseException | str, limit: int = 600) -> str:
    """Return a message without its line breaks, and without what follows the first ``limit`` characters."""
    text = " ".join(str(error).split())
    return text if len(text) <= limit else f"{text[:limit]} ..."


def quote(identifier: str) -> str:
    """Return a name as a quoted SQL identifier."""
    escaped = identifier.replace('"', '""')
    return f'"{escaped}"'
