"""The project that a server reads: parsed once, in the background, apart from builds that run beside it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from dbt_whence.questions import compile_question
from dbt_whence.results import Connection, Results, WhenceError, find_results

STATEMENT_TIMEOUT = 60  # seconds; clients wait about as long for an answer
PATIENCE = 45  # seconds that a call waits for dbt


class Project:
    """The results of a project, found at the first use; a project that does not parse is tried again at the next."""

    def __init__(self, options: Mapping[str, Any], scratch: str) -> None:
        """Keep what says which project.

        Args:
            options: of `find_results`.
            scratch: a folder for dbt's artifacts.
        """
        self._options = dict(options)
        self._scratch = scratch
        self._lock = threading.Lock()  # dbt does one thing at a time in a process
        # Connections of one process to a DuckDB file share what is attached to it, and cannot attach it twice.
        self._duckdb = threading.Lock()
        self._results: Results | None = None
        self._compiled: dict[str, str] = {}

    def results(self) -> Results:
        """Return where the tables are."""
        with self._dbt():
            if self._results is None:
                found = find_results(**self._options, scratch=self._scratch)
                self._results = replace(found, statement_timeout=STATEMENT_TIMEOUT)
            return self._results

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open the database for one call."""
        results = self.results()
        with self._duckdb if results.engine == "duckdb" else nullcontext(), results.connection() as connection:
            yield connection

    def compiled(self, question: str) -> str:
        """Return the SQL of a question, compiled once."""
        results = self.results()
        with self._dbt():
            if question not in self._compiled:
                self._compiled[question] = compile_question(results, question)
            return self._compiled[question]

    @contextmanager
    def _dbt(self) -> Iterator[None]:
        """Have dbt for oneself; a client that waits longer for an answer would give up without a word."""
        if not self._lock.acquire(timeout=PATIENCE):
            raise WhenceError("dbt is still parsing the project; call again in half a minute")
        try:
            yield
        finally:
            self._lock.release()

    def start(self) -> None:
        """Begin to parse in the background, so that the first call waits less."""
        threading.Thread(target=self._try, daemon=True).start()

    def _try(self) -> None:
        try:
            self.results()
        except WhenceError as error:
            print(f"whence: {error}", file=sys.stderr, flush=True)
