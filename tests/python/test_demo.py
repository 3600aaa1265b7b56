"""The demo: known answers, and each table beside a direct query of the shipped data."""

from __future__ import annotations

import duckdb
import pytest
from conftest import PROJECT, Warehouse

RETAIL = PROJECT / "seeds" / "demo" / "demo_online_retail.parquet"


def test_november_against_october_2011(demo: Warehouse) -> None:
    """Monthly revenue of the whole published table: 1070704.67 in October, 1461756.25 in November."""
    totals = demo.query(
        "select side, metric, value, records from metric_totals where analysis = 'retail_revenue'"
    ).set_index(["metric", "side"])
    assert totals.loc[("revenue", "baseline"), "value"] == 1070704.67
    assert totals.loc[("revenue", "current"), "value"] == 1461756.25
    assert totals.loc[("revenue", "current"), "records"] == 84711
    change = demo.query(
        "select dimensions, sum(change) as change from metric_movers where analysis = 'retail_revenue' and metric = 'revenue' group by 1"
    )
    assert change["change"].to_numpy() == pytest.approx(391051.58, rel=1e-12)
    largest = demo.query(
        "select segment from metric_segments where analysis = 'retail_revenue' and side = 'current' and dimensions = 'country' and segment_rank = 1"
    )
    assert set(largest["segment"]) == {"United Kingdom"}
    left_out = demo.query("select excluded_records from metric_analyses where analysis = 'retail_revenue'")
    assert left_out["excluded_records"].item() == 25525


def test_orders_and_order_value_by_country(demo: Warehouse) -> None:
    truth = duckdb.sql(
        f"""
        select country, count(distinct invoice_no) as orders, sum(quantity * unit_price) as revenue,
            quantile_cont(cast(quantity * unit_price as double), 0.9) as p90
        from '{RETAIL}' where invoice_ts >= '2011-11-01' and invoice_ts < '2011-12-01' group by 1
        """
    ).df()
    found = demo.query(
        "select * from metric_segments where analysis = 'retail_revenue' and side = 'current' and dimensions = 'country'"
    ).set_index(["segment", "metric"])
    assert len(truth) == found.index.get_level_values(0).nunique()
    for row in truth.itertuples():
        assert found.loc[(row.country, "orders"), "value"] == row.orders
        assert found.loc[(row.country, "order_value"), "value"] == pytest.approx(float(row.revenue) / row.orders)
        assert found.loc[(row.country, "revenue"), "p90"] == pytest.approx(row.p90)


def test_the_shipped_subset_keeps_what_makes_it_real() -> None:
    counts = duckdb.sql(
        f"""
        select count(*), count(*) filter (invoice_no like 'C%'), count(*) filter (customer_id is null),
            count(*) filter (description is null), count(*) - count(distinct (invoice_no, stock_code, description, quantity, invoice_ts, unit_price, customer_id, country))
        from '{RETAIL}'
        """
    ).fetchall()[0]
    assert counts[0] == 170978 and all(n > 100 for n in counts)
    assert RETAIL.stat().st_size < 1_000_000


def test_bike_rides_add_up(demo: Warehouse) -> None:
    """casual + registered = cnt in every hour; 2012 against 2011 by month, from the file."""
    found = demo.query(
        "select analysis, period_end, side, value from metric_totals where analysis like 'bike_rides%' and metric = 'rides'"
    )
    truth = duckdb.sql(
        f"select date_trunc('month', dteday) as month, sum(cnt) as rides from '{PROJECT}/seeds/demo/demo_bike_sharing.parquet' group by 1"
    ).df()
    by_month = {(row.month.year, row.month.month): row.rides for row in truth.itertuples()}
    assert len(found) == 24
    for row in found.itertuples():
        year = row.period_end.year - (row.side == "baseline")
        assert row.value == by_month[year, row.period_end.month]


def test_northwind_discounts(demo: Warehouse) -> None:
    """Northwind's published total after discounts is 1265793.04 (rounded), the list price 1354458.59."""
    totals = demo.query(
        "select side, value from metric_totals where analysis = 'northwind_discounts' and metric = 'revenue'"
    )
    values = totals.set_index("side")["value"]
    assert values["current"] == pytest.approx(1265793.04, abs=0.005)
    assert values["baseline"] == pytest.approx(1354458.59, abs=0.005)


def test_alert_and_words_of_the_shop(demo: Warehouse) -> None:
    """Five pairs of country and category hold 72 % of November's lines, above the declared 60 %."""
    alert = demo.query("select * from metric_alerts").iloc[0]
    assert (alert["rule"], alert["is_breached"], alert["severity"]) == ("top5_record_share > 0.60", True, "warn")
    share = demo.query(
        "select sum(record_share) as share from (select record_share from metric_segments where analysis = 'retail_revenue' and side = 'current' and is_leaf and metric = 'revenue' order by 1 desc limit 5)"
    )
    assert alert["observed"] == pytest.approx(share["share"].item()) == pytest.approx(0.719, abs=0.001)
    words = duckdb.sql(
        f"""
        select word, count(*) as n
        from (select unnest(regexp_split_to_array(lower(description), '[^a-z0-9]+')) as word from '{RETAIL}'
            where invoice_ts >= '2011-11-01' and invoice_ts < '2011-12-01')
        where word <> '' group by 1 order by n desc, word limit 100
        """
    ).fetchall()
    found = demo.query(
        "select word, occurrences from metric_words where side = 'current' and word_rank <= 100 order by word_rank"
    )
    assert list(found.itertuples(index=False, name=None)) == words


def test_no_deprecations(warehouse: Warehouse) -> None:
    run = warehouse.dbt("parse", "--no-partial-parse", "--warn-error-options", '{"error": ["Deprecations"]}')
    assert run.success and "Deprecat" not in run.log, run.log


def test_operations(demo: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.dbt("run-operation", "validate_config").success
    printed = capsys.readouterr().out
    assert "retail_revenue: stg_demo__online_retail" in printed
    assert "current: 2011-11-01 to 2011-11-30, baseline: 2011-10-01 to 2011-10-31 (month of invoice_date)" in printed
    assert demo.dbt("run-operation", "summarize").success
    printed = capsys.readouterr().out
    assert "retail_revenue, 2011-11-01 to 2011-11-30 against 2011-10-01 to 2011-10-31:" in printed
    assert "revenue rose from 1,070,705 to 1,461,756, by 391,052" in printed
    assert "mover: revenue of United Kingdom (country) rose by 405,368" in printed


def test_a_suggestion_builds_as_it_stands(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    import yaml

    path = warehouse.file(
        "orders.csv",
        "select 'a b' || i % 3 as \"on\", i % 4 as \"Kind: x\", date '2024-01-01' + cast(i % 70 as integer) as day, i * 0.5 as amount, '(' || i || ')' as loss from range(500) t(i)",
    )
    for relation in ({"file": path}, str(PROJECT / "seeds")):
        run = warehouse.dbt("run-operation", "suggest_analysis", "--args", yaml.safe_dump({"relation": relation}))
        if not run.success:
            assert relation != {"file": path}, run.log
            continue
        spec = yaml.safe_load(capsys.readouterr().out.split("vars:", 1)[1].join(["vars:", ""]))["vars"]
        built = warehouse.build(spec["whence_metric_analyses"])
        assert built.success, built.log
        found = warehouse.query("select * from metric_analyses").iloc[0]
        assert found["dimensions"] == "on | Kind: x" and found["metrics"] == "records | amount | loss"
        totals = warehouse.query("select * from metric_totals where metric = 'loss' and side = 'current'")
        assert totals["value"].item() < 0
