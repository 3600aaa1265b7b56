"""Rejections of a true null at 5 % by the tests of single events: within 3 to 8 %, with the documented exceptions.

Prices have a market with a beta per asset and fat tails. Events are independent of all returns; they fall on single
assets, or on half of all assets at once. Seeds are fixed, so the rates are too; the error of a rate of 5 % is a point.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from dbt_whence.events import event_sum_test
from dbt_whence.panel import Array

LOW, HIGH = 0.03, 0.08
TIMES, N_ASSETS = 500, 20
TESTS = ("bmp", "event_hit", "corrado")


def fat(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.asarray(random.standard_t(5, shape) / np.sqrt(5 / 3))


def worlds(n: int, horizon: int, is_shared: bool, share: float) -> Iterator[tuple[Array, Array]]:
    """Yield forward returns (T, N) entered a row later, and where events are."""
    random = np.random.default_rng([2029, n, horizon])
    for _ in range(TIMES):
        market, beta = fat(random, (n + horizon + 1,)), 1 + 0.3 * random.standard_normal(N_ASSETS)
        returns = 0.01 * market[:, None] * beta + 0.02 * fat(random, (n + horizon + 1, N_ASSETS))
        price = np.cumprod(1 + returns, axis=0)
        is_event = random.random((n, N_ASSETS)) < share
        if is_shared:
            is_event = (random.random(n) < share)[:, None] & (random.random((n, N_ASSETS)) < 0.5)
        yield (price[1 + horizon :][:n] / price[1:][:n] - 1) / horizon, is_event


def sums_of_dates(forward: Array, is_event: Array, horizon: int, model: str) -> dict[str, Array]:
    """Return the columns of int_signal_research__event_dates that the tests take, of all dates."""
    n, n_assets = forward.shape
    before = np.vstack([np.zeros((1, n_assets)), np.cumsum(is_event, axis=0)])
    first, last = np.maximum(np.arange(n) - horizon + 1, 0), np.minimum(np.arange(n) + horizon, n)
    is_quiet = before[last] == before[first]
    sums = {name: np.zeros(n) for name in (*TESTS, "quiet_load", "n")}
    market = forward.mean(axis=1)
    for i in np.flatnonzero(is_event.any(axis=0)):
        quiet, own, rows = is_quiet[:, i], forward[:, i], is_event[:, i]
        m = int(quiet.sum())
        if m < 20:
            continue
        scale, ddof = np.ones(n), 1
        if model == "market":
            x, y = market[quiet] - market[quiet].mean(), own[quiet] - own[quiet].mean()
            deviation, ddof = market - market[quiet].mean(), 2
            own = own - own[quiet].mean() - (x @ y) / (x @ x) * deviation
            scale = np.sqrt(1 + 1 / m + deviation**2 / (x @ x))
        ranks = (np.searchsorted(np.sort(own[quiet]), own[rows]) + 1) / (m + 2)
        sums["bmp"][rows] += (own / scale)[rows] / own[quiet].std(ddof=ddof)
        sums["event_hit"][rows] += (own[rows] > 0) - (own[quiet] > 0).mean()
        sums["corrado"][rows] += ranks - 0.5
        sums["quiet_load"][rows] += rows.sum() / m
        sums["n"][rows] += 1
    return sums


def rejections(n: int, horizon: int, is_shared: bool, share: float, model: str) -> dict[str, float]:
    """Return how often each test is below 5 %, of the times that it has a p."""
    p: dict[str, list[float]] = {name: [] for name in TESTS}
    for forward, is_event in worlds(n, horizon, is_shared, share):
        sums = sums_of_dates(forward, is_event, horizon, model)
        at = np.flatnonzero(sums["n"])
        if not len(at):
            continue
        load = float(sums["quiet_load"].sum() / sums["n"].sum())
        for name in TESTS:
            own = 0.0 if name == "bmp" and model == "none" else load
            found = event_sum_test(sums[name][at], sums["n"][at], at, horizon, own)
            p[name].append(float(2 * stats.t.sf(abs(found.t_stat), found.df)))
    rates = {}
    for name, values in p.items():
        defined = np.isfinite(values)
        assert defined.sum() > 0.9 * TIMES
        rates[name] = float((np.array(values)[defined] < 0.05).mean())
    return rates


@pytest.mark.parametrize(
    ("n", "horizon", "is_shared", "share", "model"),
    [
        (250, 1, False, 0.002, "none"),
        (250, 1, False, 0.01, "market"),
        (250, 1, True, 0.1, "none"),
        (250, 1, True, 0.1, "market"),
        (500, 5, False, 0.002, "none"),
        (500, 5, False, 0.01, "market"),
        (500, 5, True, 0.05, "none"),
        (500, 10, True, 0.02, "market"),
    ],
)
def test_tests_of_events_hold(n: int, horizon: int, is_shared: bool, share: float, model: str) -> None:
    rates = rejections(n, horizon, is_shared, share, model)
    assert all(LOW <= rate <= HIGH for rate in rates.values()), rates


def test_independent_events_are_an_exception() -> None:
    """Taken as independent, events that share dates share the market's return, and the plain test finds it."""
    p = []
    for forward, is_event in worlds(250, 1, True, 0.1):
        p.append(stats.ttest_1samp(forward[is_event], 0).pvalue)
    assert np.mean(np.array(p) < 0.05) > 0.2


def test_dense_events_without_a_market_model_are_an_exception() -> None:
    """Events on most dates share the market with the quiet rows they are set against: the tests reject too rarely."""
    rates = rejections(500, 5, False, 0.03, "none")
    assert rates["corrado"] < LOW and max(rates.values()) <= HIGH
