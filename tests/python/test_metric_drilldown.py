"""The drill-down finds what was planted, says why it stops, and every number in it is that of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer
from statsmodels.stats.multitest import multipletests
from test_metric_errors import METRICS as PARTS
from test_metric_errors import Side, segment_errors

DIMENSIONS = ["region", "product", "channel", "tier"]
METRICS = [
    {"name": "amount", "agg": "sum"},
    {"name": "price", "agg": "avg"},
    {"name": "clicks", "agg": "sum"},
    {"name": "views", "agg": "sum"},
    {"name": "ctr", "numerator": "clicks", "denominator": "views"},
]
# Bickel, Hammel, O'Connell (1975), as in R's UCBAdmissions: men admitted and rejected, women admitted and rejected.
BERKELEY = {"A": (512, 313, 89, 19), "B": (353, 207, 17, 8), "C": (120, 205, 202, 391), "D": (138, 279, 131, 244), "E": (53, 138, 94, 299), "F": (22, 351, 24, 317)}  # fmt: skip
HOSTILE = ["a | b", "a", "x = y", 'it\'s "so"', "😀 | 😀", "a \\| b", "(total)"]


def planted(seed: int = 5, n: int = 8000) -> pd.DataFrame:
    """Sales of three months; from March to April one product in one region moved, nothing else."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-02-01") + pd.to_timedelta(random.integers(0, 90, n), unit="D"),
            "region": random.choice(["north", "south", "east", "west"], n),
            "product": random.choice(["p1", "p2", "p3", "p4", "p5"], n),
            "channel": random.choice(["web", "shop", "phone"], n),
            "tier": random.choice(["basic", "plus"], n),
            "amount": random.gamma(4, 5, n),
            "price": random.normal(50, 8, n),
            "views": 1 + random.poisson(30, n),
        }
    )
    moved = (frame["day"] >= pd.Timestamp("2024-04-01")) & (frame["region"] == "north") & (frame["product"] == "p3")
    frame["clicks"] = random.binomial(frame["views"], np.where(moved, 0.5, 0.2))
    frame.loc[moved, "amount"] *= 4
    frame.loc[moved, "price"] += 40
    frame["currency"] = frame["region"].map({"north": "NOK", "south": "EUR", "east": "PLN", "west": "GBP"})
    frame["planet"] = "earth"
    return frame


def two_sided(values: dict[str, tuple[int, float, int, float]], column: str) -> pd.DataFrame:
    """Rows per segment: count and amount of each before, count and amount of each after."""
    rows = [
        {"side": side, column: name, "amount": amount}
        for name, (n0, x0, n1, x1) in values.items()
        for side, count, amount in (("before", n0, x0), ("after", n1, x1))
        for _ in range(count)
    ]
    return pd.DataFrame(rows)


def berkeley() -> pd.DataFrame:
    rows = []
    for department, (*men, admitted, rejected) in BERKELEY.items():
        for gender, counts in (("male", men), ("female", (admitted, rejected))):
            for outcome, count in zip((1, 0), counts, strict=True):
                rows += [{"department": department, "gender": gender, "admitted": outcome}] * count
    return pd.DataFrame(rows)


def tables() -> dict[str, pd.DataFrame]:
    labels = two_sided({value: (60, 1.0, 60, 1.0 + i) for i, value in enumerate(HOSTILE)}, "label")
    labels["other = dim"] = np.resize(HOSTILE[:2], len(labels))
    return {
        "planted": planted(),
        "flat": two_sided({f"v{i:02d}": (100, 1.0, 100, 2.0) for i in range(20)}, "place"),
        "offset": two_sided({"a": (100, 1.0, 100, 2.0), "b": (100, 2.0, 100, 1.0), "c": (100, 1.0, 100, 1.0)}, "place"),
        "labels": labels,
        "berkeley": berkeley(),
        "nothing": planted().head(0),
    }


def analyses(paths: dict[str, str]) -> list[dict[str, Any]]:
    month: dict[str, Any] = {"time": {"column": "day", "grain": "month"}, "metrics": METRICS, "dimensions": DIMENSIONS}
    amount = {"metrics": ["amount"], "dimensions": ["place"]}
    sides = {"to": {"column": "side", "baseline": "before", "current": "after"}}
    shallow = {"metrics": ["amount"], "drilldown": {"max_depth": 1}}
    file = {name: {"file": path} for name, path in paths.items()}
    genders = {"to": {"column": "gender", "baseline": "male", "current": "female"}}
    return [
        {"name": "planted", "relation": file["planted"], **month},
        {"name": "narrow", "relation": file["planted"], **month, "metrics": ["amount"], "drilldown": {"max_branches": 1, "max_depth": 2, "max_q": 1, "min_share": 0}},
        {"name": "shallow", "relation": file["planted"], **month, **shallow, "history": 1},
        {"name": "single", "relation": file["planted"], **month, **shallow, "dimensions": ["region"]},
        {"name": "rare", "relation": file["planted"], **month, **shallow, "min_records": 100000},
        {"name": "unsupported", "relation": file["planted"], **month, **shallow, "min_support": 0.9},
        {"name": "redundant", "relation": file["planted"], **month, "metrics": ["amount"], "dimensions": ["planet", "currency", "region", "product"]},
        {"name": "one_side", "relation": file["planted"], **month, **shallow, "compare": {"to": "none"}},
        {"name": "empty", "relation": file["nothing"], **month, **shallow},
        {"name": "flat", "relation": file["flat"], "compare": sides, **amount},
        {"name": "offset", "relation": file["offset"], "compare": sides, **amount},
        {"name": "labels", "relation": file["labels"], "compare": sides, "metrics": ["amount"], "dimensions": ["label", "other = dim"], "drilldown": {"max_branches": 9, "max_q": 1, "min_share": 0}},
        {"name": "berkeley", "relation": file["berkeley"], "compare": genders, "dimensions": ["department"], "metrics": [{"name": "admitted", "agg": "avg"}]},
    ]  # fmt: skip


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: PostgresServer
) -> Warehouse:
    folder = tmp_path_factory.mktemp("drilldown")
    warehouse = Warehouse(folder) if request.param == "duckdb" else PostgresWarehouse(folder, server=server)
    paths = {name: warehouse.frame(f"{name}.parquet", frame) for name, frame in tables().items()}
    run = warehouse.build(analyses(paths))
    assert run.success, run.log
    return warehouse


def tree(warehouse: Warehouse, analysis: str, metric: str | None = None) -> pd.DataFrame:
    found = warehouse.query(
        f"select * from metric_drilldown where analysis = '{analysis}' order by metric, depth, path"
    )
    return found if metric is None else found[found["metric"] == metric].set_index("path")


@pytest.mark.parametrize("metric", ["amount", "price", "ctr"])
def test_planted_move_is_found(built: Warehouse, metric: str) -> None:
    nodes = tree(built, "planted", metric)
    ends = nodes[nodes["depth"] == nodes["depth"].max()]
    assert len(ends) == 1
    end = ends.iloc[0]
    above = nodes.loc[end["parent_path"]]
    assert {(above["dimension"], above["segment"]), (end["dimension"], end["segment"])} == {
        ("region", "north"),
        ("product", "p3"),
    }
    assert above["parent_path"] == "(total)" and above["depth"] == 1
    assert end["stop_reason"] == "q" and end["q_value"] < 1e-6
    assert end["next_question"].startswith("What do all parts of ") and end.name in end["next_question"]
    assert nodes.loc[[end["parent_path"], "(total)"], ["stop_reason", "next_question"]].isna().all(axis=None)
    movers = built.query(
        f"select * from metric_movers where analysis = 'planted' and metric = '{metric}' and mover_rank = 1"
    ).set_index("dimensions")
    assert movers.loc["region | product", "segment"] == "north | p3"
    assert movers.loc["region", "segment"] == "north" and movers.loc["product", "segment"] == "p3"
    assert (movers.loc[["region | product", "region", "product"], "unexpected_q_value"] < 1e-3).all()


def test_trees_nest(built: Warehouse) -> None:
    everything = built.query("select * from metric_drilldown")
    assert {"planted", "narrow", "labels", "shallow", "shallow@2024-03-31"} <= {*everything["analysis"]}
    for (analysis, metric), nodes in everything.groupby(["analysis", "metric"]):
        nodes = nodes.set_index("path")
        assert nodes.index.is_unique
        for path, node in nodes.iterrows():
            key = (analysis, metric, path)
            size = abs(node["gross_up"]) + abs(node["gross_down"])
            assert node["gross_up"] + node["gross_down"] == pytest.approx(
                node["change"], rel=1e-9, abs=1e-9 * size, nan_ok=True
            ), key
            assert pd.isna(node["stop_reason"]) == (path in set(nodes["parent_path"])), key
            assert pd.isna(node["stop_reason"]) == pd.isna(node["next_question"]), key
            if path == "(total)":
                assert node["depth"] == 0 and pd.isna(node["parent_path"]) and pd.isna(node["dimension"])
                continue
            above = nodes.loc[node["parent_path"]]
            assert node["depth"] == above["depth"] + 1 and node["dimension"] == above["split_dimension"]
            start = "" if above.name == "(total)" else f"{above.name} | "
            assert str(path).startswith(start) and len(str(path)) > len(start), key
            expected = node["share_of_parent"] * above["share_of_total"]
            assert node["share_of_total"] == pytest.approx(expected, rel=1e-9, nan_ok=True), key
        children = nodes.groupby("parent_path")
        assert (children.size() <= {"narrow": 1, "labels": 9}.get(str(analysis), 3)).all()
        assert (children["dimension"].nunique() == 1).all()
        assert nodes["depth"].max() <= {"narrow": 2, "shallow": 1}.get(str(analysis), 4)


def rows_of(nodes: pd.DataFrame, path: str, frame: pd.DataFrame) -> pd.DataFrame:
    while path != "(total)":
        node = nodes.loc[path]
        frame = frame[frame[node["dimension"]] == node["segment"]]
        path = node["parent_path"]
    return frame


def value(frame: pd.DataFrame, metric: str) -> float:
    n, d = PARTS[metric]
    return float(frame[n].sum() / (1 if d is None else frame[d].sum()))


def shares(frame: pd.DataFrame, dimension: str, metric: str) -> pd.DataFrame:
    """Return the part of each value in the change, and in the baseline's amount."""
    n, d = PARTS[metric]
    sums = frame.groupby([dimension, "now"])[[n] if d is None else [n, d]].sum().unstack(fill_value=0)
    part = sums[n][1] - sums[n][0]
    if d is not None:
        weight = sums[d] / sums[d].sum()
        rate = sums[n] / sums[d]
        whole = sums[n].sum() / sums[d].sum()
        part = weight.mean(axis=1) * (rate[1] - rate[0]) + (weight[1] - weight[0]) * (rate.mean(axis=1) - whole.mean())
    return pd.DataFrame({"share": part / part.sum(), "baseline": sums[n][0] / sums[n][0].sum()})


@pytest.mark.parametrize(("analysis", "metric"), [("planted", "amount"), ("planted", "price"), ("planted", "ctr"), ("planted", "records"), ("narrow", "amount")])  # fmt: skip
def test_every_node_against_the_rows(built: Warehouse, analysis: str, metric: str) -> None:
    frame = planted().assign(one=1, has_price=1)
    frame = frame[frame["day"] >= pd.Timestamp("2024-03-01")].assign(now=lambda f: (f["day"].dt.month == 4).astype(int))
    nodes = tree(built, analysis, metric)
    for path, node in nodes.iterrows():
        rows = rows_of(nodes, str(path), frame)
        change = value(rows[rows["now"] == 1], metric) - value(rows[rows["now"] == 0], metric)
        assert node["change"] == pytest.approx(change, rel=1e-9)
        left = [name for name in DIMENSIONS if rows[name].nunique() > 1]
        if pd.notna(node["split_dimension"]):
            score = {
                name: ((s["share"] - s["baseline"]) ** 2).sum() for name in left for s in [shares(rows, name, metric)]
            }
            assert node["split_dimension"] == max(score, key=lambda name: score[name])
        children = nodes[nodes["parent_path"] == path]
        if not len(children):
            continue
        dimension = node["split_dimension"]
        sides = [Side(rows[rows["now"] == number], "record", []) for number in (0, 1)]
        values = sorted(rows[dimension].unique())
        p = [
            segment_errors(sides, [(side.frame[dimension] == v).to_numpy() for side in sides], metric, 1)[
                "unexpected_p_value"
            ]
            for v in values
        ]
        q = dict(zip(values, multipletests(p, method="fdr_by")[1], strict=True))
        share = shares(rows, dimension, metric)["share"]
        for child in children.itertuples():
            assert child.q_value == pytest.approx(q[child.segment], rel=1e-6, abs=1e-15)
            assert child.share_of_parent == pytest.approx(share[child.segment], rel=1e-6)


@pytest.mark.parametrize(
    ("analysis", "reason", "question"),
    [
        ("shallow", "depth", "Raise drilldown.max_depth"),
        ("single", "no_dimension", "Declare another dimension"),
        ("rare", "support", "reaches min_records and min_support"),
        ("unsupported", "support", "reaches min_records and min_support"),
        ("flat", "contribution", "reaches drilldown.min_share"),
        ("planted", "q", "moved otherwise than the rest"),
    ],
)
def test_paths_say_why_they_end(built: Warehouse, analysis: str, reason: str, question: str) -> None:
    nodes = tree(built, analysis, "amount")
    ends = nodes[nodes["stop_reason"].notna()]
    assert set(ends["stop_reason"]) == {reason}
    assert ends["next_question"].str.contains(question, regex=False).all()
    assert all(path in text for path, text in ends["next_question"].items())


def test_dimensions_that_say_the_same_are_merged(built: Warehouse) -> None:
    nodes = tree(built, "redundant", "amount")
    assert "planet" not in {*nodes["dimension"], *nodes["split_dimension"]}
    first = nodes[(nodes["segment"] == "NOK") | (nodes["segment"] == "north")]
    assert len(first) == 1
    assert first.iloc[0]["aliases"] == "region = north" and first.iloc[0]["dimension"] == "currency"
    assert nodes["aliases"].drop(first.index).isna().all()
    # only the product is left below the region, and nothing below that
    assert nodes["depth"].max() == 2 and set(nodes["stop_reason"].dropna()) == {"no_dimension"}


def test_moves_that_cancel_are_shown(built: Warehouse) -> None:
    nodes = tree(built, "offset", "amount")
    total = nodes.loc["(total)"]
    assert (total["change"], total["gross_up"], total["gross_down"]) == (0, 100, -100)
    assert pd.isna(total["share_of_total"]) and pd.isna(total["stop_reason"])
    assert nodes.loc[["place = a", "place = b"], "change"].tolist() == [100, -100]
    assert set(nodes.index) == {"(total)", "place = a", "place = b"}


def test_berkeley_admissions(built: Warehouse) -> None:
    frame = berkeley()
    assert len(frame) == 4526
    counts = frame.groupby(["department", "gender"])["admitted"].agg(["sum", "count"]).unstack()
    rate, weight = counts["sum"] / counts["count"], counts["count"] / counts["count"].sum()
    whole = counts["sum"].sum() / counts["count"].sum()
    rate_effect = weight.mean(axis=1) * (rate["female"] - rate["male"])
    mix_effect = (weight["female"] - weight["male"]) * (rate.mean(axis=1) - whole.mean())
    movers = built.query(
        "select * from metric_movers where analysis = 'berkeley' and metric = 'admitted' and dimensions = 'department'"
    ).set_index("segment")
    np.testing.assert_allclose(movers["rate_effect"].loc[rate_effect.index].astype(float), rate_effect, rtol=1e-9)
    np.testing.assert_allclose(movers["mix_effect"].loc[rate_effect.index].astype(float), mix_effect, rtol=1e-9)
    root = tree(built, "berkeley", "admitted").loc["(total)"]
    assert root["change"] == pytest.approx(557 / 1835 - 1198 / 2691)
    assert rate_effect.sum() > 0 > root["change"]
    assert root["is_simpson"] and root["split_dimension"] == "department"
    # everywhere else the parts moved with the whole
    others = built.query("select * from metric_drilldown where not (analysis = 'berkeley' and metric = 'admitted')")
    planted_roots = others[(others["analysis"] == "planted") & (others["path"] == "(total)")]
    assert not planted_roots["is_simpson"].any()


def test_history_one_side_and_nothing(built: Warehouse) -> None:
    assert len(tree(built, "one_side")) == 0
    assert len(tree(built, "empty")) == 0
    earlier = tree(built, "shallow@2024-03-31", "amount")
    frame = planted()
    months = frame.groupby(frame["day"].dt.month)["amount"].sum()
    assert earlier.loc["(total)", "change"] == pytest.approx(months[3] - months[2])
    assert tree(built, "shallow", "amount").loc["(total)", "change"] == pytest.approx(months[4] - months[3])


def test_hostile_labels(built: Warehouse) -> None:
    nodes = tree(built, "labels", "amount")
    first = nodes[nodes["depth"] == 1]
    assert set(first["dimension"]) == {"label"}
    moved = {value: 60.0 * i for i, value in enumerate(HOSTILE) if i}
    moved["\\(total)"] = moved.pop("(total)")
    assert dict(zip(first["segment"], first["change"], strict=True)) == moved
    second = nodes[nodes["depth"] == 2]
    assert len(second) == 2 * len(first) and second.index.is_unique
    for node in second.itertuples():
        above = nodes.loc[node.parent_path]
        assert node.change == pytest.approx(above["change"] / 2)
    for path in ("label = \\(total)", 'label = it\'s "so"', "label = x = y", "label = 😀 \\| 😀", "label = a \\\\| b"):
        assert path in first.index
