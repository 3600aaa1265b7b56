"""What the quantiles of a signal earn, whether they rise in order, how fast they change, and what costs take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, doubles, literal, runs_of, specs_of, table_of
from dbt_whence.time_series import (
    CONSTANT,
    N_RESAMPLES,
    Estimate,
    ewc_mean_test,
    is_constant,
    mean_test,
    resampled_rows,
)

MIN_SHARPE_PERIODS = 20
"""Holding periods that do not overlap which a Sharpe ratio needs; its skewness and kurtosis mean little below."""
MIN_RESAMPLED = 6
TRADES = 4
"""What a share of names replaced in both legs trades, in capital of one leg: two legs, each sells and buys it."""
STATISTICS = ("quantile_spread", "top_concentration", "rank_autocorrelation", "quantile_turnover")
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("item", "study", "signal")]
    + [("horizon", pa.int32()), ("quantile", pa.int32())]
    + [(name, pa.float64()) for name in ("mean_forward_return", "standard_error")]
    + [("n_obs", pa.int64()), ("n_dates", pa.int64())]
    + [(name, pa.float64()) for name in ("rank_turnover", "quantile_turnover", "breakeven_cost_bps", "net_spread")]
)


@dataclass(frozen=True)
class QuantileDates:
    """What T dates say of the q quantiles of a signal, in the order of dates; NaN where a date lacks something.

    ``returns`` (T, q) are mean forward returns, ``counts`` (T, q) their pairs; the others are (T,).
    """

    returns: Array
    counts: Array
    quantile_spread: Array
    top_concentration: Array
    rank_autocorrelation: Array
    quantile_turnover: Array


NO_QUANTILES = QuantileDates(np.zeros((0, 0)), np.zeros((0, 0)), *(np.zeros(0) for _ in STATISTICS))


@dataclass(frozen=True)
class Turnover:
    """How fast a signal changes over its horizon, and what that costs; NaN where unknown."""

    rank_turnover: float
    quantile_turnover: float
    breakeven_cost_bps: float
    net_spread: float
    n_dates: int


@dataclass(frozen=True)
class SpreadTrial:
    """The spreads of holding periods that do not overlap: their Sharpe ratio and what its error takes."""

    sharpe: float
    skewness: float
    kurtosis: float
    n: int


@dataclass(frozen=True)
class DeflatedSharpe:
    """``probability`` that a Sharpe ratio exceeds the best that chance brings; of the best one, two p-values."""

    probability: float
    p: float
    best_p: float


@dataclass(frozen=True)
class QuantileFindings:
    """Statistics of a signal's quantiles by code, and the tests of their spread."""

    values: dict[str, float]
    newey_west: Estimate
    cosine: Estimate
    monotonicity_p: float
    trial: SpreadTrial


def read_quantiles(series: Any, study: str, n_quantiles: int) -> dict[tuple[str, int], QuantileDates]:
    """Return the dates of every individual continuous signal and horizon of a study.

    ``series``: DuckDB relation of signal_series, with the statistics ``quantile_return_1`` ... and `STATISTICS`.
    """
    names = [f"quantile_return_{i + 1}" for i in range(n_quantiles)]
    listed = ", ".join(literal(name) for name in (*names, *STATISTICS))
    columns = [f"max(case when statistic = '{name}' then value end) as {name}" for name in (*names, *STATISTICS)]
    columns += [f"max(case when statistic = '{name}' then n_assets end)::double as n_{name}" for name in names]
    found = (
        series.filter(f"study = {literal(study)} and statistic in ({listed})")
        .aggregate(f"signal, horizon, date, {', '.join(columns)}", "signal, horizon, date")
        .order("signal, horizon, date")
        .fetchnumpy()
    )
    if not len(found["signal"]):
        return {}
    returns = np.column_stack([doubles(found[name]) for name in names])
    counts = np.nan_to_num(np.column_stack([doubles(found[f"n_{name}"]) for name in names]))
    others = [doubles(found[name]) for name in STATISTICS]
    return {
        key: QuantileDates(returns[run], counts[run], *(values[run] for values in others))
        for key, run in runs_of(found["signal"], found["horizon"])
    }


def known(values: Array) -> Array:
    """Return the values that are not missing."""
    return np.asarray(values[np.isfinite(values)])


def mean_of(values: Array) -> float:
    """Return the mean of the values that are not missing, NaN where there is none."""
    present = known(values)
    return float(present.mean()) if len(present) else np.nan


def turnover_of(dates: QuantileDates, horizon: int, spec: Mapping[str, Any]) -> Turnover:
    """Return turnover, the cost that eats the spread, and the spread that the study's cost leaves.

    Long the highest and short the lowest quantile, each one unit of capital in equal weights, held over the horizon,
    then made anew: a share ``s`` of names replaced in each leg trades ``4 s``, so that a holding period costs
    ``4 s c`` at a one-way cost c. The spread of a period is that of a row times the rows that it was divided by.
    """
    is_per_row = spec["per_period"] and spec["return_kind"] != "forward_return"
    rows = horizon if is_per_row else 1
    spread, replaced = mean_of(dates.quantile_spread), mean_of(dates.quantile_turnover)
    traded = TRADES * replaced
    return Turnover(
        rank_turnover=1 - mean_of(dates.rank_autocorrelation),
        quantile_turnover=replaced,
        breakeven_cost_bps=1e4 * spread * rows / traded if traded > 0 else np.nan,
        net_spread=spread - traded * spec["cost_bps"] / 1e4 / rows,
        n_dates=len(known(dates.quantile_turnover)),
    )


def quantile_statistics(dates: QuantileDates, horizon: int, spec: Mapping[str, Any]) -> QuantileFindings:
    """Return what the quantiles of a signal say, with the tests of their spread."""
    spreads = known(dates.quantile_spread)
    trial = spread_trial(dates.quantile_spread, horizon)
    values = {
        "quantile_spread_mean": mean_of(spreads),
        "quantile_dates": float(len(spreads)),
        "monotonicity_rho": monotonicity(dates.returns),
        "breakeven_cost_bps": turnover_of(dates, horizon, spec).breakeven_cost_bps,
        "top_concentration": mean_of(dates.top_concentration),
        "spread_sharpe": trial.sharpe,
    }
    newey_west = mean_test(spreads, horizon)
    return QuantileFindings(
        values, newey_west, ewc_mean_test(spreads, horizon), monotonicity_p(dates.returns, horizon), trial
    )


def monotonicity(returns: Array) -> float:
    """Return Spearman's correlation of quantiles and their mean returns; NaN where one is empty or all are equal."""
    means = np.array([mean_of(column) for column in returns.T])
    if not len(means) or not np.isfinite(means).all() or is_constant(means):
        return np.nan
    ranks = (means[:, None] > means).sum(axis=1) + (means[:, None] >= means).sum(axis=1)
    return float(np.corrcoef(ranks, np.arange(len(means)))[0, 1])


def monotonicity_p(returns: Array, horizon: int) -> float:
    """Return p against returns that rise, or fall, with every quantile: twice the smaller p of the two directions.

    The MR test of Patton and Timmermann (2010), "Monotonicity in Asset Returns", JFE 98(3): of the differences between
    neighbouring quantiles the least, over its standard deviation, is set against its distribution over stationary
    bootstraps of the dates, centred at no differences. Dates that lack a quantile are left out; blocks as in
    `dbt_whence.time_series.bootstrap_p`.
    """
    steps = np.diff(returns[np.isfinite(returns).all(axis=1)], axis=1)
    n = len(steps)
    if n < MIN_RESAMPLED or not steps.shape[1]:
        return np.nan
    means, scale = steps.mean(axis=0), steps.std(axis=0)
    if not (scale > CONSTANT * np.abs(steps).max(axis=0)).all():
        return np.nan
    resampled = resample_weights(n, max(float(horizon), n ** (1 / 3))) @ ((steps - means) / scale)
    error = resampled.std(axis=0)
    if not (error > 0).all():
        return np.nan
    least = (resampled / error).min(axis=1), (-resampled / error).min(axis=1)
    observed = (means / scale / error).min(), (-means / scale / error).min()
    shares = [(1 + (drawn >= size).sum()) / (N_RESAMPLES + 1) for drawn, size in zip(least, observed, strict=True)]
    return float(min(1.0, 2 * min(shares)))


@lru_cache(maxsize=4)
def resample_weights(n: int, block: float) -> Array:
    """Return how often each of n rows is drawn, over n: one line per resample of `resampled_rows`."""
    rows = resampled_rows(n, block)
    offset = rows + n * np.arange(len(rows), dtype=np.int64)[:, None]
    return np.asarray(np.bincount(offset.ravel(), minlength=n * len(rows)).reshape(len(rows), n) / n)


def spread_trial(spreads: Array, horizon: int) -> SpreadTrial:
    """Return the Sharpe ratio of every horizon-th date's spread, so that holding periods do not overlap.

    Mean over standard deviation, of a holding period, not annualised; skewness and kurtosis (3 of a normal) are those
    of the moments.
    """
    apart = known(spreads[::horizon])
    n = len(apart)
    if n < MIN_SHARPE_PERIODS or is_constant(apart):
        return SpreadTrial(np.nan, np.nan, np.nan, n)
    unit = (apart - apart.mean()) / apart.std()
    return SpreadTrial(float(apart.mean() / apart.std(ddof=1)), float((unit**3).mean()), float((unit**4).mean()), n)


def sharpe_z(trial: SpreadTrial, benchmark: float) -> float:
    """Return how many of its errors a Sharpe ratio lies above a benchmark.

    Bailey and Lopez de Prado (2012), "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2):
    ``(SR - benchmark) sqrt(n - 1) / sqrt(1 - skewness SR + (kurtosis - 1) / 4 SR^2)``.
    """
    sharpe = trial.sharpe
    variance = 1 - trial.skewness * sharpe + (trial.kurtosis - 1) / 4 * sharpe**2
    return float((sharpe - benchmark) * np.sqrt(trial.n - 1) / np.sqrt(variance)) if variance > 0 else np.nan


def expected_maximum(sharpes: Array) -> float:
    """Return the best Sharpe ratio that as many independent trials without any skill are expected to show.

    Bailey and Lopez de Prado (2014), "The Deflated Sharpe Ratio", Journal of Portfolio Management 40(5):
    ``sqrt(V) ((1 - g) z(1 - 1 / N) + g z(1 - 1 / (N e)))``, V their variance, g Euler's constant, z the normal
    quantile; 0 of one trial.
    """
    from scipy.special import ndtri

    n = len(sharpes)
    if n < 2:
        return 0.0
    best = (1 - np.euler_gamma) * ndtri(1 - 1 / n) + np.euler_gamma * ndtri(1 - 1 / (n * np.e))
    return float(sharpes.std(ddof=1) * best)


def deflated_sharpes(trials: Sequence[SpreadTrial]) -> list[DeflatedSharpe]:
    """Return, for each of the signals tried, how its spread's Sharpe ratio stands against the best of chance.

    ``probability`` is normal in `sharpe_z` above `expected_maximum`. The best one has ``p = 1 - probability``, and
    ``best_p``, the chance that the best of N independent trials without skill is as good (Sidak 1967):
    ``1 - F^N``, F Student's distribution of n - 1 degrees of freedom at `sharpe_z` above 0, as far tails of the normal
    are too thin.
    """
    from scipy.special import ndtr, stdtr

    sharpes = np.array([trial.sharpe for trial in trials])
    present = known(sharpes)
    if not len(present):
        return [DeflatedSharpe(np.nan, np.nan, np.nan) for _ in trials]
    benchmark = expected_maximum(present)
    best = int(np.nanargmax(sharpes))
    found = []
    for i, trial in enumerate(trials):
        probability, p, best_p = float(ndtr(sharpe_z(trial, benchmark))), np.nan, np.nan
        if i == best:
            p = 1 - probability
            best_p = 1 - float(stdtr(trial.n - 1, sharpe_z(trial, 0.0))) ** len(present)
        found.append(DeflatedSharpe(probability, p, best_p))
    return found


def quantile_table(specs: Any, detection: Any, series: Any) -> pa.Table:
    """Return returns by quantile and turnover of every study, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per study: ``position``, ``spec_json`` with ``name``, ``horizons``,
            ``quantiles``, ``per_period``, ``return_kind`` and ``cost_bps``.
        detection: DuckDB relation, one row per study and signal: ``slot``, ``scope``, ``kind``, ``mode``.
        series: DuckDB relation of signal_series, see `read_quantiles`.

    Returns:
        Rows of two items: ``quantile`` per study, signal, horizon and quantile, ``turnover`` per study, signal and
        horizon, of individual continuous signals in panels.
    """
    rows: list[dict[str, Any]] = []
    for spec in specs_of(specs):
        study = spec["name"]
        cell = f"study = {literal(study)} and scope = 'individual' and kind = 'continuous' and mode = 'panel'"
        signals = [name for (name,) in detection.filter(cell).order("slot").select("signal").fetchall()]
        dated = read_quantiles(series, study, spec["quantiles"])
        for signal in signals:
            for horizon in spec["horizons"]:
                dates = dated.get((signal, horizon), NO_QUANTILES)
                key = {"study": study, "signal": signal, "horizon": horizon}
                rows.append({"item": "turnover"} | key | vars(turnover_of(dates, horizon, spec)))
                for i in range(spec["quantiles"]):
                    returns, counts = (dates.returns[:, i], dates.counts[:, i]) if len(dates.returns) else (NONE, NONE)
                    test = mean_test(known(returns), horizon)
                    found = {"mean_forward_return": test.value, "standard_error": test.standard_error}
                    found |= {"quantile": i + 1, "n_obs": int(counts.sum()), "n_dates": test.n}
                    rows.append({"item": "quantile"} | key | found)
    return table_of(rows, SCHEMA)


NONE = np.zeros(0)
