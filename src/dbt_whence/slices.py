"""Whether a signal's information coefficient is the same in every slice of assets or dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, doubles, literal, runs_of, specs_of, table_of
from dbt_whence.time_series import CONSTANT, cosine_terms, cosines, ewc_mean_test, is_constant

MIN_SLICE_DATES = 20
"""Fewest dates with an information coefficient that a slice needs to be tested against others."""
MIN_WINDOWS = 10
"""Fewest forward returns end to end that shifts need: the fewer, the more a shifted series is like itself."""
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("study", "signal")]
    + [("horizon", pa.int32()), ("slice", pa.string())]
    + [(name, pa.float64()) for name in ("mean_ic", "standard_error", "t_stat", "df")]
    + [("n_obs", pa.int64()), ("n_dates", pa.int64())]
)


@dataclass(frozen=True)
class SliceDates:
    """Information coefficients of K slices on T dates, (T, K), NaN where a slice has none, and ``counts`` of pairs."""

    names: tuple[str, ...]
    ics: Array
    counts: Array


NO_SLICES = SliceDates((), np.zeros((0, 0)), np.zeros((0, 0)))


@dataclass(frozen=True)
class Difference:
    """How far apart ``n_tested`` slices lie, highest mean coefficient less lowest, and p of one mean for all."""

    n_tested: int
    spread: float
    p: float


def slice_difference(dates: SliceDates, horizon: int) -> Difference:
    """Test whether slices have the same mean information coefficient; ``horizon`` is in rows.

    Slices without `MIN_SLICE_DATES` dates are left out, and of those that share dates, such as sectors, all with less
    than half the dates of the fullest. Slices that share no date are states of the market: theirs is `shifted_p`, else
    it is `paired_p`.
    """
    present = np.isfinite(dates.ics)
    n_dates = present.sum(axis=0)
    tested = n_dates >= MIN_SLICE_DATES
    share_dates = bool((present[:, tested].sum(axis=1) > 1).any())
    if share_dates:
        tested &= n_dates >= n_dates.max() / 2
    n_tested = int(tested.sum())
    if n_tested < 2:
        return Difference(n_tested, np.nan, np.nan)
    ics, present = dates.ics[:, tested], present[:, tested]
    means = np.nanmean(ics, axis=0)
    if share_dates:
        p = paired_p(ics[present.all(axis=1)], horizon)
    else:
        of_a_state = present.any(axis=1)
        p = shifted_p(np.nansum(ics[of_a_state], axis=1), present[of_a_state], horizon)
    return Difference(n_tested, float(means.max() - means.min()), p)


def paired_p(ics: Array, horizon: int) -> float:
    """Return p of one mean for all columns (T, K), whatever goes together on a date.

    The F test of the K - 1 differences from the first column whose long-run covariance is that of equal-weighted
    cosines (Lazarus, Lewis, Stock and Watson 2018), two per column at least where the horizon leaves as many. NaN where
    there are fewer cosines than differences.
    """
    from scipy.special import fdtrc

    n, k = ics.shape[0], ics.shape[1] - 1
    if n < MIN_SLICE_DATES:
        return np.nan
    terms = max(cosine_terms(n, horizon), min(2 * (k + 1), n // (2 * horizon)))
    df = terms - k + 1
    differences = ics[:, 1:] - ics[:, :1]
    scale = differences.std(axis=0)
    if df < 1 or not (scale > 0).all():
        return np.nan
    projected = cosines(n, terms) @ (differences / scale)
    covariance = projected.T @ projected / terms
    if np.linalg.cond(covariance) > 1 / CONSTANT:
        return np.nan
    mean = differences.mean(axis=0) / scale
    wald = float(n * mean @ np.linalg.solve(covariance, mean))
    return float(fdtrc(k, df, wald * df / (terms * k)))


def shifted_p(ics: Array, states: Array, horizon: int) -> float:
    """Return p of one mean for all states by circular shifts of the states (T, K) against the coefficients (T,).

    The share of the T shifts, none among them, whose weighted squares between states (the numerator of Welch 1951) are
    at least those of the data. It keeps overlapping returns and states that last, as `shift_p` does; NaN below
    `MIN_WINDOWS` horizons of dates.
    """
    n = len(ics)
    if n < MIN_WINDOWS * horizon or is_constant(ics):
        return np.nan
    values = (ics - ics.mean()) / ics.std()
    shifts = np.conj(np.fft.rfft(states.astype(float), axis=0))
    counts = states.sum(axis=0)
    means = np.fft.irfft(shifts * np.fft.rfft(values)[:, None], n, axis=0) / counts
    squares = np.fft.irfft(shifts * np.fft.rfft(values**2)[:, None], n, axis=0) / counts
    weights = (counts - 1) / np.maximum(squares - means**2, CONSTANT)
    centre = (weights * means).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    between = (weights * (means - centre) ** 2).sum(axis=1)
    return float((between >= between[0] * (1 - 1e-9)).mean())


def read_slices(slice_dates: Any, study: str) -> dict[tuple[str, int], SliceDates]:
    """Return the coefficients of each signal and horizon, slices in the order of their names.

    ``slice_dates``: DuckDB relation of int_signal_research__slice_dates.
    """
    rows = slice_dates.filter(f"study = {literal(study)}").order("signal, horizon, date_position")
    found = rows.select("signal, horizon, slice, date_position, ic, n_assets").fetchnumpy()
    by_key = {}
    for key, run in runs_of(found["signal"], found["horizon"]):
        names, column = np.unique(found["slice"][run].astype(str), return_inverse=True)
        positions, row = np.unique(found["date_position"][run], return_inverse=True)
        ics = np.full((len(positions), len(names)), np.nan)
        counts = np.zeros((len(positions), len(names)))
        ics[row, column] = ic = doubles(found["ic"][run])
        counts[row, column] = np.where(np.isfinite(ic), doubles(found["n_assets"][run]), 0)
        by_key[key] = SliceDates(tuple(names.tolist()), ics, counts)
    return by_key


def slice_table(specs: Any, slice_dates: Any) -> pa.Table:
    """Return the mean coefficient of every slice, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation, one row per study: ``position``, ``spec_json``.
        slice_dates: DuckDB relation, one row per study, signal, horizon, slice and date: ``ic``, ``n_assets``.

    Returns:
        Columns of signal_slices. Errors and t by equal-weighted cosines over the slice's own dates, NaN below 3.
    """
    rows = []
    for spec in specs_of(specs):
        for (signal, horizon), dates in read_slices(slice_dates, spec["name"]).items():
            for k, name in enumerate(dates.names):
                own = dates.ics[np.isfinite(dates.ics[:, k]), k]
                test = ewc_mean_test(own, horizon)
                row = {"study": spec["name"], "signal": signal, "horizon": horizon, "slice": name}
                row |= {
                    "mean_ic": own.mean() if len(own) else np.nan,
                    "standard_error": test.standard_error,
                    "t_stat": test.t_stat,
                }
                rows.append(row | {"df": test.df, "n_obs": int(dates.counts[:, k].sum()), "n_dates": len(own)})
    return table_of(rows, SCHEMA)
