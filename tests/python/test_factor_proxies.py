"""Tables of factor proxies against pandas and statsmodels, on real funds and generated ones."""

from __future__ import annotations

import pandas as pd
from conftest import SHARED_DATA, Warehouse, on_both_engines


@on_both_engines
def test_real_funds(warehouse: Warehouse) -> None:
    prices = pd.read_csv(SHARED_DATA / "etf_prices_monthly.csv", parse_dates=["month_end"])
    prices = prices.rename(columns={"month_end": "date", "adj_close": "price"})[["date", "ticker", "price"]]
    yields = pd.read_csv(SHARED_DATA / "treasury_yields_monthly.csv", parse_dates=["month_end"])
    spec = {
        "prices": {"file": warehouse.frame("prices.parquet", prices)},
        "yields": {"file": warehouse.frame("yields.parquet", yields.rename(columns={"month_end": "date"}))},
    }
    run = warehouse.build_proxies(spec)
    assert run.success, run.log
    assert len(warehouse.query("select * from proxy_universe")) == 113
