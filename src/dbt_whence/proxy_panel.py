"""Monthly returns of proxies as a matrix, the scopes they are compared in, and correlations of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, doubles, specs_of

CONSTANT = 1e-12
"""A series whose returns differ by less than this is constant: prices in double precision show no more."""
EXACT = 1e-12
"""A correlation this close to 1 or -1 is that, but for rounding."""
LARGEST = 1e30
"""A return beyond this counts as missing."""
LEAST_MONTHS = 3
"""Two months always correlate perfectly."""
CHUNK = 200_000


@dataclass(frozen=True)
class Options:
    """How correlations are made and read; see proxy_correlations.

    ``min_observations`` is `LEAST_MONTHS` at least. ``alignment`` is ``pairwise``, the months that two series have in
    common, or ``listwise``, those that all members of a scope have that are long enough. ``rolling_windows`` are
    lengths in months.
    """

    min_observations: int = 24
    alignment: str = "pairwise"
    ewma_lambda: float = 0.97
    confidence: float = 0.95
    hedge_below: float = -0.1
    complement_below: float = 0.3
    rolling_windows: Sequence[int] = (12, 24, 36)

    def is_long(self, values: Array) -> Array:
        """Say which columns of returns (T, N) have ``min_observations`` months."""
        return np.asarray(np.isfinite(values).sum(axis=0) >= max(self.min_observations, LEAST_MONTHS))

    def aligned(self, values: Array) -> Array:
        """Return returns (T, N) on the months that correlations are of, NaN on others."""
        return np.where(self.common(values)[:, None], values, np.nan) if self.alignment == "listwise" else values

    def common(self, values: Array) -> Array:
        """Say which months (T,) all columns have that are long enough; all months where none is."""
        return np.asarray(np.isfinite(values[:, self.is_long(values)]).all(axis=1))


@dataclass(frozen=True)
class MonthlyReturns:
    """Returns of N series in T calendar months without gaps, (T, N), decimals, NaN where missing.

    ``months`` (T,) count from year 0, ``month_ends`` (T,) are dates; ``names`` (N,) ascend by code point.
    """

    months: Array
    month_ends: Array
    names: tuple[str, ...]
    values: Array

    def of(self, names: Sequence[str]) -> Array:
        """Return the columns of some series, in their order."""
        position = {name: i for i, name in enumerate(self.names)}
        return np.asarray(self.values[:, [position[name] for name in names]])


def options_of(specs: Any) -> Options | None:
    """Return the options of a DuckDB relation with ``position`` and ``spec_json``, None where it has no row."""
    for spec in specs_of(specs):
        return Options(**{f.name: spec[f.name] for f in fields(Options) if spec.get(f.name) is not None})
    return None


def read_scopes(scopes: Any) -> dict[str, tuple[str, ...]]:
    """Return the members of every scope, both by code point, of a DuckDB relation with ``scope`` and ``series``."""
    rows = sorted(scopes.select("scope, series").filter("scope is not null and series is not null").fetchall())
    members: dict[str, dict[str, None]] = {}
    for scope, series in rows:
        members.setdefault(scope, {})[series] = None
    return {scope: tuple(names) for scope, names in members.items()}


def read_returns(returns: Any, scopes: dict[str, tuple[str, ...]]) -> MonthlyReturns:
    """Return the returns of all members of scopes, on the months from the first to the last that any series has.

    Args:
        returns: DuckDB relation, one row per ``series`` and ``month_end``: ``monthly_return``. A month ends on the
            latest day that the data have of it; where they have none, on its last.
        scopes: members of each scope; see `read_scopes`.
    """
    names = tuple(sorted({name for members in scopes.values() for name in members}))
    position = {name: i for i, name in enumerate(names)}
    found = (
        returns.filter("series is not null and month_end is not null and monthly_return is not null")
        .select("series, cast(month_end as date) as month_end, monthly_return")
        .order("series, month_end, monthly_return")
        .fetchnumpy()
    )
    dates = np.asarray(found["month_end"]).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    value = doubles(found["monthly_return"])
    known = np.abs(value) <= LARGEST
    if not known.any():
        nothing = np.zeros(0, dtype="datetime64[D]")
        return MonthlyReturns(np.zeros(0, dtype=int), nothing, names, np.full((0, len(names)), np.nan))
    dates, month, value = dates[known], month[known], value[known]
    calendar = np.arange(month.min(), month.max() + 1)
    row = (month - calendar[0]).astype(int)
    month_ends = (calendar + 1).astype("datetime64[D]") - 1
    has_one = np.zeros(len(calendar), dtype=bool)
    has_one[row] = True
    month_ends[has_one] = calendar[has_one].astype("datetime64[D]")
    np.maximum.at(month_ends, row, dates)
    column = np.array([position.get(name, -1) for name in found["series"][known]])
    values = np.full((len(calendar), len(names)), np.nan)
    values[row[column >= 0], column[column >= 0]] = value[column >= 0]
    return MonthlyReturns(calendar.astype(int) + 1970 * 12, month_ends, names, values)


def pairs_of(n: int, with_diagonal: bool = False) -> tuple[Array, Array]:
    """Return both positions of each unordered pair of n series, the first before the second."""
    first, second = np.triu_indices(n, 0 if with_diagonal else 1)
    return np.asarray(first), np.asarray(second)


def pair_correlations(values: Array, first: Array, second: Array, decay: float = 1.0) -> tuple[Array, Array]:
    """Return common months and correlation of pairs of columns of returns (T, N); see `row_correlations`.

    Each pair is computed by itself and in one order, so that it depends on no other series, nor on threads.
    """
    rows = np.ascontiguousarray(values.T)
    n, r = np.zeros(len(first), dtype=int), np.full(len(first), np.nan)
    for part in chunks_of(len(first), len(values)):
        n[part], r[part] = row_correlations(rows[first[part]], rows[second[part]], decay)
    return n, r


def chunks_of(rows: int, width: int) -> Iterator[slice]:
    """Yield slices of rows that hold `CHUNK` values at most."""
    step = max(1, CHUNK // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, start + step)


def row_correlations(x: Array, y: Array, decay: float = 1.0) -> tuple[Array, Array]:
    """Return how many columns two matrices (P, T) have in common in each row, and their correlation there.

    Weighted by ``decay ** age``, age the columns from one to the last, and the weighted means taken off. Age is
    counted from the last column that both have: another start changes all weights of a row alike. NaN where one is
    constant.
    """
    both = np.isfinite(x) & np.isfinite(y)
    weights = both.astype(float)
    if decay != 1 and both.size:
        age = np.arange(both.shape[1])[::-1] - np.argmax(both[:, ::-1], axis=1)[:, None]
        weights *= (decay ** np.arange(both.shape[1], dtype=float))[np.maximum(age, 0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (standard(side, both, weights) for side in (x, y))
        inner = np.sqrt((weights * a * a).sum(axis=1)) * np.sqrt((weights * b * b).sum(axis=1))
        r = snapped((weights * a * b).sum(axis=1) / inner)
    return both.sum(axis=1), r


def standard(x: Array, both: Array, weights: Array) -> Array:
    """Return deviations from weighted means in units of the largest, 0 where not in ``both``, NaN if constant."""
    mean = (np.where(both, x, 0.0) * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    deviation = np.where(both, x - mean, 0.0)
    size = np.abs(deviation).max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(deviation / np.where(does_vary(size, mean), size, np.nan))


def does_vary(size: Array, mean: Array) -> Array:
    """Say whether the largest deviation from a mean is more than rounding of prices."""
    return np.asarray(size > CONSTANT * np.fmax(np.abs(mean) + size, 1.0))


def snapped(r: Array) -> Array:
    """Return correlations of which those within `EXACT` of 1 and -1, or beyond, are that."""
    return np.asarray(np.where(np.abs(r) > 1 - EXACT, np.sign(r), r))


def fisher(r: Array) -> Array:
    """Return Fisher's z of correlations, that of a perfect one as of one less `EXACT`: finite."""
    return np.asarray(np.arctanh(np.clip(r, EXACT - 1, 1 - EXACT)))


def texts(names: Sequence[str], codes: Array) -> pa.Array:
    """Return the names that codes stand for."""
    return pa.array(names, pa.string()).take(pa.array(codes))
