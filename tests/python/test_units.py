"""The unit of each number in the public tables, and in the questions; none is of a column that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PROJECT

from dbt_whence import units
from dbt_whence.results import DOMAINS
from dbt_whence.units import UNITS, unit_of


def models(domain: str) -> list[dict[str, Any]]:
    text = (PROJECT / "models" / domain / f"_{domain}.yml").read_text()
    found: list[dict[str, Any]] = yaml.safe_load(text)["models"]
    return [model for model in found if not model["name"].startswith(("int_", "stg_"))]


def questions(domain: str) -> list[Path]:
    return sorted((PROJECT / "analyses" / domain).glob("*.sql"))


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_number_has_a_unit_or_none(domain: str) -> None:
    columns = [
        (model["name"], column["name"])
        for model in models(domain)
        for column in model["columns"]
        if column["data_type"] == "double precision"
    ]
    assert len(columns) >= 7
    assert [column for column in columns if unit_of(domain, *column) is None] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_unit_is_of_a_column(domain: str) -> None:
    """Each name once; of a column of a table, or of a column that a question makes."""
    named = [name for columns in units.COLUMNS[domain].values() for name in columns.split()]
    assert len(named) == len(set(named))
    there = {model["name"]: {column["name"] for column in model["columns"]} for model in models(domain)}
    there |= {path.stem: set(re.findall(r"\w+", path.read_text())) for path in questions(domain)}
    for name in named:
        table, dot, column = name.rpartition(".")
        assert column in (there[table] if dot else set.union(*there.values())), name


@pytest.mark.parametrize(
    ("domain", "column", "unit"),
    [
        ("metric_change", "metric_movers.change_pct", units.SHARE),
        ("metric_change", "metric_drivers.contribution", units.METRIC),
        ("metric_change", "metric_drivers.baseline_value", units.DRIVER),
        ("metric_change", "metric_totals.value", units.METRIC),
        ("metric_change", "metric_movers.unexpected_q_value", units.Q_VALUE),
        ("metric_change", "why_did_the_metric_move.driver_current", units.DRIVER),
        ("factor_models", "factor_attribution.contribution", units.PERIOD),
        ("factor_models", "factor_drawdown_components.contribution", units.DRAWDOWN),
        ("factor_models", "factor_drawdowns.depth", units.DRAWDOWN),
        ("factor_models", "factor_assets.weight", units.PORTFOLIO),
        ("factor_models", "factor_models.gross_weight", units.PORTFOLIO),
        ("factor_models", "worst_drawdown_and_its_drivers.contribution", units.DRAWDOWN),
        ("signal_research", "signal_screening.holm_p", units.Q_VALUE),
        ("signal_research", "signal_screening.t_stat", units.NONE),
        ("factor_proxies", "proxy_hedge_baskets.weight", units.HEDGE),
        ("factor_proxies", "proxy_offsets.oos_variance_reduction", units.SHARE),
        ("factor_proxies", "proxy_rate_sensitivity.beta", units.RATE_BETA),
        ("factor_proxies", "proxy_market_sensitivity.beta", units.BENCHMARK_BETA),
        ("factor_proxies", "proxy_offsets.reason", None),
    ],
)
def test_units_are_those_of_the_descriptions(domain: str, column: str, unit: str | None) -> None:
    table, _, name = column.partition(".")
    assert unit_of(domain, table, name) == unit


def test_percentages_are_told_from_other_numbers() -> None:
    assert {unit for unit in UNITS.values() if "%" in unit} - {units.RATE_BETA} == units.FRACTIONS
