"""What lasts, what others have too, and what survives in depth: against scipy, statsmodels and brute force."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import PROJECT, Warehouse, on_both_engines
from scipy import optimize, stats
from statsmodels.stats.multitest import multipletests
from test_signal_simulations import HIGH, LOW, N_ASSETS, SERIES, fat, p_of, pairs, rate
from test_signals import study

from dbt_whence import stability
from dbt_whence.panel import Array
from dbt_whence.panels import cross_section_panel
from dbt_whence.signal_depth import (
    note_conditional_spread,
    note_direction,
    note_half_life,
    note_rolling_slopes,
    note_stability,
    spanning_of,
)
from dbt_whence.signals import Findings, data_hash
from dbt_whence.stability import (
    contrast_test,
    half_life,
    ranks,
    rolling_slopes,
    smooth_slope_test,
    spanning_tests,
    theil_sen,
)
from dbt_whence.time_series import Estimate, cosine_terms, ewc_mean_test, newey_west_lags

FOLDER = PROJECT / "analyses" / "signal_research"
OWN_QUESTIONS = ["which_are_the_same_signal_twice", "which_signals_decay", "which_signals_survive"]


class Noted(Findings):
    """Findings whose statistics are kept by code, p-values as p."""

    def __init__(self) -> None:
        cell = {"n_assets": 1, "n_dates": 1}
        super().__init__({"procedure": "ic", "horizon": 1}, cell)
        self.values: dict[str, float] = {}

    def statistic(self, code: str, value: float, distribution: str | None = None, df: float = np.nan) -> None:
        self.values[code] = p_of(Estimate(0, 0, value, df, 0, 0)) if distribution == "t" else value


def walk(n: int, seed: int = 0, rho: float = 0.4) -> Array:
    random = np.random.default_rng(seed)
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = rho * x[t - 1] + random.standard_normal()
    return x


def cosine_variance(scores: Array, terms: int) -> float:
    """Mean square of the projections on the first cosines, written out."""
    n = len(scores)
    at = np.arange(1, n + 1) - 0.5
    return float(
        np.mean([(math.sqrt(2 / n) * np.cos(math.pi * j * at / n) @ scores) ** 2 for j in range(1, terms + 1)])
    )


# trends and later dates


@pytest.mark.parametrize("n", [2, 3, 50, 401])
def test_theil_sen_against_scipy(n: int) -> None:
    for values in (walk(n), np.round(walk(n, 1))):
        assert stability.theil_sen(values) == pytest.approx(stats.theilslopes(values)[0], rel=1e-12, abs=1e-15)


def test_theil_sen_of_many_dates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    values = 0.001 * np.arange(600) + walk(600)
    whole = theil_sen(values)
    monkeypatch.setattr(stability, "MAX_PAIRS", 20_000)
    pairs_apart = [(values[j] - values[i]) / (j - i) for i in range(600) for j in range(i + 9, 600, 9)]
    assert theil_sen(values) == pytest.approx(np.median(pairs_apart))
    assert theil_sen(values) == pytest.approx(whole, abs=2e-4)
    assert len(pairs_apart) <= 20_000


@pytest.mark.parametrize("horizon", [1, 5])
@pytest.mark.parametrize("kind", ["trend", "step"])
def test_trend_and_step_by_hand(kind: str, horizon: int) -> None:
    """The slope of least squares; the error from residuals' projections on cosines that are cleared one by one."""
    y, n = walk(120), 120
    t = np.arange(n) / n
    counts = np.ones(n, dtype=bool)
    x = t
    if kind == "step":
        counts[84 : 84 + horizon] = False
        x = (np.arange(n) >= 84)[counts].astype(float)
    y = y[counts]
    terms = cosine_terms(n, horizon)
    design = np.column_stack([np.ones(len(y)), x])
    cleared: list[Array] = []
    for j in range(1, terms + 1):
        wave = np.cos(math.pi * j * (np.arange(n) + 0.5) / n)[counts]
        wave = (
            wave
            - np.column_stack([design, *cleared])
            @ np.linalg.lstsq(np.column_stack([design, *cleared]), wave, rcond=None)[0]
        )
        cleared.append(wave / np.linalg.norm(wave))
    variance = np.mean([(wave @ y) ** 2 for wave in cleared])
    fit = sm.OLS(y, design).fit()
    found = smooth_slope_test(walk(120), horizon, kind)
    assert found.value == pytest.approx(fit.params[1])
    assert found.t_stat == pytest.approx(fit.params[1] / math.sqrt(variance * fit.normalized_cov_params[1, 1]))
    assert found.df == terms
    if kind == "step":
        assert found.value == pytest.approx(walk(120)[84 + horizon :].mean() - walk(120)[:84].mean())


def test_average_ranks_against_scipy() -> None:
    for values in (walk(50), np.round(walk(50)), np.ones(4)):
        np.testing.assert_allclose(ranks(values), stats.rankdata(values))


def test_stability_by_hand() -> None:
    found, values = Noted(), walk(100, 3) + 0.4
    values[7] = 0.0
    note_stability(found, "ic", values, 3)
    got = found.values
    assert got["ic_ir"] == pytest.approx(values.mean() / values.std(ddof=1))
    assert got["ic_positive_rate"] == (values > 0).mean()
    sign = np.sign(values)
    error = math.sqrt(cosine_variance(sign, cosine_terms(100, 3)) / 100)
    assert got["ic_positive_t"] == pytest.approx(sign.mean() / error)
    assert got["ic_trend"] == pytest.approx(100 * stats.theilslopes(values)[0])
    assert got["ic_in_sample_mean"] == pytest.approx(values[:70].mean())
    assert got["ic_out_of_sample_mean"] == pytest.approx(values[73:].mean())
    assert got["ic_retention"] == pytest.approx(values[73:].mean() / values[:70].mean())
    note_stability(found, "ic", values - values[:70].mean() + 0.01, 3)
    assert np.isnan(found.values["ic_retention"])
    assert got["ic_decay_p"] == pytest.approx(p_of(smooth_slope_test(values, 3, "step")))


STABILITY = [
    *(("ic", 60, 1, rho) for rho in (0.0, 0.98)),
    ("ic", 120, 5, 0.98),
    ("ic", 120, 20, 0.98),
    ("ic", 500, 10, 0.9),
    ("fm", 120, 5, 0.9),
]


@pytest.mark.parametrize(("series", "n", "horizon", "about"), STABILITY)
def test_stability_holds(series: str, n: int, horizon: int, about: float) -> None:
    values = SERIES[series](n, horizon, about)
    assert LOW <= rate(p_of(ewc_mean_test(np.sign(v), horizon)) for v in values) <= HIGH
    assert LOW <= rate(p_of(smooth_slope_test(ranks(v), horizon, "trend")) for v in values) <= HIGH
    assert LOW <= rate(p_of(smooth_slope_test(v, horizon, "step")) for v in values) <= HIGH


def test_stability_of_few_dates_holds() -> None:
    values = SERIES["ic"](60, 1, 0.9)
    assert LOW <= rate(p_of(ewc_mean_test(np.sign(v[:20]))) for v in values) <= HIGH
    assert LOW <= rate(p_of(smooth_slope_test(ranks(v[:20]), 1, "trend")) for v in values) <= HIGH
    assert LOW <= rate(p_of(smooth_slope_test(v[:40], 1, "step")) for v in values) <= HIGH


def test_what_fades_is_found() -> None:
    random = np.random.default_rng(2)
    fading = 0.15 * np.exp(-np.arange(400) / 120) + 0.12 * random.standard_normal(400)
    found = Noted()
    note_stability(found, "ic", fading, 1)
    assert found.values["ic_decay_p"] < 0.05 and found.values["ic_trend_p"] < 0.05
    assert found.values["ic_retention"] < 0.5 and found.values["ic_trend"] < 0


# half-lives


@pytest.mark.parametrize("true", [1.5, 4.0, 12.0])
def test_half_life_of_exact_coefficients(true: float) -> None:
    k = math.log(2) / true
    for sign in (1, -1):
        exact = {h: sign * sum(0.05 * math.exp(-k * lag) for lag in range(h)) / math.sqrt(h) for h in (1, 3, 5, 10)}
        assert half_life(exact) == pytest.approx(true, rel=1e-4)


def test_half_life_against_scipy() -> None:
    noisy = {1: 0.050, 2: 0.058, 5: 0.071, 10: 0.066, 20: 0.049}
    h, c = np.array(list(noisy), dtype=float), np.array(list(noisy.values()))
    (_, k), _ = optimize.curve_fit(lambda h, a, k: a * (1 - np.exp(-k * h)) / np.sqrt(h), h, c, p0=[0.2, 0.1])
    assert half_life(noisy) == pytest.approx(math.log(2) / k, rel=1e-4)


def test_no_half_life() -> None:
    steady = {h: 0.02 * math.sqrt(h) for h in (1, 3, 10)}
    assert np.isnan(half_life(steady))
    assert np.isnan(half_life({1: 0.05, 3: 0.03}))
    assert np.isnan(half_life({1: 0.0, 3: 0.0, 5: 0.0}))
    assert np.isnan(half_life({1: np.nan, 3: 0.04, 5: 0.05}))
    found = Noted()
    noise = np.random.default_rng(1).standard_normal(200)
    note_half_life(found, {1: noise - noise.mean() + 0.01, 3: noise + 1, 5: noise + 0.9})
    assert np.isnan(found.values["ic_half_life"])
    note_half_life(found, {1: np.zeros(0), 3: noise, 5: noise})
    assert np.isnan(found.values["ic_half_life"])


# common signals


@pytest.mark.parametrize("horizon", [1, 5])
def test_contrasts_against_statsmodels(horizon: int) -> None:
    y = walk(150)
    x = np.column_stack([np.ones(150), walk(150, 1), 1e6 * walk(150, 2)])
    weights = np.array([0.0, 1.0, -3e5])
    lags = newey_west_lags(150, horizon)
    fit = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}, use_t=True)
    oracle = fit.t_test(weights)
    found = contrast_test(y, x, weights, horizon)
    assert found.value == pytest.approx(oracle.effect.item())
    assert found.t_stat == pytest.approx(oracle.tvalue.item())
    assert p_of(found) == pytest.approx(oracle.pvalue.item())
    cosine = contrast_test(y, x, weights, horizon, "cosine")
    scores = x @ np.linalg.inv(x.T @ x) @ weights * fit.resid
    factor = 150 / (150 - 3 * horizon)
    error = math.sqrt(cosine_variance(scores, cosine_terms(150, horizon)) * 150 * factor)
    assert cosine.t_stat == pytest.approx(found.value / error)


def test_direction_by_hand() -> None:
    y, x = walk(401, 1, 0.0)[1:], walk(401, 2, 0.0)[1:]
    y = y + 0.3 * x
    found = Noted()
    note_direction(found, y, x, 1)
    up, said = y > 0, x > 0
    hits = (up == said).mean()
    assert found.values["directional_hit_rate"] == hits
    assert found.values["positive_rate"] == up.mean()
    # Pesaran and Timmermann 1992, of which theirs of 2009 is the regression: alike where rows are independent
    chance = up.mean() * said.mean() + (1 - up.mean()) * (1 - said.mean())
    a, b = up.mean(), said.mean()
    variance = chance * (1 - chance) / 400
    variance -= (
        (2 * a - 1) ** 2 * b * (1 - b) + (2 * b - 1) ** 2 * a * (1 - a) + 4 * a * b * (1 - a) * (1 - b) / 400
    ) / 400
    classical = (hits - chance) / math.sqrt(variance)
    assert found.values["pesaran_timmermann_stat"] == pytest.approx(classical, rel=0.35)
    fit = sm.OLS(up.astype(float), sm.add_constant(said.astype(float))).fit()
    centred = said - said.mean()
    scores = centred / (centred @ centred) * fit.resid
    error = math.sqrt(cosine_variance(scores, cosine_terms(400, 1)) * 400 * 400 / 398)
    assert found.values["pesaran_timmermann_stat"] == pytest.approx(fit.params[1] / error)
    slopes = [abs(np.cov(up, np.roll(said, k))[0, 1]) for k in range(400)]
    assert found.values["pesaran_timmermann_p_shift"] == pytest.approx((slopes >= slopes[0] - 1e-12).mean())


def test_asymmetry_by_hand() -> None:
    x = walk(300, 5)
    y = walk(300, 6, 0.0) + np.where(x > 0, 1.2 * x, 0.1 * x)
    found = Noted()
    note_direction(found, y, 1e9 * x, 1)
    design = np.column_stack([np.ones(300), np.maximum(x, 0), np.minimum(x, 0)])
    fit = sm.OLS(y, design).fit()
    assert found.values["sign_asymmetry"] == pytest.approx((fit.params[1] - fit.params[2]) / 1e9)
    assert found.values["sign_asymmetry_p"] < 0.01 and found.values["sign_asymmetry_p_shift"] < 0.02
    assert found.values["sign_asymmetry_t"] == pytest.approx(
        contrast_test(y, design, np.array([0, 1, -1.0]), 1, "cosine").t_stat
    )


@pytest.mark.parametrize("horizon", [1, 5])
def test_conditional_spread_by_hand(horizon: int) -> None:
    x, y = np.round(walk(200, 7), 1), walk(200, 8)
    found = Noted()
    note_conditional_spread(found, y, x, horizon)
    top, bottom = x >= np.quantile(x, 0.8), x <= np.quantile(x, 0.2)
    assert found.values["conditional_spread"] == pytest.approx(y[top].mean() - y[bottom].mean())
    design = np.column_stack([np.ones(200), top, bottom]).astype(float)
    kwds = {"maxlags": newey_west_lags(200, horizon)}
    oracle = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds=kwds, use_t=True).t_test([0, 1, -1])
    assert found.values["conditional_spread_t_nw"] == pytest.approx(oracle.tvalue.item())
    assert found.values["conditional_spread_p"] == pytest.approx(oracle.pvalue.item())
    means = [y[np.roll(top, k)].mean() - y[np.roll(bottom, k)].mean() for k in range(200)]
    share = (np.abs(means) >= abs(means[0]) - 1e-12).mean()
    assert found.values["conditional_spread_p_shift"] == pytest.approx(share)


def test_rolling_slopes_by_hand() -> None:
    x, y = walk(130, 9), walk(130, 10)
    x[40:75] = 0.25
    oracle = [np.polyfit(x[i : i + 32], y[i : i + 32], 1)[0] for i in range(99) if np.ptp(x[i : i + 32]) > 0]
    np.testing.assert_allclose(rolling_slopes(y, x, 32), oracle, rtol=1e-9)
    found = Noted()
    note_rolling_slopes(found, y, x, 1.0)
    assert found.values["rolling_beta_min"] == pytest.approx(min(oracle))
    assert found.values["rolling_beta_max"] == pytest.approx(max(oracle))
    assert found.values["rolling_beta_std"] == pytest.approx(np.std(oracle, ddof=1))
    assert found.values["sign_consistency"] == pytest.approx((np.array(oracle) > 0).mean())
    note_rolling_slopes(found, y[:39], x[:39], 1.0)
    assert np.isnan(found.values["sign_consistency"])


COMMON = ("pesaran_timmermann_p", "sign_asymmetry_p", "conditional_spread_p")


def common_rates(n: int, horizon: int, rho: float, delta: float = 0.0, times: int = 1200) -> dict[str, float]:
    noted: list[dict[str, float]] = []
    for y, x in islice(pairs(n, horizon, rho, N_ASSETS, delta=delta), times):
        found = Noted()
        note_direction(found, y, x, horizon)
        note_conditional_spread(found, y, x, horizon)
        noted.append(found.values)
    return {
        code: rate((v[code] for v in noted), share=0.8) for code in noted[0] if "_p" in code and code != "positive_rate"
    }


@pytest.mark.parametrize(("n", "horizon", "rho"), [(60, 1, 0.0), (120, 1, 0.9), (120, 5, 0.0), (500, 10, 0.0)])
def test_common_signals_hold(n: int, horizon: int, rho: float) -> None:
    found = common_rates(n, horizon, rho)
    assert all(LOW <= found[code] <= HIGH for code in COMMON), found
    assert all(0.015 <= found[f"{code}_shift"] <= HIGH for code in COMMON), found


@pytest.mark.parametrize(("n", "horizon", "rho"), [(120, 5, 0.98), (500, 20, 0.98)])
def test_shifts_hold_where_persistent_signals_overlap(n: int, horizon: int, rho: float) -> None:
    """The exception of errors, which carries long_overlap."""
    found = common_rates(n, horizon, rho)
    assert found["conditional_spread_p"] > HIGH
    assert all(0.02 <= found[f"{code}_shift"] <= HIGH for code in COMMON), found


@pytest.mark.parametrize(("n", "horizon", "share"), [(120, 1, 0.3), (120, 5, 0.3), (500, 5, 0.1)])
def test_events_up_and_down_hold(n: int, horizon: int, share: float) -> None:
    random, noted = np.random.default_rng(3), []
    for y, x in islice(pairs(n, horizon, 0.0, N_ASSETS, share=share), 1200):
        found = Noted()
        note_direction(found, y, x * random.choice([-1.0, 1.0], n), horizon)
        noted.append(found.values)
    for code in ("pesaran_timmermann_p", "sign_asymmetry_p"):
        assert LOW <= rate(v[code] for v in noted) <= HIGH
        assert 0.015 <= rate(v[f"{code}_shift"] for v in noted) <= HIGH


# spanning


def test_spanning_against_statsmodels() -> None:
    values = np.column_stack([walk(150, i) + 0.1 * i for i in range(4)])
    values[:, 3] += 0.7 * values[:, 0] - 2 * values[:, 1]
    values *= [1, 0.1, 10, 1]
    for horizon in (1, 3):
        factor = 150 / (150 - 4 * horizon)
        for j, (newey_west, cosine, r_squared) in enumerate(spanning_tests(values, horizon)):
            x = sm.add_constant(np.delete(values, j, axis=1))
            lags = newey_west_lags(150, horizon)
            fit = sm.OLS(values[:, j], x).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
            assert newey_west.value == pytest.approx(fit.params[0], rel=1e-8)
            assert newey_west.t_stat == pytest.approx(fit.tvalues[0] / math.sqrt(factor), rel=1e-8)
            assert newey_west.df == 146
            assert r_squared == pytest.approx(fit.rsquared, rel=1e-8)
            scores = (x @ np.linalg.inv(x.T @ x))[:, 0] * fit.resid
            error = math.sqrt(cosine_variance(scores, cosine_terms(150, horizon)) * 150 * factor)
            assert cosine.t_stat == pytest.approx(fit.params[0] / error, rel=1e-7)


def test_spanning_of_collinear_signals() -> None:
    a, b, c, d = (walk(120, i) for i in range(4))
    alone = spanning_tests(np.column_stack([a, b, d]), 1)[2]
    found = spanning_tests(np.column_stack([a, b, 2 * a - b, d, np.ones(120), c * 0]), 1)
    assert [f[2] for f in found[:3]] == [1.0] * 3
    assert all(np.isnan(f[0].value) for f in [*found[:3], *found[4:]])
    assert np.isnan(found[4][2]) and np.isnan(found[5][2])
    assert found[3][0].t_stat == pytest.approx(alone[0].t_stat)
    assert found[3][2] == pytest.approx(alone[2])
    assert [f[2] for f in spanning_tests(np.column_stack([a, 3 * a]), 1)] == [1.0, 1.0]


def test_spanning_takes_common_dates_and_enough_of_them() -> None:
    def dated(values: Array) -> dict[str, Array]:
        return {"fm_lambda": values, "date_position": np.arange(1.0, len(values) + 1)}

    a, b, c = (walk(90, i) for i in range(3))
    a[:10], b[85:], c[40:] = np.nan, np.nan, np.nan
    series = {("a", 1): dated(a), ("b", 1): dated(b), ("c", 1): dated(c)}
    found = spanning_of(series, ["a", "b", "c", "missing"], 1)
    assert set(found) == {"a", "b"}  # c has a slope on fewer than half of the dates
    assert found["a"][0].n == 75
    assert found["a"][2] == pytest.approx(np.corrcoef(a[10:85], b[10:85])[0, 1] ** 2)
    assert spanning_of(series, ["a"], 1) == {}
    assert spanning_of({key: dated(v["fm_lambda"][:38]) for key, v in series.items()}, ["a", "b"], 1) == {}
    assert spanning_of(series | {("a", 3): dated(a), ("b", 3): dated(b)}, ["a", "b"], 3) == {}


def test_a_thousand_signals_are_spanned_at_once() -> None:
    random = np.random.default_rng(1)
    found = spanning_tests(random.standard_normal((1200, 500)), 1)
    assert len(found) == 500 and all(0 < f[2] < 1 for f in found)


@pytest.mark.parametrize(
    ("n", "k", "horizon"), [(60, 2, 1), (60, 21, 1), (100, 40, 1), (250, 10, 5), (350, 5, 10), (120, 20, 2)]
)
def test_spanning_holds(n: int, k: int, horizon: int) -> None:
    """All intercepts are zero. By Newey and West without overlap, by cosines with it too."""
    random = np.random.default_rng([n, k])
    newey_west, cosine = [], []
    for _ in range(max(60, 2000 // k)):
        mixed = np.lib.stride_tricks.sliding_window_view(fat(random, (n + horizon - 1, k)), horizon, axis=0).mean(
            axis=2
        )
        for one, other, _ in spanning_tests(
            mixed @ (np.eye(k) + random.standard_normal((k, k)) / math.sqrt(k)), horizon
        ):
            newey_west.append(p_of(one))
            cosine.append(p_of(other))
    assert LOW <= rate(cosine) <= HIGH
    if horizon == 1:
        assert LOW <= rate(newey_west) <= HIGH
    elif horizon >= 5:
        assert rate(newey_west) > HIGH  # carries long_overlap


def test_nothing_raises_and_nothing_is_infinite(recwarn: pytest.WarningsRecorder) -> None:
    hostile = [
        np.array([1.0]), np.array([1.0, 2.0, 3.0]), np.zeros(60), np.full(60, 0.3), np.r_[np.zeros(59), 1.0],
        np.tile([1.0, -1.0], 40), np.arange(60.0), 1e-60 * walk(60), 1e60 * walk(60), np.round(walk(60)),
    ]  # fmt: skip
    for values in hostile:
        for horizon in (1, 5, 70):
            found = Noted()
            note_stability(found, "ic", values, horizon)
            note_half_life(found, {1: values, 2: values, 5: values})
            for signal in hostile:
                if len(signal) == len(values) >= 20 and np.ptp(signal) > 0:
                    note_direction(found, values, signal, horizon)
                    note_conditional_spread(found, values, signal, horizon)
                    note_rolling_slopes(found, values, signal, 1.0)
                    spanning_tests(np.column_stack([values, signal]), horizon)
            assert not any(np.isinf(list(found.values.values()))), (values[:3], found.values)
    assert not [str(w.message) for w in recwarn]


# screening, on both engines


def hierarchical(rows: pd.DataFrame, level: float) -> pd.Series:
    """Families first, then members of those selected, step by step (Benjamini and Bogomolov 2014)."""
    least = rows.groupby("family")["bhy_q"].min().sort_values()
    n = len(least)
    c = sum(1 / k for k in range(1, n + 1))
    selected = max((k for k in range(1, n + 1) if least.iloc[k - 1] <= level * k / (n * c)), default=0)
    chosen = set(least.index[:selected])
    return rows["family"].isin(chosen) & (rows["bhy_q"] <= level * selected / (n * c))


def test_screening_in_depth_holds_under_the_null() -> None:
    """Families and horizons that share most of what they are made of: bounds, kept with room."""
    random, any_survivor, one_of_four = np.random.default_rng(5), [], []
    for _ in range(800):
        shared = random.standard_normal(8)
        z = np.sqrt(0.7) * shared + np.sqrt(0.3) * random.standard_normal((4, 8))
        p = 2 * stats.norm.sf(np.abs(z))
        rows = pd.DataFrame({"family": np.repeat(list("abcd"), 8), "bhy_q": np.concatenate([bhy(row) for row in p])})
        any_survivor.append(hierarchical(rows, 0.05).any())
        horizons = np.sort(np.r_[0.0, p[:3, 0]])  # one works, two are asked for
        one_of_four.append(min(1.0, 3 * horizons[1]) <= 0.05)
    assert np.mean(any_survivor) <= 0.05 and 0.005 < np.mean(one_of_four) <= 0.05


def bhy(p: Array) -> Array:
    return np.asarray(multipletests(p, method="fdr_by")[1])


@on_both_engines
def test_depth_in_the_warehouse(warehouse: Warehouse) -> None:
    panel = cross_section_panel(30, 150, 0.12, seed=1)
    random = np.random.default_rng(11)
    panel["weak"] = 0.12 * panel["signal"] + random.standard_normal(len(panel))
    panel["twice"] = panel["signal"] * 2
    dates = panel["date"].unique()
    panel["macro"] = panel["date"].map(dict(zip(dates, random.standard_normal(len(dates)), strict=True)))
    panel["meeting"] = panel["date"].map(
        dict(zip(dates, random.choice([0, 0, 0, 1, -1], len(dates)).astype(float), strict=True))
    )
    names = ["signal", "noise", "weak", "twice", "macro", "meeting"]
    whole = study(warehouse, panel, names, horizons=[1, 3, 5])
    joint = whole | {"name": "joint", "signals": ["signal", "noise"], "procedures": ["ic", "fm_joint"], "horizons": [2]}
    run = warehouse.build_signals([whole, joint])
    assert run.success, run.log
    check_screening(warehouse)
    check_codes(warehouse)
    check_questions(warehouse)


def check_screening(warehouse: Warehouse) -> None:
    rows = warehouse.query("select * from signal_screening")
    for column in ("p_value", "bhy_q", "hierarchical_q", "partial_conjunction_p"):
        rows[column] = rows[column].astype(float)
    assert (rows["hierarchical_q"] >= rows["bhy_q"]).all()
    for _, own in rows.groupby("study"):
        for level in (1e-6, 0.001, 0.01, 0.05, 0.1, 0.3, 0.6, 0.99):
            assert (own["hierarchical_q"] <= level).tolist() == hierarchical(own, level).tolist(), level
    assert rows["is_hierarchical_survivor"].astype(bool).tolist() == (rows["hierarchical_q"] <= 0.05).tolist()
    assert 0 < rows["is_hierarchical_survivor"].sum() < rows["is_survivor"].sum() + 1
    for (name, *_), own in rows.groupby(["study", "signal", "procedure"]):
        p = sorted(own["p_value"])
        expected = min(1.0, 2 * p[1]) if name == "s" else p[0]
        assert own["partial_conjunction_p"].tolist() == pytest.approx([expected] * len(own), rel=1e-12)


def check_codes(warehouse: Warehouse) -> None:
    """Every code comes out where it should, and every one that does is described."""
    metrics = pd.read_csv(PROJECT / "seeds" / "signal_research" / "signal_metrics.csv")
    found = warehouse.query("select * from signal_statistics")
    assert set(found["statistic"]) <= set(metrics["code"])
    marked = found.groupby("statistic")["is_p_value"].first().astype(bool)
    assert marked.to_dict() == metrics.set_index("code")["is_p_value"].loc[marked.index].astype(bool).to_dict()
    new = metrics["code"].str.contains(
        "_ir$|positive|trend|sample_mean|retention|decay|half_life|spanning|hit_rate|timmermann|asymmetry|rolling"
        "|consistency|conditional"
    )
    codes = metrics[new & (metrics["procedure"] != "caar")]  # no signal of the study has events by asset
    assert len(codes) > 50
    value = found.set_index(["study", "signal", "horizon", "procedure", "statistic"])["value"].astype(float)
    defined = value.dropna().reset_index()
    seen = defined.groupby("statistic")["procedure"].agg(set)
    for code, procedure in zip(codes["code"], codes["procedure"], strict=True):
        expected = {"common_continuous", "common_sparse"} if isinstance(procedure, float) else {procedure}
        if code in ("ic_half_life",):
            continue
        assert seen.get(code) == expected, code
    assert set(found[found["statistic"] == "ic_half_life"]["horizon"]) == {1, 2}
    ic = warehouse.query("select * from signal_series where statistic in ('ic', 'fm_lambda') and study = 's'")
    ic["value"] = ic["value"].astype(float)
    series = {
        key: g.sort_values("date")["value"].to_numpy() for key, g in ic.groupby(["signal", "horizon", "statistic"])
    }
    own = series["signal", 3, "ic"]
    assert value["s", "signal", 3, "ic", "ic_trend"] == pytest.approx(100 * stats.theilslopes(own)[0], rel=1e-8)
    step = smooth_slope_test(own, 3, "step")
    assert value["s", "signal", 3, "ic", "ic_decay_p"] == pytest.approx(p_of(step), rel=1e-6)
    assert value["s", "signal", 1, "ic", "ic_half_life"] == pytest.approx(
        half_life({h: float(series["signal", h, "ic"].mean()) for h in (1, 3, 5)}), rel=1e-6, nan_ok=True
    )
    three = np.column_stack([series[name, 1, "fm_lambda"] for name in ("signal", "noise", "weak")])
    newey_west, cosine, r_squared = spanning_tests(three, 1)[1]
    assert value["s", "noise", 1, "fm", "spanning_alpha"] == pytest.approx(newey_west.value, rel=1e-7)
    assert value["s", "noise", 1, "fm", "spanning_alpha_p_ewc"] == pytest.approx(p_of(cosine), rel=1e-6)
    assert value["s", "noise", 1, "fm", "spanning_r_squared"] == pytest.approx(r_squared, rel=1e-7)
    assert value["s", "twice", 1, "fm", "spanning_r_squared"] == 1
    assert np.isnan(value["s", "signal", 1, "fm", "spanning_alpha"])


def answers(warehouse: Warehouse) -> dict[str, pd.DataFrame]:
    """Compile every question at once, and ask each; they read the tables that a project has built."""
    warehouse.project = PROJECT
    run = warehouse.dbt("compile", "--select", *OWN_QUESTIONS)
    assert run.success, run.log
    folder = warehouse.folder / "target" / "compiled" / "whence" / "analyses" / "signal_research"
    return {name: warehouse.query((folder / f"{name}.sql").read_text()) for name in OWN_QUESTIONS}


def check_questions(warehouse: Warehouse) -> None:
    found = answers(warehouse)
    survive = found["which_signals_survive"]
    screening = warehouse.query("select * from signal_screening where is_survivor")
    assert len(survive) == len(screening) > 0
    assert set(survive["signal"]) == set(screening["signal"])
    decay = found["which_signals_decay"]
    assert decay[["study", "signal", "horizon"]].value_counts().max() == 1
    assert len(decay) == 4 * 3 + 2
    for row in decay.to_dict("records"):
        faded = abs(row["out_of_sample_mean"]) < abs(row["in_sample_mean"])
        means = row["in_sample_mean"] * row["out_of_sample_mean"]
        moved = "reversed" if means < 0 else "faded" if faded else "grown"
        expected = "not shown" if row["decay_p"] > 0.05 else moved
        assert row["verdict"] == expected
    twice = found["which_are_the_same_signal_twice"].set_index(["signal", "horizon"])
    assert set(twice.loc[[("signal", 1), ("twice", 1)], "verdict"]) == {"the same twice"}
    assert twice.loc[("noise", 1), "verdict"] == "its own"
    assert twice.index[0][0] in ("signal", "twice")


def test_all_questions_are_asked() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} >= set(OWN_QUESTIONS)


def test_data_hash_sees_data_and_not_rounding() -> None:
    values = np.array([1.0, -0.5, 1e-17, np.nan])
    known = data_hash({"ic": values})
    assert data_hash({"ic": np.array([1 + 1e-15, -0.5, -3e-17, np.nan])}) == known
    changed = [values * [1, 1.0001, 1, 1], values * 10, values[::-1], values[:3], np.nan_to_num(values)]
    assert len({known} | {data_hash({"ic": other}) for other in changed}) == 6
    assert data_hash({"caar": values}) != known
    assert data_hash({"ic": np.zeros(2)}) != data_hash({"ic": np.zeros(3)})
