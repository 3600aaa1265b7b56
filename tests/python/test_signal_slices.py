"""Information coefficients by slice against brute force, and the test that slices differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse, on_both_engines
from scipy import stats
from statsmodels.stats.oneway import anova_oneway
from test_signals import statistics, study

from dbt_whence.panel import Array
from dbt_whence.panels import cross_section_panel
from dbt_whence.slices import SliceDates, paired_p, shifted_p, slice_difference
from dbt_whence.time_series import cosine_terms, ewc_mean_test


def overlapping(values: Array, horizon: int) -> Array:
    """Means over `horizon` rows, as forward returns overlap."""
    sums = np.cumsum(np.concatenate([np.zeros((1, *values.shape[1:])), values]), axis=0)
    return np.asarray((sums[horizon:] - sums[:-horizon]) / horizon)


def lasting_states(random: np.random.Generator, n: int, k: int, stay: float) -> Array:
    """One of k states per date, as (n, k) booleans."""
    moves, draws = random.random(n) > stay, random.integers(k, size=n)
    state = draws[np.maximum.accumulate(np.where(moves, np.arange(n), 0))]
    return np.asarray(state[:, None] == np.arange(k))


def of_states(ics: Array, states: Array) -> SliceDates:
    sliced = np.where(states, ics[:, None], np.nan)
    return SliceDates(tuple("abcdefghijk"[: states.shape[1]]), sliced, np.ones_like(sliced))


def of_sectors(ics: Array) -> SliceDates:
    return SliceDates(tuple("abcdefghijk"[: ics.shape[1]]), ics, np.ones_like(ics))


@pytest.mark.parametrize("horizon", [1, 4])
def test_two_sectors_are_one_mean_of_differences(horizon: int) -> None:
    ics = np.random.default_rng(1).standard_normal((120, 2)) * [1, 3] + [0, 0.4]
    t = ewc_mean_test(ics[:, 1] - ics[:, 0], horizon)
    assert paired_p(ics, horizon) == pytest.approx(2 * stats.t.sf(abs(t.t_stat), t.df), rel=1e-9)


def test_sectors_against_the_formula_written_out() -> None:
    n, k = 150, 4
    ics = np.random.default_rng(2).standard_normal((n, k)) @ np.random.default_rng(3).standard_normal((k, k))
    terms = cosine_terms(n, 2)
    assert terms >= 2 * k
    contrasts = ics @ np.array([[1, -1, 0, 0], [0, 1, -1, 0], [1, 1, 1, -3]]).T  # others of the same hypothesis
    at = np.arange(1, n + 1) - 0.5
    covariance = np.zeros((3, 3))
    for j in range(1, terms + 1):
        projection = np.sqrt(2 / n) * sum(np.cos(np.pi * j * s / n) * row for s, row in zip(at, contrasts, strict=True))
        covariance += np.outer(projection, projection) / terms
    mean = contrasts.mean(axis=0)
    f = n * mean @ np.linalg.inv(covariance) @ mean / 3 * (terms - 2) / terms
    assert paired_p(ics, 2) == pytest.approx(stats.f.sf(f, 3, terms - 2), rel=1e-8)
    assert slice_difference(of_sectors(ics), 2).spread == pytest.approx(np.ptp(ics.mean(axis=0)))


def test_states_against_all_shifts_by_welch() -> None:
    random = np.random.default_rng(4)
    states = lasting_states(random, 90, 3, 0.8)
    ics = random.standard_normal(90) * (1 + states[:, 0]) + 0.5 * states[:, 1]
    f = [
        anova_oneway(
            [ics[np.roll(own, shift)] for own in states.T], use_var="unequal", welch_correction=False
        ).statistic
        for shift in range(90)
    ]
    expected = np.mean(np.array(f) >= f[0] * (1 - 1e-9))
    assert 0 < expected < 1
    assert shifted_p(ics, states, 1) == pytest.approx(expected)


def test_slices_that_are_tested() -> None:
    random = np.random.default_rng(5)
    ics = random.standard_normal((100, 5))
    ics[19:, 1] = np.nan  # 19 dates
    ics[40:, 2] = np.nan  # less than half of the fullest
    ics[:, 3] = np.nan  # none at all
    found = slice_difference(of_sectors(ics), 1)
    assert found.n_tested == 2
    assert found.p == pytest.approx(paired_p(ics[:, [0, 4]], 1))
    alone = slice_difference(of_sectors(ics[:, :2]), 1)
    assert alone.n_tested == 1 and np.isnan([alone.p, alone.spread]).all()
    same = slice_difference(of_sectors(np.column_stack([ics[:, 0], ics[:, 0]])), 1)
    assert same.n_tested == 2 and same.spread == 0 and np.isnan(same.p)
    states = of_states(ics[:, 0], np.arange(100)[:, None] // 50 == np.arange(2))
    assert np.isfinite(slice_difference(states, 10).p)
    assert np.isnan(slice_difference(states, 11).p), "too few returns end to end"


@pytest.mark.parametrize(("n", "horizon", "k"), [(60, 1, 11), (60, 5, 4), (120, 20, 2), (500, 5, 11), (500, 20, 4)])
def test_sectors_hold_under_the_null(n: int, horizon: int, k: int) -> None:
    random = np.random.default_rng(n + horizon + k)
    rejected = []
    for _ in range(1000):
        shared = random.standard_normal((n + horizon - 1, 1))
        own = random.standard_normal((n + horizon - 1, k)) * np.linspace(0.7, 1.5, k)
        rejected.append(slice_difference(of_sectors(overlapping(shared + own, horizon)), horizon).p < 0.05)
    assert 0.03 <= np.mean(rejected) <= 0.08


@pytest.mark.parametrize(
    ("n", "horizon", "k", "stay"),
    [(60, 1, 2, 0.5), (120, 5, 4, 0.5), (250, 20, 2, 0.9), (500, 5, 11, 0.5), (500, 20, 3, 0.95)],
)
def test_states_hold_under_the_null(n: int, horizon: int, k: int, stay: float) -> None:
    random = np.random.default_rng(n + horizon + k)
    p = []
    for _ in range(1500):
        ics = overlapping(random.standard_normal(n + horizon - 1), horizon)
        p.append(slice_difference(of_states(ics, lasting_states(random, n, k, stay)), horizon).p)
    tested = np.array(p)[np.isfinite(p)]
    assert len(tested) > 750
    assert 0.03 <= (tested < 0.05).mean() <= 0.08


def brute_force(panel: pd.DataFrame, signal: str, horizon: int, column: str) -> pd.DataFrame:
    """Coefficients (dates, slices), and the pairs that they are of, one date and slice after the other."""
    ordered = panel.sort_values(["asset", "date"])
    price = ordered.groupby("asset")["price"]
    ordered["forward"] = (price.shift(-1 - horizon) / price.shift(-1) - 1) / horizon
    ordered[column] = ordered[column].astype(object).where(ordered[column].notna(), "(blank)").astype(str)
    pairs = ordered[np.isfinite(ordered[signal]) & ordered["forward"].notna()]
    rows = []
    for (date, name), own in pairs.groupby(["date", column]):
        is_enough = len(own) >= 10 and own[signal].nunique() > 1
        ic = stats.spearmanr(own[signal], own["forward"]).statistic if is_enough else np.nan
        rows.append({"date": date, "slice": name, "ic": ic, "n": len(own) if is_enough else 0})
    return pd.DataFrame(rows)


@on_both_engines
def test_slices_in_the_warehouse(warehouse: Warehouse) -> None:
    panel = cross_section_panel(40, 80, 0.1, seed=8)
    random = np.random.default_rng(8)
    panel["rounded"] = panel["signal"].round(0)
    panel.loc[random.random(len(panel)) < 0.1, "signal"] = np.nan
    number = panel["asset"].str[-2:].astype(int)
    panel["sector"] = np.select([number <= 17, number <= 35], ["banks", "mines"], "rest").astype(object)
    panel.loc[number == 36, "sector"] = None
    panel["is_calm"] = panel["date"].rank(method="dense").astype(int) % 16 < 9
    panel["signal"] += np.where(panel["is_calm"], 0, 2) * panel["noise"]
    signals = ["signal", "rounded", "noise"]
    sectors = study(warehouse, panel, signals, horizons=[1, 3], slice_by="sector")
    calm = sectors | {"name": "calm", "slice_by": "is_calm", "horizons": [1]}
    plain = {name: value for name, value in sectors.items() if name != "slice_by"} | {"name": "plain"}
    run = warehouse.build_signals([sectors, calm, plain])
    assert run.success, run.log
    found = warehouse.query("select * from signal_slices").set_index(["study", "signal", "horizon", "slice"])
    assert set(found.index.get_level_values("study")) == {"s", "calm"}
    codes: dict[str, Any] = {name: statistics(warehouse, name) for name in ("s", "calm")}
    for name, column, horizons in (("s", "sector", [1, 3]), ("calm", "is_calm", [1])):
        for signal in signals:
            for horizon in horizons:
                expected = brute_force(panel, signal, horizon, column)
                expected["slice"] = expected["slice"].str.lower()
                own = found.loc[name, signal, horizon]
                by_slice = expected.groupby("slice")
                assert own.index.tolist() == sorted(by_slice.groups)
                assert own["mean_ic"].astype(float).tolist() == pytest.approx(
                    by_slice["ic"].mean().tolist(), rel=1e-9, nan_ok=True
                )
                assert own["n_dates"].tolist() == by_slice["ic"].count().tolist()
                assert own["n_obs"].tolist() == by_slice["n"].sum().tolist()
                wide = expected.pivot(index="date", columns="slice", values="ic").dropna(how="all")
                for label, values in wide.items():
                    t = ewc_mean_test(values.dropna().to_numpy(), horizon)
                    row = own.loc[label, ["standard_error", "t_stat", "df"]].astype(float)
                    assert row.tolist() == pytest.approx([t.standard_error, t.t_stat, t.df], rel=1e-6, nan_ok=True)
                difference = slice_difference(SliceDates(tuple(wide), wide.to_numpy(), wide.to_numpy()), horizon)
                value = codes[name][signal, horizon, "ic"]
                assert value["n_slices_tested"] == difference.n_tested == 2
                assert value["slice_ic_spread"] == pytest.approx(difference.spread, rel=1e-7)
                assert value["slice_ic_p"] == pytest.approx(difference.p, rel=1e-6)
    assert found.loc["s", "signal", 1].loc[["(blank)", "rest"], "mean_ic"].isna().all(), "fewer than 10 assets"
    warned = warehouse.query("select * from signal_warnings where code = 'slices_not_tested'")
    assert set(warned["study"]) == {"s"} and set(warned["observed"].astype(float)) == {2.0}
    screened = warehouse.query("select * from signal_series where study = 'plain' and statistic = 'ic'")
    same = warehouse.query("select * from signal_series where study = 's' and statistic = 'ic'")
    assert len(screened) == len(same) > 0
