"""Mistakes in the configuration: one line that says which analysis, which field, what was expected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Warehouse

OK: dict[str, Any] = {"name": "shop", "relation": {"file": "shop.csv"}}

STATIC: list[tuple[dict[str, Any], str]] = [
    ({"compare": {"to": "prevoius"}}, "[shop].compare.to: 'prevoius' is not one of previous, year_ago, trailing, none. Did you mean 'previous'?"),
    ({"compare": {"too": "previous"}}, "[shop].compare: 'too' is not one of to, trailing, column, relation, source, file. Did you mean 'to'?"),
    ({"compare": {"to": {"trailing": 0}}}, "[shop].compare.to.trailing: '0' is less than 1"),
    ({"compare": {"to": {"column": "variant", "baseline": "a"}}}, "[shop].compare.to.current: is missing"),
    ({"compare": {"to": {"column": "v", "baseline": "a", "current": "a"}}}, "[shop].compare.to.current: 'a' is the baseline's value too"),
    ({"compare": {"to": ["2024-01-31", "2024-01-01"]}}, "[shop].compare.to: starts on '2024-01-31', after its end on '2024-01-01'"),
    ({"dimension": ["a"]}, "[shop]: 'dimension' is not a field of it"),
    ({"dimension": ["a"]}, "Did you mean 'dimensions'?"),
    ({"dimensions": "country"}, "[shop].dimensions: 'country' is not a list"),
    ({"dimensions": ["a", "a"]}, "[shop].dimensions[1]: 'a' is used twice"),
    ({"metrics": [{"name": "x", "agg": "average"}]}, "[shop].metrics[x].agg: 'average' is not one of sum, avg, median, min, max, count, count_distinct"),
    ({"metrics": [{"agg": "sum"}]}, "[shop].metrics[0].name: is missing"),
    ({"metrics": [{"name": "x"}, {"name": "x"}]}, "[shop].metrics[x].name: is used twice"),
    ({"metrics": [{"name": "r", "numerator": "revenu", "denominator": "records"}, {"name": "revenue", "agg": "sum"}]}, "[shop].metrics[r].numerator: 'revenu' is not a metric of this analysis that sums or counts (revenue, records). Did you mean 'revenue'?"),
    ({"metrics": [{"name": "r", "numerator": "records"}]}, "[shop].metrics[r]: is a ratio and needs both numerator and denominator"),
    ({"metrics": [{"name": "records", "agg": "sum", "expr": "x"}]}, "[shop].metrics[records].name: 'records' is kept for the number of rows"),
    ({"time": {"column": "d", "grain": "mnth"}}, "[shop].time.grain: 'mnth' is not one of day, week, month, quarter, year. Did you mean 'month'?"),
    ({"time": {"column": "d", "fiscal_year_start": 13}}, "[shop].time.fiscal_year_start: '13' is more than 12"),
    ({"current": "lastcomplete"}, "[shop].current: 'lastcomplete' is not one of last_complete, latest, [start, end]. Did you mean 'last_complete'?"),
    ({"current": ["2024-01-01"]}, "[shop].current: '['2024-01-01']' is not a pair of dates"),
    ({"anchor_date": "31.12.2024"}, "[shop].anchor_date: '31.12.2024' is not a date; expected 'YYYY-MM-DD'"),
    ({"anchor_date": "2023-02-29"}, "[shop].anchor_date: '2023-02-29' is not a date"),
    ({"history": -1}, "[shop].history: '-1' is less than 0"),
    ({"history": 2, "compare": {"to": {"relation": "x"}}}, "[shop].history: needs windows of time"),
    ({"max_depth": "two"}, "[shop].max_depth: 'two' is not a whole number"),
    ({"min_support": 2}, "[shop].min_support: '2' is more than 1"),
    ({"percentiles": [0.3]}, "[shop].percentiles[0]: '0.3' is not one of 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99"),
    ({"exclude_blank": "maybe"}, "[shop].exclude_blank: 'maybe' is not true or false"),
    ({"profile": "exce"}, "[shop].profile: 'exce' is not one of exec, segment, supplier. Did you mean 'exec'?"),
    ({"relation": {"fil": "x.csv"}}, "[shop].relation: 'fil' is not a field of it (relation, package, source, file). Did you mean 'file'?"),
    ({"relation": {"source": ["only"]}}, "[shop].relation.source: '['only']' is not [source name, table name]"),
    ({"relation": None}, "[shop].relation: is missing"),
    ({"relation": ""}, "[shop].relation: is empty; expected a text"),
    ({"relation": {"file": None}}, "[shop].relation: '{'file': None}' does not name one relation"),
    ({"alerts": [{"rule": "share is large"}]}, "[shop].alerts[0].rule: 'share is large' is not a rule"),
    ({"text": {"normalise": ["a"]}}, "[shop].text: 'normalise' is not a field of it (normalize, word_frequency). Did you mean 'normalize'?"),
    ({"drivers": {"methods": ["shaply"]}}, "[shop].drivers.methods[0]: 'shaply' is not one of shapley, lmdi, regression"),
    ({"name": "a@b"}, "[a@b].name: holds '@'"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), STATIC, ids=[f"{i}-{next(iter(f))}" for i, (f, _) in enumerate(STATIC)])
def test_mistake_in_a_field(warehouse: Warehouse, fields: dict[str, Any], message: str) -> None:
    run = warehouse.check([{**OK, **fields}])
    assert not run.success
    assert "whence: whence_metric_analyses" in run.log
    assert message in run.log, run.log
    assert not run.stack_trace


LISTS = [
    ({"name": "x"}, "whence_metric_analyses: '{'name': 'x'}' is not a list of specs"),
    (["shop"], "whence_metric_analyses[0]: 'shop' is not a mapping"),
    ([{"relation": "x"}], "whence_metric_analyses[0].name: is missing"),
    ([OK, OK], "whence_metric_analyses[shop].name: is used twice"),
    ("[{name: shop", "whence_metric_analyses"),
]


@pytest.mark.parametrize(("analyses", "message"), LISTS)
def test_mistake_in_the_list(warehouse: Warehouse, analyses: Any, message: str) -> None:
    run = warehouse.check(analyses)
    assert not run.success and message in run.log, run.log
    assert not run.stack_trace


def test_a_mistake_stops_parsing(warehouse: Warehouse) -> None:
    run = warehouse.dbt("parse", "--vars", json.dumps({"whence_metric_analyses": [{**OK, "max_dept": 1}]}))
    assert not run.success and "Did you mean 'max_depth'?" in run.log and not run.stack_trace, run.log


def test_profiles(warehouse: Warehouse) -> None:
    run = warehouse.check([{**OK, "profile": "mine"}], whence_metric_profiles={"mine": {"max_dept": 1}})
    assert "whence_metric_profiles[mine]: 'max_dept' is not a field that a profile can set" in run.log, run.log
    assert "Did you mean 'max_depth'?" in run.log


SHOP = "select date '2024-01-01' + cast(i as integer) as day, 'k' || i % 3 as kind, i * 1.5 as amount, 'x' as note from range(90) t(i)"

COLUMNS: list[tuple[dict[str, Any], str]] = [
    ({"dimensions": ["knd"]}, "[shop].dimensions[0]: 'knd' is not a column of {file} (day, kind, amount, note). Did you mean 'kind'?"),
    ({"metrics": [{"name": "amout"}]}, "[shop].metrics[amout].expr: 'amout' is not a column of {file}. Did you mean 'amount'?"),
    ({"metrics": [{"name": "x", "expr": "2 * amuont"}]}, "[shop].metrics[x].expr: 'amuont' is not a column of {file}. Did you mean 'amount'?"),
    ({"metrics": [{"name": "x", "expr": "note"}]}, "[shop].metrics[x].expr: 'note' is of type VARCHAR; expected a number. Set numeric_text: true"),
    ({"time": {"column": "dya"}}, "[shop].time.column: 'dya' is not a column of {file} (day, kind, amount, note). Did you mean 'day'?"),
    ({"time": {"column": "note"}}, "[shop].time.column: no date in 'note' can be read (90 rows)"),
    ({"time": {"column": "amount"}}, "[shop].time.column: 'amount' is of type DECIMAL"),
    ({"where": "amuont > 0"}, "[shop].where: 'amuont' is not a column of {file}. Did you mean 'amount'?"),
    ({"where": "nope > 1"}, "whence_metric_analyses[shop].where"),
    ({"where": "amount > avg(amount)"}, "[shop].where: 'amount > avg(amount)' aggregates (avg); expected an expression over one row"),
    ({"where": "amount > 0; drop table x"}, "[shop].where: 'amount > 0; drop table x' holds ';'"),
    ({"metrics": [{"name": "x", "expr": "sum(amount)"}]}, "[shop].metrics[x].expr: 'sum(amount)' aggregates (sum); expected an expression over one row"),
    ({"metrics": [{"name": "x", "expr": "amount ** ** 2"}]}, "whence_metric_analyses[shop].metrics[x].expr"),
    ({"metrics": [{"name": "x", "expr": "amount * (1 +"}]}, "[shop].metrics[x].expr: 'amount * (1 +' has brackets that do not match"),
    ({"unit": "invoice"}, "[shop].unit: 'invoice' is not a column of {file}"),
    ({"rank_by": "revenue"}, "[shop].rank_by: 'revenue' is not a metric of this analysis (records, amount)"),
    ({"volume": "amout"}, "[shop].volume: 'amout' is not a metric of this analysis that sums or counts (records, amount). Did you mean 'amount'?"),
    ({"compare": {"to": {"column": "kinds", "baseline": 1, "current": 2}}}, "[shop].compare.to.column: 'kinds' is not a column of {file}"),
    ({"compare": {"to": {"column": "kind", "baseline": "k0", "current": "k9"}}}, "[shop].compare.to.current: no row has 'k9' in kind"),
    ({"anchor_date": "2030-01-01"}, "[shop].anchor_date: '2030-01-01' puts the current window at 2029-12-01 to 2029-12-31, where there are no rows; the data run from 2024-01-01 to 2024-03-30"),
    ({"current": ["2020-01-01", "2020-01-31"]}, "[shop].current: has no rows from 2020-01-01 to 2020-01-31; the data run from 2024-01-01 to 2024-03-30"),
    ({"relation": {"file": "nowhere.csv"}}, "[shop].relation.file: no file 'nowhere.csv'"),
    ({"relation": {"file": "pyproject.toml"}}, "[shop].relation.file: 'pyproject.toml' is not a file that can be read; expected .csv"),
    ({"metrics": [{"name": "x", "expr": "no_function(amount)"}]}, "whence_metric_analyses[shop].metrics[x].expr"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "message"), COLUMNS, ids=[f"{i}-{next(iter(f))}" for i, (f, _) in enumerate(COLUMNS)]
)
def test_mistake_that_the_data_show(warehouse: Warehouse, fields: dict[str, Any], message: str) -> None:
    path = warehouse.file("shop.parquet", SHOP)
    base = {"name": "shop", "relation": {"file": path}, "time": "day", "dimensions": ["kind"], "metrics": ["amount"]}
    run = warehouse.build([{**base, "time": {"column": "day", "grain": "month"}, **fields}])
    assert not run.success
    assert message.format(file=path) in run.log, run.log
    assert not run.stack_trace


def test_too_many_dimension_sets(warehouse: Warehouse) -> None:
    columns = ", ".join(f"i % {k + 2} as c{k}" for k in range(30))
    path = warehouse.file("wide.parquet", f"select {columns} from range(50) t(i)")
    run = warehouse.build(
        [{"name": "wide", "relation": {"file": path}, "dimensions": [f"c{k}" for k in range(30)], "max_depth": 30}]
    )
    assert "[wide].max_depth: 30 with 30 dimensions makes 1073741823 dimension sets; at most 1000" in run.log, run.log


def test_missing_relation_is_named(warehouse: Warehouse) -> None:
    analyses = [{"name": "shop", "relation": "no_such_model"}]
    run = warehouse.dbt("parse", "--vars", json.dumps({"whence_metric_analyses": analyses}))
    assert not run.success and "no_such_model" in run.log
    assert not run.stack_trace


def test_column_that_the_other_snapshot_lacks(warehouse: Warehouse) -> None:
    path = warehouse.file("shop.parquet", SHOP)
    other = warehouse.file("other.parquet", f"select * exclude (kind) from ({SHOP})")
    run = warehouse.build(
        [{"name": "shop", "relation": {"file": path}, "dimensions": ["kind"], "compare": {"to": {"file": other}}}]
    )
    assert f"[shop].compare.to: '{other}' has no column 'kind', which '{path}' has" in run.log, run.log


def test_text_from_the_command_line(warehouse: Warehouse) -> None:
    """CI passes everything as text: numbers, booleans, and the whole list as YAML."""
    path = warehouse.file("shop.parquet", SHOP)
    spec = {
        "name": "shop", "relation": {"file": path}, "time": {"column": "day", "grain": "month"}, "history": "1",
        "dimensions": ["KIND"], "metrics": ["amount"], "max_depth": "1", "exclude_blank": "false",
    }  # fmt: skip
    run = warehouse.build(json.dumps([spec]))
    assert run.success, run.log
    assert len(warehouse.query("select * from metric_analyses")) == 2


def test_unquoted_dates_and_trailing_comments(warehouse: Warehouse) -> None:
    path = warehouse.file("shop.parquet", SHOP)
    analyses = f"""
    - name: windows
      relation: {{file: {path}}}
      time: {{column: day, grain: month}}
      current: [2024-02-01, 2024-02-10]
      compare: {{to: [2024-01-01, 2024-01-10]}}
      dimensions: [kind]
      where: amount > 1 -- the rest is noise
      metrics: [{{name: total, expr: amount -- in euros
        }}]
    - name: cohorts
      relation: {{file: {path}}}
      compare: {{to: {{column: day, baseline: 2024-01-01, current: 2024-01-02}}}}
      anchor_date: 2024-02-28
      dimensions: [kind]
      metrics: []
    """
    run = warehouse.build(analyses)
    assert run.success, run.log
    found = warehouse.query("select * from metric_analyses").set_index("analysis")
    assert found.loc["windows", ["baseline_records", "current_records", "filtered_records"]].tolist() == [9, 10, 1]
    assert found.loc["cohorts", ["baseline_records", "current_records"]].tolist() == [1, 1]


def test_profile_fields_give_way_to_the_spec(warehouse: Warehouse) -> None:
    path = warehouse.file("shop.parquet", f"select *, i % 2 as odd from ({SHOP}), range(2) r(i)")
    base = {"relation": {"file": path}, "dimensions": ["kind", "odd"], "metrics": ["amount"], "profile": "narrow"}
    run = warehouse.build(
        [{**base, "name": "a"}, {**base, "name": "b", "max_depth": 2}],
        whence_metric_profiles={"narrow": {"max_depth": 1, "percentiles": [0.5]}},
    )
    assert run.success, run.log
    found = warehouse.query(
        "select analysis, count(distinct dimensions) as n, count(p50) as medians from metric_segments group by 1 order by 1"
    )
    assert found["n"].tolist() == [3, 3] and (found["medians"] > 0).all()


def test_ragged_csv(warehouse: Warehouse) -> None:
    path = warehouse.folder / "ragged.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n")
    run = warehouse.build([{"name": "shop", "relation": {"file": str(path)}}])
    assert not run.success and "was read as one column, 'a,b,c'" in run.log, run.log


def test_numbers_in_text_are_pointed_out(warehouse: Warehouse) -> None:
    path = warehouse.file("texts.parquet", "select 'k' || i % 3 as kind, '$' || i || '.50' as paid from range(90) t(i)")
    run = warehouse.build([{"name": "shop", "relation": {"file": path}}])
    assert run.success and "'paid' is text that reads as numbers and is not measured; set numeric_text: true" in run.log
