"""Errors of a slope over all assets and dates at once: clustered one and two ways, and stood against shared shocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dbt_whence.panel import Array
from dbt_whence.time_series import NOTHING, Estimate, ewc_mean_test, mean_test

EXACT = 1e-14
"""Share of the returns' squared deviations below which a residual is rounding."""


@dataclass(frozen=True)
class PooledSlope:
    """Least squares of returns on a signal over all pairs of asset and date, with an intercept.

    A score is the signal less its mean, times the residual. ``date_scores`` (T,) are its sums by date, in their order;
    ``asset_squares`` and ``row_squares`` sums over assets, and over pairs, of squared sums of scores; ``sxx`` and
    ``syy`` the squared deviations of signal and return.
    """

    slope: float
    sxx: float
    syy: float
    n_pairs: int
    n_assets: int
    date_scores: Array
    asset_squares: float
    row_squares: float

    def clustered_by_date(self) -> Estimate:
        """Return the slope with errors clustered by date (Liang and Zeger 1986), T - 1 degrees of freedom."""
        return self.estimate(self.cluster_variance(self.date_squares, self.n_dates), self.n_dates)

    def clustered_by_asset(self) -> Estimate:
        """Return the slope with errors clustered by asset, N - 1 degrees of freedom."""
        return self.estimate(self.cluster_variance(self.asset_squares, self.n_assets), self.n_assets)

    def clustered_both_ways(self) -> Estimate:
        """Return the slope with errors clustered by asset and by date, the fewer clusters less 1 degrees of freedom.

        Cameron, Gelbach and Miller (2011), "Robust Inference with Multiway Clustering", JBES 29; Thompson (2011): the
        variances by asset and by date less that of pairs, each with its own factor. NaN where not positive.
        """
        variance = (
            self.cluster_variance(self.date_squares, self.n_dates)
            + self.cluster_variance(self.asset_squares, self.n_assets)
            - self.cluster_variance(self.row_squares, self.n_pairs)
        )
        return self.estimate(variance, min(self.n_dates, self.n_assets))

    def driscoll_kraay(self, horizon: int = 1) -> Estimate:
        """Return the slope with the errors of Driscoll and Kraay (1998), T - 1 degrees of freedom.

        The sums by date have a Newey-West variance (`mean_test`), without small-sample factor.
        """
        return self.over_time(mean_test(self.date_scores, horizon))

    def equal_weighted_cosine(self, horizon: int = 1) -> Estimate:
        """Return the slope with the equal-weighted cosine error of the sums by date (`ewc_mean_test`)."""
        return self.over_time(ewc_mean_test(self.date_scores, horizon))

    @property
    def n_dates(self) -> int:
        """T."""
        return len(self.date_scores)

    @property
    def date_squares(self) -> float:
        """Return the sum over dates of squared sums of scores."""
        return float(self.date_scores @ self.date_scores)

    @property
    def is_exact(self) -> bool:
        """Whether nothing is left but rounding."""
        return not self.syy - self.slope**2 * self.sxx > EXACT * self.syy

    def cluster_variance(self, squares: float, n_clusters: int) -> float:
        """Return the variance of the slope, with the factor ``G / (G - 1) * (n - 1) / (n - 2)``; NaN of one cluster."""
        if n_clusters < 2 or self.n_pairs < 3:
            return np.nan
        factor = n_clusters / (n_clusters - 1) * (self.n_pairs - 1) / (self.n_pairs - 2)
        return factor * squares / self.sxx**2

    def estimate(self, variance: float, n_clusters: int, lags: int = 0) -> Estimate:
        """Return the slope with the root of a variance as its error."""
        if self.is_exact or not variance > 0:
            return Estimate(self.slope, np.nan, np.nan, n_clusters - 1, lags, self.n_pairs)
        error = float(np.sqrt(variance))
        return Estimate(self.slope, error, self.slope / error, n_clusters - 1, lags, self.n_pairs)

    def over_time(self, mean: Estimate) -> Estimate:
        """Return the slope with the error that the mean score over dates has, times T over ``sxx``."""
        error = mean.standard_error * self.n_dates / self.sxx
        if self.is_exact or not error > 0:
            return NOTHING
        return Estimate(self.slope, error, self.slope / error, mean.df, mean.lags, self.n_pairs)
