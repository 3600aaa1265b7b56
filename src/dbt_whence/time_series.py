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


def newey_west_lags(n: int, horizon: int) -> int:
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
    variance = long_run_variance(values - mean, weights) / n
    if is_constant(values) or not variance > 0:
        error = 0.0 if is_constant(values) else np.nan
        return Estimate(mean, error, np.nan, n - 1, lags, n)
    error = float(np.sqrt(variance))
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
    variance = long_run_variance(unit * residual, weights) * n / inner**2
    error = float(np.sqrt(variance))
    return Estimate(slope / scale, error / scale, slope / error, n - 2, lags, n)


def bootstrap_p(values: Array, horizon: int = 1) -> float:
    """Return p of a mean of zero by the stationary bootstrap of Politis and Romano (1994), fixed seed.

    The mean block is ``max(horizon, n^(1/3))`` long. The share of resampled means of the centred series at least as
    large as the mean in size, counting the mean itself once (Davison and Hinkley 1997).
    """
    n = len(values)
    if n < 3 or is_constant(values):
        return np.nan
    means = resample_counts(n, max(float(horizon), n ** (1 / 3))) @ (values - values.mean()) / n
    return float((1 + (np.abs(means) >= abs(values.mean())).sum()) / (N_RESAMPLES + 1))


@lru_cache(maxsize=4)
def resample_counts(n: int, block: float) -> Array:
    """Return how often each of n dates stands in each of `N_RESAMPLES` resamples of blocks of that mean length.

    Series of one length share their resamples, so that a thousand signals cost one draw.
    """
    random = np.random.default_rng(SEED)
    counts = np.empty((N_RESAMPLES, n), dtype=np.float32)
    for row in counts:
        is_start = random.random(n) < 1 / block
        is_start[0] = True
        place = np.maximum.accumulate(np.where(is_start, np.arange(n), 0))
        row[:] = np.bincount((random.integers(0, n, n)[place] + np.arange(n) - place) % n, minlength=n)
    return counts


def adf_p(values: Array) -> float:
    """Return MacKinnon's p of the augmented Dickey-Fuller test with a constant, lags by AIC; NaN where undefined."""
    from statsmodels.tsa.stattools import adfuller

    if len(values) < 10 or is_constant(values):
        return np.nan
    try:
        with warnings.catch_warnings():  # of statsmodels 0.15, about the form of the result in 0.16
            warnings.simplefilter("ignore", FutureWarning)
            p = float(adfuller(values, regression="c", autolag="AIC")[1])
    except (ValueError, np.linalg.LinAlgError):
        return np.nan
    return p if np.isfinite(p) else np.nan


def ljung_box_p(residuals: Array, horizon: int = 1) -> float:
    """Return p of Ljung and Box's test of autocorrelation in every horizon-th residual, ``min(10, n / 5)`` lags."""
    from statsmodels.stats.diagnostic import acorr_ljungbox

    apart = residuals[::horizon]
    lags = min(10, len(apart) // 5)
    if lags < 1 or is_constant(apart):
        return np.nan
    return float(acorr_ljungbox(apart, lags=[lags])["lb_pvalue"].iloc[0])


def temporal_concentration(is_event: Array) -> float:
    """Return the Herfindahl index of events over 10 equal bins of rows: 0.1 where they spread evenly, 1 in one bin."""
    total = is_event.sum()
    if total == 0 or not len(is_event):
        return np.nan
    bins = np.arange(len(is_event)) * N_BINS // len(is_event)
    share = np.bincount(bins, weights=is_event, minlength=N_BINS) / total
    return float((share**2).sum())
