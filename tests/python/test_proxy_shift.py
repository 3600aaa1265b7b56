"""The generic test of a correlation that has shifted: a planted shift is found, steady pairs are not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import MACROS, Warehouse, consumer, on_both_engines

N_MONTHS, N_RECENT = 150, 36


def planted(seed: int = 4) -> pd.DataFrame:
    """Returns of `base`, of `turned`, whose correlation with it turns from 0.6 to -0.6, and of others that go on as before."""
    rng = np.random.default_rng(seed)
    base, noise, steady, alone = rng.standard_normal((4, N_MONTHS)) * 0.03
    sign = np.where(np.arange(N_MONTHS) < N_MONTHS - N_RECENT, 1, -1)
    columns = {
        "base": base,
        "turned": 0.6 * sign * base + 0.8 * noise,
        "steady": 0.6 * base + 0.8 * steady,
        "alone": alone,
        "twin": 2 * base,
        "flat": np.zeros(N_MONTHS),
        "it's young": np.where(np.arange(N_MONTHS) < N_MONTHS - 50, np.nan, -base),
    }
    frame = pd.DataFrame(columns, index=pd.date_range("2012-01-31", periods=N_MONTHS, freq="ME"))
    return (
        frame.rename_axis("month_end").reset_index().melt("month_end", var_name="series", value_name="monthly_return")
    )


def fisher_z(rows: pd.DataFrame, a: str, b: str, n_recent: int = N_RECENT) -> float:
    wide = rows.pivot(index="month_end", columns="series", values="monthly_return")[[a, b]].dropna()
    parts = wide.iloc[-n_recent:], wide.iloc[:-n_recent]
    z = [np.arctanh(part.corr().iloc[0, 1]) for part in parts]
    return float((z[0] - z[1]) / np.sqrt(sum(1 / (len(part) - 3) for part in parts)))


def shift(name: str, severity: str | None = "error", **arguments: object) -> dict[str, object]:
    """Return a test under a name; without a severity it has its default."""
    config = {} if severity is None else {"config": {"severity": severity}}
    return {"whence.no_correlation_shift": {"name": name, "arguments": arguments, **config}}


@on_both_engines
def test_a_planted_shift(warehouse: Warehouse) -> None:
    warehouse.project = consumer(warehouse.folder, parts=MACROS)
    rows = planted().dropna()
    quoted = rows["series"].str.replace("'", "''", regex=False)
    values = ",\n".join(
        f"('{name}', date '{month:%Y-%m-%d}', cast({value!r} as double precision))"
        for name, month, value in zip(quoted, rows["month_end"], rows["monthly_return"], strict=True)
    )
    models = warehouse.project / "models"
    (models / "returns.sql").write_text(f"select * from (values {values}) as r (series, month_end, monthly_return)")
    (models / "scopes.sql").write_text(
        """select 'all' as scope, a.series as series_a, b.series as series_b
        from (select distinct series from {{ ref('returns') }}) as a
        cross join (select distinct series from {{ ref('returns') }}) as b"""
    )
    everything = sorted(set(rows["series"]))
    z = fisher_z(rows, "base", "turned")
    tests = [
        shift("turned_is_found", pairs=[["base", "turned"]]),
        shift("turned_warns", None, pairs=[["turned", "base"]]),
        shift("steady_passes", pairs=[["base", "steady"], ["base", "alone"], ["steady", "alone"], ["base", "twin"]]),
        shift("constant_and_unknown_pass", pairs=[["base", "flat"], ["base", "nobody"]]),
        shift("too_young_passes", pairs=[["base", "it's young"]]),
        shift("series_find_each_pair_of_turned", series=["base", "turned", "twin", "steady"]),
        shift("of_a_scope", scope="all", correlations="ref('scopes')"),
        shift("another_scope_passes", scope="bond", correlations="ref('scopes')"),
        shift("no_series_passes", series=[]),
        shift("below_the_bound_passes", pairs=[["base", "turned"]], max_z=round(abs(z) + 0.01, 4)),
        shift("above_the_bound_fails", pairs=[["base", "turned"]], max_z=round(abs(z) - 0.01, 4)),
        shift("recent_before_the_turn_passes", pairs=[["base", "turned"]], recent_months=100, max_z=3.5),
    ]
    (models / "schema.yml").write_text(json.dumps({"models": [{"name": "returns", "data_tests": tests}]}))
    assert warehouse.dbt("run", "--select", "returns", "scopes").success
    run = warehouse.dbt("test", "--select", "returns", "scopes")
    failed = [line.split()[3] for line in run.log.splitlines() if line.strip().startswith("Failure in test")]
    warned = [line.split()[3] for line in run.log.splitlines() if line.strip().startswith("Warning in test")]
    assert sorted(failed) == [
        "above_the_bound_fails",
        "of_a_scope",
        "series_find_each_pair_of_turned",
        "turned_is_found",
    ], run.log
    assert warned == ["turned_warns"]
    pairs = [(a, b) for i, a in enumerate(everything) for b in everything[i + 1 :] if "flat" not in (a, b)]
    found = sum(
        abs(fisher_z(rows, a, b)) > 3 for a, b in pairs if {a, b} != {"base", "twin"} and "it's young" not in (a, b)
    )
    assert found >= 3
    assert run.log.count(f"Got {found} results") >= 1, run.log


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs one of pairs, series and scope"),
        ({"series": ["a", "b"], "pairs": [["a", "b"]]}, "needs one of pairs, series and scope"),
        ({"scope": "all"}, "has a scope; expected correlations"),
        ({"pairs": ["ab"]}, "pairs: ab is no list of two names"),
        ({"series": ["a", "b"], "min_observations": 3}, "min_observations: 3 is below 4"),
    ],
)
def test_mistakes_are_named(warehouse: Warehouse, arguments: dict[str, Any], message: str) -> None:
    warehouse.project = consumer(warehouse.folder, parts=MACROS)
    (warehouse.project / "models" / "returns.sql").write_text("select 1 as n")
    tests = [shift("mistaken", **arguments)]
    (warehouse.project / "models" / "schema.yml").write_text(
        json.dumps({"models": [{"name": "returns", "data_tests": tests}]})
    )
    run = warehouse.dbt("parse")
    assert f"whence: whence.no_correlation_shift: {message}" in run.log, run.log
    assert not run.stack_trace
