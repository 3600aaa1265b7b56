"""What stands beside an estimate: whether it lasts, whether it gets the direction right, whether others have it too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dbt_whence.panel import Array
from dbt_whence.stability import (
    IN_SAMPLE,
    contrast_test,
    contrast_weights,
    half_life,
    is_exact,
    projected,
    ranks,
    rolling_slopes,
    smooth_slope_test,
    spanning_tests,
    theil_sen,
)
from dbt_whence.time_series import NOTHING, Estimate, ewc_mean_test, is_constant, mean_test, shift_p

if TYPE_CHECKING:
    from dbt_whence.signals import Findings

MIN_STABILITY_DATES = 20
"""Dates that a sign, a trend, a direction or an asymmetry is told from."""
MIN_DECAY_DATES = 40
MIN_LATER_DATES = 10
MIN_PER_SIGN = 5
MIN_SPANNING_DATES = 30
CLEAR = 2.0
"""The t from which on an estimate is clear enough to be set in relation to another."""
ROLLING = (20, 60)
NOT_SPANNED = (NOTHING, NOTHING, np.nan)


def note_stability(found: Findings, name: str, values: Array, horizon: int) -> None:
    """Note how steadily a series of dates is above zero, its trend, and how its last dates compare with the first.

    ``name`` is the prefix of the codes: ``ic``, ``fm_lambda``, ``fm_joint_lambda``.
    """
    n = len(values)
    spread = np.nan if is_constant(values) else float(values.std(ddof=1)) or np.nan
    found.statistic(f"{name}_ir", float(values.mean()) / spread)
    found.statistic(f"{name}_positive_rate", float((values > 0).mean()))
    is_long = n >= MIN_STABILITY_DATES
    sign = ewc_mean_test(np.sign(values), horizon) if is_long else NOTHING
    found.test(f"{name}_positive_t", f"{name}_positive_p", sign.t_stat, sign.df)
    found.statistic(f"{name}_trend", 100 * theil_sen(values) if is_long else np.nan)
    trend = smooth_slope_test(ranks(values), horizon, "trend") if is_long else NOTHING
    found.test(f"{name}_trend_t", f"{name}_trend_p", trend.t_stat, trend.df)
    first = values[: int(IN_SAMPLE * n)]
    last = values[int(IN_SAMPLE * n) + horizon :]
    is_split = n >= MIN_DECAY_DATES and len(last) >= MIN_LATER_DATES
    before, after = (float(first.mean()), float(last.mean())) if is_split else (np.nan, np.nan)
    found.statistic(f"{name}_in_sample_mean", before)
    found.statistic(f"{name}_out_of_sample_mean", after)
    is_clear = is_split and abs(mean_test(first, horizon).t_stat) >= CLEAR
    found.statistic(f"{name}_retention", after / before if is_clear else np.nan)
    change = smooth_slope_test(values, horizon, "step") if is_split else NOTHING
    found.test(f"{name}_decay_t", f"{name}_decay_p", change.t_stat, change.df)


def note_half_life(found: Findings, series: Mapping[int, Array]) -> None:
    """Note the half-life of an information coefficient, from its dates by horizon; NaN if the first is not clear."""
    defined = {horizon: values[np.isfinite(values)] for horizon, values in series.items()}
    shortest = min(defined)
    is_clear = abs(mean_test(defined[shortest], shortest).t_stat) >= CLEAR if len(defined[shortest]) else False
    means = {horizon: float(values.mean()) for horizon, values in defined.items() if len(values)}
    found.statistic("ic_half_life", half_life(means) if is_clear else np.nan)


def note_direction(found: Findings, returns: Array, signal: Array, horizon: int) -> None:
    """Note how often a common signal has the sign of the return, and whether it works alike above and below zero.

    Pesaran and Timmermann's (1992) test in the form of their later paper (2009): the slope of the return's direction on
    the signal's. The sign asymmetry is the slope on the positive part less that on the negative part. The p of shifts
    are those of `shift_p`, of the asymmetry with the residuals of one slope.
    """
    n = len(returns)
    found.statistic("positive_rate", float((returns > 0).mean()))
    counts = (signal != 0) & (returns != 0)
    up, said = returns[counts] > 0, signal[counts] > 0
    found.statistic("directional_hit_rate", float((up == said).mean()) if len(up) else np.nan)
    hit, p_shift = NOTHING, np.nan
    if len(up) >= MIN_STABILITY_DATES and min(smaller_side(up), smaller_side(said)) >= MIN_PER_SIGN:
        x = np.column_stack([np.ones(len(up)), said])
        hit = contrast_test(up.astype(float), x, np.array([0.0, 1.0]), horizon, "cosine")
        p_shift = shift_p(up.astype(float), said.astype(float))
    found.test("pesaran_timmermann_stat", "pesaran_timmermann_p", hit.t_stat, hit.df)
    found.statistic("pesaran_timmermann_p_shift", p_shift, "given")
    sides, p_shift = NOTHING, np.nan
    if n >= MIN_STABILITY_DATES and min((signal > 0).sum(), (signal < 0).sum()) >= MIN_PER_SIGN:
        unit = signal / np.abs(signal).max()
        x = np.column_stack([np.ones(n), np.maximum(unit, 0), np.minimum(unit, 0)])
        contrast = np.array([0.0, 1.0, -1.0]) / np.abs(signal).max()
        sides = contrast_test(returns, x, contrast, horizon, "cosine")
        weights = contrast_weights(x, contrast)
        if weights is not None:
            one_slope = projected(returns, np.column_stack([np.ones(n), unit]))
            p_shift = np.nan if is_exact(returns - one_slope, returns) else shift_p(returns - one_slope, weights)
    found.statistic("sign_asymmetry", sides.value)
    found.test("sign_asymmetry_t", "sign_asymmetry_p", sides.t_stat, sides.df)
    found.statistic("sign_asymmetry_p_shift", p_shift, "given")


def smaller_side(is_up: Array) -> int:
    """Return how many are true or false, whichever are fewer."""
    return int(min(is_up.sum(), (~is_up).sum()))


def note_conditional_spread(found: Findings, returns: Array, signal: Array, horizon: int) -> None:
    """Note the mean return of dates in the top fifth of a common signal less that of dates in the bottom fifth."""
    n = len(returns)
    low, high = np.quantile(signal, [0.2, 0.8])
    bottom, top = signal <= low, signal >= high
    spread, p_shift = NOTHING, np.nan
    if n >= MIN_STABILITY_DATES and low < high and not (top | bottom).all():
        x = np.column_stack([np.ones(n), top, bottom])
        spread = contrast_test(returns, x, np.array([0.0, 1.0, -1.0]), horizon)
        p_shift = shift_p(returns, top / top.sum() - bottom / bottom.sum())
    found.statistic("conditional_spread", spread.value)
    found.test("conditional_spread_t_nw", "conditional_spread_p", spread.t_stat, spread.df)
    found.statistic("conditional_spread_p_shift", p_shift, "given")


def note_rolling_slopes(found: Findings, returns: Array, signal: Array, slope: float) -> None:
    """Note how the slope on a common signal moves in windows of a quarter of the dates, 20 at least, 60 at most."""
    n = len(returns)
    window = max(ROLLING[0], min(ROLLING[1], n // 4))
    slopes = rolling_slopes(returns, signal, window) if n >= 2 * window else np.zeros(0)
    has_some = len(slopes) > 0
    found.statistic("rolling_beta_min", float(slopes.min()) if has_some else np.nan)
    found.statistic("rolling_beta_max", float(slopes.max()) if has_some else np.nan)
    found.statistic("rolling_beta_std", float(slopes.std(ddof=1)) if len(slopes) > 1 else np.nan)
    agree = float((np.sign(slopes) == np.sign(slope)).mean()) if has_some and slope != 0 else np.nan
    found.statistic("sign_consistency", agree)


def note_spanning(found: Findings, tests: tuple[Estimate, Estimate, float]) -> None:
    """Note what the slopes of a signal earn beyond those of the study's other signals; see `spanning_of`."""
    newey_west, cosine, r_squared = tests
    found.statistic("spanning_alpha", newey_west.value)
    found.test("spanning_alpha_t_nw", "spanning_alpha_p", newey_west.t_stat, newey_west.df)
    found.test("spanning_alpha_t_ewc", "spanning_alpha_p_ewc", cosine.t_stat, cosine.df)
    found.statistic("spanning_r_squared", r_squared)


def spanning_of(
    dated: Mapping[tuple[str, int], Mapping[str, Array]], signals: Sequence[str], horizon: int
) -> dict[str, tuple[Estimate, Estimate, float]]:
    """Regress each signal's slopes per date on those of all other signals, over the dates that have all of them.

    Signals that have a slope on fewer than half of the dates of the one that has most take no part, so that they do not
    leave few dates to the rest. With K others, ``max(30 + K, 20 + 2 K)`` dates are needed for each row of horizon.

    Args:
        dated: Statistics by signal and horizon, of `read_series`.
        signals: Individual continuous signals of the study.
        horizon: Rows of a return.
    """
    slopes = {}
    for signal in signals:
        own = dated.get((signal, horizon))
        if own is not None:
            has_one = np.isfinite(own["fm_lambda"])
            slopes[signal] = (own["date_position"][has_one].astype(int), own["fm_lambda"][has_one])
    most = max((len(dates) for dates, _ in slopes.values()), default=0)
    kept = [signal for signal, (dates, _) in slopes.items() if 0 < most <= 2 * len(dates)]
    if len(kept) < 2:
        return {}
    common = slopes[kept[0]][0]
    for signal in kept[1:]:
        common = np.intersect1d(common, slopes[signal][0], assume_unique=True)
    others = len(kept) - 1
    if len(common) < horizon * max(MIN_SPANNING_DATES + others, 20 + 2 * others):
        return {}
    columns = [values[np.searchsorted(dates, common)] for dates, values in (slopes[signal] for signal in kept)]
    return dict(zip(kept, spanning_tests(np.column_stack(columns), horizon), strict=True))
