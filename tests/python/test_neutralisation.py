"""Signals made neutral to sectors and numbers, against regressions of statsmodels date by date."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import Warehouse, on_both_engines
from scipy import stats
from test_signals import nw, ragged, statistics, study

from dbt_whence.neutralisation import residual_slopes


def controlled() -> pd.DataFrame:
    panel = ragged()
    random = np.random.default_rng(7)
    number = panel["asset"].str[-2:].astype(int)
    panel["sector"] = ("s" + (number % 3).astype(str)).where(number % 5 != 0, None)
    panel["log_size"] = 1e3 + number / 10 + 0.1 * random.standard_normal(len(panel))
    panel.loc[random.random(len(panel)) < 0.05, "log_size"] = np.nan
    panel["beta"] = random.standard_normal(len(panel))
    panel["twice"] = 2 * panel["beta"]  # collinear
    panel["is_big"] = number > 12
    panel["signal"] = panel["signal"] + 0.5 * (number % 3) - 0.2 * number / 10
    panel["copy"] = panel["log_size"] * 3 - 5  # nothing of it is left
    return panel


def residuals(panel: pd.DataFrame, signal: str, numbers: list[str], has_sector: bool) -> pd.Series:
    """By statsmodels, one regression per date with dummies."""
    usable = panel[np.isfinite(panel[[signal, *numbers]].astype(float)).all(axis=1)]
    parts = []
    for _, group in usable.groupby("date"):
        design = group[numbers].astype(float)
        if has_sector:
            design = design.join(pd.get_dummies(group["sector"].fillna("(blank)")).astype(float))
        else:
            design = sm.add_constant(design, has_constant="add")
        fit = sm.OLS(group[signal].astype(float), design).fit()
        if fit.df_resid >= 2:
            parts.append(fit.resid)
    return pd.concat(parts)


@on_both_engines
def test_residuals_against_statsmodels(warehouse: Warehouse) -> None:
    panel = controlled()
    both = study(warehouse, panel, ["signal", "rounded", "copy"], neutralize=["sector", "log_size"], horizons=[1, 3])
    numbers = both | {"name": "numbers", "signals": ["signal"], "neutralize": ["beta", "log_size", "twice", "is_big"]}
    sector = both | {"name": "sector", "signals": ["signal", "rounded"], "neutralize": ["SECTOR"]}
    plain = both | {"name": "plain", "signals": ["signal"], "neutralize": []}
    run = warehouse.build_signals([both, numbers, sector, plain])
    assert run.success, run.log
    for name, signal, numeric, has_sector in (
        ("s", "signal", ["log_size"], True),
        ("s", "rounded", ["log_size"], True),
        ("numbers", "signal", ["beta", "log_size", "twice", "is_big"], False),
        ("sector", "rounded", [], True),
    ):
        found = statistics(warehouse, name)
        neutral = panel.assign(neutral=residuals(panel, signal, numeric, has_sector))
        ordered = neutral.sort_values(["asset", "date"])
        price = ordered.groupby("asset")["price"]
        for horizon in (1, 3):
            ordered["forward"] = (price.shift(-1 - horizon) / price.shift(-1) - 1) / horizon
            pairs = ordered[ordered["neutral"].notna() & ordered["forward"].notna()]
            pairs = pairs.assign(neutral=pairs["neutral"].round(10))
            slopes = [np.polyfit(g["neutral"], g["forward"], 1)[0] for _, g in pairs.groupby("date") if len(g) >= 3]
            mean, t, _ = nw(np.array(slopes), horizon)
            assert found[signal, horizon, "fm", "fm_lambda_mean"] == pytest.approx(mean, rel=1e-6), name
            assert found[signal, horizon, "fm", "fm_lambda_t_nw"] == pytest.approx(t, rel=1e-6), name
            ic = [stats.spearmanr(g["neutral"], g["forward"])[0] for _, g in pairs.groupby("date") if len(g) >= 10]
            assert found[signal, horizon, "ic", "ic_mean"] == pytest.approx(np.mean(ic), rel=1e-6), name
    profiles = warehouse.query("select * from signal_profiles where study = 's' and signal = 'copy'")
    assert (profiles["status"] == "insufficient_sample").all()
    warned = warehouse.query("select study, signal, observed from signal_warnings where code = 'missing_controls'")
    usable = np.isfinite(panel["signal"])
    expected = int((usable & panel["log_size"].isna()).sum())
    assert set(warned[(warned["study"] == "s") & (warned["signal"] == "signal")]["observed"].astype(int)) == {expected}
    assert set(warned["study"]) == {"s", "numbers"}


def test_degenerate_dates() -> None:
    n_rows, n_groups = np.array([10, 3, 10, 10]), np.array([1, 1, 9, 1])
    between = np.array([[[4.0, 4.0], [4.0, 4.0]], np.eye(2), np.eye(2), np.zeros((2, 2))])
    with_signal = np.array([[2.0, 2.0], [1.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
    slopes, step = residual_slopes(n_rows, n_groups, with_signal, between, np.array([5.0, 5.0, 5.0, 0.0]))
    np.testing.assert_allclose(slopes[0], [0.25, 0.25])  # collinear: shared
    assert np.isfinite(step[0])
    assert np.isnan(step[1:]).all()  # too few assets, too many groups, nothing left
    no_control = residual_slopes(n_rows[:1], n_groups[:1], np.zeros((1, 0)), np.zeros((1, 0, 0)), np.array([5.0]))
    assert no_control[0].shape == (1, 0)
    assert np.isfinite(no_control[1]).all()
