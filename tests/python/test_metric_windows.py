"""Windows of time against an independent calendar computation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import pytest
from conftest import Warehouse, on_both_engines

DAY = dt.timedelta(days=1)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def add_months(day: dt.date, months: int) -> dt.date:
    return dt.date.fromisoformat((pd.Timestamp(day) + pd.DateOffset(months=months)).date().isoformat())


def start(day: dt.date, grain: str, fiscal: int = 1) -> dt.date:
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    months = 3 if grain == "quarter" else 12
    return add_months(day.replace(day=1), -((day.month - fiscal) % months))


def shift(day: dt.date, grain: str, windows: int) -> dt.date:
    if grain in ("day", "week"):
        return day + dt.timedelta(days=windows * (7 if grain == "week" else 1))
    return add_months(day, windows * {"month": 1, "quarter": 3, "year": 12}[grain])


def year_before(day: dt.date, grain: str) -> dt.date:
    return day - dt.timedelta(days=364) if grain in ("day", "week") else add_months(day, -12)


def expected(
    anchor: dt.date, grain: str, current: str, compare: Any, fiscal: int = 1
) -> tuple[dt.date, dt.date, dt.date, dt.date, dt.date, float]:
    """current_start, current_end, period_end, baseline_start, baseline_end, baseline_scale."""
    first = start(anchor, grain, fiscal)
    if current == "last_complete" and shift(first, grain, 1) - DAY > anchor:
        first = shift(first, grain, -1)
    period_end = shift(first, grain, 1) - DAY
    last = min(period_end, anchor)
    if compare == "previous":
        base_first, base_last = shift(first, grain, -1), first - DAY
    elif compare == "year_ago":
        base_first = year_before(first, grain)
        base_last = year_before(period_end + DAY, grain) - DAY
    else:
        base_first, base_last = shift(first, grain, -compare["trailing"]), first - DAY
    if last < period_end and compare == "previous":
        base_last = min(base_last, base_first + (last - first))
    if last < period_end and compare == "year_ago":
        base_last = min(base_last, year_before(last, grain))
    scale = 1.0 if compare == "previous" else ((last - first).days + 1) / ((base_last - base_first).days + 1)
    return first, last, period_end, base_first, base_last, scale


def windows(warehouse: Warehouse) -> pd.DataFrame:
    found = warehouse.query("select * from metric_analyses").set_index("analysis")
    for column in found.columns:
        if column.endswith(("_start", "_end")):
            found[column] = [None if pd.isna(value) else pd.Timestamp(value).date() for value in found[column]]
    return found


@on_both_engines
def test_every_grain_and_comparison(warehouse: Warehouse) -> None:
    path = warehouse.file(
        "days.parquet",
        "select cast(d as date) as day, 1 as n from range(date '2022-01-01', date '2024-05-17', interval 1 day) t(d)",
    )
    analyses: list[dict[str, Any]] = []
    truth = {}
    for grain in ("day", "week", "month", "quarter", "year"):
        for current in ("last_complete", "latest"):
            for compare in ("previous", "year_ago", {"trailing": 2}):
                for anchor in (None, "2024-02-29", "2023-12-31", "2024-03-30"):
                    for fiscal in (1, 2) if grain in ("quarter", "year") else (1,):
                        name = f"a{len(analyses)}"
                        analyses.append(
                            {
                                "name": name,
                                "relation": {"file": path},
                                "time": {"column": "day", "grain": grain, "fiscal_year_start": fiscal},
                                "current": current,
                                "compare": {"to": compare},
                                "anchor_date": anchor,
                                "dimensions": [],
                                "metrics": [],
                            }
                        )
                        truth[name] = expected(date(anchor or "2024-05-16"), grain, current, compare, fiscal)
    run = warehouse.build(analyses, only="metric_analyses")
    assert run.success, run.log
    found = windows(warehouse)
    days = pd.date_range("2022-01-01", "2024-05-16").date
    for spec in analyses:
        row, t = found.loc[spec["name"]], truth[spec["name"]]
        assert (row.current_start, row.current_end, row.period_end, row.baseline_start, row.baseline_end) == t[:5], spec
        assert row.baseline_scale == pytest.approx(t[5]), spec
        assert row.current_records == sum(t[0] <= day <= t[1] for day in days), spec
        assert row.baseline_records == sum(t[3] <= day <= t[4] for day in days), spec
        assert row.excluded_records == len(days) - row.current_records - row.baseline_records, spec


def build_days(warehouse: Warehouse, sql: str, *specs: dict[str, Any]) -> pd.DataFrame:
    path = warehouse.file("days.parquet", sql)
    base = {"relation": {"file": path}, "dimensions": [], "metrics": []}
    run = warehouse.build([{**base, "name": f"a{i}", **spec} for i, spec in enumerate(specs)], only="metric_analyses")
    assert run.success, run.log
    return windows(warehouse)


@on_both_engines
def test_explicit_windows(warehouse: Warehouse) -> None:
    found = build_days(
        warehouse,
        "select cast(d as date) as day from range(date '2023-01-01', date '2024-07-01', interval 1 day) t(d)",
        {"time": "day", "current": ["2024-05-01", "2024-05-31"], "compare": {"to": ["2024-01-15", "2024-01-20"]}},
        {"time": {"column": "day", "grain": "month"}, "current": ["2024-04-01", "2024-06-30"]},
        {"time": {"column": "day", "grain": "month"}, "current": ["2024-06-10", "2024-06-14"]},
        {"time": {"column": "day", "grain": "month"}, "current": ["2024-06-01", "2024-06-30"], "compare": "year_ago"},
        {"time": {"column": "day", "grain": "month"}, "current": ["2024-06-20", "2024-07-10"]},
        {"time": {"column": "day", "grain": "week"}, "current": ["2024-06-03", "2024-06-16"]},
        {"time": {"column": "day", "grain": "month"}, "compare": {"to": "none"}},
        {
            "time": {"column": "day", "grain": "month"},
            "current": "latest",
            "anchor_date": "2024-05-16",
            "compare": {"to": ["2023-05-01", "2023-05-31"]},
        },
    )
    columns = ["current_start", "current_end", "baseline_start", "baseline_end"]
    rows = {name: tuple(None if v is None else v.isoformat() for v in row) for name, row in found[columns].T.items()}
    assert rows["a0"] == ("2024-05-01", "2024-05-31", "2024-01-15", "2024-01-20")
    assert rows["a1"] == ("2024-04-01", "2024-06-30", "2024-01-01", "2024-03-31")
    assert rows["a2"] == ("2024-06-10", "2024-06-14", "2024-06-05", "2024-06-09")
    assert rows["a3"] == ("2024-06-01", "2024-06-30", "2023-06-01", "2023-06-30")
    assert rows["a4"] == ("2024-06-20", "2024-06-30", "2024-05-30", "2024-06-09")
    assert rows["a5"] == ("2024-06-03", "2024-06-16", "2024-05-20", "2024-06-02")
    assert rows["a6"] == ("2024-06-01", "2024-06-30", None, None)
    assert rows["a7"] == ("2024-05-01", "2024-05-16", "2023-05-01", "2023-05-31")
    assert found.loc["a6", "baseline_records"] == 0 and found.loc["a6", "current_records"] == 30


@on_both_engines
def test_window_starts_stand_for_their_window(warehouse: Warehouse) -> None:
    """A monthly table: its last month is complete although its last date is the first of it."""
    found = build_days(
        warehouse,
        "select cast(d as date) as month from range(date '2023-01-01', date '2024-04-01', interval 1 month) t(d)",
        {"time": {"column": "month", "grain": "month"}},
        {"time": {"column": "month"}},
        {"time": {"column": "month", "grain": "quarter"}},
    )
    assert found.loc["a0", "current_start"] == date("2024-03-01") == found.loc["a1", "current_start"]
    assert found.loc["a0", "current_end"] == date("2024-03-31")
    assert found.loc["a2", "current_start"] == date("2024-01-01")
    assert found.loc["a2", "baseline_end"] == date("2023-12-31")


def test_grain_left_to_the_data(warehouse: Warehouse) -> None:
    days = "select cast(d as date) as day from range(date '2024-01-01', date '{}' + 1, interval 1 day) t(d)"
    expected_days = {"2024-03-31": 31, "2024-01-20": 7, "2024-01-05": 1}
    paths = [warehouse.file(f"until_{last}.parquet", days.format(last)) for last in expected_days]
    found = build_days(warehouse, days.format("2024-01-31"), *({"relation": {"file": path}} for path in paths))
    assert [(row.current_end - row.current_start).days + 1 for row in found.sort_index().itertuples()] == [
        *expected_days.values()
    ]


@on_both_engines
def test_weekly_dates_are_weeks(warehouse: Warehouse) -> None:
    days = "select cast(d as date) as monday from range(date '2024-01-01', date '2024-03-01', interval 7 day) t(d)"
    found = build_days(warehouse, days, {})
    assert found.loc["a0", "current_start"] == date("2024-02-26") and found.loc["a0", "current_end"] == date(
        "2024-03-03"
    )


@on_both_engines
def test_history_is_one_group(warehouse: Warehouse) -> None:
    path = warehouse.file(
        "sales.parquet",
        """
        select cast(d as date) as day, 'k' || (i % 3) as kind, i as amount
        from range(date '2023-01-01', date '2024-05-01', interval 1 day) t(d), range(4) r(i)
        """,
    )
    spec: dict[str, Any] = {
        "relation": {"file": path},
        "time": {"column": "day", "grain": "month"},
        "dimensions": ["kind"],
        "metrics": [{"name": "amount", "agg": "sum"}, {"name": "kinds", "agg": "count_distinct", "expr": "kind"}],
    }
    alone = {**spec, "name": "march", "anchor_date": "2024-03-31"}
    run = warehouse.build([{**spec, "name": "sales", "history": 3}, alone])
    assert run.success, run.log
    found = windows(warehouse)
    assert sorted(found.index[found["analysis_group"] == "sales"]) == [
        "sales", "sales@2024-01-31", "sales@2024-02-29", "sales@2024-03-31",
    ]  # fmt: skip
    assert found.loc["sales@2024-02-29", "baseline_start"] == date("2024-01-01")
    for table in ("metric_segments", "metric_movers", "metric_totals"):
        rows = warehouse.query(f"select * from {table}").set_index("analysis")
        pair = [
            rows.loc[name].sort_values(list(rows.columns)).reset_index(drop=True)
            for name in ("march", "sales@2024-03-31")
        ]
        pd.testing.assert_frame_equal(*pair, check_exact=True)


@on_both_engines
def test_baseline_is_scaled_in_movers_only(warehouse: Warehouse) -> None:
    path = warehouse.file(
        "sales.parquet",
        "select cast(d as date) as day, 'k' as kind, 2 as amount from range(date '2024-01-01', date '2024-05-01', interval 1 day) t(d)",
    )
    run = warehouse.build(
        [
            {
                "name": "sales",
                "relation": {"file": path},
                "time": {"column": "day", "grain": "month"},
                "compare": {"to": {"trailing": 3}},
                "dimensions": ["kind"],
                "metrics": [{"name": "amount", "agg": "sum"}, {"name": "mean", "agg": "avg", "expr": "amount"}],
            }
        ],
        only=["metric_analyses", "metric_totals", "metric_segments", "metric_movers"],
    )
    assert run.success, run.log
    assert windows(warehouse).loc["sales", "baseline_scale"] == pytest.approx(30 / 91)
    movers = warehouse.query("select * from metric_movers").set_index("metric")
    assert movers.loc["amount", "baseline_value"] == pytest.approx(60)
    assert movers.loc["amount", "change"] == pytest.approx(0, abs=1e-9)
    assert movers.loc["mean", "baseline_value"] == 2
    assert movers.loc["records", "baseline_records"] == 91
    totals = warehouse.query("select * from metric_totals where side = 'baseline'").set_index("metric")
    assert totals.loc["amount", "value"] == 182


@on_both_engines
def test_dates_in_text_numbers_and_time_zones(warehouse: Warehouse) -> None:
    rows = [
        ("2024-01-31", "31.01.2024", "01/31/2024", 20240131, "2024-01-31 23:30:00+00"),
        ("2024-02-29T23:59:59", "29.2.2024", "2/29/2024", 20240229, "2024-02-29 23:30:00+00"),
        ("2024/02/01", "1-2-2024", "02-01-2024", 20240201, "2024-02-02 12:00:00+00"),
        ("2024-02-30", "30.02.2024", "02/30/2024", 20240230, None),
        ("soon", "soon", "soon", 7, None),
        (None, None, None, None, None),
    ]
    frame = pd.DataFrame(rows, columns=["iso", "dmy", "mdy", "number", "at"])
    frame["number"] = frame["number"].astype("Int64")
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    base: dict[str, Any] = {
        "relation": {"file": warehouse.frame("dates.parquet", frame)},
        "dimensions": [],
        "metrics": [],
    }
    month = {"grain": "month"}
    run = warehouse.build(
        [
            {**base, "name": "iso", "time": {"column": "iso", **month}},
            {**base, "name": "dmy", "time": {"column": "dmy", "date_order": "dmy", **month}},
            {**base, "name": "mdy", "time": {"column": "mdy", "date_order": "mdy", **month}},
            {**base, "name": "number", "time": {"column": "number", **month}},
            {**base, "name": "utc", "time": {"column": "at", **month}},
            {**base, "name": "berlin", "time": {"column": "at", "timezone": "Europe/Berlin", **month}},
        ],
        only="metric_analyses",
    )
    assert run.success, run.log
    assert "cannot be read" in run.log
    found = windows(warehouse)
    for name in ("iso", "dmy", "mdy", "number"):
        row = found.loc[name]
        counts = (row.baseline_records, row.current_records, row.unparsed_records, row.excluded_records)
        assert counts == (1, 2, 2, 1), name
    assert (found.loc["utc", "current_records"], found.loc["utc", "baseline_records"]) == (2, 1)
    # half past eleven at night in London is the next day in Berlin: nothing is left of January, and March has begun
    assert found.loc["berlin", "current_start"] == date("2024-02-01")
    assert (found.loc["berlin", "current_records"], found.loc["berlin", "baseline_records"]) == (2, 0)


@on_both_engines
def test_time_zone_of_the_session_does_not_matter(warehouse: Warehouse) -> None:
    """DST: the repeated hour of 27 October 2024 belongs to one day."""
    frame = duckdb.sql(
        "select make_timestamptz(2024, 10, 26, 22, 30, 0, 'UTC') + i * interval 1 hour as at from range(26) t(i)"
    ).df()
    path = warehouse.frame("hours.parquet", frame)
    spec = {
        "name": "hours",
        "relation": {"file": path},
        "time": {"column": "at", "grain": "day", "timezone": "Europe/Berlin"},
        "dimensions": [],
        "metrics": [],
    }
    run = warehouse.build([{**spec, "current": ["2024-10-27", "2024-10-27"]}], only="metric_analyses")
    assert run.success, run.log
    assert windows(warehouse).loc["hours", "current_records"] == 25
