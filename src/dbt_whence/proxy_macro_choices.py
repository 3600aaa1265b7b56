"""Which funds stand for each asset class in the macro matrix: few, with history, and no two that are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, specs_of
from dbt_whence.proxy_panel import LEAST_MONTHS, MonthlyReturns, read_returns, row_correlations

SCHEMA = pa.schema(
    [
        ("asset_class", pa.string()),
        ("series", pa.string()),
        ("choice_rank", pa.int32()),
        ("n_months", pa.int64()),
        ("nearest", pa.string()),
        ("nearest_correlation", pa.float64()),
        ("group_coverage", pa.float64()),
        ("is_chosen", pa.bool_()),
        ("reason", pa.string()),
    ]
)


def choices_of(
    values: Array,
    months: Array,
    obstacles: Sequence[str | None],
    min_observations: int,
    near_duplicate: float,
    group_size: int,
    group_coverage: float,
) -> list[dict[str, Any]]:
    """Return a decision for each of the K funds of an asset class, in the order in which they are asked.

    Args:
        values: (T, K) returns, decimals, NaN where missing.
        months: (K,) how many months each fund has.
        obstacles: (K,) why a fund cannot be chosen, None where it can.
        min_observations: fewest months that two funds must have in common to be called near duplicates.
        near_duplicate: correlation with a chosen one from which on a fund says nothing new.
        group_size: most funds of a class.
        group_coverage: share of the T months in which the chosen ones together must have a return.
    """
    chosen: list[int] = []
    decisions: list[dict[str, Any]] = []
    for i in range(values.shape[1]):
        nearest, correlation = nearest_of(values, i, chosen, min_observations)
        reason = obstacles[i]
        if reason is None and correlation is not None and abs(correlation) >= near_duplicate:
            reason = "near duplicate"
        elif reason is None and len(chosen) == group_size:
            reason = "group is full"
        if reason is None:
            chosen.append(i)
        decisions.append(
            {
                "choice_rank": i + 1,
                "n_months": int(months[i]),
                "nearest": nearest,
                "nearest_correlation": correlation,
                "is_chosen": reason is None,
                "reason": reason or "chosen",
            }
        )
    coverage = float(np.isfinite(values[:, chosen]).any(axis=1).mean()) if chosen and len(values) else 0.0
    for decision in decisions:
        decision["group_coverage"] = coverage
        if decision["is_chosen"] and coverage < group_coverage:
            decision.update(is_chosen=False, reason="group covers too few months")
    return decisions


def nearest_of(values: Array, i: int, chosen: Sequence[int], least: int) -> tuple[int | None, float | None]:
    """Return which chosen column correlates most with column i by size, and that correlation."""
    if not chosen:
        return None, None
    others = values[:, list(chosen)].T
    n, r = row_correlations(np.repeat(values[:, [i]].T, len(chosen), axis=0), others)
    r = np.where(n >= max(least, LEAST_MONTHS), r, np.nan)
    if np.isnan(r).all():
        return None, None
    at = int(np.nanargmax(np.abs(r)))
    return chosen[at], float(r[at])


def macro_choice_table(specs: Any, returns: Any, candidates: Any) -> pa.Table:
    """Return the decision on every active fund of an asset class; none where ``macro_etf_matrix`` is off.

    Args:
        specs: DuckDB relation with ``position`` and ``spec_json``.
        returns: one row per ``series`` and ``month_end``: ``monthly_return``.
        candidates: one row per fund with returns: ``asset_class``, ``series``, ``source_tier``,
            ``category_position``, ``priority``, ``n_months``, ``obstacle`` (why it cannot be chosen, or null).

    Returns:
        One row per fund, with the columns of `SCHEMA`. The user's funds are asked first, then by category, priority
        and number of months.
    """
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for spec in specs_of(specs):
        if not spec["macro_etf_matrix"]:
            continue
        # user before reference
        asked = "asset_class, source_tier desc, category_position, priority, n_months desc, series"
        rows = (
            candidates.filter("asset_class is not null")
            .order(asked)
            .select("asset_class, series, n_months, obstacle")
            .fetchall()
        )
        panel = read_returns(returns, {"all": tuple(row[1] for row in rows)})
        for asset_class in sorted({row[0] for row in rows}):
            put_class(columns, asset_class, [row for row in rows if row[0] == asset_class], panel, spec)
    return pa.table(columns, schema=SCHEMA)


def put_class(
    columns: dict[str, list[Any]], asset_class: str, rows: list[Any], panel: MonthlyReturns, spec: dict[str, Any]
) -> None:
    """Add the decisions of an asset class to columns."""
    names = [row[1] for row in rows]
    decisions = choices_of(
        panel.of(names),
        np.array([row[2] for row in rows]),
        [row[3] for row in rows],
        spec["min_observations"],
        spec["near_duplicate"],
        spec["group_size"],
        spec["group_coverage"],
    )
    for name, decision in zip(names, decisions, strict=True):
        nearest = decision["nearest"]
        found = decision | {"asset_class": asset_class, "series": name}
        found["nearest"] = None if nearest is None else names[nearest]
        for column in SCHEMA.names:
            columns[column].append(found[column])
