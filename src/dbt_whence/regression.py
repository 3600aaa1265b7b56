"""Regression of a metric on drivers, from the moments of each date, with Driscoll and Kraay's standard errors.

The warehouse sums squares and products over the cells of each date; nothing else is needed. Scores summed by date are
``X'y - X'X b`` of that date, so that no cell is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dbt_whence.panel import Array, table_of

MAX_VIF = 10.0
INTERCEPT = "intercept"
SIDES = ("baseline", "current")
MIN_DATES = 3
CONSTANT = 1e-10
"""A driver whose variance is this small a part of its mean square is constant: double precision shows no more of it."""
SINGULAR = 1e-9
"""An eigenvalue of correlations this small is zero."""
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("analysis", "metric", "driver")]
    + [(name, pa.float64()) for name in ("baseline_value", "current_value", "coefficient", "coefficient_se")]
    + [(name, pa.float64()) for name in ("contribution", "standard_error", "vif")]
    + [("status", pa.string()), ("fit_status", pa.string())]
    + [(name, pa.int64()) for name in ("n_cells", "n_dates")]
    + [(name, pa.float64()) for name in ("r_squared", "explained", "explained_standard_error")]
    + [("dropped", pa.string())]
)


@dataclass(frozen=True)
class Moments:
    """Sums over the cells of each date, T dates in their order, k drivers; NaN where a sum is not known.

    ``cells`` (T,) counts them; ``y`` and ``yy`` (T,) sum the metric and its square, ``x`` (T, k) the drivers,
    ``xx`` (T, k, k) and ``xy`` (T, k) the products.
    """

    cells: Array
    y: Array
    yy: Array
    x: Array
    xx: Array
    xy: Array


@dataclass(frozen=True)
class Dropped:
    """A driver that is not in the model.

    ``status`` is dropped_undefined, dropped_constant or dropped_collinear; ``vif`` that of a collinear one, infinite
    where the others give it exactly.
    """

    name: str
    status: str
    vif: float = np.nan

    @property
    def reason(self) -> str:
        """Return the driver with why it was dropped."""
        if self.status == "dropped_collinear":
            return f"{self.name} (VIF {self.vif:.1f})" if np.isfinite(self.vif) else f"{self.name} (VIF infinite)"
        return f"{self.name} ({self.status.removeprefix('dropped_')})"


@dataclass(frozen=True)
class Fit:
    """A fitted model: ``y = coefficients[0] + sum(coefficients[1:] * kept drivers)``, the intercept first.

    ``status`` is estimated or insufficient_sample; then there are no numbers, and nothing is kept. ``covariance`` has
    the intercept first too. ``vif`` is of the kept drivers, in their order.
    """

    status: str
    n_cells: int
    n_dates: int
    kept: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    coefficients: Array
    covariance: Array
    vif: Array
    r_squared: float


def fit_from_moments(names: Sequence[str], moments: Moments) -> Fit:
    """Fit a metric to drivers by least squares, with an intercept.

    Drivers are dropped, and named, if a sum of theirs is not known or out of range (undefined), if they are constant,
    and then, one after the other, while the largest variance inflation factor is above 10: the one that has it, of
    several the one that comes last in ``names``.

    The covariance of the coefficients is Driscoll and Kraay's (1998): scores are summed by date, weighted by Bartlett
    up to lag ``floor(4 * (T / 100) ** (2 / 9))``, T dates; a gap between dates is not filled. It is multiplied by
    ``T / (T - 1) * (n - 1) / (n - p)`` for n cells and p coefficients, the correction of statsmodels for
    ``cov_type="hac-groupsum"`` with ``use_correction="cluster"``.

    The sample is insufficient with fewer than 3 dates, or fewer than two cells more than coefficients, counting all
    drivers that vary.
    """
    with np.errstate(all="ignore"):
        used = moments.cells > 0
        scaled, scale = scaled_moments(Moments(*(value[used] for value in vars(moments).values())))
        n_dates, n_cells = int(used.sum()), int(scaled.cells.sum())
        undefined = undefined_drivers(scaled)
        defined = np.flatnonzero(~undefined)
        centred = centred_moments(scaled, defined)
        constant = np.diag(centred) <= CONSTANT * scaled.xx.sum(axis=0)[defined, defined]
        varying = defined[~constant]
        dropped = [Dropped(names[j], "dropped_undefined") for j in np.flatnonzero(undefined).tolist()]
        dropped += [Dropped(names[j], "dropped_constant") for j in defined[constant].tolist()]
        known = np.isfinite(scaled.y).all() and np.isfinite(scaled.xy[:, varying]).all()
        if n_dates < MIN_DATES or n_cells <= len(varying) + 2 or not known:
            nothing = np.empty(0)
            return Fit("insufficient_sample", n_cells, n_dates, (), tuple(dropped), nothing, nothing, nothing, np.nan)
        position = {int(j): i for i, j in enumerate(defined)}
        kept, vif, collinear = without_collinear(varying, correlations(centred[np.ix_(~constant, ~constant)]))
        dropped += [Dropped(names[j], "dropped_collinear", inflation) for j, inflation in collinear]
        inner = centred[np.ix_([position[j] for j in kept], [position[j] for j in kept])]
        coefficients, r_squared = least_squares(scaled, kept, inner)
        covariance = driscoll_kraay(scaled, kept, inner, coefficients)
        units = scale[-1] / np.append(1.0, scale[kept])
        order = {name: i for i, name in enumerate(names)}
        return Fit(
            "estimated",
            n_cells,
            n_dates,
            tuple(names[int(j)] for j in kept),
            tuple(sorted(dropped, key=lambda driver: order[driver.name])),
            coefficients * units,
            covariance * units[:, None] * units,
            vif,
            r_squared,
        )


def scaled_moments(moments: Moments) -> tuple[Moments, Array]:
    """Return moments of drivers and metric divided by a scale each, and the scales, that of the metric last.

    The scale is the root of the largest sum of squares of a date, so that no sum over dates overflows. For a metric
    whose squares are out of range it is the largest of its other sums.
    """
    squares = np.diagonal(moments.xx, axis1=1, axis2=2)
    x_scale = positive(np.sqrt(largest(squares)))
    xy = moments.xy / x_scale
    y_scale = positive(
        np.fmax(np.sqrt(largest(moments.yy)), np.fmax(largest(moments.y), np.fmax.reduce(largest(xy), initial=0.0)))
    )
    scaled = Moments(
        moments.cells,
        moments.y / y_scale,
        moments.yy / y_scale / y_scale,
        moments.x / x_scale,
        moments.xx / x_scale / x_scale[:, None],
        xy / y_scale,
    )
    return scaled, np.append(x_scale, y_scale)


def largest(values: Array) -> Array:
    """Return the largest absolute finite value over dates, 0 if there is none."""
    absolute = np.abs(np.where(np.isfinite(values), values, 0.0))
    result: Array = np.max(absolute, axis=0, initial=0.0)
    return result


def positive(scale: Array) -> Array:
    """Return scales with 1 in place of 0."""
    return np.where(scale > 0, scale, 1.0)


def undefined_drivers(moments: Moments) -> Array:
    """Return which drivers have a sum that is not known.

    Where a product of two is not known though their own sums are, that is the second one of them. A driver whose
    squares are all zero while it is not is out of range as well.
    """
    squares = np.diagonal(moments.xx, axis1=1, axis2=2)
    undefined: Array = ~(np.isfinite(moments.x) & np.isfinite(squares) & np.isfinite(moments.xy)).all(axis=0)
    undefined |= np.asarray((moments.x != 0).any(axis=0) & (squares == 0).all(axis=0))
    known = np.asarray(np.isfinite(moments.xx).all(axis=0))
    for j in range(len(undefined)):
        undefined[j] |= bool((~known[j, :j] & ~undefined[:j]).any())
    return undefined


def centred_moments(moments: Moments, drivers: Array) -> Array:
    """Return the sums over all cells of products of drivers less their means."""
    x, n = moments.x[:, drivers].sum(axis=0), moments.cells.sum()
    total: Array = moments.xx.sum(axis=0)[np.ix_(drivers, drivers)] - np.outer(x, x) / max(n, 1)
    return total


def correlations(centred: Array) -> Array:
    """Return the correlations that belong to centred moments with a positive diagonal."""
    deviation = np.sqrt(np.diag(centred))
    result: Array = centred / deviation / deviation[:, None]
    return result


def without_collinear(drivers: Array, correlation: Array) -> tuple[Array, Array, list[tuple[int, float]]]:
    """Return the drivers that stay, their variance inflation factors, and those dropped with theirs, in that order."""
    dropped: list[tuple[int, float]] = []
    while True:
        vif = inflation_factors(correlation)
        if not len(vif) or vif.max() <= MAX_VIF:
            return drivers, vif, dropped
        # Six digits: two drivers that inflate only each other have the same factor, up to rounding.
        worst = len(vif) - 1 - int(np.argmax([float(f"{value:.5e}") for value in vif[::-1]]))
        dropped.append((int(drivers[worst]), float(vif[worst])))
        drivers = np.delete(drivers, worst)
        correlation = np.delete(np.delete(correlation, worst, axis=0), worst, axis=1)


def inflation_factors(correlation: Array) -> Array:
    """Return the variance inflation factors: the diagonal of the inverse, infinite for what the others give exactly."""
    if not len(correlation):
        return np.empty(0)
    values, vectors = np.linalg.eigh(correlation)
    null = values <= SINGULAR
    factors = (vectors[:, ~null] ** 2 / values[~null]).sum(axis=1)
    return np.where((vectors[:, null] ** 2).sum(axis=1) > SINGULAR, np.inf, factors)


def least_squares(moments: Moments, kept: Array, inner: Array) -> tuple[Array, float]:
    """Return the coefficients, intercept first, and R², NaN where the metric is constant or its squares unknown."""
    n, x, y = moments.cells.sum(), moments.x[:, kept].sum(axis=0), moments.y.sum()
    cross = moments.xy[:, kept].sum(axis=0) - x * y / n
    deviation = np.sqrt(np.diag(inner))
    slopes = np.linalg.solve(correlations(inner), cross / deviation) / deviation if len(kept) else np.empty(0)
    total = moments.yy.sum() - y * y / n
    r_squared = np.clip(slopes @ cross / total, 0, 1) if total > CONSTANT * moments.yy.sum() else np.nan
    return np.append((y - x @ slopes) / n, slopes), float(r_squared)


def driscoll_kraay(moments: Moments, kept: Array, inner: Array, coefficients: Array) -> Array:
    """Return the covariance of the coefficients, intercept first; see `fit_from_moments`.

    Drivers are centred for it, which the inverse of X'X stands better, and moved back at the end.
    """
    n, n_dates, p = moments.cells.sum(), len(moments.cells), len(kept) + 1
    mean = moments.x[:, kept].sum(axis=0) / n
    slopes = coefficients[1:]
    x, xx = moments.x[:, kept], moments.xx[:, kept][:, :, kept]
    residual = moments.y - coefficients[0] * moments.cells - x @ slopes
    products = moments.xy[:, kept] - coefficients[0] * x - xx @ slopes
    scores = np.column_stack([residual, products - residual[:, None] * mean])
    n_lags = min(int(4 * (n_dates / 100) ** (2 / 9)), n_dates - 1)
    meat = scores.T @ scores
    for lag in range(1, n_lags + 1):
        lagged = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (n_lags + 1)) * (lagged + lagged.T)
    deviation = np.sqrt(np.diag(inner))
    bread = np.zeros((p, p))
    bread[0, 0] = 1 / n
    bread[1:, 1:] = np.linalg.inv(correlations(inner)) / deviation / deviation[:, None] if len(kept) else 0
    back = np.eye(p)
    back[0, 1:] = -mean
    outer = back @ bread
    covariance: Array = outer @ meat @ outer.T * (n_dates / (n_dates - 1)) * ((n - 1) / (n - p))
    return covariance


@dataclass(frozen=True)
class Model:
    """The model of one metric of one analysis: its drivers by name, their totals on both sides, cells last, its fit.

    ``beyond`` are drivers that were too many to be tried.
    """

    analysis: str
    metric: str
    drivers: tuple[str, ...]
    baseline: Array
    current: Array
    fit: Fit
    beyond: tuple[str, ...] = ()

    def changes(self) -> Array:
        """Return the changes that the coefficients are multiplied by: cells first, then those of the kept drivers."""
        change = self.current - self.baseline
        return np.append(change[-1], [change[self.drivers.index(name)] for name in self.fit.kept])


def models(specs: Any, moments: Any, totals: Any) -> Iterator[Model]:
    """Yield the model of every analysis and metric that has driver expressions, in their order.

    The relations are those of `regression_table`. Windows of a history, named name@date, share the drivers of their
    analysis. A metric without any moments has a model that is not estimated.
    """
    by_metric = dict(tuple(moments.df().groupby(["analysis", "metric"])))
    sides = {(row["analysis"], row["metric"], row["side"]): row for row in totals.df().to_dict("records")}
    explained: dict[str, Mapping[str, Any]] = {}
    for analysis, spec_json in sorted(specs.select("analysis", "spec_json").fetchall()):
        drivers = json.loads(spec_json).get("drivers") or {}
        # a build without rows (dbt build --empty) has no columns for the drivers either
        if drivers.get("expressions") and {f"x_{driver['slot']}" for driver in drivers["expressions"]} <= set(
            moments.columns
        ):
            explained[analysis] = drivers
            by_metric.setdefault((analysis, drivers["metric"]), moments.limit(0).df())
    for analysis, metric in sorted(key for key in by_metric if key[0].partition("@")[0] in explained):
        drivers = explained[analysis.partition("@")[0]]
        names = tuple(driver["name"] for driver in drivers["expressions"])
        slots = [int(driver["slot"]) for driver in drivers["expressions"]]
        columns = [*(f"x_{slot}" for slot in slots), "n_cells"]
        baseline, current = (total_of(sides.get((analysis, metric, side), {}), columns) for side in SIDES)
        fit = fit_from_moments(names, moments_of(by_metric[analysis, metric], slots))
        yield Model(analysis, metric, names, baseline, current, fit, tuple(drivers.get("beyond") or ()))


def total_of(row: Mapping[str, Any], columns: Sequence[str]) -> Array:
    """Return a side's totals, NaN where one is not known; a side without cells has totals of 0."""
    return np.array([finite(row.get(column)) if row else 0.0 for column in columns])


def finite(value: Any) -> float:
    """Return a number, NaN in place of what is missing or infinite."""
    number = np.nan if value is None or value is pd.NA else float(value)
    return number if np.isfinite(number) else np.nan


def moments_of(rows: pd.DataFrame, slots: Sequence[int]) -> Moments:
    """Return the moments of one metric, from its rows of the table and the numbers of its drivers' columns."""
    rows = rows.sort_values("row_date", kind="stable")
    t, k = len(rows), len(slots)

    def column(name: str) -> Array:
        return np.array(pd.to_numeric(rows[name]).astype("float64"))

    xx = np.empty((t, k, k))
    for a, b in combinations_with_replacement(range(k), 2):
        first, second = sorted((slots[a], slots[b]))
        xx[:, a, b] = xx[:, b, a] = column(f"xx_{first}_{second}")
    x, xy = (np.array([column(f"{name}_{slot}") for slot in slots]).reshape(k, t).T for name in ("x", "xy"))
    return Moments(np.nan_to_num(column("n_cells")), column("y"), column("yy"), x, xx, xy)


def regression_table(specs: Any, moments: Any, totals: Any) -> pa.Table:
    """Return what each driver of each model contributes, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per analysis: ``analysis``, ``spec_json``, whose key ``drivers`` is null or
            holds ``metric`` and ``expressions``, each with ``name`` and ``slot``, the i of ``x_i``, and ``beyond``,
            names of further ones that were too many.
        moments: DuckDB relation, one row per analysis, metric and date: ``row_date``, ``n_cells`` and sums over cells
            ``y``, ``yy``, ``x_i``, ``xy_i``, ``xx_i_j`` for i <= j; null where an analysis has no such driver.
        totals: DuckDB relation, one row per analysis, metric and ``side`` (baseline, current): ``n_cells``, ``x_i``.

    Returns:
        One row per analysis, metric and driver, the intercept last, whose values are the numbers of cells; each with
        the columns of `fit_columns`. The contribution is the coefficient times the change of the total; standard errors
        are of the coefficient alone, totals are known. Null for what is not in the model.
    """
    found: list[dict[str, Any]] = []
    for model in models(specs, moments, totals):
        fit = model.fit
        whole = fit_columns(model)
        dropped = {driver.name: driver for driver in fit.dropped}
        place = {name: i for i, name in enumerate((INTERCEPT, *fit.kept))} if fit.status == "estimated" else {}
        for i, name in enumerate((*model.drivers, INTERCEPT)):
            row: dict[str, Any] = {"analysis": model.analysis, "metric": model.metric, "driver": name}
            row |= {"baseline_value": model.baseline[i], "current_value": model.current[i]} | whole
            if name in place:
                row |= estimates(fit, place[name], model.current[i] - model.baseline[i])
            elif name in dropped:
                row |= {"vif": dropped[name].vif, "status": dropped[name].status}
            else:
                row |= {"status": fit.status}
            found.append(row)
    return table_of(found, SCHEMA)


def estimates(fit: Fit, place: int, change: float) -> dict[str, Any]:
    """Return the columns of the table that a coefficient fills, by its place in the model, the intercept's being 0."""
    with np.errstate(all="ignore"):
        error = float(np.sqrt(np.maximum(fit.covariance[place, place], 0)))
        return {
            "coefficient": fit.coefficients[place],
            "coefficient_se": error,
            "contribution": fit.coefficients[place] * change,
            "standard_error": error * abs(change),
            "vif": fit.vif[place - 1] if place else np.nan,
            "status": "kept",
        }


def fit_columns(model: Model) -> dict[str, Any]:
    """Return the columns that say the same of every driver of a model: what the whole fit is like.

    ``explained`` is the sum of the contributions, the intercept's among them; its standard error follows from the whole
    covariance of the coefficients. ``dropped`` names the drivers left out, with the reason, and those that were too
    many; null where there are none.
    """
    fit = model.fit
    columns: dict[str, Any] = {"fit_status": fit.status, "n_cells": fit.n_cells, "n_dates": fit.n_dates}
    dropped = [driver.reason for driver in fit.dropped]
    dropped += [f"{name} (beyond {len(model.drivers)})" for name in model.beyond]
    columns |= {"r_squared": fit.r_squared, "dropped": ", ".join(dropped) or None}
    if fit.status == "estimated":
        with np.errstate(all="ignore"):
            change = model.changes()
            columns["explained"] = float(fit.coefficients @ change)
            columns["explained_standard_error"] = float(np.sqrt(np.maximum(change @ fit.covariance @ change, 0)))
    return columns
