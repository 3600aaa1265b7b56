"""What offsets an exposure: hedges by one candidate and by baskets of a few, judged on months they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dbt_whence.factor_regression import EXACT
from dbt_whence.inference import harmonic, p_values, step_up
from dbt_whence.panel import Array, Panel, specs_of, table_of, table_of_parts
from dbt_whence.proxy_sensitivities import Pairs, fits, pair_columns, put, read_series
from dbt_whence.regression import SINGULAR
from dbt_whence.time_series import CONSTANT

MONTHS_A_YEAR = 12
PERFECT = 1e-14
"""A correlation is taken as this far from one at least, in its square, so that a perfect hedge has a t and a p."""
COLLINEAR = 0.95
"""R² with the candidates of a basket from which on another adds nothing to it."""
BASKET_GAIN = 0.01
"""How much a larger basket must add to the variance reduction out of sample."""
BASKET_Q = 0.05
"""False-discovery rate over the candidates tried from which on one is not added to a basket."""
DIGITS = 12
"""Variance reductions that are equal to so many digits are equal: the name decides."""
OFFSETS = pa.schema(
    [(name, pa.string()) for name in ("exposed", "candidate")]
    + [("n_obs", pa.int64())]
    + [(name, pa.float64()) for name in ("correlation", "t_stat", "df", "hedge_ratio", "hedge_ratio_se")]
    + [(name, pa.float64()) for name in ("variance_reduction", "oos_variance_reduction")]
    + [("n_oos", pa.int64()), ("volatility_after", pa.float64())]
)
BASKETS = pa.schema(
    [("exposed", pa.string()), ("basket", pa.int32()), ("candidate", pa.string()), ("position", pa.int32())]
    + [(name, pa.float64()) for name in ("weight", "variance_reduction", "oos_variance_reduction")]
    + [("n_oos", pa.int64()), ("n_obs", pa.int64())]
)


def walk_forward_start(n: int, min_observations: int) -> int:
    """Return how many of n months are the first past: half of them, and at least ``min_observations``; n at most."""
    return min(max(n // 2, min_observations), n)


def walk_forward(y: Array, x: Array, start: int) -> Array:
    """Return hedged returns (P, n - start): each month's ratios come from all the months before it.

    Ratios are minus the coefficients of least squares with an intercept, of ``y`` (P, n) on ``x`` (P, n, k); a
    candidate that has not varied in the past, or that earlier ones give, is not used. Moments are cumulative sums of
    deviations from the means of the first past, so that nothing is fitted twice.
    """
    n = y.shape[1]
    past = slice(start - 1, n - 1)
    count = np.arange(start, n)[:, None]
    u = y - y[:, :start].mean(axis=1, keepdims=True)
    v = x - x[:, :start].mean(axis=1, keepdims=True)
    sum_u, sum_v = np.cumsum(u, axis=1)[:, past, None], np.cumsum(v, axis=1)[:, past]
    uv = np.cumsum(u[:, :, None] * v, axis=1)[:, past] - sum_u * sum_v / count
    vv = np.cumsum(v[:, :, :, None] * v[:, :, None, :], axis=1)[:, past]
    vv -= sum_v[..., None] * sum_v[..., None, :] / count[..., None]
    highest, lowest = np.maximum.accumulate(x, axis=1)[:, past], np.minimum.accumulate(x, axis=1)[:, past]
    varies = highest - lowest > CONSTANT * np.maximum(np.abs(highest), np.abs(lowest))
    return np.asarray(y[:, start:] - (coefficients(vv, uv, varies) * x[:, start:]).sum(axis=2))


def coefficients(inner: Array, cross: Array, is_used: Array) -> Array:
    """Solve ``inner @ b = cross`` (..., k, k), (..., k) by Gauss and Jordan's elimination; 0 for what is not used.

    Neither is used what those before it give: a pivot of less than `SINGULAR` of the diagonal.
    """
    a, b = inner.copy(), cross.copy()
    k = b.shape[-1]
    used = is_used.copy()
    for j in range(k):
        used[..., j] &= a[..., j, j] > SINGULAR * inner[..., j, j]
        inverse = np.where(used[..., j], 1 / np.where(used[..., j], a[..., j, j], 1.0), 0.0)
        factor = a[..., :, j] * inverse[..., None]
        factor[..., j] = 0.0
        b -= factor * b[..., j, None]
        a -= factor[..., :, None] * a[..., None, j, :]
    diagonal = np.einsum("...jj->...j", a)
    return np.where(used, b / np.where(used, diagonal, 1.0), 0.0)


def out_of_sample(y: Array, x: Array, start: int) -> Array:
    """Return one less the variance of the hedged over that of the unhedged months after the first past (P,).

    See `walk_forward`. NaN where the unhedged is constant on them.
    """
    found = np.full(len(y), np.nan)
    if start >= y.shape[1]:
        return found
    size_y, size_x = np.abs(y).max(axis=1, keepdims=True), np.abs(x).max(axis=1, keepdims=True)
    y, x = y / np.where(size_y > 0, size_y, 1.0), x / np.where(size_x > 0, size_x, 1.0)
    after = y[:, start:]
    moves = np.ptp(after, axis=1) > CONSTANT * np.abs(after).max(axis=1)
    hedged = walk_forward(y[moves], x[moves], start)
    found[moves] = 1 - squares(hedged) / squares(after[moves])
    return found


def squares(values: Array) -> Array:
    """Return the sums of squares of rows (P, n) less their means."""
    return np.asarray(((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))


def correlation_t(correlation: Array, df: Array | int) -> Array:
    """Return Student's t of correlations, ``r sqrt(df / (1 - r²))``, whose ``1 - r²`` is `PERFECT` at least.

    Degrees of freedom are the number of pairs less 2, and less the series that were partialled out.
    """
    return np.asarray(correlation * np.sqrt(df / np.maximum(1 - correlation**2, PERFECT)))


def offsets(returns: Panel, named: Sequence[tuple[str, str]], min_observations: int) -> dict[str, Any]:
    """Return the columns of `offset_table` for pairs of exposed and candidate, all of them series of the panel."""
    position = {name: i for i, name in enumerate(returns.names)}
    places = np.array([[position[name] for name in pair] for pair in named], dtype=int).reshape(-1, 2)
    pairs = Pairs(returns.values, returns.values, places[:, 0], places[:, 1:])
    columns = pair_columns(OFFSETS, named, pairs.n_obs)
    least = max(min_observations, 3)
    for sample in pairs.samples(least):
        n = sample.y.shape[1]
        start = walk_forward_start(n, least)
        fit = fits(sample.y, sample.x)
        done = np.flatnonzero(np.isfinite(fit.df))
        oos = np.full(len(sample.y), np.nan)
        oos[done] = out_of_sample(sample.y[done], sample.x[done], start)
        put(
            columns,
            sample.places,
            {
                "correlation": fit.correlation[:, 0],
                "t_stat": correlation_t(fit.correlation[:, 0], n - 2),
                "df": fit.df,
                "hedge_ratio": -fit.beta[:, 0],
                "hedge_ratio_se": fit.standard_error[:, 0],
                "variance_reduction": fit.r_squared,
                "oos_variance_reduction": oos,
                "n_oos": np.where(np.isfinite(fit.df), n - start, 0),
                "volatility_after": fit.residual_norm * np.sqrt(MONTHS_A_YEAR / (n - 1)),
            },
        )
    return columns


@dataclass(frozen=True)
class Basket:
    """A hedge by k candidates, in the order in which they were chosen.

    ``members`` (k,) are positions of series, ``months`` (T,) those that exposed and candidates have, ``weights`` (k,)
    minus the coefficients of least squares with an intercept, units of a candidate per unit exposed.
    """

    members: tuple[int, ...]
    months: Array
    weights: Array
    variance_reduction: float
    oos_variance_reduction: float
    n_oos: int


def basket_of(values: Array, exposed: int, members: tuple[int, ...], least: int) -> Basket:
    """Fit a basket to returns ``values`` (T, N), on the months that all have; ``least`` months are the first past."""
    months = np.asarray(np.isfinite(values[:, [exposed, *members]]).all(axis=1))
    y, x = values[months, exposed], values[months][:, members]
    fit = fits(y[None], x[None])
    start = walk_forward_start(len(y), least)
    oos = float(out_of_sample(y[None], x[None], start)[0])
    return Basket(members, months, -fit.beta[0], float(fit.r_squared[0]), oos, len(y) - start)


def next_candidate(values: Array, exposed: int, chosen: tuple[int, ...], others: Array, least: int) -> int | None:
    """Return which of ``others`` (C,), in the order of names, reduces variance most beside those chosen.

    Not tried are those with fewer than ``least`` common months, and those that the chosen give with an R² of
    `COLLINEAR`. None where none is left, or where what the best adds has a q of `BASKET_Q` or more (Benjamini and
    Yekutieli over all that were tried): it is chosen on months that it is judged on later, and of many the best would
    look good on them too.
    """
    given = np.isfinite(values)
    months = np.asarray(given[:, [exposed, *chosen]].all(axis=1))[:, None] & given[:, others]
    reduction, t_stat, df = (np.full(len(others), np.nan) for _ in range(3))
    groups: dict[bytes, list[int]] = {}
    for c, key in enumerate(np.packbits(months, axis=0).T):
        groups.setdefault(key.tobytes(), []).append(c)
    for alike in groups.values():
        rows = months[:, alike[0]]
        if rows.sum() >= least:
            columns = [exposed, *chosen, *others[alike]]
            reduction[alike], partial = reductions(values[np.ix_(rows, columns)], len(chosen))
            df[alike] = rows.sum() - len(chosen) - 2
            t_stat[alike] = correlation_t(partial, df[alike])
    tried = np.flatnonzero(np.isfinite(reduction))
    if not len(tried):
        return None
    best = int(np.argmax(reduction[tried].round(DIGITS)))
    q = step_up(two_sided_p(t_stat[tried], df[tried]), harmonic(len(tried)))
    return int(others[tried[best]]) if q[best] < BASKET_Q else None


def two_sided_p(t_stat: Array, df: Array) -> Array:
    """Return p of Student's t, as `dbt_whence.inference` makes it."""
    tests = pd.DataFrame({"statistic": t_stat, "df": df, "df_2": np.nan, "distribution": "t"})
    return np.asarray(p_values(tests))


def reductions(values: Array, k: int) -> tuple[Array, Array]:
    """Return what the first column has of the next k and one of the C others each; NaN for what is collinear.

    ``values`` is (n, 1 + k + C), finite. Returns R² (C,), and the correlation (C,) of what the k leave of the first and
    of the other (Frisch, Waugh and Lovell), which is what adds to R².
    """
    found, partial = np.full((2, values.shape[1] - 1 - k), np.nan)
    size = np.abs(values).max(axis=0)
    varies = np.ptp(values, axis=0) > CONSTANT * size
    if not varies[: 1 + k].all():
        return found, partial
    scaled = values / np.where(size > 0, size, 1.0)
    unit = scaled - scaled.mean(axis=0)
    unit /= np.where(varies, np.linalg.norm(unit, axis=0), 1.0)
    basis, singular, _ = np.linalg.svd(unit[:, 1 : 1 + k], full_matrices=False)
    if singular[-1] ** 2 <= SINGULAR:
        return found, partial
    rest = unit - basis @ (basis.T @ unit)
    y, x = rest[:, 0], rest[:, 1 + k :]
    own, left = (x**2).sum(axis=0), float(y @ y)
    free = varies[1 + k :] & (1 - own < COLLINEAR)
    if left <= EXACT:  # nothing is left to be hedged
        found[free], partial[free] = 1.0, 0.0
        return found, partial
    partial[free] = (x[:, free].T @ y / np.sqrt(own[free] * left)).clip(-1, 1)
    found[free] = 1 - left * (1 - partial[free] ** 2)
    return found, partial


def baskets(
    returns: Panel, named: Sequence[tuple[str, str]], min_observations: int, min_oos: int, max_basket: int
) -> dict[str, list[Basket]]:
    """Return the baskets of each exposed, of one candidate, two and so on; see `hedge_basket_table`."""
    position = {name: i for i, name in enumerate(returns.names)}
    columns = offsets(returns, named, min_observations)
    reduction = columns["variance_reduction"].round(DIGITS)
    rows: dict[str, list[int]] = {}
    for row in np.flatnonzero(np.isfinite(reduction)).tolist():
        rows.setdefault(named[row][0], []).append(row)
    found: dict[str, list[Basket]] = {}
    for name, own in rows.items():
        exposed = position[name]
        first = own[int(np.argmax(reduction[own]))]
        # those with too few months in common with the exposed have none to spare
        others = np.array([position[named[row][1]] for row in own], dtype=int)
        least = max(min_observations, 3)
        found[name] = [basket_of(returns.values, exposed, (position[named[first][1]],), least)]
        while len(found[name]) < max_basket:
            smaller = found[name][-1]
            least = max(min_observations, len(smaller.members) + 3)
            left = others[~np.isin(others, smaller.members)]
            candidate = next_candidate(returns.values, exposed, smaller.members, left, least) if len(left) else None
            if candidate is None:
                break
            larger = basket_of(returns.values, exposed, (*smaller.members, candidate), least)
            if larger.n_oos < min_oos or not is_better(returns.values, exposed, larger, smaller, least):
                break
            found[name].append(larger)
    return found


def is_better(values: Array, exposed: int, larger: Basket, smaller: Basket, least: int) -> bool:
    """Say whether a basket adds `BASKET_GAIN` out of sample to a smaller one, on the months of the larger."""
    before = smaller.oos_variance_reduction
    if (larger.months != smaller.months).any():
        y, x = values[larger.months, exposed], values[larger.months][:, smaller.members]
        before = float(out_of_sample(y[None], x[None], walk_forward_start(len(y), least))[0])
    return larger.oos_variance_reduction > before + BASKET_GAIN


def read_pairs(pairs: Any, returns: Any) -> tuple[list[tuple[str, str]], Panel]:
    """Return the distinct pairs of exposed and candidate in the order of their bytes, and returns of all of them."""
    rows = pairs.filter("exposed is not null and candidate is not null").select("exposed", "candidate").distinct()
    named = sorted(rows.fetchall(), key=lambda pair: (pair[0].encode(), pair[1].encode()))
    names = sorted({name for pair in named for name in pair}, key=str.encode)
    return named, read_series(returns, "series", "monthly_return", names)


def offset_table(specs: Any, returns: Any, pairs: Any) -> pa.Table:
    """Return how candidates offset what is exposed, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row or none: ``position``, ``spec_json`` with ``min_observations``.
        returns: DuckDB relation, one row per series and month: ``series``, ``month_end``, ``monthly_return`` (decimal).
        pairs: DuckDB relation of ``exposed`` and ``candidate``, names of series.

    Returns:
        One row per pair. ``hedge_ratio`` is -cov / var(candidate), units of the candidate per unit exposed, negative
        where the hedge is short; its error is that of `fits`. ``t_stat`` and ``df`` are of the correlation.
        ``variance_reduction`` is in sample, the square of the correlation; ``oos_variance_reduction`` is that of
        `out_of_sample` over ``n_oos`` months after the first past, see `walk_forward_start`.
        ``volatility_after`` is the annualised standard deviation of exposed + hedge_ratio * candidate. Below
        ``min_observations`` common months, or where either is constant, only ``n_obs``, and ``n_oos`` 0.
    """
    spec = next(specs_of(specs), None)
    if spec is None:
        return OFFSETS.empty_table()
    named, panel = read_pairs(pairs, returns)
    return table_of_parts([offsets(panel, named, spec["min_observations"])], OFFSETS)


def hedge_basket_table(specs: Any, returns: Any, pairs: Any) -> pa.Table:
    """Return minimum-variance hedges by few candidates, as an Arrow table whose types hold without rows too.

    Candidates are chosen one after the other, each time the one with the largest variance reduction in sample, on the
    months that exposed and chosen have; of equal ones the first by name. It stops before a basket that does not add
    `BASKET_GAIN` to the variance reduction out of sample of the smaller one, both over the months of the larger, or
    that has fewer than ``min_oos_observations`` of them, or whose last candidate may be chance; see `next_candidate`.

    Args:
        specs: DuckDB relation, one row or none: ``position``, ``spec_json`` with ``min_observations``,
            ``min_oos_observations`` and ``max_basket``.
        returns: DuckDB relation, one row per series and month: ``series``, ``month_end``, ``monthly_return`` (decimal).
        pairs: DuckDB relation of ``exposed`` and ``candidate``, names of series.

    Returns:
        One row per exposed, basket (the number of its candidates) and candidate; ``position`` tells the order in which
        they were chosen, ``weight`` is minus the coefficient; the rest is of the basket, as in `offset_table`.
    """
    spec = next(specs_of(specs), None)
    if spec is None:
        return BASKETS.empty_table()
    named, panel = read_pairs(pairs, returns)
    rows = []
    sizes = (spec["min_observations"], spec["min_oos_observations"], spec["max_basket"])
    for exposed, found in baskets(panel, named, *sizes).items():
        for basket in found:
            whole = {
                "exposed": exposed, "basket": len(basket.members), "n_obs": int(basket.months.sum()),
                "variance_reduction": basket.variance_reduction,
                "oos_variance_reduction": basket.oos_variance_reduction, "n_oos": basket.n_oos,
            }  # fmt: skip
            for i, (member, weight) in enumerate(zip(basket.members, basket.weights, strict=True), start=1):
                rows.append(whole | {"candidate": panel.names[member], "position": i, "weight": weight})
    return table_of(rows, BASKETS)
