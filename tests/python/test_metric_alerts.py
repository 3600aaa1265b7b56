"""Alerts: each beside the same rule applied to the raw rows with pandas, and what dbt makes of a breach."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import METRIC_CHANGE, PROJECT, Run, Warehouse, consumer, on_both_engines

DIMENSIONS = ["region", "channel"]
SETS = {"region": ["region"], "channel": ["channel"], "region | channel": DIMENSIONS}
# Months against the month before, current month first.
MONTHS = {"shop": "2024-04", "shop@2024-03-31": "2024-03", "shop@2024-02-29": "2024-02"}
OPERATORS = [">", ">=", "<", "<=", "=", "!="]


def shop_rows() -> pd.DataFrame:
    random = np.random.default_rng(5)
    n = 600
    rows = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 121, n), unit="D"),
            "region": random.choice(np.array(["north", "south", "a | b", None], dtype=object), n),
            "channel": random.choice(list("abcd"), n, p=[0.6, 0.2, 0.15, 0.05]),
            "amount": random.integers(1, 50, n),
            "buyer": random.integers(0, 40, n),
        }
    )
    # a segment that comes and one that goes
    late = rows["day"] >= "2024-04-01"
    rows = rows[~(late & (rows["region"] == "south") & (rows["channel"] == "d"))]
    rows.loc[rows.index[rows["day"] >= "2024-04-01"][:3], "channel"] = "new"
    return rows.assign(day=rows["day"].dt.date)


def side_rows(rows: pd.DataFrame, analysis: str, side: str) -> pd.DataFrame:
    month = pd.Period(MONTHS[analysis]) - int(side == "baseline")
    labels = {name: rows[name].where(rows[name].notna(), "(blank)").replace("a | b", r"a \| b") for name in DIMENSIONS}
    return rows.assign(**labels)[pd.to_datetime(rows["day"]).dt.to_period("M") == month]


def value_of(rows: pd.DataFrame, metric: str) -> float:
    if metric == "buyers":
        return float(rows["buyer"].nunique())
    if metric == "per_record":
        return float(rows["amount"].sum() / len(rows))
    return float(len(rows) if metric == "records" else rows["amount"].sum())


def total(rows: pd.DataFrame, metric: str, measure: str) -> float:
    """Give a column of metric_totals for a side."""
    leaves = rows.groupby(DIMENSIONS).agg(records=("amount", "size"), amount=("amount", "sum"))
    if measure in ("top5_value_share", "herfindahl"):
        if metric not in leaves:
            return math.nan
        shares = leaves[metric] / leaves[metric].sum()
        return float(shares.nlargest(5).sum() if measure == "top5_value_share" else (shares**2).sum())
    answers = {
        "records": len(rows),
        "value": value_of(rows, metric),
        "segments": len(leaves),
        "top5_record_share": leaves["records"].nlargest(5).sum() / len(rows),
        "blank_record_share": (rows["region"] == "(blank)").mean(),
    }
    return float(answers[measure])


def mover(before: pd.DataFrame, after: pd.DataFrame, metric: str, measure: str) -> dict[tuple[str, str], float]:
    """Give a column of metric_movers: dimension set and segment to value."""
    found = {}
    for label, names in SETS.items():
        groups = [{key: rows for key, rows in side.groupby(names)} for side in (before, after)]
        for key in {*groups[0], *groups[1]}:
            sides = [group.get(key) for group in groups]
            missing = math.nan if metric == "per_record" else 0.0
            values = [missing if rows is None else value_of(rows, metric) for rows in sides]
            records = [0 if rows is None else len(rows) for rows in sides]
            change = values[1] - values[0]
            answers = {
                "baseline_records": records[0],
                "current_records": records[1],
                "baseline_value": values[0],
                "current_value": values[1],
                "change": change,
                "change_pct": change / values[0] if values[0] else math.nan,
                "record_share_change": records[1] / len(after) - records[0] / len(before),
                "share_of_change": change / (value_of(after, metric) - value_of(before, metric)),
            }
            found[label, " | ".join(key)] = float(answers[measure])
    return found


def judged(candidates: dict[tuple[Any, Any], float], operator: str, threshold: float) -> dict[str, Any]:
    """Apply a rule to values by dimension set and segment."""

    def equal(value: float) -> bool:
        return abs(value - threshold) <= 1e-12 * max(abs(value), abs(threshold))

    def breaches(value: float) -> bool:
        return {
            "=": equal(value), "!=": not equal(value), ">": value > threshold and not equal(value), ">=": value > threshold or equal(value),
            "<": value < threshold and not equal(value), "<=": value < threshold or equal(value),
        }[operator]  # fmt: skip

    def badness(value: float) -> float:
        worst = {">": value, "<": -value, "=": -abs(value - threshold), "!": abs(value - threshold)}[operator[0]]
        return float(f"{worst:.11g}")

    values = {key: value for key, value in candidates.items() if not math.isnan(value)}
    if not values:
        return {"observed": math.nan, "is_breached": False, "n_breaches": 0, "segment": None}
    worst = max(badness(value) for value in values.values())
    key = min(key for key, value in values.items() if badness(value) == worst)
    n = sum(breaches(value) for value in values.values())
    return {"observed": values[key], "is_breached": n > 0, "n_breaches": n, "dimensions": key[0], "segment": key[1]}


TOTALS = ["records", "value", "segments", "top5_record_share", "top5_value_share", "blank_record_share", "herfindahl"]
MOVERS = ["baseline_records", "current_records", "baseline_value", "current_value", "change", "change_pct", "share_of_change", "record_share_change"]  # fmt: skip


def shop_alerts(rows: pd.DataFrame) -> list[Any]:
    """Declare every measure with every operator, at a threshold that some value meets exactly."""
    before, after = (side_rows(rows, "shop", side) for side in ("baseline", "current"))
    alerts: list[Any] = []
    for measure, operator in itertools.product(TOTALS, OPERATORS):
        alerts.append({"rule": f"{measure} {operator} {total(after, 'amount', measure)!r}"})
    for measure, operator in itertools.product(MOVERS, OPERATORS):
        values = sorted(v for v in mover(before, after, "amount", measure).values() if not math.isnan(v))
        alerts.append({"rule": f"{measure} {operator} {values[len(values) // 3]!r}", "severity": "error"})
    return [
        *alerts,
        {"rule": "change > 5", "metric": "buyers", "dimensions": ["channel", "region"]},
        {"rule": "change > 5", "metric": "amount", "dimensions": ["Region"]},
        {"rule": "change  >\t5", "metric": "amount"},
        {"rule": "current_value<=7", "metric": "per_record", "dimensions": "channel"},
        {"rule": "value > 1000", "side": "baseline"},
        {"rule": "value > 1000", "metric": "records"},
        {"rule": " value  > 0.1e1 "},
        "top5_value_share > .5",
        {"rule": "herfindahl > 0", "metric": "per_record"},
    ]


@on_both_engines
def test_each_alert_is_what_pandas_finds(warehouse: Warehouse) -> None:
    rows = shop_rows()
    alerts = shop_alerts(rows)
    run = warehouse.build(
        [
            {
                "name": "shop",
                "relation": {"file": warehouse.frame("shop.parquet", rows)},
                "time": {"column": "day", "grain": "month"},
                "anchor_date": "2024-04-30",
                "history": 2,
                "dimensions": DIMENSIONS,
                "metrics": [
                    "amount",
                    {"name": "buyers", "agg": "count_distinct", "expr": "buyer"},
                    {"name": "per_record", "numerator": "amount", "denominator": "records"},
                ],
                "rank_by": "amount",
                "alerts": alerts,
            }
        ],
        only="metric_alerts",
    )
    assert not run.success and run.log.count("Failure in test") == 1, run.log
    found = warehouse.query("select * from metric_alerts").set_index(["analysis", "rule"])
    assert list(found.columns) == ["period_end", "measure", "operator", "threshold", "observed", "is_breached", "n_breaches", "severity", "metric", "side", "dimensions", "segment"]  # fmt: skip
    assert len(found) == 3 * len(alerts)
    names = {
        ("change > 5", "buyers"): "change > 5 (metric buyers, dimensions region | channel)",
        ("change > 5", "amount"): "change > 5 (metric amount, dimensions region)",
        ("change  >\t5", "amount"): "change > 5 (metric amount, all dimensions)",
        ("value > 1000", "records"): "value > 1000 (metric records, side current)",
        ("value > 1000", "amount"): "value > 1000 (metric amount, side baseline)",
        (" value  > 0.1e1 ", "amount"): "value > 0.1e1",
    }
    for analysis in MONTHS:
        before, after = (side_rows(rows, analysis, side) for side in ("baseline", "current"))
        for declared in alerts:
            alert = {"rule": declared} if isinstance(declared, str) else declared
            metric = alert.get("metric", "amount")
            row = found.loc[(analysis, names.get((alert["rule"], metric), alert["rule"]))]
            measure = row["measure"]
            assert alert["rule"].strip().startswith(measure)
            side = alert.get("side", "current") if measure in TOTALS else None
            if side is not None:
                candidates: dict[tuple[Any, Any], float] = {
                    (None, None): total(before if side == "baseline" else after, metric, measure)
                }
            else:
                candidates = dict(mover(before, after, metric, measure))
                asked = {"Region": "region", "channel": "channel"}.get("".join(alert.get("dimensions", [])))
                asked = asked or ("region | channel" if "dimensions" in alert else None)
                candidates = {k: v for k, v in candidates.items() if asked is None or k[0] == asked}
            truth = judged(candidates, row["operator"], row["threshold"])
            where = f"{analysis}: {alert}"
            assert row["observed"] == pytest.approx(truth["observed"], rel=1e-11, nan_ok=True), where
            assert (row["is_breached"], row["n_breaches"]) == (truth["is_breached"], truth["n_breaches"]), where
            assert [
                row[name] if isinstance(row[name], str) else None for name in ("side", "dimensions", "segment")
            ] == [
                side,
                truth.get("dimensions"),
                truth["segment"],
            ], where
            assert row["metric"] == metric and row["severity"] == alert.get("severity", "warn"), where
            assert str(row["period_end"])[:7] == MONTHS[analysis]


@on_both_engines
def test_an_alert_without_a_value_keeps_its_row(warehouse: Warehouse) -> None:
    path = warehouse.file("n.parquet", "select date '2024-01-05' as day, 'a' as kind, 1 as n where 1 = 0")
    full = warehouse.file("full.parquet", "select 'k' || i as kind, i as n from range(3) t(i)")
    alerts = ["change != 0", {"rule": "change > 0", "dimensions": ["kind"]}, "value = 3", {"rule": "value < 9", "side": "baseline"}]  # fmt: skip
    base = {"dimensions": ["kind"], "metrics": ["n"], "alerts": alerts, "rank_by": "n"}
    run = warehouse.build(
        [
            {**base, "name": "empty", "relation": {"file": path}, "time": {"column": "day", "grain": "month"}},
            {**base, "name": "one side", "relation": {"file": full}, "compare": {"to": "none"}},
        ],
        only="metric_alerts",
    )
    assert run.success, run.log
    found = warehouse.query("select * from metric_alerts").set_index(["analysis", "rule"])
    assert len(found) == 8
    assert found.loc[("one side", "value = 3"), ["observed", "is_breached", "n_breaches"]].tolist() == [3.0, True, 1]
    rest = found.drop(("one side", "value = 3"))
    assert rest["observed"].isna().all() and rest["segment"].isna().all()
    assert not rest["is_breached"].any() and rest["n_breaches"].eq(0).all()
    assert set(rest.xs("change > 0", level="rule")["dimensions"]) == {"kind"}


@on_both_engines
def test_other_counts_and_equality_has_a_tolerance(warehouse: Warehouse) -> None:
    """(other) is a segment like any; 0.1 + 0.2 is 0.3; huge, tiny and odd thresholds are numbers."""
    path = warehouse.file(
        "days.parquet",
        "select unnest([date '2024-01-05', date '2024-02-05', date '2024-02-06', date '2024-02-07', date '2024-02-08']) as day,"
        " unnest(['a', 'a', 'a', 'b', 'c']) as kind, unnest([1.0, 0.1, 0.2, 50.0, 60.0]::double[]) as n",
    )
    alerts = ["current_value = 0.3", "current_value > 0.3", "current_value < 0.3", "current_value <= 0.3", "change > 1e300",
              "value != -1e-300", "change_pct < -0.5", "mover_rank > 2"]  # fmt: skip
    run = warehouse.build(
        [{"name": "days", "relation": {"file": path}, "time": {"column": "day", "grain": "month"}, "anchor_date": "2024-02-29", "dimensions": ["kind"],
          "metrics": ["n"], "rank_by": "n", "min_records": 2, "alerts": alerts}],
        only="metric_alerts",
    )  # fmt: skip
    assert run.success, run.log
    found = warehouse.query("select * from metric_alerts").set_index("rule")
    answers = found[["segment", "is_breached", "n_breaches"]].astype(object).where(found.notna(), None)
    assert answers.to_numpy().tolist() == answers.loc[sorted(alerts)].to_numpy().tolist(), "in order of the rule"
    assert answers.loc[alerts].to_numpy().tolist() == [
        ["a", True, 1], ["(other)", True, 1], ["a", False, 0], ["a", True, 1], ["(other)", False, 0], [None, True, 1], ["a", True, 1], ["(other)", False, 0],
    ]  # fmt: skip
    assert found.loc["current_value > 0.3", "observed"] == 110
    # what overlapping segments leave over is no segment
    numbers = ["baseline_value", "current_value", "change"]
    columns = warehouse.query("select * from metric_movers").columns
    values = ["'(overlap)'" if name == "segment" else "9999" if name in numbers else name for name in columns]
    warehouse.execute(f"insert into main.metric_movers select {', '.join(values)} from main.metric_movers")
    again = warehouse.dbt("run", "--select", "metric_alerts", "--vars", '{"whence_metric_analyses": []}')
    assert again.success, again.log
    pd.testing.assert_frame_equal(found, warehouse.query("select * from metric_alerts").set_index("rule"))


@on_both_engines
def test_every_number_of_both_tables_can_be_watched(warehouse: Warehouse) -> None:
    """The observed value is the largest of the column, what overlapping segments leave over aside."""
    rows = shop_rows()
    tables = yaml.safe_load((PROJECT / "models" / "metric_change" / "_metric_change.yml").read_text())["models"]
    columns = {
        table["name"]: [
            c["name"] for c in table["columns"] if c["data_type"] in ("bigint", "integer", "double precision")
        ]
        for table in tables
        if table["name"] in ("metric_totals", "metric_movers")
    }
    assert columns["metric_totals"] == TOTALS and len(columns["metric_movers"]) == 19
    metrics = ["amount", {"name": "per_buyer", "numerator": "amount", "denominator": "buyers"}, {"name": "buyers", "agg": "count_distinct", "expr": "buyer"}]  # fmt: skip
    alerts = [
        {"rule": f"{column} >= 1e9", "metric": metric}
        for column, metric in itertools.product([*TOTALS, *columns["metric_movers"]], ["amount", "per_buyer"])
    ]
    path = warehouse.frame("shop.parquet", rows)
    run = warehouse.build(
        [{"name": "shop", "relation": {"file": path}, "time": {"column": "day", "grain": "month"}, "dimensions": DIMENSIONS, "metrics": metrics, "alerts": alerts}],
        only="metric_alerts",
    )  # fmt: skip
    assert run.success, run.log
    found = warehouse.query("select * from metric_alerts").set_index(["measure", "metric"])
    assert len(found) == len(alerts)
    for table, names in columns.items():
        where = "side = 'current'" if table == "metric_totals" else "segment <> '(overlap)'"
        for metric in ("amount", "per_buyer"):
            truth = warehouse.query(f"select * from {table} where metric = '{metric}' and {where}")
            for name in names:
                largest = float(truth[name].max()) if truth[name].notna().any() else math.nan
                assert found.loc[(name, metric), "observed"] == pytest.approx(largest, rel=1e-11, nan_ok=True), name
    assert len(warehouse.query("select 1 from metric_movers where segment = '(overlap)'")) > 0
    assert not found["is_breached"].any()


MISTAKES = [
    ({"alerts": ["value > 1e999"]}, "[shop].alerts[0].rule: '1e999' is out of range"),
    ({"alerts": ["value > 1", "valeu > 1"]}, "[shop].alerts[1].rule: 'valeu' is not one of records, value, segments"),
    ({"alerts": ["top5_recrd_share > 1"]}, "Did you mean 'top5_record_share'?"),
    ({"alerts": ["value > lots"]}, "[shop].alerts[0].rule: 'value > lots' is not a rule"),
    ({"alerts": [{"rule": "change > 1", "side": "current"}]}, "[shop].alerts[0].side: does not go with 'change', a column of metric_movers, where a row holds both sides"),
    ({"alerts": [{"rule": "value > 1", "dimensions": ["kind"]}]}, "[shop].alerts[0].dimensions: does not go with 'value', a column of metric_totals, which has no segments"),
    ({"alerts": [{"rule": "value > 1", "side": "now"}]}, "[shop].alerts[0].side: 'now' is not one of baseline, current"),
    ({"alerts": [{"rule": "value > 1", "severity": "eror"}]}, "[shop].alerts[0].severity: 'eror' is not one of warn, error. Did you mean 'error'?"),
]  # fmt: skip
MISTAKES_OF_NAMES = [
    ({"alerts": [{"rule": "value > 1", "metric": "m"}]}, "[shop].alerts[0].metric: 'm' is not a metric of this analysis (records, n). Did you mean 'n'?"),
    ({"alerts": [{"rule": "change > 1", "dimensions": ["kind", "knd2"]}]}, "[shop].alerts[0].dimensions[1]: 'knd2' is not a dimension of this analysis (kind, kind2, kind3)"),
    ({"alerts": [{"rule": "change > 1", "dimensions": ["kind", "kind2"]}]}, "[shop].alerts[0].dimensions: 'kind, kind2' is not a dimension set; expected 1 to 1 dimensions (max_depth), or all"),
    ({"alerts": [{"rule": "change > 1", "dimensions": []}]}, "[shop].alerts[0].dimensions: '' is not a dimension set"),
    ({"alerts": ["value > 1", {"rule": "value  > 1", "side": "current", "metric": "records", "severity": "error"}]}, "[shop].alerts[1].rule: 'value > 1' is declared twice for the same rows"),
    ({"alerts": [{"rule": "change > 1", "dimensions": ["kind2", "kind", "kind3"]}, {"rule": "change > 1", "dimensions": ["kind", "kind2", "KIND3"]}]}, "[shop].alerts[1].rule: 'change > 1' is declared twice"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), MISTAKES)
def test_mistake_in_a_rule(warehouse: Warehouse, fields: dict[str, Any], message: str) -> None:
    run = warehouse.check([{"name": "shop", "relation": {"file": "shop.csv"}, **fields}])
    assert not run.success and message in run.log, run.log
    assert "whence: whence_metric_analyses[shop].alerts" in run.log and not run.stack_trace


@pytest.mark.parametrize(("fields", "message"), MISTAKES_OF_NAMES)
def test_mistake_that_the_data_show(warehouse: Warehouse, fields: dict[str, Any], message: str) -> None:
    path = warehouse.file("shop.parquet", "select 'a' as kind, 'b' as kind2, 'c' as kind3, 1 as n")
    base = {"name": "shop", "relation": {"file": path}, "compare": {"to": "none"}, "dimensions": ["kind", "kind2", "kind3"], "metrics": ["n"], "max_depth": 1}  # fmt: skip
    run = warehouse.build([{**base, **fields}], only="metric_alerts")
    assert not run.success and f"whence: whence_metric_analyses{message}" in run.log, run.log
    assert not run.stack_trace


PROJECT_FILES = {
    "models/days.sql": " union all ".join(
        f"select cast('2024-0{n}-05' as date) as day, 'it''s' || chr(10) || 'a' as kind, {n} as n" for n in (1, 2, 3)
    ),
    "models/my_alerts.sql": "select * from {{ ref('whence', 'metric_alerts') }}",
    "models/schema.yml": """
models:
  - name: my_alerts
    data_tests:
      - whence.no_breached_alerts: {name: earlier_too, arguments: {history: true}}
      - whence.no_breached_alerts: {name: latest}
""",
}


@on_both_engines
def test_severity_decides_between_warning_and_failure(warehouse: Warehouse) -> None:
    """A value of 1 in January, 2 in February, 3 in March."""
    warehouse.project = consumer(warehouse.folder, parts=METRIC_CHANGE)
    for name, text in PROJECT_FILES.items():
        (warehouse.project / name).write_text(text)

    def variables(alerts: list[Any]) -> str:
        analysis = {"name": "days", "relation": "days", "time": {"column": "day", "grain": "month"}, "anchor_date": "2024-03-31", "history": 1,
                    "dimensions": ["kind"], "metrics": ["n"], "rank_by": "n", "alerts": alerts}  # fmt: skip
        return json.dumps({"whence_domains": ["metric_change"], "whence_metric_analyses": [analysis]})

    def build(alerts: list[Any], *options: str) -> Run:
        return warehouse.dbt("build", *options, "--vars", variables(alerts))

    warehouse.parse_once("--vars", variables([]))

    warning = {"rule": "value > 2.5", "severity": "warn"}
    error = {"rule": "change_pct <= 0.5", "severity": "error"}
    earlier = {"rule": "value < 2.5", "severity": "error"}
    alone = ["--select", "int_metric_change__specs", "metric_alerts"]

    quiet = build(["value > 4"], "--select", "days", "metric_change", "--exclude", "metric_change.demo")
    assert quiet.success and "is breached" not in quiet.log and "Warning in test" not in quiet.log, quiet.log

    for options in (alone, [*alone, "--store-failures"]):
        warned = build([warning], *options)
        assert warned.success, warned.log
        assert "Warning in test no_breached_alerts" in warned.log and "Failure in test" not in warned.log, warned.log
        assert "Got 1 result, configured to warn" in warned.log
        assert "whence: alert (warn) days: value > 2.5 is breached: 3 (metric n, side current)" in warned.log

        failed = build([warning, error], *options)
        assert not failed.success and not failed.stack_trace, failed.log
        assert "Failure in test no_breached_alerts" in failed.log and "Got 2 results" in failed.log, failed.log
        assert "whence: alert (error) days: change_pct <= 0.5 is breached: 0.5 (metric n, kind = it's a)" in failed.log

    past = build([earlier], *alone)
    found = warehouse.query("select analysis from metric_alerts where is_breached")["analysis"].tolist()
    assert found == ["days@2024-02-29"]
    assert past.success and "Warning in test" not in past.log, past.log
    asked = build([earlier], "--select", "my_alerts")
    assert not asked.success
    assert "Failure in test earlier_too" in asked.log and "in test latest" not in asked.log, asked.log
    assert asked.log.count("is breached") == 1
