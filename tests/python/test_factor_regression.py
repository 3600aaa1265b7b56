"""Regressions on known factors against statsmodels and linearmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from statsmodels.stats.outliers_influence import variance_inflation_factor

from dbt_whence.factor_regression import newey_west_lags, ols_hac, regressions, rolling_exposures


def data(n: int = 240, k: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Autocorrelated factors of unequal size, and two assets that they drive, with autocorrelated noise."""
    random = np.random.default_rng(seed)
    x = np.zeros((n, k))
    noise = np.zeros((n, 2))
    for t in range(1, n):
        x[t] = 0.3 * x[t - 1] + random.standard_normal(k)
        noise[t] = 0.4 * noise[t - 1] + random.standard_normal(2)
    x *= 10.0 ** -np.arange(1, k + 1)
    return 0.001 + x @ random.standard_normal((k, 2)) + 0.01 * noise, x


def rows_of(
    names: list[str], y: np.ndarray, factors: list[str], x: np.ndarray, **options: Any
) -> dict[Any, dict[str, Any]]:
    return {(row["asset"], row["factor"]): row for row in regressions(names, y, factors, x, **options)}


def test_against_statsmodels_and_linearmodels() -> None:
    y, x = data()
    found = rows_of(["a", "b"], y, ["f", "g", "h"], x)
    lags = newey_west_lags(240)
    assert lags == 4
    design = sm.add_constant(x)
    for i, asset in enumerate("ab"):
        fit = sm.OLS(y[:, i], design).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
        other = IV2SLS(y[:, i], design, None, None).fit(cov_type="kernel", kernel="bartlett", bandwidth=lags)
        for j, factor in enumerate(("alpha", "f", "g", "h")):
            row = found[asset, factor]
            assert row["beta"] == pytest.approx(fit.params[j], rel=1e-10)
            assert row["standard_error"] == pytest.approx(fit.bse[j], rel=1e-9)
            assert row["standard_error"] == pytest.approx(other.std_errors.iloc[j], rel=1e-9)
            assert row["t_stat"] == pytest.approx(fit.tvalues[j], rel=1e-9)
            assert row["df"] == fit.df_resid == 236
            assert row["r_squared"] == pytest.approx(fit.rsquared, rel=1e-10)
            assert row["adjusted_r_squared"] == pytest.approx(fit.rsquared_adj, rel=1e-10)
            assert row["residual_volatility"] == pytest.approx(np.sqrt(fit.mse_resid), rel=1e-10)
            assert (row["status"], row["n_obs"]) == ("ok", 240)
            if j:
                assert row["vif"] == pytest.approx(variance_inflation_factor(design, j), rel=1e-9)
        assert found[asset, "alpha"]["vif"] is None


@pytest.mark.parametrize("lags", [0, 1, 12, 500])
def test_lags(lags: int) -> None:
    y, x = data(60)
    used = newey_west_lags(60, lags)
    assert used == min(lags, 59)
    found = rows_of(["a"], y[:, :1], ["f", "g", "h"], x, lags=lags)
    fit = sm.OLS(y[:, 0], sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": used})
    for j, factor in enumerate(("alpha", "f", "g", "h")):
        assert found["a", factor]["standard_error"] == pytest.approx(fit.bse[j], rel=1e-8)


@pytest.mark.parametrize(("n", "lags"), [(3, 1), (24, 2), (100, 4), (250, 4), (1000, 6), (2, 1)])
def test_default_lags(n: int, lags: int) -> None:
    assert newey_west_lags(n) == lags


def test_missing_values_are_missing() -> None:
    """Each asset is regressed on the dates on which it and all factors have values."""
    y, x = data()
    y[:30, 0] = np.nan
    x[100, 1] = np.nan
    found = rows_of(["a", "b"], y, ["f", "g", "h"], x)
    for i, asset in enumerate("ab"):
        rows = np.isfinite(y[:, i]) & np.isfinite(x).all(axis=1)
        fit = sm.OLS(y[rows, i], sm.add_constant(x[rows])).fit()
        assert found[asset, "g"]["beta"] == pytest.approx(fit.params[2], rel=1e-9)
        assert found[asset, "g"]["n_obs"] == rows.sum() == (209 if asset == "a" else 239)


def test_factors_that_cannot_be_told_apart_are_named() -> None:
    y, x = data()
    combined = x[:, 0] - 2 * x[:, 1]
    design = np.column_stack([x, combined, np.full(240, 0.02), np.full(240, np.nan)])
    found = rows_of(["a"], y[:, :1], ["f", "g", "h", "mix", "flat", "void"], design)
    alone = rows_of(["a"], y[:, :1], ["f", "g", "h"], x)
    assert (found["a", "mix"]["status"], found["a", "mix"]["reason"]) == (
        "collinear",
        "f and g give mix exactly; leave one out",
    )
    assert (found["a", "flat"]["status"], found["a", "void"]["status"]) == ("constant", "no_values")
    for factor in ("alpha", "f", "g", "h"):
        assert found["a", factor]["beta"] == pytest.approx(alone["a", factor]["beta"], rel=1e-12)
    assert "beta" not in found["a", "mix"]


def test_too_few_rows() -> None:
    y, x = data()
    for n in range(1, 5):
        found = rows_of(["a"], y[:n, :1], ["f", "g", "h"], x[:n])
        assert {row["status"] for row in found.values()} == {"too_few_rows"}
        assert {row["n_obs"] for row in found.values()} == {n}
    assert {row["status"] for row in rows_of(["a"], y[:5, :1], ["f", "g", "h"], x[:5]).values()} == {"ok"}


def test_exact_and_constant_assets_have_no_test() -> None:
    """An asset that is a factor, and one that never moves: errors of zero, no t and no infinity."""
    _, x = data()
    y = np.column_stack([3 * x[:, 0], np.full(240, 0.01)])
    found = rows_of(["a", "b"], y, ["f", "g", "h"], x)
    assert found["a", "f"]["beta"] == pytest.approx(3)
    assert found["a", "f"]["r_squared"] == pytest.approx(1)
    assert found["b", "alpha"]["beta"] == pytest.approx(0.01)
    assert np.isnan(found["b", "f"]["r_squared"])
    for row in found.values():
        assert row["standard_error"] == 0
        assert np.isnan(row["t_stat"])


def test_one_design_gives_the_same_for_many_assets() -> None:
    """Assets in parts, one by one, or all at once."""
    random = np.random.default_rng(1)
    x = random.standard_normal((2500, 4))
    y = x @ random.standard_normal((4, 300)) + random.standard_normal((2500, 300))
    names = [f"a{i}" for i in range(300)]
    found = rows_of(names, y, list("fghi"), x)
    beta, error, residual = ols_hac(y[:, 7], np.column_stack([np.ones(2500), x]), newey_west_lags(2500))
    assert residual.shape == (2500,)
    for j, factor in enumerate(("alpha", *"fghi")):
        assert found["a7", factor]["beta"] == pytest.approx(beta[j], rel=1e-12)
        assert found["a7", factor]["standard_error"] == pytest.approx(error[j], rel=1e-12)


def test_rolling_exposures_are_regressions_of_each_window() -> None:
    y, x = data(100)
    slopes, errors = rolling_exposures(y[:, 0], x, 36)
    assert slopes.shape == (65, 3)
    for start in (0, 17, 64):
        rows = slice(start, start + 36)
        fit = sm.OLS(y[rows, 0], sm.add_constant(x[rows])).fit(
            cov_type="HAC", cov_kwds={"maxlags": newey_west_lags(36)}
        )
        np.testing.assert_allclose(slopes[start], fit.params[1:], rtol=1e-9)
        np.testing.assert_allclose(errors[start], fit.bse[1:], rtol=1e-8)


def test_rolling_windows_in_which_a_factor_rests() -> None:
    y, x = data(100)
    x[20:60, 1] = 0.0
    slopes, _ = rolling_exposures(y[:, 0], x, 36)
    resting = np.array([x[i : i + 36, 1].std() == 0 for i in range(65)])
    assert resting.sum() == 5
    np.testing.assert_array_equal(np.isnan(slopes).any(axis=1), resting)


def test_null_of_no_alpha_is_rejected_five_times_in_a_hundred() -> None:
    """Simulated under the null: noise without alpha, 250 dates."""
    from scipy import stats

    random = np.random.default_rng(3)
    x = random.standard_normal((250, 2)) * 0.01
    y = x @ random.standard_normal((2, 2000)) + random.standard_normal((250, 2000)) * 0.01
    found = regressions([f"a{i}" for i in range(2000)], y, ["f", "g"], x)
    p = [2 * stats.t.sf(abs(row["t_stat"]), row["df"]) for row in found if row["factor"] == "alpha"]
    assert 0.03 < np.mean(np.array(p) < 0.05) < 0.075
