"""Offsets and hedge baskets against loops written out, and what they recommend where there is nothing to find."""

from __future__ import annotations

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
from statsmodels.stats.multitest import multipletests
from test_proxy_sensitivities import long, specs

from dbt_whence.inference import hypothesis_tests
from dbt_whence.panel import Array, Panel
from dbt_whence.proxy_offsets import (
    BASKETS,
    OFFSETS,
    correlation_t,
    hedge_basket_table,
    offset_table,
    offsets,
    out_of_sample,
    reductions,
    walk_forward,
)
from dbt_whence.time_series import newey_west_lags

SPEC = {"min_observations": 24, "min_oos_observations": 24, "oos_improvement": 0.05, "max_basket": 3}


def relation(pairs: Sequence[tuple[str, str]]) -> Any:
    columns = [pa.array([pair[i] for pair in pairs], pa.string()) for i in (0, 1)]
    return duckdb.from_arrow(pa.table(columns, names=["exposed", "candidate"]))


def rows_of(table: Any, schema: Any) -> list[dict[str, Any]]:
    assert table.schema == schema
    for column in table.columns:
        if column.type == "double":
            assert np.isfinite(column.drop_null().to_numpy()).all()
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def hedges(
    returns: Mapping[str, Array],
    pairs: Sequence[tuple[str, str]],
    spec: Mapping[str, Any] | None = SPEC,
    seed: int | None = None,
) -> dict[tuple[str, str], dict[str, Any]]:
    rows = rows_of(offset_table(specs(spec), long(returns, "series", "monthly_return", seed), relation(pairs)), OFFSETS)
    return {(row["exposed"], row["candidate"]): row for row in rows}


def baskets(
    returns: Mapping[str, Array],
    pairs: Sequence[tuple[str, str]],
    spec: Mapping[str, Any] | None = SPEC,
    seed: int | None = None,
) -> list[dict[str, Any]]:
    given = long(returns, "series", "monthly_return", seed)
    return rows_of(hedge_basket_table(specs(spec), given, relation(pairs)), BASKETS)


def against(exposed: str, returns: Mapping[str, Array]) -> list[tuple[str, str]]:
    return [(exposed, name) for name in returns if name != exposed]


def oos_written_out(y: Array, x: Array, min_observations: int = 24) -> tuple[float, int]:
    """Each month's ratios by least squares on all months before it; x is (n, k)."""
    n = len(y)
    start = max(n // 2, min_observations)
    hedged = []
    for t in range(start, n):
        past = np.column_stack([np.ones(t), x[:t]])
        slopes = np.linalg.lstsq(past, y[:t], rcond=None)[0][1:]
        hedged.append(y[t] - float(slopes @ x[t]))
    if len(hedged) < 2:
        return np.nan, n - start
    return 1 - float(np.var(hedged) / np.var(y[start:])), n - start


def planted(n: int = 200, n_noise: int = 5, rho: float = -0.6, seed: int = 0) -> dict[str, Array]:
    """An exposure, a candidate of that correlation with it, and noise."""
    random = np.random.default_rng(seed)
    exposed = random.standard_normal(n)
    hedge = rho * exposed + np.sqrt(1 - rho**2) * random.standard_normal(n)
    found = {"E": 0.005 + 0.04 * exposed, "HEDGE": 0.002 + 0.02 * hedge}
    return found | {f"N{i:02}": 0.03 * random.standard_normal(n) for i in range(n_noise)}


def with_gaps(returns: dict[str, Array], seed: int = 0) -> dict[str, Array]:
    """Histories that start and end at different months, with holes."""
    random = np.random.default_rng(seed)
    for name, values in returns.items():
        if name != "E":
            values[: random.integers(0, 60)] = np.nan
            values[len(values) - random.integers(0, 20) :] = np.nan
            values[random.random(len(values)) < 0.05] = np.nan
    return returns


@pytest.mark.parametrize("is_whole", [True, False])
def test_offsets_against_scipy_and_statsmodels(is_whole: bool) -> None:
    returns = planted() if is_whole else with_gaps(planted())
    pairs = [*against("E", returns), *against("N00", returns)]
    found = hedges(returns, pairs)
    assert list(found) == sorted(pairs)
    for (exposed, candidate), row in found.items():
        given = np.isfinite(returns[exposed]) & np.isfinite(returns[candidate])
        y, x = returns[exposed][given], returns[candidate][given]
        n, line = len(y), stats.linregress(x, y)
        assert row["n_obs"] == n == (200 if is_whole else n)
        assert row["correlation"] == pytest.approx(line.rvalue, rel=1e-9)
        p = 2 * stats.t.sf(abs(row["t_stat"]), row["df"])
        assert (row["df"], p) == (n - 2, pytest.approx(stats.pearsonr(x, y).pvalue, rel=1e-8))
        assert row["hedge_ratio"] == pytest.approx(-np.cov(y, x)[0, 1] / np.var(x, ddof=1), rel=1e-9)
        assert row["hedge_ratio"] == pytest.approx(-line.slope, rel=1e-9)
        fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": newey_west_lags(n)})
        assert row["hedge_ratio_se"] == pytest.approx(fit.bse[1], rel=1e-8)
        hedged = y + row["hedge_ratio"] * x
        assert row["volatility_after"] == pytest.approx(np.std(hedged, ddof=1) * np.sqrt(12), rel=1e-9)
        assert row["variance_reduction"] == pytest.approx(1 - np.var(hedged) / np.var(y), rel=1e-7)
        oos, n_oos = oos_written_out(y, x[:, None])
        assert row["n_oos"] == n_oos == n - n // 2
        assert row["oos_variance_reduction"] == pytest.approx(oos, rel=1e-8)
    assert found["E", "HEDGE"]["hedge_ratio"] == pytest.approx(1.2, abs=0.25), "rho times the ratio of volatilities"


@pytest.mark.parametrize(("n", "start"), [(24, 24), (25, 24), (26, 24), (47, 24), (48, 24), (49, 24), (51, 25)])
def test_the_first_past(n: int, start: int) -> None:
    returns = planted(n)
    row = hedges(returns, [("E", "HEDGE")])["E", "HEDGE"]
    assert row["n_oos"] == n - start
    assert (row["oos_variance_reduction"] is None) == (n - start < 2)
    oos, _ = oos_written_out(returns["E"], returns["HEDGE"][:, None])
    if n - start >= 2:
        assert row["oos_variance_reduction"] == pytest.approx(oos, rel=1e-9)


def test_walk_forward_of_several_candidates() -> None:
    random = np.random.default_rng(1)
    x = random.standard_normal((3, 80, 3)) @ random.standard_normal((3, 3, 3)) * [1, 1e-3, 50] + [5, 0, -3]
    y = x @ np.array([1, 100, 0.1]) + random.standard_normal((3, 80)) + 1
    hedged = walk_forward(y, x, 40)
    for i in range(3):
        for t in (40, 41, 79):
            design = np.column_stack([np.ones(t), x[i, :t]])
            slopes = np.linalg.lstsq(design, y[i, :t], rcond=None)[0][1:]
            assert hedged[i, t - 40] == pytest.approx(y[i, t] - slopes @ x[i, t], rel=1e-8)
        assert out_of_sample(y, x, 40)[i] == pytest.approx(oos_written_out(y[i], x[i], 40)[0], rel=1e-8)


def test_walk_forward_looks_only_back() -> None:
    """What comes after a month does not change its hedge; a past without movement is no ground for one."""
    random = np.random.default_rng(2)
    y, x = random.standard_normal((1, 60)), random.standard_normal((1, 60, 2))
    before = walk_forward(y, x, 30)
    y[:, 45:], x[:, 45:] = random.standard_normal((1, 15)), random.standard_normal((1, 15, 2))
    np.testing.assert_array_equal(walk_forward(y, x, 30)[:, :15], before[:, :15])
    x[:, :40, 1] = 0.1
    alone = walk_forward(y, x[:, :, :1], 30)
    found = walk_forward(y, x, 30)
    np.testing.assert_allclose(found[:, :11], alone[:, :11], rtol=1e-12)
    assert np.abs(found[:, 12:] - alone[:, 12:]).min() > 0
    x[:, :, 1] = 2 * x[:, :, 0]
    np.testing.assert_allclose(walk_forward(y, x, 30), alone, rtol=1e-9)


def test_walk_forward_far_from_zero() -> None:
    """Moments of deviations keep their digits where those of levels do not."""
    random = np.random.default_rng(3)
    x = random.standard_normal((1, 80, 1))
    y = 0.5 * x[:, :, 0] + random.standard_normal((1, 80))
    for level in (0, 1, 1e4):
        expected, _ = oos_written_out(y[0], x[0] + level)
        assert out_of_sample(y, x + level, 40) == pytest.approx(expected, rel=1e-6)


def test_perfect_hedges() -> None:
    """The same series, its negative and a multiple: nothing is left, in sample or out of it, and there is a test."""
    returns = planted(100)
    returns |= {"SAME": returns["E"].copy(), "LESS": -returns["E"], "HALF": -0.5 * returns["E"] + 0.01}
    found = hedges(returns, against("E", returns))
    for name, ratio in (("SAME", -1), ("LESS", 1), ("HALF", 2)):
        row = found["E", name]
        assert row["hedge_ratio"] == pytest.approx(ratio, rel=1e-12)
        assert row["variance_reduction"] == 1
        assert row["hedge_ratio_se"] == row["volatility_after"] == 0
        assert row["oos_variance_reduction"] == pytest.approx(1, abs=1e-12)
        assert abs(row["correlation"]) == pytest.approx(1, abs=1e-14)
        assert row["t_stat"] == pytest.approx(-np.sign(ratio) * np.sqrt(98e14), rel=1e-6)
    assert found["E", "SAME"]["hedge_ratio"] < 0, "a short hedge is negative"


def test_correlation_t_is_finite() -> None:
    np.testing.assert_allclose(correlation_t(np.array([0.0, 0.5, -0.5]), 25), [0, 5 / np.sqrt(3), -5 / np.sqrt(3)])
    ends = correlation_t(np.array([1.0, -1.0, 1 - 1e-16, np.nan]), 25)
    assert ends[:3] == pytest.approx([5e7, -5e7, 5e7]) and np.isnan(ends[3])


def test_offsets_without_rows() -> None:
    returns = planted(60)
    assert hedges(returns, [("E", "HEDGE")], spec=None) == {}
    assert hedges(returns, []) == {}
    assert hedges({}, []) == {}
    row = hedges({}, [("E", "HEDGE")])["E", "HEDGE"]
    assert (row["n_obs"], row["n_oos"], row["hedge_ratio"]) == (0, 0, None)
    assert baskets(returns, [("E", "HEDGE")], spec=None) == []
    assert baskets(returns, []) == baskets({}, []) == baskets({}, [("E", "HEDGE")]) == []
    assert hedges({"E": returns["E"]}, [("E", "HEDGE")])["E", "HEDGE"]["n_obs"] == 0


def test_offsets_that_cannot_be_told() -> None:
    returns = planted(60) | {"FLAT": np.full(60, 0.3), "LATE": np.full(60, 0.1 + 0.2)}
    for n in (1, 2, 23):
        short = {name: values[:n] for name, values in returns.items()}
        for row in hedges(short, against("E", returns)).values():
            assert (row["n_obs"], row["n_oos"]) == (n, 0)
            assert [value for value in list(row.values())[3:] if value is not None] == [0]
        assert baskets(short, against("E", returns)) == []
    found = hedges(returns, [("E", "FLAT"), ("FLAT", "E")])
    for row in found.values():
        assert (row["n_obs"], row["n_oos"]) == (60, 0)
        assert [value for value in list(row.values())[3:] if value is not None] == [0]
    assert baskets(returns, [("E", "FLAT"), ("FLAT", "E")]) == []
    # one that moves only in the months that are to be hedged has no past: there is no hedge
    returns["LATE"][40:] = returns["HEDGE"][40:]
    late = hedges(returns, [("E", "LATE")])["E", "LATE"]
    start, y, x = 30, returns["E"], returns["LATE"]
    ratios = [0.0 if t <= 40 else stats.linregress(x[:t], y[:t]).slope for t in range(start, 60)]
    expected = 1 - np.var(y[start:] - ratios * x[start:]) / np.var(y[start:])
    assert late["oos_variance_reduction"] == pytest.approx(expected, rel=1e-8)
    # an exposure that has stopped has nothing to be hedged
    returns["E"][30:] = 0.01
    stopped = hedges(returns, [("E", "HEDGE")])["E", "HEDGE"]
    assert (stopped["oos_variance_reduction"], stopped["n_oos"]) == (None, 30)
    assert stopped["hedge_ratio"] is not None


def test_wild_numbers() -> None:
    returns = planted(80)
    plain = hedges(returns, [("E", "HEDGE")])["E", "HEDGE"]
    for scale in (1e200, 1e-200):
        row = hedges(returns | {"E": returns["E"] * scale}, [("E", "HEDGE")])["E", "HEDGE"]
        for name in ("t_stat", "variance_reduction", "oos_variance_reduction"):
            assert row[name] == pytest.approx(plain[name], rel=1e-9)
        for name in ("hedge_ratio", "hedge_ratio_se", "volatility_after"):
            assert row[name] == pytest.approx(plain[name] * scale, rel=1e-9)
    apart = {"E": returns["E"] * 1e200, "HEDGE": returns["HEDGE"] * 1e-200}
    assert hedges(apart, [("E", "HEDGE")])["E", "HEDGE"]["hedge_ratio"] is None


def test_order_of_rows_does_not_matter() -> None:
    returns = with_gaps(planted(150))
    pairs = [*against("E", returns), *against("HEDGE", returns)]
    shuffled = [pairs[i] for i in np.random.default_rng(0).permutation(len(pairs))]
    assert list(hedges(returns, pairs).items()) == list(hedges(returns, [*shuffled, pairs[0]], seed=1).items())
    assert baskets(returns, pairs) == baskets(returns, [*shuffled, pairs[0]], seed=1)


def test_names_are_data() -> None:
    returns = dict(zip(["it's", 'a "b"', "; drop table x"], planted(60, 1).values(), strict=True))
    assert len(hedges(returns, against("it's", returns))) == 2
    assert {row["exposed"] for row in baskets(returns, against("it's", returns))} == {"it's"}


def r_squared(returns: Mapping[str, Array], exposed: str, members: Sequence[str]) -> tuple[float, Array, Array, Array]:
    """R², coefficients, and the returns that they are of, by numpy."""
    given = np.all([np.isfinite(returns[name]) for name in (exposed, *members)], axis=0)
    y = returns[exposed][given]
    x = np.column_stack([returns[name][given] for name in members]) if members else np.empty((len(y), 0))
    design = np.column_stack([np.ones(len(y)), x])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - float(np.var(y - design @ coefficients) / np.var(y)), coefficients[1:], y, x


def baskets_written_out(returns: Mapping[str, Array], exposed: str, most: int = 3) -> list[tuple[str, ...]]:
    """The baskets of an exposure, chosen one by one."""
    found: list[tuple[str, ...]] = []
    chosen: tuple[str, ...] = ()
    while len(chosen) < most:
        best, p = None, {}
        for name in sorted(set(returns) - {exposed, *chosen}):
            value, _, y, x = r_squared(returns, exposed, (*chosen, name))
            given, _, _, _ = r_squared(
                {key: np.where(np.isfinite(returns[exposed]), returns[key], np.nan) for key in returns}, name, chosen
            )
            if len(y) >= 24 and given < 0.95:
                p[name] = sm.OLS(y, sm.add_constant(x)).fit().pvalues[-1]
                if best is None or value > best[0] + 1e-12:
                    best = (value, name)
        if best is None:
            break
        larger = (*chosen, best[1])
        _, _, y, x = r_squared(returns, exposed, larger)
        if chosen:
            gain = oos_written_out(y, x)[0] - oos_written_out(y, x[:, :-1])[0]
            q = multipletests(list(p.values()), method="fdr_by")[1][list(p).index(best[1])]
            if gain <= 0.01 or q >= 0.05 or len(y) - max(len(y) // 2, 24) < 24:
                break
        found.append(larger)
        chosen = larger
    return found


def mixed(n: int = 160, seed: int = 0) -> dict[str, Array]:
    """Four factors; an exposure to three of them, candidates near each, and two that are nearly one."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((n, 4)) * 0.03
    found = {"E": factors @ [1.0, 0.8, 0.5, 0.0] + 0.02 * random.standard_normal(n)}
    for name, j in (("A", 0), ("B", 1), ("C", 2), ("D", 3)):
        found[name] = factors[:, j] + 0.01 * random.standard_normal(n)
    found["A2"] = found["A"] + 0.004 * random.standard_normal(n)
    return found | {f"N{i}": 0.03 * random.standard_normal(n) for i in range(4)}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("is_whole", [True, False])
def test_baskets_against_loops(seed: int, is_whole: bool) -> None:
    returns = mixed(seed=seed)
    if not is_whole:
        returns = with_gaps(returns, seed)
    rows = baskets(returns, [*against("E", returns), ("N0", "N1"), ("N0", "N2")])
    expected = baskets_written_out(returns, "E")
    by_size: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row["exposed"] == "E":
            by_size.setdefault(row["basket"], []).append(row)
    assert [tuple(row["candidate"] for row in own) for own in by_size.values()] == expected
    assert not is_whole or len(expected) == 3
    assert rows[-1]["exposed"] == "N0"
    for members, own in zip(expected, by_size.values(), strict=True):
        reduction, slopes, y, x = r_squared(returns, "E", members)
        oos, n_oos = oos_written_out(y, x)
        for i, row in enumerate(own):
            assert (row["basket"], row["position"], row["n_obs"], row["n_oos"]) == (len(members), i + 1, len(y), n_oos)
            assert row["weight"] == pytest.approx(-slopes[i], rel=1e-8)
            assert row["variance_reduction"] == pytest.approx(reduction, rel=1e-8)
            assert row["oos_variance_reduction"] == pytest.approx(oos, rel=1e-7)


def test_baskets_of_one_are_the_offsets() -> None:
    returns = with_gaps(mixed())
    pairs = against("E", returns)
    one = baskets(returns, pairs, SPEC | {"max_basket": 1})
    assert len(one) == 1
    row = hedges(returns, pairs)["E", one[0]["candidate"]]
    assert one[0]["weight"] == pytest.approx(row["hedge_ratio"], rel=1e-12)
    for name in ("n_obs", "n_oos", "variance_reduction", "oos_variance_reduction"):
        assert one[0][name] == pytest.approx(row[name], rel=1e-12)
    assert row["variance_reduction"] == max(r["variance_reduction"] for r in hedges(returns, pairs).values())


def test_near_duplicates_do_not_meet_in_a_basket() -> None:
    for seed in range(5):
        returns = mixed(seed=seed)
        names = {row["candidate"] for row in baskets(returns, against("E", returns))}
        assert not {"A", "A2"} <= names
    twins = planted(120, 0) | {"H2": planted(120, 0)["HEDGE"]}
    assert [row["candidate"] for row in baskets(twins, against("E", twins))] == ["H2"], "of equal ones the first"
    multiple = planted(120, 0) | {"A": -3 * planted(120, 0)["HEDGE"]}
    assert [row["candidate"] for row in baskets(multiple, against("E", multiple))] == ["A"]


def test_baskets_stop_at_noise() -> None:
    sizes = []
    for seed in range(40):
        returns = planted(200, 25, seed=seed)
        rows = baskets(returns, against("E", returns))
        assert rows[0]["candidate"] == "HEDGE"
        sizes.append(max(row["basket"] for row in rows))
    assert np.mean(np.array(sizes) == 1) >= 0.95


def test_a_larger_basket_takes_enough_months_out_of_sample() -> None:
    returns = mixed()
    pairs = against("E", returns)
    assert max(row["basket"] for row in baskets(returns, pairs)) == 3
    strict = SPEC | {"min_oos_observations": 81}
    assert max(row["basket"] for row in baskets(returns, pairs, strict)) == 1
    assert max(row["basket"] for row in baskets(returns, pairs, strict | {"min_oos_observations": 80})) == 3


def test_a_perfect_basket_of_one() -> None:
    returns = mixed() | {"SAME": mixed()["E"]}
    rows = baskets(returns, against("E", returns))
    assert [(row["candidate"], row["variance_reduction"]) for row in rows] == [("SAME", 1)]
    assert rows[0]["weight"] == pytest.approx(-1)


def test_reductions_against_statsmodels() -> None:
    random = np.random.default_rng(4)
    y = random.standard_normal((3, 50)) * 0.01 + 5
    x = random.standard_normal((3, 50, 3)) @ (np.eye(3) + 0.3) * [1, 1e-3, 1e3]
    for k in (1, 2, 3):
        reduction, partial = reductions(y, x[:, :, :k])
        for i in range(3):
            fit = sm.OLS(y[i], sm.add_constant(x[i, :, :k])).fit()
            assert reduction[i] == pytest.approx(fit.rsquared, rel=1e-8)
            assert correlation_t(partial[i], 49 - k) == pytest.approx(fit.tvalues[-1], rel=1e-8, abs=1e-6)


def test_reductions_of_what_does_not_vary() -> None:
    random = np.random.default_rng(5)
    y, a, b = random.standard_normal((3, 50))
    flat, near = np.full(50, 0.1 + 0.2), a + 0.1 * b
    for columns in ([flat], [a, flat], [flat, a], [a, near], [a, b, a - b], [a, a, b]):
        found = reductions(y[None], np.stack(columns, axis=1)[None])
        assert np.isnan(found).all()
    assert np.isnan(reductions(flat[None], a[None, :, None])).all()
    reduction, partial = reductions(2 * a[None], np.stack([a, b], axis=1)[None])
    assert (reduction[0], partial[0]) == (1, 0), "nothing is left"


def simulated(panels: Sequence[dict[str, Array]]) -> pd.DataFrame:
    """The candidates of each panel, best first, and which of them the rule of the offsets recommends."""
    named = {f"{i:04} {name}": values for i, panel in enumerate(panels) for name, values in panel.items()}
    pairs = [(f"{key[:5]}E", key) for key in named if key[5:] != "E"]
    matrix = np.column_stack(list(named.values()))
    found = pd.DataFrame(offsets(Panel(np.arange(len(matrix)), tuple(named), matrix), pairs, 24))
    tests = pd.DataFrame({"family": found["exposed"], "key": found["candidate"], "statistic": found["t_stat"]})
    tests = hypothesis_tests(tests.assign(distribution="t", df=found["df"], df_2=np.nan))
    oos = found["oos_variance_reduction"]
    found["is_recommended"] = (tests["bhy_q"] < 0.05) & (oos > SPEC["oos_improvement"]) & (found["n_oos"] >= 24)
    found["candidate"] = found["candidate"].str[5:]
    return found.sort_values(["exposed", "oos_variance_reduction"], ascending=[True, False])


@pytest.mark.parametrize("n", [60, 200])
def test_noise_is_not_recommended(n: int) -> None:
    panels = [planted(n, 25, seed=seed) for seed in range(400)]
    found = simulated([{name: panel[name] for name in panel if name != "HEDGE"} for panel in panels])
    by_panel = found.groupby("exposed")
    assert len(by_panel) == 400 and len(found) == 400 * 25
    assert by_panel["is_recommended"].any().mean() <= 0.05
    in_sample = by_panel["variance_reduction"].max()
    assert (in_sample > 0.05).mean() > (0.8 if n == 60 else 0.02), "in sample the best of noise looks good"


def test_a_planted_hedge_is_recommended_first() -> None:
    found = simulated([planted(200, 25, seed=1000 + seed) for seed in range(400)])
    first = found.groupby("exposed").first()
    assert ((first["candidate"] == "HEDGE") & first["is_recommended"]).mean() >= 0.95
    others = found[found["candidate"] != "HEDGE"].groupby("exposed")["is_recommended"].any()
    assert others.mean() <= 0.05


@pytest.mark.skipif(not SHARED_DATA.exists(), reason="needs the shared data")
def test_offsets_of_real_funds() -> None:
    prices = pd.read_csv(SHARED_DATA / "etf_prices_monthly.csv").pivot(
        index="month_end", columns="ticker", values="adj_close"
    )
    frame = prices.pct_change(fill_method=None)
    returns = {name: frame[name].to_numpy() for name in frame}
    pairs = [(a, b) for a in returns for b in returns if a != b]
    found = hedges(returns, pairs)
    assert len(found) == len(pairs)
    for exposed, candidate in (("SPY", "TLT"), ("IEF", "TLT"), ("XLK", "XLU")):
        given = np.isfinite(returns[exposed]) & np.isfinite(returns[candidate])
        y, x = returns[exposed][given], returns[candidate][given]
        row = found[exposed, candidate]
        oos, n_oos = oos_written_out(y, x[:, None])
        assert (row["n_obs"], row["n_oos"]) == (len(y), n_oos)
        assert row["oos_variance_reduction"] == pytest.approx(oos, rel=1e-8)
        assert row["hedge_ratio"] == pytest.approx(-stats.linregress(x, y).slope, rel=1e-9)
    assert found["IEF", "TLT"]["oos_variance_reduction"] > 0.5
    rows = baskets(returns, [pair for pair in pairs if pair[0] == "XLF"])
    assert [row["candidate"] for row in rows if row["basket"] == 1] == ["SPY"] or rows[0]["variance_reduction"] > 0.5
