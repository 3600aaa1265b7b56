"""Every number of the metric tables against an independent computation in pandas."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer

DIMENSIONS = ["color", "shape", "size"]
METRICS = [
    {"name": "amount", "agg": "sum"},
    {"name": "price", "agg": "avg"},
    {"name": "middle", "agg": "median", "expr": "amount"},
    {"name": "lowest", "agg": "min", "expr": "amount"},
    {"name": "highest", "agg": "max", "expr": "amount"},
    {"name": "priced", "agg": "count", "expr": "price"},
    {"name": "buyers", "agg": "count_distinct", "expr": "buyer"},
    {"name": "per_buyer", "numerator": "amount", "denominator": "buyers"},
    {"name": "per_record", "numerator": "amount", "denominator": "records"},
]


def rows(seed: int = 7, n: int = 4000) -> pd.DataFrame:
    """A table with negatives, zeros, nulls, blanks and segments that come and go."""
    random = np.random.default_rng(seed)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 91, n), unit="D")
    frame = pd.DataFrame(
        {
            "day": day.date,
            "color": random.choice(np.array(["red", "green", "blue", None, " ", "--"], dtype=object), n),
            "shape": random.choice(["round | flat", "square", "a|b"], n),
            "size": random.integers(1, 4, n),
            "buyer": random.choice(np.array([f"b{i}" for i in range(60)] + [None], dtype=object), n),
            "amount": np.round(random.normal(20, 40, n), 2),
            "price": random.lognormal(1, 1, n),
        }
    )
    frame.loc[(frame["shape"] == "a|b") & (frame["color"] == "green"), "amount"] -= 70
    frame.loc[random.random(n) < 0.05, "amount"] = None
    frame.loc[random.random(n) < 0.05, "price"] = np.nan
    frame.loc[(frame["color"] == "blue") & (frame["day"] < pd.Timestamp("2024-03-01").date()), "color"] = "red"
    frame.loc[(frame["size"] == 3) & (frame["day"] >= pd.Timestamp("2024-03-01").date()), "size"] = 2
    return frame


def label(values: tuple[str, ...]) -> str:
    return " | ".join(v.replace("|", "\\|") if " | " in f" {v} " or "\\|" in v else v for v in values)


def measures(part: pd.DataFrame) -> dict[str, float]:
    amount, price = part["amount"].dropna(), part["price"].dropna()
    buyers = part["buyer"].nunique()
    return {
        "records": len(part),
        "amount": amount.sum() if len(amount) else np.nan,
        "price": price.mean(),
        "middle": amount.median(),
        "lowest": amount.min(),
        "highest": amount.max(),
        "priced": len(price),
        "buyers": buyers if buyers else np.nan,
        "per_buyer": amount.sum() / buyers if buyers and len(amount) else np.nan,
        "per_record": amount.sum() / len(part) if len(amount) else np.nan,
    }


def expected(frame: pd.DataFrame) -> dict[tuple[str, str, str, str], float]:
    clean = frame.assign(
        color=frame["color"].map(lambda v: "(blank)" if v is None or v in (" ", "--") or v != v else v),
        size=frame["size"].astype(str),
    )
    sides = {
        "baseline": clean[
            (clean["day"] >= pd.Timestamp("2024-02-01").date()) & (clean["day"] < pd.Timestamp("2024-03-01").date())
        ],
        "current": clean[clean["day"] >= pd.Timestamp("2024-03-01").date()],
    }
    values = {}
    for side, part in sides.items():
        for metric, value in measures(part).items():
            values[side, "", "", metric] = value
        for size in (1, 2, 3):
            for chosen in itertools.combinations(DIMENSIONS, size):
                for key, group in part.groupby(list(chosen)):
                    for metric, value in measures(group).items():
                        values[side, " | ".join(chosen), label(key), metric] = value
    return values


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: PostgresServer
) -> tuple[Warehouse, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("oracle")
    warehouse = Warehouse(folder) if request.param == "duckdb" else PostgresWarehouse(folder, server=server)
    frame = rows()
    run = warehouse.build(
        [
            {
                "name": "shop",
                "relation": {"file": warehouse.frame("shop.parquet", frame)},
                "time": {"column": "day", "grain": "month"},
                "dimensions": DIMENSIONS,
                "metrics": METRICS,
                "max_depth": 2,
                "percentiles": [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
                "rank_by": "amount",
            }
        ]
    )
    assert run.success, run.log
    return warehouse, frame


def test_values_of_totals_and_segments(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, frame = built
    found = warehouse.query(
        """
        select side, dimensions, segment, metric, value, records, record_share from metric_segments
        union all
        select side, '', '', metric, value, records, 1 from metric_totals
        """
    )
    truth = expected(frame)
    assert len(found) == len(truth)
    for row in found.itertuples():
        key = (row.side, row.dimensions, row.segment, row.metric)
        assert row.value == pytest.approx(truth[key], rel=1e-9, abs=1e-9, nan_ok=True), key
        records = truth[row.side, row.dimensions, row.segment, "records"]
        assert row.records == records
        assert row.record_share == pytest.approx(records / truth[row.side, "", "", "records"])


def test_percentiles_interpolate_linearly(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, frame = built
    part = frame[(frame["day"] >= pd.Timestamp("2024-03-01").date()) & (frame["shape"] == "square")]
    found = warehouse.query(
        "select * from metric_segments where side = 'current' and dimensions = 'shape' and segment = 'square'"
    ).set_index("metric")
    for metric, column in (("amount", "amount"), ("price", "price"), ("middle", "amount")):
        for share in (10, 25, 50, 75, 90, 95, 99):
            truth = np.percentile(part[column].dropna(), share)
            assert found.loc[metric, f"p{share}"] == pytest.approx(truth, rel=1e-12)
    assert found.loc["buyers", [f"p{share}" for share in (10, 50, 99)]].isna().all()


def test_value_share_is_null_where_signs_are_mixed(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, _ = built
    sets = warehouse.query(
        """
        select min(value) < 0 and max(value) > 0 as is_mixed, count(value_share) as shares, sum(value_share) as total
        from metric_segments where metric in ('amount', 'priced') group by side, dimensions, metric
        """
    )
    assert (sets.loc[sets["is_mixed"], "shares"] == 0).all()
    assert sets.loc[~sets["is_mixed"], "total"].to_numpy() == pytest.approx(1)
    assert sets["is_mixed"].any() and (~sets["is_mixed"]).any()


def test_segment_json_and_blank(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, _ = built
    found = warehouse.query("select distinct dimensions, segment, segment_json, is_blank, depth from metric_segments")
    for row in found.itertuples():
        values = json.loads(row.segment_json)
        assert list(values) == row.dimensions.split(" | ")
        assert label(tuple(values.values())) == row.segment
        assert row.is_blank == ("(blank)" in values.values())
        assert row.depth == len(values)
    assert found.loc[found["segment"] == "round \\| flat", "segment_json"].item() == '{"shape": "round | flat"}'


def test_movers(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, frame = built
    truth = expected(frame)
    found = warehouse.query("select * from metric_movers where segment <> '(overlap)'")
    additive = {"records", "amount", "priced"}
    for row in found.itertuples():
        total0, total1 = (truth[side, "", "", row.metric] for side in ("baseline", "current"))
        missing = 0 if row.metric in additive | {"buyers"} else np.nan
        before = truth.get(("baseline", row.dimensions, row.segment, row.metric), missing)
        after = truth.get(("current", row.dimensions, row.segment, row.metric), missing)
        assert row.change == pytest.approx(after - before, rel=1e-9, abs=1e-9, nan_ok=True)
        if row.metric in additive:
            assert row.share_of_change == pytest.approx((after - before) / (total1 - total0), rel=1e-6)
            grown = before * (total1 - after) / (total0 - before)
            assert row.unexpected_change == pytest.approx(after - grown, rel=1e-6, abs=1e-6)
        n0, n1 = (truth.get((side, row.dimensions, row.segment, "records"), 0) for side in ("baseline", "current"))
        assert row.status == ("new" if n0 == 0 else "lost" if n1 == 0 else "continuing")
    assert set(found["status"]) == {"new", "lost", "continuing"}


def test_average_and_ratio_shares_are_rate_plus_mix(built: tuple[Warehouse, pd.DataFrame]) -> None:
    """By the definition of the effects, with both rates present: w_bar * dr + dw * (r_bar - R_bar)."""
    warehouse, frame = built
    truth = expected(frame)
    found = warehouse.query("select * from metric_movers where metric = 'per_record' and status = 'continuing'")
    totals = {side: truth[side, "", "", "per_record"] for side in ("baseline", "current")}
    for row in found.itertuples():
        weight, rate = {}, {}
        for side in ("baseline", "current"):
            records = truth[side, row.dimensions, row.segment, "records"]
            weight[side] = records / truth[side, "", "", "records"]
            rate[side] = np.nan_to_num(truth[side, row.dimensions, row.segment, "amount"]) / records
        rate_effect = (weight["baseline"] + weight["current"]) / 2 * (rate["current"] - rate["baseline"])
        mean_rate = (rate["baseline"] + rate["current"]) / 2
        mix_effect = (weight["current"] - weight["baseline"]) * (mean_rate - sum(totals.values()) / 2)
        truth_share = (rate_effect + mix_effect) / (totals["current"] - totals["baseline"])
        assert row.share_of_change == pytest.approx(truth_share, rel=1e-6, abs=1e-9)
    sums = warehouse.query(
        "select sum(share_of_change) as total from metric_movers where metric in ('price', 'per_record') group by metric, dimensions"
    )
    assert sums["total"].to_numpy() == pytest.approx(1, rel=1e-6)


def test_ranks_are_total_orders(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, _ = built
    movers = warehouse.query("select * from metric_movers where change is not null")
    for _, group in movers.groupby(["dimensions", "metric"]):
        ordered = group.sort_values("mover_rank")
        assert ordered["mover_rank"].is_unique
        sizes = ordered["change"].abs().to_numpy()
        assert (np.diff(sizes) <= 1e-9 * sizes.max()).all()
    segments = warehouse.query("select * from metric_segments where metric = 'amount'")
    for _, group in segments.groupby(["side", "dimensions"]):
        ordered = group.sort_values("segment_rank")
        assert ordered["segment_rank"].tolist() == list(range(1, len(group) + 1))
        assert ordered["value"].dropna().is_monotonic_decreasing


def test_concentration(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, _ = built
    leaves = warehouse.query("select * from metric_segments where is_leaf and side = 'current' and metric = 'priced'")
    total = warehouse.query("select * from metric_totals where side = 'current' and metric = 'priced'").iloc[0]
    assert total["segments"] == len(leaves)
    assert total["top5_record_share"] == pytest.approx(leaves["record_share"].nlargest(5).sum())
    assert total["top5_value_share"] == pytest.approx(leaves["value_share"].nlargest(5).sum())
    assert total["herfindahl"] == pytest.approx((leaves["value_share"] ** 2).sum())
    assert total["blank_record_share"] == pytest.approx(leaves.loc[leaves["is_blank"], "record_share"].sum())


def test_column_profile(built: tuple[Warehouse, pd.DataFrame]) -> None:
    warehouse, frame = built
    found = warehouse.query("select * from metric_columns").set_index("column_name")
    assert found["position"].tolist() == list(range(1, len(frame.columns) + 1))
    for name in frame.columns:
        column, row = frame[name], found.loc[name]
        counts = column.value_counts()
        assert row["n_rows"] == len(frame)
        assert row["n_distinct"] == column.nunique()
        assert row["null_share"] == pytest.approx(column.isna().mean())
        assert row["blank_share"] == pytest.approx(column.isin([" ", "--"]).mean())
        top = json.loads(row["top_values"])
        assert [n for _, n in top] == counts.head(5).tolist()
        assert len(top) == min(5, len(counts))
    assert found["data_type"].to_dict() == {
        "day": "date", "color": "text", "shape": "text", "size": "integer", "buyer": "text", "amount": "double", "price": "double",
    }  # fmt: skip
    assert found["role"].to_dict() == {
        "day": "time", "color": "dimension", "shape": "dimension", "size": "dimension", "buyer": "dimension", "amount": "measure", "price": "measure",
    }  # fmt: skip
    assert found.loc["amount", "numeric_share"] == 1 and found.loc["color", "numeric_share"] == 0
    assert found.loc["day", "date_share"] == 1
