"""Tests on short series of dates: means and slopes with errors that stand overlap, and what to know of the series.

Each function takes arrays of numbers and returns estimates and test statistics; p-values are made by
`dbt_whence.inference`, except those of named routines (ADF, Ljung-Box, the bootstrap), which come with the routine.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from dbt_whence.panel import Array

N_BINS = 10
N_RESAMPLES = 2000
SEED = 20_040_101
BOOTSTRAP_COSINES = 8
MIN_OVERLAPS = 6
"""Rows per horizon that `ivx_test` needs; from 10 on its size is within 3 to 8 %, below it tends to be smaller."""
CONSTANT = 1e-12
"""A series whose range is this small a part of its largest number is constant."""


@dataclass(frozen=True)
class Estimate:
    """An estimate with its error; NaN where it is undefined.

    ``df`` are the degrees of freedom of Student's t of ``t_stat``; ``lags`` those of the error.
    """

    value: float
    standard_error: float
    t_stat: float
    df: float
    lags: int
    n: int


NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan, 0, 0)


def newey_west_lags(n: int, horizon: int = 1) -> int:
    """Return ``min(max(floor(4 (n / 100)^(2/9)), 1, horizon - 1), n - 1)``."""
    return max(0, min(max(int(4 * (n / 100) ** (2 / 9)), 1, horizon - 1), n - 1))


def is_constant(values: Array) -> bool:
    """Say whether numbers are one value, up to rounding."""
    return bool(np.ptp(values) <= CONSTANT * np.abs(values).max()) if len(values) else True


def long_run_variance(deviations: Array, weights: Array) -> float:
    """Return ``g_0 + 2 * sum(weights[j] * g_j)``, g_j the sum of products at lag j + 1, divided by n."""
    n = len(deviations)
    total = float(deviations @ deviations)
    for j, weight in enumerate(weights, start=1):
        total += 2 * weight * float(deviations[j:] @ deviations[:-j])
    return total / n


def mean_test(values: Array, horizon: int = 1, kernel: str = "bartlett") -> Estimate:
    """Return the mean of a series with its error and t, n - 1 degrees of freedom.

    ``bartlett``: Newey and West (1987), lags of `newey_west_lags`, weights ``1 - j / (lags + 1)``, no small-sample
    factor. ``uniform``: Hansen and Hodrick (1980), ``horizon - 1`` lags of weight 1; NaN where not positive.
    """
    n = len(values)
    if n < 2:
        return Estimate(float(values.mean()) if n else np.nan, np.nan, np.nan, np.nan, 0, n)
    lags = newey_west_lags(n, horizon) if kernel == "bartlett" else min(horizon - 1, n - 1)
    weights = 1 - np.arange(1, lags + 1) / (lags + 1) if kernel == "bartlett" else np.ones(lags)
    mean = float(values.mean())
    if is_constant(values):
        return Estimate(mean, 0.0, np.nan, n - 1, lags, n)
    variance = long_run_variance(values - mean, weights)
    # of all lags with weight 1 the sum is zero, but for rounding
    error = float(np.sqrt(variance / n)) if variance > CONSTANT * values.var() else np.nan
    return Estimate(mean, error, mean / error, n - 1, lags, n)


def slope_test(y: Array, x: Array, horizon: int = 1) -> Estimate:
    """Return the slope of y on x, with an intercept, its Newey-West error and t, n - 2 degrees of freedom."""
    n = len(y)
    if n < 3 or is_constant(x):
        return Estimate(np.nan, np.nan, np.nan, np.nan, 0, n)
    lags = newey_west_lags(n, horizon)
    unit = x - x.mean()
    scale = np.abs(unit).max()
    unit = unit / scale
    inner = float(unit @ unit)
    slope = float(unit @ y) / inner
    residual = y - y.mean() - slope * unit
    if is_constant(y) or float(residual @ residual) <= 1e-24 * float(y @ y):
        return Estimate(slope / scale, 0.0, np.nan, n - 2, lags, n)
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    products = unit * residual
    variance = long_run_variance(products, weights)
    error = float(np.sqrt(variance * n)) / inner if variance > CONSTANT * float((products**2).mean()) else np.nan
    return Estimate(slope / scale, error / scale, slope / error, n - 2, lags, n)


def cosine_terms(n: int, horizon: int) -> int:
    """Return the number of cosines, ``max(1, min(floor(0.41 n^(2/3)), floor(n / (2 horizon))))``.

    The first rule is Lazarus, Lewis, Stock and Watson's (2018). The second, ours, keeps the frequencies
    ``j / (2 n)`` where the spectrum of an overlap of ``horizon`` rows, ``sinc^2(horizon f)``, is flat: up to
    ``f = 1 / (4 horizon)``, over which it loses 7 % in the mean.
    """
    most = int(0.41 * n ** (2 / 3))
    return max(1, min(most, n // (2 * horizon)) if horizon > 1 else most)


@lru_cache(maxsize=16)
def cosines(n: int, terms: int) -> Array:
    """Return the first type II cosines, ``sqrt(2 / n) cos(pi j (t - 1/2) / n)``, one row each: orthonormal, sum 0."""
    at = (np.arange(1, n + 1) - 0.5) / n
    return np.asarray(np.sqrt(2 / n) * np.cos(np.pi * np.outer(np.arange(1, terms + 1), at)))


def ewc_mean_test(values: Array, horizon: int = 1) -> Estimate:
    """Return the mean with the equal-weighted cosine error and t, as many degrees of freedom as cosines.

    Lazarus, Lewis, Stock and Watson (2018), "HAR Inference: Recommendations for Practice", JBES 36(4): the long-run
    variance is the mean square of the projections on ``nu`` cosines (`cosine_terms`), and t is Student's of ``nu``.
    """
    n = len(values)
    if n < 3 or is_constant(values):
        return NOTHING
    terms = cosine_terms(n, horizon)
    variance = float(((cosines(n, terms) @ values) ** 2).mean())
    mean = float(values.mean())
    # a series that is symmetric in time has no projection on odd cosines, but for rounding
    error = float(np.sqrt(variance / n)) if variance > CONSTANT * values.var() else np.nan
    return Estimate(mean, error, mean / error, terms, terms, n)


def bootstrap_p(values: Array, horizon: int = 1) -> float:
    """Return p of a mean of zero by the stationary bootstrap of its t, fixed seed.

    Politis and Romano (1994), mean block ``max(horizon, n^(1/3))``; studentised (Goetze and Kuensch 1996) by the
    error of `ewc_mean_test` of at most `BOOTSTRAP_COSINES` cosines: the share of resampled ``|t*|`` of the centred
    series at least ``|t|``, counting t itself once (Davison and Hinkley 1997).
    """
    n = len(values)
    if n < 6 or is_constant(values):
        return np.nan
    sample = (values - values.mean())[resampled_rows(n, max(float(horizon), n ** (1 / 3)))]
    basis = cosines(n, min(cosine_terms(n, horizon), BOOTSTRAP_COSINES))
    variance = float(((basis @ values) ** 2).mean())
    if not variance > CONSTANT * values.var():
        return np.nan
    spread = np.sqrt(((sample @ basis.T) ** 2).mean(axis=1))
    size = abs(values.mean()) / np.sqrt(variance)
    return float((1 + (np.abs(sample.mean(axis=1)) >= size * spread).sum()) / (N_RESAMPLES + 1))


@lru_cache(maxsize=4)
def resampled_rows(n: int, block: float) -> Array:
    """Return the rows of `N_RESAMPLES` resamples of n rows, in circular blocks of that mean length.

    Series of one length share their resamples, so that a thousand signals cost one draw.
    """
    random = np.random.default_rng(SEED)
    rows = np.empty((N_RESAMPLES, n), dtype=np.int32)
    for row in rows:
        is_start = random.random(n) < 1 / block
        is_start[0] = True
        place = np.maximum.accumulate(np.where(is_start, np.arange(n), 0))
        row[:] = (random.integers(0, n, n)[place] + np.arange(n) - place) % n
    return rows


def ivx_test(y: Array, x: Array, horizon: int = 1, entry_lag: int = 1) -> Estimate:
    """Return the slope of overlapping returns on a regressor of any persistence, by an instrument: IVX.

    Kostakis, Magdalinos and Stamatogiannis (2015), "Robust Econometric Inference for Stock Return Predictability",
    RFS 28(5). Instrument: ``z_t = (1 - 1 / n^0.95) z_(t-1) + x_t - x_(t-1)``, ``z_1 = 0``; slope
    ``sum(z (y - mean y)) / sum(z (x - mean x))``. The variance of the numerator is that of the same sum written over
    single rows (Hodrick 1992, 1B): ``s^2 / h * (sum(Z^2) - sum(Z)^2 / n * (1 - r^2))``, ``Z`` the sums of ``horizon``
    neighbouring z, ``s^2 = e'e / (n - h - 1)`` of the least-squares residuals e, ``r`` the correlation of e with the
    regressor's innovation over the rows of the return (their finite-sample correction of the intercept).
    Degrees of freedom (ours): ``n / (1 + 2 sum((1 - j / h)^2)) - 2``, as the variance of an overlapping series has.

    Args:
        y: Returns over ``horizon`` rows from ``entry_lag`` rows after each date.
        x: The regressor on the same dates.
        horizon: Rows of a return.
        entry_lag: Rows from a date to the start of its return.
    """
    n = len(y)
    if n < MIN_OVERLAPS * horizon or n - horizon - entry_lag < 4 or is_constant(x) or is_constant(y):
        return NOTHING
    unit_x, unit_y = float(x.std()), float(y.std())
    x, y = (x - x.mean()) / unit_x, (y - y.mean()) / unit_y
    residual = y - float(x @ y) / float(x @ x) * x
    if float(residual @ residual) <= CONSTANT * n:  # an exact fit, but for rounding
        return NOTHING
    root, z = 1 - n**-0.95, np.zeros(n)
    for t in range(1, n):
        z[t] = root * z[t - 1] + x[t] - x[t - 1]
    start, end = x[entry_lag : n - horizon], x[entry_lag + horizon :]
    start, end = start - start.mean(), end - end.mean()
    inner = float(start @ start)
    shock = end - (float(start @ end) / inner if inner > 0 else 0.0) * start
    early = residual[: len(shock)] - residual[: len(shock)].mean()
    scale = float(shock @ shock) * float(early @ early)
    shared = min(float(early @ shock) ** 2 / scale, 1.0) if scale > 0 else 0.0
    sums = np.convolve(z, np.ones(horizon))
    variance = float(residual @ residual) / (n - horizon - 1) / horizon
    variance *= float(sums @ sums) - float(sums.sum()) ** 2 / n * (1 - shared)
    apart = float(z @ x)
    if not variance > 0 or apart == 0:
        return NOTHING
    j = np.arange(1, horizon)
    df = n / (1 + 2 * float(((1 - j / horizon) ** 2).sum())) - 2
    t, slope = float(z @ y) / np.sqrt(variance), float(z @ y) / apart * unit_y / unit_x
    return Estimate(slope, abs(slope / t) if t else np.nan, float(np.sign(apart) * t), df, horizon - 1, n)


def shift_p(y: Array, x: Array) -> float:
    """Return p of a slope of zero by all circular shifts of the regressor against the returns.

    A randomisation test (Fisher 1935; of time series by shifts: Besag and Diggle 1977; Harris 2020): the share of the
    n shifts, none among them, whose ``|sum((x - mean x) (y - mean y))|`` is at least that of the data. It keeps the
    overlap of returns and the clusters of events, and needs neither an error nor many events: exact if y or x is
    stationary on a circle and independent of the other. The least p is ``1 / n``.
    """
    n = len(y)
    if n < 20 or is_constant(x) or is_constant(y):
        return np.nan
    a, b = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
    size = np.abs(np.fft.irfft(np.fft.rfft(a) * np.conj(np.fft.rfft(b)), n))
    return float((size >= size[0] - 1e-9 * n).mean())


def event_cluster_test(caar: Array, is_event: Array, horizon: int = 1) -> Estimate:
    """Return the mean over event dates with an error clustered by events whose windows overlap, clusters - 1 df.

    Event dates fewer than ``horizon`` rows apart are one cluster; the variance is
    ``G / (G - 1) sum_c (sum_c u)^2 / k^2`` over G clusters of the deviations u of the k event dates from their mean
    (Liang and Zeger 1986; few clusters and Student's t of G - 1: Cameron and Miller 2015). NaN below 4 clusters. For
    few event dates (below 30), where a calendar series is nearly all zeros; where dates are many, windows chain into
    few unequal clusters.
    """
    position = np.flatnonzero(is_event)
    if len(position) < 4:
        return NOTHING
    cluster = np.r_[0, np.cumsum(np.diff(position) >= horizon)]
    groups, k = int(cluster[-1]) + 1, len(position)
    values = caar[position]
    if groups < 4 or is_constant(values):
        return NOTHING
    mean = float(values.mean())
    totals = np.bincount(cluster, weights=values - mean)
    squares = float(totals @ totals)
    within = float(((values - mean) ** 2).sum())
    error = float(np.sqrt(groups / (groups - 1) * squares) / k) if squares > CONSTANT * within else np.nan
    return Estimate(mean, error, mean / error, groups - 1, 0, k)


def adf_p(values: Array, lags: int | None = None) -> float:
    """Return MacKinnon's p of the augmented Dickey-Fuller test with a constant; NaN where undefined.

    Args:
        values: (T,), from 10 on.
        lags: so many; by default as many as minimise AIC, which rejects true unit roots of short series too often: 24 %
            of them at 20 values, 12 % at 30.
    """
    from statsmodels.tsa.stattools import adfuller

    if len(values) < 10 or is_constant(values):
        return np.nan
    try:
        with warnings.catch_warnings():  # of statsmodels 0.15, about the form of the result in 0.16
            warnings.simplefilter("ignore", FutureWarning)
            p = float(adfuller(values, maxlag=lags, regression="c", autolag="AIC" if lags is None else None)[1])
    except (ValueError, np.linalg.LinAlgError):
        return np.nan
    return p if np.isfinite(p) else np.nan


def said_dickey_lags(n: int) -> int:
    """Return lags for a Dickey-Fuller test of n values, the cube root of n - 1 rounded down (Said and Dickey 1984)."""
    return int((n - 1) ** (1 / 3) + 1e-9)


def ljung_box_p(residuals: Array, horizon: int = 1) -> float:
    """Return p of Ljung and Box's test of autocorrelation in every horizon-th residual, ``min(10, n / 5)`` lags."""
    from statsmodels.stats.diagnostic import acorr_ljungbox

    apart = residuals[::horizon]
    lags = min(10, len(apart) // 5)
    if lags < 1 or is_constant(apart):
        return np.nan
    return float(acorr_ljungbox(apart, lags=[lags])["lb_pvalue"].iloc[0])


def robust_autocorrelation(residuals: Array, horizon: int = 1) -> tuple[float, int]:
    """Return a statistic of autocorrelation in every horizon-th residual, whatever their volatility does.

    Dalla, Giraitis and Phillips (2022), "Robust Tests for White Noise and Cross-Correlation", Econometric Theory
    38(5): ``sum over k of (sum e_t e_(t-k))^2 / sum(e_t^2 e_(t-k)^2)``, chi-squared of as many degrees of freedom as
    lags, ``min(10, n / 5)``. From 25 residuals on; below it rejects too rarely.
    """
    apart = residuals[::horizon] - residuals[::horizon].mean()
    lags = min(10, len(apart) // 5)
    if len(apart) < 25 or is_constant(apart):
        return np.nan, 0
    total = 0.0
    for k in range(1, lags + 1):
        products = apart[k:] * apart[:-k]
        if not products.any():
            return np.nan, 0
        total += float(products.sum()) ** 2 / float(products @ products)
    return total, lags


def temporal_concentration(is_event: Array) -> float:
    """Return the Herfindahl index of events over 10 equal bins of rows: 0.1 where they spread evenly, 1 in one bin."""
    total = is_event.sum()
    if total == 0 or not len(is_event):
        return np.nan
    bins = np.arange(len(is_event)) * N_BINS // len(is_event)
    share = np.bincount(bins, weights=is_event, minlength=N_BINS) / total
    return float((share**2).sum())
