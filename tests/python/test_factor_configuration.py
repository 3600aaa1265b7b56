"""Mistakes in factor models, and in their data: one line that says which model, which field, what was expected."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Warehouse, on_both_engines

OK: dict[str, Any] = {"name": "m", "prices": {"file": "prices.csv"}}

STATIC: list[tuple[dict[str, Any], str]] = [
    ({"price": "x"}, "[m]: 'price' is not a field of it"),
    ({"prices": None}, "[m].prices: is missing"),
    ({"prices": {"fil": "x"}}, "[m].prices: 'fil' is not a field of it (relation, package, source, file). Did you mean 'file'?"),
    ({"prices": {"file": "p.csv", "columns": {"tickr": "x"}}}, "[m].prices.columns: 'tickr' is not a field of it (date, asset, price, return)"),
    ({"columns": {"weigth": "x"}}, "[m].columns: 'weigth' is not a field of it"),
    ({"n_factors": 0}, "[m].n_factors: '0' is less than 1"),
    ({"n_factors": "bai-ng"}, "[m].n_factors: 'bai-ng' is not a number of factors; expected a whole number, auto, parallel, bai_ng or {variance: 0.9}"),
    ({"n_factors": {"variance": 90}}, "[m].n_factors.variance: '90' is more than 1"),
    ({"normalize": "long"}, "[m].normalize: 'long' is not one of gross, net"),
    ({"returns": "log_returns"}, "[m].returns: 'log_returns' is not one of simple, log"),
    ({"window": "2y"}, "[m].window: '2y' is not one of 1y, 3y, 5y"),
    ({"window": "1y", "start_date": "2024-01-01"}, "[m].start_date: does not go with window; expected one of them"),
    ({"start_date": "2024-02-01", "end_date": "2024-01-01"}, "[m].start_date: starts on '2024-02-01', after its end on '2024-01-01'"),
    ({"risk_free": "r"}, "[m].risk_free: is used by regressions on factors, and there are none"),
    ({"include_weekends": "sometimes"}, "[m].include_weekends: 'sometimes' is not true or false"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), STATIC, ids=[f"{i}-{next(iter(f))}" for i, (f, _) in enumerate(STATIC)])
def test_mistake_in_a_field(warehouse: Warehouse, fields: dict[str, Any], message: str) -> None:
    run = warehouse.check([{**OK, **fields}], "factor_model")
    assert not run.success
    assert "whence: whence_factor_models" + message in run.log, run.log
    assert not run.stack_trace


PRICES = """
    select date '2024-01-01' + i::int as date, chr(97 + a::int) as asset, 100.0 + sin(i * (a + 1)) as price
    from range(30) as r (i), range(4) as s (a)
"""
FACTORS = "select date '2024-01-01' + i::int as date, sin(i * 5) as market, cos(i) as size from range(30) as r (i)"
DATA: list[tuple[dict[str, str], dict[str, Any], str]] = [
    ({"prices": "select 1 as x"}, {}, "[m].prices: {prices} has no column for date (x); expected date, month_end, day, or columns: {{date: <column>}}"),
    ({"prices": "select date '2024-01-01' as date, 'a' as asset, 1 as prize"}, {}, "[m].prices: {prices} has no column for price or return (date, asset, prize)"),
    ({}, {"columns": {"date": "dat"}}, "[m].columns.date: 'dat' is not a column of a relation of this model (date, asset, price). Did you mean 'date'?"),
    ({}, {"prices": {"columns": {"asset": "ticker"}}}, "[m].prices.columns.asset: 'ticker' is not a column of {prices}"),
    ({"prices": "select current_date as date, 'a' as asset, 'x' as price"}, {}, "[m].prices.columns.price: 'price' of {prices} is of type"),
    ({"prices": "select 1.5 as date, 'a' as asset, 1 as price"}, {}, "[m].prices.columns.date: 'date' of {prices} is of type"),
    ({"prices": "select 'soon' as date, 'a' as asset, 1 as price"}, {}, "[m].prices: no date in 'date' of {prices} can be read (1 rows)"),
    ({"prices": f"{PRICES} union all select date '2024-01-05', 'b', 3 union all select date '2024-01-05', 'b', 3"}, {}, "[m].prices: {prices} has more than one row for b on 2024-01-05; expected one row per asset and date"),
    ({"prices": f"{PRICES} union all select date '2024-01-02', 'PORTFOLIO', 3"}, {}, "[m].prices: an asset is named 'PORTFOLIO'"),
    ({"portfolio": "select 'a' as asset, 1 as amount"}, {}, "[m].portfolio: {portfolio} has no column for weight or market_value or shares (asset, amount)"),
    ({"portfolio": "select 'z' as asset, 1 as weight"}, {}, "[m].portfolio: none of the 1 assets of {portfolio} has returns in {prices}"),
    ({"portfolio": "select 'a' as asset, 1 as weight union all select 'b', -1"}, {"normalize": "net"}, "[m].portfolio: the weights of {portfolio} sum to 0 (gross 2.0); long and short cancel, so set normalize: gross"),
    ({"portfolio": "select 'a' as asset, 0 as weight"}, {}, "[m].portfolio: the weights of {portfolio} sum to 0; expected an amount for at least one asset with prices"),
    ({"factors": "select date '2024-01-02' as date, 'x' as label"}, {}, "[m].factors: {factors} has no numeric column besides date (date, label)"),
    ({"factors": "select date '2024-01-02' as date, 'x' as factor, 1 as vaule"}, {}, "[m].factors: {factors} has a column 'factor' and none for value"),
    ({"factors": f"{FACTORS} union all select date '2024-01-03', 1, 1"}, {}, "[m].factors: {factors} has more than one row for market on 2024-01-03, size on 2024-01-03; expected one row per factor and date"),
    ({"factors": "select '04/01/2024' as date, 1 as market"}, {}, "[m].factors: no date in 'date' of {factors} can be read (1 rows)"),
    ({"prices": "select date '2024-01-06' + (i // 2)::int as date, 'a' as asset, 0.01 as return from range(30) as r (i)"}, {}, "[m].prices: {prices} has more than one row for a on"),
    ({"factors": "select date '2024-01-02' as date, 1 as alpha"}, {}, "[m].factors: 'alpha' is a factor of {factors}; tables use that name for a row of their own"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "fields", "message"), DATA, ids=[f"{i}-{next(iter(d or f))}" for i, (d, f, _) in enumerate(DATA)]
)
def test_mistake_that_the_data_show(
    warehouse: Warehouse, inputs: dict[str, str], fields: dict[str, Any], message: str
) -> None:
    paths = {name: warehouse.file(f"{name}.parquet", sql) for name, sql in ({"prices": PRICES} | inputs).items()}
    model: dict[str, Any] = {"name": "m"} | {name: {"file": path} for name, path in paths.items()}
    for name, value in fields.items():
        model[name] = model[name] | value if name in paths else value
    run = warehouse.build_factors([model])
    assert not run.success
    assert "whence: whence_factor_models" + message.format(**paths) in run.log, run.log
    assert not run.stack_trace


@on_both_engines
def test_no_models_and_no_rows(warehouse: Warehouse) -> None:
    """An empty list, and a build without rows, make empty tables with the right columns."""
    run = warehouse.build_factors([])
    assert run.success, run.log
    assert warehouse.query("select count(*) as n from factor_attribution")["n"].item() == 0
    model = {
        "name": "m",
        "prices": {"file": warehouse.file("prices.parquet", PRICES)},
        "factors": {"file": warehouse.file("factors.parquet", FACTORS)},
    }
    run = warehouse.build_factors([model], "--empty")
    assert run.success, run.log
    assert warehouse.query("select count(*) as n from factor_attribution")["n"].item() == 0
    empty = model | {"name": "none", "prices": {"file": warehouse.file("none.parquet", f"{PRICES} limit 0")}}
    # a frame without rows, as pandas writes it: columns of no type
    void = {
        "prices": {"file": warehouse.file("void.parquet", "select null as date, null as asset, null as price limit 0")},
        "factors": {"file": warehouse.file("void_factors.parquet", "select null as date, null as market limit 0")},
    }
    run = warehouse.build_factors(
        [
            model,
            empty,
            *([empty | {"name": "void"} | void] if "postgres" not in str(type(warehouse)).lower() else []),
        ]
    )
    assert run.success, run.log
    assert "[none].prices" in run.log
    assert "has no rows; tables that need them stay empty" in run.log
    found = warehouse.query("select model, pca_status, regression_status, n_factors from factor_models order by model")
    assert found.to_numpy().tolist()[1] == ["none", "too_few_dates", "too_few_rows", 0]
    assert warehouse.query("select count(distinct model) as n from factor_attribution")["n"].item() == 1


@on_both_engines
def test_names_that_need_quotes(warehouse: Warehouse) -> None:
    """Names of assets, factors and columns with quotes, bars, spaces and scripts; dates as text; more than one kind of dash."""
    prices = '''
        select strftime(date '2024-01-01' + i::int, '%Y/%m/%d') as "the ""day""",
            list_value('O''Neil | Co', '日本', 'a"b', '😀 ')[a + 1] as "select", 100.0 + sin(i * (a + 1)) as "px;--"
        from range(60) as r (i), range(4) as s (a)
    '''
    factors = '''select date '2024-01-01' + i::int as date, sin(i * 5) as "Mkt-RF ""x""", cos(i) as "from" from range(60) as r (i)'''
    model = {
        "name": "it's | \"quoted\"",
        "prices": {"file": warehouse.file("prices.parquet", prices), "columns": {"date": 'the "day"', "asset": "select", "price": "px;--"}},
        "factors": {"file": warehouse.file("factors.parquet", factors)},
        "rolling_window": 20,
    }  # fmt: skip
    run = warehouse.build_factors([model])
    assert run.success, run.log
    assert set(warehouse.query("select asset from factor_assets")["asset"]) == {"O'Neil | Co", "日本", 'a"b', "😀 "}
    assert set(warehouse.query("select factor from factor_betas")["factor"]) == {"alpha", 'Mkt-RF "x"', "from"}
    assert set(warehouse.query("select model from factor_exposures")["model"]) == {'it\'s | "quoted"'}


def test_models_as_text_and_what_they_resolve_to(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> None:
    path = warehouse.file("prices.parquet", PRICES)
    text = f"[{{name: m, prices: {{file: '{path}'}}, n_factors: '2'}}]"
    run = warehouse.dbt(
        "run-operation",
        "validate_config",
        "--vars",
        json.dumps({"whence_factor_models": text, "whence_metric_analyses": []}),
    )
    assert run.success, run.log
    printed = capsys.readouterr().out + run.log
    assert f"prices: {path} (date: date, asset: asset, price: price)" in printed
    assert "n_factors: 2, returns: simple, window: first date to last date" in printed
