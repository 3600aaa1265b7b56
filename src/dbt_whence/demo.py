"""The demo's data, read from the Parquet files in ``seeds/demo``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FOLDER = Path("seeds") / "demo"


def demo_table(session: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
    """Return one demo table as a DuckDB relation.

    The file is looked for in the project this package was installed from (``pip install -e .``), then below the
    working directory.

    Args:
        session: the connection that dbt hands to a Python model.
        name: file name without its ending.

    Raises:
        FileNotFoundError: the file is in neither place.
    """
    roots = [Path(__file__).parents[2], Path.cwd()]
    for root in roots:
        path = root / FOLDER / f"{name}.parquet"
        if path.exists():
            return session.read_parquet(str(path))
    raise FileNotFoundError(
        f"whence: the demo file {FOLDER / name}.parquet is neither in {roots[0]} nor in {roots[1]}; "
        "run dbt in a clone of the project"
    )
