"""What the benchmarks share: processes of their own, a project that has whence installed, a PostgreSQL server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT / "tests" / "python"))

from postgres_server import PostgresServer as PostgresServer  # noqa: E402
from postgres_server import chosen  # noqa: E402


@contextmanager
def working_folder(keep: bool) -> Iterator[Path]:
    """Say what the machine is, give a folder for files and databases, and at the end how long all of it took.

    Args:
        keep: whether the folder stays.
    """
    folder = Path(tempfile.mkdtemp(prefix="whence_benchmark_"))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start; DuckDB {version('duckdb')}")
    start = time.perf_counter()
    try:
        yield folder
        print(f"\nall of it took {time.perf_counter() - start:.0f} s")
    finally:
        if keep:
            print(f"\nkept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def child(
    script: str,
    *arguments: str,
    folder: Path | None = None,
    settings: dict[str, str] | None = None,
    given: str | None = None,
) -> tuple[Any, float]:
    """Run Python code in a process of its own; return the JSON in the last line that it prints, and its seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env=os.environ | (settings or {}),
        input=given,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1]), seconds


def megabytes(max_rss: int) -> float:
    """Return what getrusage calls ru_maxrss in MB; its unit is bytes on macOS, else 1,024 bytes."""
    return max_rss * (1 if sys.platform == "darwin" else 1024) / 1e6


def consumer(folder: Path, tables: Sequence[str]) -> Path:
    """Make a dbt project that has whence installed, as dbt deps would, and tables of the schema lake as sources."""
    project = folder / "consumer"
    (project / "models").mkdir(parents=True)
    (project / "dbt_packages").mkdir()
    (project / "dbt_packages" / "whence").symlink_to(PROJECT)
    (project / "packages.yml").write_text(json.dumps({"packages": [{"local": str(PROJECT)}]}))
    empty_project(project)
    sources = {"sources": [{"name": "lake", "schema": "lake", "tables": [{"name": name} for name in tables]}]}
    (project / "models" / "lake.yml").write_text(json.dumps(sources))
    return project


def empty_project(folder: Path) -> None:
    """Write the file that makes a folder a dbt project."""
    folder.mkdir(exist_ok=True)
    project = {"name": "consumer", "profile": "whence", "flags": {"send_anonymous_usage_stats": False}}
    (folder / "dbt_project.yml").write_text(json.dumps(project))


@contextmanager
def started_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server of the newest version here."""
    server = PostgresServer(chosen()[0])
    try:
        yield server
    finally:
        server.stop()


def postgres_settings(server: PostgresServer, database: str) -> dict[str, str]:
    """Return what tells dbt to build in a database of a server."""
    return {
        "DBT_TARGET": "postgres",
        "WHENCE_SCHEMA": "main",
        "PGHOST": str(server.folder),
        "PGPORT": str(server.port),
        "PGUSER": "postgres",
        "PGDATABASE": database,
    }
