"""Whether what a series of dates says lasts: trends, later dates against earlier ones, and regressions over dates.

Like `dbt_whence.time_series`: short arrays in, estimates and test statistics out, NaN where they are undefined.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from dbt_whence.panel import Array
from dbt_whence.time_series import (
    CONSTANT,
    NOTHING,
    Estimate,
    cosine_terms,
    cosines,
    is_constant,
    long_run_variance,
    newey_west_lags,
)

IN_SAMPLE = 0.7
MAX_PAIRS = 500_000
EXACT = 1e-24
"""Squares of what is left, as a part of what there was, from which on a fit is exact but for rounding."""
SPANNED = 1e-8
"""Share of a variance from which on the rest is spanned exactly."""
HALF_LIVES = 400


def theil_sen(values: Array) -> float:
    """Return the median of the slopes ``(y_j - y_i) / (j - i)`` of all pairs of rows (Theil 1950; Sen 1968).

    Where pairs are more than `MAX_PAIRS`, beyond 1,000 rows, they are those every k-th distance apart, k the least
    that keeps them below.
    """
    n = len(values)
    if n < 2:
        return np.nan
    step = -(-n * (n - 1) // (2 * MAX_PAIRS))
    return float(np.median(np.concatenate([(values[d:] - values[:-d]) / d for d in range(step, n, step)])))


@lru_cache(maxsize=16)
def step_and_trend(n: int, horizon: int) -> tuple[Array, Array]:
    """Return the rows of the first and the last dates (n,): 0, 1, and -1 on those between, and a trend (n,).

    The first are `IN_SAMPLE` of all; ``horizon`` rows are left out after them, so that no return is in both.
    """
    part = np.ones(n)
    first = int(IN_SAMPLE * n)
    part[:first] = 0
    part[first : first + horizon] = -1
    return part, np.arange(n) / n


@lru_cache(maxsize=16)
def cleared_cosines(n: int, horizon: int, kind: str) -> tuple[Array, Array, Array]:
    """Return which rows count, a regressor on them and orthonormal rows (terms, rows) that are orthogonal to it.

    ``kind`` is ``trend`` or ``step``, see `step_and_trend`. The rows are made of the cosines of `cosine_terms`, cleared
    of a constant and of the regressor.
    """
    part, trend = step_and_trend(n, horizon)
    counts = part >= 0 if kind == "step" else np.ones(n, dtype=bool)
    x = part[counts] if kind == "step" else trend
    terms = cosine_terms(n, horizon)
    smooth = cosines(n, terms)[:, counts]
    basis = np.linalg.qr(np.column_stack([np.ones(len(x)), x, smooth.T]))[0]
    return counts, x - x.mean(), np.asarray(basis[:, 2:].T)


def smooth_slope_test(values: Array, horizon: int, kind: str) -> Estimate:
    """Return the slope of a series on a trend or a step, with a series error, as many degrees of freedom as terms.

    Sun (2011), "Robust Trend Inference with Series Variance Estimator and Testing-optimal Smoothing Parameter", Journal
    of Econometrics 164(2): the long-run variance is the mean square of the projections on `cleared_cosines`, which owe
    nothing to the regressor, so that t is Student's. The slope on a step is the mean of the last dates less that of
    the first; that on a trend is per n rows.
    """
    n = len(values)
    if n < 10 or is_constant(values):
        return NOTHING
    counts, x, basis = cleared_cosines(n, horizon, kind)
    y, inner = values[counts], float(x @ x)
    if len(y) < len(basis) + 2 or not inner > 0:
        return NOTHING
    slope = float(x @ y) / inner
    variance = float(((basis @ y) ** 2).mean())
    error = float(np.sqrt(variance / inner)) if variance > CONSTANT * y.var() else np.nan
    return Estimate(slope, error, slope / error, len(basis), len(basis), len(y))


def ranks(values: Array) -> Array:
    """Return average ranks, from 1."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[place])


def contrast_test(y: Array, x: Array, contrast: Array, horizon: int = 1, kernel: str = "bartlett") -> Estimate:
    """Return ``contrast @ b`` of the least squares ``y = x b`` with its error and t; a Wald test of one restriction.

    With the rows ``s_t = contrast (x'x)^-1 x_t e_t``, e the residuals, the variance is T times the long-run variance of
    s. ``bartlett``: Newey and West (1987), no small-sample factor, T less columns degrees of freedom; ``cosine``:
    Lazarus, Lewis, Stock and Watson (2018), as many as cosines, and the factor of `small_sample`.

    Args:
        y: (T,) what is explained.
        x: (T, columns) regressors with the constant.
        contrast: (columns,) weights of the coefficients.
        horizon: Rows of a return.
        kernel: ``bartlett`` or ``cosine``.
    """
    weights = contrast_weights(x, contrast)
    if weights is None:
        return NOTHING
    residual = y - projected(y, x)
    factor = small_sample(x, horizon) if kernel == "cosine" else 1.0
    found = scored(float(weights @ y), weights * residual, x.shape[1], horizon, kernel, factor)
    return replace(found, standard_error=np.nan, t_stat=np.nan) if is_exact(residual, y) else found


def contrast_weights(x: Array, contrast: Array) -> Array | None:
    """Return the weights (T,) of y in a contrast of least squares coefficients, None where x has not full rank."""
    n, k = x.shape
    scale = np.abs(x).max(axis=0, initial=0)
    if n < k + 2 or not (scale > 0).all():
        return None
    q, r = np.linalg.qr(x / scale)
    if np.abs(np.diag(r)).min() <= 1e-10 * np.sqrt(n):
        return None
    return np.asarray(q @ np.linalg.solve(r.T, contrast / scale))


def projected(y: Array, x: Array) -> Array:
    """Return what least squares on x make of y."""
    q = np.linalg.qr(x / np.abs(x).max(axis=0))[0]
    return np.asarray(q @ (q.T @ y))


def small_sample(x: Array, horizon: int) -> float:
    """Return ``T / (T - columns * horizon)``, the factor of a variance where T overlapping rows are ``T / horizon``.

    NaN where there are too few rows. Ours: the usual factor at one row of horizon.
    """
    n, k = x.shape
    return n / (n - k * horizon) if n > k * horizon else np.nan


def is_exact(residual: Array, y: Array) -> bool:
    """Say whether nothing is left of y but rounding."""
    return is_constant(y) or float(residual @ residual) <= EXACT * float(y @ y)


def scored(value: float, scores: Array, columns: int, horizon: int, kernel: str, factor: float) -> Estimate:
    """Return an estimate whose error is that of a sum of scores, of a regression with that many columns."""
    n = len(scores)
    if kernel == "bartlett":
        lags = newey_west_lags(n, horizon)
        variance, df = long_run_variance(scores, 1 - np.arange(1, lags + 1) / (lags + 1)), n - columns
    else:
        df = lags = cosine_terms(n, horizon)
        variance = float(((cosines(n, lags) @ scores) ** 2).mean())
    error = np.sqrt(variance * n * factor) if variance > CONSTANT * float((scores**2).mean()) else np.nan
    return Estimate(value, float(error), float(value / error), df, lags, n)


def half_life(coefficients: dict[int, float]) -> float:
    """Return the rows after which a row's own coefficient is half of the first, from those of several horizons.

    If the returns of rows are uncorrelated and the information coefficient of the l-th row after entry is
    ``a exp(-k (l - 1))``, that of h rows together is proportional to ``(1 - exp(-k h)) / sqrt(h)`` (ours). k is found
    by least squares over the horizons; the half-life is ``ln 2 / k``. NaN below 3 horizons, and where the best fit has
    a half-life beyond three times the longest horizon (nothing falls) or below a quarter of the shortest.
    """
    h = np.array(sorted(coefficients), dtype=float)
    c = np.array([coefficients[int(x)] for x in h])
    h, c = h[np.isfinite(c)], c[np.isfinite(c)]
    if len(h) < 3:
        return np.nan
    low, high = np.log(h[0] / 4), np.log(3 * h[-1])
    at, step = np.linspace(low, high, HALF_LIVES), (high - low) / (HALF_LIVES - 1)
    best = at[0]
    for _ in range(4):
        shape = -np.expm1(-np.log(2) * np.exp(-at)[:, None] * h) / np.sqrt(h)
        explained = (shape @ c) ** 2 / (shape**2).sum(axis=1)
        best = at[int(np.argmax(explained))]
        at, step = np.linspace(best - step, best + step, 41), step / 20
    return float(np.exp(best)) if low + 1e-3 < best < high - 1e-3 else np.nan


def rolling_slopes(y: Array, x: Array, window: int) -> Array:
    """Return the slope of y on x, with an intercept, in each window of rows in which x varies."""
    ys = np.lib.stride_tricks.sliding_window_view(y, window)
    xs = np.lib.stride_tricks.sliding_window_view(x, window)
    xs = xs - xs.mean(axis=1, keepdims=True)
    size = np.abs(xs).max(axis=1)
    varies = size > CONSTANT * np.abs(x).max()
    unit = xs[varies] / size[varies, None]
    return np.asarray((unit * ys[varies]).sum(axis=1) / (unit**2).sum(axis=1) / size[varies])


def spanning_tests(values: Array, horizon: int) -> list[tuple[Estimate, Estimate, float]]:
    """Regress each column on all others with an intercept; return both tests of the intercept and R squared.

    All regressions come from one inverse S of the columns' cross products: the residual of column j is ``(Y S)_j /
    S_jj``. A column that others make up but for `SPANNED` of its variance has R squared 1 and no intercept; one that
    earlier ones make up is left out of the others' regressions, which it does not change. The tests are those of
    `contrast_test`, by Newey and West and by cosines, both with the factor of `small_sample`: columns may be many.

    Args:
        values: (T, columns) without NaN, T above columns + 1.
        horizon: Rows of a return.
    """
    n, k = values.shape
    means = values.mean(axis=0)
    deviations = values - means
    spread = np.sqrt((deviations**2).sum(axis=0))
    nothing = (NOTHING, NOTHING, np.nan)
    result = [nothing] * k
    varying = [j for j in range(k) if not is_constant(values[:, j])]
    if len(varying) < 2:
        return result
    unit = deviations[:, varying] / spread[varying]
    independent, spanned = independent_columns(unit)
    for j in spanned:
        result[varying[j]] = (NOTHING, NOTHING, 1.0)
    if len(independent) > 1:
        z, mean = unit[:, independent], means[varying][independent] / spread[varying][independent]
        inverse = np.linalg.inv(z.T @ z)
        own, factor = np.diag(inverse), small_sample(z, horizon)
        residuals = z @ inverse / own
        # column j: what the others' inverse makes of their means
        tilt = (inverse @ mean)[:, None] - inverse * ((inverse @ mean) / own)[None, :]
        np.fill_diagonal(tilt, 0.0)
        # rows of 1 / T - (x - mean x)' S^-1 mean x, the weights of y in the intercept
        weights = 1 / n - z @ tilt
        alphas = (mean[:, None] * inverse).sum(axis=0) / own
        for at, j in enumerate(independent):
            if j in spanned:
                continue
            size = spread[varying[j]]
            residual = residuals[:, at] * size
            scores = weights[:, at] * residual
            newey_west, cosine = (
                scored(float(alphas[at] * size), scores, len(independent), horizon, kernel, factor)
                for kernel in ("bartlett", "cosine")
            )
            result[varying[j]] = (newey_west, cosine, float(1 - 1 / own[at]))
    return result


def independent_columns(unit: Array) -> tuple[list[int], set[int]]:
    """Return columns that earlier ones do not make up, and all that the others together make up.

    ``unit`` are columns of length 1; one is made up if less than `SPANNED` of its square is left.
    """
    k = unit.shape[1]
    products = unit.T @ unit
    if np.linalg.eigvalsh(products)[0] > SPANNED:  # the usual case; no square can then be smaller
        return list(range(k)), set()
    q = np.zeros((unit.shape[0], k))
    independent: list[int] = []
    spanned: set[int] = set()
    for j in range(k):
        left = unit[:, j]
        for _ in range(2):
            basis = q[:, : len(independent)]
            left = left - basis @ (basis.T @ left)
        if float(left @ left) > SPANNED:
            q[:, len(independent)] = left / np.sqrt(left @ left)
            independent.append(j)
            continue
        spanned.add(j)
        shares = np.linalg.lstsq(unit[:, independent], unit[:, j], rcond=None)[0]
        spanned.update(i for i, share in zip(independent, shares, strict=True) if abs(share) > np.sqrt(SPANNED))
    return independent, spanned
