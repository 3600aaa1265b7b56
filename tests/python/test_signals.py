"""Signals against scipy, statsmodels and linearmodels, on DuckDB and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import Warehouse, on_both_engines
from linearmodels.panel import FamaMacBeth
from scipy import stats
from statsmodels.stats.multitest import multipletests

from dbt_whence.panels import cross_section_panel, event_panel
from dbt_whence.time_series import newey_west_lags


def forward(prices: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Forward returns by date and asset, entered one row later, per row."""
    wide = prices.pivot(index="date", columns="asset", values="price")
    return (wide.shift(-1 - horizon) / wide.shift(-1) - 1) / horizon


def nw(values: np.ndarray, horizon: int) -> tuple[float, float, float]:
    """Mean, t and p by statsmodels."""
    lags = newey_west_lags(len(values), horizon)
    fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
    return float(fit.params[0]), float(fit.tvalues[0]), float(fit.pvalues[0])


def line(x: pd.Series, y: pd.Series) -> np.ndarray:
    """Slope and intercept of a regression."""
    return np.polyfit(x, y, 1)


def study(warehouse: Warehouse, panel: pd.DataFrame, signals: list[Any], **fields: Any) -> dict[str, Any]:
    return {"name": "s", "panel": {"file": warehouse.frame("panel.parquet", panel)}, "signals": signals} | fields


def statistics(warehouse: Warehouse, study: str = "s") -> pd.Series:
    rows = warehouse.query(f"select * from signal_statistics where study = '{study}'")
    return rows.set_index(["signal", "horizon", "procedure", "statistic"])["value"].astype(float)


def ragged(seed: int = 0) -> pd.DataFrame:
    """A panel of 25 assets and 80 dates with ties, missing values, late starts and gaps."""
    random = np.random.default_rng(seed)
    panel = cross_section_panel(25, 80, 0.1, seed=seed)
    panel["rounded"] = panel["signal"].round(0)
    panel.loc[random.random(len(panel)) < 0.1, "signal"] = np.nan
    panel.loc[random.random(len(panel)) < 0.02, "signal"] = np.inf
    panel.loc[random.random(len(panel)) < 0.03, "price"] = np.nan
    late = panel["asset"].isin(["asset_03", "asset_04"]) & (panel["date"] < panel["date"].unique()[30])
    return panel[~late & (random.random(len(panel)) > 0.03)].sample(frac=1, random_state=2)


@on_both_engines
def test_information_coefficients_and_fama_macbeth(warehouse: Warehouse) -> None:
    panel = ragged()
    one_by_one = study(warehouse, panel, ["signal", "rounded", "noise"], horizons=[1, 3])
    joint = one_by_one | {"name": "joint", "signals": ["signal", "noise"], "procedures": ["fm_joint"]}
    run = warehouse.build_signals([one_by_one, joint])
    assert run.success, run.log
    series = warehouse.query("select * from signal_series where study = 's'")
    found = statistics(warehouse)
    found_joint = statistics(warehouse, "joint")
    ordered = panel.sort_values(["asset", "date"])
    for horizon in (1, 3):
        price = ordered.groupby("asset")["price"]
        ordered["forward"] = (price.shift(-1 - horizon) / price.shift(-1) - 1) / horizon
        both = ordered[np.isfinite(ordered[["signal", "noise", "forward"]]).all(axis=1)]
        wide = {d: sm.add_constant(g[["signal", "noise"]]) for d, g in both.groupby("date") if len(g) >= 4}
        together = np.array(
            [np.linalg.lstsq(x, both.loc[x.index, "forward"], rcond=None)[0][1:] for x in wide.values()]
        )
        for column, signal in enumerate(("signal", "noise")):
            mean, t, p = nw(together[:, column], horizon)
            assert found_joint[signal, horizon, "fm_joint", "fm_joint_lambda_mean"] == pytest.approx(mean, rel=1e-8)
            assert found_joint[signal, horizon, "fm_joint", "fm_joint_lambda_t_nw"] == pytest.approx(t, rel=1e-7)
            assert found_joint[signal, horizon, "fm_joint", "fm_joint_lambda_p"] == pytest.approx(p, rel=1e-6)
        for signal in ("signal", "rounded", "noise"):
            pairs = ordered[np.isfinite(ordered[signal]) & ordered["forward"].notna()]
            by_date = pairs.groupby("date")
            ic = {d: stats.spearmanr(g[signal], g["forward"])[0] for d, g in by_date if len(g) >= 10}
            slopes = {
                d: np.polyfit(g[signal], g["forward"], 1)[0]
                for d, g in by_date
                if len(g) >= 3 and g[signal].nunique() > 1
            }
            for name, oracle in (("ic", ic), ("fm_lambda", slopes)):
                rows = series[
                    (series["signal"] == signal) & (series["horizon"] == horizon) & (series["statistic"] == name)
                ]
                mine = rows.set_index(pd.to_datetime(rows["date"]).dt.date)["value"].sort_index().astype(float)
                truth = pd.Series(oracle).sort_index()
                assert mine.index.tolist() == truth.index.tolist()
                np.testing.assert_allclose(mine, truth, rtol=1e-8, atol=1e-12)
                procedure = "ic" if name == "ic" else "fm"
                mean, t, p = nw(truth.to_numpy(), horizon)
                assert found[signal, horizon, procedure, f"{name}_mean"] == pytest.approx(mean, rel=1e-8)
                assert found[signal, horizon, procedure, f"{name}_t_nw"] == pytest.approx(t, rel=1e-7)
                assert found[signal, horizon, procedure, f"{name}_p"] == pytest.approx(p, rel=1e-6)
            if signal == "noise" and horizon == 1:
                data = pairs.assign(when=pd.to_datetime(pairs["date"])).set_index(["asset", "when"])
                other = FamaMacBeth(data["forward"], sm.add_constant(data[["noise"]])).fit()
                assert found[signal, horizon, "fm", "fm_lambda_mean"] == pytest.approx(other.params["noise"], rel=1e-8)


@on_both_engines
def test_events_and_common_signals(warehouse: Warehouse) -> None:
    panel = event_panel(20, 120, 0.02, seed=4)
    random = np.random.default_rng(4)
    dates = np.sort(panel["date"].unique())
    panel["macro"] = panel["date"].map(dict(zip(dates, random.standard_normal(120), strict=True)))
    panel["meeting"] = panel["date"].map(dict(zip(dates, (random.random(120) < 0.15) * 1.0, strict=True)))
    plain = study(warehouse, panel, ["event", "macro", "meeting"], horizons=[1, 4])
    others = [
        plain | {"name": model, "signals": ["event"], "abnormal_return": model, "procedures": ["caar"]}
        for model in ("mean", "market")
    ]
    run = warehouse.build_signals([plain, *others])
    assert run.success, run.log
    found = statistics(warehouse)
    for horizon in (1, 4):
        returns = forward(panel, horizon).dropna()
        event = panel.pivot(index="date", columns="asset", values="event").loc[returns.index]
        hit = returns.where(event != 0).mean(axis=1).fillna(0)
        busy = event.rolling(2 * horizon - 1, center=True, min_periods=1).max()
        quiet = returns[busy == 0]
        market = returns.mean(axis=1)
        expected = pd.DataFrame(
            {a: np.polyval(line(market[quiet[a].notna()], quiet[a].dropna()), market) for a in returns}
        )
        for model, usual in (("mean", quiet.mean()), ("market", expected.set_axis(returns.index))):
            abnormal = (returns - usual).where(event != 0).mean(axis=1)
            value = statistics(warehouse, model)["event", horizon, "caar", "caar_mean"]
            assert value == pytest.approx(abnormal.mean(), rel=1e-8)
            t_stat = statistics(warehouse, model)["event", horizon, "caar", "caar_t_nw"]
            assert t_stat == pytest.approx(nw(abnormal.fillna(0).to_numpy(), horizon)[1], rel=1e-8)
        mean, t, p = nw(hit.to_numpy(), horizon)
        assert found["event", horizon, "caar", "caar_calendar_mean"] == pytest.approx(mean, rel=1e-9)
        assert found["event", horizon, "caar", "caar_mean"] == pytest.approx(
            hit[(event != 0).any(axis=1)].mean(), rel=1e-9
        )
        assert found["event", horizon, "caar", "caar_t_nw"] == pytest.approx(t, rel=1e-8)
        assert found["event", horizon, "caar", "caar_p"] == pytest.approx(p, rel=1e-6)
        for signal, procedure in (("macro", "common_continuous"), ("meeting", "common_sparse")):
            x = panel.groupby("date")[signal].first().loc[returns.index].to_numpy()
            y = returns.mean(axis=1).to_numpy()
            lags = newey_west_lags(len(y), horizon)
            fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
            assert found[signal, horizon, procedure, "ts_beta"] == pytest.approx(fit.params[1], rel=1e-8)
            assert found[signal, horizon, procedure, "ts_beta_p"] == pytest.approx(fit.pvalues[1], rel=1e-6)
            own = np.array([np.polyfit(x, returns[asset], 1)[0] for asset in returns])
            assert found[signal, horizon, procedure, "ts_beta_mean"] == pytest.approx(own.mean(), rel=1e-8)
            betas = warehouse.query(
                f"select * from signal_asset_betas where study = 's' and signal = '{signal}' and horizon = {horizon}"
            )
            plain = sm.OLS(returns["asset_01"], sm.add_constant(x)).fit()
            row = betas.set_index("asset").loc["asset_01"]
            assert row["standard_error"] == pytest.approx(plain.bse.iloc[1], rel=1e-8)
            assert row["r_squared"] == pytest.approx(plain.rsquared, rel=1e-8)


@on_both_engines
def test_screening_against_statsmodels(warehouse: Warehouse) -> None:
    panel = cross_section_panel(30, 150, 0.1, seed=1)
    random = np.random.default_rng(1)
    for i in range(8):
        panel[f"try_{i}"] = random.standard_normal(len(panel))
    names = ["signal", "noise", *(f"try_{i}" for i in range(8))]
    run = warehouse.build_signals([study(warehouse, panel, names, procedures=["ic"])])
    assert run.success, run.log
    rows = warehouse.query("select * from signal_screening").set_index("signal").loc[names]
    p = rows["p_value"].astype(float).to_numpy()
    for column, method in (("bh_q", "fdr_bh"), ("bhy_q", "fdr_by"), ("holm_p", "holm")):
        np.testing.assert_allclose(rows[column].astype(float), multipletests(p, method=method)[1], rtol=1e-9)
    assert rows["is_survivor"].astype(bool).tolist() == (multipletests(p, method="fdr_by")[1] <= 0.05).tolist()
    assert rows.loc["signal", "p_rank"] == 1
    assert set(rows["family_size"]) == {10}


@on_both_engines
def test_new_dates_are_appended(warehouse: Warehouse) -> None:
    """Runs on some dates, on one more, on all with one gone and one revised give the table of a full refresh.

    Trials are kept.
    """
    panel = ragged(3)
    dates = np.sort(panel["date"].unique())
    fields: dict[str, Any] = {"horizons": [1, 5]}
    panel["event"] = (panel["noise"] > 2).astype(float)
    panel["macro"] = panel.groupby("date")["noise"].transform("mean")
    revised = panel[panel["date"] != dates[5]].copy()
    revised.loc[revised["date"] == dates[10], ["signal", "noise", "event", "macro"]] *= -2.0
    signals = ["signal", "noise", "event", "macro"]
    for given in (panel[panel["date"] <= dates[50]], panel[panel["date"] <= dates[51]], revised):
        run = warehouse.build_signals([study(warehouse, given, signals, **fields)])
        assert run.success, run.log
    query = "select * from signal_series order by signal, horizon, statistic, date"
    appended = warehouse.query(query)
    trials = warehouse.query("select count(*) as n from signal_trials")["n"].item()
    run = warehouse.build_signals([study(warehouse, revised, signals, **fields)], "--full-refresh")
    assert run.success, run.log
    pd.testing.assert_frame_equal(appended, warehouse.query(query), rtol=1e-12)
    assert trials == 3 * 2 * (2 * 2 + 2)
    assert warehouse.query("select count(*) as n from signal_trials")["n"].item() == trials
