"""The exported tests fail when they should."""

from __future__ import annotations

import pytest
from conftest import Warehouse

FILES = {
    "dbt_project.yml": "name: shop\nversion: 1.0.0\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n",
    "packages.yml": "packages:\n  - local: {project}\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: \"{{ env_var('WHENCE_DUCKDB_PATH') }}\", threads: 1}}}\n",
    "models/parts.sql": """
select 'a' as kind, 'x' as part, 1.0 as amount union all
select 'a', 'y', 2.0 union all
select 'b', 'x', -5.0 union all
select 'b', 'y', 5.0 union all
select 'c', 'x', null
""",
    "models/wholes.sql": """
select 'a' as kind, 3.0 as total, 3.0000001 as wrong_total union all
select 'b', 0.0, 0.00001 union all
select 'c', null, 1.0
""",
    "models/more_wholes.sql": "select kind as \"KIND\", total from {{ ref('wholes') }} union all select 'd', 9.0",
    "models/odd.sql": "select 'x' as \"My Col\", 'nan'::double as ratio union all select 'y', 0.5",
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
          name: closes_on_the_wholes_asked_for
          arguments: {parts: amount, by: [kind], whole: total, to: ref('more_wholes'), wholes: "kind <> 'd'"}
      - whence.closes:
          name: closes_where_asked
          arguments: {parts: amount, by: [kind], whole: total, to: ref('wholes'), match: [kind], wholes: "false"}
          config: {where: "kind <> 'c'"}
""",
}


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("tests")
    from conftest import PROJECT

    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text.replace("{project}", str(PROJECT)))
    return Warehouse(folder, project=folder)


def test_each_fails_on_what_it_guards(shop: Warehouse) -> None:
    assert shop.dbt("deps").success
    assert shop.dbt("run", "--select", "parts", "wholes", "more_wholes", "odd").success
    run = shop.dbt("test", "--select", "parts", "wholes", "more_wholes", "odd")
    failed = [line.split()[3] for line in run.log.splitlines() if line.strip().startswith("Failure in test")]
    assert sorted(failed) == [
        "above_range",
        "below_range",
        "misses_a_whole_without_parts",
        "misses_by_rounding_and_null",
        "not_a_number",
        "not_unique_by_kind",
    ]
    assert "Got 3 results" in run.log, "all three wholes of the third test are off"
