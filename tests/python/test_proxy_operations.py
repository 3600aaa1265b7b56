"""Operations of factor proxies: what is printed about configuration, tables and universe, and when they fail."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from conftest import Warehouse, on_both_engines
from test_proxy_data import curve, funds

UNIVERSE = pd.DataFrame(
    {
        "ticker": ["NEW", "XLE", "GLD", "TLT", "AGG"],
        "category": ["industry", None, "commodity", None, "bond"],
        "asset_class": ["equity", None, "gold", None, "bond"],
        "label": ["It's | new", None, None, None, None],
        "currency": ["EUR", None, None, None, None],
        "priority": [99.0, 77.0, None, None, None],
        "is_active": [True, True, True, False, True],
    }
)
PORTFOLIO = pd.DataFrame({"factor": ["SPY", "XLE", "equity", "unheard of"], "exposure": [0.6, 0.3, 0.05, 0.05]})
GROUPS = pd.DataFrame({"factor_group": ["mine", "mine"], "ticker": ["SPY", "nobody"]})


def operate(warehouse: Warehouse, capsys: pytest.CaptureFixture[str], name: str, spec: Any) -> tuple[bool, str]:
    """Run an operation; return whether it succeeded, and what it printed and logged."""
    capsys.readouterr()
    run = warehouse.dbt("run-operation", name, "--vars", json.dumps({"whence_factor_proxies": spec}))
    assert not run.stack_trace, run.log
    return run.success, capsys.readouterr().out + run.log


@on_both_engines
def test_operations(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    prices = funds(["SPY", "XLE", "GLD", "TLT", "AGG", "NEW", "NIL", "BIL"], 48)
    frames = {
        "prices": prices, "yields": curve(48), "universe": UNIVERSE, "portfolio": PORTFOLIO, "factor_groups": GROUPS,
    }  # fmt: skip
    files = {name: {"file": warehouse.frame(f"{name}.parquet", frame)} for name, frame in frames.items()}
    doubtful = pd.concat([UNIVERSE, UNIVERSE.iloc[[2]].assign(category="bond"), UNIVERSE.iloc[[4]]], ignore_index=True)
    lost = pd.DataFrame({"factor_group": ["lost", "mine"], "ticker": ["nobody", "SPY"]})
    others = {"wrong": doubtful, "lost": lost}
    wrong = {name: {"file": warehouse.frame(f"{name}.parquet", frame)} for name, frame in others.items()}
    run = warehouse.build_proxies(files | {"benchmarks": ["SPY"]})
    assert run.success, run.log
    if hasattr(warehouse, "loaded"):
        files, wrong = warehouse.loaded(files), warehouse.loaded(wrong)
    warehouse.manifest = warehouse.parsed

    done, text = operate(warehouse, capsys, "validate_config", files | {"preset": "light", "window": "3y"})
    assert done, text
    for line in ("factor proxies, preset light:", "(date: date, ticker: ticker, price: price)", "window: 3y, benchmarks: SPY",
                 "(date: date, m3: m3, y2: y2, y5: y5, y10: y10, y30: y30)"):  # fmt: skip
        assert line in text, (line, text)

    done, text = operate(warehouse, capsys, "summarize", files)
    assert done, text
    n = warehouse.query("select n_series from proxy_metadata")["n_series"].item()
    assert f"factor proxies, 2020-02-29 to 2023-12-31, {n} series of up to 47 months:" in text, text
    offsets = warehouse.query("select * from proxy_offsets")
    best = offsets[offsets["is_recommended"]].sort_values("offset_rank").groupby("exposed").first()
    for exposed, row in best.iterrows():
        assert f"  {exposed}: " in text and f"candidates are recommended; first: {row['rationale']}" in text
    for exposed in set(offsets["exposed"]) - set(best.index):
        assert exposed in text.split("nothing is recommended for")[1].split("\n")[0]

    done, text = operate(warehouse, capsys, "diff_universe", files)
    assert done, text
    for line in (
        "against the reference: 1 added, 2 changed, 1 switched off, 2 as they were",
        "added NEW: category industry, asset_class equity, label It's | new, currency EUR, priority 99",
        "changed GLD: asset_class commodity -> gold\n",
        "switched off: TLT\n",
    ):
        assert line in text, (line, text)
    assert "changed XLE: priority " in text and " -> 77\n" in text
    done, text = operate(
        warehouse, capsys, "diff_universe", {"prices": files["prices"], "categories": ["bond", "cash"]}
    )
    assert done and "universe: none is declared; the reference is taken as it is" in text, text
    assert "left out by categories or asset_class_filters: " in text and "XLE" in text

    done, text = operate(warehouse, capsys, "validate_universe", files)
    assert done, text
    for line in (
        "has 1 tickers that the universe lacks (NIL); each takes no part",
        "has 1 tickers that the universe lacks (unheard of); each has nothing that offsets it",
        "has 1 tickers that the universe lacks (nobody); each has no part in its group",
        "industries without sector_group: NEW; each stays a series of its own at granularity group",
        "asset classes without a fund that has prices: commodity, crypto; nothing stands for them",
        "categories without a fund that has prices: style, crypto; nothing stands for them",
        "prices are in 2 currencies (EUR: NEW; USD: AGG, BIL, GLD and 2 more)",
        "active tickers, 6 with prices; 0 errors, 7 warnings",
    ):
        assert line in text, (line, text)
    done, text = operate(
        warehouse, capsys, "validate_universe", files | {"universe": wrong["wrong"], "factor_groups": wrong["lost"]}
    )
    assert not done
    for line in (
        "error: whence_factor_proxies.universe: GLD is named in bond and commodity; bond counts, expected one category",
        "names more than once: AGG, GLD (bond, commodity); the first counts",
        "error: whence_factor_proxies.factor_groups: no member of 'lost' is in the universe (nobody)",
        "whence: whence_factor_proxies.universe: GLD is named in bond and commodity; bond counts, expected one category (and 1 more errors, see above)",
    ):
        assert line in text, (line, text)


def test_operations_without_tables(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is built: they say what is missing, or what to do first."""
    warehouse.manifest = warehouse.parsed
    spec = {"prices": {"file": warehouse.frame("prices.parquet", funds(["SPY"], 3))}}
    assert operate(warehouse, capsys, "validate_config", spec)[0]
    done, text = operate(
        warehouse, capsys, "validate_config", spec | {"yields": {"file": warehouse.frame("yields.parquet", curve(3))}}
    )
    assert done and "factor proxies: the seed proxy_rates is not in the warehouse yet; columns are checked" in text, (
        text
    )
    for name in ("diff_universe", "validate_universe"):
        done, text = operate(warehouse, capsys, name, spec)
        assert not done
        assert "whence_factor_proxies.universe: the reference is not in the warehouse; run dbt seed --select" in text
        done, text = operate(warehouse, capsys, name, {})
        assert done and "whence: whence_factor_proxies is not set" in text
    done, text = operate(warehouse, capsys, "summarize", spec)
    assert done and "the tables are not built yet; run dbt build" in text, text


def test_domains(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the domain nothing of it is there; with it alone, nothing else."""
    nodes = {}
    for domains in (["metric_change", "factor_models", "signal_research"], ["factor_proxies"]):
        run = warehouse.dbt("ls", "--output", "name", "--vars", json.dumps({"whence_domains": domains}))
        assert run.success, run.log
        nodes[len(domains)] = set(run.log.split())
    assert not {name for name in nodes[3] if "prox" in name}
    assert {f"proxy_{name}" for name in ("universe", "returns", "offsets", "etfs")} <= nodes[1]
    assert "hypothesis_tests" in nodes[1]
    assert not {
        name for name in nodes[1] if name.startswith(("metric_", "factor_", "signal_", "int_metric", "int_signal"))
    }
    run = warehouse.dbt(
        "run-operation", "validate_config", "--vars", json.dumps({"whence_domains": ["factor_proxies"]})
    )
    assert run.success, run.log
