"""Quantiles, turnover and costs of signals against brute force, on DuckDB and on PostgreSQL."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse, on_both_engines
from scipy import stats
from test_signals import nw, ragged, statistics, study

from dbt_whence.quantiles import deflated_sharpes, monotonicity_p, spread_trial
from dbt_whence.time_series import resampled_rows

Q = 4


def quantiles_of(values: pd.Series, q: int) -> pd.Series:
    """The quantile of each value by its average rank, in exact fractions."""
    ranks = stats.rankdata(values)
    return pd.Series([int((Fraction(r) - Fraction(1, 2)) * q / len(ranks)) + 1 for r in ranks], values.index)


def brute_force(panel: pd.DataFrame, signal: str, horizon: int, q: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Statistics by date, and every pair with its quantile, one date after the other."""
    ordered = panel.sort_values(["asset", "date"])
    price = ordered.groupby("asset")["price"]
    ordered["forward"] = (price.shift(-1 - horizon) / price.shift(-1) - 1) / horizon
    dates = np.sort(panel["date"].unique())
    days: dict[int, pd.DataFrame] = {}
    rows: dict[Any, dict[str, float]] = {}
    for position, date in enumerate(dates):
        pairs = ordered[(ordered["date"] == date) & np.isfinite(ordered[signal]) & ordered["forward"].notna()]
        pairs = pairs.set_index("asset").assign(rank=lambda d: d[signal].rank())
        enough = len(pairs) >= max(10, 2 * q)
        pairs["quantile"] = quantiles_of(pairs[signal], q) if enough else np.nan
        days[position] = pairs
        found: dict[str, float] = {}
        mean = pairs.groupby("quantile")["forward"].mean()
        found |= {f"quantile_return_{int(k)}": value for k, value in mean.items()}
        if {1, q} <= set(mean.index):
            found["quantile_spread"] = mean[q] - mean[1]
        if q in mean.index:
            top = pairs.loc[pairs["quantile"] == q, "forward"].abs()
            found["top_concentration"] = top.max() / top.sum()
        before = days.get(position - horizon, pairs.iloc[:0])
        both = pairs.index.intersection(before.index)
        if len(both) >= 10:
            found["rank_autocorrelation"] = np.corrcoef(pairs.loc[both, "rank"], before.loc[both, "rank"])[0, 1]
        if {1, q} <= set(mean.index) and before.loc[both, "quantile"].notna().any():
            legs = [
                len(set(pairs.index[pairs["quantile"] == k]) - set(before.index[before["quantile"] == k]))
                / (pairs["quantile"] == k).sum()
                for k in (1, q)
            ]
            found["quantile_turnover"] = np.mean(legs)
        rows[date] = found
    return pd.DataFrame(rows).T.sort_index(), pd.concat(days.values())


def revised_panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel up to a date, and all of it with one date revised and one whose signal is gone."""
    panel = ragged(5)
    panel["slow"] = panel.sort_values("date").groupby("asset")["noise"].transform(lambda v: v.rolling(10, 1).mean())
    dates = np.sort(panel["date"].unique())
    later = panel.copy()
    later.loc[later["date"] == dates[10], ["signal", "rounded", "slow"]] *= -2.0
    later.loc[later["date"] == dates[20], ["signal", "rounded", "slow"]] = np.nan
    return panel[panel["date"] <= dates[60]], later


@on_both_engines
def test_quantiles_and_turnover(warehouse: Warehouse) -> None:
    """Also of dates that are appended, revised or gone: the tables are those of the last state of the panel."""
    first, panel = revised_panel()
    signals = ["signal", "rounded", "slow"]
    fields: dict[str, Any] = {"horizons": [1, 3], "quantiles": Q, "cost_bps": 25}
    for given in (first, panel):
        run = warehouse.build_signals([study(warehouse, given, signals, **fields)])
        assert run.success, run.log
    series = warehouse.query("select * from signal_series")
    by_quantile = warehouse.query("select * from signal_quantiles").set_index(["signal", "horizon", "quantile"])
    turnover = (
        warehouse.query("select * from signal_turnover").set_index(["signal", "horizon"]).astype({"n_dates": int})
    )
    found = statistics(warehouse)
    assert len(by_quantile) == len(signals) * 2 * Q and len(turnover) == len(signals) * 2
    for signal in signals:
        for horizon in (1, 3):
            dates, pairs = brute_force(panel, signal, horizon, Q)
            rows = series[(series["signal"] == signal) & (series["horizon"] == horizon)]
            mine = rows.assign(date=pd.to_datetime(rows["date"]).dt.date, value=rows["value"].astype(float))
            for name in dates:
                got = mine[mine["statistic"] == name].set_index("date")["value"].sort_index()
                truth = dates[name].dropna()
                assert got.index.tolist() == truth.index.tolist(), (signal, horizon, name)
                np.testing.assert_allclose(got, truth, rtol=1e-9, atol=1e-13, err_msg=f"{signal} {horizon} {name}")
            for k in range(1, Q + 1):
                row = by_quantile.loc[(signal, horizon, k)]
                values = dates[f"quantile_return_{k}"].dropna().to_numpy()
                mean, t, _ = nw(values, horizon)
                assert row["mean_forward_return"] == pytest.approx(mean, rel=1e-9)
                assert row["standard_error"] == pytest.approx(abs(mean / t), rel=1e-8)
                assert (row["n_obs"], row["n_dates"]) == ((pairs["quantile"] == k).sum(), len(values))
            spread = dates["quantile_spread"].dropna().to_numpy()
            row, replaced = turnover.loc[(signal, horizon)], dates["quantile_turnover"].mean()
            assert row["rank_turnover"] == pytest.approx(1 - dates["rank_autocorrelation"].mean(), rel=1e-9)
            assert row["quantile_turnover"] == pytest.approx(replaced, rel=1e-9)
            cost = 4 * replaced * 25e-4
            assert row["breakeven_cost_bps"] == pytest.approx(1e4 * spread.mean() * horizon / (4 * replaced), rel=1e-8)
            assert row["net_spread"] == pytest.approx(spread.mean() - cost / horizon, rel=1e-8)
            own = found[signal, horizon, "ic"]
            mean, t, p = nw(spread, horizon)
            assert own["quantile_spread_mean"] == pytest.approx(mean, rel=1e-8)
            assert own["quantile_spread_t_nw"] == pytest.approx(t, rel=1e-7)
            assert own["quantile_spread_p"] == pytest.approx(p, rel=1e-6)
            assert own["breakeven_cost_bps"] == pytest.approx(row["breakeven_cost_bps"], rel=1e-12)
            assert own["top_concentration"] == pytest.approx(dates["top_concentration"].mean(), rel=1e-8)
            means = [dates[f"quantile_return_{k}"].mean() for k in range(1, Q + 1)]
            assert own["monotonicity_rho"] == pytest.approx(stats.spearmanr(range(Q), means)[0], abs=1e-12)
    check_deflated(found, series, signals)


def check_deflated(found: pd.Series, series: pd.DataFrame, signals: list[str]) -> None:
    """Bailey and Lopez de Prado's formula by scipy, over the signals of a horizon."""
    for horizon in (1, 3):
        spreads = {}
        for signal in signals:
            is_spread = (series["statistic"] == "quantile_spread") & (series["horizon"] == horizon)
            rows = series[is_spread & (series["signal"] == signal)].sort_values("date")
            dates = np.sort(series[(series["signal"] == signal) & (series["horizon"] == horizon)]["date"].unique())
            spreads[signal] = rows.set_index("date")["value"].astype(float).reindex(dates).iloc[::horizon].dropna()
        sharpe = pd.Series({name: v.mean() / v.std() for name, v in spreads.items()})
        n, g = len(sharpe), np.euler_gamma
        z = stats.norm.ppf([1 - 1 / n, 1 - 1 / (n * np.e)])
        benchmark = sharpe.std() * ((1 - g) * z[0] + g * z[1])
        for name, v in spreads.items():
            own = found[name, horizon, "ic"]
            error = np.sqrt(1 - stats.skew(v) * sharpe[name] + (stats.kurtosis(v) + 2) / 4 * sharpe[name] ** 2)
            p = stats.norm.sf((sharpe[name] - benchmark) * np.sqrt(len(v) - 1) / error)
            assert own["spread_sharpe"] == pytest.approx(sharpe[name], rel=1e-8)
            assert own["deflated_sharpe"] == pytest.approx(1 - p, rel=1e-8)
            if name == sharpe.idxmax():
                alone = stats.t.cdf(sharpe[name] * np.sqrt(len(v) - 1) / error, len(v) - 1)
                assert own["deflated_sharpe_p"] == pytest.approx(p, rel=1e-7)
                assert own["best_sharpe_p"] == pytest.approx(1 - alone**n, rel=1e-7)
            else:
                assert np.isnan(own["deflated_sharpe_p"]) and np.isnan(own["best_sharpe_p"])


def test_quantiles_without_ties_are_those_of_pandas() -> None:
    """Where the assets divide evenly; else qcut cuts elsewhere, and equal values apart."""
    random = np.random.default_rng(0)
    for n, q in ((20, 5), (30, 10), (40, 8), (12, 2)):
        values = pd.Series(random.standard_normal(n))
        assert quantiles_of(values, q).tolist() == (pd.qcut(values, q, labels=False) + 1).tolist()


@pytest.mark.parametrize("slope", [0.0, 0.015, -0.015])
def test_monotonicity_against_resamples_one_by_one(slope: float) -> None:
    random = np.random.default_rng(3)
    returns = 0.02 * random.standard_normal((60, 5)) + slope * np.arange(5)
    returns[7, 2] = np.nan
    steps = np.diff(np.delete(returns, 7, axis=0), axis=1)
    drawn = np.array([steps[rows].mean(axis=0) for rows in resampled_rows(59, 59 ** (1 / 3))]) - steps.mean(axis=0)
    scaled, observed = drawn / drawn.std(axis=0), steps.mean(axis=0) / drawn.std(axis=0)
    up = (1 + (scaled.min(axis=1) >= observed.min()).sum()) / 2001
    down = (1 + ((-scaled).min(axis=1) >= (-observed).min()).sum()) / 2001
    assert monotonicity_p(returns, 1) == pytest.approx(min(1, 2 * min(up, down)), abs=1.1 / 2001)
    assert (monotonicity_p(returns, 1) < 0.05) == (slope != 0)


def test_degenerate_quantiles_have_no_p() -> None:
    for returns in (np.zeros((0, 0)), np.zeros((50, 5)), np.full((50, 5), np.nan), np.ones((3, 5)), np.zeros((50, 1))):
        assert np.isnan(monotonicity_p(returns, 1))
    for spreads in (np.zeros(0), np.ones(100), np.full(100, np.nan), np.arange(19.0)):
        assert np.isnan(spread_trial(spreads, 1).sharpe)
    nothing = spread_trial(np.zeros(0), 1)
    assert deflated_sharpes([]) == []
    assert all(np.isnan(found.p) for found in deflated_sharpes([nothing, nothing]))
    alone = deflated_sharpes([nothing, spread_trial(np.arange(-10.0, 30.0), 1)])
    assert np.isnan(alone[0].probability) and 0 < alone[1].p < alone[1].best_p < 0.01
