"""The demo's data: read from the Parquet files in ``seeds/demo``, or generated with a planted truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dbt_whence.panels import cross_section_panel, event_panel

if TYPE_CHECKING:
    import duckdb

FOLDER = Path("seeds") / "demo"
SIGNAL_SEED = 2019
"""One for which a signal of noise looks like more than that, as one of ten often does."""
EVENT_SEED = 2016
SECTORS = {str(digit): ("energy", "health", "technology")[digit % 3] for digit in range(10)}
"""Sector of an asset by the last digit of its name."""


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


def planted_signals() -> pa.Table:
    """Return a panel of 60 assets and 400 dates: rank correlation of ``signal`` is 0.05, of ``noise_1`` to 9 zero.

    It is that in each ``sector``.
    """
    panel = cross_section_panel(60, 400, target_ic=0.05, seed=SIGNAL_SEED)
    for i in range(1, 10):
        panel[f"noise_{i}"] = cross_section_panel(60, 400, seed=SIGNAL_SEED + i)["noise"]
    panel["sector"] = panel["asset"].str[-1].map(SECTORS)
    return pa.Table.from_pandas(panel.drop(columns="noise"), preserve_index=False)


def planted_events() -> pa.Table:
    """Return a panel of 60 assets and 400 dates: ``event`` is followed by a drift of 0.01, ``placebo`` by none."""
    return pa.Table.from_pandas(
        event_panel(60, 400, event_rate=0.01, drift=0.01, seed=EVENT_SEED), preserve_index=False
    )
