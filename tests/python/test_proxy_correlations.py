"""Correlations of proxies against scipy, numpy, pandas and scikit-learn, under the null, and on what they trip over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import SHARED_DATA, no_warnings
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.covariance import LedoitWolf

from dbt_whence import proxy_correlation_history, proxy_correlations, proxy_regime_correlations
from dbt_whence.inference import hypothesis_tests
from dbt_whence.panel import Array
from dbt_whence.proxy_correlation_history import correlation_history_table, rolling_correlations
from dbt_whence.proxy_correlations import correlation_table, relationships, shrunk, shrunk_correlations
from dbt_whence.proxy_panel import Options, pairs_of, row_correlations
from dbt_whence.proxy_regime_correlations import difference_statistic, regime_correlation_table, regime_correlations

pytestmark = no_warnings


CONNECTION = duckdb.connect()
TABLES = count()


def relation(frame: pd.DataFrame, types: str) -> Any:
    """A DuckDB relation with these types, shuffled: the order of rows must not matter."""
    table = f"given_{next(TABLES)}"
    CONNECTION.execute(f"create temporary table {table} ({types})")
    rows = frame.astype(object).where(frame.notna(), None).sample(frac=1, random_state=len(frame))
    if len(rows):
        CONNECTION.register("rows", rows)
        CONNECTION.execute(f"insert into {table} select * from rows")
    return CONNECTION.table(table)


def specs(rows: int = 1, **options: Any) -> Any:
    frame = pd.DataFrame({"position": range(rows), "spec_json": [json.dumps(options)] * rows})
    return relation(frame, "position integer, spec_json varchar")


def returns_of(wide: pd.DataFrame) -> Any:
    long = wide.rename_axis("month_end").reset_index().melt("month_end", var_name="series", value_name="value")
    return relation(long[["series", "month_end", "value"]], "series varchar, month_end date, monthly_return double")


def scopes_of(scopes: Mapping[str, Sequence[str]]) -> Any:
    rows = [(scope, name) for scope, names in scopes.items() for name in names]
    return relation(pd.DataFrame(rows, columns=["scope", "series"]), "scope varchar, series varchar")


def regimes_of(rules: Mapping[str, pd.Series]) -> Any:
    rows = [(rule, month, regime) for rule, regimes in rules.items() for month, regime in regimes.items()]
    frame = pd.DataFrame(rows, columns=["regime_rule", "month_end", "regime"])
    return relation(frame, "regime_rule varchar, month_end date, regime varchar")


def panel(months: int = 80, n: int = 6, gaps: float = 0.1, seed: int = 0) -> pd.DataFrame:
    """Returns of assets that share a factor, some with the other sign, with months missing and short histories."""
    random = np.random.default_rng(seed)
    loadings = np.linspace(-1, 1.5, n)
    values = 0.005 + 0.03 * (random.standard_normal((months, 1)) * loadings + random.standard_normal((months, n)))
    values[random.random((months, n)) < gaps] = np.nan
    if n > 3 and months > 40:
        values[: months // 3, 1] = np.nan
        values[min(20, months // 5) :, 3] = np.nan
    index = pd.date_range("2001-01-31", periods=months, freq="ME")
    return pd.DataFrame(values, index, [f"s{i:02d}" for i in range(n)])


def table_of(wide: pd.DataFrame, scopes: Mapping[str, Sequence[str]] | None = None, **options: Any) -> pd.DataFrame:
    names = scopes or {"all": list(wide.columns)}
    found = correlation_table(specs(**options), returns_of(wide), scopes_of(names))
    assert found.schema == proxy_correlations.SCHEMA
    return found.to_pandas()


def history_of(wide: pd.DataFrame) -> pd.DataFrame:
    found = correlation_history_table(specs(), returns_of(wide), scopes_of({"all": list(wide.columns)}))
    assert found.schema == proxy_correlation_history.SCHEMA
    frame = found.to_pandas()
    frame["month_end"] = pd.to_datetime(frame["month_end"])
    return frame.astype({"series_a": str, "series_b": str, "scope": str})


def matrix_of(found: pd.DataFrame, column: str, scope: str = "all") -> Array:
    wide = found[found["scope"] == scope].pivot(index="series_a", columns="series_b", values=column)
    return np.asarray(wide.to_numpy(dtype=float))


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_those_of_scipy(seed: int) -> None:
    wide = panel(seed=seed)
    found = table_of(wide, confidence=0.9)
    assert len(found) == 36
    tests = found.assign(family="f", key=found["series_a"] + found["series_b"], distribution="t", df_2=np.nan)
    tests["p"] = hypothesis_tests(tests)["p_value"].to_numpy()
    for row in tests.itertuples():
        both = wide[list(dict.fromkeys([row.series_a, row.series_b]))].dropna()
        assert row.n_obs == len(both)
        if row.series_a == row.series_b:
            assert (row.correlation, row.ci_low, row.ci_high) == (1, 1, 1)
            assert np.isnan([row.statistic, row.df]).all()
        elif len(both) < 24:
            assert np.isnan(
                [row.correlation, row.ci_low, row.ci_high, row.statistic, row.df, row.ewma_correlation]
            ).all()
            assert row.relationship == "undetermined" and not row.is_relationship_certain
        else:
            expected = stats.pearsonr(both[row.series_a], both[row.series_b])
            interval = expected.confidence_interval(0.9)
            assert row.correlation == pytest.approx(expected.statistic, abs=1e-13)
            assert [row.ci_low, row.ci_high] == pytest.approx([interval.low, interval.high], abs=1e-12)
            assert row.p == pytest.approx(expected.pvalue, rel=1e-9)
            assert row.df == len(both) - 2
    short = found[(found["series_a"] == "s03") & (found["series_b"] != "s03")]
    assert (short["n_obs"] < 24).all() and (short["n_obs"] > 0).any(), "the panel has a short series"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 7), st.sampled_from(["pairwise", "listwise"]))
def test_matrices_are_symmetric_whatever_the_order(seed: int, months: int, n: int, alignment: str) -> None:
    wide = panel(months, n, 0.05, seed)
    names = list(wide.columns)
    found = table_of(wide, min_observations=10, alignment=alignment)
    for column in ("n_obs", "correlation", "ci_low", "ci_high", "statistic", "shrunk_correlation", "ewma_correlation",
                   "rolling_std_36m", "rolling_sign_consistency_36m"):  # fmt: skip
        matrix = matrix_of(found, column)
        assert np.array_equal(matrix, matrix.T, equal_nan=True)
        if column.endswith("_correlation") or column == "correlation":
            assert (np.abs(matrix[np.isfinite(matrix)]) <= 1).all()
            assert set(np.diag(matrix)[np.isfinite(np.diag(matrix))]) <= {1.0}
    again = table_of(wide.sample(frac=1, random_state=1)[names[::-1]], min_observations=10, alignment=alignment)
    pd.testing.assert_frame_equal(again, found, check_exact=True)
    if alignment == "pairwise" and n > 1:
        pair = table_of(wide, {"all": names[-2:]}, min_observations=10).drop(columns="shrunk_correlation")
        same = found[found["series_a"].isin(names[-2:]) & found["series_b"].isin(names[-2:])].reset_index(drop=True)
        pd.testing.assert_frame_equal(pair, same[pair.columns], check_exact=True)


def test_listwise_takes_the_months_of_all_that_are_long_enough() -> None:
    wide = panel()
    found = table_of(wide, alignment="listwise")
    kept = [name for name in wide if name != "s03"]
    common = wide[kept].dropna()
    assert 24 <= len(common) < 60
    assert matrix_of(
        found[found["series_a"].isin(kept) & found["series_b"].isin(kept)], "correlation"
    ) == pytest.approx(np.corrcoef(common.to_numpy().T), abs=1e-13)
    both = found[(found["series_a"] != "s03") & (found["series_b"] != "s03")]
    assert (both["n_obs"] == len(common)).all()
    short = found[found["series_a"] == "s03"].set_index("series_b")
    assert short.loc["s00", "n_obs"] == wide.loc[common.index, "s03"].notna().sum()
    assert short["correlation"].isna().drop("s03").all()


@pytest.mark.parametrize(("months", "n"), [(200, 5), (60, 20), (30, 60), (24, 2)])
def test_shrunk_correlations_are_those_of_scikit_learn(months: int, n: int) -> None:
    wide = panel(months, n, 0.0, months)
    long = wide.columns[wide.notna().sum() >= 24]
    common = wide[long].dropna()
    assert len(common) >= 24
    z = ((common - common.mean()) / common.std(ddof=0)).to_numpy()
    expected = LedoitWolf().fit(z)
    assert n == 2 or 0 < expected.shrinkage_ < 1
    found = shrunk_correlations(wide.to_numpy(), Options())
    in_it = np.isin(wide.columns, long)
    assert found[np.ix_(in_it, in_it)] == pytest.approx(expected.covariance_, abs=1e-10)
    assert np.isnan(found[~in_it]).all() and np.isnan(found[:, ~in_it]).all()
    table = table_of(wide)
    assert np.array_equal(matrix_of(table, "shrunk_correlation"), found, equal_nan=True)


def test_shrinkage_by_hand() -> None:
    # S = [[1, 1/2], [1/2, 1]], |S - I|^2 = 1/2; |z|^4 sums to 4 * 4 = 16, so b^2 = (16 / 4 - 5 / 2) / 4 = 3 / 8
    z = np.array([[1, 1], [-1, -1], [1, 1], [-1, 1]]) @ np.eye(2)
    s = z.T @ z / 4
    assert s.tolist() == [[1, 0.5], [0.5, 1]]
    assert shrunk(z) == pytest.approx(np.array([[1, 0.125], [0.125, 1]]), abs=1e-15)
    n, p = 40, 7
    z = np.random.default_rng(1).standard_normal((n, p)) @ np.random.default_rng(2).standard_normal((p, p))
    z -= z.mean(axis=0)
    s = z.T @ z / n
    target = np.trace(s) / p * np.eye(p)
    noise = sum(((np.outer(row, row) - s) ** 2).sum() for row in z) / n**2
    weight = min(1, noise / ((s - target) ** 2).sum())
    assert shrunk(z) == pytest.approx(weight * target + (1 - weight) * s, rel=1e-12)


def test_shrunk_needs_common_months() -> None:
    wide = panel(48, 2, 0.0)
    wide.iloc[:24, 0] = np.nan
    assert np.isfinite(matrix_of(table_of(wide), "shrunk_correlation")).all()
    wide.iloc[-1, 1] = np.nan
    found = table_of(wide)
    assert np.isnan(matrix_of(found, "shrunk_correlation")).all()
    assert found["n_obs"].tolist() == [24, 23, 23, 47]
    constant = panel(48, 3, 0.0).assign(s01=0.001)
    matrix = matrix_of(table_of(constant), "shrunk_correlation")
    assert np.isnan(matrix[1]).all() and np.isfinite(matrix[np.ix_([0, 2], [0, 2])]).all()


@pytest.mark.parametrize("decay", [0.97, 0.8, 0.3, 1.0])
def test_weights_by_age(decay: float) -> None:
    wide = panel()
    found = table_of(wide, ewma_lambda=decay, min_observations=12).set_index(["series_a", "series_b"])
    age = pd.Series(np.arange(len(wide))[::-1], wide.index)
    for a, b in [("s00", "s02"), ("s02", "s04"), ("s01", "s05"), ("s00", "s03")]:
        both = wide[[a, b]].dropna()
        covariance = np.cov(both.to_numpy().T, aweights=decay ** age[both.index].astype(float), ddof=0)
        expected = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        assert found.loc[(a, b), "ewma_correlation"] == pytest.approx(expected, abs=1e-12)
        if decay == 1:
            assert found.loc[(a, b), "ewma_correlation"] == pytest.approx(found.loc[(a, b), "correlation"], abs=1e-14)
    old = row_correlations(np.r_[np.arange(9.0) ** 2, np.full(3000, np.nan)][None], np.arange(3009.0)[None], 0.5)[1]
    young = row_correlations(np.arange(9.0)[None] ** 2, np.arange(9.0)[None], 0.5)[1]
    assert old == pytest.approx(young, abs=1e-14), "weights of a series that ended long ago do not vanish"


def test_relationships() -> None:
    cases: list[tuple[float, float, float, str, bool]] = [
        (-0.5, -0.7, -0.11, "hedge", True), (-0.5, -0.7, -0.1, "hedge", False), (-0.1, -0.2, 0.0, "complement", False),
        (0.0, -0.1, 0.3, "complement", True), (0.3, 0.1, 0.5, "complement", False),
        (0.31, 0.3, 0.4, "amplifier", False), (0.5, 0.31, 0.6, "amplifier", True), (1, 1, 1, "amplifier", True),
        (np.nan, np.nan, np.nan, "undetermined", False),
    ]  # fmt: skip
    r, low, high = np.array([case[:3] for case in cases]).T
    classes, is_certain = relationships(r, low, high, Options())
    assert list(zip(classes.tolist(), is_certain.tolist(), strict=True)) == [case[3:] for case in cases]
    own, _ = relationships(r, low, high, Options(hedge_below=-0.6, complement_below=0.9))
    assert own.tolist() == [*["complement"] * 7, "amplifier", "undetermined"]


@pytest.mark.parametrize("n", [24, 60])
@pytest.mark.parametrize("rho", [0.0, -0.5])
def test_tests_and_intervals_hold(n: int, rho: float) -> None:
    random = np.random.default_rng(n)
    x = random.standard_normal((4000, n))
    y = rho * x + np.sqrt(1 - rho**2) * random.standard_normal((4000, n))
    months, r = row_correlations(x, y)
    low, high = proxy_correlations.fisher_interval(months, r, 0.95)
    assert 0.93 <= ((low <= rho) & (rho <= high)).mean() <= 0.97
    t, df = proxy_correlations.correlation_test(months, r)
    rejected = (2 * stats.t.sf(np.abs(t), df) < 0.05).mean()
    assert 0.03 <= rejected <= 0.08 if rho == 0 else rejected > 0.6


@pytest.mark.parametrize("seed", range(3))
def test_history_is_that_of_pandas(seed: int) -> None:
    wide = panel(90, 5, [0.0, 0.08, 0.15][seed], seed)
    found = history_of(wide).set_index(["window_months", "series_a", "series_b", "month_end"])["correlation"]
    found = found.sort_index()
    assert found.index.is_unique and found.notna().all()
    n_rows = 0
    for window, least in ((12, 9), (24, 18), (36, 27)):
        for i, a in enumerate(wide):
            for b in wide.columns[i + 1 :]:
                both = wide[[a, b]].where(wide[[a, b]].notna().all(axis=1))
                expected = both[a].rolling(window, min_periods=least).corr(both[b]).dropna()
                n_rows += len(expected)
                if len(expected):
                    assert found[window, a, b].index.equals(expected.index)
                    assert found[window, a, b].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)
    assert len(found) == n_rows > 300


def test_windows_against_each_pair_alone() -> None:
    """Gaps, spikes and constant stretches, more series than are multiplied at a time."""
    random = np.random.default_rng(3)
    values = random.standard_normal((60, 90)) * 10.0 ** random.integers(-3, 2, 90)
    values[random.random((60, 90)) < 0.1] = np.nan
    values[25, ::4] = 1e25
    values[30, 1::4] *= 1e3
    values[10:26, 2::7] = 0.004
    values[:, 5] = values[:, 6]
    values[:, 85] = -values[:, 86]
    first, second = pairs_of(90)
    for window, least in ((12, 9), (24, 18), (36, 27)):
        found = rolling_correlations(values, window)
        for end in range(0, 60, 7):
            own = values[max(0, end - window + 1) : end + 1].T
            n, r = row_correlations(own[first], own[second])
            assert found[end] == pytest.approx(np.where(n >= least, r, np.nan), abs=2e-12, nan_ok=True)
        perfect = (first == 5) & (second == 6) | (first == 85) & (second == 86)
        assert set(np.abs(found[:, perfect][np.isfinite(found[:, perfect])])) == {1.0}
        assert (np.abs(found[np.isfinite(found)]) <= 1).all()


def test_windows_are_of_calendar_months() -> None:
    wide = panel(40, 2, 0.0)
    wide = wide.drop(wide.index[[20, 21, 22, 23]])
    assert set(history_of(wide)["month_end"]) >= set(pd.to_datetime(["2002-10-31", "2003-04-30"]))
    year = history_of(wide).query("window_months == 12").set_index("month_end")["correlation"]
    # 12 months to 2002-11 have 9 of them, to 2002-12 and up to 2003-08 only 8
    assert year.index[year.index.searchsorted(pd.Timestamp("2002-11-30"))] == pd.Timestamp("2002-11-30")
    assert not year.index.isin(pd.date_range("2002-12-31", "2003-08-31", freq="ME")).any()
    trading = wide.rename(lambda month: month - pd.Timedelta(days=3))
    named = history_of(trading).query("window_months == 12")
    assert named["correlation"].tolist() == year.tolist()
    assert named["month_end"].iloc[0] == pd.Timestamp("2001-09-27")
    assert pd.Timestamp("2002-10-31") in set(named["month_end"]), "a month without data ends on its last day"


def test_stability_of_rolling_correlations() -> None:
    wide = panel(120, 5, 0.0, 4)
    found = table_of(wide).set_index(["series_a", "series_b"])
    for i, a in enumerate(wide):
        for b in wide.columns[i + 1 :]:
            both = wide[[a, b]].dropna()
            rolling = wide[a].rolling(36, min_periods=27).corr(wide[b]).dropna()
            row = found.loc[(a, b)]
            if len(rolling) < 2:
                assert np.isnan([row["rolling_std_36m"], row["rolling_sign_consistency_36m"]]).all()
                continue
            share = (np.sign(rolling) == np.sign(both.corr().iloc[0, 1])).mean()
            assert row["rolling_std_36m"] == pytest.approx(rolling.std(), abs=1e-9)
            assert row["rolling_sign_consistency_36m"] == pytest.approx(share)
    diagonal = found[found.index.get_level_values(0) == found.index.get_level_values(1)]
    assert diagonal["rolling_std_36m"].isna().all()


def test_regimes_are_those_of_numpy() -> None:
    wide = panel(90, 5, 0.1, 5)
    random = np.random.default_rng(5)
    calm = pd.Series(np.where(random.random(90) < 0.6, "calm", "stressed"), wide.index)
    rules = {
        "volatility": calm,
        "rates": pd.Series(random.choice(["down", "flat", "up"], 90), wide.index),
        "drawdown": pd.Series("no", wide.index),
        "half": calm.iloc[45:].rename(lambda month: month - pd.Timedelta(days=2)),
    }
    scopes = scopes_of({"all": list(wide), "two": ["s04", "s00", "s04"], "one": ["s02"]})
    found = regime_correlation_table(specs(), returns_of(wide), scopes, regimes_of(rules))
    assert found.schema == proxy_regime_correlations.SCHEMA
    frame = found.to_pandas()
    assert len(frame) == 11 * (2 + 3 + 1 + 2)
    keys = ["scope", "regime_rule", "series_a", "series_b", "regime"]
    assert not frame.duplicated(keys).any() and (frame["series_a"] < frame["series_b"]).all()
    n_tested = 0
    for (_, rule, a, b), rows in frame.groupby(keys[:4]):
        rows = rows.set_index("regime").sort_index()
        own = rules[rule].rename(lambda month: month + pd.offsets.MonthEnd(0))
        both = wide[[a, b]].dropna().join(own.rename("regime"), how="inner")
        r, n = [], []
        for regime in rows.index:
            inside = both[both["regime"] == regime]
            assert rows.loc[regime, "n_obs"] == len(inside)
            expected = inside[[a, b]].corr().iloc[0, 1] if len(inside) >= 12 else np.nan
            assert rows.loc[regime, "correlation"] == pytest.approx(expected, abs=1e-13, nan_ok=True)
            r.append(expected)
            n.append(len(inside))
        z = np.nan
        if len(r) == 2 and np.isfinite(r).all():
            z = (np.arctanh(r[0]) - np.arctanh(r[1])) / np.sqrt(1 / (n[0] - 3) + 1 / (n[1] - 3))
            n_tested += 1
        assert rows["difference_statistic"].tolist() == pytest.approx([z] * len(r), abs=1e-11, nan_ok=True)
    assert n_tested > 8
    listwise = regime_correlation_table(specs(alignment="listwise"), returns_of(wide), scopes, regimes_of(rules))
    months = listwise.to_pandas().query("scope == 'all' and regime_rule == 'rates' and series_b != 's03'")
    kept = wide.drop(columns="s03").dropna()
    totals = months[months["series_a"] != "s03"].groupby(["series_a", "series_b"])["n_obs"].sum()
    assert (totals == len(kept)).all()


@pytest.mark.parametrize(("months", "share"), [(60, 0.5), (60, 0.3), (200, 0.25)])
def test_difference_of_regimes_under_the_null(months: int, share: float) -> None:
    random = np.random.default_rng(months)
    rejected = []
    for _ in range(150):
        values = random.standard_normal((months, 8)) + random.standard_normal((months, 1)) * np.linspace(0, 1.5, 8)
        n, r = regime_correlations(values, (random.random(months) < share).astype(int), 2)
        z = difference_statistic(n, r)
        rejected += (2 * stats.norm.sf(np.abs(z[np.isfinite(z)])) < 0.05).tolist()
    assert len(rejected) > 3000
    assert 0.03 <= np.mean(rejected) <= 0.08


def test_a_difference_is_found() -> None:
    random = np.random.default_rng(7)
    states = np.arange(240) % 2
    values = random.standard_normal((240, 2))
    values[states == 1, 1] = 0.6 * values[states == 1, 0] + 0.8 * values[states == 1, 1]
    z = difference_statistic(*regime_correlations(values, states, 2))
    assert z[0] < -3


def test_perfect_pairs() -> None:
    x = panel(60, 1, 0.0)["s00"]
    wide = pd.DataFrame({"a": x, "b": x, "c": -x, "d": 3 * x + 0.01, "e": panel(60, 2, 0.0)["s01"]})
    found = table_of(wide).set_index(["series_a", "series_b"])
    for a, b, r in [("a", "b", 1.0), ("a", "c", -1.0), ("c", "d", -1.0), ("b", "d", 1.0)]:
        row = found.loc[(a, b)]
        assert (row["correlation"], row["ci_low"], row["ci_high"], row["ewma_correlation"]) == (r, r, r, r)
        assert np.sign(row["statistic"]) == r and 1e5 < abs(row["statistic"]) < np.inf
        assert row["relationship"] == ("amplifier" if r > 0 else "hedge") and row["is_relationship_certain"]
        assert (row["rolling_std_36m"], row["rolling_sign_consistency_36m"]) == (0, 1)
    history = history_of(wide).query("series_b in ['b', 'c', 'd']")
    assert set(history["correlation"]) == {-1.0, 1.0}
    regimes = regimes_of({"rule": pd.Series(["x", "y"] * 30, wide.index)})
    split = regime_correlation_table(specs(), returns_of(wide), scopes_of({"all": list("abcde")}), regimes).to_pandas()
    split = split[split["series_b"].isin(["b", "c", "d"])]
    assert set(np.abs(split["correlation"])) == {1.0} and set(split["difference_statistic"]) == {0.0}


def test_series_that_do_not_vary() -> None:
    wide = panel(60, 2, 0.0)
    price = 100 * 1.0001 ** np.arange(61)
    wide["flat"], wide["zero"], wide["cash"] = 0.004, 0.0, price[1:] / price[:-1] - 1
    wide["tiny"] = wide["s00"] * 1e-300
    wide["late"] = np.r_[[0.5, -0.5], np.full(58, 0.001)]
    wide["short"] = wide["s00"].where(np.arange(60) >= 2)
    wide["huge"] = np.where(np.arange(60) == 50, 1e200, wide["s01"])
    wide["one"] = wide["s00"].where(np.arange(60) == 40)
    wide["none"] = np.nan
    found = table_of(wide).set_index(["series_a", "series_b"])
    for name in ("flat", "zero", "cash", "tiny", "one", "none"):
        own = found.loc[[name]]
        assert own["correlation"].isna().all() and own["statistic"].isna().all()
        assert (own["relationship"] == "undetermined").all() and not own["is_relationship_certain"].any()
    assert found.loc[("flat", "s00"), "n_obs"] == 60 and found.loc[("one", "one"), "n_obs"] == 1
    assert found.loc[("none", "s00"), "n_obs"] == 0
    assert np.isfinite(found.loc[("late", "s00"), "correlation"])
    assert np.isnan(found.loc[("late", "short"), "correlation"]), "constant on the common months"
    assert found.loc[("late", "late"), "correlation"] == 1 and found.loc[("short", "short"), "correlation"] == 1
    # a return beyond all bounds counts as missing
    without = wide["s01"].drop(wide.index[50])
    assert found.loc[("huge", "s00"), "n_obs"] == 59
    assert found.loc[("huge", "s00"), "correlation"] == pytest.approx(without.corr(wide["s00"]), abs=1e-13)
    history = history_of(wide)
    dead = ["flat", "zero", "cash", "tiny", "one", "none"]
    assert not history["series_a"].isin(dead).any() and not history["series_b"].isin(dead).any()
    late = history[(history["series_a"] == "late") & (history["series_b"] == "s00")]
    assert late["month_end"].max() == wide.index[36], "later windows are constant"


def test_little_data() -> None:
    for wide in (panel(1, 3, 0.0), panel(60, 1, 0.0), panel(2, 2, 0.0), panel(5, 4, 0.0)):
        found = table_of(wide)
        n, months = wide.shape[1], len(wide)
        assert len(found) == n * n and (found["n_obs"] == months).all()
        own = found["series_a"] == found["series_b"]
        assert found.loc[~own, "correlation"].isna().all() and (found.loc[~own, "relationship"] == "undetermined").all()
        assert (found.loc[own, "correlation"] == 1).all() == (months > 1)
        assert len(history_of(wide)) == 0
    few = table_of(panel(3, 2, 0.0), min_observations=1).iloc[1]
    assert np.isfinite(few["correlation"]) and (few["ci_low"], few["ci_high"], few["df"]) == (-1, 1, 1)
    assert np.isnan(table_of(panel(2, 2, 0.0), min_observations=1)["correlation"].iloc[1]), "two months say nothing"


def test_without_rows() -> None:
    wide = panel(40, 3, 0.0)
    names = {"all": list(wide)}
    rules = regimes_of({"rule": pd.Series("calm", wide.index)})
    nobody, nowhere, no_rule = returns_of(wide.iloc[:0]), scopes_of({}), regimes_of({})
    for spec, returns, scopes, regimes, n in (
        (specs(0), returns_of(wide), scopes_of(names), rules, (0, 0, 0)),
        (specs(), returns_of(wide), nowhere, rules, (0, 0, 0)),
        (specs(), returns_of(wide), scopes_of(names), no_rule, (9, 3 * (32 + 23 + 14), 0)),
        (specs(), nobody, scopes_of(names), rules, (9, 0, 3)),
        (specs(), nobody, nowhere, no_rule, (0, 0, 0)),
    ):
        tables: list[pa.Table] = [
            correlation_table(spec, returns, scopes),
            correlation_history_table(spec, returns, scopes),
            regime_correlation_table(spec, returns, scopes, regimes),
        ]
        assert tuple(table.num_rows for table in tables) == n
        schemas = [proxy_correlations.SCHEMA, proxy_correlation_history.SCHEMA, proxy_regime_correlations.SCHEMA]
        assert [table.schema for table in tables] == schemas


def test_scopes_and_odd_names() -> None:
    names = ["", "it's", "Z", "a", "ä", "🙂", "drop table given; --"]
    wide = panel(40, 7, 0.0, 3).set_axis(names, axis=1)
    found = table_of(wide, {"all": names, "b": ["a", "Z", "unknown"], "B | c": ["🙂"]})
    assert found["scope"].drop_duplicates().tolist() == ["B | c", "all", "b"]
    assert found[found["scope"] == "b"]["series_a"].drop_duplicates().tolist() == ["Z", "a", "unknown"]
    assert (found[found["series_b"] == "unknown"]["n_obs"] == 0).all()
    pairs = history_of(wide)[["series_a", "series_b"]].drop_duplicates()
    assert len(pairs) >= 10 and (pairs["series_a"].map(str.encode) < pairs["series_b"].map(str.encode)).all()
    loaded = duckdb.connect().from_arrow(
        correlation_history_table(specs(), returns_of(wide), scopes_of({"all": names}))
    )
    assert [str(kind) for kind in loaded.types] == ["VARCHAR"] * 3 + ["INTEGER", "DATE", "DOUBLE"]


def real(name: str, series: str, value: str) -> pd.DataFrame:
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    frame = pd.read_csv(path, parse_dates=["month_end"])
    return frame.pivot(index="month_end", columns=series, values=value)


def test_public_returns() -> None:
    wide = real("public_returns_monthly.csv", "series", "ret")
    found = table_of(wide)
    expected = wide.corr(min_periods=24).to_numpy()
    assert matrix_of(found, "correlation") == pytest.approx(expected, abs=1e-12, nan_ok=True)
    pair = found.set_index(["series_a", "series_b"])["relationship"]
    assert pair["UST10Y_TR", "UST30Y_TR"] == "amplifier" and pair["FF_MKT", "UST10Y_TR"] == "hedge"
    common = wide.dropna()
    z = ((common - common.mean()) / common.std(ddof=0)).to_numpy()
    assert matrix_of(found, "shrunk_correlation") == pytest.approx(LedoitWolf().fit(z).covariance_, abs=1e-10)


def test_etf_prices() -> None:
    prices = real("etf_prices_monthly.csv", "ticker", "adj_close")
    wide = prices.pct_change(fill_method=None).iloc[1:]
    found = table_of(wide)
    assert matrix_of(found, "correlation") == pytest.approx(
        wide.corr(min_periods=24).to_numpy(), abs=1e-12, nan_ok=True
    )
    history = history_of(wide).query("series_a == 'SPY' and series_b == 'TLT'")
    for window, rows in history.groupby("window_months"):
        expected = wide["SPY"].rolling(window, min_periods=window * 3 // 4).corr(wide["TLT"]).dropna()
        assert rows["correlation"].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9)
