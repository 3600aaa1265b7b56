"""Correlations of proxies over rolling windows of months, and how stable they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, table_of_parts
from dbt_whence.proxy_panel import (
    chunks_of,
    does_vary,
    options_of,
    pairs_of,
    read_returns,
    read_scopes,
    row_correlations,
)

STABILITY_WINDOW = 36
FEWEST, SHARE = 9, 0.75
"""Months that both series need in a window, and as a share of it."""
ERASED = 1e-2
"""Where less than this of a series' squares in a window is left on the common months, sums would lose digits."""
DECIMALS = 12
"""So that neither threads nor other series show in the last digits."""
BLOCK = 400_000
TILE = 80
"""Series multiplied at a time: few enough that BLAS takes one thread, whose sums have one order; on busy cores more
threads take ten times as long."""
TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [(name, TEXT) for name in ("scope", "series_a", "series_b")]
    + [("window_months", pa.int32()), ("month_end", pa.date32()), ("correlation", pa.float64())]
)


@dataclass(frozen=True)
class Units:
    """Series of windows (E, N, W): ``returns``, where they count (``present``), and centred and of length 1 there."""

    returns: Array
    unit: Array
    present: Array


def rolling_correlations(values: Array, window: int) -> Array:
    """Return the correlation of each pair of columns over the window of rows that ends at each row.

    Args:
        values: (T, N), returns by calendar month, NaN where missing.
        window: months.

    Returns:
        (T, pairs) in the order of `pairs_of`; pandas' ``a.rolling(window, min_periods).corr(b)`` on the common months.
        NaN below ``max(9, 3/4 window)`` common months, or all of a shorter window, and where a series is constant on
        them. They may be those of a shorter start.
    """
    t, n = values.shape
    first, second = pairs_of(n)
    found = np.full((t, len(first)), np.nan)
    if not found.size:
        return found
    place = np.zeros((n, n), dtype=int)
    place[first, second] = np.arange(len(first))
    least = min(window, max(FEWEST, int(np.ceil(SHARE * window))))
    padded = np.vstack([np.full((window - 1, n), np.nan), values])
    windows = np.lib.stride_tricks.sliding_window_view(padded, window, axis=0)
    step = max(1, BLOCK // (min(n, TILE) * max(min(n, TILE), window)))
    for start in range(0, t, step):
        block = windows[start : start + step]
        tiles = [(at, window_units(block[:, at : at + TILE], least)) for at in range(0, n, TILE)]
        for i, (row, a) in enumerate(tiles):
            for column, b in tiles[i:]:
                r = window_correlations(a, b, least)
                above, right = np.triu_indices(r.shape[1], row - column + 1, r.shape[2])
                found[start : start + step, place[row + above, column + right]] = r[:, above, right]
    return found


def window_correlations(a: Units, b: Units, least: int) -> Array:
    """Return the correlations (E, A, B) of two sets of series in E windows, NaN below ``least`` common months.

    Series were centred and scaled in their own window, so that what is taken off for the months that only one has is
    small; where it is nearly all, the pair is computed on its common months directly.
    """
    in_a, in_b = a.present.astype(float), b.present.astype(float)
    months = products(in_a, in_b)
    months = np.where(months >= least, months, np.nan)
    sum_a, sum_b = products(a.unit, in_b), products(in_a, b.unit)
    square_a = products(a.unit * a.unit, in_b) - sum_a * sum_a / months
    square_b = products(in_a, b.unit * b.unit) - sum_b * sum_b / months
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (products(a.unit, b.unit) - sum_a * sum_b / months) / np.sqrt(square_a * square_b)
    window, i, j = np.nonzero(np.minimum(square_a, square_b) < ERASED)
    for part in chunks_of(len(window), a.unit.shape[2]):
        at = window[part], i[part], j[part]
        r[at] = row_correlations(a.returns[at[0], at[1]], b.returns[at[0], at[2]])[1]
    return np.asarray(np.round(r, DECIMALS).clip(-1, 1))


def products(a: Array, b: Array) -> Array:
    """Return the inner products (E, A, B) of the rows of (E, A, W) and (E, B, W)."""
    return np.asarray(a @ np.swapaxes(b, 1, 2))


def window_units(returns: Array, least: int) -> Units:
    """Return series of windows (E, N, W) in units; those with fewer than ``least`` values or constant are nowhere."""
    present = np.isfinite(returns)
    count = present.sum(axis=2, keepdims=True)
    mean = np.where(present, returns, 0.0).sum(axis=2, keepdims=True) / np.maximum(count, 1)
    unit = np.where(present, returns - mean, 0.0)
    size = np.abs(unit).max(axis=2, keepdims=True)
    is_used = does_vary(size, mean) & (count >= least)
    unit *= is_used
    unit /= np.where(is_used, size, 1.0)
    unit /= np.where(is_used, np.sqrt((unit * unit).sum(axis=2, keepdims=True)), 1.0)
    return Units(returns, unit, present & is_used)


def correlation_stability(rolling: Array, whole: Array) -> tuple[Array, Array]:
    """Return the standard deviation of rolling correlations (T, P) and the share of them with the sign of the whole.

    NaN with fewer than 2 windows; the share also where ``whole`` (P,) is NaN or 0. The standard deviation divides by
    windows less 1; windows overlap, so it is a description, not an error.
    """
    present = np.isfinite(rolling)
    count = np.where(present.sum(axis=0) > 1, present.sum(axis=0), np.nan)
    deviation = np.where(present, rolling - np.where(present, rolling, 0.0).sum(axis=0) / count, 0.0)
    spread = np.round(np.sqrt((deviation * deviation).sum(axis=0) / (count - 1)), DECIMALS)
    sign = np.sign(np.round(whole, DECIMALS))
    is_same = present & (np.sign(rolling) == sign)
    return spread, np.where(np.abs(sign) == 1, is_same.sum(axis=0) / count, np.nan)


def correlation_history_table(specs: Any, returns: Any, scopes: Any) -> pa.Table:
    """Return rolling correlations of every scope, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation with one row or none: ``position``, ``spec_json`` with ``rolling_windows``; no rows
            without one. Windows take the common months of the pair, whatever the alignment is: those of a scope would
            end every window at the start of its youngest member.
        returns: DuckDB relation, one row per ``series`` and ``month_end``: ``monthly_return``.
        scopes: DuckDB relation, one row per ``scope`` and ``series``.

    Returns:
        One row per scope, series_a before series_b by code point, window_months and month_end with a correlation; see
        `rolling_correlations`. Texts are dictionary-encoded: there may be millions of rows.
    """
    options = options_of(specs)
    if options is None:
        return SCHEMA.empty_table()
    members = read_scopes(scopes)
    panel = read_returns(returns, members)
    days = panel.month_ends.astype(np.int32)
    parts = []
    for scope, names in members.items():
        first, second = (pair.astype(np.int32) for pair in pairs_of(len(names)))
        texts = pa.array(names, pa.string())
        for window in options.rolling_windows:
            found = rolling_correlations(panel.of(names), window)
            is_known = np.isfinite(found)
            # the pairs and the ends of the windows, row by row
            part: dict[str, Any] = {
                f"series_{side}": pa.DictionaryArray.from_arrays(np.broadcast_to(pair, found.shape)[is_known], texts)
                for side, pair in (("a", first), ("b", second))
            }
            ends = pa.array(np.repeat(days, is_known.sum(axis=1))).cast(pa.date32())
            part |= {"scope": constant(scope, len(ends)), "window_months": window, "month_end": ends}
            parts.append(part | {"correlation": found[is_known]})
    return table_of_parts(parts, SCHEMA)


def constant(text: str, size: int) -> pa.DictionaryArray:
    """Return one text many times, dictionary-encoded."""
    return pa.DictionaryArray.from_arrays(np.zeros(size, dtype=np.int32), pa.array([text], pa.string()))
