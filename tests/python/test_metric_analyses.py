"""The questions of analyses/metric_change beside answers worked out in pandas from the tables they read, on each engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer
from questions import answers_of
from test_factor_analyses import assert_answer, plain

Rows = list[dict[str, Any]]
ENGINES = ["duckdb", "postgres"]
TABLES = ["analyses", "totals", "segments", "movers", "drilldown", "identities", "drivers", "driver_segments", "closure", "residual_segments", "restatements", "alerts", "words", "columns"]  # fmt: skip


@dataclass
class Asked:
    """The tables of a warehouse, rows of the latest windows alone where there are windows, and what questions say."""

    tables: dict[str, pd.DataFrame]
    answers: dict[str, pd.DataFrame]

    def latest(self, table: str) -> pd.DataFrame:
        rows = self.tables[table]
        return rows[~rows["analysis"].str.contains("@")].reset_index(drop=True)

    def single(self, table: str) -> pd.DataFrame:
        """Rows of one dimension."""
        rows = self.latest(table)
        return rows[~rows["dimensions"].str.contains(" | ", regex=False)].reset_index(drop=True)


def shop_rows() -> pd.DataFrame:
    """Seven months of sales: a fee of one channel at the end, a segment that comes, one that goes, notes that change."""
    random = np.random.default_rng(11)
    n = 700
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 213, n), unit="D")
    rows = pd.DataFrame({
        "day": day,
        "region": random.choice(np.array(["north", "south", "a | b", "Élan", None], dtype=object), n),
        "channel": random.choice(["web", "store", "phone"], n, p=[0.6, 0.3, 0.1]),
        "quantity": random.integers(1, 9, n),
        "price": random.integers(100, 900, n) / 100,
        "note": random.choice(["red lamp", "blue lamp", "red chair"], n),
    })  # fmt: skip
    late = rows["day"] >= "2024-07-01"
    rows = rows[~(late & (rows["region"] == "south"))].copy()
    late = rows["day"] >= "2024-07-01"
    rows.loc[rows.index[late][:8], "region"] = "west"
    rows.loc[late & (rows["channel"] == "web"), "quantity"] *= 3
    rows["amount"] = (rows["quantity"] * rows["price"]).round(2)
    rows.loc[late & (rows["channel"] == "store"), "amount"] += 2.5
    return rows.assign(id=range(len(rows)), day=rows["day"].dt.date)


def snapshots() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table before and after: one row gone, two come, some corrected."""
    before = pd.DataFrame({"id": range(40), "region": ["n", "s"] * 20, "amount": [float(i) for i in range(40)]})
    after = before.iloc[1:].assign(amount=lambda rows: rows["amount"] + (rows["id"] % 5 == 0) * 10)
    more = pd.DataFrame({"id": [100, 101], "region": ["n", "s"], "amount": [7.0, 70.0]})
    return before, pd.concat([after, more], ignore_index=True)


def paradox_rows() -> pd.DataFrame:
    """Values that rise in both groups, while most rows move to the group of small values."""
    counts = {
        ("before", "small"): (10, 10.0),
        ("before", "large"): (30, 20.0),
        ("after", "small"): (30, 11.0),
        ("after", "large"): (10, 21.0),
    }
    rows = [(side, size, value + i % 3) for (side, size), (n, value) in counts.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["side", "size", "value"])


def ask(warehouse: Warehouse) -> Asked:
    """Build every table of four analyses, and ask every question."""
    metrics: Rows = [
        {"name": "amount", "agg": "sum"},
        {"name": "buyers", "agg": "count_distinct", "expr": "note"},
        {"name": "order_value", "numerator": "amount", "denominator": "records"},
    ]
    shop = {"file": warehouse.frame("shop.parquet", shop_rows())}
    before, after = ({"file": warehouse.frame(f"{n}.parquet", f)} for n, f in zip("ba", snapshots(), strict=True))
    common: dict[str, Any] = {"relation": shop, "time": {"column": "day", "grain": "month"}, "metrics": metrics}
    common |= {"anchor_date": "2024-07-31", "compare": {"to": {"trailing": 3}}, "rank_by": "amount"}
    alerts = [
        {"rule": rule} for rule in ("top5_record_share > 0.10", "top5_record_share > 0.99", "top5_record_share > 2.0")
    ]
    analyses: Rows = [
        {"name": "shop", **common, "dimensions": ["region", "channel"], "history": 2, "alerts": alerts, "percentiles": [0.5],
         "text": {"word_frequency": ["note"]}, "drivers": {"identity": "quantity * price", "methods": ["shapley", "lmdi"]}},
        {"name": "flat", **common, "dimensions": []},
        {"name": "restated", "relation": after, "compare": {"to": before}, "key": "id", "dimensions": ["region"],
         "metrics": [{"name": "amount", "agg": "sum"}]},
        {"name": "paradox", "relation": {"file": warehouse.frame("paradox.parquet", paradox_rows())}, "dimensions": ["size"],
         "compare": {"to": {"column": "side", "baseline": "before", "current": "after"}},
         "metrics": [{"name": "mean_value", "agg": "avg", "expr": "value"}]},
    ]  # fmt: skip
    run = warehouse.build(analyses)
    assert run.success, run.log
    warehouse.manifest = warehouse.parsed
    tables = {name: warehouse.query(f"select * from metric_{name}") for name in TABLES}
    return Asked(tables, answers_of(warehouse, "metric_change"))


@pytest.fixture(scope="module")
def asked(server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Asked]:
    folders = [tmp_path_factory.mktemp(engine) for engine in ENGINES]
    return {"duckdb": ask(Warehouse(folders[0])), "postgres": ask(PostgresWarehouse(folders[1], server=server))}


@pytest.fixture(params=ENGINES)
def found(request: pytest.FixtureRequest, asked: dict[str, Asked]) -> Asked:
    return asked[request.param]


def ordered(rows: pd.DataFrame, *keys: str) -> Rows:
    found: Rows = rows.sort_values(list(keys), kind="stable").to_dict("records")
    return found


def test_engines_agree(asked: dict[str, Asked]) -> None:
    for name, rows in asked["duckdb"].answers.items():
        other = asked["postgres"].answers[name]
        assert list(rows.columns) == list(other.columns)
        # relations are files on one engine, tables on the other
        assert_answer(other, rows.drop(columns="relation", errors="ignore").to_dict("records"), relative=1e-6)


def test_why(found: Asked) -> None:
    rows = found.latest("drivers").rename(
        columns={"baseline_value": "driver_baseline", "current_value": "driver_current"}
    )
    closure = found.latest("closure")[["analysis", "metric", "method", "change", "is_closed", "note"]]
    expected = closure.merge(rows, on=["analysis", "metric", "method"], how="left")
    answer = found.answers["why_did_the_metric_move"]
    kept = [column for column in answer.columns if column in expected]
    assert_answer(answer, ordered(expected[kept], "analysis", "metric", "method", "driver_rank"))
    of_amount = answer[(answer["analysis"] == "shop") & (answer["metric"] == "amount")]
    assert set(of_amount["method"]) == {"shapley", "lmdi"}
    for _, part in of_amount.groupby("method"):
        assert part["contribution"].sum() == pytest.approx(part["change"].iloc[0])
        assert "residual" in set(part["driver"]) and part["is_closed"].all()


def test_movers(found: Asked) -> None:
    rows = found.single("movers").assign(dimension=lambda rows: rows["dimensions"])
    keys = ["analysis", "metric", "dimension", "mover_rank"]
    top = rows[rows["mover_rank"] <= 5]
    columns = [*keys, "segment", "change", "share_of_change", "status", "q_value", "unexpected_change"]
    assert_answer(found.answers["which_segments_moved_the_metric"], ordered(top[columns], *keys))

    rows["size"] = -rows["unexpected_change"].abs()
    beyond = rows[rows["unexpected_q_value"] <= 0.05]
    beyond = beyond.assign(
        verdict=np.where(beyond["unexpected_change"] > 0, "ahead", "behind"), q_value=beyond["unexpected_q_value"]
    )
    columns = ["analysis", "metric", "dimension", "segment", "verdict", "unexpected_change", "q_value", "size"]
    expected = ordered(beyond[columns], "analysis", "metric", "dimension", "size", "segment")
    assert {row["segment"] for row in expected} >= {"web"}
    assert_answer(
        found.answers["which_segments_are_ahead_of_the_rest"],
        [{key: value for key, value in row.items() if key != "size"} for row in expected],
    )

    one_side = rows[rows["status"].isin(["new", "lost"])]
    one_side = one_side.assign(n=-one_side["baseline_records"] - one_side["current_records"])
    expected = ordered(one_side, "analysis", "dimension", "n", "segment", "metric")
    columns = ["analysis", "segment", "status", "metric", "change", "dimension", "baseline_records", "current_records"]
    answer = found.answers["which_segments_are_new_or_lost"]
    assert_answer(answer, [{column: row[column] for column in columns} for row in expected])
    assert dict(zip(answer["segment"], answer["status"], strict=True)) == {"south": "lost", "west": "new"}


def test_effects(found: Asked) -> None:
    rows = found.single("movers").dropna(subset=["rate_effect"])
    effects = ["volume_effect", "mix_effect", "rate_effect"]
    expected: Rows = []
    totals = found.latest("totals").set_index(["analysis", "metric", "side"])["value"]
    scale = found.tables["analyses"].set_index("analysis")["baseline_scale"].fillna(1.0)
    for (analysis, metric, dimension), part in rows.groupby(["analysis", "metric", "dimensions"]):
        summed = part[effects].sum(min_count=1)
        of_baseline = scale[analysis] if metric != "order_value" else 1.0
        change = totals[analysis, metric, "current"] - of_baseline * totals[analysis, metric, "baseline"]
        sizes = summed.abs().fillna(0)
        largest = str(sizes.idxmax()).removesuffix("_effect") if sizes.max() > 1e-9 else "nothing moved"
        row = {
            "analysis": analysis,
            "metric": metric,
            "dimension": dimension,
            "largest_effect": largest,
            "change": change,
        }
        expected.append(row | summed.to_dict())
    answer = found.answers["is_it_volume_mix_or_rate"]
    # what rounding leaves of zero: of records there are as many in each record
    assert_answer(answer, expected, absolute=1e-9)
    assert {row["largest_effect"] for row in expected} >= {"volume", "rate"}


def test_is_the_change_concentrated(found: Asked) -> None:
    rows = found.single("movers")
    rows = rows[rows["segment"] != "(overlap)"]
    effects = rows["volume_effect"].fillna(0) + rows["mix_effect"] + rows["rate_effect"]
    rows = rows.assign(part=effects.fillna(rows["change"])).dropna(subset=["part"])
    expected: Rows = []
    for (analysis, metric, dimension), part in rows.groupby(["analysis", "metric", "dimensions"]):
        sizes = part.assign(size=-part["part"].abs()).sort_values(["size", "segment"])
        gross = -sizes["size"].sum()
        if gross == 0:
            continue
        running = (-sizes["size"]).cumsum().to_numpy() / gross
        expected.append({
            "analysis": analysis, "metric": metric, "dimension": dimension, "largest_segment": sizes["segment"].iloc[0],
            "largest_share": -sizes["size"].iloc[0] / gross, "n_segments": len(sizes), "gross_change": gross,
            "segments_for_four_fifths": int((running < 0.8 - 1e-9).sum()) + 1, "net_change": sizes["part"].sum(),
        })  # fmt: skip
    assert_answer(found.answers["is_the_change_concentrated"], expected, absolute=1e-9)


def test_drilldown(found: Asked) -> None:
    nodes = found.latest("drilldown")
    ends = nodes[nodes["stop_reason"].notna()]
    ends = ends.assign(size=-ends["share_of_total"].abs().round(9))
    columns = ["analysis", "metric", "path", "change", "share_of_total", "stop_reason", "next_question"]
    expected = ordered(ends, "analysis", "metric", "size", "path")
    answer = found.answers["where_does_the_drilldown_end"]
    assert_answer(answer, [{column: row[column] for column in columns} for row in expected])
    assert (answer["path"] != "(total)").any()


def test_simpsons_paradox(found: Asked) -> None:
    rows = paradox_rows()
    means = rows.groupby("side")["value"].mean()
    by_size = rows.groupby(["size", "side"])["value"].agg(["mean", "size"]).unstack()
    weights = by_size["size"] / by_size["size"].sum()
    within = (weights.mean(axis=1) * (by_size["mean"]["after"] - by_size["mean"]["before"])).sum()
    change = means["after"] - means["before"]
    assert change < 0 < within
    expected = {"analysis": "paradox", "metric": "mean_value", "path": "(total)", "dimension": "size", "change": change}
    expected |= {"rate_effect": within, "mix_effect": change - within}
    assert_answer(found.answers["does_a_simpsons_paradox_hide_in_it"], [expected])


def test_identities_and_what_they_miss(found: Asked) -> None:
    identities = found.latest("identities")
    columns = ["analysis", "metric", "identity", "is_selected", "mape", "identity_rank"]
    expected = ordered(identities[columns], "analysis", "metric", "identity_rank")
    assert_answer(found.answers["what_arithmetic_makes_the_metric"], expected)
    rest = identities[identities["is_selected"]][["analysis", "metric", "identity"]].merge(
        found.latest("residual_segments"), on=["analysis", "metric"], how="left"
    )
    rest["verdict"] = np.select(
        [rest["segment"].isna(), rest["q_value"] <= 0.05, rest["q_value"].isna()],
        ["holds in every row", "beyond chance", "not tested"], "may be chance",
    )  # fmt: skip
    columns = ["analysis", "metric", "segment", "residual_change", "verdict", "residual_rank"]
    answer = found.answers["where_does_the_unexplained_rest_sit"]
    assert_answer(answer, ordered(rest[columns], "analysis", "metric", "residual_rank"))
    # the fee that was planted
    first = answer[(answer["analysis"] == "shop") & (answer["residual_rank"] == 1)].iloc[0]
    fees = 2.5 * ((shop_rows()["channel"] == "store") & (shop_rows()["day"] >= pd.Timestamp("2024-07-01").date())).sum()
    assert first["segment"] == "store" and first["verdict"] == "beyond chance"
    assert float(first["residual_change"]) == pytest.approx(fees, abs=0.5)
    assert "holds in every row" in set(answer["verdict"])


def test_where_drivers_work(found: Asked) -> None:
    rows = found.single("driver_segments")
    keys = ["analysis", "metric", "driver", "dimensions"]
    rows = rows.assign(size=-rows["contribution"].abs().round(9)).sort_values([*keys, "size", "segment"])
    rows["contribution_rank"] = rows.groupby(keys).cumcount() + 1
    top = rows[rows["contribution_rank"] <= 5].drop(columns=["size", "period_end"])
    top = top.rename(columns={"dimensions": "dimension"})
    assert_answer(found.answers["where_did_each_driver_work"], top.to_dict("records"))


def test_history(found: Asked) -> None:
    """Window by window from the raw rows; three months before are scaled to the days of one."""
    answer = found.answers["how_has_the_metric_moved"]
    day = pd.to_datetime(shop_rows()["day"])
    month = day.dt.to_period("M")
    amount = shop_rows()["amount"]
    for group, months in (("shop", ["2024-05", "2024-06", "2024-07"]), ("flat", ["2024-07"])):
        rows = answer[(answer["analysis_group"] == group) & (answer["metric"] == "amount")]
        assert [str(value)[:7] for value in rows["period_end"]] == months
        for row, name in zip(rows.itertuples(), months, strict=True):
            now = pd.Period(name, "M")
            before = [now - 3, now - 2, now - 1]
            baseline = (
                amount[month.isin(before)].sum() * now.days_in_month / sum(period.days_in_month for period in before)
            )
            assert row.current_value == pytest.approx(amount[month == now].sum())
            assert row.baseline_value == pytest.approx(baseline)
            assert row.change == pytest.approx(row.current_value - baseline)
            assert row.change_pct == pytest.approx(row.current_value / baseline - 1)
    values = answer[answer["metric"] == "order_value"]
    assert values["baseline_value"].astype(float).between(15, 35).all()
    # two snapshots have no window
    assert answer.loc[answer["analysis_group"] == "restated", "period_end"].map(plain).isna().all()


def test_concentration(found: Asked) -> None:
    rows = found.latest("totals").pivot(
        index=["analysis", "metric"], columns="side", values=["top5_value_share", "herfindahl", "segments"]
    )
    rows = rows[rows["herfindahl", "current"].notna()]
    expected: Rows = []
    for (analysis, metric), row in rows.iterrows():
        before, now = 1 / row["herfindahl", "baseline"], 1 / row["herfindahl", "current"]
        verdict = (
            "as before" if now == pytest.approx(before) else "more than before" if now < before else "less than before"
        )
        expected.append({
            "analysis": analysis, "metric": metric, "top5_share_now": row["top5_value_share", "current"], "verdict": verdict,
            "top5_share_before": row["top5_value_share", "baseline"], "effective_segments_now": now, "segments_now": row["segments", "current"],
        })  # fmt: skip
    assert_answer(found.answers["how_concentrated_is_the_metric"], expected)


def test_largest_segments(found: Asked) -> None:
    rows = found.single("segments")
    rows = rows[(rows["side"] == "current") & (rows["depth"] == 1) & (rows["segment_rank"] <= 5)]
    rows = rows.rename(columns={"dimensions": "dimension"})
    columns = ["analysis", "metric", "dimension", "segment_rank", "segment", "value", "value_share", "records", "p50"]
    expected = ordered(rows[columns], "analysis", "metric", "dimension", "segment_rank")
    assert_answer(found.answers["which_segments_are_largest"], expected)


def test_words(found: Asked) -> None:
    notes = shop_rows().assign(day=lambda rows: pd.to_datetime(rows["day"]))
    sides = {
        "baseline": notes[notes["day"].between("2024-04-01", "2024-06-30")],
        "current": notes[notes["day"] >= "2024-07-01"],
    }
    shares = {name: rows["note"].str.split().explode().value_counts(normalize=True) for name, rows in sides.items()}
    rows = pd.DataFrame(shares).rename_axis("word").reset_index()
    rows["share_change"] = rows["current"] - rows["baseline"]
    rows = rows.assign(size=-rows["share_change"].abs().round(9)).sort_values(["size", "word"])
    expected = rows.rename(columns={"baseline": "baseline_share", "current": "current_share"}).drop(columns="size")
    expected = expected.assign(analysis="shop", column_name="note").to_dict("records")
    assert_answer(found.answers["which_words_are_more_frequent"], expected)


def test_restatements(found: Asked) -> None:
    before, after = snapshots()
    both = before.merge(after, on="id", how="outer", suffixes=("_before", "_after")).fillna(
        {"amount_before": 0, "amount_after": 0}
    )
    both["change"] = both["amount_after"] - both["amount_before"]
    kind = np.select(
        [both["region_before"].isna(), both["region_after"].isna(), both["change"] != 0], ["added", "removed", "modified"], "identical"
    )  # fmt: skip
    grouped = both.groupby(kind)["change"].agg(["size", "sum"])
    answer = found.answers["what_changed_after_the_fact"]
    answer = answer[answer["metric"] == "amount"].reset_index(drop=True)
    expected = [
        {"row_change": name, "n_rows": row["size"], "change": row["sum"], "share_of_change": row["sum"] / both["change"].sum()}
        for name, row in grouped.sort_index().iterrows()
    ]  # fmt: skip
    assert len(expected) == 4
    assert_answer(answer, expected)


def test_alerts(found: Asked) -> None:
    rows = found.tables["alerts"].assign(
        distance=lambda rows: (rows["observed"] - rows["threshold"]) / rows["threshold"].abs(),
        is_quiet=lambda rows: ~rows["is_breached"].astype(bool),
    )
    rows["order"] = rows["distance"].abs() * np.where(rows["is_quiet"], 1, -1)
    expected = rows.sort_values(["is_quiet", "order", "analysis", "rule"])
    assert set(expected["is_breached"]) == {True, False}
    columns = ["analysis", "rule", "is_breached", "observed", "threshold", "distance"]
    assert_answer(found.answers["which_alerts_are_breached"], expected[columns].to_dict("records"))


def test_columns_and_rows_left_out(found: Asked) -> None:
    expected = ordered(found.tables["columns"], "relation", "position")
    assert_answer(found.answers["what_is_in_these_columns"], expected)
    rows = found.tables["analyses"]
    rows = rows.assign(compared_records=rows["baseline_records"] + rows["current_records"])
    columns = ["analysis", "compared_records", "filtered_records", "excluded_records", "unparsed_records"]
    answer = found.answers["what_was_left_out"]
    assert_answer(answer, ordered(rows[columns], "analysis"))
    day = pd.to_datetime(shop_rows()["day"])
    assert plain(answer.set_index("analysis").loc["shop", "excluded_records"]) == (day < "2024-04-01").sum()
