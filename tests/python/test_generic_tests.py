"""The exported tests fail when they should."""

from __future__ import annotations

from conftest import MACROS, Warehouse, consumer, on_both_engines

FILES = {
    "models/parts.sql": """
select 'a' as kind, 'x' as part, 1.0 as amount, 0.25 as half, 0.75 as other_half union all
select 'a', 'y', 2.0, 1.0, 1.0 union all
select 'b', 'x', -5.0, -2.0, -3.0 union all
select 'b', 'y', 5.0, 5.0, 0.0 union all
select 'c', 'x', null, null, null
""",
    "models/wholes.sql": """
select 'a' as kind, 3.0 as total, 3.0000001 as wrong_total union all
select 'b', 0.0, 0.00001 union all
select 'c', null, 1.0
""",
    "models/more_wholes.sql": "select kind as \"KIND\", total from {{ ref('wholes') }} union all select 'd', 9.0",
    "models/odd.sql": "select 'x' as \"My Col\", cast('NaN' as double precision) as ratio union all select 'y', 0.5",
    "models/schema.yml": """
models:
  - name: odd
    columns:
      - name: ratio
        data_tests:
          - whence.between: {name: not_a_number, arguments: {low: 0}}
    data_tests:
      - whence.unique_grain: {name: unique_by_a_name_with_a_space, arguments: {columns: [My Col]}}
  - name: parts
    columns:
      - name: amount
        data_tests:
          - whence.between: {name: in_range, arguments: {low: -5, high: 5}}
          - whence.between: {name: above_range, arguments: {high: 4}}
          - whence.between: {name: below_range, arguments: {low: -4}}
    data_tests:
      - whence.unique_grain: {name: unique_by_both, arguments: {columns: [kind, part]}}
      - whence.unique_grain: {name: not_unique_by_kind, arguments: {columns: [kind]}}
      - whence.closes: {name: closes_on_total, arguments: {parts: amount, by: [kind], whole: total, to: ref('wholes')}}
      - whence.closes: {name: misses_by_rounding_and_null, arguments: {parts: amount, by: [kind], whole: wrong_total, to: ref('wholes')}}
      - whence.closes: {name: misses_a_whole_without_parts, arguments: {parts: amount, by: [kind], whole: total, to: ref('more_wholes')}}
      - whence.closes:
          name: columns_close_in_each_row
          arguments: {parts: [half, other_half], by: [kind, part], whole: amount, to: ref('parts')}
      - whence.closes:
          name: one_column_alone_does_not
          arguments: {parts: [half], by: [kind, part], whole: amount, to: ref('parts')}
      - whence.closes:
          name: closes_on_the_wholes_asked_for
          arguments: {parts: amount, by: [kind], whole: total, to: ref('more_wholes'), wholes: "total is null or total < 9"}
      - whence.closes:
          name: closes_where_asked
          arguments: {parts: amount, by: [kind], whole: total, to: ref('wholes'), match: [kind], wholes: "false"}
          config: {where: "kind <> 'c'"}
""",
}


@on_both_engines
def test_each_fails_on_what_it_guards(warehouse: Warehouse) -> None:
    warehouse.project = consumer(warehouse.folder, parts=MACROS)
    for name, text in FILES.items():
        (warehouse.project / name).write_text(text)
    models = ["--select", "parts", "wholes", "more_wholes", "odd"]
    assert warehouse.dbt("run", *models).success
    run = warehouse.dbt("test", *models)
    failed = [line.split()[3] for line in run.log.splitlines() if line.strip().startswith("Failure in test")]
    assert sorted(failed) == [
        "above_range",
        "below_range",
        "misses_a_whole_without_parts",
        "misses_by_rounding_and_null",
        "not_a_number",
        "not_unique_by_kind",
        "one_column_alone_does_not",
    ]
    assert "Got 3 results" in run.log, "all three wholes of the third test are off"


def test_wholes_that_do_not_exist_yet(warehouse: Warehouse) -> None:
    warehouse.project = consumer(warehouse.folder, parts=MACROS)
    for name, text in FILES.items():
        (warehouse.project / name).write_text(text)
    assert warehouse.dbt("run", "--select", "parts").success
    run = warehouse.dbt("test", "--select", "closes_on_total")
    assert "whence: whence.closes.to: " in run.log
    assert "does not exist yet; build it too, or select tests with --indirect-selection buildable" in run.log
