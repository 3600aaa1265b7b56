"""Volume, mix and rate effects against the same arithmetic in fractions, on random tables and on real builds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_server import PostgresServer

Pair = tuple[float, float]  # amount and size
DIMENSIONS = ["color", "shape"]


class Segment(NamedTuple):
    """Amount and size on either side; None where the segment has no rows."""

    baseline: Pair | None
    current: Pair | None


class Effects(NamedTuple):
    """What metric_movers must say; None is null."""

    volume: Fraction | None
    mix: Fraction | None
    rate: Fraction | None
    note: str | None
    share: Fraction | None
    scale: Fraction  # errors are relative to this
    is_close_call: bool  # the sizes are as near to zero as the limit


NEXT_TO_ZERO = 10**6


def effects(segment: Segment, total: Segment, is_additive: bool) -> Effects:
    """Work out the effects of one segment in exact arithmetic."""
    (m0, v0), (m1, v1) = (
        (Fraction(a), Fraction(b)) for a, b in (segment.baseline or (0, 0), segment.current or (0, 0))
    )
    (whole0, size0), (whole1, size1) = (
        (Fraction(a), Fraction(b)) for a, b in (total.baseline or (0, 0), total.current or (0, 0))
    )
    thing = "volume" if is_additive else "denominator"
    note = None
    if is_additive and (size0 <= 0 or size1 <= 0):
        note = "total volume not positive: the whole change is rate"
    elif (v0 == 0 and m0 != 0) or (v1 == 0 and m1 != 0):
        note = f"no {thing}: the whole change is rate"
    if not is_additive and (size0 == 0 or size1 == 0):
        return Effects(None, None, None, None, None, Fraction(0), False)
    level = (size0 + size1) / 2 if is_additive else Fraction(1)
    center = Fraction(0) if is_additive else (whole0 / size0 + whole1 / size1) / 2
    total_change = whole1 - whole0 if is_additive else whole1 / size1 - whole0 / size0
    total_size = max(abs(whole0), abs(whole1)) if is_additive else max(abs(whole0 / size0), abs(whole1 / size1))
    volume = mix = rate = Fraction(0)
    size = Fraction(0)
    is_close_call = False
    if note == "total volume not positive: the whole change is rate":
        part, amounts = m1 - m0, abs(m0) + abs(m1)
    else:
        w0, w1, flow0, flow1 = v0 / size0, v1 / size1, m0 / size0, m1 / size1
        part = m1 - m0 if is_additive else flow1 - flow0 - (w1 - w0) * center
        amounts = abs(m0) + abs(m1) if is_additive else abs(flow0) + abs(flow1) + abs(center) * (abs(w0) + abs(w1))
        if note is None:
            r0 = m0 / v0 if v0 else m1 / v1 if v1 else Fraction(0)
            r1 = m1 / v1 if v1 else r0
            volume = (size1 - size0) * (flow0 + flow1) / 2 if is_additive else Fraction(0)
            mix = level * (w1 - w0) * ((r0 + r1) / 2 - center)
            rate = level * (w0 + w1) / 2 * (r1 - r0)
            # whatever the formulas, the effects of a row are its change
            assert volume + mix + rate == part
            size = abs(mix) + abs(rate)
            limit = NEXT_TO_ZERO * amounts
            is_close_call = limit * Fraction(1, 2) < size < limit * 2
            if size > limit:
                note = f"{thing} next to zero: the whole change is rate"
    if note is not None:
        volume, mix, rate = Fraction(0), Fraction(0), part
    share = None if abs(total_change) <= Fraction(1e-9) * total_size else part / total_change
    return Effects(volume if is_additive else None, mix, rate, note, share, amounts, is_close_call)


def totals(segments: Iterable[Segment], overlap: float = 1.0) -> Segment:
    sums = [[Fraction(0), Fraction(0)], [Fraction(0), Fraction(0)]]
    for segment in segments:
        for side, pair in enumerate(segment):
            for column in (0, 1):
                sums[side][column] += Fraction(pair[column] if pair else 0)
    return Segment(*((float(m), float(v) * overlap) for m, v in sums))


def differs(found: float | None, truth: Fraction | None, allowed: float) -> bool:
    if found is None or truth is None or np.isnan(found):
        return (found is None or np.isnan(found)) != (truth is None)
    return abs(float(Fraction(found) - truth)) > allowed


def check(row: Any, truth: Effects) -> None:
    """Compare a row of metric_movers with the truth."""
    if truth.is_close_call:
        return
    note = None if pd.isna(row.effect_note) else row.effect_note
    assert note == truth.note, (row, truth)
    allowed = 1e-9 * float(truth.scale)
    for name, value in (("volume_effect", truth.volume), ("mix_effect", truth.mix), ("rate_effect", truth.rate)):
        assert not differs(getattr(row, name), value, allowed), (name, row, truth)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: PostgresServer
) -> tuple[Warehouse, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("effects")
    warehouse = Warehouse(folder) if request.param == "duckdb" else PostgresWarehouse(folder, server=server)
    frame = sales()
    metrics = [
        {"name": "quantity", "agg": "sum"},
        {"name": "revenue", "agg": "sum"},
        {"name": "price", "agg": "avg"},
        {"name": "orders", "agg": "count_distinct", "expr": "order_no"},
        {"name": "order_value", "numerator": "revenue", "denominator": "orders"},
        {"name": "unit_value", "numerator": "revenue", "denominator": "quantity"},
    ]
    spec = {
        "relation": {"file": warehouse.frame("sales.parquet", frame)},
        "dimensions": DIMENSIONS,
        "metrics": metrics,
        "drilldown": {"max_depth": 1},
    }
    month = {"column": "day", "grain": "month"}
    run = warehouse.build(
        [
            {**spec, "name": "by_quantity", "time": month, "volume": "quantity"},
            {**spec, "name": "trailing", "time": month, "volume": "quantity", "compare": {"to": {"trailing": 2}}},
            {**spec, "name": "by_records", "time": month},
            # in January more came back than was sold
            {**spec, "name": "returns", "time": month, "volume": "quantity", "current": ["2024-02-01", "2024-02-29"]},
        ],
        only=["metric_analyses", "metric_totals", "metric_segments", "metric_movers"],
    )
    assert run.success, run.log
    return warehouse, frame


def sales(seed: int = 3, n: int = 1500) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 121, n), unit="D"),
            "color": random.choice(["red", "green", "blue", "gray", "free"], n),
            "shape": random.choice(["round", "flat", "tall"], n),
            "quantity": random.integers(-2, 8, n),
            "revenue": np.round(random.normal(20, 30, n), 2),
            "price": random.lognormal(1, 1, n),
            "order_no": random.integers(0, 400, n),
        }
    )
    april = frame["day"] >= pd.Timestamp("2024-04-01")
    frame.loc[april & (frame["color"] == "gray"), "color"] = "blue"
    frame.loc[~april & (frame["shape"] == "tall"), "shape"] = "flat"
    frame.loc[frame["color"] == "free", "quantity"] = 0
    frame.loc[frame["day"].dt.month == 1, "quantity"] *= -1
    return frame


WINDOWS: dict[str, tuple[list[int], int, float]] = {
    "by_quantity": ([3], 4, 1),
    "trailing": ([2, 3], 4, 30 / 60),
    "by_records": ([3], 4, 1),
    "returns": ([1], 2, 1),
}


def pair(rows: pd.DataFrame, metric: str, volume: str, scale: float) -> Pair | None:
    if not len(rows):
        return None
    amount = {
        "records": float(len(rows)),
        "quantity": float(rows["quantity"].sum()),
        "price": rows["price"].sum(),
    }.get(metric, rows["revenue"].sum())
    if metric in ("records", "quantity", "revenue"):
        return amount * scale, float(len(rows) if volume == "records" else rows["quantity"].sum()) * scale
    sizes = {"price": len(rows), "order_value": rows["order_no"].nunique(), "unit_value": rows["quantity"].sum()}
    return float(amount), float(sizes[metric])


@pytest.mark.parametrize("analysis", WINDOWS)
def test_effects_of_real_rows(built: tuple[Warehouse, pd.DataFrame], analysis: str) -> None:
    warehouse, frame = built
    months, month, scale = WINDOWS[analysis]
    sides = [frame[frame["day"].dt.month.isin(months)], frame[frame["day"].dt.month == month]]
    volume = "records" if analysis == "by_records" else "quantity"
    movers = warehouse.query(f"select * from metric_movers where analysis = '{analysis}'")
    found = {(row.dimensions, row.segment, row.metric): row for row in movers.itertuples()}
    notes = set()
    for metric in ("records", "quantity", "revenue", "price", "order_value", "unit_value"):
        is_additive = metric in ("records", "quantity", "revenue")
        whole = Segment(*(pair(side, metric, volume, 1 if number else scale) for number, side in enumerate(sides)))
        for size in (1, 2):
            for chosen in itertools.combinations(DIMENSIONS, size):
                labels = [side[list(chosen)].agg(" | ".join, axis=1) for side in sides]
                parts = Fraction(0)
                for segment in sorted({*labels[0], *labels[1]}):
                    rows = [side[names == segment] for side, names in zip(sides, labels, strict=True)]
                    own = Segment(
                        *(pair(part, metric, volume, 1 if number else scale) for number, part in enumerate(rows))
                    )
                    truth = effects(own, whole, is_additive)
                    row = found[" | ".join(chosen), segment, metric]
                    check(row, truth)
                    notes.add(truth.note)
                    assert row.share_of_change == pytest.approx(float(truth.share), rel=1e-9, abs=1e-9)  # type: ignore[arg-type]
                    parts += (truth.volume or 0) + truth.mix + truth.rate  # type: ignore[operator]
                rest = found.pop((" | ".join(chosen), "(overlap)", metric), None)
                assert (rest is not None) == (metric == "order_value")
                if rest is not None:
                    (n0, d0), (n1, d1) = whole.baseline, whole.current  # type: ignore[misc]
                    assert rest.mix_effect == pytest.approx(n1 / d1 - n0 / d0 - float(parts), rel=1e-9)
                    assert rest.rate_effect == 0 and pd.isna(rest.standard_error)
    expected = (
        {"total volume not positive: the whole change is rate"}
        if analysis == "returns"
        else {"no volume: the whole change is rate"}
    )
    assert expected - ({*expected} if volume == "records" else set()) <= notes


NUMBERS = st.one_of(
    st.sampled_from([0.0, 0.0, 1.0, -1.0, 2.0, 1e-13, -1e-13]),
    st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-6),
    st.integers(1, 50).map(float),
)
PAIRS = st.one_of(st.none(), st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, st.integers(1, 50).map(float)))
SEGMENTS = st.builds(Segment, PAIRS, PAIRS).filter(lambda s: s.baseline is not None or s.current is not None)


class Table(NamedTuple):
    """A dimension set of one metric."""

    is_additive: bool
    segments: list[Segment]
    baseline_scale: float
    overlap: float


TABLES = st.builds(
    Table,
    st.booleans(),
    st.lists(SEGMENTS, min_size=1, max_size=6),
    st.sampled_from([1.0, 1.0, 0.5, 31 / 91]),
    st.sampled_from([1.0, 1.0, 0.75]),
)


class Changes:
    """The SQL of int_metric_change__changes over tables in memory."""

    def __init__(self, sql: str) -> None:
        self.connection = duckdb.connect()
        self.sql = re.sub(r'"[^"]+"\."[^"]+"\."int_metric_change__(values|specs|windows|moments)"', r"t_\1", sql)
        assert self.sql.count("t_values") and "int_metric_change__" not in self.sql
        moments = ["n_days", "nn", "nd", "dd", "nn_total", "nd_total", "dn_total", "dd_total"]
        keys = ["analysis", "side", "dimensions", "segment", "metric"]
        self.connection.execute(
            f"create table t_moments ({', '.join(f'{k} varchar' for k in keys)}, {', '.join(f'{m} double' for m in moments)})"
        )

    def __call__(self, tables: list[Table]) -> pd.DataFrame:
        """Return the movers of tables; the analysis is the number of the table."""
        values = [row for number, table in enumerate(tables) for row in self.rows(str(number), table)]
        columns = [
            "analysis",
            "side",
            "dimensions",
            "segment",
            "metric",
            "kind",
            "depth",
            "metric_value",
            "numerator",
            "denominator",
        ]
        data = pd.DataFrame(values, columns=columns).astype(dict.fromkeys(columns[-3:], float))
        names = [str(number) for number in range(len(tables))]
        windows = pd.DataFrame(
            {"analysis": names, "analysis_group": names, "baseline_scale": [t.baseline_scale for t in tables]}
        )
        for name, frame, extra in (
            ("values", data, "1::bigint as records, false as is_folded"),
            ("windows", windows, "null::date as period_end, 1 as has_baseline"),
            ("specs", windows[["analysis"]], "'volume' as volume"),
        ):
            self.connection.register("frame", frame)
            self.connection.execute(f"create or replace table t_{name} as select *, {extra} from frame")
        return self.connection.sql(self.sql).df()

    @staticmethod
    def rows(analysis: str, table: Table) -> Iterable[tuple[Any, ...]]:
        named = [("d", f"s{i}", 1, segment) for i, segment in enumerate(table.segments)]
        whole = totals(table.segments, 1.0 if table.is_additive else table.overlap)
        for dimensions, segment, depth, sides in [("", "", 0, whole), *named]:
            for side, pair in zip(("baseline", "current"), sides, strict=True):
                key = (analysis, side, dimensions, segment)
                if pair is not None and table.is_additive:
                    yield (*key, "m", "additive", depth, pair[0], None, None)
                    yield (*key, "volume", "additive", depth, pair[1], None, None)
                elif pair is not None:
                    yield (*key, "m", "ratio", depth, pair[0] / pair[1] if pair[1] else None, *pair)


def scaled(segment: Segment, factor: float) -> Segment:
    if segment.baseline is None:
        return segment
    return Segment((segment.baseline[0] * factor, segment.baseline[1] * factor), segment.current)


@pytest.fixture(scope="module")
def changes(built: tuple[Warehouse, pd.DataFrame]) -> Changes:
    warehouse, _ = built
    if isinstance(warehouse, PostgresWarehouse):
        pytest.skip("the SQL of DuckDB alone runs in memory")
    path = warehouse.folder / "target/compiled/whence/models/metric_change/intermediate/int_metric_change__changes.sql"
    return Changes(path.read_text())


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(tables=st.lists(TABLES, min_size=20, max_size=40))
def test_effects_of_random_tables(changes: Changes, tables: list[Table]) -> None:
    movers = changes(tables)
    found = {(row.analysis, row.segment): row for row in movers[movers["metric"] == "m"].itertuples()}
    for number, table in enumerate(tables):
        factor = table.baseline_scale if table.is_additive else 1.0
        whole = scaled(totals(table.segments, 1.0 if table.is_additive else table.overlap), factor)
        parts, sizes = Fraction(0), Fraction(0)
        for i, segment in enumerate(table.segments):
            truth = effects(scaled(segment, factor), whole, table.is_additive)
            row = found[str(number), f"s{i}"]
            check(row, truth)
            if truth.mix is None or truth.rate is None:
                continue
            # a row adds to its change; to rounding of the terms, whatever they are
            effect = (truth.volume or 0) + truth.mix + truth.rate
            parts += effect
            sizes += truth.scale
            sum_found = (0 if pd.isna(row.volume_effect) else row.volume_effect) + row.mix_effect + row.rate_effect
            assert not differs(sum_found, effect, 1e-9 * float(truth.scale)), (row, truth)
            if table.is_additive:
                assert not differs(row.change, effect, 1e-12 * float(truth.scale)), (row, truth)
        rest = found.get((str(number), "(overlap)"))
        if (
            table.is_additive
            or whole.baseline is None
            or not (whole.baseline[1] and whole.current and whole.current[1])
        ):
            assert rest is None
            continue
        (n0, d0), (n1, d1) = ((Fraction(n), Fraction(d)) for n, d in (whole.baseline, whole.current))
        left = n1 / d1 - n0 / d0 - parts
        limit = 1e-9 * float(max(abs(n0 / d0), abs(n1 / d1)))
        # the whole is what its segments and their overlap are
        if abs(left) > 2 * limit + 1e-11 * float(sizes):
            assert rest is not None and not differs(rest.mix_effect, left, 1e-9 * float(sizes))
            assert rest.rate_effect == 0
        elif abs(left) < limit / 2:
            assert rest is None or abs(rest.mix_effect) < 1e-9 * float(sizes)
