"""Correlations of proxies over all months: their intervals, tests and classes, shrunk and weighted by age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, table_of_parts
from dbt_whence.proxy_correlation_history import STABILITY_WINDOW, correlation_stability, rolling_correlations
from dbt_whence.proxy_panel import (
    EXACT,
    LEAST_MONTHS,
    Options,
    does_vary,
    options_of,
    pair_correlations,
    pairs_of,
    read_returns,
    read_scopes,
    snapped,
    texts,
)

UNDETERMINED, HEDGE, COMPLEMENT, AMPLIFIER = "undetermined", "hedge", "complement", "amplifier"
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("scope", "series_a", "series_b")]
    + [("n_obs", pa.int64())]
    + [(name, pa.float64()) for name in ("correlation", "ci_low", "ci_high", "statistic", "df")]
    + [(name, pa.float64()) for name in ("shrunk_correlation", "ewma_correlation")]
    + [("relationship", pa.string()), ("is_relationship_certain", pa.bool_())]
    + [(name, pa.float64()) for name in ("rolling_std_36m", "rolling_sign_consistency_36m")]
)


def correlation_test(n: Array, r: Array) -> tuple[Array, Array]:
    """Return Student's t that correlations of n months are 0, ``r sqrt((n - 2) / (1 - r^2))``, and ``n - 2``.

    ``1 - r^2`` is `EXACT` at least, so that a perfect correlation has a test too. NaN below 3 months.
    """
    df = np.where(np.isfinite(r) & (n > 2), n - 2.0, np.nan)
    return np.asarray(r * np.sqrt(df / np.maximum((1 - r) * (1 + r), EXACT))), df


def fisher_interval(n: Array, r: Array, confidence: float) -> tuple[Array, Array]:
    """Return both ends of Fisher's interval, ``tanh(atanh r -/+ quantile / sqrt(n - 3))``; -1 to 1 for 3 months.

    ``scipy.stats.pearsonr(x, y).confidence_interval(confidence)``.
    """
    from scipy.special import ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        reach = ndtri((1 + confidence) / 2) / np.sqrt(np.maximum(n - 3.0, 0))
        low, high = np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach)
    is_wide = np.isfinite(r) & (n <= 3)
    return np.where(is_wide, -1.0, low), np.where(is_wide, 1.0, high)


def relationships(r: Array, low: Array, high: Array, options: Options) -> tuple[Array, Array]:
    """Return the class of each correlation, and whether its interval lies wholly in it."""
    hedge, complement = options.hedge_below, options.complement_below
    classes = np.select([np.isnan(r), r < hedge, r <= complement], [UNDETERMINED, HEDGE, COMPLEMENT], AMPLIFIER)
    is_certain = np.select(
        [np.isnan(r), r < hedge, r <= complement],
        [np.zeros(len(r), dtype=bool), high < hedge, (low >= hedge) & (high <= complement)],
        low > complement,
    )
    return classes, is_certain


def shrunk_correlations(values: Array, options: Options) -> Array:
    """Return the shrunk correlation matrix (N, N) of returns (T, N), NaN for series that are not in it.

    Ledoit and Wolf (2004), "A well-conditioned estimator for large-dimensional covariance matrices", Journal of
    Multivariate Analysis 88(2): ``(1 - s) S + s m I``, m the mean variance, here 1. S is of returns standardised with
    n in the denominator over the months that all long enough series have; those that are constant there are left out.
    NaN below ``min_observations`` such months.
    """
    result = np.full((values.shape[1], values.shape[1]), np.nan)
    months, kept = options.common(values), options.is_long(values)
    if not kept.any() or months.sum() < max(options.min_observations, LEAST_MONTHS):
        return result
    sample = values[months]
    mean = np.where(kept, sample, 0.0).mean(axis=0)
    deviation = np.where(kept, sample - mean, 0.0)
    size = np.abs(deviation).max(axis=0)
    kept = kept & does_vary(size, mean)
    unit = deviation[:, kept] / size[kept]
    z = unit / np.sqrt((unit * unit).mean(axis=0))
    matrix = shrunk(z)
    np.fill_diagonal(matrix, 1.0)
    result[np.ix_(kept, kept)] = snapped(matrix)
    return result


def shrunk(z: Array) -> Array:
    """Return Ledoit and Wolf's (2004) covariance matrix of centred columns (n, p).

    With S the covariances, ``m = tr(S) / p``, ``d^2 = |S - m I|^2``, ``b^2 = min(d^2, sum_t |z_t z_t' - S|^2 / n^2)``:
    ``S + b^2 / d^2 (m I - S)``.
    """
    n, p = z.shape
    # einsum, not BLAS: the order of a sum must not depend on threads
    s = np.einsum("ti,tj->ij", z, z) / n
    s = (s + s.T) / 2
    target = np.trace(s) / p * np.eye(p) if p else s
    distance = float(((s - target) ** 2).sum())
    noise = (float(((z * z).sum(axis=1) ** 2).sum()) / n - float((s * s).sum())) / n
    weight = min(max(noise, 0.0) / distance, 1.0) if distance > 0 else 0.0
    return np.asarray(s + weight * (target - s))


def correlations(values: Array, options: Options) -> dict[str, Array]:
    """Return what correlation_table says of each two columns of returns (T, N), in rows of N * N.

    The upper triangle is computed and mirrored, so that matrices are exactly symmetric.
    """
    size = values.shape[1]
    first, second = pairs_of(size, with_diagonal=True)
    off = first != second
    sample = options.aligned(values)
    n, r = pair_correlations(sample, first, second)
    # a series is itself however short it is
    is_known = ~off | (n >= max(options.min_observations, LEAST_MONTHS))
    r = np.where(is_known, r, np.nan)
    ewma = np.where(is_known, pair_correlations(sample, first, second, options.ewma_lambda)[1], np.nan)
    low, high = (np.where(off, end, r) for end in fisher_interval(n, r, options.confidence))
    statistic, df = (np.where(off, part, np.nan) for part in correlation_test(n, r))
    relationship, is_certain = relationships(r, low, high, options)
    columns = {"n_obs": n, "correlation": r, "ci_low": low, "ci_high": high, "statistic": statistic, "df": df}
    columns |= {"shrunk_correlation": shrunk_correlations(values, options)[first, second], "ewma_correlation": ewma}
    columns |= {"relationship": relationship, "is_relationship_certain": is_certain}
    spread, share = np.full(len(r), np.nan), np.full(len(r), np.nan)
    spread[off], share[off] = correlation_stability(rolling_correlations(values, STABILITY_WINDOW), r[off])
    columns |= {"rolling_std_36m": spread, "rolling_sign_consistency_36m": share}
    place = np.zeros((size, size), dtype=int)
    place[first, second] = place[second, first] = np.arange(len(first))
    return {name: column[place.ravel()] for name, column in columns.items()}


def correlation_table(specs: Any, returns: Any, scopes: Any) -> pa.Table:
    """Return the correlations of every scope, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation with one row or none: ``position``, ``spec_json`` with the options of
            `dbt_whence.proxy_panel.Options`; no rows without one.
        returns: DuckDB relation, one row per ``series`` and ``month_end``: ``monthly_return``.
        scopes: DuckDB relation, one row per ``scope`` and ``series``.

    Returns:
        One row per scope, series_a and series_b, in both orders and with itself. ``n_obs`` are the common months;
        ``correlation`` is null below ``min_observations`` of them, and where a series is constant on them; a series
        with itself has 1, from two months that differ on. ``ci_low``, ``ci_high``: `fisher_interval`. ``statistic``,
        ``df``: `correlation_test`, null of a series with itself. ``shrunk_correlation``: `shrunk_correlations`.
        ``ewma_correlation``: weights ``ewma_lambda ** age``, age in months. ``relationship``: hedge below
        ``hedge_below``, complement up to ``complement_below``, amplifier above, undetermined without a correlation;
        ``is_relationship_certain`` says that the whole interval is. ``rolling_*_36m``: `correlation_stability` of
        pairs over windows of 36 months, whatever the alignment is.
    """
    options = options_of(specs)
    if options is None:
        return SCHEMA.empty_table()
    members = read_scopes(scopes)
    panel = read_returns(returns, members)
    parts: list[Mapping[str, Any]] = []
    for scope, names in members.items():
        both = np.indices((len(names), len(names))).reshape(2, -1)
        part: dict[str, Any] = {"scope": scope, "series_a": texts(names, both[0]), "series_b": texts(names, both[1])}
        parts.append(part | correlations(panel.of(names), options))
    return table_of_parts(parts, SCHEMA)
