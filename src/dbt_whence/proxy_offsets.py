"""What offsets an exposure: hedges by one candidate and by baskets of a few, judged on months they have not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dbt_whence.factor_regression import EXACT
from dbt_whence.inference import harmonic, p_values, step_up
from dbt_whence.panel import Array, Panel, specs_of, starts_of, table_of, table_of_parts
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


def reductions(y: Array, x: Array) -> tuple[Array, Array]:
    """Return how much of returns ``y`` (P, n) candidates ``x`` (P, n, k) explain together, and what the last one adds.

    R² (P,), and the correlation (P,) of what the others leave of the return and of the last (Frisch, Waugh and Lovell).
    NaN where one of them is constant, or the others give the last with an R² of `COLLINEAR`.
    """
    columns = [y, *np.moveaxis(x, 2, 0)]
    is_given = np.ones(len(y), dtype=bool)
    for j, column in enumerate(columns):
        size = np.abs(column).max(axis=1)
        is_given &= np.ptp(column, axis=1) > CONSTANT * size
        unit = column / np.where(size > 0, size, 1.0)[:, None]
        unit -= unit.mean(axis=1, keepdims=True)
        columns[j] = unit / np.where(is_given, np.linalg.norm(unit, axis=1), 1.0)[:, None]
    left, *others, last = columns
    while others:
        base = others.pop(0)
        length = np.linalg.norm(base, axis=1)
        is_given &= length**2 > SINGULAR
        base = base / np.where(is_given, length, 1.0)[:, None]
        left, last, *others = (v - (base * v).sum(axis=1, keepdims=True) * base for v in (left, last, *others))
    own, rest = (last**2).sum(axis=1), (left**2).sum(axis=1)
    is_given &= 1 - own < COLLINEAR
    is_open = is_given & (rest > EXACT)  # else nothing is left to be explained
    scale = np.sqrt(np.where(is_open, own * rest, 1.0))
    partial = np.where(is_open, (left * last).sum(axis=1) / scale, 0.0).clip(-1, 1)
    reduction = 1 - rest * (1 - partial**2)
    return np.where(is_given, reduction, np.nan), np.where(is_given, partial, np.nan)


def best_candidates(
    values: Array,
    chosen: Mapping[int, tuple[int, ...]],
    candidates: Mapping[int, Sequence[int]],
    min_observations: int,
    min_oos: int,
) -> dict[int, int]:
    """Return which candidate reduces the variance of each exposed most, beside those that are chosen already.

    Tried are those with enough common months that the chosen do not give; where some leave ``min_oos`` months out of
    sample, only these: R² over other months would not compare, and a young fund would end the basket. Of those that
    are equal the first of ``candidates`` is taken, series by exposed. Where there are chosen ones, the exposed is left
    out if what the best adds has a q of `BASKET_Q` or more (Benjamini and Yekutieli over all that were tried): it is
    picked on months on which it is judged later, and of many candidates the best would look good on those too.
    """
    rows = [(e, (*own, c)) for e, own in chosen.items() for c in candidates[e] if c not in own]
    if not rows:
        return {}
    exposed, members = (np.array(column) for column in zip(*rows, strict=True))
    pairs = Pairs(values, values, exposed, members)
    k = members.shape[1]
    reduction, partial = np.full((2, len(rows)), np.nan)
    least = max(min_observations, k + 2)
    for sample in pairs.samples(least):
        reduction[sample.places], partial[sample.places] = reductions(sample.y, sample.x)
    df = pairs.n_obs - k - 1
    tests = pd.DataFrame({"statistic": correlation_t(partial, df), "df": df, "df_2": np.nan, "distribution": "t"})
    p = p_values(tests)
    n_oos = np.array([n - walk_forward_start(n, least) for n in pairs.n_obs.tolist()])
    found = {}
    for start, stop in pairwise([*starts_of(exposed), len(rows)]):
        tried = start + np.flatnonzero(np.isfinite(reduction[start:stop]))
        if not len(tried):
            continue
        is_old = n_oos[tried] >= min_oos
        tried = tried[is_old] if is_old.any() else tried
        best = int(np.argmax(reduction[tried].round(DIGITS)))
        if k == 1 or step_up(p[tried], harmonic(len(tried)))[best] < BASKET_Q:
            found[int(exposed[start])] = int(members[tried[best], -1])
    return found


def baskets(
    returns: Panel, named: Sequence[tuple[str, str]], min_observations: int, min_oos: int, max_basket: int
) -> dict[str, list[Basket]]:
    """Return the baskets of each exposed, of one candidate, two and so on; see `hedge_basket_table`."""
    position = {name: i for i, name in enumerate(returns.names)}
    candidates: dict[int, list[int]] = {}
    for exposed, candidate in named:
        candidates.setdefault(position[exposed], []).append(position[candidate])
    found: dict[int, list[Basket]] = {e: [] for e in candidates}
    growing: dict[int, tuple[int, ...]] = {e: () for e in candidates}
    for size in range(1, max_basket + 1):
        least = max(min_observations, size + 2)
        best = best_candidates(returns.values, growing, candidates, min_observations, min_oos)
        larger = {e: basket_of(returns.values, e, (*growing[e], c), least) for e, c in best.items()}
        growing = {}
        for e, basket in larger.items():
            is_first = not found[e]
            if is_first or (basket.n_oos >= min_oos and is_better(returns.values, e, basket, found[e][-1], least)):
                found[e].append(basket)
                growing[e] = basket.members
    return {returns.names[e]: own for e, own in found.items()}


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
    that has fewer than ``min_oos_observations`` of them, or whose last candidate may be chance; see
    `best_candidates`.

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
