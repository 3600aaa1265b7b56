"""Tests of means and slopes against statsmodels, and their size under the null."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import fft, stats
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import adfuller

from dbt_whence.time_series import (
    adf_p,
    bootstrap_p,
    event_cluster_test,
    ewc_mean_test,
    ivx_test,
    ljung_box_p,
    mean_test,
    newey_west_lags,
    robust_autocorrelation,
    said_dickey_lags,
    shift_p,
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


def test_errors_of_rounding_are_undefined() -> None:
    """Where an error is zero but for rounding there is no t, however the rounding falls."""
    random = np.random.default_rng(3)
    for n, horizon in ((5, 5), (10, 20), (30, 30)):
        for _ in range(50):
            assert np.isnan(mean_test(random.standard_normal(n), horizon, "uniform").t_stat)
    for symmetric in (np.abs(np.arange(5) - 2.0), np.array([1.0, 2, 1]), np.array([0.1, 0.3, 0.3, 0.1])):
        assert np.isnan(ewc_mean_test(symmetric, 5).t_stat)
        assert np.isnan(bootstrap_p(np.tile(symmetric, 2), 20))
    events = np.zeros(80)
    events[::20], events[1::20] = 0.01, 0.03
    assert np.isnan(event_cluster_test(events, events != 0, 5).t_stat)
    assert np.isnan(slope_test(np.tile([0, 0, 0.01, -0.01], 6), np.tile([1.0, -1, 0, 0], 6)).t_stat)
    x = random.standard_normal(60).cumsum()
    assert np.isnan(ivx_test(0.3 * x + 0.1, x).t_stat)
    lone = np.zeros(40)
    lone[3], lone[30] = 0.01, -0.01
    assert np.isnan(robust_autocorrelation(lone)[0])


def test_named_routines() -> None:
    y = series()
    assert adf_p(y) == pytest.approx(adfuller(y)[1])
    assert adf_p(y, 5) == pytest.approx(adfuller(y, maxlag=5, autolag=None)[1])
    assert [said_dickey_lags(n) for n in (20, 27, 28, 1000, 1001)] == [2, 2, 3, 9, 10]
    assert ljung_box_p(y, 3) == pytest.approx(acorr_ljungbox(y[::3], lags=[10])["lb_pvalue"].iloc[0])


def test_concentration_of_events() -> None:
    assert temporal_concentration(np.ones(100)) == pytest.approx(0.1)
    assert temporal_concentration(np.r_[np.ones(5), np.zeros(95)]) == 1
    assert np.isnan(temporal_concentration(np.zeros(9)))


def test_equal_weighted_cosines_are_a_discrete_cosine_transform() -> None:
    y = series()
    found = ewc_mean_test(y)
    projections = fft.dct(y, type=2, norm="ortho")[1 : found.lags + 1]
    assert found.lags == int(0.41 * len(y) ** (2 / 3)) == found.df
    assert found.standard_error == pytest.approx(np.sqrt((projections**2).mean() / len(y)))
    assert ewc_mean_test(y, 20).df == len(y) // 40


def test_clusters_of_events_against_statsmodels() -> None:
    random = np.random.default_rng(2)
    at = np.sort(random.choice(300, 25, replace=False))
    caar = np.zeros(300)
    caar[at] = random.standard_normal(25)
    is_event = caar != 0
    cluster = np.r_[0, np.cumsum(np.diff(at) >= 5)]
    fit = sm.OLS(caar[at], np.ones(25)).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    found = event_cluster_test(caar, is_event, 5)
    groups = cluster[-1] + 1
    assert found.value == pytest.approx(fit.params[0])
    assert found.standard_error == pytest.approx(fit.bse[0] * np.sqrt(groups / (groups - 1)))
    assert found.df == groups - 1
    assert np.isnan(event_cluster_test(caar * (np.arange(300) < at[3]), is_event & (np.arange(300) < at[3])).value)


def test_shifts_by_hand() -> None:
    y, x = series(60), (series(60, seed=5) > 1).astype(float)
    slopes = np.array([abs(np.polyfit(np.roll(x, k), y, 1)[0]) for k in range(60)])
    assert shift_p(y, x) == pytest.approx((slopes >= slopes[0] - 1e-12).mean())
    assert np.isnan(shift_p(y, np.zeros(60)))


def test_instrument_by_hand() -> None:
    """One row: no overlap, so that the variance is that of the products of instrument and residual, all of one size."""
    y, x = series(200), series(200, seed=6).cumsum()
    z = np.zeros(200)
    for t in range(1, 200):
        z[t] = (1 - 200**-0.95) * z[t - 1] + x[t] - x[t - 1]
    found = ivx_test(y, x)
    assert found.value == pytest.approx((z @ (y - y.mean())) / (z @ (x - x.mean())))
    assert found.df == 198
    moved = ivx_test(3 * y + 2, 5 * x - 1)
    assert moved.value == pytest.approx(found.value * 3 / 5)
    assert moved.t_stat == pytest.approx(found.t_stat)
    assert np.isnan(ivx_test(y, np.ones(200)).t_stat)


def test_robust_autocorrelation_by_hand() -> None:
    y = series(150) - series(150).mean()
    found, lags = robust_autocorrelation(y)
    assert lags == 10
    by_hand = sum((y[k:] @ y[:-k]) ** 2 / ((y[k:] ** 2) @ (y[:-k] ** 2)) for k in range(1, 11))
    assert found == pytest.approx(by_hand)
    assert np.isnan(robust_autocorrelation(y[:20])[0])


def test_null_is_rejected_five_times_in_a_hundred() -> None:
    """Overlapping returns of horizon 5, no drift, 400 dates; more in test_signal_simulations."""
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
