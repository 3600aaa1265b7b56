"""whence installed as a package in another dbt project."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import pytest
from conftest import PROJECT, Warehouse

FILES = {
    "dbt_project.yml": """
name: shop
version: 1.0.0
profile: shop
flags: {send_anonymous_usage_stats: false}
seeds:
  shop:
    orders:
      +column_types: {order_date: date, amount: "decimal(12, 2)", units: integer}
vars:
  whence_metric_analyses:
    - name: shop_revenue
      relation: orders
      time: {column: order_date, grain: month}
      dimensions: [region, channel]
      metrics:
        - {name: revenue, agg: sum, expr: amount}
    - name: from_a_model
      relation: big_orders
      time: order_date
    - name: from_a_source
      relation: {source: [lake, raw_orders]}
      time: {column: order_date, grain: month}
      dimensions: [region]
      metrics: [amount]
    - name: against_a_snapshot
      relation: orders
      compare: {to: {relation: orders_snapshot}}
      dimensions: [region]
      metrics: [amount]
""",
    "packages.yml": f"packages:\n  - local: {PROJECT}\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: \"{{ env_var('WHENCE_DUCKDB_PATH') }}\", schema: analytics, threads: 2}}}\n",
    "models/big_orders.sql": "select * from {{ ref('orders') }} where amount > 10",
    "models/summary.sql": """
{{ whence.segment_summary(
    relation=ref('orders'),
    dimensions=['region'],
    metrics=[{'name': 'revenue', 'agg': 'sum', 'expr': 'amount'}, {'name': 'channels', 'agg': 'count_distinct', 'expr': 'channel'}],
    percentiles=[0.5],
    rank_by='revenue'
) }}
""",
    "models/movers.sql": """
{{ whence.segment_movers(
    relation=ref('orders'),
    time_column='order_date',
    baseline=['2024-02-01', '2024-02-29'],
    current=['2024-03-01', '2024-03-31'],
    dimensions=['region', 'channel'],
    metrics=[{'name': 'revenue', 'agg': 'sum', 'expr': 'amount'}]
) }}
""",
    "models/schema.yml": """
sources:
  - name: lake
    schema: main
    tables: [{name: raw_orders}]
models:
  - name: summary
    data_tests:
      - whence.unique_grain:
          arguments: {columns: [dimensions, segment, metric]}
  - name: movers
    columns:
      - name: share_of_change
        data_tests:
          - whence.between: {arguments: {low: -100, high: 100}}
""",
    "snapshots/orders_snapshot.yml": """
snapshots:
  - name: orders_snapshot
    relation: ref('orders')
    config: {unique_key: order_id, strategy: check, check_cols: [amount]}
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("shop")
    warehouse = Warehouse(folder, project=folder)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    rows = """
        select i as order_id, date '2024-01-01' + cast(i % 91 as integer) as order_date, 'r' || i % 3 as region,
            'c' || i % 2 as channel, i % 40 + 0.25 as amount, i % 5 as units
        from range(2000) t(i)
    """
    (folder / "seeds").mkdir()
    warehouse.file("seeds/orders.csv", rows)
    with duckdb.connect(str(warehouse.database)) as connection:
        connection.execute(f"create table raw_orders as {rows}")
    return warehouse


def run(shop: Warehouse, *arguments: str) -> str:
    done = shop.dbt(*arguments)
    assert done.success, done.log
    return done.log


def test_builds_with_no_edit(shop: Warehouse) -> None:
    run(shop, "deps")
    log = run(shop, "build", "--warn-error-options", json.dumps({"error": ["Deprecations"]}))
    assert "WARN=0" in log and "[WARNING]" not in log, log
    tables = set(
        shop.query("select table_name from information_schema.tables where table_schema = 'analytics'")["table_name"]
    )
    assert {"metric_segments", "metric_movers", "summary", "movers", "big_orders"} <= tables
    assert not any("demo" in table for table in tables)
    found = shop.query("select * from analytics.metric_analyses").set_index("analysis")
    assert set(found.index) == {"shop_revenue", "from_a_model", "from_a_source", "against_a_snapshot"}
    assert found.loc["from_a_source", "relation"] == "lake.raw_orders"
    assert found["current_records"].gt(0).all() and found["baseline_records"].gt(0).all()


def test_macros_give_what_the_tables_give(shop: Warehouse) -> None:
    columns = "dimensions, segment, metric, change, share_of_change, unexpected_change, mover_rank"
    left = shop.query(f"select {columns} from analytics.movers order by 1, 2, 3")
    right = shop.query(
        f"select {columns} from analytics.metric_movers where analysis = 'shop_revenue' order by 1, 2, 3"
    )
    pd.testing.assert_frame_equal(left, right)
    summary = shop.query("select * from analytics.summary").set_index(["metric", "segment"])
    truth = shop.query(
        "select region, sum(amount) as revenue, count(distinct channel) as channels, median(amount) as p50 from analytics.orders group by 1"
    )
    for row in truth.itertuples():
        assert summary.loc[("revenue", row.region), "value"] == pytest.approx(row.revenue)
        assert summary.loc[("revenue", row.region), "p50"] == pytest.approx(row.p50)
        assert summary.loc[("channels", row.region), "value"] == row.channels
    assert summary["value_share"].groupby("metric").sum()["revenue"] == pytest.approx(1)


def test_vars_on_the_command_line_replace_the_list(shop: Warehouse) -> None:
    analyses = [
        {"name": "only", "relation": "orders", "dimensions": ["channel"], "compare": {"to": "none"}, "metrics": []}
    ]
    run(shop, "run", "--select", "+metric_analyses", "--vars", json.dumps({"whence_metric_analyses": analyses}))
    assert shop.query("select analysis from analytics.metric_analyses")["analysis"].tolist() == ["only"]
    run(shop, "run", "--select", "+metric_segments", "--vars", '{"whence_metric_analyses": []}')
    assert shop.query("select * from analytics.metric_segments").empty


def test_domain_can_be_switched_off(shop: Warehouse) -> None:
    listed = shop.dbt("ls", "--select", "package:whence", "--vars", '{"whence_domains": []}')
    assert "No nodes selected" in listed.log, listed.log
