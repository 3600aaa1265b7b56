"""Signal insights: every number of a sentence stands in a row that its evidence names; the questions agree with them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT, Warehouse, on_both_engines
from test_metric_insights import assert_restates, rows_by_key
from test_signals import study

from dbt_whence.panels import cross_section_panel

GRAINS = {
    "signal_profiles": ["study", "signal", "horizon", "procedure"],
    "signal_screening": ["study", "family", "signal", "horizon", "procedure"],
    "signal_statistics": ["study", "signal", "horizon", "procedure", "statistic"],
    "signal_turnover": ["study", "signal", "horizon"],
    "signal_warnings": ["study", "signal", "horizon", "procedure", "code"],
}


def panel() -> pd.DataFrame:
    """A signal that fades, a twin of it, and noise."""
    random = np.random.default_rng(3)
    early, late = cross_section_panel(40, 300, 0.25, seed=1), cross_section_panel(40, 300, 0.05, seed=2)
    dates = np.sort(early["date"].unique())
    late["date"] = late["date"] + (dates[-1] - dates[0]) + pd.Timedelta(days=3)
    last = early[early["date"] == dates[-1]].set_index("asset")["price"]
    late["price"] *= late["asset"].map(last) / 100
    rows = pd.concat([early, late], ignore_index=True)
    rows["twin"] = rows["signal"] + 0.1 * random.standard_normal(len(rows))
    rows["is_late"] = rows["date"] > dates[-1]
    return rows


@on_both_engines
def test_sentences_restate_rows(warehouse: Warehouse) -> None:
    rows = panel()
    costly = study(warehouse, rows, ["signal", "twin", "noise"], horizons=[1, 3], cost_bps=400, slice_by="is_late")
    run = warehouse.build_signals(
        [costly, costly | {"name": "cheap", "cost_bps": 0, "signals": ["signal"], "slice_by": None}]
    )
    assert run.success, run.log
    tables = rows_by_key(warehouse, GRAINS)
    found = warehouse.query("select * from signal_insights")
    counts = [assert_restates(row.headline, row.evidence, tables, GRAINS) for row in found.itertuples()]
    assert min(counts) >= 2
    kinds = found.groupby(["study", "kind"]).size()
    assert set(kinds["s"].index) == {"summary", "survivor", "warning", "decay", "slice", "twin", "cost"}
    assert set(kinds["cheap"].index) == {"summary", "survivor", "warning", "decay"}
    families = warehouse.query("select study, family from signal_screening group by study, family")
    assert kinds["s", "summary"] == (families["study"] == "s").sum()
    survivors = warehouse.query("select * from signal_screening where is_survivor and study = 's'")
    assert kinds["s", "survivor"] == len(survivors)
    assert set(found[found["kind"] == "twin"]["signal"]) <= {"signal", "twin"}
    faded = found[(found["kind"] == "decay") & (found["horizon"] == 1)]
    assert faded["headline"].str.contains("has faded").all()
    for (_, _), group in found.groupby(["study", "kind"]):
        assert sorted(group["insight_rank"]) == list(range(1, len(group) + 1))

    warehouse.project = PROJECT
    run = warehouse.dbt("compile", "--select", "which_are_eaten_by_costs")
    assert run.success, run.log
    compiled = warehouse.folder / "target" / "compiled" / "whence" / "analyses" / "signal_research"
    asked = warehouse.query((compiled / "which_are_eaten_by_costs.sql").read_text())
    eaten = asked[(asked["study"] == "s") & (asked["verdict"] == "eaten by costs")]
    assert set(zip(eaten["signal"], eaten["horizon"], strict=True)) >= {("signal", 1), ("twin", 1)}
    assert (asked[asked["study"] == "cheap"]["verdict"] == "survives costs").any()
    assert np.allclose(asked["cost"].astype(float)[asked["study"] == "cheap"], 0)
    by_hand = 4 * eaten["quantile_turnover"].astype(float) * 400e-4 / 1 / eaten["horizon"]
    np.testing.assert_allclose(eaten["cost"].astype(float), by_hand, rtol=1e-9)


def test_a_wrong_number_is_seen() -> None:
    row = {"study": "s", "signal": "a", "horizon": 1, "rank_turnover": 0.5}
    evidence = json.dumps([{"table": "signal_turnover", "key": {"study": "s", "signal": "a", "horizon": 1}}])
    tables = {"signal_turnover": {("s", "a", 1): row}}
    assert assert_restates("half: 0.5", evidence, tables, GRAINS) == 1
    with pytest.raises(AssertionError):
        assert_restates("half: 0.6", evidence, tables, GRAINS)
