"""Correlations of proxies in each regime of a rule, and tests that they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from dbt_whence.panel import Array, table_of_parts
from dbt_whence.proxy_panel import (
    fisher,
    options_of,
    pair_correlations,
    pairs_of,
    read_returns,
    read_scopes,
    texts,
)

MIN_MONTHS = 12
"""Common months in a regime that a correlation needs."""
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("scope", "regime_rule", "series_a", "series_b", "regime")]
    + [("n_obs", pa.int64()), ("correlation", pa.float64()), ("difference_statistic", pa.float64())]
)


def regime_correlations(values: Array, states: Array, n_states: int) -> tuple[Array, Array]:
    """Return common months and correlation of each pair of columns in each state, (states, pairs).

    Args:
        values: (T, N), returns, NaN where missing.
        states: (T,) of 0 to ``n_states - 1``, -1 where there is none.
        n_states: K.

    Returns:
        Months, and correlations: NaN below `MIN_MONTHS` months, and where a series is constant on them.
    """
    first, second = pairs_of(values.shape[1])
    n = np.zeros((n_states, len(first)), dtype=int)
    r = np.full((n_states, len(first)), np.nan)
    for state in range(n_states):
        n[state], r[state] = pair_correlations(values[states == state], first, second)
    return n, np.where(n >= MIN_MONTHS, r, np.nan)


def difference_statistic(n: Array, r: Array) -> Array:
    """Return Fisher's test that two correlations of separate months are one, standard normal: NaN where one is NaN.

    Fisher (1921): ``(atanh r_1 - atanh r_2) / sqrt(1 / (n_1 - 3) + 1 / (n_2 - 3))``. It takes pairs of returns to be
    normal, and independent from month to month; with fat tails it rejects too often.

    Args:
        n: (2, P), above 3 where r is known.
        r: (2, P).
    """
    left = np.maximum(n - 3, 1)
    return np.asarray((fisher(r[0]) - fisher(r[1])) / np.sqrt(1 / left[0] + 1 / left[1]))


def read_regimes(regimes: Any, months: Array) -> dict[str, tuple[tuple[str, ...], Array]]:
    """Return the regimes of each rule, by code point, and the place of each month's among them, -1 where it has none.

    Args:
        regimes: DuckDB relation, one row per ``regime_rule`` and ``month_end``: ``regime``.
        months: (T,) months since year 0 without gaps.
    """
    rows = (
        regimes.filter("regime_rule is not null and month_end is not null and regime is not null")
        .select("regime_rule, year(month_end) * 12 + month(month_end) - 1, regime")
        .fetchall()
    )
    by_rule: dict[str, dict[int, str]] = {}
    for rule, month, regime in sorted(rows):
        by_rule.setdefault(rule, {})[month] = regime
    found = {}
    for rule, by_month in by_rule.items():
        names = tuple(sorted(set(by_month.values())))
        place = {name: i for i, name in enumerate(names)}
        states = [place[by_month[month]] if month in by_month else -1 for month in months.tolist()]
        found[rule] = names, np.array(states, dtype=int)
    return found


def regime_correlation_table(specs: Any, returns: Any, scopes: Any, regimes: Any) -> pa.Table:
    """Return the correlations of every scope by regime, as an Arrow table whose types hold without rows too.

    Args:
        specs: DuckDB relation with one row or none: ``position``, ``spec_json`` with the options of
            `dbt_whence.proxy_panel.Options`; no rows without one.
        returns: DuckDB relation, one row per ``series`` and ``month_end``: ``monthly_return``.
        scopes: DuckDB relation, one row per ``scope`` and ``series``.
        regimes: DuckDB relation, one row per ``regime_rule`` and ``month_end``: ``regime``.

    Returns:
        One row per scope, regime_rule, series_a before series_b by code point, and regime, without months too. Of a
        rule with two regimes both rows of a pair have the same ``difference_statistic``, of the first by code point
        less the second: one test, see `difference_statistic`.
    """
    options = options_of(specs)
    if options is None:
        return SCHEMA.empty_table()
    members = read_scopes(scopes)
    panel = read_returns(returns, members)
    rules = read_regimes(regimes, panel.months)
    parts = []
    for scope, names in members.items():
        values = options.aligned(panel.of(names))
        first, second = pairs_of(len(names))
        for rule, (regime_names, states) in rules.items():
            n, r = regime_correlations(values, states, len(regime_names))
            statistic = difference_statistic(n, r) if len(regime_names) == 2 else None
            for regime, months, correlation in zip(regime_names, n, r, strict=True):
                part = {"scope": scope, "regime_rule": rule, "regime": regime, "n_obs": months}
                part |= {"series_a": texts(names, first), "series_b": texts(names, second)}
                parts.append(part | {"correlation": correlation, "difference_statistic": statistic})
    return table_of_parts(parts, SCHEMA)
