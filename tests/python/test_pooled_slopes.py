"""Pooled slopes and their errors against statsmodels, linearmodels and Petersen's published table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import SHARED_DATA, Warehouse, on_both_engines
from linearmodels.panel import PooledOLS
from scipy import stats
from test_signals import ragged, statistics, study

from dbt_whence.panel import Array
from dbt_whence.pooled_slopes import PooledSlope
from dbt_whence.time_series import newey_west_lags


def pooled_slope(assets: Any, dates: Any, x: Array, y: Array) -> PooledSlope:
    """The same sums as the warehouse makes, from rows."""
    x_gap, y_gap = x - x.mean(), y - y.mean()
    slope = float(x_gap @ y_gap) / float(x_gap @ x_gap)
    score = pd.Series(x_gap * (y_gap - slope * x_gap))
    by_date, by_asset = score.groupby(np.asarray(dates)).sum(), score.groupby(np.asarray(assets)).sum()
    return PooledSlope(
        slope=slope,
        sxx=float(x_gap @ x_gap),
        syy=float(y_gap @ y_gap),
        n_pairs=len(x),
        n_assets=len(by_asset),
        date_scores=by_date.to_numpy(),
        asset_squares=float((by_asset**2).sum()),
        row_squares=float((score**2).sum()),
    )


def test_petersen_published_figures() -> None:
    path = SHARED_DATA / "petersen_test_data.csv"
    if not path.exists():
        pytest.skip(f"Petersen's panel, which may not be shipped, is not at {path}")
    data = pd.read_csv(path)
    found = pooled_slope(data["firm"], data["year"], data["x"].to_numpy(), data["y"].to_numpy())
    assert found.slope == pytest.approx(1.0348, abs=5e-5)
    assert found.clustered_by_asset().standard_error == pytest.approx(0.050596, abs=5e-7)
    assert found.clustered_by_date().standard_error == pytest.approx(0.033389, abs=5e-7)
    assert found.clustered_both_ways().standard_error == pytest.approx(0.053558, abs=5e-7)
    assert newey_west_lags(found.n_dates) == 2
    # Driscoll and Kraay at one lag, as published
    gamma = [float(found.date_scores[j:] @ found.date_scores[: 10 - j]) for j in (0, 1)]
    assert np.sqrt(gamma[0] + gamma[1]) / found.sxx == pytest.approx(0.0281633, abs=5e-8)


def test_grunfeld_against_statsmodels_and_linearmodels() -> None:
    data = sm.datasets.grunfeld.load_pandas().data
    x, y = data["value"].to_numpy(), data["invest"].to_numpy()
    found = pooled_slope(data["firm"], data["year"], x, y)
    design = sm.add_constant(x)
    firms, years = data["firm"].astype("category").cat.codes, data["year"].astype(int)
    for mine, groups in (
        (found.clustered_by_asset(), firms),
        (found.clustered_by_date(), years),
        (found.clustered_both_ways(), np.column_stack([firms, years])),
    ):
        fit = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": groups, "df_correction": True})
        assert mine.value == pytest.approx(fit.params[1], rel=1e-10)
        assert mine.standard_error == pytest.approx(fit.bse[1], rel=1e-8)
    lags = newey_west_lags(20)
    fit = sm.OLS(y, design).fit(
        cov_type="hac-groupsum", cov_kwds={"time": years.to_numpy() - 1935, "maxlags": lags, "use_correction": False}
    )
    assert found.driscoll_kraay().standard_error == pytest.approx(fit.bse[1], rel=1e-8)
    panel = data.assign(year=years, constant=1.0).set_index(["firm", "year"])
    other = PooledOLS(panel["invest"], panel[["constant", "value"]]).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    assert found.driscoll_kraay().standard_error == pytest.approx(other.std_errors["value"], rel=1e-8)


@on_both_engines
def test_in_the_warehouse(warehouse: Warehouse) -> None:
    panel = ragged()
    panel["offset"] = panel["noise"] * 1e-3 + 1e4  # a mean that is large beside the deviations
    panel["flat"] = 2.0
    run = warehouse.build_signals([study(warehouse, panel, ["signal", "offset", "flat"], horizons=[1, 3])])
    assert run.success, run.log
    found = statistics(warehouse)
    ordered = panel.sort_values(["asset", "date"])
    price = ordered.groupby("asset")["price"]
    for horizon in (1, 3):
        ordered["forward"] = (price.shift(-1 - horizon) / price.shift(-1) - 1) / horizon
        for signal in ("signal", "offset"):
            pairs = ordered[np.isfinite(ordered[signal]) & ordered["forward"].notna()]
            truth = pooled_slope(pairs["asset"], pairs["date"], pairs[signal].to_numpy(), pairs["forward"].to_numpy())
            mine = found[signal, horizon, "fm"]
            assert mine["pooled_beta"] == pytest.approx(truth.slope, rel=1e-7)
            for code, estimate in {
                "asset": truth.clustered_by_asset(),
                "date": truth.clustered_by_date(),
                "both": truth.clustered_both_ways(),
                "dk": truth.driscoll_kraay(horizon),
                "ewc": truth.equal_weighted_cosine(horizon),
            }.items():
                assert mine[f"pooled_beta_t_{code}"] == pytest.approx(estimate.t_stat, rel=1e-6), code
                if code in ("dk", "ewc") or (code != "asset" and horizon == 1):
                    p = 2 * stats.t.sf(abs(estimate.t_stat), estimate.df)
                    assert mine[f"pooled_beta_p_{code}"] == pytest.approx(p, rel=1e-6), code
            assert np.isnan(mine["pooled_beta_p_both"]) == (horizon > 1)
    assert "flat" not in found.index.get_level_values("signal")


def test_sizes() -> None:
    """Shared shocks, a signal of some persistence: t by date, both ways and over time reject 3 to 8 % of true nulls."""
    random = np.random.default_rng(5)
    n_dates, n_assets, n_draws = 240, 40, 800
    rejected = {name: 0 for name in ("date", "both", "dk", "ewc")}
    for _ in range(n_draws):
        loading = random.standard_normal(n_assets)
        x = random.standard_normal((n_dates, n_assets)) + loading  # lasting differences between assets
        y = random.standard_normal((n_dates, 1)) * (1 + loading) + random.standard_normal((n_dates, n_assets))
        slope = fast_pooled_slope(x, y)
        for name, found in {
            "date": slope.clustered_by_date(),
            "both": slope.clustered_both_ways(),
            "dk": slope.driscoll_kraay(),
            "ewc": slope.equal_weighted_cosine(),
        }.items():
            rejected[name] += bool(2 * stats.t.sf(abs(found.t_stat), found.df) < 0.05)
    for name, count in rejected.items():
        assert 0.03 <= count / n_draws <= 0.08, (name, count / n_draws)


def fast_pooled_slope(x: Array, y: Array) -> PooledSlope:
    """A balanced panel (T, N)."""
    x_gap, y_gap = x - x.mean(), y - y.mean()
    inner = float((x_gap**2).sum())
    slope = float((x_gap * y_gap).sum()) / inner
    score = x_gap * (y_gap - slope * x_gap)
    return PooledSlope(
        slope, inner, float((y_gap**2).sum()), x.size, x.shape[1],
        score.sum(axis=1), float((score.sum(axis=0) ** 2).sum()), float((score**2).sum()),
    )  # fmt: skip
