"""Hostile, odd and empty data: nothing is lost, nothing is merged, nothing runs."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import PROJECT, Warehouse, consumer, on_both_engines, selection
from shared_build import Case, Declares, SharedBuild

shared = SharedBuild()

HOSTILE = [
    "plain", "it's", 'say "hi"', "a | b", "a |", "| b", "a", "b", "| a", "a \\| b", "a\\| b", "(blank)", "\\(blank)", "(other)",
    "line\nbreak", "tab\there", "emoji 😀", "日本語", "'; drop table metric_totals; --", "{{ 1 / 0 }}", "%s %d", "NULL", "null",
    "x" * 10_000, "back\\slash", "ünï", "  padded  ", "$dollar$", "N/A", "0",
]  # fmt: skip
BLANK = [None, "", " ", "\t\n", "-", "?", "...", "\u00a0", "\u3000", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"]


def spec(path: str, **fields: Any) -> dict[str, Any]:
    return {"name": "data", "relation": {"file": path}, "compare": {"to": "none"}, **fields}


@shared.test
def test_hostile_values_stay_apart_and_inert(warehouse: Case) -> Declares:
    values = HOSTILE + BLANK
    frame = pd.DataFrame([(a, b, 1) for a in values for b in values], columns=["first", "second", "n"])
    path = warehouse.frame("hostile.parquet", frame)
    yield [spec(path, dimensions=["first", "second"], metrics=["n"])]
    assert warehouse.query("select * from metric_movers").empty, "nothing is compared"
    found = warehouse.query("select * from metric_segments where metric = 'n'")
    size = len(HOSTILE) + 1
    counts = found.groupby("dimensions")["segment"].nunique()
    assert counts.to_dict() == {"first": size, "second": size, "first | second": size**2}
    blank = found[(found["dimensions"] == "first") & (found["segment"] == "(blank)")]
    assert blank["value"].item() == len(BLANK) * len(values)
    assert found.groupby("dimensions")["value"].sum().eq(len(frame)).all()
    named = {json.loads(text)["first"] for text in found.loc[found["dimensions"] == "first", "segment_json"]}
    reserved = {"(blank)", "\\(blank)", "(other)"}
    assert named == {v for v in HOSTILE if v not in reserved} | {"(blank)", "\\(blank)", "\\\\(blank)", "\\(other)"}


@shared.test
def test_hostile_names(warehouse: Case) -> Declares:
    """Reserved words, spaces, dots, quotes, capitals and SQL as names of columns, metrics and the analysis."""
    columns = ["select", "My Column", "a.b", 'qu"ote', "order", "naïve", "x'; drop table t; --", "MixedCase"]
    frame = pd.DataFrame({name: [f"{name}-{i % 2}" for i in range(10)] for name in columns})
    frame["group"] = range(10)
    path = warehouse.frame("names.parquet", frame)
    name = 'it\'s\n"hostile"; drop table metric_totals; -- */ {{ x }}'
    yield [
        {
            "name": name,
            "relation": {"file": path},
            "compare": {"to": "none"},
            "dimensions": columns,
            "metrics": [
                {"name": "total'; --", "agg": "sum", "expr": "group"},
                {"name": "Group", "agg": "max", "expr": "group"},
            ],
            "max_depth": 1,
        }
    ]
    found = warehouse.query("select * from metric_segments where metric = 'total''; --'")
    assert set(found["analysis"]) == {name}
    assert set(found.loc[found["depth"] == 1, "dimensions"]) == set(columns)
    assert found.groupby("dimensions")["value"].sum().eq(45).all()


@shared.test
def test_nan_infinity_and_extremes(warehouse: Case) -> Declares:
    frame = pd.DataFrame(
        {
            "kind": ["nan", "inf", "big", "big", "small", "mixed", "mixed", "none"],
            "amount": [math.nan, math.inf, 1e200, 2e200, 1e-300, -math.inf, 5.0, None],
            "units": [1.0, 1, 0, 0, 1e-300, 0, 1e200, None],
        }
    )
    path = warehouse.frame("extremes.parquet", frame)
    metrics = [
        {"name": "amount", "agg": "sum"},
        {"name": "units", "agg": "sum"},
        {"name": "mean", "agg": "avg", "expr": "amount"},
        {"name": "rate", "numerator": "amount", "denominator": "units"},
    ]
    yield [spec(path, dimensions=["kind"], metrics=metrics, percentiles=[0.5])]
    found = warehouse.query("select * from metric_segments").pivot(index="segment", columns="metric", values="value")
    assert found.loc["big", "amount"] == pytest.approx(3e200)
    assert found.loc["small", "amount"] == pytest.approx(1e-300)
    assert found.loc["small", "rate"] == pytest.approx(1)
    assert found.loc["mixed", "amount"] == 5 and found.loc["mixed", "mean"] == 5
    assert found.loc["mixed", "rate"] == pytest.approx(5e-200)
    assert found.loc[["nan", "inf", "none"], ["amount", "mean", "rate"]].isna().all().all()
    assert math.isnan(found.loc["big", "rate"])
    for table in ("metric_totals", "metric_segments"):
        numbers = warehouse.query(f"select * from {table}").select_dtypes("number")
        assert not np.isinf(numbers).any().any()
        nan = warehouse.query(f"select count(*) as n from {table} where value = cast('NaN' as double precision)")
        assert nan["n"].item() == 0


@on_both_engines
def test_profile_of_numbers_and_dates(warehouse: Warehouse) -> None:
    columns = {
        "whole": ["20111105", "20111105", "20110230", "null"],
        "day_text": ["'2011-11-05'", "' 2011/1/5 10:00'", "'2011-02-30'", "' '"],
        "real_number": ["cast('-0' as real)", "0.0", "0.1", "cast('NaN' as real)"],
        "small_scale": ["20111105.5", "20111105.0", "-1.5", "null"],
        "known_on": ["date '2011-11-05'", "date '1500-01-01'", "date '2500-01-01'", "null"],
    }
    types = {"whole": "bigint", "real_number": "real", "small_scale": "decimal(12, 1)"}
    rows = [
        ", ".join(
            f"cast({sql} as {types[name]}) as {name}" if name in types else f"{sql} as {name}" for name, sql in row
        )
        for row in (list(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
    ]
    table = " union all ".join(f"select {row}" for row in rows)
    warehouse.project = consumer(warehouse.folder)
    sources = {"name": "lake", "schema": "lake", "tables": [{"name": "stored"}, {"name": "seen"}]}
    (warehouse.project / "models" / "lake.yml").write_text(json.dumps({"sources": [sources]}))
    warehouse.execute(
        f"create schema lake; create table lake.stored as {table}; create view lake.seen as select * from lake.stored"
    )
    given = {"compare": {"to": "none"}, "dimensions": ["day_text"], "metrics": []}
    run = warehouse.build(
        [{**given, "name": name, "relation": {"source": ["lake", name]}} for name in ("stored", "seen")]
    )
    assert run.success, run.log
    for name in ("stored", "seen"):
        found = warehouse.query(f"select * from metric_columns where relation = 'lake.{name}'").set_index("column_name")
        assert found["n_distinct"].to_dict() == {
            "whole": 2, "day_text": 4, "real_number": 3, "small_scale": 3, "known_on": 3,
        }  # fmt: skip
        assert found["date_share"].round(2).to_dict() == {
            "whole": 0.67, "day_text": 0.67, "real_number": 0, "small_scale": 0, "known_on": 1,
        }  # fmt: skip
        assert found["numeric_share"].to_dict() == {
            "whole": 1, "day_text": 0, "real_number": 0.75, "small_scale": 1, "known_on": 0,
        }  # fmt: skip
        assert json.loads(found.loc["real_number", "top_values"]) == [["0", 2], ["0.1", 1], ["NaN", 1]]
        assert found["blank_share"].to_dict() == {**dict.fromkeys(columns, 0), "day_text": 0.25}


@shared.test
def test_all_null_metric_and_empty_baseline(warehouse: Case) -> Declares:
    path = warehouse.file(
        "half.parquet",
        "select date '2024-03-01' + cast(i as integer) as day, 'k' || i % 2 as kind, cast(null as double) as nothing, 0 as zero from range(31) t(i)",
    )
    run = yield [
        {
            "name": "half",
            "relation": {"file": path},
            "time": {"column": "day", "grain": "month"},
            "dimensions": ["kind"],
            "metrics": ["nothing", "zero", {"name": "rate", "numerator": "nothing", "denominator": "zero"}],
        }
    ]
    assert "the baseline of" in run.log and "has no rows" in run.log
    movers = warehouse.query("select * from metric_movers").set_index(["metric", "segment"])
    assert movers["status"].eq("new").all()
    assert movers.loc["nothing", "change"].isna().all() and movers.loc["rate", "change"].isna().all()
    assert movers.loc["zero", "change"].eq(0).all() and movers.loc["zero", "share_of_change"].isna().all()
    assert movers.loc["records", "change_pct"].isna().all()
    assert movers.loc["records", "share_of_change"].sum() == pytest.approx(1)


@shared.test
def test_empty_table(warehouse: Case) -> Declares:
    path = warehouse.file("empty.parquet", "select date '2024-01-01' as day, 'a' as kind, 1 as n where 1 = 0")
    run = yield [{"name": "empty", "relation": {"file": path}}, {"name": "declared", "relation": {"file": path}, "time": {"column": "day", "grain": "month"}, "dimensions": ["kind"], "metrics": ["n"]}]  # fmt: skip
    assert "has no rows; its tables stay empty" in run.log
    assert len(warehouse.query("select * from metric_analyses")) == 2
    assert warehouse.query("select * from metric_segments").empty
    roles = warehouse.query("select role from metric_columns where relation like '%empty%'")["role"]
    assert set(roles) == {"time", "dimension", "measure"}


@on_both_engines
def test_no_analyses_build_empty_typed_tables(warehouse: Warehouse) -> None:
    run = warehouse.build([])
    assert run.success, run.log
    for table in (
        "metric_analyses", "metric_columns", "metric_totals", "metric_segments", "metric_movers", "metric_alerts", "metric_words",
        "metric_restatements", "metric_insights",
    ):  # fmt: skip
        assert warehouse.query(f"select * from {table}").empty
    types = warehouse.query("select data_type from information_schema.columns where table_name = 'metric_movers'")
    duckdb_types, postgres_types = (
        {"VARCHAR", "DOUBLE", "BIGINT", "DATE", "INTEGER"},
        {"text", "double precision", "bigint", "date", "integer"},
    )
    assert set(types["data_type"]) in (duckdb_types, postgres_types)


@on_both_engines
def test_build_empty(warehouse: Warehouse) -> None:
    """dbt build --empty: every table typed, no rows read."""
    path = warehouse.file(
        "days.parquet", "select date '2024-01-01' + cast(i as integer) as day, 'a' as kind, i as n from range(90) t(i)"
    )
    run = warehouse.build(
        [
            {"name": "inferred", "relation": {"file": path}},
            {"name": "cohorts", "relation": {"file": path}, "compare": {"to": {"column": "kind", "baseline": "x", "current": "y"}}},
            {"name": "distinct", "relation": {"file": path}, "time": "day", "dimensions": ["kind"], "metrics": [{"name": "k", "agg": "count_distinct", "expr": "kind"}]},
        ],
        "--empty",
    )  # fmt: skip
    assert run.success, run.log
    assert warehouse.query("select * from metric_segments").empty
    resources = ("model", "seed")  # of no rows data tests have nothing to say
    demo = replace(warehouse, project=PROJECT).dbt(
        "build", "--empty", *(word for name in resources for word in ("--resource-type", name))
    )
    assert demo.success, demo.log


@shared.test
def test_many_segments_close_with_other(warehouse: Case) -> Declares:
    path = warehouse.file(
        "many.parquet",
        "select 's' || i % 12000 as item, 'k' || i % 7 as kind, i % 5 as n, i % 90 as buyer from range(50000) t(i) where i < 30000 or i % 12000 < 100",
    )
    metrics = [
        "n",
        {"name": "buyers", "agg": "count_distinct", "expr": "buyer"},
        {"name": "per_buyer", "numerator": "n", "denominator": "buyers"},
    ]
    yield [spec(path, dimensions=["item", "kind"], metrics=metrics)]
    found = warehouse.query("select * from metric_segments")
    items = found[(found["dimensions"] == "item") & (found["metric"] == "n")]
    assert len(items) == 10_001
    assert items["value"].sum() == warehouse.query("select value from metric_totals where metric = 'n'").iloc[0, 0]
    other = items[items["segment"] == "(other)"].iloc[0]
    assert other["segment_rank"] == 10_001 and json.loads(other["segment_json"]) == {"item": "(other)"}
    kept = set(items["segment"]) - {"(other)"}
    rest = duckdb.sql(f"select * from '{path}'").df()
    rest = rest[~rest["item"].isin(kept)]
    assert len(rest) == other["records"]
    buyers = found[(found["dimensions"] == "item") & (found["metric"] == "buyers") & (found["segment"] == "(other)")]
    assert buyers["value"].item() == rest["buyer"].nunique()
    totals = warehouse.query("select * from metric_totals where metric = 'n'").iloc[0]
    everything = duckdb.sql(f"select item, kind, count(*) as c, sum(n) as n from '{path}' group by 1, 2").df()
    assert totals["segments"] == len(everything)
    assert totals["herfindahl"] == pytest.approx(((everything["n"] / everything["n"].sum()) ** 2).sum())


@shared.test
def test_small_segments_fold(warehouse: Case) -> Declares:
    path = warehouse.file(
        "sizes.parquet", "select 'k' || k as kind, 1 as n from range(1, 11) t(k), range(10) r(i) where i < k"
    )
    base = {"relation": {"file": path}, "compare": {"to": "none"}, "dimensions": ["kind"], "metrics": ["n"]}
    yield [{**base, "name": "records", "min_records": 5}, {**base, "name": "support", "min_support": 0.15}]
    found = warehouse.query("select * from metric_segments where metric = 'n'")
    records = found[found["analysis"] == "records"].set_index("segment")
    assert set(records.index) == {"k5", "k6", "k7", "k8", "k9", "k10", "(other)"}
    assert records.loc["(other)", "value"] == 10 and records.loc["k5", "record_share"] == pytest.approx(5 / 55)
    assert set(found.loc[found["analysis"] == "support", "segment"]) == {"k9", "k10", "(other)"}


@shared.test
def test_twelve_dimensions(warehouse: Case) -> Declares:
    columns = ", ".join(f"'v' || (hash(i * {k + 1}) % 4) as c{k}" for k in range(12))
    path = warehouse.file("wide.parquet", f"select {columns}, i as n from range(30000) t(i)")
    yield [spec(path, dimensions=[f"c{k}" for k in range(12)], metrics=["n"])]
    sets = warehouse.query(
        "select dimensions, count(*) as n, sum(value) as total from metric_segments where metric = 'n' group by 1"
    )
    assert len(sets) == 12 + 66 + 1
    assert sets["total"].eq(sum(range(30000))).all() and sets["n"].max() <= 10_001


@shared.test
def test_constant_and_identical_dimensions(warehouse: Case) -> Declares:
    path = warehouse.file(
        "same.parquet",
        "select 'one' as constant, 'k' || i % 3 as kind, 'k' || i % 3 as twin, i as n from range(30) t(i)",
    )
    yield [spec(path, dimensions=["constant", "kind", "twin"], metrics=["n"])]
    sets = warehouse.query(
        "select dimensions, count(*) as n from metric_segments where metric = 'n' group by 1"
    ).set_index("dimensions")
    assert sets.loc["constant", "n"] == 1 and sets.loc["kind | twin", "n"] == 3


@shared.test
def test_numbers_in_text(warehouse: Case) -> Declares:
    texts = {
        "(100)": -100, "5%": 0.05, "1,234.50": 1234.5, "$2,000": 2000, "-3.5": -3.5, "1e3": 1000, " 7 ": 7, "(2.5%)": -0.025, "€9.99": 9.99,
        ".5": 0.5, "+4": 4, "12,34": None, "n/a": None, "": None, "1.2.3": None, "--5": None, "()": None, "%": None, "1e999": None, "abc1": None,
    }  # fmt: skip
    frame = pd.DataFrame({"text": list(texts), "amount": list(texts)})
    path = warehouse.frame("texts.parquet", frame)
    yield [spec(path, dimensions=["text"], metrics=["amount"], numeric_text=True)]
    found = warehouse.query("select segment_json, value from metric_segments where metric = 'amount' and depth = 1")
    named = [json.loads(text)["text"] for text in found["segment_json"]]
    values = dict(zip(named, found["value"], strict=True))
    for text, truth in texts.items():
        if text in values:
            assert (
                values[text] == pytest.approx(truth, nan_ok=True) if truth is not None else math.isnan(values[text])
            ), text
    assert len(values) == len(texts) - 2  # '', '()' and '%' are one (blank)


@on_both_engines
def test_text_is_normalized_where_asked(warehouse: Warehouse) -> None:
    frame = pd.DataFrame(
        {"title": ["Red  Mug!", "red mug", " RED-MUG ", "Blue Mug"], "kind": ["A", "a", "A", "a"], "n": [1, 2, 4, 8]}
    )
    path = warehouse.frame("titles.parquet", frame)
    dimensions = ["title", {"name": "kind", "expr": "kind || ''"}]
    run = warehouse.build(
        [spec(path, dimensions=dimensions, metrics=["n"], text={"normalize": ["title"]})],
        only=["metric_segments", "metric_totals"],
    )
    assert run.success, run.log
    found = warehouse.query("select segment, value from metric_segments where metric = 'n' and depth = 1").set_index(
        "segment"
    )["value"]
    assert found.to_dict() == {"red mug": 7, "blue mug": 8, "A": 5, "a": 10}
    run = warehouse.build(
        [spec(path, dimensions=dimensions, metrics=["n"], text={"normalize": ["kind"]}, max_depth=1)],
        only=["metric_segments", "metric_totals"],
    )
    assert run.success, run.log
    found = warehouse.query("select segment, value from metric_segments where metric = 'n' and dimensions = 'kind'")
    assert found.to_numpy().tolist() == [["a", 15]]


@shared.test
def test_filters_are_counted(warehouse: Case) -> Declares:
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-01-05"] * 4 + ["2024-02-05"] * 5 + ["2023-11-05"] * 3).date,
            "kind": ["a", "b", None, " ", "a", "b", "-", "a", "b", "a", "b", "a"],
            "price": [1, 0, 1, 1, 1, None, 1, 0, 1, 1, 0, 1],
        }
    )
    path = warehouse.frame("filters.parquet", frame)
    base = {
        "relation": {"file": path},
        "time": {"column": "day", "grain": "month"},
        "anchor_date": "2024-02-29",
        "dimensions": ["kind"],
        "metrics": ["price"],
    }
    yield [{**base, "name": "where", "where": "price > 0"}, {**base, "name": "blank", "exclude_blank": True}]
    found = warehouse.query("select * from metric_analyses").set_index("analysis")
    columns = ["baseline_records", "current_records", "filtered_records", "excluded_records", "unparsed_records"]
    assert found.loc["where", columns].tolist() == [3, 3, 4, 2, 0]
    assert found.loc["blank", columns].tolist() == [2, 4, 3, 3, 0]
    for name in ("where", "blank"):
        records = warehouse.query(
            f"select sum(records) as n from metric_totals where analysis = '{name}' and metric = 'records'"
        )
        assert int(records["n"].iloc[0]) == found.loc[name, ["baseline_records", "current_records"]].sum()


@shared.test
def test_snapshots_and_cohorts(warehouse: Case) -> Declares:
    before = warehouse.file("before.parquet", "select 'k' || i % 3 as kind, i as n from range(30) t(i)")
    after = warehouse.file("after.parquet", "select 'k' || i % 4 as kind, i + 1 as n from range(40) t(i)")
    cohorts = warehouse.file(
        "cohorts.parquet",
        "select date '2024-01-01' + cast(i % 60 as integer) as day, 'k' || i % 3 as kind, i % 3 as variant, i % 2 = 0 as flag, i as n from range(300) t(i)",
    )
    base = {"dimensions": ["kind"], "metrics": ["n"]}
    yield [
            {**base, "name": "snapshots", "relation": {"file": after}, "compare": {"to": {"file": before}}},
            {**base, "name": "cohorts", "relation": {"file": cohorts}, "compare": {"to": {"column": "variant", "baseline": 0, "current": 2}}},
            {**base, "name": "flags", "relation": {"file": cohorts}, "compare": {"to": {"column": "flag", "baseline": False, "current": True}}},
            {**base, "name": "january", "relation": {"file": cohorts}, "time": {"column": "day", "grain": "month"}, "current": ["2024-01-01", "2024-01-31"],
             "compare": {"to": {"column": "flag", "baseline": False, "current": True}}},
        ]  # fmt: skip
    totals = warehouse.query("select * from metric_totals where metric = 'n'").set_index(["analysis", "side"])["value"]
    assert totals["snapshots", "baseline"] == sum(range(30)) and totals["snapshots", "current"] == sum(range(1, 41))
    assert totals["cohorts", "current"] == sum(i for i in range(300) if i % 3 == 2)
    assert totals["flags", "baseline"] == sum(range(1, 300, 2))
    assert totals["january", "current"] == sum(i for i in range(0, 300, 2) if i % 60 < 31)
    found = warehouse.query("select * from metric_analyses").set_index("analysis")
    assert found.loc["cohorts", "excluded_records"] == 100
    assert (
        found.loc[["snapshots", "cohorts", "flags"], ["period_end", "current_start", "baseline_end"]].isna().all().all()
    )
    assert str(found.loc["january", "baseline_end"])[:10] == "2024-01-31"


@shared.test
def test_rows_without_a_readable_date_stay_on_their_side_where_dates_decide_nothing(warehouse: Case) -> Declares:
    days = (
        "select unnest(['2024-01-05', '2024-02-30', null, '2024-01-07']) as day, unnest(['a', 'b', 'b', 'b']) as shop"
    )
    path = warehouse.file("days.parquet", days)
    base = {"relation": {"file": path}, "time": {"column": "day", "grain": "month"}, "dimensions": [], "metrics": []}
    cohorts = {"column": "shop", "baseline": "a", "current": "b"}
    yield [
        {**base, "name": "cohorts", "compare": {"to": cohorts}},
        {**base, "name": "snapshots", "compare": {"to": {"file": path}}},
        {**base, "name": "january", "current": ["2024-01-01", "2024-01-31"], "compare": {"to": cohorts}},
    ]
    found = warehouse.query("select * from metric_analyses").set_index("analysis")
    columns = ["baseline_records", "current_records", "excluded_records", "unparsed_records"]
    assert found.loc["cohorts", columns].tolist() == [1, 3, 0, 0]
    assert found.loc["snapshots", columns].tolist() == [4, 4, 0, 0]
    assert found.loc["january", columns].tolist() == [1, 1, 1, 1]
    totals = warehouse.query("select analysis, side, records from metric_totals").set_index(["analysis", "side"])[
        "records"
    ]
    assert totals.to_dict() == {
        ("cohorts", "baseline"): 1, ("cohorts", "current"): 3, ("snapshots", "baseline"): 4, ("snapshots", "current"): 4,
        ("january", "baseline"): 1, ("january", "current"): 1,
    }  # fmt: skip


def test_inference_from_nothing_but_a_file(warehouse: Warehouse) -> None:
    path = warehouse.file(
        "orders.csv",
        """
        select i as order_id, date '2024-01-01' + cast(i % 91 as integer) as order_date, 'region ' || i % 4 as region,
            i % 3 as channel, round(i * 1.37, 2) as amount, 9.99 as unit_price, 'EUR' as currency, 'note number ' || i as note
        from range(1000) t(i)
        """,
    )
    run = warehouse.build([{"name": "mine", "relation": {"file": path}}])
    assert run.success, run.log
    roles = warehouse.query("select column_name, role from metric_columns").set_index("column_name")["role"]
    assert roles.to_dict() == {
        "order_id": "identifier", "order_date": "time", "region": "dimension", "channel": "dimension", "amount": "measure",
        "unit_price": "constant", "currency": "constant", "note": "text",
    }  # fmt: skip
    found = warehouse.query("select * from metric_analyses").iloc[0]
    assert (found["dimensions"], found["metrics"]) == ("region | channel", "records | amount")
    assert str(found["current_start"].date()) == "2024-03-01" and str(found["baseline_start"].date()) == "2024-02-01"


def test_late_odd_value_in_a_csv_loses_nothing(warehouse: Warehouse) -> None:
    lines = ["day,amount"] + [f"2024-01-{i % 28 + 1:02d},{i}" for i in range(30_000)] + ["not a day,oops"]
    path = warehouse.folder / "late.csv"
    path.write_text("\n".join(lines))
    run = warehouse.build(
        [
            {
                "name": "late",
                "relation": {"file": str(path)},
                "time": {"column": "day", "grain": "week"},
                "dimensions": [],
                "metrics": ["amount"],
                "numeric_text": True,
            }
        ]
    )
    assert run.success, run.log
    found = warehouse.query("select * from metric_analyses").iloc[0]
    assert found["unparsed_records"] == 1
    assert found[["baseline_records", "current_records", "excluded_records"]].sum() == 30_000


def shuffled(warehouse: Warehouse, seed: int, threads: int) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(3)
    n = 60_000
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 60, n), unit="D"),
            "kind": random.choice(list("abcdef"), n),
            "group": random.integers(0, 50, n),
            "weight": random.normal(0, 1e6, n),
            "cents": random.integers(-10_000, 10_000, n),
        }
    ).sample(frac=1, random_state=seed)
    path = warehouse.folder / f"rows{seed}.parquet"
    frame.to_parquet(path, index=False)
    analysis = {
        "name": "rows", "time": {"column": "day", "grain": "month"}, "dimensions": ["kind", "group"], "percentiles": [0.5],
        "metrics": ["weight", {"name": "amount", "expr": "cents * 0.01"}, {"name": "days", "agg": "count_distinct", "expr": "day"}],
        "text": {"word_frequency": ["kind"]},
        "alerts": ["segments > 1", {"rule": "change != 0", "metric": "weight"}, {"rule": "change_pct > 0", "metric": "amount"}],
    }  # fmt: skip
    run = warehouse.build([{**analysis, "relation": {"file": str(path)}}], "--threads", str(threads))
    assert run.success, run.log
    tables = (
        "metric_analyses", "metric_columns", "metric_totals", "metric_segments", "metric_movers", "metric_alerts", "metric_words",
    )  # fmt: skip
    # read as they lie: the order of the rows is part of the promise
    return {table: warehouse.query(f"select * from {table}") for table in tables}


# What is made of sums of squares, in doubles.
ESTIMATES = ["standard_error", "p_value", "q_value", "unexpected_p_value", "unexpected_q_value"]


@on_both_engines
def test_row_order_and_threads_do_not_matter(warehouse: Warehouse) -> None:
    first, second = shuffled(warehouse, 1, 1), shuffled(warehouse, 2, 8)
    for table, left in first.items():
        right = second[table]
        left, right = (side.drop(columns=["relation", "spec_json"], errors="ignore") for side in (left, right))
        estimates = left.columns.intersection(ESTIMATES)
        pd.testing.assert_frame_equal(left[estimates], right[estimates], check_exact=False, rtol=1e-9, atol=0)
        left, right = left.drop(columns=estimates), right.drop(columns=estimates)
        exact = left["metric"] != "weight" if "metric" in left else left.iloc[:, 0].notna()
        pd.testing.assert_frame_equal(left[exact], right[exact], check_exact=True)
        pd.testing.assert_frame_equal(left[~exact], right[~exact], check_exact=False, rtol=1e-12, atol=0)


@on_both_engines
def test_noise_of_summing_does_not_rank(warehouse: Warehouse) -> None:
    """Segments that did not change tie, in whatever order their doubles were added."""
    values = {"a": [0.1, 0.2, 0.3, 1000.0], "y": [0.7, 0.1, 0.3], "b": [5.0], "c": [7.0], "z": [1.0]}
    rows = [(day, kind, v) for day in ("2024-01-05", "2024-02-05") for kind, vs in values.items() for v in vs]
    rows.append(("2024-02-06", "z", 0.25))
    found = []
    for order in (
        rows,
        rows[::-1],
        sorted(rows, key=lambda row: (row[2], row[0])),
        sorted(rows, key=lambda row: (-row[2], row[1])),
    ):
        frame = pd.DataFrame(order, columns=["day", "kind", "amount"])
        analysis = {
            "time": {"column": "day", "grain": "month"},
            "anchor_date": "2024-02-29",
            "dimensions": ["kind"],
            "metrics": ["amount"],
        }
        run = warehouse.build(
            [{**analysis, "name": "noise", "relation": {"file": warehouse.frame("noise.parquet", frame)}}],
            "--threads",
            "1",
            only=["metric_analyses", "metric_totals", "metric_segments", "metric_movers"],
        )
        assert run.success, run.log
        found.append(
            warehouse.query("select segment, change, mover_rank from metric_movers where metric = 'amount' order by 3")
        )
    assert found[0]["segment"].tolist() == ["z", "a", "b", "c", "y"]
    assert found[0]["change"].tolist() == [0.25, 0, 0, 0, 0]
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other, check_exact=True)


def test_selection_on_a_fresh_database(warehouse: Warehouse) -> None:
    run = warehouse.dbt("build", "--select", "metric_change")
    assert run.success, run.log
    assert selection("metric_change")[:2] == ["--select", "metric_change"]
