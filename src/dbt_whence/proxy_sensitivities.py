"""How far monthly returns of proxies move with yields and with markets: least squares, Newey and West's errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.factor_regression import CHUNK, EXACT, ols_hac
from dbt_whence.panel import Array, Panel, read_panel, specs_of, table_of_parts
from dbt_whence.regression import inflation_factors
from dbt_whence.time_series import CONSTANT, newey_west_lags

LEVEL, SLOPE = "level", "slope"
MIN_SIDE = 12
"""Fewest months on which the benchmark rose, or fell, that a beta of such months needs."""
RATES = pa.schema(
    [(name, pa.string()) for name in ("series", "maturity")]
    + [("n_obs", pa.int64())]
    + [(name, pa.float64()) for name in ("correlation", "beta", "standard_error", "t_stat", "df")]
    + [(name, pa.float64()) for name in ("r_squared", "vif")]
)
MARKETS = pa.schema(
    [(name, pa.string()) for name in ("series", "benchmark")]
    + [("n_obs", pa.int64())]
    + [(name, pa.float64()) for name in ("correlation", "beta", "alpha", "r_squared", "up_beta", "down_beta")]
    + [(name, pa.float64()) for name in ("standard_error", "t_stat", "df")]
)


@dataclass(frozen=True)
class Sample:
    """Pairs that have n months in common: their ``places`` (P,) among all, ``y`` (P, n) and ``x`` (P, n, k), finite."""

    places: Array
    y: Array
    x: Array


@dataclass(frozen=True)
class Pairs:
    """P pairs of a column of ``y`` (T, N) and k columns of ``x`` (T, K), NaN where missing.

    ``series`` (P,) are positions in y, ``regressors`` (P, k) those in x.
    """

    y: Array
    x: Array
    series: Array
    regressors: Array

    @cached_property
    def common(self) -> Array:
        """Return the months (P, T) on which neither is missing."""
        given_y, given_x = np.isfinite(self.y.T), np.isfinite(self.x.T)
        found: Array = given_y[self.series]
        for column in self.regressors.T:
            found &= given_x[column]
        return found

    @cached_property
    def n_obs(self) -> Array:
        """Return the number of common months (P,)."""
        return np.asarray(self.common.sum(axis=1))

    def samples(self, least: int) -> Iterator[Sample]:
        """Yield the pairs with at least that many common months, those with equally many together, in parts.

        Months that are missing are left out, not filled, as in other regressions on series with gaps.
        """
        k = self.regressors.shape[1]
        y, x = np.ascontiguousarray(self.y.T), np.ascontiguousarray(self.x.T)
        for n in np.unique(self.n_obs[self.n_obs >= least]).tolist():
            alike = np.flatnonzero(self.n_obs == n)
            step = max(1, CHUNK // (len(self.y) * (k + 1)))
            for places in np.split(alike, range(step, len(alike), step)):
                given = self.common[places]
                columns = [x[column][given].reshape(-1, n) for column in self.regressors[places].T]
                yield Sample(places, y[self.series[places]][given].reshape(-1, n), np.stack(columns, axis=2))


@dataclass(frozen=True)
class Fits:
    """Regressions of P returns on k regressors each, with an intercept; NaN where undefined.

    Per regressor (P, k): ``beta``, ``standard_error``, ``t_stat``, ``correlation`` with the return, ``vif`` (of two or
    more). Per regression (P,): ``alpha``, the intercept, ``r_squared``, ``residual_norm`` (root of the sum of
    squares of residuals), ``df``.
    """

    beta: Array
    standard_error: Array
    t_stat: Array
    correlation: Array
    vif: Array
    alpha: Array
    r_squared: Array
    residual_norm: Array
    df: Array


def fits(y: Array, x: Array) -> Fits:
    """Fit returns ``y`` (P, n) to ``x`` (P, n, k), n > k + 1, by least squares with an intercept.

    Errors by Newey and West (1987) with lags of `newey_west_lags`, Bartlett weights and no small-sample factor; t has
    n - k - 1 degrees of freedom. Of a regression without residuals the error is 0 and t undefined. Constant regressors
    are left out; a constant return, or regressors that give one another, have no regression.
    """
    p, n, k = x.shape
    found = Fits(*(np.full((p, k), np.nan) for _ in range(5)), *(np.full(p, np.nan) for _ in range(4)))
    size_y, size_x = np.abs(y).max(axis=1), np.abs(x).max(axis=1)
    y = y / np.where(size_y > 0, size_y, 1.0)[:, None]
    x = x / np.where(size_x > 0, size_x, 1.0)[:, None, :]
    moves = np.ptp(y, axis=1) > CONSTANT
    varies = (np.ptp(x, axis=1) > CONSTANT) & moves[:, None]
    u, v = y - y.mean(axis=1, keepdims=True), x - x.mean(axis=1, keepdims=True)
    total, squares = (u**2).sum(axis=1), (v**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        products = (u[:, :, None] * v).sum(axis=1) / np.sqrt(total[:, None] * squares)
    found.correlation[varies] = products.clip(-1, 1)[varies]
    for pattern in np.unique(varies, axis=0) if p else ():
        rows, kept = np.flatnonzero((varies == pattern).all(axis=1)), np.flatnonzero(pattern)
        if len(kept) > 1:
            units = v[rows][:, :, kept] / np.sqrt(squares[rows][:, None, kept])
            vif = np.array([inflation_factors(unit.T @ unit) for unit in units])
            rows, vif = rows[np.isfinite(vif).all(axis=1)], vif[np.isfinite(vif).all(axis=1)]
            found.vif[np.ix_(rows, kept)] = vif.clip(min=1.0)
        if not len(rows) or not len(kept):
            continue
        design = np.concatenate([np.ones((len(rows), n, 1)), x[rows][:, :, kept]], axis=2)
        beta, error, residual = ols_hac(y[rows], design, newey_west_lags(n))
        rest = (residual**2).sum(axis=1)
        exact = rest <= EXACT * (y[rows] ** 2).sum(axis=1)
        rest, error = np.where(exact, 0.0, rest), np.where(exact[:, None], 0.0, error)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore", under="ignore"):
            unit = size_y[rows][:, None] / size_x[rows][:, kept]
            found.beta[np.ix_(rows, kept)] = beta[:, 1:] * unit
            found.standard_error[np.ix_(rows, kept)] = error[:, 1:] * unit
            found.t_stat[np.ix_(rows, kept)] = np.where(error[:, 1:] > 0, beta[:, 1:] / error[:, 1:], np.nan)
            found.alpha[rows] = beta[:, 0] * size_y[rows]
            found.r_squared[rows] = (1 - rest / total[rows]).clip(0.0, 1.0)
            found.residual_norm[rows] = np.sqrt(rest) * size_y[rows]
        found.df[rows] = n - len(kept) - 1
    return found


def side_slopes(y: Array, x: Array, side: Array) -> Array:
    """Return the slopes (P,) with an intercept of ``y`` on ``x`` (P, n), on the months ``side`` (P, n) alone.

    NaN below `MIN_SIDE` such months, or where x is constant on them.
    """
    count = side.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        u = np.where(side, y - (np.where(side, y, 0.0).sum(axis=1) / count)[:, None], 0.0)
        v = np.where(side, x - (np.where(side, x, 0.0).sum(axis=1) / count)[:, None], 0.0)
        spread = np.where(side, x, -np.inf).max(axis=1) - np.where(side, x, np.inf).min(axis=1)
        varies = spread > CONSTANT * np.where(side, np.abs(x), 0.0).max(axis=1)
        scale = np.abs(v).max(axis=1, keepdims=True)
        v = v / scale
        slope = (u * v).sum(axis=1) / (v**2).sum(axis=1) / scale[:, 0]
    return np.where((count >= MIN_SIDE) & varies, slope, np.nan)


def rate_sensitivities(
    names: Sequence[str], returns: Array, maturities: Sequence[str], changes: Array, min_observations: int
) -> dict[str, Any]:
    """Return the columns of `rate_sensitivity_table`.

    Args:
        names: (N,) of the columns of returns.
        returns: (T, N), decimals a month, NaN where missing.
        maturities: (M,), shortest first.
        changes: (T, M), of yields in decimals, NaN where missing.
        min_observations: fewest common months of a regression.
    """
    known = np.flatnonzero(np.isfinite(changes).any(axis=0))
    labels = [*maturities, LEVEL, SLOPE][: len(maturities) + min(len(maturities), 2)]
    n, m, k = len(names), len(maturities), len(labels)
    x = np.full((len(changes), k), np.nan)
    x[:, :m] = changes
    if len(known):
        x[:, m] = changes[:, known].mean(axis=1)
    if len(known) > 1:
        slope = changes[:, known[-1]] - changes[:, known[0]]
        # what is left of parallel shifts by rounding is no slope
        noise = CONSTANT * np.nanmax(np.abs(changes[:, known]))
        x[:, m + 1] = np.where(np.abs(slope) <= noise, 0.0, slope)
    columns: dict[str, Any] = {
        "series": np.repeat(np.array(names, dtype=object), k),
        "maturity": np.tile(np.array(labels, dtype=object), n),
        "n_obs": np.zeros(n * k, dtype=int),
    } | {name: np.full(n * k, np.nan) for name in RATES.names[3:]}
    models = [[j] for j in range(k)] if len(known) < 2 else [*([j] for j in range(m)), [m, m + 1]]
    for model in models:
        pairs = Pairs(returns, x, np.arange(n), np.tile(model, (n, 1)))
        columns["n_obs"][pairs.series[:, None] * k + model] = pairs.n_obs[:, None]
        for sample in pairs.samples(max(min_observations, len(model) + 2)):
            fit = fits(sample.y, sample.x)
            places = sample.places[:, None] * k + model
            for name in ("correlation", "beta", "standard_error", "t_stat", "vif"):
                columns[name][places] = getattr(fit, name)
            in_model = np.isfinite(fit.beta)
            columns["df"][places] = np.where(in_model, fit.df[:, None], np.nan)
            columns["r_squared"][places] = np.where(in_model, fit.r_squared[:, None], np.nan)
    return columns


def market_sensitivities(
    returns: Panel, members: Sequence[str], benchmarks: Sequence[str], min_observations: int
) -> dict[str, Any]:
    """Return the columns of `market_sensitivity_table`; ``returns`` has a series for every member and benchmark."""
    position = {name: i for i, name in enumerate(returns.names)}
    named = [(member, benchmark) for member in members for benchmark in benchmarks if member != benchmark]
    places = np.array([[position[name] for name in pair] for pair in named], dtype=int).reshape(-1, 2)
    pairs = Pairs(returns.values, returns.values, places[:, 0], places[:, 1:])
    columns = pair_columns(MARKETS, named, pairs.n_obs)
    for sample in pairs.samples(max(min_observations, 3)):
        fit = fits(sample.y, sample.x)
        x, estimated = sample.x[:, :, 0], np.isfinite(fit.df)
        found = {"alpha": fit.alpha, "r_squared": fit.r_squared, "df": fit.df}
        found |= {name: getattr(fit, name)[:, 0] for name in ("correlation", "beta", "standard_error", "t_stat")}
        for name, side in (("up_beta", x > 0), ("down_beta", x < 0)):
            found[name] = np.where(estimated, side_slopes(sample.y, x, side), np.nan)
        put(columns, sample.places, found)
    return columns


def pair_columns(schema: pa.Schema, named: Sequence[tuple[str, str]], n_obs: Array) -> dict[str, Any]:
    """Return columns of a table of pairs, two names and ``n_obs`` first, NaN or 0 where they are to be filled."""
    names = np.array(named, dtype=object).reshape(-1, 2)
    columns: dict[str, Any] = {schema.names[0]: names[:, 0], schema.names[1]: names[:, 1]}
    for field in list(schema)[2:]:
        is_count = pa.types.is_integer(field.type)
        columns[field.name] = np.zeros(len(named), dtype=int) if is_count else np.full(len(named), np.nan)
    return columns | {"n_obs": n_obs}


def put(columns: Mapping[str, Any], places: Array, values: Mapping[str, Any]) -> None:
    """Write values into columns at these rows."""
    for name, value in values.items():
        columns[name][places] = value


def read_series(relation: Any, series: str, value: str, names: Sequence[str]) -> Panel:
    """Return rows of ``month_end``, a name and a number as a matrix, infinities as missing; see `read_panel`."""
    named = relation.project(f"'' as model, month_end as date, {series}, {value}")
    panel = read_panel(named, "", series, value, names)
    return Panel(panel.dates, panel.names, np.where(np.isfinite(panel.values), panel.values, np.nan))


def names_of(relation: Any, column: str) -> list[str]:
    """Return the distinct names in a column, in the order of their bytes."""
    rows = relation.filter(f"{column} is not null").select(column).distinct().fetchall()
    return sorted((str(name) for (name,) in rows), key=str.encode)


def rate_sensitivity_table(specs: Any, returns: Any, yield_changes: Any, members: Any) -> pa.Table:
    """Return how returns move with yields, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row or none: ``position``, ``spec_json`` with ``min_observations`` and
            ``maturities``, shortest first.
        returns: DuckDB relation, one row per series and month: ``series``, ``month_end``, ``monthly_return`` (decimal).
        yield_changes: DuckDB relation, one row per maturity and month: ``maturity``, ``month_end``, ``yield_change``,
            of which 0.01 is a percentage point; null where unknown.
        members: DuckDB relation of ``series``.

    Returns:
        One row per member and maturity, each a regression of its own, and the rows ``level`` (mean change of the
        maturities) and ``slope`` (change of the longest less the shortest), one joint regression on the months of which
        all are known: its R², the VIF of each, the correlation of each with the return. See `fits`. Maturities without
        any change are left out of both; a slope takes two, and without a slope that varies the level stands alone.
        Below ``min_observations`` common months, or where return or regressor is constant, only ``n_obs``.
    """
    spec = next(specs_of(specs), None)
    if spec is None:
        return RATES.empty_table()
    maturities = list(dict.fromkeys(spec["maturities"]))
    panel = read_series(returns, "series", "monthly_return", names_of(members, "series"))
    changes = read_series(yield_changes, "maturity", "yield_change", maturities).on(panel.dates)
    columns = rate_sensitivities(panel.names, panel.values, maturities, changes.values, spec["min_observations"])
    return table_of_parts([columns], RATES)


def market_sensitivity_table(specs: Any, returns: Any, members: Any, benchmarks: Any) -> pa.Table:
    """Return how returns move with those of benchmarks, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row or none: ``position``, ``spec_json`` with ``min_observations``.
        returns: DuckDB relation, one row per series and month: ``series``, ``month_end``, ``monthly_return`` (decimal).
        members: DuckDB relation of ``series``.
        benchmarks: DuckDB relation of ``series``.

    Returns:
        One row per member and benchmark that is not itself; see `fits`. ``alpha`` is the intercept, decimal a month;
        ``up_beta`` and ``down_beta`` are slopes, with intercepts of their own, on the months on which the benchmark
        rose and fell; see `side_slopes`. Below ``min_observations`` common months, or where either is constant, only
        ``n_obs``.
    """
    spec = next(specs_of(specs), None)
    if spec is None:
        return MARKETS.empty_table()
    own, others = names_of(members, "series"), names_of(benchmarks, "series")
    panel = read_series(returns, "series", "monthly_return", sorted({*own, *others}, key=str.encode))
    return table_of_parts([market_sensitivities(panel, own, others, spec["min_observations"])], MARKETS)
