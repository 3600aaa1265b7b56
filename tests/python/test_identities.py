"""Identities that were planted, identities that must not be found, and the tree they make."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import no_warnings
from hypothesis import given, settings
from hypothesis import strategies as st

from dbt_whence.identities import KEPT, Identity, identity_table, search

pytestmark = no_warnings

DEMO = Path(__file__).parents[2] / "seeds" / "demo"


def noise(seed: int, n: int, columns: int, spread: float = 0.8) -> dict[str, np.ndarray[Any, Any]]:
    """Unrelated positive columns c0, c1 ... of different size."""
    random = np.random.default_rng(seed)
    return {f"c{i}": random.lognormal(random.uniform(-1, 4), spread, n) for i in range(columns)}


def best(y: Any, columns: dict[str, Any]) -> Identity:
    found = search(
        np.asarray(y, dtype=float), {name: np.asarray(columns[name], dtype=float) for name in sorted(columns)}
    )
    assert found, "no identity"
    return found[0]


def none_found(y: Any, columns: dict[str, Any]) -> bool:
    return not search(
        np.asarray(y, dtype=float), {name: np.asarray(columns[name], dtype=float) for name in sorted(columns)}
    )


def node(metric: str, parent: str | None = None, column: str | None = None, given: dict[str, Any] | None = None, wanted: bool = True) -> dict[str, Any]:  # fmt: skip
    return {"metric": metric, "parent": parent, "given": given, "search": wanted, "column": column}


def inputs(
    analyses: dict[str, tuple[list[dict[str, Any]], list[Any], dict[str, Any]]], ranks: Mapping[str, int] | None = None
) -> tuple[Any, Any]:
    """Specs and sample as DuckDB relations; by analysis its nodes, the values of their metrics and of the columns."""
    specs, samples = [], []
    for name, (nodes, metrics, columns) in analyses.items():
        slots = [
            {"name": column, "slot": f"column_{i + 1}", "rank": (ranks or {}).get(column, 2)}
            for i, column in enumerate(columns)
        ]
        specs.append(
            {
                "analysis": name,
                "spec_json": json.dumps(
                    {"drivers": {"metric": nodes[0]["metric"], "kind": "sum", "nodes": nodes, "columns": slots}}
                ),
            }
        )
        values = {f"metric_{i + 1}": metric for i, metric in enumerate(metrics)} | {
            f"column_{i + 1}": column for i, column in enumerate(columns.values())
        }
        frame = pd.DataFrame({key: np.asarray(value, dtype=float) for key, value in values.items()})
        samples.append(frame.assign(analysis=name, row_no=range(len(frame))))
    connection = duckdb.connect()
    connection.register("samples", pa.Table.from_pandas(pd.concat(samples, ignore_index=True), preserve_index=False))
    return connection.from_df(pd.DataFrame(specs)), connection.sql("from samples")


def table(
    nodes: list[dict[str, Any]], metrics: list[Any], columns: dict[str, Any], ranks: dict[str, int] | None = None
) -> pd.DataFrame:
    found: pd.DataFrame = identity_table(*inputs({"a": (nodes, metrics, columns)}, ranks)).to_pandas()
    return found


def selected(found: pd.DataFrame) -> dict[str, tuple[str | None, str]]:
    """By metric: its parent and its best identity."""
    rows = found[found["candidate_rank"] == 1]
    return {
        row.metric: (row.parent_metric if isinstance(row.parent_metric, str) else None, row.identity)
        for row in rows.itertuples()
    }


FORMULAS: list[tuple[str, str, Any]] = [
    ("c0 * c1", "product", lambda a, b, c: a * b),
    ("c0 / c1", "quotient", lambda a, b, c: a / b),
    ("c1 / c0", "quotient", lambda a, b, c: b / a),
    ("c0 * c1 * c2", "product", lambda a, b, c: a * b * c),
    ("c0 * c2 / c1", "quotient", lambda a, b, c: a * c / b),
    ("c1 * c2 / c0", "quotient", lambda a, b, c: b * c / a),
    ("c1 / (c0 * c2)", "quotient", lambda a, b, c: b / (a * c)),
    ("c0 + c1", "sum", lambda a, b, c: a + b),
    ("c0 - c1", "difference", lambda a, b, c: a - b),
    ("c2 - c1", "difference", lambda a, b, c: c - b),
    ("c0 + c1 + c2", "sum", lambda a, b, c: a + b + c),
    ("c0 + c2 - c1", "difference", lambda a, b, c: a + c - b),
    ("c2 - c0 - c1", "difference", lambda a, b, c: c - a - b),
]


def with_constant(expression: str, form: str, constant: float) -> str:
    inner = f"({expression})" if form in ("sum", "difference") else expression
    return {
        1: expression,
        100: f"100 * {inner}",
        1000: f"1000 * {inner}",
        0.01: f"{inner} / 100",
        0.001: f"{inner} / 1000",
    }[constant]


@pytest.mark.parametrize("constant", [1, 100, 0.01, 1000, 0.001])
@pytest.mark.parametrize(("expression", "form", "formula"), FORMULAS, ids=[formula[0] for formula in FORMULAS])
def test_every_form_and_constant(expression: str, form: str, formula: Any, constant: float) -> None:
    random = np.random.default_rng(1)
    columns = {f"c{i}": random.lognormal(2, 0.7, 700) for i in range(6)}
    y = constant * formula(columns["c0"], columns["c1"], columns["c2"])
    found = best(y, columns)
    assert found.expression == with_constant(expression, form, constant)
    assert (found.form, found.constant, found.rows) == (form, constant, 700)
    assert found.mape == pytest.approx(0, abs=1e-11) and found.r_squared == pytest.approx(1, abs=1e-9)
    shown = [part for part in expression.replace("(", "").replace(")", "").split() if part.startswith("c")]
    assert [term.name for term in found.terms] == shown


@pytest.mark.parametrize("expression", ["c0 * c2 / c1", "c0 + c2 - c1"])
@pytest.mark.parametrize("level", [0.0, 0.01, 0.05, 0.15])
@pytest.mark.parametrize("n", [100, 3000])
def test_noise(expression: str, level: float, n: int) -> None:
    columns = noise(2, n, 8, 1.0)
    values = (
        columns["c0"] * columns["c2"] / columns["c1"]
        if "/" in expression
        else columns["c0"] + columns["c2"] - columns["c1"]
    )
    y = values * (1 + level * np.random.default_rng(3).normal(size=n))
    found = best(y, columns)
    assert found.expression == expression
    assert found.mape == pytest.approx(np.mean(np.abs(y - values) / np.abs(y)), abs=1e-11)


def test_too_much_noise_is_no_identity() -> None:
    columns = noise(4, 2000, 5)
    assert none_found(columns["c0"] * columns["c1"] * np.random.default_rng(5).lognormal(0, 0.4, 2000), columns)


@pytest.mark.parametrize("expression", ["c0 * c1", "c0 / c1", "c0 + c1 - c2"])
def test_negative_values_zeros_and_gaps(expression: str) -> None:
    """Error and R² are those of a direct computation over complete rows, rows without y or divided by zero left out."""
    random = np.random.default_rng(6)
    columns = {f"c{i}": random.normal(0, 10, 1500) for i in range(5)}
    columns["c0"][::7] = 0
    columns["c1"][::11] = 0
    columns["c2"][::5] = np.nan
    with np.errstate(all="ignore"):
        exact = pd.DataFrame(columns).eval(expression).to_numpy()
    y = exact * random.normal(1, 0.05, 1500) + np.where(exact == 0, 0, 0.0)
    y = np.where(np.isfinite(y), y, 5.0)
    y[::13] = np.nan
    used = np.isfinite(exact) & np.isfinite(y)
    counted = used & (y != 0)
    found = next(i for i in search(y, columns) if i.expression == expression)
    assert found.rows == used.sum()
    assert found.mape == pytest.approx(np.mean(np.abs(y - exact)[counted] / np.abs(y[counted])), abs=1e-11)
    total = np.sum((y[used] - y[used].mean()) ** 2)
    assert found.r_squared == pytest.approx(1 - np.sum((y - exact)[used] ** 2) / total, rel=1e-9)


def test_three_rows_are_enough_and_two_are_not() -> None:
    columns: dict[str, Any] = {"orders": [10, 14, 9], "price": [20, 22.5, 31], "visits": [1000, 900, 2000]}
    y = np.multiply(columns["orders"], columns["price"])
    assert best(y, columns).expression == "orders * price"
    assert none_found(y[:2], {name: values[:2] for name, values in columns.items()})
    assert none_found([*y[:2], np.nan], columns)
    assert none_found([*y[:2], 0], {**columns, "orders": [10, 14, 0]})


def test_half_of_the_rows_must_be_complete() -> None:
    columns = noise(7, 1000, 4)
    y = columns["c0"] * columns["c1"]
    columns["c1"][:500] = np.nan
    assert best(y, columns).expression == "c0 * c1"
    columns["c1"][500] = np.nan
    assert none_found(y, columns)


@pytest.mark.parametrize("factor", [1, 100, 0.01, 1000, 0.001, -1, -100])
def test_copies_are_no_drivers(factor: float) -> None:
    """A copy, exact or not quite, with a column that is small or nearly always 1: nothing; the identity behind: found."""
    columns = noise(8, 900, 4)
    random = np.random.default_rng(9)
    y = columns["c0"] * columns["c1"]
    columns |= {"copy": y * factor, "blurred": y * factor * random.normal(1, 0.0008, 900)}
    columns |= {"one": random.choice([1.0, 1.02], 900, p=[0.9, 0.1]), "small": random.normal(0, 1e-4, 900)}
    found = table([node("m")], [y], columns)
    root = found[found["metric"] == "m"]
    assert selected(found)["m"] == (None, "c0 * c1")
    assert not root["identity"].str.contains("copy|blurred").any()
    only = table([node("m")], [y], {name: columns[name] for name in ("copy", "blurred", "one", "small", "c3")})
    assert only.empty


def test_own_column_is_no_driver() -> None:
    """A null in the metric's own column does not let it in again, as its difference to itself."""
    columns = noise(10, 300, 3)
    columns["m"] = columns["c0"] + columns["c1"]
    y = columns["m"] * np.random.default_rng(1).normal(1, 0.01, 300)
    found = table([node("m", column="m")], [y], columns)
    assert not found.query("metric == 'm'")["terms"].str.contains('"m"').any()


@pytest.mark.parametrize("value", [0.0, 1.0, 7.0, np.nan])
def test_constant_columns_are_no_drivers(value: float) -> None:
    columns = noise(11, 200, 3) | {"constant": np.full(200, value)}
    y = columns["c0"] * columns["c1"]
    assert [i.expression for i in search(y, columns)] == ["c0 * c1"]
    assert none_found(7 * columns["c2"], {"c2": columns["c2"], "constant": columns["constant"]})


@pytest.mark.parametrize(("expression", "idle"), [("c0 * c1", "c0 * c1 * idle"), ("c0 + c1", "c0 + c1 + idle")])
def test_a_term_that_does_nothing_is_left_out(expression: str, idle: str) -> None:
    columns = noise(12, 800, 3)
    random = np.random.default_rng(2)
    columns["idle"] = random.normal(1, 1e-5, 800) if "*" in expression else random.normal(0, 1e-6, 800)
    found = search(pd.DataFrame(columns).eval(idle).to_numpy(), columns)
    assert found[0].expression == expression
    assert not any("idle" in i.expression for i in found)


def test_a_flag_that_only_chooses_rows_is_no_divisor() -> None:
    """Where the flag is 1, c0 alone is y; elsewhere there is no quotient to compare."""
    columns = noise(24, 900, 3)
    columns["flag"] = (np.arange(900) % 10 < 7) * 1.0
    y = np.where(columns["flag"] == 1, columns["c0"] * 1.01, columns["c0"] + columns["c1"])
    assert not any("flag" in i.expression for i in search(y, columns))


def test_a_sum_that_one_column_carries_is_no_identity() -> None:
    """c0 is off by 0.2 %, so no copy; what is added to it makes it no better by 0.1 percentage points."""
    columns = noise(13, 500, 3)
    y = columns["c0"] * np.random.default_rng(3).normal(1, 0.0025, 500)
    columns["tiny"] = np.random.default_rng(4).normal(0, 1e-6, 500)
    assert none_found(y, columns)


def test_a_simpler_identity_wins_within_a_tenth_of_a_percentage_point() -> None:
    columns = noise(14, 600, 2)
    random = np.random.default_rng(5)
    for share, first in ((0.0008, "c0 * c1"), (0.004, "c0 * c1 * tax")):
        columns["tax"] = 1 + 2 * share * random.uniform(0, 1, 600)
        assert best(columns["c0"] * columns["c1"] * columns["tax"], columns).expression == first


def test_ties_have_ranks_of_their_own_in_order_of_the_expression() -> None:
    columns = noise(15, 400, 2)
    columns |= {f"c1_{i}": columns["c1"] for i in range(3)}
    found = table([node("m")], [columns["c0"] * columns["c1"]], columns).query("metric == 'm'")
    assert found["identity"].tolist() == ["c0 * c1", "c0 * c1_0", "c0 * c1_1", "c0 * c1_2"]
    assert found["candidate_rank"].tolist() == [1, 2, 3, 4]


def test_ties_with_the_last_one_reported_are_reported() -> None:
    columns = noise(16, 100, 2)
    columns |= {f"d{i}": columns["c1"] for i in range(KEPT + 5)}
    found = search(columns["c0"] * columns["c1"], columns)
    assert len(found) == KEPT + 6


def test_products_come_before_quotients_before_sums_before_differences() -> None:
    columns = noise(17, 300, 4)
    y = columns["c0"] * columns["c1"]
    columns = {
        "z": columns["c0"],
        "y": columns["c1"],
        "part": columns["c2"],
        "rest": y - columns["c2"],
        "all": y + columns["c2"],
        "inverse": 1 / columns["c1"],
    }
    found = search(y, dict(sorted(columns.items())))
    assert [i.expression for i in found][:4] == ["y * z", "z / inverse", "part + rest", "all - part"]
    assert [i.form for i in found][:4] == ["product", "quotient", "sum", "difference"]


@pytest.mark.parametrize("n", [50, 300, 5000])
@pytest.mark.parametrize("kind", ["normal", "lognormal", "uniform", "around 100"])
def test_unrelated_columns_make_no_identity(kind: str, n: int) -> None:
    for seed in range(3):
        random = np.random.default_rng(seed)
        draws: dict[str, Any] = {
            "normal": random.normal,
            "lognormal": random.lognormal,
            "uniform": random.uniform,
            "around 100": partial(random.normal, 100, 10),
        }
        values = {f"c{i:02}": draws[kind](size=n) for i in range(13)}
        y = values.pop("c12")
        assert none_found(y, values)


def test_two_halves_of_a_metric_by_size_alone_are_none() -> None:
    """Unrelated columns around 50 add up to around 100, and no worse than a constant would: still none."""
    random = np.random.default_rng(6)
    assert none_found(random.normal(100, 5, 500), {"a": random.normal(50, 2, 500), "b": random.normal(50, 2, 500)})


def test_a_constant_metric_has_no_r_squared() -> None:
    a = np.random.default_rng(7).uniform(1, 10, 600)
    found = best(np.full(600, 40.0), {"a": a, "b": 40 / a, "c": a[::-1]})
    assert (found.expression, found.r_squared) == ("a * b", None)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 600), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns_does_not_matter(seed: int, n: int, random: Any) -> None:
    columns = noise(seed, n, 4)
    columns["c4"] = columns["c0"] * columns["c1"] * np.random.default_rng(seed).normal(1, 0.02, n)
    columns["c5"] = columns["c0"] + columns["c3"]
    y = columns["c4"] * columns["c2"]
    first = identity_table(*inputs({"a": ([node("m")], [y], columns)}))
    rows = np.random.default_rng(random.randint(0, 10**6)).permutation(n)
    names = random.sample(sorted(columns), len(columns))
    again = identity_table(*inputs({"a": ([node("m")], [y[rows]], {name: columns[name][rows] for name in names})}))
    assert first.equals(again)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([100.0, 0.01, 1000.0, 0.001]), st.integers(0, len(FORMULAS) - 1))
def test_a_scaled_metric_has_the_constant(seed: int, constant: float, formula: int) -> None:
    random = np.random.default_rng(seed)
    columns = {f"c{i}": random.lognormal(1, 0.9, 400) for i in range(4)}
    expression, form, apply = FORMULAS[formula]
    y = apply(columns["c0"], columns["c1"], columns["c2"])
    assert best(y, columns).expression == expression
    assert best(constant * y, columns).expression == with_constant(expression, form, constant)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_numbers_give_finite_results_without_a_warning(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 12))
    numbers = st.one_of(
        st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0, -1.0, 1e200, 1e-300, 2.0, 3.0])
    )
    values = [data.draw(st.lists(numbers, min_size=n, max_size=n)) for _ in range(5)]
    found = table([node("m")], [values[0]], {f"c{i}": column for i, column in enumerate(values[1:])})
    assert np.isfinite(found[["constant", "sample_mape"]].to_numpy(float)).all()
    assert np.isfinite(found["sample_r_squared"].fillna(0)).all()
    assert (found["sample_mape"] <= 0.15).all()


@pytest.mark.parametrize(
    ("a", "b"), [(1e200, 1e-300), (1e-300, 1e200), (1e150, 1e150), (1e-150, 1e-150), (1e-160, 1e-140)]
)
def test_very_large_and_very_small_numbers(a: float, b: float) -> None:
    columns = noise(18, 1200, 4)
    columns = {"c0": columns["c0"] * a, "c1": columns["c1"] * b, "c2": columns["c2"], "c3": columns["c3"] * 1e200}
    assert best(columns["c0"] * columns["c1"], columns).expression == "c0 * c1"
    columns |= {"c4": a * columns["c2"], "c3": a * columns["c2"][::-1]}
    assert best(columns["c0"] + columns["c4"], columns).expression == "c0 + c4"


def shop(n: int = 800) -> tuple[Any, dict[str, Any]]:
    """revenue = orders * price, orders = traffic * conversion, price = list_price - discount."""
    random = np.random.default_rng(19)
    columns = {"traffic": random.integers(500, 5000, n) * 1.0, "conversion": random.uniform(0.01, 0.2, n)}
    columns |= {"list_price": random.lognormal(3, 0.5, n), "unrelated": random.lognormal(0, 1, n)}
    columns["discount"] = columns["list_price"] * random.uniform(0.1, 0.6, n)
    columns["orders"] = columns["traffic"] * columns["conversion"]
    columns["price"] = columns["list_price"] - columns["discount"]
    columns["revenue"] = columns["orders"] * columns["price"]
    columns["revenue_k"] = columns["revenue"] / 1000
    return columns["revenue"], columns


def no_cycle(found: pd.DataFrame) -> bool:
    """Whether following any reported identity from metric to term never leads back."""
    edges = {
        metric: {term["name"] for text in rows["terms"] for term in json.loads(text)}
        for metric, rows in found.groupby("metric")
    }
    while True:
        ends = [metric for metric, terms in edges.items() if not terms & edges.keys()]
        if not ends:
            return not edges
        edges = {metric: terms for metric, terms in edges.items() if metric not in ends}


def test_tree() -> None:
    y, columns = shop()
    found = table([node("revenue", column="revenue")], [y], columns)
    assert selected(found) == {
        "revenue": (None, "orders * price"),
        "orders": ("revenue", "conversion * traffic"),
        "price": ("revenue", "list_price - discount"),
    }
    assert not found["terms"].str.contains("revenue").any()
    assert (found.groupby("metric")["parent_metric"].nunique() <= 1).all()
    assert no_cycle(found)


@pytest.mark.parametrize(("rank", "expected"), [(2, None), (3, "cost / unit_cost")])
def test_only_rates_have_quotients_below_the_root(rank: int, expected: str | None) -> None:
    """Where cost is units times unit_cost, units are no quotient of cost; a rate is one of what it relates."""
    random = np.random.default_rng(7)
    columns = {name: random.lognormal(1, 0.7, 200) for name in ("units", "price", "unit_cost")}
    y = columns["units"] * columns["price"]
    columns["cost"] = columns["units"] * columns["unit_cost"]
    ranks = dict.fromkeys(columns, 3) | {"units": rank}
    assert selected(table([node("revenue")], [y], columns, ranks=ranks)).get("units") == (
        expected and ("revenue", expected)
    )


@pytest.mark.parametrize(("noise", "expected"), [(0.004, "new + returning"), (0.05, None)])
def test_sums_below_the_root_are_nearly_exact(noise: float, expected: str | None) -> None:
    random = np.random.default_rng(8)
    columns = {name: random.lognormal(1, 0.7, 500) for name in ("new", "returning", "price")}
    columns["orders"] = (columns["new"] + columns["returning"]) * random.normal(1, noise, 500)
    found = selected(table([node("revenue")], [columns["orders"] * columns["price"]], columns))
    assert found["revenue"] == (None, "orders * price")
    assert found.get("orders") == (expected and ("revenue", expected))
    alone = selected(table([node("orders", column="orders")], [columns["orders"]], columns))
    assert alone["orders"] == (None, "new + returning")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_trees_have_no_cycles(seed: int) -> None:
    """Columns made from one another at random, so that nearly each is an identity of others."""
    random = np.random.default_rng(seed)
    columns = {f"c{i}": random.lognormal(1, 0.7, 60) for i in range(3)}
    for i in range(3, 9):
        a, b = (columns[f"c{j}"] for j in random.choice(i, 2, replace=False))
        columns[f"c{i}"] = [a * b, a / b, a + b, 100 * a / b][random.integers(4)]
    found = table([node("c8", column="c8"), node("c7", column="c7")], [columns["c8"], columns["c7"]], columns)
    assert no_cycle(found)


def test_given_identity() -> None:
    y, columns = shop()
    terms = [{"name": "orders", "power": 1}, {"name": "price", "power": 1}]
    given = {"identity": "orders * price * 0.5", "form": "product", "constant": 0.5, "terms": terms}
    found = table([node("m", given=given)], [y * 0.55], columns)
    (row,) = found.query("metric == 'm'").to_dict("records")
    assert (row["identity"], row["form"], row["constant"], row["candidate_rank"], row["n_terms"]) == (
        "orders * price * 0.5",
        "product",
        0.5,
        1,
        2,
    )
    assert json.loads(row["terms"]) == terms
    assert row["sample_rows"] == len(y)
    assert row["sample_mape"] == pytest.approx(0.05 / 0.55)
    assert selected(found)["orders"] == ("m", "conversion * traffic")
    assert table([node("m", given=given, wanted=False)], [y], columns)["metric"].tolist() == ["m"]


def test_given_identity_of_metrics_has_no_fit_and_its_parts_are_searched() -> None:
    """A ratio of two metrics, one of which is no column; each is beside the other, so neither drives it."""
    y, columns = shop()
    del columns["revenue"], columns["revenue_k"]
    given = {
        "identity": "revenue / orders",
        "form": "quotient",
        "constant": 1,
        "terms": [{"name": "revenue", "power": 1}, {"name": "orders_placed", "power": -1}],
    }
    nodes = [
        node("order_value", given=given),
        node("revenue", "order_value"),
        node("orders_placed", "order_value", "orders"),
    ]
    found = table(nodes, [y / columns["orders"], y, columns["orders"]], columns)
    row = found.iloc[0]
    assert (row["metric"], row["identity"]) == ("order_value", "revenue / orders")
    assert found.loc[0, ["sample_rows", "sample_mape", "sample_r_squared"]].isna().all()
    assert selected(found)["orders_placed"] == ("order_value", "conversion * traffic")
    assert not found.query("metric == 'revenue'")["terms"].str.contains("orders|price").any()
    assert no_cycle(found)


def test_search_can_be_switched_off() -> None:
    y, columns = shop()
    assert table([node("revenue", column="revenue", wanted=False)], [y], columns).empty


def test_analyses_are_searched_apart() -> None:
    y, columns = shop()
    other = noise(20, 300, 3)
    both = inputs(
        {
            "b": ([node("revenue", column="revenue")], [y], columns),
            "a": ([node("m")], [other["c0"] - other["c2"]], other),
        }
    )
    found = identity_table(*both).to_pandas()
    assert found["analysis"].drop_duplicates().tolist() == ["a", "b"]
    assert found.iloc[0]["identity"] == "c0 - c2"
    alone = table([node("revenue", column="revenue")], [y], columns)
    pd.testing.assert_frame_equal(
        found.query("analysis == 'b'").drop(columns="analysis").reset_index(drop=True), alone.drop(columns="analysis")
    )


def test_odd_names() -> None:
    columns = noise(21, 200, 3)
    renamed = {'say "hi"': columns["c0"], "unit price, net": columns["c1"], "größe": columns["c2"]}
    found = table([node("m")], [columns["c0"] * columns["c1"] / columns["c2"]], renamed).iloc[0]
    assert found["identity"] == '"say ""hi""" * "unit price, net" / "größe"'
    assert json.loads(found["terms"]) == [
        {"name": 'say "hi"', "power": 1},
        {"name": "unit price, net", "power": 1},
        {"name": "größe", "power": -1},
    ]
    assert "größe" in found["terms"]


def test_nothing_gives_an_empty_typed_table() -> None:
    specs, sample = inputs({"a": ([node("m")], [[]], {"c": []})})
    none = duckdb.sql("""select 'a' as analysis, '{"drivers": null}' as spec_json""")
    for result in (identity_table(specs, sample), identity_table(none, sample), identity_table(specs.limit(0), sample)):
        assert result.num_rows == 0
        kinds = ["string"] * 5 + ["double", "string", "string", "bool"] + ["int64"] * 3 + ["double"] * 2
        assert [str(kind) for kind in result.schema.types] == kinds


def test_a_slot_that_the_sample_does_not_have_is_named() -> None:
    specs, sample = inputs({"a": ([node("m")], [[1, 2, 3]], {"c": [1, 2, 3]})})
    with pytest.raises(ValueError, match="the sample has no column 'column_1', which analysis 'a' names"):
        identity_table(specs, sample.project("* exclude (column_1)"))


def exhaustive(y: Any, columns: dict[str, Any]) -> list[tuple[str, float]]:
    """The rules applied to every candidate on all rows, none of which is incomplete; y has no zeros."""
    constants = (1, 100, 0.01, 1000, 0.001)

    def error(values: Any) -> tuple[float, float]:
        return min((round(float(np.mean(np.abs(y - k * values) / np.abs(y))), 12), k) for k in constants)

    def value(additive: bool, terms: Any) -> Any:
        parts = [power * columns[name] if additive else columns[name] ** power for name, power in terms]
        return np.sum(parts, axis=0) if additive else np.prod(parts, axis=0)

    level = min(np.mean(np.abs(y - k) / np.abs(y)) for k in y)
    left = []
    chosen = [names for size in (2, 3) for names in combinations(sorted(columns), size)]
    for additive, names in product((False, True), chosen):
        n = len(names)
        for powers in product((1, -1), repeat=n):
            terms = sorted(zip(names, powers, strict=True), key=lambda term: (-term[1], term[0]))
            mape, constant = error(value(additive, terms))
            parts = [part for size in range(1, n) for part in combinations(terms, size)]
            if (
                terms[0][1] == 1
                and mape <= min(0.15, level)
                and all(error(value(additive, part))[0] > mape + 0.001 for part in parts)
            ):
                above, below = ([name for name, power in terms if power == sign] for sign in (1, -1))
                if additive:
                    text = " - ".join([" + ".join(above), *below])
                else:
                    text = (
                        " * ".join(above)
                        + {0: "", 1: f" / {''.join(below)}", 2: f" / ({' * '.join(below)})"}[len(below)]
                    )
                form = ("product", "quotient", "sum", "difference").index(
                    ("sum" if additive else "product") if not below else ("difference" if additive else "quotient")
                )
                left.append((mape, n, constant != 1, form, with_constant(text, "sum" if additive else "", constant)))
    ranks: list[Any] = []
    while left and len(ranks) < KEPT:
        near = [row for row in left if row[0] <= min(left)[0] + 0.001]
        ranks.append(min(near, key=lambda row: (row[1], row[2], row[0], row[3], row[4])))
        left.remove(ranks[-1])
    return [(row[4], row[0]) for row in ranks]


@pytest.mark.parametrize("seed", range(6))
def test_screens_lose_nothing(seed: int) -> None:
    """On 6,000 rows, of which the first screen sees 128, the list is that of an exhaustive search, rank by rank."""
    random = np.random.default_rng(seed)
    columns = {f"c{i}": random.lognormal(random.choice([0, 1, 4.6]), 0.15, 6000) for i in range(6)}
    columns["c6"] = columns["c0"] * columns["c1"] * random.lognormal(0, 0.05, 6000)
    for i in range(3):
        columns[f"d{i}"] = columns[f"c{i}"] * random.lognormal(0, [0.01, 0.03, 0.05][i], 6000)
        columns[f"e{i}"] = columns[f"c{i}"] * random.lognormal(0, 0.04, 6000)
    y = columns["c0"] * columns["c1"] * columns["c2"] * random.lognormal(0, [0.01, 0.05, 0.09][seed % 3], 6000)
    if seed >= 3:
        y, columns = -y, columns | {"c1": -columns["c1"], "c3": random.normal(3, 30, 6000)}
    found = [(i.expression, i.mape) for i in search(y, columns)]
    expected = exhaustive(y, columns)
    assert [expression for expression, _ in found] == [expression for expression, _ in expected]
    assert [mape for _, mape in found] == pytest.approx([mape for _, mape in expected], abs=1e-11)
    assert len(found) >= [KEPT, 10, 2][seed % 3]


def test_bike_sharing() -> None:
    """cnt = casual + registered, on all rows."""
    frame = duckdb.read_parquet(str(DEMO / "demo_bike_sharing.parquet")).df()
    columns = {name: frame[name] for name in frame.select_dtypes("number")}
    found = table([node("cnt", column="cnt")], [frame["cnt"]], columns)
    assert found.iloc[0][["identity", "sample_mape", "sample_r_squared"]].tolist() == ["casual + registered", 0, 1]
    assert found.query("metric == 'cnt'")["identity"].tolist() == ["casual + registered"]


def test_northwind() -> None:
    """Revenue is quantity times price less the discount, which no identity of three columns says."""
    frame = (
        duckdb.read_parquet(str(DEMO / "demo_northwind.parquet"))
        .df()
        .astype({"unit_price": float, "discount": float, "revenue": float})
    )
    columns = {
        name: frame[name]
        for name in (
            "order_id",
            "employee_id",
            "ship_via",
            "product_id",
            "unit_price",
            "quantity",
            "discount",
            "revenue",
        )
    }
    found = table([node("revenue", column="revenue")], [frame["revenue"]], columns).iloc[0]
    error = ((frame["revenue"] - frame["quantity"] * frame["unit_price"]).abs() / frame["revenue"]).mean()
    assert found["identity"] == "quantity * unit_price"
    assert found["sample_mape"] == pytest.approx(error)
    kept = columns | {"kept": 1 - frame["discount"]}
    assert (
        table([node("revenue", column="revenue")], [frame["revenue"]], kept).iloc[0]["identity"]
        == "kept * quantity * unit_price"
    )


def test_forty_columns_of_twenty_thousand_rows_are_searched_in_seconds() -> None:
    columns = {f"c{i:02}": values for i, values in enumerate(noise(23, 20_000, 40).values())}
    start = time.perf_counter()
    assert best(columns["c03"] * columns["c17"] / columns["c31"], columns).expression == "c03 * c17 / c31"
    assert time.perf_counter() - start < 10
