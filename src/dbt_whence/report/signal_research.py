"""Sections on which signals are real: one per study."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from dbt_whence.numbers import shortened, visible
from dbt_whence.report.content import LONGEST_TITLE, Block, Reader, Section, choose, present
from dbt_whence.results import Row
from dbt_whence.time_series import mean_test

KINDS = ("summary", "survivor", "warning", "cost")
MOST_SIGNALS = 3
"""Signals of a study that have charts of their own."""
MOST_DATES = 120
"""Dates of a chart over time."""
FIRST_DATES = 20
"""Dates that a cumulative mean needs before it is drawn."""


def names(reader: Reader) -> dict[str, str]:
    """Return the studies; each is its own group."""
    rows = reader.query("select distinct study from <signal_profiles>") if reader.has("signal_profiles") else []
    return {row["study"]: row["study"] for row in rows}


def overview(reader: Reader) -> list[Block]:
    """Return what stands above all studies: nothing."""
    return []


def sections(reader: Reader, wanted: set[str] | None) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """Yield the studies."""
    for name in choose(sorted(names(reader)), wanted):
        yield name, partial(section, reader, name)


def section(reader: Reader, name: str) -> Section:
    """Return the section of a study."""
    key = {"study": name}
    blocks: list[Block] = [*reader.insights("signal_insights", key, KINDS)]
    blocks += screening(reader, key)
    blocks += present(
        reader.table(
            "signal_profiles",
            "Estimates, their tests, and where there is none why",
            "signal horizon procedure estimate standard_error t_stat primary_p n_obs n_assets n_dates "
            "verdict status reason suggested_procedure warnings",
            key,
            ["signal", "horizon", "procedure"],
            limit=40,
            optional=("reason", "suggested_procedure"),
        )
    )
    for row in strongest(reader, name, "ic"):
        blocks += information_coefficient(reader, row)
        blocks += quantiles(reader, row)
    for row in strongest(reader, name, "caar"):
        blocks += event_path(reader, row)
    blocks += present(
        reader.table(
            "signal_turnover",
            "What it costs to follow",
            "signal horizon rank_turnover quantile_turnover breakeven_cost_bps net_spread n_dates",
            key,
            ["signal", "horizon"],
            limit=30,
        ),
        reader.table(
            "signal_slices",
            "Where it works",
            "signal horizon slice mean_ic standard_error t_stat n_obs n_dates",
            key,
            ["signal", "horizon", "slice"],
            limit=30,
            is_folded=True,
        ),
        reader.table(
            "signal_asset_betas",
            "Slopes of the assets",
            "signal horizon asset beta standard_error t_stat r_squared n_obs",
            key,
            ["signal", "horizon", "asset"],
            limit=30,
            is_folded=True,
        ),
        reader.table(
            "signal_warnings",
            "What a referee would raise",
            "signal horizon procedure code kind observed threshold description",
            key,
            ["signal", "horizon", "procedure", "code"],
            limit=30,
        ),
        reader.table(
            "signal_detection",
            "What the signals are",
            "signal scope kind mode n_assets n_dates sparsity reasoning",
            key,
            ["signal"],
            limit=30,
            is_folded=True,
        ),
    )
    return Section(
        reader.unique_id("signal_research", name),
        shortened(visible(name), LONGEST_TITLE),
        "signal_research",
        name,
        tuple(blocks),
    )


def screening(reader: Reader, key: dict[str, Any]) -> list[Block]:
    """Show who survives for all that was tried."""
    table = reader.table(
        "signal_screening",
        "Screening: p-values and q-values in the family of all that was tried",
        "signal procedure horizon t_stat p_value bhy_q bh_q holm_p family_size is_survivor passes_t3",
        key,
        ["p_value", "signal", "horizon", "procedure"],
        limit=15,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "bars",
            "The strongest tests: t-statistics, and q adjusted for all tries",
            "A bar for each t-statistic, dark where the signal survives; q beside it is adjusted for the whole family.",
            [table],
            {
                "label": "signal",
                "label 2": "procedure",
                "label 3": "horizon",
                "value": "t_stat",
                "note": "bhy_q",
                "strong": "is_survivor",
            },
        ),
        table,
    ]


def strongest(reader: Reader, study: str, procedure: str) -> list[Row]:
    """Return the signals of a procedure with the smallest p at the first horizon."""
    rows = reader.rows("signal_profiles", {"study": study, "procedure": procedure, "status": "ok"}, ["primary_p"], 400)
    first = min((row["horizon"] for row in rows), default=None)
    return [row for row in rows if row["horizon"] == first][:MOST_SIGNALS]


def information_coefficient(reader: Reader, profile: Row) -> list[Block]:
    """Show the mean information coefficient up to each date, with its Newey-West error."""
    key = {"study": profile["study"], "signal": profile["signal"], "horizon": profile["horizon"]}
    series = reader.rows("signal_series", key | {"statistic": "ic"}, ["date"], columns=["date", "value"])
    series = [row for row in series if row["value"] is not None]
    if not series:
        return []
    values = np.array([row["value"] for row in series], dtype=float)
    step = -(-len(series) // MOST_DATES)
    shown = [n for n in range(len(series), 0, -step) if n >= FIRST_DATES or n == len(series)][::-1]
    rows = []
    for n in shown:
        test = mean_test(values[:n], profile["horizon"])
        error = test.standard_error if np.isfinite(test.standard_error) else None
        rows.append(
            key
            | {"statistic": "ic", "date": series[n - 1]["date"], "mean_ic": float(f"{test.value:.9g}")}
            | {"standard_error": None if error is None else float(f"{error:.9g}"), "n_dates": n}
            | {"low": None if error is None else float(f"{test.value - 2 * error:.9g}")}
            | {"high": None if error is None else float(f"{test.value + 2 * error:.9g}")}
        )
    of = f"{visible(profile['signal'])}, horizon {profile['horizon']}"
    table = reader.derived(
        rows,
        "signal_series",
        f"Mean information coefficient up to each date: {of}",
        {
            "date": ("Up to and with this date.", "date"),
            "mean_ic": ("Mean of the information coefficients so far.", "number"),
            "standard_error": ("Its Newey-West standard error.", "number"),
            "low": ("Two standard errors below.", "number"),
            "high": ("Two standard errors above.", "number"),
            "n_dates": ("Dates so far.", "count"),
        },
        ("study", "signal", "horizon", "statistic", "date"),
        "The mean of value over all dates up to this one, with the error of mean_test in dbt_whence.time_series; "
        "the last row is the estimate of signal_profiles.",
        note_of(len(shown), len(series), step),
    )
    return [
        reader.chart(
            "lines",
            f"Information coefficient of {of}: mean so far",
            "A line for the mean of the information coefficients up to each date, in a band of two Newey-West "
            "standard errors to each side: an edge keeps the band off zero.",
            [table],
            {"date": "date", "value": "mean_ic", "low": "low", "high": "high"},
        ),
        table,
    ]


def note_of(n_shown: int, n_dates: int, step: int) -> str:
    """Say which dates are shown."""
    if n_shown == n_dates:
        return ""
    rhythm = "the last, and every date before it" if step == 1 else f"the last, and every {step}th before it"
    return f"{n_shown:,} of {n_dates:,} dates: {rhythm} from the {FIRST_DATES}th on."


def quantiles(reader: Reader, profile: Row) -> list[Block]:
    """Show what assets with low and with high values earn."""
    key = {"study": profile["study"], "signal": profile["signal"], "horizon": profile["horizon"]}
    of = f"{visible(profile['signal'])}, horizon {profile['horizon']}"
    table = reader.table(
        "signal_quantiles",
        f"Forward returns by quantile: {of}",
        "quantile mean_forward_return standard_error n_obs n_dates",
        key,
        ["quantile"],
        is_folded=True,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "bars",
            f"What low and high values earn: {of}",
            "A bar for the mean forward return of each quantile, lowest values first, with a whisker of two standard "
            "errors to each side.",
            [table],
            {"label": "quantile", "value": "mean_forward_return", "error": "standard_error"},
        ),
        table,
    ]


def event_path(reader: Reader, profile: Row) -> list[Block]:
    """Show what was earned before and after events."""
    key = {"study": profile["study"], "signal": profile["signal"]}
    of = visible(profile["signal"])
    table = reader.table(
        "signal_event_paths",
        f"Returns around events: {of}",
        "event_offset mean_abnormal_return standard_error cumulative_abnormal_return n_events",
        key,
        ["event_offset"],
        limit=120,
        is_folded=True,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "event_path",
            f"Around events: {of}",
            "A column for the mean abnormal return of each row around the event, with a whisker of two standard errors "
            "to each side, and a line for their sum so far.",
            [table],
            {
                "offset": "event_offset",
                "value": "mean_abnormal_return",
                "error": "standard_error",
                "sum": "cumulative_abnormal_return",
            },
        ),
        table,
    ]
