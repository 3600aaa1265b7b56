"""Tests of means and slopes against statsmodels, and their size under the null."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import adfuller

from dbt_whence.time_series import (
    adf_p,
    bootstrap_p,
    ljung_box_p,
    mean_test,
    newey_west_lags,
    slope_test,
    temporal_concentration,
)


def series(n: int = 150, seed: int = 0, rho: float = 0.4) -> np.ndarray:
    random = np.random.default_rng(seed)
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = rho * x[t - 1] + random.standard_normal()
    return x


@pytest.mark.parametrize("horizon", [1, 3, 12])
def test_mean_against_statsmodels(horizon: int) -> None:
    y = series() + 0.1
    for kernel, lags in (("bartlett", newey_west_lags(150, horizon)), ("uniform", horizon - 1)):
        fit = sm.OLS(y, np.ones(150)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "kernel": kernel}, use_t=True)
        found = mean_test(y, horizon, kernel)
        assert found.value == pytest.approx(fit.params[0], rel=1e-12)
        assert found.standard_error == pytest.approx(fit.bse[0], rel=1e-10)
        assert found.t_stat == pytest.approx(fit.tvalues[0], rel=1e-10)
        assert (found.df, found.lags, found.n) == (149, lags, 150)


@pytest.mark.parametrize("horizon", [1, 5])
def test_slope_against_statsmodels(horizon: int) -> None:
    x, y = series(seed=1), series(seed=2)
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": newey_west_lags(150, horizon)})
    found = slope_test(y, x, horizon)
    assert found.value == pytest.approx(fit.params[1], rel=1e-10)
    assert found.standard_error == pytest.approx(fit.bse[1], rel=1e-10)
    assert found.df == 148


@pytest.mark.parametrize(
    ("n", "horizon", "lags"), [(100, 1, 4), (100, 9, 8), (5, 9, 4), (1, 1, 0), (24, 1, 2), (2, 1, 1)]
)
def test_lags(n: int, horizon: int, lags: int) -> None:
    assert newey_west_lags(n, horizon) == lags


def test_undefined_is_nan_and_never_infinite() -> None:
    for values in (np.empty(0), np.array([1.0]), np.full(20, 0.3), np.zeros(20)):
        found = mean_test(values)
        assert np.isnan(found.t_stat)
        assert np.isnan(bootstrap_p(values))
        assert np.isnan(adf_p(values))
    assert np.isnan(slope_test(series(20), np.ones(20)).value)
    exact = slope_test(2 * series(20) + 1, series(20))
    assert exact.value == pytest.approx(2)
    assert np.isnan(exact.t_stat)


def test_named_routines() -> None:
    y = series()
    assert adf_p(y) == pytest.approx(adfuller(y)[1])
    assert ljung_box_p(y, 3) == pytest.approx(acorr_ljungbox(y[::3], lags=[10])["lb_pvalue"].iloc[0])


def test_concentration_of_events() -> None:
    assert temporal_concentration(np.ones(100)) == pytest.approx(0.1)
    assert temporal_concentration(np.r_[np.ones(5), np.zeros(95)]) == 1
    assert np.isnan(temporal_concentration(np.zeros(9)))


def test_null_is_rejected_five_times_in_a_hundred() -> None:
    """Overlapping returns of horizon 5, no drift, 400 dates: 3 to 8 % of p below 5 % by the mean test; the bootstrap too."""
    random = np.random.default_rng(5)
    rejected, resampled = [], []
    for i in range(1500):
        noise = random.standard_normal(404)
        y = np.convolve(noise, np.ones(5) / 5, mode="valid")
        found = mean_test(y, 5)
        rejected.append(2 * stats.t.sf(abs(found.t_stat), found.df) < 0.05)
        if i < 200:
            resampled.append(bootstrap_p(noise[:150]) < 0.05)
    assert 0.03 < np.mean(rejected) < 0.10
    assert 0.015 < np.mean(resampled) < 0.1
