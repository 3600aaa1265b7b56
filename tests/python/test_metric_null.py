"""Where nothing happened, one p in twenty lies below 0.05: thousands of segments without a change, each a replicate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Warehouse

REPLICATES = 1500


def spread(totals: np.ndarray) -> np.ndarray:
    """Return the replicate of each row: the first has totals[0] rows, and so on."""
    return np.repeat(np.arange(len(totals)), totals)


def lines(random: np.random.Generator) -> pd.DataFrame:
    """Invoices whose lines are alike; clicks over views differ by invoice too."""
    sides = []
    for side in ("before", "after"):
        replicate = spread(random.poisson(60, REPLICATES))
        invoice = spread(1 + random.poisson(3, len(replicate)))
        n = len(invoice)
        views = 1 + random.poisson(20, n)
        appeal = random.beta(8, 12, len(replicate))[invoice]
        sides.append(
            pd.DataFrame(
                {
                    "side": side,
                    "replicate": replicate[invoice],
                    "invoice": [f"{side} {i}" for i in invoice],
                    "amount": random.gamma(2, 5, len(replicate))[invoice] * random.lognormal(0, 0.3, n),
                    "views": views,
                    "clicks": random.binomial(views, appeal),
                }
            )
        )
    return pd.concat(sides)


def records(random: np.random.Generator) -> pd.DataFrame:
    """Records with skewed values."""
    sides = []
    for side in ("before", "after"):
        replicate = spread(random.poisson(250, REPLICATES))
        n = len(replicate)
        views = 1 + random.poisson(20, n)
        clicks = random.binomial(views, random.beta(8, 12, n))
        amount = random.lognormal(2, 0.8, n)
        sides.append(
            pd.DataFrame({"side": side, "replicate": replicate, "amount": amount, "views": views, "clicks": clicks})
        )
    return pd.concat(sides)


def days(random: np.random.Generator) -> pd.DataFrame:
    """Daily totals of two windows: what differs from day to day is more than the noise of records."""
    day = pd.date_range("2024-04-01", "2024-05-30")
    frame = pd.DataFrame({"replicate": np.repeat(np.arange(REPLICATES), len(day)), "day": np.tile(day, REPLICATES)})
    n = len(frame)
    frame["views"] = random.poisson(random.gamma(20, 10, n))
    frame["amount"] = random.normal(100, 30, n)
    frame["clicks"] = random.binomial(frame["views"], random.beta(8, 12, n))
    return frame


METRICS = [
    {"name": "amount", "agg": "sum"},
    {"name": "views", "agg": "sum"},
    {"name": "clicks", "agg": "sum"},
    {"name": "mean", "agg": "avg", "expr": "amount"},
    {"name": "ctr", "numerator": "clicks", "denominator": "views"},
]


@pytest.fixture(scope="module")
def rejected(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The share of p below 0.05, by analysis and metric."""
    warehouse = Warehouse(tmp_path_factory.mktemp("null"))
    random = np.random.default_rng(20240607)
    paths = {
        name: {"file": warehouse.frame(f"{name}.parquet", make(random))}
        for name, make in (("lines", lines), ("records", records), ("days", days))
    }
    sides = {"to": {"column": "side", "baseline": "before", "current": "after"}}
    base: dict[str, Any] = {"dimensions": ["replicate"], "metrics": METRICS, "drilldown": {"max_depth": 1}}
    windows = {"current": ["2024-05-01", "2024-05-30"], "compare": {"to": ["2024-04-01", "2024-04-30"]}}
    run = warehouse.build(
        [
            {**base, "name": "units", "relation": paths["lines"], "compare": sides, "unit": "invoice"},
            {**base, "name": "lines", "relation": paths["lines"], "compare": sides},
            {**base, "name": "records", "relation": paths["records"], "compare": sides},
            {**base, "name": "days", "relation": paths["days"], "time": "day", **windows},
        ],
        only=["metric_analyses", "metric_totals", "metric_segments", "metric_movers"],
    )
    assert run.success, run.log
    rules = warehouse.query("select analysis, variance_rule from metric_analyses").set_index("analysis")[
        "variance_rule"
    ]
    assert rules.to_dict() == {"units": "unit", "lines": "record", "records": "record", "days": "day"}
    found = warehouse.query("select * from metric_movers").set_index(["analysis", "metric"])
    # all but the number of daily totals, which never varies
    assert (found.groupby(level=[0, 1])["p_value"].count() >= REPLICATES - 1).sum() == 4 * 6 - 1
    p = found[["p_value", "unexpected_p_value"]]
    shares = (p < 0.05).groupby(level=[0, 1]).mean()
    return shares


@pytest.mark.parametrize(
    ("analysis", "metrics"),
    [
        ("units", ["records", "amount", "views", "mean", "ctr"]),
        ("records", ["records", "amount", "views", "mean", "ctr"]),
        ("days", ["amount", "views", "mean", "ctr"]),
    ],
)
def test_one_in_twenty(rejected: pd.DataFrame, analysis: str, metrics: list[str]) -> None:
    for metric in metrics:
        for column in rejected.columns:
            assert 0.03 < rejected.loc[(analysis, metric), column] < 0.07, (metric, column)


def test_without_the_unit_noise_is_taken_for_change(rejected: pd.DataFrame) -> None:
    """Lines of one invoice are alike: taken for independent, they find changes that are none."""
    for metric in ("records", "amount", "views", "mean", "ctr"):
        assert rejected.loc[("lines", metric), "p_value"] > 0.15, metric
