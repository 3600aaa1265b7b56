"""Regressions over the assets of one date."""

from __future__ import annotations

import numpy as np

from dbt_whence.panel import Array

MIN_EIGENVALUE = 1e-10
"""Of the signals' correlations; a date on which it is smaller has signals that are not linearly independent."""


def joint_slopes(n_assets: Array, covariances: Array, with_return: Array) -> Array:
    """Return the slopes of the return on K signals together, with an intercept, for each of T dates.

    Least squares of Fama and MacBeth (1973): the inverse of the signals' covariances times those with the return.

    Args:
        n_assets: (T,) assets that have the return and all signals.
        covariances: (T, K, K) of the signals over these assets.
        with_return: (T, K) of signals and return.

    Returns:
        (T, K); NaN on dates with fewer than K + 2 assets, a signal without variance, or collinear signals.
    """
    n_dates, n_signals = with_return.shape
    slopes = np.full((n_dates, n_signals), np.nan)
    deviations = np.sqrt(np.einsum("tii->ti", covariances))
    usable = (n_assets >= n_signals + 2) & (deviations > 0).all(axis=1) & np.isfinite(with_return).all(axis=1)
    if not usable.any():
        return slopes
    scale = deviations[usable]
    correlations = covariances[usable] / (scale[:, :, None] * scale[:, None, :])
    independent = np.linalg.eigvalsh(correlations)[:, 0] > MIN_EIGENVALUE
    dates = np.flatnonzero(usable)[independent]
    scale, correlations = scale[independent], correlations[independent]
    right = (with_return[dates] / scale)[:, :, None]
    slopes[dates] = np.linalg.solve(correlations, right)[:, :, 0] / scale
    return slopes


def shanken_factor(slopes: Array) -> float:
    """Return 1 + mean^2 / variance of a series of slopes, by which Shanken (1992) enlarges the variance of their mean.

    It stands for the error of signals that are betas estimated from the same returns; NaN without variance.
    """
    variance = float(slopes.var(ddof=1))
    return 1 + float(slopes.mean()) ** 2 / variance if variance > 0 else np.nan
