"""Presets of factor proxies: a selector of the same name builds what each needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT, Warehouse, consumer

SELECTORS = [selector["name"] for selector in yaml.safe_load((PROJECT / "selectors.yml").read_text())["selectors"]]
LARGE = {"proxy_correlation_history", "proxy_hedge_baskets", "proxy_report"}


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, dict[str, set[str]], dict[str, set[str]]]:
    """A consumer with the selectors copied, what each selects, and the parents of every node."""
    warehouse = Warehouse(tmp_path_factory.mktemp("presets"))
    warehouse.project = consumer(warehouse.folder)
    shutil.copy(PROJECT / "selectors.yml", warehouse.project)
    warehouse.parse_once()
    chosen = {}
    for name in SELECTORS:
        listed = warehouse.dbt("ls", "--selector", name, "--output", "name", "--quiet")
        assert listed.success, listed.log
        chosen[name] = set(listed.log.split())
    manifest = json.loads((warehouse.folder / "target" / "manifest.json").read_text())
    parents = {
        node["name"]: {unique_id.split(".")[2] for unique_id in node["depends_on"].get("nodes", [])}
        for node in manifest["nodes"].values()
    }
    return warehouse, chosen, parents


def test_a_selector_for_each_preset(warehouse: Warehouse) -> None:
    for name in SELECTORS:
        run = warehouse.check({"prices": "demo_proxy_prices", "preset": name}, "proxy")
        assert run.success, run.log
    run = warehouse.check({"prices": "demo_proxy_prices", "preset": "everything"}, "proxy")
    assert not run.success
    listed = run.log.split("'everything' is not one of ")[1].split(";")[0].split("\n")[0]
    assert {name.strip(" .") for name in listed.split(",")} == set(SELECTORS), listed


@pytest.mark.parametrize("name", SELECTORS)
def test_selects_all_that_its_tables_are_made_of(
    parsed: tuple[Warehouse, dict[str, set[str]], dict[str, set[str]]], name: str
) -> None:
    _, chosen, parents = parsed
    found = chosen[name]
    assert {"proxy_universe", "proxy_correlations", "proxy_performance", "proxy_offsets", "proxy_metadata"} <= found
    for node in found:
        if not node.startswith("whence_") and node != "hypothesis_tests":  # which takes the domains that are there
            assert parents.get(node, set()) <= found, (node, parents[node] - found)
    assert not any("metric" in node or "signal_" in node for node in found if node.startswith("int_"))


def test_light_leaves_out_what_is_large(
    parsed: tuple[Warehouse, dict[str, set[str]], dict[str, set[str]]],
) -> None:
    _, chosen, _ = parsed
    assert chosen["overview"] >= LARGE | {"hypothesis_tests"}
    assert not chosen["light"] & LARGE
    assert "proxy_correlation_history" not in chosen["income_focus"] and "proxy_report" in chosen["income_focus"]
    assert "proxy_correlation_history" in chosen["equity_factors"] & chosen["macro_focus"]


def test_light_builds_on_an_empty_warehouse(warehouse: Warehouse) -> None:
    prices = warehouse.file(
        "prices.parquet",
        "select cast(date '2010-01-31' + to_months(i) as date) as date, ticker, 100 + 10 * sin(i * k) + i as price "
        "from range(60) t(i) cross join (values ('SPY', 1), ('AGG', 2), ('GLD', 5)) as named (ticker, k)",
    )
    spec = {"prices": {"file": str(Path(prices))}, "preset": "light"}
    run = warehouse.dbt("build", "--selector", "light", "--vars", json.dumps({"whence_factor_proxies": spec}))
    assert run.success, run.log
    offsets = warehouse.query("select distinct exposed from proxy_offsets order by 1")
    assert offsets["exposed"].tolist() == ["AGG", "GLD", "SPY"]
    tables = warehouse.query("select table_name from information_schema.tables")["table_name"]
    assert not LARGE & set(tables)


@pytest.mark.parametrize(("low", "high"), [("low_volatility", "high_volatility"), ("low_beta", "high_beta")])
def test_thresholds_of_words_in_order(warehouse: Warehouse, low: str, high: str) -> None:
    run = warehouse.check({"prices": "demo_proxy_prices", low: 0.5, high: 0.4}, "proxy")
    assert f"whence: whence_factor_proxies.{low}: 0.5 is above {high}, 0.4" in run.log, run.log
