"""Tests of single events: how often and how surely they are followed by returns in their direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dbt_whence.panel import Array, doubles, literal, runs_of
from dbt_whence.time_series import CONSTANT, NOTHING, Estimate

MIN_WINDOWS = 4
"""Windows of events that do not overlap which a test needs."""
COLUMNS = (
    *("date_position", "n_events", "gains", "losses", "n_hits", "mfe_sum", "mae_sum"),
    *("n_tested", "standardized_sum", "hit_excess", "rank_excess", "quiet_load"),
)
NO_EVENTS = {name: np.zeros(0) for name in COLUMNS}


def event_sum_test(sums: Array, counts: Array, positions: Array, horizon: int = 1, quiet_load: float = 0.0) -> Estimate:
    """Return the mean over events of what is given as sums over event dates, with an error that stands shared dates.

    With N events, S the sum and n the number of them on a date, and ``u = S - n * mean`` (Liang and Zeger 1986, with
    the overlap of Hansen and Hodrick 1980):

        ``variance of the sum = K / (K - 1) * (sum(u_t^2) + 2 sum over j < h of u_t u_(t-j)) * (1 + h * quiet_load)``

    K is the number of windows of h rows that do not overlap, counted from the first event date on; t has K - 1 degrees
    of freedom. Where every event has a date of its own, and h is 1, t is the mean over its standard error, as in the
    cross-sectional test of Boehmer, Musumeci and Poulsen (1991). The last factor is the error of what was estimated on
    quiet rows, which all events of an asset share: n events against m rows add a variance of n^2 h / m to one of n.

    Args:
        sums: Sums over the events of each date.
        counts: Numbers of events of each date, above zero.
        positions: Positions of the dates, ascending whole numbers.
        horizon: Rows of a window, h.
        quiet_load: Mean over events of the asset's events per quiet row; 0 where nothing was estimated.
    """
    windows, last = 0, -np.inf
    for position in positions:
        if position - last >= horizon:
            windows, last = windows + 1, position
    if windows < MIN_WINDOWS:
        return NOTHING
    n = float(counts.sum())
    mean = float(sums.sum()) / n
    deviations = sums - counts * mean
    calendar = np.zeros(int(positions[-1] - positions[0]) + 1)
    calendar[(positions - positions[0]).astype(int)] = deviations
    own = variance = float(deviations @ deviations)
    for lag in range(1, min(horizon, len(calendar))):
        variance += 2 * float(calendar[lag:] @ calendar[:-lag])
    if own <= CONSTANT**2 * float(sums @ sums) or variance <= CONSTANT * own:
        return NOTHING
    variance *= windows / (windows - 1) * (1 + horizon * quiet_load)
    error = float(np.sqrt(variance)) / n
    return Estimate(mean, error, mean / error, windows - 1, horizon - 1, int(n))


def event_tests(found: Any, dates: Mapping[str, Array], horizon: int, is_estimated: bool) -> None:
    """Note hit rate, profit factor, excursions and tests of the events of one signal and horizon.

    Args:
        found: Findings of the procedure `caar` that have an estimate.
        dates: Columns of int_signal_research__event_dates, dates ascending.
        horizon: Rows of the forward return.
        is_estimated: Whether returns are abnormal, less an expectation that was estimated on quiet rows.
    """
    n = float(dates["n_events"].sum())
    gains, losses = float(dates["gains"].sum()), float(dates["losses"].sum())
    found.statistic("event_hit_rate", float(dates["n_hits"].sum()) / n if n else np.nan)
    found.statistic("profit_factor", gains / losses if losses > 0 else np.nan)
    found.statistic("mfe_mean", float(dates["mfe_sum"].sum()) / n if n else np.nan)
    found.statistic("mae_mean", float(dates["mae_sum"].sum()) / n if n else np.nan)
    found.statistic("event_date_share_max", float(dates["n_events"].max()) / n if n else np.nan)
    tested = dates["n_tested"] > 0
    n_tested = float(dates["n_tested"].sum())
    found.statistic("n_events_tested", n_tested)
    if n_tested < n:
        found.warning("events_not_tested", n - n_tested)
    load = float(dates["quiet_load"][tested].sum()) / n_tested if n_tested else 0.0
    for name, column in (("bmp", "standardized_sum"), ("event_hit", "hit_excess"), ("corrado", "rank_excess")):
        shared = load if is_estimated or name != "bmp" else 0.0
        sums, counts, positions = (dates[part][tested] for part in (column, "n_tested", "date_position"))
        test = event_sum_test(sums, counts, positions, horizon, shared)
        found.test(f"{name}_t", f"{name}_p", test.t_stat, test.df)


def read_event_dates(event_dates: Any, study: str) -> dict[tuple[str, int], dict[str, Array]]:
    """Return the columns of each signal and horizon in the order of dates, NaN where null."""
    names = ", ".join(f"{name}::double as {name}" for name in COLUMNS)
    rows = event_dates.filter(f"study = {literal(study)}").order("signal, horizon, date_position")
    read = rows.select(f"signal, horizon, {names}").fetchnumpy()
    values: dict[str, Array] = {name: doubles(read[name]) for name in COLUMNS}
    return {
        key: {name: value[run] for name, value in values.items()}
        for key, run in runs_of(read["signal"], read["horizon"])
    }
