"""Long tables read as matrices."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from dbt_whence.panel import Panel, read_asset_returns

ASSETS = (
    "values ('a', 'zinc', 1), ('a', 'Ägypten', 2), ('a', 'never priced', null), ('a', 'Alpha', 5), ('b', 'zinc', 3)"
)
RETURNS = """values
    (5, date '1969-12-30', 0.5), (1, date '2024-03-01', 0.1), (2, date '1969-12-30', -0.2), (5, date '2024-03-01', null),
    (3, date '2024-03-04', 0.3), (4, date '2024-03-05', 0.4)
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Return a database that holds nothing."""
    return duckdb.connect()


def panel_of(connection: duckdb.DuckDBPyConnection, model: str, where: str = "true") -> Panel:
    """Read the returns of a model's assets."""
    assets = connection.sql(f"from ({ASSETS}) as assets (model, asset, asset_number) where {where}")
    returns = connection.sql(f"from ({RETURNS}) as returns (asset_number, date, asset_return)")
    return read_asset_returns(returns, assets, model)


def test_returns_of_a_model(connection: duckdb.DuckDBPyConnection) -> None:
    """Names ascend by their bytes, days before 1970 are days, what nobody asked for is left out, gaps are NaN."""
    panel = panel_of(connection, "a")
    assert panel.names == ("Alpha", "never priced", "zinc", "Ägypten")
    assert panel.dates.tolist() == np.array(["1969-12-30", "2024-03-01"], "datetime64[D]").tolist()
    np.testing.assert_array_equal(panel.values, [[0.5, np.nan, np.nan, -0.2], [np.nan, np.nan, 0.1, np.nan]])


@pytest.mark.parametrize(
    ("model", "where", "names"),
    [("c", "true", ()), ("a", "asset = 'never priced'", ("never priced",)), ("a", "asset_number = 9", ())],
)
def test_no_returns(connection: duckdb.DuckDBPyConnection, model: str, where: str, names: tuple[str, ...]) -> None:
    """Without assets or numbers there are no dates; names stay."""
    panel = panel_of(connection, model, where)
    assert (panel.names, len(panel.dates), panel.values.shape) == (names, 0, (0, len(names)))


def test_numbered_without_returns(connection: duckdb.DuckDBPyConnection) -> None:
    """An asset whose returns are all null has its name and no date."""
    assets = connection.sql("select 'a' as model, 'x' as asset, 7 as asset_number")
    returns = connection.sql("select 7 as asset_number, date '2024-01-02' as date, null::double as asset_return")
    panel = read_asset_returns(returns, assets, "a")
    assert (panel.names, panel.values.shape) == (("x",), (0, 1))
