"""The demo as `make test` has built it, for tests that only read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse


def copy_of_demo(folder: Path, request: pytest.FixtureRequest) -> Path:
    """Copy the demo's DuckDB file and dbt's artifacts into a folder; build the demo where nobody has.

    Returns: the DuckDB file, beside it the folder target.
    """
    built = PROJECT / "target" / "test"
    if not (built / "whence.duckdb").exists():
        demo: Warehouse = request.getfixturevalue("demo")
        built = demo.folder / "target"
        shutil.copy(demo.database, folder)
    else:
        shutil.copy(built / "whence.duckdb", folder)
    (folder / "target").mkdir()
    for name in ("manifest.json", "semantic_manifest.json"):
        shutil.copy(built / name, folder / "target")
    return next(folder.glob("*.duckdb"))
