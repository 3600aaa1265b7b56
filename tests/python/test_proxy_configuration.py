"""Mistakes in factor proxies, and those that the data show: one line that says which field, what was found and expected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Warehouse

PRICES = """
    select last_day(date '2020-01-01' + to_months(i::int)) as date, ticker, 100 + i + 3 * sin(i * length(ticker)) as price,
        'x' as label, 7 as volume
    from range(40) as months (i), (values ('SPY'), ('XLE'), ('TLT')) as funds (ticker)
"""
YIELDS = """
    select last_day(date '2020-01-01' + to_months(i::int)) as date, 3.5 as m3, 4 + sin(i) as dgs2, 4.5 as y5, 'x' as y10,
        5.0 as long_bond
    from range(40) as months (i)
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A warehouse whose project is parsed once, every input of factor proxies a file."""
    warehouse = Warehouse(tmp_path_factory.mktemp("proxies"))
    warehouse.manifest = warehouse.parsed
    seeds = warehouse.dbt("seed", "--select", "factor_proxies")
    assert seeds.success, seeds.log
    yield warehouse


CATEGORIES = "market, style, industry, bond, cash, commodity, crypto, user_group"
STATIC: list[tuple[dict[str, Any], str]] = [
    ({"price": "x"}, ": 'price' is not a field of it (prices, yields, "),
    ({"price": "x"}, "). Did you mean 'prices'?"),
    ({"min_observation": 12}, "). Did you mean 'min_observations'?"),
    ({"prices": None}, ".prices: is missing"),
    ({"prices": 5}, ".prices: '5' is not a mapping; expected fields such as relation, package, source"),
    ({"prices": ["a", "b"]}, ".prices: '['a', 'b']' is not a mapping"),
    ({"prices": {"fil": "x"}}, ".prices: 'fil' is not a field of it (relation, package, source, file). Did you mean 'file'?"),
    ({"prices": {"relation": "x", "columns": {"tickr": "x"}}}, ".prices.columns: 'tickr' is not a field of it (date, ticker, price, close, return). Did you mean 'ticker'?"),
    ({"yields": {"source": ["a"]}}, ".yields.source: '['a']' is not [source name, table name]"),
    ({"yields": {"relation": "x", "columns": {"y7": "x"}}}, ".yields.columns: 'y7' is not a field of it (date, m3, y2, y5, y10, y30). Did you mean 'y2'?"),
    ({"yields": {}}, ".yields: '{}' does not name one relation; expected a model name"),
    ({"portfolio": {"relation": "x", "columns": {"weight": "w"}}}, ".portfolio.columns: 'weight' is not a field of it (portfolio, factor, exposure)"),
    ({"factor_groups": " "}, ".factor_groups: is empty; expected a text"),
    ({"columns": {"dat": "x"}}, ".columns: 'dat' is not a field of it (date, ticker, "),
    ({"columns": "date"}, ".columns: 'date' is not a mapping (key: value)"),
    ({"columns": ["date"]}, ".columns: '['date']' is not a mapping (key: value)"),
    ({"window": "2y"}, ".window: '2y' is not one of 1y, 3y, 5y. Did you mean '1y'?"),
    ({"window": "3y", "start_date": "2020-01-01"}, ".start_date: does not go with window; expected one of them"),
    ({"start_date": "2024-02-01", "end_date": "2024-01-01"}, ".start_date: starts on '2024-02-01', after its end on '2024-01-01'"),
    ({"start_date": "January"}, ".start_date: 'January' is not a date; expected 'YYYY-MM-DD', in quotes"),
    ({"end_date": "2023-02-30"}, ".end_date: '2023-02-30' is not a date"),
    ({"benchmarks": []}, ".benchmarks: is empty; expected tickers of the panel such as [SPY]"),
    ({"benchmarks": {"SPY": 1}}, ".benchmarks: '{'SPY': 1}' is not a list"),
    ({"benchmarks": ["SPY", ""]}, ".benchmarks[1]: is empty; expected a text"),
    ({"benchmarks": ["SPY", "SPY"]}, ".benchmarks: 'SPY, SPY' names one twice"),
    ({"maturities": []}, ".maturities: is empty; expected columns of yields such as [y2, y10]"),
    ({"maturities": ["y2", "y2"]}, ".maturities: 'y2, y2' names one twice"),
    ({"risk_free_maturity": ["m3"]}, ".risk_free_maturity: '['m3']' is not a text"),
    ({"categories": []}, f".categories: is empty; expected some of {CATEGORIES}"),
    ({"categories": ["bonds"]}, f".categories[0]: 'bonds' is not one of {CATEGORIES}. Did you mean 'bond'?"),
    ({"categories": ["bond", "bond"]}, ".categories: 'bond, bond' names one twice"),
    ({"rate_sensitivity_categories": ["industri"]}, f".rate_sensitivity_categories[0]: 'industri' is not one of {CATEGORIES}. Did you mean 'industry'?"),
    ({"rate_sensitivity_categories": ["bond", "bond"]}, ".rate_sensitivity_categories: 'bond, bond' names one twice"),
    ({"market_sensitivity_categories": 7}, f".market_sensitivity_categories[0]: '7' is not one of {CATEGORIES}"),
    ({"asset_class_filters": ["bond"]}, ".asset_class_filters: '['bond']' is not a mapping (key: value)"),
    ({"asset_class_filters": {"only": ["bond"]}}, ".asset_class_filters: 'only' is not a field of it (include, exclude)"),
    ({"asset_class_filters": {"include": ["bond"], "exclude": "bond"}}, ".asset_class_filters: 'bond' is both included and excluded; expected one"),
    ({"rolling_windows": 36}, ".rolling_windows: '36' is not a list"),
    ({"rolling_windows": [3]}, ".rolling_windows[0]: '3' is less than 6"),
    ({"rolling_windows": [36, 12.5]}, ".rolling_windows[1]: '12.5' is not a whole number"),
    ({"rolling_windows": [36, "36"]}, ".rolling_windows: '36, 36' names one twice"),
    ({"granularity": "sector"}, ".granularity: 'sector' is not one of group, industry, subindustry"),
    ({"macro_etf_matrix": "perhaps"}, ".macro_etf_matrix: 'perhaps' is not true or false"),
    ({"preset": "lite"}, ".preset: 'lite' is not one of overview, equity_factors, macro_focus, income_focus, light"),
    ({"min_observations": 3}, ".min_observations: '3' is less than 4"),
    ({"min_observations": "many"}, ".min_observations: 'many' is not a whole number"),
    ({"min_observations": 24.5}, ".min_observations: '24.5' is not a whole number"),
    ({"min_observations": True}, ".min_observations: 'True' is not a whole number"),
    ({"alignment": "list_wise"}, ".alignment: 'list_wise' is not one of pairwise, listwise. Did you mean 'listwise'?"),
    ({"fill_months": 3}, ".fill_months: '3' is more than 2"),
    ({"composite_weighting": "cap"}, ".composite_weighting: 'cap' is not one of equal, market_cap"),
    ({"composite_weighting": "market_cap"}, ".composite_weighting: market_cap needs market_caps, and there are none"),
    ({"composite_coverage": 50}, ".composite_coverage: '50' is more than 1"),
    ({"stale_months": -1}, ".stale_months: '-1' is less than 0"),
    ({"gap_months": 3_000_000_000}, ".gap_months: '3000000000' is more than 2147483647"),
    ({"min_coverage": "70%"}, ".min_coverage: '70%' is not a number"),
    ({"confidence": 95}, ".confidence: '95' is more than 0.9999"),
    ({"confidence": 0.05}, ".confidence: '0.05' is less than 0.5"),
    ({"hedge_below": -2}, ".hedge_below: '-2' is less than -1"),
    ({"hedge_below": 0.3}, ".hedge_below: 0.3 is not below complement_below, 0.3; expected hedge, complement, amplifier in this order"),
    ({"complement_below": -0.2}, ".hedge_below: -0.1 is not below complement_below, -0.2"),
    ({"ewma_lambda": 97}, ".ewma_lambda: '97' is more than 1"),
    ({"near_duplicate": -0.5}, ".near_duplicate: '-0.5' is less than 0"),
    ({"group_coverage": 1.5}, ".group_coverage: '1.5' is more than 1"),
    ({"group_size": 0}, ".group_size: '0' is less than 1"),
    ({"q_threshold": 5}, ".q_threshold: '5' is more than 1"),
    ({"oos_improvement": -0.1}, ".oos_improvement: '-0.1' is less than 0"),
    ({"min_oos_observations": 0}, ".min_oos_observations: '0' is less than 1"),
    ({"classic_correlation": "nan"}, ".classic_correlation: 'nan' is not a number"),
    ({"exposure_ok": 0.3}, ".exposure_ok: 0.3 is above exposure_high, 0.25; expected low, ok, high in this order"),
    ({"exposure_high": [0.2]}, ".exposure_high: '[0.2]' is not a number"),
    ({"exposure_skip": -1}, ".exposure_skip: '-1' is less than 0"),
    ({"max_allocation": 2}, ".max_allocation: '2' is more than 1"),
    ({"max_basket": 11}, ".max_basket: '11' is more than 10"),
    ({"min_dividend_yield": -0.1}, ".min_dividend_yield: '-0.1' is less than 0"),
    ({"max_volatility": "low"}, ".max_volatility: 'low' is not a number"),
    ({"max_drawdown": -0.2}, ".max_drawdown: '-0.2' is less than 0"),
    ({"volatility_index": {"file": "vix.xlsx"}}, ".volatility_index.file: "),
    ({"timezone": ["UTC"]}, ".timezone: '['UTC']' is not a text"),
    ({"universe": {"relation": "x", "file": "y"}}, ".universe: '{'relation': 'x', 'file': 'y'}' does not name one relation"),
    ({"market_caps": {"relation": "x", "columns": {"cap": "x"}}}, ".market_caps.columns: 'cap' is not a field of it (date, ticker, market_cap)"),
    ({"distributions": {"relation": "x", "columns": "amount"}}, ".distributions.columns: 'amount' is not a mapping"),
]  # fmt: skip


def test_mistakes_in_fields(parsed: Warehouse) -> None:
    """All of them in one test; every field of the rules is among them."""
    wrong = []
    for fields, message in STATIC:
        run = parsed.check({"prices": "some_model", **fields}, "proxy")
        expected = "whence: whence_factor_proxies" + ("" if message.startswith(")") else message)
        if run.success or run.stack_trace or expected not in run.log or message not in run.log:
            wrong.append((message, run.log))
    assert not wrong, "\n".join(f"expected {message}\n{log[-700:]}" for message, log in wrong)
    rules = parsed.check({"prices": "some_model", "?": 1}, "proxy").log
    fields_listed = rules.split("is not a field of it (")[1].split(")")[0].split(", ")
    for name in set(fields_listed) - {name for case, _ in STATIC for name in case}:
        run = parsed.check({"prices": "some_model", name: ["x"]}, "proxy")
        assert not run.success and f"whence: whence_factor_proxies.{name}" in run.log, run.log


def test_mistakes_in_the_whole(parsed: Warehouse) -> None:
    for spec, message in (
        ([{"prices": "x"}], ": is a list; expected one mapping such as {prices: my_prices}"),
        ("prices", ": 'prices' is not a mapping; expected fields such as prices, yields"),
        ("{prices: x", ": is a text that is not YAML"),
        (5, ": '5' is not a mapping"),
    ):
        run = parsed.check(spec, "proxy")
        assert not run.success
        assert "whence: whence_factor_proxies" + message in run.log, run.log
        assert not run.stack_trace
    empty: tuple[Any, ...] = ({}, [], "", None)
    for nothing in empty:
        assert parsed.check(nothing, "proxy").success


def test_a_mistake_stops_parsing(warehouse: Warehouse) -> None:
    run = warehouse.dbt("parse", "--vars", json.dumps({"whence_factor_proxies": {"prices": "x", "granularity": "no"}}))
    assert not run.success
    assert "whence: whence_factor_proxies.granularity: 'no' is not one of group, industry, subindustry" in run.log
    assert not run.stack_trace


SPY = "select date '2024-01-31' as date, 'SPY' as ticker, 1.5 as price"
DATA: list[tuple[dict[str, Any], str]] = [
    ({"prices": "select date '2024-01-31' as date, 'SPY' as ticker, 1 as prize"}, ".prices: {prices} has no column for price or close or return (date, ticker, prize); expected price, "),
    ({"prices": "select date '2024-01-31' as date, 1 as price"}, ".prices: {prices} has no column for ticker (date, price); expected ticker, asset, "),
    ({"prices": "select 'SPY' as ticker, 1 as price"}, ".prices: {prices} has no column for date (ticker, price); expected date, month_end, day, or columns: {{date: <column>}}"),
    ({"prices": "select date '2024-01-31' as date, 'SPY' as ticker, '1.5' as price"}, ".prices.columns.price: 'price' of {prices} is of type VARCHAR; expected a number"),
    ({"prices": "select 1.5 as date, 'SPY' as ticker, 1 as price"}, ".prices.columns.date: 'date' of {prices} is of type DECIMAL(2,1); expected a date"),
    ({"prices": "select 'soon' as date, 'SPY' as ticker, 1 as price"}, ".prices: no date in 'date' of {prices} can be read (1 rows); expected dates, or text such as 2024-01-31"),
    ({"prices": PRICES, "columns": {"price": "prise"}}, ".columns.price: 'prise' is not a column of a declared relation (date, ticker, price, label, volume). Did you mean 'price'?"),
    ({"prices": " union all ".join([SPY] * 2)}, ".prices: {prices} has more than one row for SPY on 2024-01-31; expected one row per ticker and date"),
    ({"prices": PRICES, "yields": YIELDS, "maturities": ["y2", "y7"]}, ".maturities: 'y7' is not a column of {yields} (date, m3, dgs2, y5, y10, long_bond). Did you mean 'y5'?"),
    ({"prices": PRICES, "yields": YIELDS, "maturities": ["y2"], "risk_free_maturity": "m6"}, ".risk_free_maturity: 'm6' is not a column of {yields} (date, m3, dgs2, y5, y10, long_bond). Did you mean 'm3'?"),
    ({"prices": PRICES, "yields": YIELDS, "maturities": ["y10"]}, ".yields.columns.y10: 'y10' of {yields} is of type VARCHAR; expected a number"),
    ({"prices": PRICES, "yields": YIELDS + " union all select date '2020-01-31', 1, 1, 1, 'x', 1", "maturities": ["y2"]}, ".yields: {yields} has more than one row for 2020-01-31; expected one row per date"),
    ({"prices": PRICES, "market_caps": "select date '2020-01-31' as date, 'SPY' as ticker, i as market_cap from range(2) as r (i)"}, ".market_caps: {market_caps} has more than one row for SPY on 2020-01-31"),
    ({"prices": PRICES, "portfolio": "select 'SPY' as fund, 1 as exposure"}, ".portfolio: {portfolio} has no column for factor (fund, exposure); expected factor, ticker, proxy, or columns: {{factor: <column>}}"),
    ({"prices": PRICES, "universe": "select 'NEW' as ticker, 1 as priority union all select 'SPY', 2"}, ".universe: NEW in {universe} have no category, and the reference does not name them; expected one of market, "),
    ({"prices": PRICES, "universe": "select 'SPY' as ticker, 'markets' as category"}, ".universe: category 'markets' of SPY in {universe} is not one of " + CATEGORIES + ". Did you mean 'market'?"),
    ({"prices": PRICES, "universe": "select 'SPY' as ticker, 1e200 as priority"}, ".universe: priority 1e+200 of SPY in {universe} is not a whole number from 1 on"),
    ({"prices": PRICES, "universe": "select 'SPY' as ticker, 'maybe' as is_active"}, ".universe: is_active 'maybe' of SPY in {universe} is not true or false"),
    ({"prices": PRICES, "asset_class_filters": {"include": ["bonds"]}}, ".asset_class_filters: 'bonds' is not an asset class of the universe (bond, cash, commodity, crypto, equity). Did you mean 'bond'?"),
    ({"prices": PRICES, "benchmarks": ["SPYY"]}, ".benchmarks: 'SPYY' is not a ticker of the universe. Did you mean 'SPY'?"),
    ({"prices": PRICES, "benchmarks": ["S&P 500 index"]}, ".benchmarks: 'S&P 500 index' is not a ticker of the universe; add it to universe with its category"),
    ({"prices": SPY + " union all select date '2024-02-29', 'SPY', 2", "factor_groups": "select 'SPY' as factor_group, 'SPY' as ticker"}, ": 'SPY' is the name of a ticker and of a user group; expected names of their own: rename the group"),
    ({"prices": SPY + " union all select date '2024-02-29', 'SPY', 2", "factor_groups": "select 'equity' as factor_group, 'SPY' as ticker"}, ": 'equity' is the name of a composite of an asset class and of a user group; expected names of their own"),
    ({"prices": PRICES, "min_dividend_yield": 0.01}, ".min_dividend_yield: needs dividend yields; expected distributions, or prices with both price and close"),
]  # fmt: skip


def test_mistakes_that_the_data_show(parsed: Warehouse) -> None:
    wrong = []
    for fields, message in DATA:
        files = {
            name: parsed.file(f"{name}.parquet", sql)
            for name, sql in fields.items()
            if isinstance(sql, str) and "select" in sql
        }
        spec = fields | {name: {"file": path} for name, path in files.items()}
        run = parsed.dbt(
            "run", "--select", "+int_factor_proxies__pairs", "--vars", json.dumps({"whence_factor_proxies": spec})
        )
        expected = "whence: whence_factor_proxies" + message.format(**files)
        if run.success or run.stack_trace or expected not in run.log:
            wrong.append((message, run.log))
    assert not wrong, "\n".join(f"expected {message}\n{log[-900:]}" for message, log in wrong)


def test_relation_that_is_missing(warehouse: Warehouse) -> None:
    run = warehouse.dbt("parse", "--vars", json.dumps({"whence_factor_proxies": {"prices": "no_such_model"}}))
    assert not run.success
    assert "depends on a node named 'no_such_model'" in run.log
    assert not run.stack_trace


def test_fields_as_text(parsed: Warehouse) -> None:
    """As CI passes them: a text of YAML or JSON, numbers and booleans in quotes, one benchmark in place of a list."""
    prices, yields = (parsed.file(f"{name}.parquet", sql) for name, sql in (("prices", PRICES), ("yields", YIELDS)))
    spec = {
        "prices": {"file": prices}, "yields": {"file": yields, "columns": {"y30": "long_bond"}}, "benchmarks": "SPY",
        "maturities": ["y2", "y30"], "min_observations": "12", "macro_etf_matrix": "True", "q_threshold": "1e-1",
        "window": None, "preset": "light", "max_basket": 2,
    }  # fmt: skip
    run = parsed.dbt(
        "run",
        "--select",
        "+int_factor_proxies__specs",
        "--vars",
        json.dumps({"whence_factor_proxies": json.dumps(spec)}),
    )
    assert run.success, run.log
    resolved = json.loads(parsed.query("select spec_json from int_factor_proxies__specs")["spec_json"].item())
    expected = {
        "benchmarks": ["SPY"], "min_observations": 12, "macro_etf_matrix": True, "q_threshold": 0.1, "window": None,
        "rolling_windows": [36], "max_basket": 2, "confidence": 0.95,
    }  # fmt: skip
    assert {name: resolved[name] for name in expected} == expected
    names = {role: column["name"] for role, column in resolved["inputs"]["yields"]["columns"].items()}
    assert names == {"date": "date", "m3": "m3", "y2": "dgs2", "y30": "long_bond"}
