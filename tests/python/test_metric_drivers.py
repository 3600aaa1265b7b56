"""Identities, drivers, closure and residuals: planted truths, brute force, and random tables with negatives and zeros."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import MACROS, Warehouse, consumer, on_both_engines
from scipy import stats
from shared_build import Case, Declares, SharedBuild

shared = SharedBuild()


def shop_rows(n: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Return two months of a shop where traffic rises on the web, price everywhere, and the app loses a tenth of its revenue."""
    random = np.random.default_rng(seed)
    current = np.arange(n) % 2 == 1
    channel = np.array(["web", "app", "store"])[random.integers(0, 3, n)]
    day = random.integers(1, 29, n)
    traffic = random.integers(100, 200, n) + np.where(current & (channel == "web"), 30, 0)
    conversion = random.integers(10, 60, n) / 1000
    price = random.integers(100, 150, n) / 10 + np.where(current, 1.5, 0)
    orders = traffic * conversion
    factor = np.where(current & (channel == "app"), 0.9, 1.0)
    return pd.DataFrame({
        "order_date": pd.to_datetime([f"2024-{2 if c else 1:02}-{d:02}" for c, d in zip(current, day, strict=True)]).date,
        "channel": channel,
        "region": np.array(["n", "e", "s", "w"])[random.integers(0, 4, n)],
        "shop_no": channel,
        "traffic": traffic,
        "conversion": conversion,
        "price": price,
        "orders": orders,
        "revenue": orders * price * factor,
        "customer": random.integers(0, 500, n).astype(str),
    })  # fmt: skip


def shop(path: str, **fields: Any) -> dict[str, Any]:
    """Return an analysis of the shop."""
    return {
        "name": "shop",
        "relation": {"file": path},
        "time": {"column": "order_date", "grain": "month"},
        "current": ["2024-02-01", "2024-02-29"],
        "compare": {"to": ["2024-01-01", "2024-01-31"]},
        "dimensions": ["channel", "region"],
        "metrics": [
            {"name": "revenue", "agg": "sum"},
            {"name": "orders", "agg": "sum"},
            {"name": "order_value", "numerator": "revenue", "denominator": "orders"},
        ],
        "rank_by": "revenue",
        **fields,
    }


def shapley(function: Callable[..., float], baseline: Sequence[float], current: Sequence[float]) -> list[float]:
    """Return the Shapley values of the arguments of a function: the mean of their steps over all orders."""
    n = len(baseline)
    values = [0.0] * n
    for order in itertools.permutations(range(n)):
        at = list(baseline)
        for k in order:
            before = function(*at)
            at[k] = current[k]
            values[k] += (function(*at) - before) / math.factorial(n)
    return values


def sides(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of January and those of February."""
    month = pd.to_datetime(rows["order_date"]).dt.month
    return rows[month == 1], rows[month == 2]


DRIVER_TABLES = [
    "metric_identities", "metric_drivers", "metric_closure", "metric_residual_segments", "metric_driver_segments",
]  # fmt: skip


def built(warehouse: Warehouse, analyses: list[dict[str, Any]], only: str | Sequence[str] = DRIVER_TABLES) -> Warehouse:
    """Build the tables with all of their tests."""
    run = warehouse.build(analyses, only=only)
    assert run.success, run.log
    return warehouse


@shared.test
def test_tree_of_planted_drivers(warehouse: Case) -> Declares:
    rows = shop_rows()
    yield [shop(warehouse.frame("shop.parquet", rows))]
    identities = warehouse.query("select * from metric_identities where is_selected").set_index("metric")
    assert identities["identity"].to_dict() == {
        "order_value": "revenue / orders", "revenue": "orders * price", "orders": "conversion * traffic",
    }  # fmt: skip
    assert identities["parent_metric"].fillna("").to_dict() == {
        "order_value": "", "revenue": "", "orders": "revenue",
    }  # fmt: skip
    fitted = rows["orders"] * rows["price"]
    mape = (abs(rows["revenue"] - fitted) / rows["revenue"]).mean()
    r_squared = 1 - ((rows["revenue"] - fitted) ** 2).sum() / ((rows["revenue"] - rows["revenue"].mean()) ** 2).sum()
    assert identities.loc["revenue", ["n_rows", "mape", "r_squared"]].tolist() == pytest.approx([3000, mape, r_squared])

    drivers = warehouse.query("select * from metric_drivers").set_index(["metric", "method", "driver"])
    before, after = sides(rows)
    totals = [
        (side["orders"].sum(), (side["orders"] * side["price"]).sum() / side["orders"].sum())
        for side in (before, after)
    ]
    expected = shapley(lambda a, b: a * b, *totals)
    found = drivers.loc["revenue", "shapley"]
    assert found.loc[["orders", "price"], "contribution"].tolist() == pytest.approx(expected, rel=1e-9)
    assert found.loc[["orders", "price"], "baseline_value"].tolist() == pytest.approx(totals[0], rel=1e-9)
    assert found.loc[["orders", "price"], "current_value"].tolist() == pytest.approx(totals[1], rel=1e-9)
    lost = (after["revenue"] - after["orders"] * after["price"]).sum()
    assert lost < 0 and found.loc["residual", "contribution"] == pytest.approx(lost, rel=1e-9)
    change = after["revenue"].sum() - before["revenue"].sum()
    assert found["contribution"].sum() == pytest.approx(change, rel=1e-9)
    assert found["share_of_change"].sum() == pytest.approx(1, rel=1e-9)
    assert found["contribution_pct"].sum() == pytest.approx(change / before["revenue"].sum(), rel=1e-9)
    assert found.loc["residual", "driver_rank"] == 3

    below = drivers.loc["orders", "shapley"]
    totals = [(side["traffic"].sum(), side["orders"].sum() / side["traffic"].sum()) for side in (before, after)]
    assert below.loc[["traffic", "conversion"], "contribution"].tolist() == pytest.approx(
        shapley(lambda a, b: a * b, *totals), rel=1e-9
    )
    ratio = drivers.loc["order_value", "shapley"]
    totals = [(side["revenue"].sum(), side["orders"].sum()) for side in (before, after)]
    assert ratio.loc[["revenue", "orders"], "contribution"].tolist() == pytest.approx(
        shapley(lambda a, b: a / b, *totals), rel=1e-9
    )

    closure = warehouse.query("select * from metric_closure").set_index("metric")
    assert closure["is_closed"].all()
    assert closure.loc["revenue", "explained_share"] == pytest.approx((change - lost) / change, rel=1e-9)
    assert closure.loc["revenue", "residual_pct"] == pytest.approx(lost / before["revenue"].sum(), rel=1e-9)

    # the app alone does not follow the identity, and only now
    residuals = warehouse.query("select * from metric_residual_segments order by residual_rank")
    first = residuals.iloc[0]
    assert (first["dimensions"], first["segment"]) == ("channel", "app") and first["q_value"] < 1e-6
    assert first["current_residual"] == pytest.approx(lost, rel=1e-9) and first["baseline_residual"] == 0
    assert first["share_of_residual"] == pytest.approx(1, rel=1e-9)
    misfit = [(side["revenue"] - side["orders"] * side["price"])[side["region"] == "n"] for side in (before, after)]
    north = residuals[(residuals["dimensions"] == "region") & (residuals["segment"] == "n")].iloc[0]
    assert north["p_value"] == pytest.approx(stats.ttest_ind(misfit[1], misfit[0], equal_var=False).pvalue, rel=1e-6)
    assert north["n_rows"] == len(misfit[0]) + len(misfit[1])
    assert north["mean_residual"] == pytest.approx(pd.concat(misfit).mean(), rel=1e-9)

    parts = warehouse.query("select * from metric_driver_segments where metric = 'revenue' and dimensions = 'channel'")
    parts = parts.pivot(index="segment", columns="driver", values="contribution")
    by_channel = [side.groupby("channel").sum(numeric_only=True) for side in (before, after)]
    changes = by_channel[1]["revenue"] - by_channel[0]["revenue"]
    assert parts.sum(axis=1).to_dict() == pytest.approx(changes.to_dict(), rel=1e-9)
    assert parts["volume"].sum() == pytest.approx(expected[0], rel=1e-9)
    assert (parts["mix"] + parts["price"]).sum() == pytest.approx(expected[1], rel=1e-9)
    assert set(parts.columns) == {"volume", "mix", "price", "residual"}


Row = Callable[[pd.Series, pd.Series, pd.Series, pd.Series], pd.Series]
IDENTITIES: dict[str, Row] = {
    "a * b * (1 - c)": lambda a, b, c, d: a * b * (1 - c),
    "100 * a / d": lambda a, b, c, d: 100 * a / d,
    "a / (b * d)": lambda a, b, c, d: a / (b * d),
    "a * b * c * d": lambda a, b, c, d: a * b * c * d,
    "2 * (a - b + c)": lambda a, b, c, d: 2 * (a - b + c),
    "a * b + c * d": lambda a, b, c, d: a * b + c * d,
}


def chained(text: str, rows: pd.DataFrame) -> tuple[list[str], list[float], Callable[..., float]]:
    """Return the drivers of an identity, their totals, and the identity as a function of these.

    Of a product a is the sum, each factor after it a mean weighted by the product of those before.
    """
    a, b, c, d = (rows[name] for name in "abcd")
    if text == "2 * (a - b + c)":
        return ["a", "b", "c"], [a.sum(), b.sum(), c.sum()], lambda x, y, z: 2 * (x - y + z)
    if text == "a * b + c * d":
        return ["a * b", "c * d"], [(a * b).sum(), (c * d).sum()], lambda x, y: x + y
    constant, chain = {
        "a * b * (1 - c)": (1, [("a", a, 1), ("b", b, 1), ("1 - c", 1 - c, 1)]),
        "100 * a / d": (100, [("a", a, 1), ("d", d, -1)]),
        "a / (b * d)": (1, [("a", a, 1), ("b", b, -1), ("d", d, -1)]),
        "a * b * c * d": (1, [("a", a, 1), ("b", b, 1), ("c", c, 1), ("d", d, 1)]),
    }[text]
    product = pd.Series(1.0, index=rows.index)
    totals: list[float] = []
    for _, factor, power in chain:
        before, product = product, product * factor**power
        totals.append((product.sum() / (before.sum() if totals else 1)) ** power)
    powers = [power for _, _, power in chain]
    return (
        [name for name, _, _ in chain],
        totals,
        lambda *x: constant * math.prod(v**p for v, p in zip(x, powers, strict=True)),
    )


@shared.test
def test_given_identities_of_every_form(warehouse: Case) -> Declares:
    random = np.random.default_rng(5)
    n = 400
    rows = pd.DataFrame({
        "order_date": [pd.Timestamp(f"2024-0{1 + i % 2}-{1 + i % 28:02}").date() for i in range(n)],
        "kind": random.choice(["x", "y", "z"], n),
        "a": random.normal(50, 30, n).round(2),
        "b": random.uniform(0.5, 3, n).round(3),
        "c": random.uniform(0, 0.9, n).round(3),
        "d": random.uniform(1, 9, n).round(3),
        "noise": random.normal(0, 1, n),
    })  # fmt: skip
    analyses = []
    for number, (text, value) in enumerate(IDENTITIES.items()):
        rows[f"y{number}"] = value(rows["a"], rows["b"], rows["c"], rows["d"]) + rows["noise"]
        analyses.append({
            "name": f"given_{number}", "time": {"column": "order_date", "grain": "month"},
            "dimensions": ["kind"], "metrics": [{"name": f"y{number}", "agg": "sum"}], "rank_by": f"y{number}",
            "compare": {"to": "previous"}, "current": "latest",
            "drivers": {"metric": f"y{number}", "identity": text, "extensive": ["a"] if text[0] != "2" else []},
        })  # fmt: skip
    path = warehouse.frame("given.parquet", rows)
    analyses = [{**analysis, "relation": {"file": path}} for analysis in analyses]
    yield analyses
    # a driver may have an identity of its own, by accident of these numbers
    drivers = warehouse.query("select * from metric_drivers where metric like 'y%'").set_index(["analysis", "driver"])
    closure = warehouse.query("select * from metric_closure where metric like 'y%'").set_index("analysis")
    before, after = sides(rows)
    for number, text in enumerate(IDENTITIES):
        names, baseline, function = chained(text, before)
        _, current, _ = chained(text, after)
        found = drivers.loc[f"given_{number}"]
        assert set(found.index) == {*names, "residual"}, text
        assert found.loc[names, "baseline_value"].tolist() == pytest.approx(baseline, rel=1e-9), text
        assert found.loc[names, "contribution"].tolist() == pytest.approx(
            shapley(function, baseline, current), rel=1e-9, abs=1e-9
        ), text
        noise = after["noise"].sum() - before["noise"].sum()
        assert found.loc["residual", "contribution"] == pytest.approx(noise, rel=1e-6), text
        assert closure.loc[f"given_{number}", "is_closed"]


@shared.test
def test_averages_weigh_their_drivers(warehouse: Case) -> Declares:
    rows = shop_rows(600, seed=3)
    rows.loc[::7, "revenue"] = np.nan
    metrics = [{"name": "mean_revenue", "agg": "avg", "expr": "revenue"}]
    yield [shop(warehouse.frame("shop.parquet", rows), metrics=metrics, rank_by="mean_revenue")]
    drivers = warehouse.query("select * from metric_drivers").set_index(["metric", "driver"])
    values, totals = [], []
    for side in sides(rows):
        known = side[side["revenue"].notna()]
        values.append(known["revenue"].mean())
        totals.append([known["orders"].mean(), (known["orders"] * known["price"]).sum() / known["orders"].sum()])
    found = drivers.loc["mean_revenue"]
    assert found.loc[["orders", "price"], "contribution"].tolist() == pytest.approx(
        shapley(lambda a, b: a * b, *totals), rel=1e-9
    )
    assert found["contribution"].sum() == pytest.approx(values[1] - values[0], rel=1e-9)
    parts = warehouse.query(
        "select * from metric_driver_segments where metric = 'mean_revenue' and dimensions = 'channel'"
    )
    assert parts["contribution"].sum() == pytest.approx(values[1] - values[0], rel=1e-9)
    assert set(parts["driver"]) == {"mix", "orders", "price", "residual"}


@shared.test
def test_nothing_fits(warehouse: Case) -> Declares:
    random = np.random.default_rng(2)
    rows = shop_rows(500)
    rows["revenue"] = random.lognormal(3, 2, 500)
    yield [shop(warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}])]
    assert warehouse.query("select * from metric_identities").empty
    drivers = warehouse.query("select * from metric_drivers")
    assert drivers["driver"].tolist() == ["residual"] and drivers["share_of_change"].tolist() == [1]
    closure = warehouse.query("select * from metric_closure").iloc[0]
    assert closure["explained"] == 0 and closure["explained_share"] == 0 and closure["is_closed"]
    assert closure["note"] == "no identity of the columns fits"
    assert warehouse.query("select * from metric_residual_segments").empty


@shared.test
def test_calendar_is_a_driver_of_its_own(warehouse: Case) -> Declares:
    days = pd.date_range("2024-01-01", "2024-02-29")
    rows = pd.DataFrame({"order_date": days.date, "channel": "web", "orders": np.where(days.dayofweek < 5, 100, 20)})
    rows["price"] = np.where(days.month == 1, 10.0, 11.0)
    rows["revenue"] = rows["orders"] * rows["price"]
    analysis = shop(warehouse.frame("shop.parquet", rows), dimensions=["channel"], drivers={"calendar_effect": True})
    yield [analysis]
    found = warehouse.query("select * from metric_drivers where metric = 'revenue'").set_index("driver")
    before, after = sides(rows)
    weekdays = [side.groupby(pd.to_datetime(side["order_date"]).dt.dayofweek)["revenue"] for side in (before, after)]
    expected = (weekdays[0].mean() * weekdays[1].count()).sum()
    assert found.loc["calendar", "contribution"] == pytest.approx(expected - before["revenue"].sum(), rel=1e-9)
    assert found.loc["calendar", ["baseline_value", "current_value"]].tolist() == [31, 29]
    # every weekday sells what it did: with the days taken out only the price moved
    assert found.loc["orders", "contribution"] == pytest.approx(0, abs=1e-6)
    assert found["contribution"].sum() == pytest.approx(after["revenue"].sum() - before["revenue"].sum(), rel=1e-9)
    parts = warehouse.query("select * from metric_driver_segments where metric = 'revenue'").set_index("driver")
    assert parts.loc["calendar", "contribution"] == pytest.approx(found.loc["calendar", "contribution"], rel=1e-9)
    assert parts["contribution"].sum() == pytest.approx(after["revenue"].sum() - before["revenue"].sum(), rel=1e-9)


@shared.test
def test_regression_and_distinct_counts(warehouse: Case) -> Declares:
    rows = shop_rows(4000, seed=8)
    rows["revenue"] = 5 * rows["traffic"] + 80 + np.random.default_rng(0).normal(0, 20, 4000)
    expressions = ["sum(traffic)", "count(*)", "avg(price)", "sum(orders)", "count_distinct(customer)"]
    yield [shop(
        warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}],
        drivers={"identity": "none", "methods": ["regression"], "expressions": expressions},
    )]  # fmt: skip
    drivers = warehouse.query("select * from metric_drivers").set_index(["method", "driver"])
    before, after = sides(rows)
    cells = rows.groupby(["order_date", "channel", "region"]).agg(
        y=("revenue", "sum"), traffic=("traffic", "sum"), n=("revenue", "size"), price=("price", "mean"), orders=("orders", "sum")
    ).reset_index()  # fmt: skip
    import statsmodels.api as sm

    names = {"sum(traffic)": "traffic", "count(*)": "n", "avg(price)": "price", "sum(orders)": "orders"}
    kept = [name for name in names if ("regression", name) in drivers.index]
    lag = math.floor(4 * (cells["order_date"].nunique() / 100) ** (2 / 9))
    fit = sm.OLS(cells["y"], sm.add_constant(cells[[names[name] for name in kept]])).fit(
        cov_type="hac-groupsum", cov_kwds={"time": cells["order_date"].rank(method="dense").astype(int).to_numpy(), "maxlags": lag, "use_correction": "cluster"},
    )  # fmt: skip
    month = pd.to_datetime(cells["order_date"]).dt.month
    for name in kept:
        change = cells.loc[month == 2, names[name]].sum() - cells.loc[month == 1, names[name]].sum()
        row = drivers.loc[("regression", name)]
        assert row["contribution"] == pytest.approx(fit.params[names[name]] * change, rel=1e-6), name
        assert row["standard_error"] == pytest.approx(fit.bse[names[name]] * abs(change), rel=1e-6), name
    change = after["revenue"].sum() - before["revenue"].sum()
    for method in ("regression", "rate"):
        assert drivers.loc[method, "contribution"].sum() == pytest.approx(change, rel=1e-9)
    totals = [
        (side["customer"].nunique(), side["revenue"].sum() / side["customer"].nunique()) for side in (before, after)
    ]
    assert drivers.loc["rate", "contribution"][
        ["count_distinct(customer)", "revenue per count_distinct(customer)"]
    ].tolist() == (pytest.approx(shapley(lambda a, b: a * b, *totals), rel=1e-9))
    closure = warehouse.query("select * from metric_closure").set_index("method")
    assert closure["is_closed"].all() and closure.loc["regression", "explained_share_error"] > 0


@on_both_engines
def test_lmdi(warehouse: Warehouse) -> None:
    """The example of Ang (2005): energy of two sectors from activity, structure and intensity; and its limits at 0."""
    warehouse.project = consumer(warehouse.folder, parts=MACROS)
    cases = {
        "sector_1": [(50, 80), (0.2, 0.5), (3.0, 2.0)],
        "sector_2": [(50, 80), (0.8, 0.5), (0.5, 0.4)],
        "from_zero": [(0, 10), (2.0, 3.0), (1.0, 1.0)],
        "from_two_zeros": [(0, 10), (0, 3.0), (2.0, 1.0)],
        "to_zero": [(10, 5), (2.0, 0), (1.0, 3.0)],
        "zero_twice": [(0, 10), (2.0, 0), (1.0, 3.0)],
        "hardly_moved": [(10, 10 + 1e-9), (2.0, 2.0), (1.0, 1.0)],
    }
    selects = []
    for name, factors in cases.items():
        sql = [
            f"cast({pair[s]!r} as double precision) as {side}_factor_{k}"
            for k, pair in enumerate(factors, 1)
            for s, side in enumerate(("baseline", "current"))
        ]
        sql += [
            f"cast({math.prod(pair[s] for pair in factors)!r} as double precision) as {side}_product"
            for s, side in enumerate(("baseline", "current"))
        ]
        selects.append(f"select '{name}' as name, {', '.join(sql)}")
    names = "['factor_1', 'factor_2', 'factor_3']"
    values = ", ".join(f"{{{{ whence.metric_lmdi({names}, 'factor_{k}', 'product') }}}} as lmdi_{k}" for k in (1, 2, 3))
    (warehouse.project / "models" / "lmdi.sql").write_text(
        f"select name, {values} from ({' union all '.join(selects)}) as cases"
    )
    assert (run := warehouse.dbt("run", "--select", "lmdi")).success, run.log
    found = warehouse.query("select * from lmdi").set_index("name")
    energy = found.loc[["sector_1", "sector_2"]].sum()
    mean = [50 / math.log(80 / 30), -4 / math.log(16 / 20)]
    assert energy.tolist() == pytest.approx([
        sum(mean) * math.log(1.6), mean[0] * math.log(2.5) + mean[1] * math.log(0.625), mean[0] * math.log(2 / 3) + mean[1] * math.log(0.8),
    ])  # fmt: skip
    assert energy.sum() == pytest.approx(46)
    assert found.loc["from_zero"].tolist() == [30, 0, 0]
    assert found.loc["from_two_zeros"].tolist() == [15, 15, 0]
    assert found.loc["to_zero"].tolist() == [0, -20, 0]
    assert found.loc["zero_twice"].tolist() == [0, 0, 0]
    assert found.loc["hardly_moved", "lmdi_1"] == pytest.approx(2e-9, rel=1e-6)


def test_lmdi_of_a_negative_factor_is_shapley(warehouse: Warehouse) -> None:
    rows = shop_rows(400)
    rows["price"] -= 100
    rows["revenue"] = rows["orders"] * rows["price"]
    built(warehouse, [shop(
        warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}], drivers={"methods": ["shapley", "lmdi"]},
    )])  # fmt: skip
    drivers = warehouse.query("select * from metric_drivers where metric = 'revenue'").pivot(
        index="driver", columns="method", values="contribution"
    )
    assert drivers["lmdi"].tolist() == drivers["shapley"].tolist()
    notes = warehouse.query("select * from metric_closure where metric = 'revenue'").set_index("method")["note"]
    assert notes["lmdi"] == "a factor is negative, which has no logarithm: Shapley values instead"


@shared.test
def test_random_tables_close(warehouse: Case) -> Declares:
    """Negatives, zeros, missing values, sides and segments: whatever the data, all parts add up; reversed, signs flip."""
    random = np.random.default_rng(11)
    frames, analyses = [], []
    for number in range(12):
        n = int(random.integers(4, 40))
        frame = pd.DataFrame({
            "no": number, "side": random.choice(["before", "after"], n), "kind": random.choice(["x", "y", "z"], n),
            "a": random.choice([-2.0, -1.0, 0.0, 1.0, 5.0, 7.5], n), "b": random.choice([-1.5, 0.0, 0.25, 2.0, 3.0], n),
            "c": random.choice([0.0, 1.0, 4.0], n),
        })  # fmt: skip
        frame["y"] = frame["a"] * frame["b"] + random.choice([0, 0, 0.5], n)
        frame.loc[random.random(n) < 0.1, "b"] = np.nan
        frame.loc[random.random(n) < 0.1, "y"] = np.nan
        frame.loc[0, "side"], frame.loc[1, "side"] = "before", "after"
        frames.append(frame)
    path = warehouse.frame("random.parquet", pd.concat(frames))
    for number, identity, way in itertools.product(range(12), ["a * b", "a / c", "a - b + c"], [0, 1]):
        two = ["before", "after"][:: 1 if way == 0 else -1]
        analyses.append({
            "name": f"r{number}_{'pqs'[['a * b', 'a / c', 'a - b + c'].index(identity)]}_{way}", "relation": {"file": path}, "where": f"no = {number}",
            "compare": {"to": {"column": "side", "baseline": two[0], "current": two[1]}}, "dimensions": ["kind"],
            "metrics": [{"name": "y", "agg": "sum"}], "rank_by": "y",
            "drivers": {"identity": identity, "methods": ["shapley", "lmdi"], "extensive": ["a"]},
        })  # fmt: skip
    yield analyses
    closure = warehouse.query("select * from metric_closure")
    assert len(closure) == 2 * len(analyses) and closure["is_closed"].all()
    drivers = warehouse.query("select * from metric_drivers where method = 'shapley'").pivot(
        index="analysis", columns="driver", values="contribution"
    )
    forward, backward = (drivers[drivers.index.str.endswith(f"_{way}")].to_numpy() for way in (0, 1))
    assert np.allclose(forward, -backward, rtol=1e-9, atol=1e-9, equal_nan=True)
    segments = warehouse.query("""
        select s.analysis, s.dimensions, s.segment, sum(s.contribution) as parts, max(m.change) as change
        from metric_driver_segments as s inner join metric_movers as m
            on s.analysis = m.analysis and s.metric = m.metric and s.dimensions = m.dimensions and s.segment = m.segment
        group by 1, 2, 3
    """)
    assert np.allclose(segments["parts"].astype(float), segments["change"].astype(float), rtol=1e-9, atol=1e-9)


@shared.test
def test_segments_of_the_same_rows_are_one(warehouse: Case) -> Declares:
    """Shops and channels are the same rows: one residual segment stands for both, and for their pair."""
    rows = shop_rows()
    rows["shop_no"] = rows["channel"].map({"web": "shop 1", "app": "shop 2", "store": "shop 3"})
    yield [shop(warehouse.frame("shop.parquet", rows), dimensions=["channel", "shop_no", "region"])]
    found = warehouse.query("select * from metric_residual_segments where metric = 'revenue'").set_index(
        "residual_rank"
    )
    assert found.loc[1, ["dimensions", "segment"]].tolist() == ["channel", "app"]
    assert found.loc[1, "aliases"] == r"shop_no = shop 2 | channel \| shop_no = app \| shop 2"
    assert not ((found["dimensions"] == "shop_no") | (found["dimensions"] == "channel | shop_no")).any()
    pair = found[found["dimensions"] == "channel | region"].iloc[0]
    assert pair["aliases"] == rf"shop_no \| region = shop 2 \| {pair['segment'].split(' | ')[1]}"


@shared.test
def test_a_constant_misfit_on_one_side(warehouse: Case) -> Declares:
    """One side has no rows of a segment, and the misfit has no variance: as sure as can be."""
    rows = shop_rows(300)
    rows["revenue"] = rows["orders"] * rows["price"]
    current = pd.to_datetime(rows["order_date"]).dt.month == 2
    rows.loc[current & (rows["region"] == "n"), "revenue"] += 5
    rows = rows[current | (rows["region"] != "n")]
    yield [shop(warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}])]
    found = warehouse.query("select * from metric_residual_segments where dimensions = 'region'").iloc[0]
    n = int((current & (rows["region"] == "n")).sum())
    assert (found["segment"], found["n_rows"], found["p_value"]) == ("n", n, 0)
    assert found["residual_change"] == pytest.approx(5 * n) and found["mean_residual"] == pytest.approx(5)


@shared.test
def test_numbers_written_as_text_are_drivers(warehouse: Case) -> Declares:
    rows = pd.DataFrame({
        "order_date": [pd.Timestamp(f"2024-0{1 + i % 2}-{1 + i % 28:02}").date() for i in range(200)],
        "channel": "web", "quantity": [1 + i % 7 for i in range(200)],
        "price": [f"{1000 + 37 * (i % 29):,}.50" if i % 5 else f"({100 + i % 13})" for i in range(200)],
    })  # fmt: skip
    price = rows["price"].str.replace(",", "").str.replace(r"\((.*)\)", r"-\1", regex=True).astype(float)
    rows["revenue"] = rows["quantity"] * price
    path = warehouse.frame("shop.parquet", rows)
    given = {"dimensions": ["channel"], "metrics": [{"name": "revenue", "agg": "sum"}]}
    yield [shop(path, **given), shop(path, **given, numeric_text=True) | {"name": "read"}]
    assert warehouse.query("select analysis, identity from metric_identities").to_numpy().tolist() == [
        ["read", "price * quantity"]
    ]
    said = warehouse.query("select headline from metric_insights where kind = 'data_quality'")["headline"].tolist()
    assert said.count("column price is text; 100 % of its values read as numbers") == 2
    drivers = warehouse.query("select * from metric_drivers where analysis = 'read'").set_index("driver")
    before, after = ((side["quantity"].sum(), side["revenue"].sum() / side["quantity"].sum()) for side in sides(rows))
    assert drivers.loc[["quantity", "price"], "contribution"].tolist() == pytest.approx(
        shapley(lambda a, b: a * b, before, after), rel=1e-9
    )


@shared.test
def test_chains_of_distinct_counts(warehouse: Case) -> Declares:
    """Two of them, a side without rows, and windows of different lengths, where they do not compare."""
    rows = shop_rows(2000, seed=9)
    rows["visit"] = [f"{a}-{b}" for a, b in zip(rows["customer"], np.arange(2000) % 3, strict=True)]
    before, after = sides(rows)
    metrics = [
        {"name": "revenue", "agg": "sum"},
        {"name": "customers", "agg": "count_distinct", "expr": "customer"},
        {"name": "per_customer", "numerator": "revenue", "denominator": "customers"},
    ]
    drivers = {"identity": "none", "metric": "revenue", "methods": ["shapley"], "expressions": ["count_distinct(customer)", "count_distinct(visit)"]}  # fmt: skip
    path, later = warehouse.frame("shop.parquet", rows), warehouse.frame("later.parquet", after)
    shared = {"metrics": metrics, "drivers": drivers}
    yield [
        shop(path, **shared), shop(later, **shared) | {"name": "no_baseline"},
        shop(path, **shared) | {"name": "scaled", "compare": {"to": {"trailing": 2}}},
    ]  # fmt: skip
    names = ["count_distinct(customer)", "count_distinct(visit) per count_distinct(customer)", "revenue per count_distinct(visit)"]  # fmt: skip
    found = warehouse.query("select * from metric_drivers").set_index(["analysis", "metric", "method", "driver"])
    totals = []
    for side in (before, after):
        customers, visits, revenue = side["customer"].nunique(), side["visit"].nunique(), side["revenue"].sum()
        totals.append((customers, visits / customers, revenue / visits))
    chain = found.loc["shop", "revenue", "rate"].loc[names]
    assert chain["contribution"].tolist() == pytest.approx(shapley(lambda a, b, c: a * b * c, *totals), rel=1e-9)
    assert chain["baseline_value"].tolist() == pytest.approx(totals[0], rel=1e-9)
    alone = found.loc["no_baseline", "revenue", "rate"]
    assert alone.loc[names, "contribution"].tolist() == pytest.approx([after["revenue"].sum(), 0, 0], rel=1e-9)
    assert alone.loc["residual", "contribution"] == 0
    closure = warehouse.query("select * from metric_closure").set_index(["analysis", "metric", "method"])
    for metric, method in (("revenue", "rate"), ("per_customer", "shapley")):
        row = closure.loc["scaled", metric, method]
        assert row["note"] == "distinct counts of windows of different lengths do not compare"
        assert row["explained"] == 0 and row["residual"] == pytest.approx(row["change"], rel=1e-12)
        assert (found.loc["scaled", metric, method]["contribution"].drop("residual") == 0).all()
        assert pd.isna(closure.loc["shop", metric, method]["note"])
    assert closure["is_closed"].dropna().all()


@shared.test
def test_expressions_of_every_type(warehouse: Case) -> Declares:
    """Flags are counted; a segment without a value to average on a day is no cell; of a side without rows all counts."""
    rows = shop_rows(3000, seed=10)
    rows["is_new"] = rows["traffic"] > 150
    rows["score"] = np.where(
        (rows["channel"] == "app") & (pd.to_datetime(rows["order_date"]).dt.day > 20), np.nan, rows["price"]
    )
    rows["revenue"] = 3 * rows["traffic"] + 40 * rows["is_new"] + 7 * rows["price"]
    given = {
        "metrics": [{"name": "revenue", "agg": "sum"}],
        "drivers": {"identity": "none", "methods": ["regression"], "expressions": ["sum(is_new)", "avg(score)", "sum(traffic * 2)"]},
    }  # fmt: skip
    _, after = sides(rows)
    later = warehouse.frame("later.parquet", after)
    yield [shop(warehouse.frame("shop.parquet", rows), **given), shop(later, **given) | {"name": "no_baseline"}]
    found = warehouse.query("select * from metric_drivers").set_index(["analysis", "driver"])
    cells = rows.groupby(["order_date", "channel", "region"]).agg(
        y=("revenue", "sum"), is_new=("is_new", "sum"), score=("score", "mean"), traffic=("traffic", "sum")
    ).reset_index().dropna()  # fmt: skip
    import statsmodels.api as sm

    for analysis, first in (("shop", 1), ("no_baseline", 2)):
        month = pd.to_datetime(cells["order_date"]).dt.month
        used = cells[month >= first]
        x = sm.add_constant(used[["is_new", "score", "traffic"]]).rename(columns={"const": "intercept"})
        fit = sm.OLS(used["y"], x).fit()
        change = x[month[x.index] == 2].sum() - x[month[x.index] == 1].sum()
        names = {
            "is_new": "sum(is_new)",
            "score": "avg(score)",
            "traffic": "sum((traffic * 2))",
            "intercept": "intercept",
        }
        for name, driver in names.items():
            row = found.loc[analysis].filter(like=driver.replace("((", "(").replace("))", ")"), axis=0).iloc[0]
            assert row["contribution"] == pytest.approx(fit.params[name] * change[name], rel=1e-6), (analysis, name)
    assert warehouse.query("select * from metric_closure")["is_closed"].all()


def test_presets_that_are_too_wide_name_the_rest(warehouse: Warehouse) -> None:
    rows = shop_rows(400, seed=11)
    random = np.random.default_rng(0)
    for i in range(24):
        rows[f"amount_{i:02}"] = random.normal(100, 10, 400)
        rows[f"visitor_{i:02}_id"] = random.integers(0, 200 + i, 400).astype(str)
    built(warehouse, [shop(
        warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}], drivers={"preset": "mixed"},
    )])  # fmt: skip
    notes = warehouse.query("select * from metric_closure").set_index("method")["note"]
    assert notes["rate"].startswith("left out, beyond 7: count_distinct(")
    assert notes["rate"].count("count_distinct(") == 17 and notes["regression"].count("(beyond 20)") >= 4


@shared.test
def test_what_is_only_rounding(warehouse: Case) -> Declares:
    """A metric that stays, a fee in every row, and a sum of 0 whose terms are not: no moves, no misfit that moved."""
    random = np.random.default_rng(12)
    n = 400
    rows = pd.DataFrame({
        "order_date": [f"2024-{1 + i % 2:02}-{1 + i % 28:02}" for i in range(n)], "channel": np.array(["a", "b"])[random.integers(0, 2, n)],
        "region": "x", "orders": random.integers(1, 30, n), "price": random.integers(100, 900, n) / 100,
        "sensor": random.integers(0, 9, n).astype(str) + np.where(np.arange(n) % 2 == 1, "", "b"),
    })  # fmt: skip
    rows.loc[rows.index % 2 == 1, "sensor"] = "s" + (rows.index[rows.index % 2 == 1] % 11).astype(str)
    rows["fee"] = (rows["orders"] * rows["price"] + 0.10).round(2)
    rows["flat"] = 1.1
    rows["gross"], rows["refund"], rows["tax"] = 0.3, 0.1, 0.2
    rows.loc[::3, ["gross", "refund"]] = [5.5, 0.25]
    rows["net"] = (rows["gross"] - rows["refund"] - rows["tax"]).round(2)
    path = warehouse.frame("rows.parquet", rows)

    def analysis(name: str, **drivers: Any) -> dict[str, Any]:
        return shop(path, metrics=[{"name": name, "agg": "sum"}], rank_by=name, drivers=drivers) | {"name": name}

    yield [
        analysis("fee", identity="orders * price"), analysis("net", identity="gross - refund - tax"),
        analysis("flat", identity="none", expressions=["count_distinct(sensor)"]),
    ]  # fmt: skip
    residuals = warehouse.query("select * from metric_residual_segments").set_index("analysis")
    assert set(residuals.index) == {"fee"} and (residuals["p_value"] == 1).all()
    closure = warehouse.query("select * from metric_closure").set_index("analysis")
    assert closure.loc["flat", "method"] == "rate" and closure.loc["flat", "change"] == 0, "none: nothing else"
    assert closure.loc["net", "residual"] == 0
    chain = warehouse.query("select contribution from metric_drivers where analysis = 'flat' and driver <> 'residual'")
    assert (chain["contribution"].abs() > 1).all() and abs(chain["contribution"].sum()) < 1e-9


def test_what_has_no_identity_is_told_of_the_metric_asked_for(warehouse: Warehouse) -> None:
    """Whatever ranks segments; that a part of a ratio has none is no news."""
    random = np.random.default_rng(14)
    rows = shop_rows(400)[["order_date", "channel", "region", "orders"]]
    rows["revenue"] = random.lognormal(1, 1, 400) * np.where(np.arange(400) % 2 == 1, 2, 1)
    path = warehouse.frame("shop.parquet", rows)
    given = {"rank_by": "records", "dimensions": ["channel"]}
    built(warehouse, [
        shop(path, drivers={"metric": "revenue"}, **given),
        shop(path, drivers={"metric": "order_value"}, **given) | {"name": "ratio"},
    ], only="metric_insights")  # fmt: skip
    said = warehouse.query("select analysis, metric, headline from metric_insights where kind = 'residual'")
    assert said[["analysis", "metric"]].to_numpy().tolist() == [["shop", "revenue"]], said["headline"].tolist()
    assert said["headline"].iloc[0].endswith("is not explained: no identity of the columns fits")


@shared.test
def test_a_regression_where_no_identity_fits_is_told(warehouse: Case) -> Declares:
    rows = shop_rows(2000, seed=13)
    rows["revenue"] = 5 * rows["traffic"] + 80 + np.random.default_rng(0).normal(0, 20, 2000)
    rows = rows[["order_date", "channel", "region", "traffic", "revenue"]]
    yield [shop(
        warehouse.frame("shop.parquet", rows), metrics=[{"name": "revenue", "agg": "sum"}], drivers={"expressions": ["sum(traffic)"]},
    )]  # fmt: skip
    said = warehouse.query("select kind, headline from metric_insights where kind in ('driver', 'residual')")
    assert said["headline"].str.contains("; the regression explains ").sum() == 1, said["headline"].tolist()
    assert not said["headline"].str.contains("no identity").any()


@on_both_engines
def test_alerts_on_drivers(warehouse: Warehouse) -> None:
    """They watch the metric whose drivers are asked for, not the one that ranks segments."""
    rules = ["residual_pct < 0", "contribution > 0", "residual_change < -1e12", "explained_share < 2"]
    alerts = [*rules, {"rule": "contribution_pct > 0", "metric": "order_value"}]
    path = warehouse.frame("shop.parquet", shop_rows())
    built(warehouse, [shop(path, rank_by="orders", drivers={"metric": "revenue"}, alerts=alerts)], only="metric_alerts")
    found = warehouse.query("select * from metric_alerts").set_index("rule")
    assert (found.drop("contribution_pct > 0")["metric"] == "revenue").all()
    drivers = warehouse.query("select * from metric_drivers").set_index("metric")
    closure = warehouse.query("select * from metric_closure").set_index("metric").loc["revenue"]
    worst = drivers.loc["revenue"].nlargest(1, "contribution").iloc[0]
    assert found.loc["contribution > 0", ["observed", "segment"]].tolist() == [worst["contribution"], worst["driver"]]
    assert found.loc["contribution > 0", "n_breaches"] == (drivers.loc["revenue", "contribution"] > 0).sum()
    assert found.loc["residual_pct < 0", ["observed", "is_breached"]].tolist() == [closure["residual_pct"], True]
    assert found.loc["explained_share < 2", "observed"] == closure["explained_share"]
    assert found.loc["contribution_pct > 0", "observed"] == drivers.loc["order_value", "contribution_pct"].max()
    lowest = warehouse.query("select * from metric_residual_segments order by residual_change").iloc[0]
    row = found.loc["residual_change < -1e12"]
    assert row[["observed", "dimensions", "is_breached"]].tolist() == [
        lowest["residual_change"],
        lowest["dimensions"],
        False,
    ]
    run = warehouse.build(
        [shop(path, alerts=[{"rule": "contribution > 0", "metric": "records"}])], only="metric_alerts"
    )
    assert not run.success and "'records' is not a metric with drivers" in run.log and not run.stack_trace


@shared.test
def test_data_without_answers(warehouse: Case) -> Declares:
    """A metric that is always null, an empty baseline, constant columns, a relation without numbers."""
    rows = shop_rows(60)
    rows["nothing"] = np.nan
    rows["one"] = 1.0
    later = rows[pd.to_datetime(rows["order_date"]).dt.month == 2]
    analyses = [
        shop(warehouse.frame("shop.parquet", rows), metrics=[{"name": "nothing", "agg": "sum"}], rank_by="nothing"),
        shop(warehouse.frame("later.parquet", later)) | {"name": "no_baseline"},
        shop(warehouse.frame("few.parquet", rows[["order_date", "channel", "region", "one"]]), metrics=[{"name": "one", "agg": "avg"}], rank_by="one") | {"name": "constant"},
        shop(warehouse.frame("none.parquet", rows[["order_date", "channel", "region"]]), metrics=[], rank_by="records") | {"name": "records_only"},
    ]  # fmt: skip
    yield analyses
    closure = warehouse.query("select * from metric_closure").set_index(["analysis", "metric"])
    assert closure.loc[("shop", "nothing"), ["change", "residual"]].tolist() == [0, 0]
    assert closure.loc[("constant", "one"), ["change", "explained"]].tolist() == [0, 0]
    assert "records_only" not in closure.index.get_level_values(0)
    drivers = warehouse.query("select * from metric_drivers where analysis = 'no_baseline' and metric = 'revenue'")
    found = drivers.set_index("driver")["contribution"]
    assert found["orders"] == pytest.approx((later["orders"] * later["price"]).sum(), rel=1e-9) and found["price"] == 0


@shared.test
def test_identities_without_a_comparison(warehouse: Case) -> Declares:
    rows = pd.DataFrame({"shop": ["a", "b", "c"], "orders": [10, 20, 30], "price": [2.5, 3.0, 4.0]})
    rows["revenue"] = rows["orders"] * rows["price"]
    path = warehouse.frame("three.parquet", rows)
    given = {"relation": {"file": path}, "dimensions": ["shop"], "metrics": [{"name": "revenue", "agg": "sum"}]}
    yield [{"name": "asked", **given, "drivers": {"metric": "revenue"}}, {"name": "not_asked", **given}]
    found = warehouse.query("select analysis, identity, n_rows, is_selected from metric_identities")
    assert found.to_numpy().tolist() == [["asked", "orders * price", 3, True]]
    assert warehouse.query("select * from metric_drivers").empty


@on_both_engines
def test_snapshots_with_different_columns(warehouse: Warehouse) -> None:
    rows = shop_rows(200)
    rows["note"] = 1
    new = rows.assign(score=2.5, note="text", revenue=rows["revenue"] * 1.1)
    given = {
        "relation": {"file": warehouse.frame("new.parquet", new)}, "compare": {"to": {"file": warehouse.frame("old.parquet", rows)}},
        "dimensions": ["channel"], "metrics": [{"name": "revenue", "agg": "sum"}], "rank_by": "revenue",
    }  # fmt: skip
    built(warehouse, [{"name": "snapshots", **given}])
    assert warehouse.query("select * from metric_closure")["is_closed"].all()
    run = warehouse.build(
        [{"name": "snapshots", **given, "drivers": {"identity": "score * price"}}], only="metric_drivers"
    )
    assert not run.success and "has no column 'score'" in run.log and not run.stack_trace


@shared.test
def test_the_exact_one_of_near_ties(warehouse: Case) -> Declares:
    rows = shop_rows(300)
    rows["revenue"] = rows["orders"] * rows["price"]
    rows.insert(0, "list_price", rows["price"] * 1.0004)
    rows.loc[0, "revenue"] = 5.5e-18
    metrics = [{"name": "revenue", "agg": "sum"}]
    path = warehouse.frame("shop.parquet", rows.iloc[1:])
    tiny = shop(warehouse.frame("tiny.parquet", rows), metrics=metrics, drivers={"identity": "orders * price"})
    yield [shop(path, metrics=metrics), tiny | {"name": "tiny"}]
    found = warehouse.query(
        "select identity from metric_identities where analysis = 'shop' and metric = 'revenue' and is_selected"
    )
    assert found["identity"].tolist() == ["orders * price"]


def test_a_column_named_like_a_ratio(warehouse: Warehouse) -> None:
    """A daily table often has the ratio ready as a column; the two are not the same metric."""
    rows = shop_rows(300)
    rows["order_value"] = rows["price"]
    rows["list_price"] = rows["price"] * 2
    rows["half"] = rows["price"] / rows["list_price"] + 0.001 * (rows["traffic"] % 3)
    rows["order_value"] = rows["list_price"] * rows["half"]
    rows["revenue"] = rows["orders"] * rows["order_value"]
    built(warehouse, [shop(warehouse.frame("shop.parquet", rows))])
    assert warehouse.query("select * from metric_closure")["is_closed"].all()


def test_many_dimensions_and_segments_stay_bounded(warehouse: Warehouse) -> None:
    rows = shop_rows(20000)
    random = np.random.default_rng(4)
    names = [f"d{i}" for i in range(11)]
    for name in names:
        rows[name] = random.integers(0, 3, len(rows)).astype(str)
    rows["wide"] = random.integers(0, 12000, len(rows)).astype(str)
    path = warehouse.frame("shop.parquet", rows)
    built(warehouse, [shop(path, dimensions=["wide", *names], max_segments=1000)])
    sizes = warehouse.query(
        "select dimensions, count(*) as n from metric_driver_segments where metric = 'revenue' and driver = 'volume' group by 1"
    ).set_index("dimensions")["n"]
    assert sizes.max() <= 1001 and sizes["wide"] == 1001
    whole = warehouse.query(
        "select sum(contribution) as c from metric_drivers where metric = 'revenue' and driver = 'orders'"
    )
    parts = warehouse.query(
        "select dimensions, sum(contribution) as c from metric_driver_segments where metric = 'revenue' and driver = 'volume' group by 1"
    )
    assert parts["c"].tolist() == pytest.approx([whole["c"].item()] * len(parts), rel=1e-9)


def test_drivers_of_the_demo(demo: Warehouse) -> None:
    drivers = demo.query("select * from metric_drivers").set_index(["analysis", "metric", "driver"])
    # discounts are all that tells the two snapshots apart
    discounts = demo.query("select sum(revenue - quantity * unit_price) as lost from stg_demo__northwind_sold")[
        "lost"
    ].item()
    found = drivers.loc["northwind_discounts", "revenue"]["contribution"]
    assert found["1 - discount"] == pytest.approx(float(discounts), rel=1e-6)
    assert found[["quantity", "unit_price"]].tolist() == [0, 0] and abs(found["residual"]) < 0.1
    rows = demo.query(
        """
        select case when invoice_date >= date '2011-11-01' then 1 else 0 end as side,
            sum(quantity) as quantity, sum(quantity * unit_price) as revenue
        from stg_demo__online_retail where invoice_date between date '2011-10-01' and date '2011-11-30'
        group by 1 order by 1
        """
    ).astype(float)
    totals = [(row.quantity, row.revenue / row.quantity) for row in rows.itertuples()]
    found = drivers.loc["retail_revenue", "revenue"]["contribution"]
    assert found[["quantity", "unit_price"]].tolist() == pytest.approx(shapley(lambda a, b: a * b, *totals), rel=1e-9)
    identities = demo.query("select * from metric_identities where is_selected").set_index(["analysis", "metric"])[
        "identity"
    ]
    assert identities["bike_rides", "rides"] == "casual_rides + registered_rides"
    assert identities["bike_rides@2012-02-29", "rides"] == "casual_rides + registered_rides"
    windows = drivers.loc["bike_rides@2012-02-29", "rides"]
    assert windows["contribution"].sum() == pytest.approx(103137 - 48215 * 29 / 28), (
        "the baseline of 28 days counts for 29"
    )


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "metric": ({"metric": "revenu"}, ".drivers.metric: 'revenu' is not a metric of this analysis (records, revenue, orders, order_value). Did you mean 'revenue'?"),
    "median": ({"metric": "middle"}, ".drivers.metric: 'middle' is a median, which has no parts that add up; expected a metric that sums, counts, averages or divides"),
    "name": ({"identity": "orders * prise"}, ".drivers.identity: 'prise' is not a column of"),
    "code": ({"identity": "orders * __import__('os')"}, ".drivers.identity: '__import__' is not a column of"),
    "call": ({"identity": "sum(orders) * price"}, ".drivers.identity: 'sum' is not a column of"),
    "semicolon": ({"identity": "orders; drop table x"}, ".drivers.identity: 'orders; drop table x' holds ;"),
    "brackets": ({"identity": "orders * (price"}, ".drivers.identity: 'orders * (price' has brackets that do not match"),
    "end": ({"identity": "orders *"}, ".drivers.identity: 'orders *' ends where a column, a number or a bracket is expected"),
    "one": ({"identity": "2 * orders"}, ".drivers.identity: '2 * orders' has one driver"),
    "twice": ({"identity": "orders * orders"}, ".drivers.identity: 'orders * orders' has the driver 'orders' twice"),
    "zero": ({"identity": "orders * price / 0"}, ".drivers.identity: 'orders * price / 0' has the number 0 as a factor"),
    "text": ({"identity": "orders * region"}, ".drivers.identity: 'region' is of type"),
    "ratio": ({"metric": "order_value", "identity": "orders * price"}, "'order_value' is a ratio, whose drivers are its numerator and its denominator"),
    "method": ({"methods": ["regression"]}, ".drivers.methods: regression needs drivers"),
    "expression": ({"expressions": ["max(price)"]}, ".drivers.expressions[0]: 'max(price)' is not one of sum(column)"),
    "number": ({"expressions": ["sum(region)"]}, ".drivers.expressions[0]: 'sum(region)' is of type"),
    "number of an expression": ({"expressions": ["sum(upper(region))"]}, ".drivers.expressions[0]: 'sum(upper(region))' is of type"),
    "no column": ({"expressions": ["avg(prise)"]}, ".drivers.expressions[0]: 'prise' is not a column of"),
    "counts": ({"expressions": [f"count_distinct(traffic + {i})" for i in range(8)]}, ".drivers.expressions: has more than 7 distinct counts"),
    "sums": ({"expressions": [f"sum(traffic + {i})" for i in range(21)]}, ".drivers.expressions: has more than 20 sums, averages and counts"),
    "average": ({"metric": "mean", "expressions": ["count(*)"]}, ".drivers.metric: 'mean' is an average; a regression and distinct counts explain metrics that sum or count"),
    "itself": ({"identity": "revenue * (1 + conversion)"}, ".drivers.identity: 'revenue * (1 + conversion)' holds revenue, the column of the metric revenue itself"),
    "huge": ({"identity": "1e400 * orders * price"}, ".drivers.identity: '1e400 * orders * price' holds the number 1e400; expected 0, or 1e-30 to 1e30"),
    "product": ({"identity": "orders * price * 1e20 * 1e20"}, ".drivers.identity: 'orders * price * 1e20 * 1e20' multiplies by 1e+40; expected 1e-30 to 1e30"),
    "extensive": ({"extensive": ["ordres"]}, ".drivers.extensive: 'ordres' is not a number that can be a driver"),
    "both": ({"extensive": ["orders"], "intensive": ["Orders"]}, ".drivers.extensive: 'orders' stands in intensive too"),
    "no method": ({"methods": []}, ".drivers.methods: is empty; expected one or more of shapley, lmdi, regression"),
    "deep": ({"identity": "(" * 120 + "orders" + ")" * 120 + " * price"}, "has brackets more than 20 deep"),
    "two aggregates": ({"expressions": ["sum(price) / sum(orders)"]}, ".drivers.expressions[0]: 'sum(price) / sum(orders)' is not one of sum(column)"),
    "distinct": ({"expressions": ["count(distinct price)"]}, ".drivers.expressions[0]: 'count(distinct price)' is not one of sum(column)"),
    "preset": ({"preset": "ids"}, ".drivers.preset: 'ids' is not one of id, category, amount, mixed"),
}  # fmt: skip


def test_mistakes_are_named(warehouse: Warehouse) -> None:
    path = warehouse.frame("shop.parquet", shop_rows(50))
    for name, (drivers, message) in MISTAKES.items():
        given = shop(path, drivers=drivers)
        if name == "median":
            given["metrics"].append({"name": "middle", "agg": "median", "expr": "revenue"})
        if name == "average":
            given["metrics"].append({"name": "mean", "agg": "avg", "expr": "revenue"})
        run = warehouse.build([given], only="int_metric_change__specs")
        assert not run.success and message in run.log and not run.stack_trace, (name, run.log[-2000:])
