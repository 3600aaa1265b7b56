"""Mistakes in signal studies, and those that the data show: one line that says which study, which field, what was expected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Warehouse, on_both_engines

PANEL = """
    select date '2024-01-01' + i::int as date, 'asset_' || a as asset, 100.0 + sin(i * (a + 1)) as price,
        cos(i * a) as momentum, sin(7 * i * a) as reversal, (i * a % 9 = 0)::int as event, cos(i) as macro,
        'x' as label, 0.01 * sin(i + a) as ready
    from range(30) as r (i), range(1, 13) as s (a)
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A warehouse whose project is parsed once; a study on panel.parquet can be changed after that."""
    warehouse = Warehouse(tmp_path_factory.mktemp("signals"))
    study = {"name": "s", "panel": {"file": warehouse.file("panel.parquet", PANEL)}, "signals": ["momentum"]}
    warehouse.parse_once("--vars", json.dumps({"whence_signal_studies": [study]}))
    seeds = warehouse.dbt("seed", "--select", "signal_research")
    assert seeds.success, seeds.log
    yield warehouse


OK: dict[str, Any] = {"name": "s", "panel": "some_model", "signals": ["momentum"]}
STATIC: list[tuple[dict[str, Any], str]] = [
    ({"horizon": 1}, "[s]: 'horizon' is not a field of it ("),
    ({"horizon": 1}, "). Did you mean 'horizons'?"),
    ({"panel": None}, "[s].panel: is missing"),
    ({"panel": {"fil": "x"}}, "[s].panel: 'fil' is not a field of it (relation, package, source, file). Did you mean 'file'?"),
    ({"panel": {"relation": "x", "columns": {"dat": "x"}}}, "[s].panel.columns: 'dat' is not a field of it (date, asset, price, return, forward_return). Did you mean 'date'?"),
    ({"columns": {"prise": "x"}}, "[s].columns: 'prise' is not a field of it (date, asset, price, return, forward_return). Did you mean 'price'?"),
    ({"columns": "date"}, "[s].columns: 'date' is not a mapping (key: value)"),
    ({"signals": None}, "[s].signals: is missing"),
    ({"signals": []}, "[s].signals: is empty; expected columns of the panel"),
    ({"signals": "momentum"}, "[s].signals: 'momentum' is not a list"),
    ({"signals": {"name": "momentum"}}, "[s].signals: '{'name': 'momentum'}' is not a list"),
    ({"signals": [{"scope": "common"}]}, "[s].signals[0].name: is missing"),
    ({"signals": [None]}, "[s].signals[0].name: is missing"),
    ({"signals": [["a"]]}, "[s].signals[0].name: '['a']' is not a text"),
    ({"signals": ["a", "b", "A"]}, "[s].signals[A]: is named twice"),
    ({"signals": [{"name": "a", "scope": "comon"}]}, "[s].signals[a].scope: 'comon' is not one of individual, common. Did you mean 'common'?"),
    ({"signals": [{"name": "a", "kind": "dense"}]}, "[s].signals[a].kind: 'dense' is not one of continuous, sparse"),
    ({"signals": [{"name": "a", "kinds": "sparse"}]}, "[s].signals[a]: 'kinds' is not a field of it (name, scope, kind). Did you mean 'kind'?"),
    ({"slice_by": ["sector"]}, "[s].slice_by: '['sector']' is not a text"),
    ({"horizons": []}, "[s].horizons: is empty; expected numbers of rows such as [1, 3]"),
    ({"horizons": 1}, "[s].horizons: '1' is not a list"),
    ({"horizons": [1, 3, 1]}, "[s].horizons: '1, 3, 1' names one twice"),
    ({"horizons": [1, "1"]}, "[s].horizons: '1, 1' names one twice"),
    ({"horizons": [0]}, "[s].horizons[0]: '0' is less than 1"),
    ({"horizons": [1, 2.5]}, "[s].horizons[1]: '2.5' is not a whole number"),
    ({"horizons": [True]}, "[s].horizons[0]: 'True' is not a whole number"),
    ({"horizons": [3_000_000_000]}, "[s].horizons[0]: '3000000000' is more than"),
    ({"horizons": [2_147_483_647]}, "[s].horizons[0]: '2147483647' is more than"),
    ({"entry_lag": -1}, "[s].entry_lag: '-1' is less than 0"),
    ({"per_period": "perhaps"}, "[s].per_period: 'perhaps' is not true or false"),
    ({"abnormal_return": "markt"}, "[s].abnormal_return: 'markt' is not one of none, mean, market. Did you mean 'market'?"),
    ({"event_window": [5]}, "[s].event_window: '5' is not a pair of offsets; expected [before, after] such as [-5, 20]"),
    ({"event_window": [1, 20]}, "[s].event_window: '1, 20' leaves out the event, offset 0; expected [before, after] such as [-5, 20]"),
    ({"event_window": [-5, -1]}, "[s].event_window: '-5, -1' leaves out the event, offset 0"),
    ({"event_window": [-5, 1001]}, "[s].event_window[1]: '1001' is more than 1000"),
    ({"event_window": [-5, "x"]}, "[s].event_window[1]: 'x' is not a whole number"),
    ({"event_window": 20}, "[s].event_window: '20' is not a list"),
    ({"procedures": ["ic", "fmm"]}, "[s].procedures[1]: 'fmm' is not one of ic, fm, fm_joint, caar, common_continuous, common_sparse. Did you mean 'fm'?"),
    ({"procedures": []}, "[s].procedures: is empty"),
    ({"neutralize": ["size", "Size"]}, "[s].neutralize: 'size, Size' names one twice"),
    ({"family": "all_trial"}, "[s].family: 'all_trial' is not one of study, all_trials. Did you mean 'all_trials'?"),
    ({"gate": ["ic_p"]}, "[s].gate: '['ic_p']' is not a text"),
    ({"quantiles": 1}, "[s].quantiles: '1' is less than 2"),
    ({"quantiles": 101}, "[s].quantiles: '101' is more than 100"),
    ({"cost_bps": -1}, "[s].cost_bps: '-1' is less than 0"),
    ({"threshold": 5}, "[s].threshold: '5' is more than 1"),
    ({"threshold": "5%"}, "[s].threshold: '5%' is not a number"),
    ({"start_date": "January"}, "[s].start_date: 'January' is not a date"),
    ({"start_date": "2024-02-01", "end_date": "2024-01-01"}, "[s].start_date: starts on '2024-02-01', after its end on '2024-01-01'"),
]  # fmt: skip


def test_mistakes_in_fields(parsed: Warehouse) -> None:
    """All of them in one test, which costs a second of parsing once."""
    wrong = []
    for fields, message in STATIC:
        run = parsed.check([{**OK, **fields}], "signal_study")
        if (
            run.success
            or run.stack_trace
            or message not in run.log
            or "whence: whence_signal_studies[s]" not in run.log
        ):
            wrong.append((message, run.log))
    assert not wrong, "\n".join(f"expected {message}\n{log[-900:]}" for message, log in wrong)


def test_mistakes_in_the_list(parsed: Warehouse) -> None:
    for studies, message in (
        ([OK, OK], "[s].name: is used twice; each needs a name of its own"),
        ([{"panel": "x"}], "[0].name: is missing"),
        (["momentum"], "[0]: 'momentum' is not a mapping; expected {name: ..., ...}"),
        (OK, ": '{"),
        ("[{name: s", ": is a text that is not YAML"),
    ):
        run = parsed.check(studies, "signal_study")
        assert not run.success
        assert "whence: whence_signal_studies" + message in run.log, run.log
        assert not run.stack_trace


def test_a_mistake_stops_parsing(warehouse: Warehouse) -> None:
    run = warehouse.dbt("parse", "--vars", json.dumps({"whence_signal_studies": [OK | {"signals": []}]}))
    assert not run.success
    assert "whence: whence_signal_studies[s].signals: is empty" in run.log
    assert not run.stack_trace


def with_row(date: str, asset: str) -> str:
    return f"{PANEL} union all select date '{date}', '{asset}', 3, 1, 1, 0, 1, 'x', 0"


FEW = "select date '2024-01-01' as date, 'a' as asset, 1.5 as price, 0.5 as momentum"
DATA: list[tuple[str, dict[str, Any], str]] = [
    (FEW, {"signals": ["momentun"]}, ".signals[momentun]: 'momentun' is not a column of {panel} (date, asset, price, momentum). Did you mean 'momentum'?"),
    (PANEL, {"signals": ["label"]}, ".signals[label]: 'label' of {panel} is of type VARCHAR; expected a number"),
    (PANEL, {"signals": ["date"]}, ".signals[date]: 'date' of {panel} is of type DATE; expected a number"),
    ("select 1 as x", {}, ".panel: {panel} has no column for date (x); expected date, month_end, day, or columns: {{date: <column>}}"),
    ("select current_date as day, 1 as x", {}, ".panel: {panel} has no column for asset (day, x); expected asset, asset_id, ticker, symbol, or columns: {{asset: <column>}}"),
    ("select current_date as day, 'a' as ticker, 1 as prize", {}, ".panel: {panel} has no column for price, return or forward_return (day, ticker, prize); expected one, or columns: {{price: <column>}}"),
    (PANEL, {"columns": {"date": "dat"}}, ".columns.date: 'dat' is not a column of {panel} ("),
    (PANEL, {"columns": {"price": "prices"}}, "Did you mean 'price'?"),
    (PANEL, {"panel": {"columns": {"asset": "ticker"}}}, ".panel.columns.asset: 'ticker' is not a column of {panel} ("),
    (PANEL, {"columns": {"price": "label"}}, ".panel.columns.price: 'label' of {panel} is of type VARCHAR; expected a number"),
    ("select 1.5 as date, 'a' as asset, 1 as price, 1 as momentum", {}, ".panel.columns.date: 'date' of {panel} is of type DECIMAL(2,1); expected a date"),
    ("select 'soon' as date, 'a' as asset, 1 as price, 1 as momentum", {}, ".panel: no date in 'date' of {panel} can be read (1 rows); expected dates, or text such as 2024-01-31"),
    (PANEL, {"columns": {"forward_return": "ready"}, "horizons": [1, 3]}, ".horizons: a ready forward return (ready) is of one horizon; expected one, or prices to work out several from"),
    (" union all ".join([with_row("2024-01-05", "asset_2"), *(f"select date '2024-01-0{i}', 'asset_{i}', 3, 1, 1, 0, 1, 'x', 0" for i in (3, 4, 6))]), {},
     ".panel: {panel} has more than one row for asset_2 on 2024-01-05, asset_3 on 2024-01-03, asset_4 on 2024-01-04; expected one row per asset and date"),
    (PANEL, {"neutralize": ["label", "asset"]}, ".neutralize: 'label' and 'asset' are both text; expected one column of groups"),
    (PANEL, {"neutralize": ["Momentum"]}, ".neutralize: 'momentum' is a signal of the study: nothing of it would be left"),
    (PANEL, {"slice_by": "secto"}, ".slice_by: 'secto' is not a column of {panel} ("),
    (PANEL, {"slice_by": "price"}, ".slice_by: 'price' of {panel} is of type DOUBLE; expected text, whole numbers or booleans that name the slice of a row"),
    (PANEL, {"neutralize": ["date"]}, ".neutralize: 'date' of {panel} is of type DATE; expected a number, or text that names the group of an asset"),
    (PANEL, {"neutralize": ["reversa"]}, ".neutralize: 'reversa' is not a column of {panel} ("),
    (with_row("2024-01-05", "asset_2") + " union all select date '2024-01-05', null, 3, 1, 1, 0, 1, 'x', 0" * 2, {}, ".panel: {panel} has more than one row for (blank) on 2024-01-05, asset_2 on 2024-01-05; expected"),
]  # fmt: skip


def test_mistakes_that_the_data_show(parsed: Warehouse) -> None:
    wrong = []
    for sql, fields, message in DATA:
        path = parsed.file("panel.parquet", sql)
        study = {"name": "s", "panel": {"file": path}, "signals": ["momentum"]} | fields
        study["panel"] = {"file": path} | study["panel"]
        run = parsed.dbt(
            "run", "--select", "+int_signal_research__shapes", "--vars", json.dumps({"whence_signal_studies": [study]})
        )
        if (
            run.success
            or run.stack_trace
            or message.format(panel=path) not in run.log
            or "whence: whence_signal_studies[s]" not in run.log
        ):
            wrong.append((message, run.log))
    assert not wrong, "\n".join(f"expected {message}\n{log[-900:]}" for message, log in wrong)


PROCEDURES: list[tuple[dict[str, Any], str]] = [
    ({"procedures": ["caar"]}, ".procedures: none of 'caar' fits the signal momentum (individual continuous, panel); expected ic or fm or fm_joint too, or a study of its own"),
    ({"procedures": ["ic", "caar"]}, ".procedures: 'caar' fits no signal of the study; expected one of ic, fm, fm_joint"),
    ({"signals": ["momentum", "event"], "procedures": ["ic"]}, ".procedures: none of 'ic' fits the signal event (individual sparse, panel); expected caar too, or a study of its own"),
    ({"signals": ["macro"], "procedures": ["common_sparse"]}, ".procedures: none of 'common_sparse' fits the signal macro (common continuous, panel); expected common_continuous too"),
    ({"gate": "ic_mean"}, ".gate: 'ic_mean' is no statistic that is a p-value; expected one of "),
    ({"gate": "ic_pp"}, ".gate: 'ic_pp' is no statistic that is a p-value; expected one of "),
]  # fmt: skip


def test_illegal_procedures_and_gates(parsed: Warehouse) -> None:
    path = parsed.file("panel.parquet", PANEL)
    wrong = []
    for fields, message in PROCEDURES:
        study = {"name": "s", "panel": {"file": path}, "signals": ["momentum"]} | fields
        last = "+int_signal_research__gates" if "gate" in fields else "+signal_series"
        run = parsed.dbt("run", "--select", last, "--vars", json.dumps({"whence_signal_studies": [study]}))
        if run.success or run.stack_trace or "whence: whence_signal_studies[s]" + message not in run.log:
            wrong.append((message, run.log))
    assert not wrong, "\n".join(f"expected {message}\n{log[-900:]}" for message, log in wrong)


def test_studies_as_text(parsed: Warehouse) -> None:
    """As CI passes them: a text of YAML or JSON, numbers and booleans in quotes, one procedure in place of a list."""
    path = parsed.file("panel.parquet", PANEL)
    study = {"name": "it's \"s\"", "panel": {"file": path}, "signals": ["MOMENTUM"], "horizons": ["1", "3"], "entry_lag": "0",
             "per_period": "False", "procedures": "fm", "threshold": "1e-1", "start_date": "2024-01-02", "end_date": None}  # fmt: skip
    run = parsed.dbt(
        "run", "--select", "+signal_series", "--vars", json.dumps({"whence_signal_studies": json.dumps([study])})
    )
    assert run.success, run.log
    spec = json.loads(parsed.query("select spec_json from int_signal_research__specs")["spec_json"].item())
    expected = {"name": "it's \"s\"", "horizons": [1, 3], "entry_lag": 0, "per_period": False, "procedures": ["fm"],
                "threshold": 0.1, "start_date": "2024-01-02", "end_date": None, "gate": None, "family": "study"}  # fmt: skip
    assert {name: spec[name] for name in expected} == expected
    assert spec["signals"][0]["sql"] == '"momentum"'
    rows = parsed.query(
        "select study, signal, min(date) as first, count(distinct horizon) as n from signal_series group by all"
    )
    assert rows[["study", "signal", "n"]].to_numpy().tolist() == [['it\'s "s"', "MOMENTUM", 2]]
    assert str(rows["first"].item())[:10] == "2024-01-02"


TABLES = ("detection", "series", "asset_betas", "profiles", "statistics", "warnings", "trials", "screening")


@on_both_engines
def test_no_studies_and_no_rows(warehouse: Warehouse) -> None:
    """An empty list, and a build without rows, make empty tables with the right columns."""
    run = warehouse.build_signals([])
    assert run.success, run.log
    empty = {name: warehouse.query(f"select * from signal_{name}") for name in TABLES}
    assert {name: len(rows) for name, rows in empty.items() if len(rows)} == {}
    assert list(empty["screening"].columns[:4]) == ["study", "family", "signal", "horizon"]
    study = {
        "name": "s",
        "panel": {"file": warehouse.file("panel.parquet", PANEL)},
        "signals": ["momentum", "event", "macro"],
    }
    run = warehouse.build_signals(
        [study | {"horizons": [1, 3], "gate": "ic_p_hh", "procedures": ["ic", "caar", "common_continuous"]}], "--empty"
    )
    assert run.success, run.log
    assert not run.stack_trace
    for name in ("series", "asset_betas", "statistics", "trials", "screening"):
        assert warehouse.query(f"select count(*) as n from signal_{name}")["n"].item() == 0
        assert list(warehouse.query(f"select * from signal_{name}").columns) == list(empty[name].columns)
