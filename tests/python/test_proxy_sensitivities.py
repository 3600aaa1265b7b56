"""Sensitivities of proxies to yields and markets against statsmodels and scipy, and their tests under the null."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import statsmodels.api as sm
from conftest import SHARED_DATA
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from dbt_whence.panel import Array, Panel
from dbt_whence.proxy_sensitivities import (
    MARKETS,
    RATES,
    Pairs,
    fits,
    market_sensitivities,
    market_sensitivity_table,
    rate_sensitivities,
    rate_sensitivity_table,
    side_slopes,
)
from dbt_whence.time_series import newey_west_lags

MATURITIES = ["y2", "y5", "y10", "y30"]
SPEC = {"min_observations": 24, "maturities": MATURITIES}
NO_ROWS = pd.DataFrame({"position": [], "spec_json": []})


def months(n: int) -> Array:
    """The last days of months from January 1990 on."""
    after = np.datetime64("1990-02", "M") + np.arange(n)
    return np.asarray(after.astype("datetime64[D]") - 1)


def specs(spec: Mapping[str, Any] | None) -> Any:
    frame = NO_ROWS if spec is None else pd.DataFrame({"position": [1], "spec_json": [json.dumps(spec)]})
    return duckdb.from_df(frame)


def long(values: Mapping[str, Array], series: str, value: str, seed: int | None = None) -> Any:
    """Rows of series as a relation, in this order or shuffled; NaN becomes null, as in a warehouse."""
    label = np.repeat(np.array(list(values), dtype=object), [len(column) for column in values.values()])
    month = np.concatenate([np.empty(0, "datetime64[D]"), *(months(len(column)) for column in values.values())])
    number = np.concatenate([np.empty(0), *values.values()])
    order = np.arange(len(label)) if seed is None else np.random.default_rng(seed).permutation(len(label))
    columns = {series: pa.array(label[order], pa.string()), "month_end": pa.array(month[order], pa.date32())}
    return duckdb.from_arrow(pa.table(columns | {value: pa.array(number[order], mask=np.isnan(number[order]))}))


def names(*given: str) -> Any:
    return duckdb.from_df(pd.DataFrame({"series": pd.Series(given, dtype=str)}))


def by_key(table: Any, schema: Any) -> dict[tuple[str, str], dict[str, Any]]:
    assert table.schema == schema
    for column in table.columns:
        if column.type == "double":
            assert np.isfinite(column.drop_null().to_numpy()).all()
    rows = table.to_pylist()
    first, second = schema.names[:2]
    found = {(row[first], row[second]): row for row in rows}
    assert len(found) == len(rows)
    return found


def rates(
    returns: Mapping[str, Array],
    changes: Mapping[str, Array],
    spec: Mapping[str, Any] | None = SPEC,
    members: Sequence[str] | None = None,
    seed: int | None = None,
) -> dict[tuple[str, str], dict[str, Any]]:
    table = rate_sensitivity_table(
        specs(spec),
        long(returns, "series", "monthly_return", seed),
        long(changes, "maturity", "yield_change", seed),
        names(*(returns if members is None else members)),
    )
    return by_key(table, RATES)


def markets(
    returns: Mapping[str, Array],
    benchmarks: Sequence[str],
    spec: Mapping[str, Any] | None = SPEC,
    members: Sequence[str] | None = None,
    seed: int | None = None,
) -> dict[tuple[str, str], dict[str, Any]]:
    table = market_sensitivity_table(
        specs(spec),
        long(returns, "series", "monthly_return", seed),
        names(*(returns if members is None else members)),
        names(*benchmarks),
    )
    return by_key(table, MARKETS)


def curve(n: int = 200, seed: int = 0) -> dict[str, Array]:
    """Yield changes of four maturities: a common shift and a twist, autocorrelated, and noise of each."""
    random = np.random.default_rng(seed)
    shift, twist = np.zeros(n), np.zeros(n)
    for t in range(1, n):
        shift[t] = 0.2 * shift[t - 1] + 0.0025 * random.standard_normal()
        twist[t] = 0.1 * twist[t - 1] + 0.0010 * random.standard_normal()
    weights = (-1.0, -0.4, 0.3, 1.0)
    return {
        name: shift + weight * twist + 0.0003 * random.standard_normal(n)
        for name, weight in zip(MATURITIES, weights, strict=True)
    }


def bonds(changes: Mapping[str, Array], seed: int = 1) -> dict[str, Array]:
    """Returns of two bonds of known duration, and of a stock."""
    random = np.random.default_rng(seed)
    n = len(changes["y2"])
    return {
        "NOTE": 0.002 - 1.9 * changes["y2"] + 0.001 * random.standard_normal(n),
        "BOND": 0.003 - 8.0 * changes["y10"] + 0.004 * random.standard_normal(n),
        "STOCK": 0.008 + 0.04 * random.standard_normal(n),
    }


def hac(y: Array, x: Array) -> Any:
    lags = newey_west_lags(len(y))
    return sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)


def test_rates_against_statsmodels() -> None:
    changes = curve()
    returns = bonds(changes)
    returns["BOND"][:17] = np.nan
    returns["BOND"][90:93] = np.nan
    changes["y30"][100:140] = np.nan
    found = rates(returns, changes)
    assert list(found) == [(s, m) for s in ("BOND", "NOTE", "STOCK") for m in (*MATURITIES, "level", "slope")]
    matrix = np.column_stack([changes[name] for name in MATURITIES])
    joint = np.column_stack([matrix.mean(axis=1), changes["y30"] - changes["y2"]])
    for series, y in returns.items():
        for maturity in MATURITIES:
            x = changes[maturity]
            given = np.isfinite(y) & np.isfinite(x)
            fit, row = hac(y[given], x[given]), found[series, maturity]
            r = stats.linregress(x[given], y[given])
            assert row["n_obs"] == given.sum()
            assert row["beta"] == pytest.approx(fit.params[1], rel=1e-9) == pytest.approx(r.slope, rel=1e-9)
            assert row["correlation"] == pytest.approx(r.rvalue, rel=1e-9)
            assert row["standard_error"] == pytest.approx(fit.bse[1], rel=1e-9)
            assert row["t_stat"] == pytest.approx(fit.tvalues[1], rel=1e-8)
            assert row["df"] == fit.df_resid == given.sum() - 2
            assert row["r_squared"] == pytest.approx(fit.rsquared, rel=1e-8)
            assert row["vif"] is None
        given = np.isfinite(y) & np.isfinite(joint).all(axis=1)
        fit = hac(y[given], joint[given])
        for j, label in enumerate(("level", "slope")):
            row = found[series, label]
            assert row["n_obs"] == given.sum() == (140 if series == "BOND" else 160)
            assert row["beta"] == pytest.approx(fit.params[1 + j], rel=1e-9)
            assert row["standard_error"] == pytest.approx(fit.bse[1 + j], rel=1e-9)
            assert row["t_stat"] == pytest.approx(fit.tvalues[1 + j], rel=1e-8)
            assert row["df"] == fit.df_resid == given.sum() - 3
            assert row["r_squared"] == pytest.approx(fit.rsquared, rel=1e-8)
            assert row["correlation"] == pytest.approx(np.corrcoef(y[given], joint[given, j])[0, 1], rel=1e-9)
            vif = variance_inflation_factor(sm.add_constant(joint[given]), 1 + j)
            assert row["vif"] == pytest.approx(vif, rel=1e-8)


def test_planted_durations() -> None:
    changes = curve(300)
    found = rates(bonds(changes), changes)
    for series, maturity, beta in (("NOTE", "y2", -1.9), ("BOND", "y10", -8.0)):
        row = found[series, maturity]
        assert abs(row["beta"] - beta) < 4 * row["standard_error"] < 0.5
    # y10 is the shift and 0.3 of the twist, the level 0.025 below the shift per unit of slope: slope is twice the twist
    level, slope = found["BOND", "level"], found["BOND", "slope"]
    assert level["beta"] == pytest.approx(-8, abs=0.5)
    assert slope["beta"] == pytest.approx(-8 * (0.3 + 0.025) / 2, abs=0.6)
    assert abs(found["STOCK", "y10"]["t_stat"]) < 3


def test_markets_against_statsmodels() -> None:
    random = np.random.default_rng(2)
    market, world = 0.005 + 0.04 * random.standard_normal((2, 180))
    returns = {
        "SPY": market,
        "ACWX": world,
        "TECH": 0.002 + 1.3 * market + 0.02 * random.standard_normal(180),
        "GAPS": 0.5 * market + 0.3 * world + 0.02 * random.standard_normal(180),
    }
    returns["GAPS"][[3, 50, 51, 120]] = np.nan
    found = markets(returns, ["SPY", "ACWX"])
    assert list(found) == [
        *[("ACWX", "SPY"), ("GAPS", "ACWX"), ("GAPS", "SPY")],
        *[("SPY", "ACWX"), ("TECH", "ACWX"), ("TECH", "SPY")],
    ]
    for (series, benchmark), row in found.items():
        given = np.isfinite(returns[series])
        y, x = returns[series][given], returns[benchmark][given]
        fit = hac(y, x)
        assert row["n_obs"] == len(y)
        assert row["df"] == len(y) - 2
        assert (row["alpha"], row["beta"]) == pytest.approx(tuple(fit.params), rel=1e-8)
        assert row["standard_error"] == pytest.approx(fit.bse[1], rel=1e-9)
        assert row["t_stat"] == pytest.approx(fit.tvalues[1], rel=1e-8)
        assert row["correlation"] == pytest.approx(np.corrcoef(y, x)[0, 1], rel=1e-9)
        assert row["r_squared"] == pytest.approx(fit.rsquared, rel=1e-8)
        assert row["up_beta"] == pytest.approx(stats.linregress(x[x > 0], y[x > 0]).slope, rel=1e-9)
        assert row["down_beta"] == pytest.approx(stats.linregress(x[x < 0], y[x < 0]).slope, rel=1e-9)


def test_planted_betas_of_up_and_down_months() -> None:
    random = np.random.default_rng(3)
    market = 0.04 * random.standard_normal(400)
    put_writer = 0.2 * market + 0.6 * np.minimum(market, 0) + 0.005 * random.standard_normal(400)
    row = markets({"M": market, "P": put_writer}, ["M"])["P", "M"]
    assert row["up_beta"] == pytest.approx(0.2, abs=0.05)
    assert row["down_beta"] == pytest.approx(0.8, abs=0.05)
    assert 0.2 < row["beta"] < 0.8


def test_sides_with_few_months() -> None:
    random = np.random.default_rng(4)
    market = np.abs(random.standard_normal(60)) * 0.03
    other = market + 0.01 * random.standard_normal(60)
    for n_down, down in ((0, None), (11, None), (12, 1)):
        moved = market.copy()
        moved[:n_down] *= -1
        row = markets({"M": moved, "O": other + moved}, ["M"])["O", "M"]
        assert (row["down_beta"] is None) == (down is None)
        assert row["up_beta"] is not None
    flat = market.copy()
    flat[:20] = -0.02
    flat[20:25] = 0
    row = markets({"M": flat, "O": other + flat}, ["M"])["O", "M"]
    assert row["down_beta"] is None, "the benchmark fell by the same in all such months"
    given = flat > 0
    assert row["up_beta"] == pytest.approx(stats.linregress(flat[given], (other + flat)[given]).slope, rel=1e-9)


def test_side_slopes_keep_to_the_months_of_their_side() -> None:
    random = np.random.default_rng(5)
    y, x = random.standard_normal((2, 3, 50))
    side = x > 0
    expected = [stats.linregress(x[i][side[i]], y[i][side[i]]).slope for i in range(3)]
    np.testing.assert_allclose(side_slopes(y, x, side), expected, rtol=1e-12)
    y[~side] = 1e9
    np.testing.assert_allclose(side_slopes(y, x, side), expected, rtol=1e-12)


@pytest.mark.parametrize("n", [120, 300])
@pytest.mark.parametrize("kind", ["rates", "market"])
def test_null_is_rejected_five_times_in_a_hundred(n: int, kind: str) -> None:
    """Returns that know nothing of yields or of the market, whose volatility comes in clusters."""
    random = np.random.default_rng(n)
    n_series, n_panels = 100, 30
    rejected: dict[str, list[float]] = {}
    for panel in range(n_panels):
        volatility = np.exp(0.3 * random.standard_normal((n, n_series)))
        y = 0.004 + 0.04 * volatility * random.standard_normal((n, n_series))
        labels = [f"s{i}" for i in range(n_series)]
        if kind == "rates":
            changes = np.column_stack(list(curve(n, seed=1000 + panel).values()))
            columns = rate_sensitivities(labels, y, MATURITIES, changes, 24)
            keys = columns["maturity"]
        else:
            y = np.column_stack([y, 0.005 + 0.04 * random.standard_normal(n)])
            columns = market_sensitivities(Panel(np.arange(n), (*labels, "M"), y), labels, ["M"], 24)
            keys = columns["benchmark"]
        p = 2 * stats.t.sf(np.abs(columns["t_stat"]), columns["df"])
        for key in set(keys):
            rejected.setdefault(key, []).extend(p[keys == key] < 0.05)
    assert set(rejected) == ({*MATURITIES, "level", "slope"} if kind == "rates" else {"M"})
    for key, values in rejected.items():
        assert 0.03 <= np.mean(values) <= 0.08, (key, np.mean(values))


def test_tables_without_rows() -> None:
    changes = curve(60)
    returns = bonds(changes)
    assert rates(returns, changes, spec=None) == {}
    assert markets(returns, ["STOCK"], spec=None) == {}
    assert rates({}, {}) == {}
    assert markets({}, []) == {}
    assert markets(returns, []) == {}
    assert markets(returns, ["STOCK"], members=["STOCK"]) == {}
    nobody = rates({}, {}, members=["A"])
    assert list(nobody) == [("A", m) for m in (*MATURITIES, "level", "slope")]
    assert all(row["n_obs"] == 0 and row["beta"] is None for row in nobody.values())
    assert markets({}, ["B"], members=["A"])["A", "B"]["n_obs"] == 0


def test_too_few_months() -> None:
    changes = curve(24)
    returns = bonds(changes)
    assert rates(returns, changes)["BOND", "slope"]["t_stat"] is not None
    assert markets(returns, ["STOCK"])["BOND", "STOCK"]["t_stat"] is not None
    for n in (1, 2, 23):
        short = {name: values[:n] for name, values in returns.items()}
        for row in [*rates(short, changes).values(), *markets(short, ["STOCK"]).values()]:
            assert row["n_obs"] == n
            assert [value for value in list(row.values())[3:] if value is not None] == []
    for n, is_joint in ((3, False), (4, True)):
        few = rates({name: values[:n] for name, values in returns.items()}, changes, SPEC | {"min_observations": 1})
        assert few["BOND", "y2"]["df"] == n - 2
        assert (few["BOND", "slope"]["df"] is not None) == is_joint
    assert markets({"A": np.ones(1), "B": np.ones(1)}, ["B"], SPEC | {"min_observations": 1})["A", "B"]["beta"] is None


def test_what_does_not_vary_has_only_a_count() -> None:
    changes = curve(60)
    changes["y5"] = np.full(60, 0.001)
    returns = bonds(curve(60)) | {"FLAT": np.full(60, 0.1 + 0.2)}
    found = rates(returns, changes)
    for series, maturity in (("FLAT", "y2"), ("FLAT", "level"), ("FLAT", "slope"), ("BOND", "y5")):
        row = found[series, maturity]
        assert row["n_obs"] == 60
        assert [value for value in list(row.values())[3:] if value is not None] == []
    for pair in (("FLAT", "BOND"), ("BOND", "FLAT")):
        row = markets(returns, ["BOND", "FLAT"])[pair]
        assert row["n_obs"] == 60
        assert [value for value in list(row.values())[3:] if value is not None] == []


def test_exact_returns_have_no_error() -> None:
    changes = curve(60)
    exact = 0.001 - 5 * changes["y10"]
    row = rates({"E": exact}, changes)["E", "y10"]
    assert row["beta"] == pytest.approx(-5, rel=1e-12)
    assert (row["correlation"], row["r_squared"], row["standard_error"]) == pytest.approx((-1, 1, 0), abs=1e-14)
    assert row["t_stat"] is None
    same = markets({"A": exact, "B": exact}, ["B"])["A", "B"]
    assert (same["beta"], same["up_beta"], same["down_beta"]) == pytest.approx((1, 1, 1), rel=1e-12)
    assert (same["correlation"], same["r_squared"], same["standard_error"]) == (1, 1, 0)


def test_fewer_maturities() -> None:
    changes = curve(80)
    returns = bonds(changes)
    alone = rates(returns, changes, SPEC | {"maturities": ["y10"]})
    assert [maturity for _, maturity in alone] == ["y10", "level"] * 3
    for series in returns:
        ten, level = alone[series, "y10"], alone[series, "level"]
        assert list(ten.values())[2:] == list(level.values())[2:]
        assert level["vif"] is None
    assert rates(returns, changes, SPEC | {"maturities": []}) == {}
    two = rates(returns, changes, SPEC | {"maturities": ["y2", "y10"]})
    assert [maturity for _, maturity in two] == ["y2", "y10", "level", "slope"] * 3
    # level and slope are y2 and y10 in other words
    fit = hac(returns["BOND"], np.column_stack([changes["y2"], changes["y10"]]))
    assert two["BOND", "level"]["r_squared"] == pytest.approx(fit.rsquared, rel=1e-9)
    assert two["BOND", "level"]["beta"] == pytest.approx(fit.params[1] + fit.params[2], rel=1e-9)


def test_a_maturity_without_changes_is_left_out_of_level_and_slope() -> None:
    changes = curve(80)
    returns = bonds(changes)
    three = rates(returns, {name: changes[name] for name in MATURITIES[:3]}, SPEC | {"maturities": MATURITIES[:3]})
    for missing in ({name: changes[name] for name in MATURITIES[:3]}, changes | {"y30": np.full(80, np.nan)}):
        found = rates(returns, missing)
        for label in ("level", "slope"):
            assert found["BOND", label] == three["BOND", label]
        assert (found["BOND", "y30"]["n_obs"], found["BOND", "y30"]["beta"]) == (0, None)
    one = rates(returns, {"y10": changes["y10"]})
    assert one["BOND", "level"]["beta"] == one["BOND", "y10"]["beta"]
    assert (one["BOND", "slope"]["n_obs"], one["BOND", "slope"]["beta"]) == (0, None)


def test_level_and_slope_that_cannot_be_told_apart() -> None:
    """Yields that move in parallel have a level alone; a slope that is a multiple of the level leaves neither."""
    changes = curve(80)
    returns = bonds(changes)
    level = 0.05 + np.cumsum(changes["y10"])
    parallel = {name: np.diff(level + spread, prepend=spread + 0.05) for name, spread in zip(MATURITIES, (0, 0.01, 0.02, 0.03), strict=True)}  # fmt: skip
    found = rates(returns, parallel)
    assert found["BOND", "level"]["beta"] == pytest.approx(found["BOND", "y10"]["beta"], rel=1e-9)
    assert found["BOND", "level"]["df"] == 78
    assert (found["BOND", "level"]["vif"], found["BOND", "slope"]["beta"]) == (None, None)
    assert (found["BOND", "slope"]["n_obs"], found["BOND", "slope"]["correlation"]) == (80, None)
    multiples = {name: changes["y10"] * weight for name, weight in zip(MATURITIES, (1, 1.5, 2, 3), strict=True)}
    found = rates(returns, multiples)
    for label in ("level", "slope"):
        row = found["BOND", label]
        assert row["correlation"] == pytest.approx(found["BOND", "y10"]["correlation"], rel=1e-9)
        assert [value for value in list(row.values())[4:] if value is not None] == []


def test_gaps_are_closed_in_the_order_of_months() -> None:
    """Months that one of the two lacks are as if they had not been."""
    random = np.random.default_rng(6)
    market = 0.04 * random.standard_normal(90)
    other = 0.7 * market + 0.02 * random.standard_normal(90)
    kept = random.random(90) > 0.2
    holes = other.copy()
    holes[~kept] = np.nan
    alone = {"M": market[kept], "O": other[kept]}
    assert markets({"M": market, "O": holes}, ["M"])["O", "M"] == markets(alone, ["M"])["O", "M"]


def test_infinities_and_wild_numbers() -> None:
    random = np.random.default_rng(7)
    market = 0.04 * random.standard_normal(60)
    other = 0.7 * market + 0.02 * random.standard_normal(60)
    endless, without = other.copy(), other.copy()
    endless[5], endless[6], without[5:7] = np.inf, -np.inf, np.nan
    found = markets({"M": market, "O": endless}, ["M"])
    assert found == markets({"M": market, "O": without}, ["M"])
    plain = markets({"M": market, "O": other}, ["M"])["O", "M"]
    for scale in (1e200, 1e-200):
        row = markets({"M": market, "O": other * scale}, ["M"])["O", "M"]
        assert row["t_stat"] == pytest.approx(plain["t_stat"], rel=1e-9)
        assert row["beta"] == pytest.approx(plain["beta"] * scale, rel=1e-9)
    apart = markets({"M": market * 1e-200, "O": other * 1e200}, ["M"])["O", "M"]
    assert apart["beta"] is None
    assert apart["correlation"] == pytest.approx(plain["correlation"], rel=1e-9)


def test_order_of_rows_does_not_matter() -> None:
    changes = curve(100)
    returns = bonds(changes)
    assert rates(returns, changes) == rates(returns, changes, seed=1, members=["STOCK", "NOTE", "BOND", "NOTE"])
    expected = markets(returns, ["STOCK", "BOND"])
    found = markets(returns, ["BOND", "STOCK", "BOND"], seed=1, members=["STOCK", "NOTE", "BOND"])
    assert list(found.items()) == list(expected.items())


def test_names_are_data() -> None:
    changes = curve(60)
    returns = dict(zip(["it's", 'a "b"', "; drop table x"], bonds(changes).values(), strict=True))
    assert {series for series, _ in rates(returns, changes)} == set(returns)
    assert all(row["n_obs"] == 60 for row in markets(returns, list(returns)).values())


def test_parts_give_what_one_by_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(8)
    y = random.standard_normal((60, 9))
    y[random.random(y.shape) < 0.1] = np.nan
    panel = Panel(np.arange(60), tuple("abcdefghi"), y)
    whole = market_sensitivities(panel, panel.names, ["a", "b"], 24)
    monkeypatch.setattr("dbt_whence.proxy_sensitivities.CHUNK", 1)
    single = market_sensitivities(panel, panel.names, ["a", "b"], 24)
    for name in MARKETS.names[2:]:
        np.testing.assert_allclose(whole[name], single[name], rtol=1e-12)
    pairs = Pairs(y, y, np.array([0, 1]), np.array([[2], [3]]))
    assert [len(sample.places) for sample in pairs.samples(1)] == [1, 1]


def test_three_regressors() -> None:
    random = np.random.default_rng(9)
    x = random.standard_normal((2, 80, 3)) * [1, 1e-3, 1e3]
    y = random.standard_normal((2, 80)) + x.sum(axis=2)
    found = fits(y, x)
    for i in range(2):
        fit = hac(y[i], x[i])
        np.testing.assert_allclose(found.beta[i], fit.params[1:], rtol=1e-9)
        np.testing.assert_allclose(found.standard_error[i], fit.bse[1:], rtol=1e-8)
        assert found.alpha[i] == pytest.approx(fit.params[0], rel=1e-8)
        assert found.residual_norm[i] == pytest.approx(np.sqrt(fit.ssr), rel=1e-9)


@pytest.mark.skipif(not SHARED_DATA.exists(), reason="needs the shared data")
def test_treasuries_have_their_durations() -> None:
    yields = pd.read_csv(SHARED_DATA / "treasury_yields_monthly.csv").set_index("month_end") / 100
    returns = duckdb.sql(
        f"select series, month_end, ret as monthly_return from '{SHARED_DATA}/public_returns_monthly.csv'"
    )
    frame = yields.diff().reset_index().melt("month_end", var_name="maturity", value_name="yield_change")
    changes = duckdb.from_arrow(pa.Table.from_pandas(frame)).project("* replace (month_end::date as month_end)")
    table = rate_sensitivity_table(specs(SPEC), returns, changes, names("UST2Y_TR", "UST10Y_TR", "FF_MKT", "TBILL3M"))
    found = by_key(table, RATES)
    assert found["UST2Y_TR", "y2"]["beta"] == pytest.approx(-1.9, abs=0.1)
    assert found["UST10Y_TR", "y10"]["beta"] == pytest.approx(-8, abs=0.5)
    assert found["UST10Y_TR", "y10"]["correlation"] < -0.99
    assert found["UST10Y_TR", "y10"]["n_obs"] == 432
    assert found["UST10Y_TR", "level"]["r_squared"] > 0.95
    assert found["FF_MKT", "y10"]["r_squared"] < 0.1
