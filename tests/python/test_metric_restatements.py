"""Restatements: rows of two snapshots matched in Python, one by one."""

from __future__ import annotations

import json
import math
import re
import statistics
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse, on_both_engines
from shared_build import Case, Declares, SharedBuild

shared = SharedBuild()

CLASSES = ["added", "removed", "modified", "identical"]
Row = dict[str, Any]


class Match(NamedTuple):
    """A row of the baseline and the row of the current snapshot with its key; either may be missing."""

    before: Row | None
    after: Row | None


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Rows with None for what is missing."""
    return [
        {name: None if value is None or value is pd.NaT or value != value else value for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def matched(before: list[Row], after: list[Row], key: list[str]) -> list[Match]:
    """Match rows by key; a null in a key matches nothing."""
    missing: list[Match] = []
    sides: list[dict[tuple[Any, ...], Row]] = [{}, {}]
    for side, rows in enumerate((before, after)):
        for row in rows:
            name = tuple(row[column] for column in key)
            if None in name:
                missing.append(Match(row, None) if side == 0 else Match(None, row))
            else:
                assert name not in sides[side]
                sides[side][name] = row
    return [Match(sides[0].get(name), sides[1].get(name)) for name in {**sides[0], **sides[1]}] + missing


def classified(matches: list[Match], read: list[str]) -> dict[str, list[Match]]:
    """Tell what happened to each row, `read` being the columns that count."""
    found: dict[str, list[Match]] = {name: [] for name in CLASSES}
    for match in matches:
        if match.before is None or match.after is None:
            name = "added" if match.before is None else "removed"
        else:
            is_same = all(match.before[c] == match.after[c] for c in read)
            name = "identical" if is_same else "modified"
        found[name].append(match)
    return found


def snapshots(seed: int, n: int = 700) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a table, and what became of it: rows gone, new, corrected, moved in and out of what is looked at."""
    random = np.random.default_rng(seed)

    def some(values: list[Any], size: int) -> np.ndarray:
        return np.array(values, dtype=object)[random.integers(0, len(values), size)]

    def draw(size: int) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "order_no": random.integers(0, 10**9, size),
                "line": some(["a", "b", "A", "é", "it's", ""], size),
                "region": some(["north", "south", " | ", None, ""], size),
                "status": some(["ok", "ok", "ok", "void"], size),
                "amount": [
                    None if v % 17 == 0 else Decimal(int(v)) / 100 for v in random.integers(-(10**6), 10**7, size)
                ],
                "score": np.where(random.random(size) < 0.1, np.nan, random.normal(0, 1000, size)),
                "units": random.integers(-2, 9, size),
                "buyer": some([f"b{i}" for i in range(60)] + [None], size),
                "note": some(["x", "y"], size),
            }
        )

    before = draw(n)
    # the same order with several lines; a whole part of the key missing, either part of it
    before.loc[: n // 2, "order_no"] = np.arange(n // 2 + 1) // 3
    before["line"] = np.where(before.index <= n // 2, [f"l{i % 3}" for i in range(n)], before["line"])
    before["order_no"] = before["order_no"].astype("Int64")
    before.loc[random.choice(n, 20, replace=False), "order_no"] = pd.NA
    before.loc[random.choice(n, 20, replace=False), "line"] = None
    after = before[random.random(n) > 0.15].copy()
    new = draw(n)
    for column in ("region", "status", "amount", "score", "units", "buyer"):
        is_changed = random.random(len(after)) < 0.06
        after[column] = np.where(is_changed, new[column].iloc[: len(after)].to_numpy(), after[column].to_numpy())
    after["note"] = "z"
    after["score"] = after["score"].astype(float)
    after["units"] = after["units"].astype("int64")
    more = draw(n // 5)
    more["order_no"] = more["order_no"].astype("Int64") + 10**10
    after = pd.concat([after, more], ignore_index=True).sample(frac=1, random_state=seed)
    return before, after


METRICS: list[dict[str, Any]] = [
    {"name": "amount", "agg": "sum"},
    {"name": "score", "agg": "sum"},
    {"name": "scored", "agg": "count", "expr": "score"},
    {"name": "units", "agg": "sum"},
    {"name": "twice", "agg": "sum", "expr": "2 * amount - units"},
    {"name": "mean_amount", "agg": "avg", "expr": "amount"},
    {"name": "mean_score", "agg": "avg", "expr": "score"},
    {"name": "middle", "agg": "median", "expr": "score"},
    {"name": "largest", "agg": "max", "expr": "amount"},
    {"name": "smallest", "agg": "min", "expr": "score"},
    {"name": "buyers", "agg": "count_distinct", "expr": "buyer"},
    {"name": "unit_amount", "numerator": "amount", "denominator": "units"},
    {"name": "score_per_record", "numerator": "score", "denominator": "records"},
    {"name": "buyer_amount", "numerator": "amount", "denominator": "buyers"},
]
ADDITIVE = ["records", "amount", "score", "scored", "units", "twice"]
RATES = {
    "mean_amount": ("amount", "n_amount"),
    "mean_score": ("score", "scored"),
    "unit_amount": ("amount", "units"),
    "score_per_record": ("score", "records"),
}
SINGLE = ["middle", "largest", "smallest", "buyers", "buyer_amount"]


def present(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def measures(rows: list[Row]) -> dict[str, Any]:
    """Every metric of rows, in exact numbers where SQL is exact; sums of nothing are None."""
    amounts, scores, units = (present(rows, name) for name in ("amount", "score", "units"))
    twice = [2 * row["amount"] - row["units"] for row in rows if row["amount"] is not None]
    buyers = set(present(rows, "buyer"))
    found: dict[str, Any] = {
        "records": len(rows),
        "amount": sum(amounts) if amounts else None,
        "n_amount": len(amounts),
        "score": math.fsum(scores) if scores else None,
        "scored": len(scores),
        "units": sum(units) if units else None,
        "twice": sum(twice) if twice else None,
        "middle": statistics.median(scores) if scores else None,
        "largest": max(amounts, default=None),
        "smallest": min(scores, default=None),
        "buyers": len(buyers) if rows else None,
    }
    found["buyer_amount"] = float(found["amount"]) / len(buyers) if amounts and buyers else None
    for name, (n, d) in RATES.items():
        found[name] = float(found[n]) / float(found[d]) if found[n] is not None and found[d] else None
    return found


def truth(before: list[Row], after: list[Row], key: list[str], read: list[str]) -> dict[tuple[str, str], list[Any]]:
    """Compute n_rows, baseline_value, current_value and change of every metric and class."""
    classes = classified(matched(before, after, key), read)
    wholes = [measures(before), measures(after)]
    found: dict[tuple[str, str], list[Any]] = {}
    for name, matches in classes.items():
        sides = [
            measures([match[side] for match in matches if match[side] is not None])  # type: ignore[misc]
            for side in (0, 1)
        ]
        for metric in ADDITIVE:
            values = [float(side[metric] or 0) for side in sides]
            found[metric, name] = [len(matches), *values, values[1] - values[0]]
        for metric in SINGLE:
            found[metric, name] = [len(matches), *(side[metric] for side in sides), None]
        for metric, (n, d) in RATES.items():
            change = None
            if wholes[0][metric] is not None and wholes[1][metric] is not None:
                change = rate_and_mix(
                    [float(side[n] or 0) for side in sides],
                    [float(side[d] or 0) for side in sides],
                    [float(whole[d]) for whole in wholes],
                    [whole[metric] for whole in wholes],
                )
            found[metric, name] = [len(matches), *(side[metric] for side in sides), change]
    return found


def rate_and_mix(n: list[float], d: list[float], size: list[float], whole: list[float]) -> float:
    """Give the effects of a segment with amounts n over sizes d, as docs/metric_change.md has them."""
    w = [d[0] / size[0], d[1] / size[1]]
    center = (whole[0] + whole[1]) / 2
    if any(part == 0 and amount != 0 for amount, part in zip(n, d, strict=True)):
        return n[1] / size[1] - n[0] / size[0] - (w[1] - w[0]) * center
    own = [amount / part if part else None for amount, part in zip(n, d, strict=True)]
    r0, r1 = (own[0] if own[0] is not None else own[1]), (own[1] if own[1] is not None else own[0])
    if r0 is None or r1 is None:
        return 0.0
    return (w[0] + w[1]) / 2 * (r1 - r0) + (w[1] - w[0]) * ((r0 + r1) / 2 - center)


def agrees(found: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    if expected is None or pd.isna(found):
        return expected is None and bool(pd.isna(found))
    return bool(found == pytest.approx(float(expected), rel=tolerance, abs=1e-9))


def compare(found: pd.DataFrame, expected: dict[tuple[str, str], list[Any]]) -> None:
    """Compare the rows of an analysis with the truth."""
    assert len(found) == len(expected) > 0
    for row in found.itertuples():
        values = expected[row.metric, row.row_change]
        assert row.n_rows == values[0], (row, values)
        exact = row.metric in ("records", "amount", "units", "twice", "scored")
        for name, value in zip(("baseline_value", "current_value", "change"), values[1:], strict=True):
            if exact and name != "change":
                assert getattr(row, name) == value, (name, row, values)
            assert agrees(getattr(row, name), value), (name, row, values)


def changes_close(warehouse: Warehouse, analysis: str) -> int:
    """Add up the changes of each metric; return how many closed."""
    found = warehouse.query(f"select * from metric_restatements where analysis = '{analysis}'")
    totals = warehouse.query(f"select * from metric_totals where analysis = '{analysis}'")
    value = {(row.side, row.metric): row.value for row in totals.itertuples()}
    closed = 0
    for metric, rows in found.groupby("metric"):
        if rows["change"].isna().any():
            assert rows["change"].isna().all(), metric
            continue
        sides = [value["baseline", metric], value["current", metric]]
        total = sides[1] - sides[0]
        assert math.fsum(rows["change"]) == pytest.approx(total, rel=1e-9, abs=1e-11 * max(map(abs, sides))), metric
        closed += 1
    return closed


KEY = ["order_no", "line"]


@on_both_engines
def test_random_snapshots(warehouse: Warehouse) -> None:
    """Decimals, doubles of both signs, nulls, keys of two columns with nulls in them, rows in and out of `where`."""
    analyses, frames = [], {}
    for seed in (1, 2):
        before, after = snapshots(seed)
        spec = {
            "relation": {"file": warehouse.frame(f"after_{seed}.parquet", after)},
            "compare": {"to": {"file": warehouse.frame(f"before_{seed}.parquet", before)}},
            "key": KEY,
            "metrics": METRICS,
        }
        analyses += [
            {**spec, "name": f"all_{seed}", "dimensions": ["region"]},
            {**spec, "name": f"kept_{seed}", "dimensions": [], "where": "status = 'ok' and units > 0"},
            {**spec, "name": f"noted_{seed}", "dimensions": ["region", {"name": "what", "expr": "note || line"}]},
        ]
        frames[seed] = before, after
    analyses.append({**analyses[0], "name": "no_key", "key": None})
    run = warehouse.build(analyses)
    assert run.success, run.log
    found = warehouse.query("select * from metric_restatements")
    assert list(found.columns) == [
        "analysis", "period_end", "metric", "row_change", "n_rows", "baseline_value", "current_value", "change",
    ]  # fmt: skip
    assert set(found["analysis"]) == {spec["name"] for spec in analyses} - {"no_key"}
    assert found["period_end"].isna().all()
    order = sorted(found.itertuples(), key=lambda row: (row.analysis, row.metric, row.row_change))
    assert [row.Index for row in order] == list(found.index)
    sizes = set()
    values = ["amount", "score", "units", "buyer"]
    for seed, pair in frames.items():
        sides = [rows_of(frame) for frame in pair]
        kept = [[row for row in rows if row["status"] == "ok" and row["units"] > 0] for rows in sides]
        for name, (old, new), read in (
            ("all", sides, [*values, "region"]),
            ("kept", kept, values),
            ("noted", sides, [*values, "region", "note"]),
        ):
            expected = truth(old, new, KEY, read)
            sizes |= {values[0] for values in expected.values()}
            compare(found[found["analysis"] == f"{name}_{seed}"], expected)
            assert changes_close(warehouse, f"{name}_{seed}") == len(ADDITIVE) + len(RATES)
    # every class has rows, but for the one that a column changed everywhere empties
    assert len(sizes) > 15 and min(sizes - {0}) > 20


@on_both_engines
def test_each_relation_is_scanned_once(warehouse: Warehouse) -> None:
    before, after = snapshots(3, 60)
    run = warehouse.build(
        [
            {
                "name": "orders",
                "relation": {"file": warehouse.frame("rows_after.parquet", after)},
                "compare": {"to": {"file": warehouse.frame("rows_before.parquet", before)}},
                "key": KEY,
                "dimensions": ["region"],
                "metrics": METRICS[:6],
                "where": "status = 'ok'",
            }
        ],
        only=["metric_restatements", "metric_totals", "metric_segments"],
    )
    assert run.success, run.log
    path = next((warehouse.folder / "target/compiled").rglob("models/metric_change/metric_restatements.sql"))
    sql = path.read_text()
    plan = "\n".join(warehouse.query(f"explain {sql}").iloc[:, -1])
    # in DuckDB a file is a table that the build has loaded
    name = r"Scan on (rows_\w+)" if isinstance(warehouse, PostgresWarehouse) else r"Table: \S+__file_(rows_[a-z]+)"
    assert sorted(re.findall(name, plan)) == ["rows_after", "rows_before"], plan
    assert sql.count("rows_after") == 2, "named twice, read once"


SAME = {1, 2, 7, 8, 9}


@shared.test
def test_what_counts_as_modified(warehouse: Case) -> Declares:
    """Everything that the analysis reads, as it stands there; nothing else."""
    columns = "(id, note, day, shop, region, amount, score, other)"
    shared = "(1, 'a b', date '2024-01-01', 's', 'north', 1.50::decimal(9, 2), 1.5::double, 'o')"
    before = f"""
        values {shared},
            (2, 'a', date '2024-01-01', 's', 'north', 1.5, 1, 'o'), (3, 'a', date '2024-01-01', 's', 'north', 1, 1, 'o'),
            (4, 'a', date '2024-01-01', 's', 'north', 1, 1, 'o'), (5, 'a', date '2024-01-01', 's', 'north', 1, 1, 'o'),
            (6, 'a', date '2024-01-01', 's', 'north', null, 1, 'o'), (7, null, null, null, null, null, null, 'o'),
            (8, 'a', date '2024-01-01', 's', 'north', 1, -0.0, 'o'), (9, 'a', date '2024-01-01', 's', 'x', 1, 'nan', 'o'),
            (10, 'a', date '2024-01-01', 's', 'x', 1, 0.3, 'o'), (11, 'a', date '2024-01-01', 's', 'North', 1, 1, 'o'),
            (12, 'a', date '2024-01-01', 's', null, 1, 1, 'o'), (13, 'a', date '2024-01-01', 's', 'x', 1, null, 'o')"""
    after = f"""
        values {shared},
            (2, 'a', date '2024-01-01', 's', 'north', 1.5, 1, 'changed'), (3, 'b', date '2024-01-01', 's', 'north', 1, 1, 'o'),
            (4, 'a', date '2024-01-02', 's', 'north', 1, 1, 'o'), (5, 'a', date '2024-01-01', 't', 'north', 1, 1, 'o'),
            (6, 'a', date '2024-01-01', 's', 'north', 0, 1, 'o'), (7, null, null, null, null, null, null, 'o'),
            (8, 'a', date '2024-01-01', 's', 'north', 1, 0.0, 'o'), (9, 'a', date '2024-01-01', 's', 'x', 1, null, 'o'),
            (10, 'a', date '2024-01-01', 's', 'x', 1, 0.1::double + 0.2::double, 'o'),
            (11, 'a', date '2024-01-01', 's', ' north', 1, 1, 'o'), (12, 'a', date '2024-01-01', 's', '', 1, 1, 'o'),
            (13, 'a', date '2024-01-01', 's', 'x', 1, 0, 'o')"""
    ids = {"name": "ids", "agg": "sum", "expr": "cast(power(2, id) as bigint)"}
    amount = {"name": "amount", "agg": "sum"}
    spec = {
        "relation": {"file": warehouse.file("after.parquet", f"select * from ({after}) t{columns}")},
        "compare": {"to": {"file": warehouse.file("before.parquet", f"select * from ({before}) t{columns}")}},
        "key": "id",
        "metrics": [ids, amount, {"name": "score", "agg": "sum"}],
    }
    yield [
        {**spec, "name": "all", "time": "day", "unit": "shop", "dimensions": ["region"],
         "text": {"word_frequency": ["note"], "normalize": ["region"]}},
        {**spec, "name": "amounts", "dimensions": [], "metrics": [ids, amount]},
        {**spec, "name": "counts", "dimensions": [], "metrics": [ids, {"name": "notes", "agg": "count", "expr": "note"}]},
    ]  # fmt: skip
    found = warehouse.query("select * from metric_restatements where metric = 'ids'").set_index(
        ["analysis", "row_change"]
    )
    everything = set(range(1, 14))
    for analysis, modified in (("all", everything - SAME), ("amounts", {6}), ("counts", {3})):
        classes: dict[str, set[int]] = {"modified": modified, "identical": everything - modified}
        for name in CLASSES:
            members = classes.get(name, set())
            row, bits = found.loc[(analysis, name)], sum(2**i for i in members)
            values = [row["n_rows"], row["baseline_value"], row["current_value"]]
            assert values == [len(members), bits, bits], (analysis, name)


@shared.test
def test_snapshots_without_change_or_without_rows(warehouse: Case) -> Declares:
    before, _ = snapshots(4, 300)
    path = warehouse.frame("rows.parquet", before)
    shuffled = warehouse.frame("shuffled.parquet", before.sample(frac=1, random_state=0))
    nothing = warehouse.file("nothing.parquet", f"select * from '{path}' where false")
    # rows without a key have no match
    kept = "order_no is not null and line is not null"
    spec = {"key": KEY, "dimensions": ["region"], "metrics": METRICS, "where": kept}
    yield [
        {**spec, "name": "same", "relation": {"file": path}, "compare": {"to": {"file": shuffled}}},
        {**spec, "name": "self", "relation": {"file": path}, "compare": {"to": {"file": path}}},
        {**spec, "name": "from_nothing", "relation": {"file": path}, "compare": {"to": {"file": nothing}}},
        {**spec, "name": "to_nothing", "relation": {"file": nothing}, "compare": {"to": {"file": path}}},
        {**spec, "name": "nothing", "relation": {"file": nothing}, "compare": {"to": {"file": nothing}}},
    ]
    rows = [row for row in rows_of(before) if row["order_no"] is not None and row["line"] is not None]
    read = ["amount", "score", "units", "buyer", "region"]
    found = warehouse.query("select * from metric_restatements")
    for name in ("same", "self"):
        part = found[found["analysis"] == name]
        compare(part, truth(rows, rows, KEY, read))
        assert not part.loc[part["row_change"] != "identical", "n_rows"].any()
        assert (part.loc[~part["metric"].isin(SINGLE), "change"] == 0).all(), "not even in the last digit"
    compare(found[found["analysis"] == "from_nothing"], truth([], rows, KEY, read))
    compare(found[found["analysis"] == "to_nothing"], truth(rows, [], KEY, read))
    assert "nothing" not in set(found["analysis"])


@on_both_engines
def test_rates_with_a_denominator_of_nothing(warehouse: Warehouse) -> None:
    """A class whose denominator is 0, and one that the metric is null in."""
    columns = "(id, kind, cost, units)"
    before = (
        f"select * from (values (1, 'a', 10.0, 5), (2, 'a', 4.0, 0), (3, 'b', 7.0, 2), (4, 'b', null, 3)) t{columns}"
    )
    after = (
        f"select * from (values (1, 'a', 10.0, 5), (2, 'a', 9.0, 0), (5, 'b', 1.0, 0), (4, 'b', null, 3)) t{columns}"
    )
    run = warehouse.build(
        [
            {
                "name": "costs",
                "relation": {"file": warehouse.file("after.parquet", after)},
                "compare": {"to": {"file": warehouse.file("before.parquet", before)}},
                "key": ["id"],
                "dimensions": ["kind"],
                "metrics": [
                    {"name": "cost", "agg": "sum"},
                    {"name": "units", "agg": "sum"},
                    {"name": "unit_cost", "numerator": "cost", "denominator": "units"},
                    {"name": "mean_cost", "agg": "avg", "expr": "cost"},
                ],
            }
        ],
        only=["metric_restatements", "metric_totals", "metric_segments"],
    )
    assert run.success, run.log
    found = warehouse.query("select * from metric_restatements").set_index(["metric", "row_change"])
    rate = found.loc["unit_cost"]
    # R goes from 21 / 10 to 20 / 8, their mean is 2.3
    assert rate.loc["modified", "change"] == pytest.approx(9 / 8 - 4 / 10)
    assert rate.loc["added", "change"] == pytest.approx(1 / 8)
    assert rate.loc["removed", "change"] == pytest.approx(-0.7 + 0.2 * 2.3)
    assert rate.loc["identical", "change"] == pytest.approx(10 / 8 - 10 / 10 - (8 / 8 - 8 / 10) * 2.3)
    assert rate["change"].sum() == pytest.approx(20 / 8 - 21 / 10)
    assert rate["baseline_value"].isna().tolist() == [name in ("added", "modified") for name in rate.index]
    assert changes_close(warehouse, "costs") == 5


@shared.test
def test_sums_beyond_doubles(warehouse: Case) -> Declares:
    """A total beyond 1e300 is unknown in every table, and with it what changed an average; so is such a class."""
    rows = "select i as id, 'a' as kind, 6e299::double + 0 * i as huge, i % 2 as two from range({}, {}) t(i)"
    one, both = (
        warehouse.file(f"{name}.parquet", rows.format(*ends)) for name, ends in (("one", (0, 1)), ("both", (0, 2)))
    )
    four = warehouse.file("four.parquet", rows.format(0, 4))
    spec = {"dimensions": ["kind"], "key": "id", "metrics": ["huge", {"name": "mean", "agg": "avg", "expr": "huge"}]}
    yield [
        {**spec, "name": "both", "relation": {"file": both}, "compare": {"to": {"file": one}}},
        {**spec, "name": "four", "relation": {"file": four}, "compare": {"to": {"file": one}}},
    ]
    found = warehouse.query("select * from metric_restatements").set_index(["analysis", "metric", "row_change"])
    assert found.loc[("both", "huge"), "change"].tolist() == [6e299, 0, 0, 0]
    assert pd.isna(found.loc[("four", "huge", "added"), ["current_value", "change"]].to_numpy(float)).all()
    for analysis in ("both", "four"):
        assert found.loc[(analysis, "mean"), "change"].isna().all()


@on_both_engines
@pytest.mark.parametrize("kind", ["text", "decimal and integer", "date and timestamp", "double"])
def test_keys_of_other_types(warehouse: Warehouse, kind: str) -> None:
    if kind == "double" and isinstance(warehouse, PostgresWarehouse):
        pytest.skip("one engine is enough")
    before, after = {
        "text": ("'it''s | ' || i", "'it''s | ' || i"),
        "decimal and integer": ("i::decimal(9, 2)", "i::bigint"),
        "date and timestamp": ("date '2024-01-01' + i::int", "(date '2024-01-01' + i::int)::timestamp"),
        "double": ("i + 0.5::double", "i + 0.5::double"),
    }[kind]
    run = warehouse.build(
        [
            {
                "name": "typed",
                "relation": {"file": warehouse.file("after.parquet", f"select {after} as \"my key\", i as n from range(3, 12) t(i)")},
                "compare": {"to": {"file": warehouse.file("before.parquet", f"select {before} as \"my key\", i as n from range(10) t(i)")}},
                "key": "my key",
                "dimensions": [],
                "metrics": ["n"],
            }
        ],
        only="metric_restatements",
    )  # fmt: skip
    assert run.success, run.log
    found = warehouse.query("select row_change, n_rows, change from metric_restatements where metric = 'n'")
    assert {(row.row_change, row.n_rows, row.change) for row in found.itertuples()} == {
        ("added", 2, 21), ("removed", 3, -3), ("modified", 0, 0), ("identical", 7, 0),
    }  # fmt: skip


@on_both_engines
def test_key_that_is_not_unique(warehouse: Warehouse) -> None:
    rows = "select i as id, case when i = 7 then null else 'l' || i % 5 end as line, i as n, 'a' as kind from range(20) t(i)"
    unique = warehouse.file("unique.parquet", rows)
    # of the nulls none has a match
    nulls = warehouse.file("nulls.parquet", f"{rows} union all select null, null, 1, 'a' from range(3)")
    twice = warehouse.file(
        "twice.parquet", f"{rows} union all (select id, line, n, 'b' from ({rows}) where id in (3, 4, 5, 6)) "
        "union all select 5, 'l0', 1, 'c'",
    )  # fmt: skip
    spec = {"dimensions": ["kind"], "metrics": ["n"]}
    error = "whence: whence_metric_analyses[orders].key: "
    for fields, message in (
        ({"relation": twice, "to": unique, "key": "id"}, "id is not unique in {twice}: 5 (3 rows), 3 (2 rows), 4 (2 rows) and 1 more; "),
        ({"relation": unique, "to": twice, "key": ["line", "id"]}, "line, id is not unique in {twice}: l0 | 5 (3 rows), l1 | 6 (2 rows), l3 | 3 (2 rows) and 1 more; "),
        ({"relation": unique, "to": nulls, "key": "line"}, "line is not unique in {nulls}: l0 (4 rows), l1 (4 rows), l3 (4 rows) and 2 more; "),
        ({"relation": nulls, "to": unique, "key": ["id"]}, None),
        ({"relation": twice, "to": unique, "key": "id", "where": "kind = 'a'"}, None),
    ):  # fmt: skip
        where = {"where": fields["where"]} if "where" in fields else {}
        run = warehouse.build(
            [
                {
                    **spec,
                    **where,
                    "name": "orders",
                    "relation": {"file": fields["relation"]},
                    "compare": {"to": {"file": fields["to"]}},
                    "key": fields["key"],
                }
            ],
            only="metric_restatements",
        )
        if message is None:
            assert run.success, run.log
            continue
        paths = {"twice": twice, "nulls": nulls}
        names = paths if not isinstance(warehouse, PostgresWarehouse) else {name: f"lake.{name}" for name in paths}
        lines = [line.strip() for line in run.log.splitlines() if error in line]
        assert not run.success and not run.stack_trace and lines, run.log
        assert lines[0].startswith(error + message.format(**names)), lines


@on_both_engines
def test_columns_that_the_other_snapshot_lacks(warehouse: Warehouse) -> None:
    path = warehouse.file("rows.parquet", "select i as id, i as n, date '2024-01-01' as day from range(9) t(i)")
    other = warehouse.file("other.parquet", "select i as n, i as ID2 from range(9) t(i)")
    texts = warehouse.file("texts.parquet", "select 'i' || i as id, i as n from range(9) t(i)")
    spec = {"name": "shop", "relation": {"file": path}, "dimensions": [], "metrics": ["n"]}
    for fields, message in (
        ({"key": "id", "compare": {"to": {"file": other}}}, "[shop].key: 'id' is not a column of"),
        ({"key": "idd", "compare": {"to": {"file": other}}}, "[shop].key: 'idd' is not a column of"),
        (
            {"key": "id", "compare": {"to": {"file": texts}}},
            "expected the same type in both, so that rows can be matched",
        ),
        ({"time": "day", "compare": {"to": {"file": other}}}, "has no column 'day', which"),
    ):
        run = warehouse.build([{**spec, **fields}], only="metric_restatements")
        assert not run.success and not run.stack_trace, run.log
        assert message in run.log, run.log


def test_key_without_another_snapshot(warehouse: Warehouse) -> None:
    for compare_to in ("previous", "none", {"column": "kind", "baseline": "a", "current": "b"}, None):
        spec: dict[str, Any] = {"name": "shop", "relation": {"file": "x.csv"}, "key": "id"}
        run = warehouse.check([spec if compare_to is None else {**spec, "compare": {"to": compare_to}}])
        assert not run.success and not run.stack_trace
        assert "whence: whence_metric_analyses[shop].key: matches the rows of two snapshots" in run.log, run.log
    assert warehouse.check([{"name": "shop", "relation": {"file": "x.csv"}, "key": []}]).success


@on_both_engines
def test_empty_build(warehouse: Warehouse) -> None:
    before, after = snapshots(5, 50)
    analyses = [
        {
            "name": "orders",
            "relation": {"file": warehouse.frame("after.parquet", after)},
            "compare": {"to": {"file": warehouse.frame("before.parquet", before)}},
            "key": KEY,
            "dimensions": ["region"],
            "metrics": METRICS,
        }
    ]
    run = warehouse.build(analyses, only="metric_restatements")
    assert run.success, run.log
    full = warehouse.query("select * from metric_restatements")
    assert len(full) == 4 * (1 + len(METRICS))
    run = warehouse.build(analyses, "--empty", only="metric_restatements")
    assert run.success, run.log
    found = warehouse.query("select * from metric_restatements")
    assert list(found.columns) == list(full.columns) and len(found) == 0


def test_demo(demo: Warehouse) -> None:
    """Order lines at list price against order lines as sold: nothing came or went, discounts changed 838 lines."""
    found = demo.query("select * from metric_restatements").set_index(["analysis", "metric", "row_change"])
    lines = found.loc[("northwind_discounts", "revenue")]
    assert lines["n_rows"].to_dict() == {"added": 0, "identical": 1317, "modified": 838, "removed": 0}
    sold = demo.query(
        "select count(*) as n, sum(revenue - quantity * unit_price) as change from demo_northwind where discount > 0"
    ).iloc[0]
    assert lines.loc["modified", "n_rows"] == sold["n"]
    assert lines.loc["modified", "change"] == pytest.approx(float(sold["change"]), rel=1e-12)
    spec = json.loads(
        demo.query("select spec_json from metric_analyses where analysis = 'northwind_discounts'").iloc[0, 0]
    )
    assert spec["key"] == ["order_id", "product"]
