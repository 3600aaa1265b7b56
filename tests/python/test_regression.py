"""Regression from moments against statsmodels on the cells, and on what regressions trip over."""

from __future__ import annotations

import json
import warnings
from itertools import combinations_with_replacement
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import no_warnings
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.outliers_influence import variance_inflation_factor

from dbt_whence.regression import Fit, fit_from_moments, moments_of, regression_table

pytestmark = no_warnings

DRIVERS = ["sum(a)", "avg(b)", "count(*)"]


def panel(seed: int, dates: int = 40, cells: int = 6, drivers: int = 3, balanced: bool = True) -> pd.DataFrame:
    """Cells of dates: y from drivers of different size, with shocks that cells of a date share."""
    random = np.random.default_rng(seed)
    t = np.repeat(np.arange(dates), cells if balanced else random.integers(1, 2 * cells, dates))
    x = random.normal(0, 1, (len(t), drivers)) + random.normal(0, 0.5, (dates, drivers))[t]
    x = x * 10.0 ** random.integers(-2, 4, drivers) + random.uniform(-2, 2, drivers)
    shock = np.convolve(random.normal(0, 1, dates + 2), [1, 0.6, 0.3], "valid")[t]
    y = 3 + x @ random.normal(0, 1, drivers) + shock + random.normal(0, 1, len(t))
    return pd.DataFrame({"t": t, "y": y, **{f"x_{i + 1}": x[:, i] for i in range(drivers)}})


def moments(cells: pd.DataFrame, analysis: str = "a", metric: str = "m", k: int | None = None) -> pd.DataFrame:
    """The table that SQL makes of cells: sums by date."""
    k = k or sum(name.startswith("x_") for name in cells)
    with np.errstate(all="ignore"):
        wide = pd.DataFrame(
            {"row_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(cells["t"], unit="D"), "n_cells": 1.0}
        )
        wide = wide.assign(y=cells["y"], yy=cells["y"] ** 2)
        for i in range(1, k + 1):
            x = cells.get(f"x_{i}", pd.Series(np.nan, cells.index))
            wide[f"x_{i}"], wide[f"xy_{i}"] = x, x * cells["y"]
        for i, j in combinations_with_replacement(range(1, k + 1), 2):
            wide[f"xx_{i}_{j}"] = wide[f"x_{i}"] * wide[f"x_{j}"]
        found = wide.groupby("row_date", as_index=False).sum(min_count=1)
    return found.assign(analysis=analysis, metric=metric).replace([np.inf, -np.inf], np.nan)


def fit(cells: pd.DataFrame, names: list[str] | None = None) -> Fit:
    slots = [int(name.removeprefix("x_")) for name in cells if name.startswith("x_")]
    return fit_from_moments(
        names or [f"d{slot}" for slot in slots], moments_of(moments(cells, k=max(slots, default=0)), slots)
    )


def oracle(cells: pd.DataFrame, columns: list[str]) -> Any:
    """statsmodels on the cells, sorted by date."""
    cells = cells.sort_values("t", kind="stable")
    codes = cells["t"].rank(method="dense").astype(int).to_numpy() - 1
    n_dates = codes.max() + 1
    lags = min(int(4 * (n_dates / 100) ** (2 / 9)), n_dates - 1)
    model = sm.OLS(cells["y"].to_numpy(), sm.add_constant(cells[columns].to_numpy(), has_constant="add"))
    return model.fit(cov_type="hac-groupsum", cov_kwds={"time": codes, "maxlags": lags, "use_correction": "cluster"})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("balanced", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_coefficients_covariance_and_inflation_are_those_of_statsmodels(seed: int, balanced: bool) -> None:
    cells = panel(seed, dates=[5, 40, 150, 400][seed % 4], drivers=1 + seed % 3, balanced=balanced)
    columns = [name for name in cells if name.startswith("x_")]
    found, expected = fit(cells), oracle(cells, columns)
    assert found.status == "estimated"
    assert found.coefficients == pytest.approx(expected.params, rel=1e-7)
    errors = np.sqrt(np.diag(expected.cov_params()))
    assert found.covariance / np.outer(errors, errors) == pytest.approx(
        expected.cov_params() / np.outer(errors, errors), rel=1e-7, abs=1e-7
    )
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(errors, rel=1e-7)
    assert found.r_squared == pytest.approx(expected.rsquared, rel=1e-7)
    assert found.n_cells == len(cells)
    assert found.n_dates == cells["t"].nunique()
    exog = sm.add_constant(cells[columns].to_numpy())
    assert found.vif == pytest.approx([variance_inflation_factor(exog, i + 1) for i in range(len(columns))], rel=1e-7)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 60), st.integers(2, 8), st.booleans())
def test_any_panel_agrees_with_statsmodels(seed: int, dates: int, cells: int, balanced: bool) -> None:
    frame = panel(seed, dates, cells, 2, balanced)
    found = fit(frame)
    if found.status == "estimated" and len(found.kept) == 2:
        expected = oracle(frame, ["x_1", "x_2"])
        assert found.coefficients == pytest.approx(expected.params, rel=1e-6, abs=1e-9)
        assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.sqrt(np.diag(expected.cov_params())), rel=1e-5)


def test_dates_with_gaps_are_taken_in_their_order() -> None:
    cells = panel(3)
    spaced = cells.assign(t=cells["t"] ** 2)
    assert fit(spaced).covariance == pytest.approx(fit(cells).covariance, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_neither_order_of_rows_nor_of_drivers_matters(seed: int, random: Any) -> None:
    cells = panel(seed, dates=20)
    rows = moments(cells)
    shuffled = rows.sample(frac=1, random_state=random.randint(0, 2**31))
    slots = [1, 2, 3]
    first = fit_from_moments(DRIVERS, moments_of(rows, slots))
    assert vars(fit_from_moments(DRIVERS, moments_of(shuffled, slots))).keys() == vars(first).keys()
    again = fit_from_moments(DRIVERS, moments_of(shuffled, slots))
    assert (again.coefficients == first.coefficients).all() and (again.covariance == first.covariance).all()
    order = random.sample(range(3), 3)
    other = fit_from_moments([DRIVERS[i] for i in order], moments_of(rows, [slots[i] for i in order]))
    place = [other.kept.index(name) + 1 for name in first.kept]
    assert other.coefficients[[0, *place]] == pytest.approx(first.coefficients, rel=1e-9)
    assert other.covariance[np.ix_([0, *place], [0, *place])] == pytest.approx(first.covariance, rel=1e-8, abs=1e-12)


def test_collinear_drivers_are_dropped_worst_first() -> None:
    random = np.random.default_rng(1)
    cells = panel(1, dates=60)
    cells["x_4"] = cells["x_1"] * 3 + cells["x_2"] + random.normal(0, cells["x_1"].std() / 20, len(cells))
    columns = ["x_1", "x_2", "x_3", "x_4"]
    exog = sm.add_constant(cells[columns].to_numpy())
    inflation = [variance_inflation_factor(exog, i + 1) for i in range(4)]
    found = fit(cells)
    worst = int(np.argmax(inflation))
    assert inflation[worst] > 10
    assert found.dropped[0].name == f"d{worst + 1}"
    assert found.dropped[0].vif == pytest.approx(inflation[worst], rel=1e-6)
    assert found.dropped[0].reason == f"d{worst + 1} (VIF {inflation[worst]:.1f})"
    assert found.vif.max() <= 10


@pytest.mark.parametrize("noise", [0.0, 1e-14, 1e-9, 1e-6])
def test_singular_and_nearly_singular_drivers(noise: float) -> None:
    """Of two copies the later one goes, in whatever order they are given."""
    cells = panel(2)
    cells["x_4"] = 7 * cells["x_1"] * (1 + noise * np.random.default_rng(0).normal(size=len(cells)))
    rows = moments(cells)
    for slots in ([1, 2, 3, 4], [4, 3, 2, 1]):
        found = fit_from_moments([f"d{slot}" for slot in slots], moments_of(rows, slots))
        later = f"d{[slot for slot in slots if slot in (1, 4)][1]}"
        assert [driver.name for driver in found.dropped] == [later]
        assert np.isfinite(found.covariance).all()
    if noise < 1e-9:
        assert found.dropped[0].reason == f"{later} (VIF infinite)"


def test_a_sum_of_other_drivers_goes_when_it_comes_last() -> None:
    cells = panel(4).assign(x_4=lambda frame: frame["x_1"] + frame["x_2"] + frame["x_3"])
    found = fit(cells)
    assert found.kept == ("d1", "d2", "d3")
    assert found.coefficients == pytest.approx(fit(cells.drop(columns="x_4")).coefficients, rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, -3e5, 1e-20])
def test_constant_drivers_are_dropped(value: float) -> None:
    cells = panel(5, drivers=2).assign(x_3=value)
    found = fit(cells, DRIVERS)
    assert found.kept == ("sum(a)", "avg(b)")
    assert [driver.reason for driver in found.dropped] == ["count(*) (constant)"]
    assert found.coefficients == pytest.approx(fit(cells.drop(columns="x_3")).coefficients, rel=1e-9)


def test_without_drivers_the_intercept_is_the_mean() -> None:
    cells = panel(6, drivers=1).assign(x_1=2.0)
    found = fit(cells)
    assert found.kept == ()
    assert found.coefficients == pytest.approx([cells["y"].mean()])
    assert found.covariance == pytest.approx(oracle(cells, []).cov_params(), rel=1e-7)


@pytest.mark.parametrize(("dates", "cells"), [(0, 0), (1, 50), (2, 50), (3, 1), (5, 1)])
def test_too_few_dates_or_cells(dates: int, cells: int) -> None:
    frame = panel(7, dates, cells) if dates else panel(7).iloc[:0]
    found = fit(frame)
    assert found.status == "insufficient_sample"
    assert (found.n_dates, found.n_cells) == (dates, dates * cells)
    assert len(found.coefficients) == 0


def test_three_dates_are_enough() -> None:
    cells = panel(8, dates=3, cells=4)
    found = fit(cells)
    assert found.status == "estimated"
    assert found.covariance == pytest.approx(oracle(cells, ["x_1", "x_2", "x_3"]).cov_params(), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-140, 1e-60, 1e60, 1e120, 1e149])
def test_scale_of_a_driver_and_of_the_metric(scale: float) -> None:
    cells = panel(9)
    plain = fit(cells)
    found = fit(cells.assign(x_1=cells["x_1"] * scale))
    assert found.coefficients * [1, scale, 1, 1] == pytest.approx(plain.coefficients, rel=1e-9)
    assert np.sqrt(np.diag(found.covariance))[1] * scale == pytest.approx(np.sqrt(plain.covariance[1, 1]), rel=1e-9)
    found = fit(cells.assign(y=cells["y"] * scale))
    assert found.coefficients / scale == pytest.approx(plain.coefficients, rel=1e-9)
    assert found.r_squared == pytest.approx(plain.r_squared, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e300])
def test_numbers_whose_squares_are_out_of_range(scale: float) -> None:
    cells = panel(10)
    found = fit(cells.assign(x_2=cells["x_2"] * scale))
    assert [driver.reason for driver in found.dropped] == ["d2 (undefined)"]
    assert found.coefficients == pytest.approx(fit(cells.drop(columns="x_2")).coefficients, rel=1e-9)
    table = table_of_halves(cells.assign(y=cells["y"] * scale, x_3=1e200))
    assert np.isfinite(table.select_dtypes("number").fillna(0)).all(axis=None)


def test_constant_metric_has_no_r_squared() -> None:
    found = fit(panel(11).assign(y=4.0))
    assert np.isnan(found.r_squared)
    assert found.coefficients == pytest.approx([4, 0, 0, 0], abs=1e-9)


def test_large_offsets_do_not_eat_the_digits() -> None:
    """Means a thousand times the spread."""
    cells = panel(12, drivers=2)
    moved = cells.assign(x_1=cells["x_1"] + 1000 * cells["x_1"].std(), y=cells["y"] + 1e4)
    assert fit(moved).coefficients[1:] == pytest.approx(fit(cells).coefficients[1:], rel=1e-7)


@pytest.mark.filterwarnings("ignore")
def test_intervals_cover_where_cells_share_the_shocks_of_a_date() -> None:
    """600 panels of 200 dates: the 95 % interval of a driver that is itself shared by date covers its coefficient."""
    random = np.random.default_rng(20)
    dates, cells, covered = 200, 5, 0
    t = np.repeat(np.arange(dates), cells)
    for _ in range(600):
        x = random.normal(size=dates)[t] + 0.5 * random.normal(size=len(t))
        shock = random.normal(size=dates + 1)
        y = 2 * x + (shock[1:] + 0.5 * shock[:-1])[t] + random.normal(size=len(t))
        found = fit(pd.DataFrame({"t": t, "y": y, "x_1": x}))
        covered += abs(found.coefficients[1] - 2) <= 1.959964 * np.sqrt(found.covariance[1, 1])
    assert 0.90 <= covered / 600 <= 0.97


def relations(spec: dict[str, Any] | None, rows: pd.DataFrame, totals: pd.DataFrame) -> tuple[Any, Any, Any]:
    """The three inputs of the tables as DuckDB relations."""
    connection = duckdb.connect()
    specs = pd.DataFrame({"analysis": ["a"], "spec_json": [json.dumps({"drivers": spec})]})
    return connection.from_df(specs), connection.from_df(rows), connection.from_df(totals)


def by_fit(drivers: pd.DataFrame) -> pd.DataFrame:
    """Return what the table says of whole fits, one row each; the drivers of a fit must agree."""
    columns = ["n_cells", "n_dates", "r_squared", "explained", "explained_standard_error", "dropped"]
    fits = drivers[["analysis", "metric", "fit_status", *columns]].drop_duplicates()
    assert not fits.duplicated(["analysis", "metric"]).any()
    return fits.rename(columns={"fit_status": "status"})


def table_of_halves(cells: pd.DataFrame, factor: float = 1.2) -> pd.DataFrame:
    """Return the table of cells whose first half is the baseline."""
    k = sum(name.startswith("x_") for name in cells)
    sides = []
    for side, part in (
        ("baseline", cells[cells["t"] < cells["t"].median()]),
        ("current", cells[cells["t"] >= cells["t"].median()]),
    ):
        with np.errstate(all="ignore"):
            sums = part.drop(columns="t").sum() * (factor if side == "current" else 1)
        sides.append({"analysis": "a", "metric": "m", "side": side, "n_cells": float(len(part)), **sums.to_dict()})
    spec = {
        "metric": "m",
        "expressions": [{"name": name, "slot": i + 1} for i, name in enumerate([*DRIVERS, "sum(d)"][:k])],
    }
    inputs = relations(spec, moments(cells), pd.DataFrame(sides))
    return regression_table(*inputs).to_pandas()


def test_tables() -> None:
    cells = panel(13, dates=60)
    cells["x_4"] = -cells["x_2"]
    drivers = table_of_halves(cells)
    fits = by_fit(drivers)
    expected = oracle(cells, ["x_1", "x_2", "x_3"])
    assert drivers["driver"].tolist() == [*DRIVERS, "sum(d)", "intercept"]
    assert drivers["status"].tolist() == ["kept", "kept", "kept", "dropped_collinear", "kept"]
    kept = drivers[drivers["status"] == "kept"].iloc[[3, 0, 1, 2]]
    change = (kept["current_value"] - kept["baseline_value"]).to_numpy()
    assert kept["coefficient"].to_numpy() == pytest.approx(expected.params, rel=1e-7)
    assert kept["coefficient_se"].to_numpy() == pytest.approx(expected.bse, rel=1e-7)
    assert kept["contribution"].to_numpy() == pytest.approx(expected.params * change, rel=1e-7)
    assert kept["standard_error"].to_numpy() == pytest.approx(expected.bse * np.abs(change), rel=1e-7)
    assert drivers.loc[4, ["baseline_value", "current_value"]].tolist() == [180.0, 180.0]
    assert drivers.loc[3, ["coefficient", "coefficient_se", "contribution", "standard_error", "vif"]].isna().all()
    assert drivers.loc[3, "baseline_value"] == pytest.approx(-drivers.loc[1, "baseline_value"])
    (row,) = fits.to_dict("records")
    assert (row["status"], row["n_cells"], row["n_dates"]) == ("estimated", 360, 60)
    assert row["explained"] == pytest.approx(kept["contribution"].sum(), rel=1e-9)
    assert row["explained_standard_error"] == pytest.approx(np.sqrt(change @ expected.cov_params() @ change), rel=1e-7)
    assert row["r_squared"] == pytest.approx(expected.rsquared, rel=1e-7)
    assert row["dropped"] == "sum(d) (VIF infinite)"


def test_an_insufficient_sample_has_rows_without_estimates() -> None:
    drivers = table_of_halves(panel(14, dates=2))
    fits = by_fit(drivers)
    assert drivers["status"].unique().tolist() == ["insufficient_sample"]
    assert drivers["coefficient"].isna().all() and drivers["baseline_value"].notna().all()
    assert fits["status"].tolist() == ["insufficient_sample"]
    assert fits[["r_squared", "explained", "explained_standard_error", "dropped"]].isna().all(axis=None)


def test_a_side_without_cells_has_totals_of_zero_and_unknown_totals_no_contributions() -> None:
    cells = panel(15)
    spec = {"metric": "m", "expressions": [{"name": name, "slot": i + 1} for i, name in enumerate(DRIVERS)]}
    totals = pd.DataFrame(
        {
            "analysis": ["a"],
            "metric": ["m"],
            "side": ["current"],
            "n_cells": [5.0],
            "y": [1.0],
            "x_1": [1.0],
            "x_2": [2.0],
            "x_3": [None],
        }
    ).astype({"x_3": float})
    inputs = relations(spec, moments(cells), totals)
    drivers = regression_table(*inputs).to_pandas()
    fits = by_fit(drivers)
    assert drivers["coefficient"].notna().all() and drivers["baseline_value"].tolist() == [0, 0, 0, 0]
    known = drivers[drivers["current_value"].notna()]
    assert known["driver"].tolist() == [*DRIVERS[:2], "intercept"]
    assert known["contribution"].tolist() == pytest.approx((known["coefficient"] * [1, 2, 5]).tolist())
    assert fits["status"].tolist() == ["estimated"] and fits["explained"].isna().all()


def test_analyses_with_different_drivers_are_fitted_apart() -> None:
    """The columns of the widest analysis are null for the other, and slots need not be in order."""
    first, second = panel(16, drivers=3), panel(17, drivers=2)
    rows = pd.concat([moments(first, "a"), moments(second, "b", k=3)], ignore_index=True)
    specs = pd.DataFrame(
        {
            "analysis": ["b", "a", "c"],
            "spec_json": [
                json.dumps({"drivers": {"metric": "m", "expressions": [{"name": "two", "slot": 2}, {"name": "one", "slot": 1}]}}),
                json.dumps({"drivers": {"metric": "m", "expressions": [{"name": n, "slot": i + 1} for i, n in enumerate(DRIVERS)]}}),
                json.dumps({"drivers": {"metric": "m", "expressions": [{"name": "one", "slot": 1}]}}),
            ],
        }
    )  # fmt: skip
    connection = duckdb.connect()
    none = pd.DataFrame(
        {
            "analysis": ["x"],
            "metric": ["m"],
            "side": ["current"],
            "n_cells": [1.0],
            "x_1": [1.0],
            "x_2": [1.0],
            "x_3": [1.0],
        }
    )
    inputs = (connection.from_df(specs), connection.from_df(rows), connection.from_df(none))
    drivers = regression_table(*inputs).to_pandas()
    fits = by_fit(drivers)
    assert drivers["analysis"].tolist() == ["a"] * 4 + ["b"] * 3 + ["c"] * 2
    assert drivers.query("analysis == 'a'")["coefficient"].to_numpy()[[3, 0, 1, 2]] == pytest.approx(
        fit(first).coefficients
    )
    assert drivers.query("analysis == 'b'")["coefficient"].to_numpy()[[2, 1, 0]] == pytest.approx(
        fit(second).coefficients
    )
    assert fits["status"].tolist() == ["estimated", "estimated", "insufficient_sample"]


@pytest.mark.parametrize("spec", [None, {"metric": "m", "expressions": []}, {"metric": "m"}])
def test_without_expressions_the_table_is_empty_and_typed(spec: dict[str, Any] | None) -> None:
    totals = pd.DataFrame({"analysis": ["a"], "metric": ["m"], "side": ["current"], "n_cells": [1.0], "y": [1.0]})
    inputs = relations(spec, moments(panel(18)), totals)
    drivers = regression_table(*inputs)
    assert drivers.num_rows == 0
    kinds = ["string"] * 3 + ["double"] * 7 + ["string"] * 2 + ["int64"] * 2 + ["double"] * 3 + ["string"]
    assert [str(kind) for kind in drivers.schema.types] == kinds


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for cells in (
            panel(19).assign(x_1=np.nan),
            panel(19).assign(y=np.nan),
            panel(19).assign(x_1=0.0, x_2=0.0, x_3=0.0, y=0.0),
        ):
            numbers = table_of_halves(cells).select_dtypes("number").fillna(0)
            assert np.isfinite(numbers).all(axis=None)
