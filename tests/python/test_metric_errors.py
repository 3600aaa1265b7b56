"""Standard errors, p and q of movers against a computation from the raw rows that knows no moments."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer
from scipy import stats
from statsmodels.stats.multitest import multipletests

DIMENSIONS = ["color", "shape", "item"]
COLUMNS = ["standard_error", "p_value", "q_value", "unexpected_change", "unexpected_p_value", "unexpected_q_value"]
# What a metric is per row: numerator and denominator. 'receipt' stands for its distinct values.
METRICS: dict[str, tuple[str, str | None]] = {
    "records": ("one", None),
    "amount": ("amount", None),
    "priced": ("has_price", None),
    "price": ("price", "has_price"),
    "ctr": ("clicks", "views"),
    "basket": ("amount", "receipt"),
    "thinness": ("receipt", "one"),
}
SPECS = [
    {"name": "amount", "agg": "sum"},
    {"name": "priced", "agg": "count", "expr": "price"},
    {"name": "price", "agg": "avg"},
    {"name": "clicks", "agg": "sum"},
    {"name": "views", "agg": "sum"},
    {"name": "receipts", "agg": "count_distinct", "expr": "receipt"},
    {"name": "ctr", "numerator": "clicks", "denominator": "views"},
    {"name": "basket", "numerator": "amount", "denominator": "receipts"},
    {"name": "thinness", "numerator": "receipts", "denominator": "records"},
    {"name": "middle", "agg": "median", "expr": "amount"},
    {"name": "lowest", "agg": "min", "expr": "amount"},
    {"name": "highest", "agg": "max", "expr": "amount"},
]
WITHOUT_ERRORS = {"receipts", "middle", "lowest", "highest"}


def sales(seed: int = 11, n: int = 2400) -> pd.DataFrame:
    """Lines of receipts, with negatives, nulls and segments of one side only."""
    random = np.random.default_rng(seed)
    receipt = random.integers(0, n // 3, n)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta((receipt * 7919) % 121, unit="D")
    level = random.normal(0, 30, n // 3)[receipt]
    frame = pd.DataFrame(
        {
            "day": day,
            "color": random.choice(np.array(["red", "green", "blue", None], dtype=object), n),
            "shape": random.choice(["round", "flat"], n, p=[0.7, 0.3]),
            "item": [f"i{i:02d}" for i in np.minimum(random.geometric(0.25, n), 12)],
            "receipt": [f"r{i}" for i in receipt],
            "store": random.choice(["s1", "s2", "s3"], n),
            "amount": np.round(random.normal(15, 30, n) + level, 2),
            "price": random.lognormal(1, 1, n),
            "clicks": random.poisson(2, n),
            "views": random.poisson(9, n),
        }
    )
    frame.loc[random.random(n) < 0.05, "amount"] = np.nan
    frame.loc[random.random(n) < 0.1, "price"] = np.nan
    frame.loc[random.random(n) < 0.1, "receipt"] = None
    frame.loc[frame["receipt"].isna() & (random.random(n) < 0.5), "store"] = None
    april = frame["day"] >= pd.Timestamp("2024-04-01")
    frame.loc[april & (frame["item"] == "i05"), "item"] = "i04"
    frame.loc[~april & (frame["item"] == "i06"), "item"] = "i03"
    return frame


def daily(seed: int = 12) -> pd.DataFrame:
    """Totals by day and leaf segment; some days of some segments are missing."""
    random = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", "2024-03-31")
    keys = list(itertools.product(days, ["red", "green", None], ["round", "flat"], ["i1", "i2"]))
    frame = pd.DataFrame(keys, columns=["day", "color", "shape", "item"])
    n = len(frame)
    weather = random.normal(0, 12, len(days))[(frame["day"] - days[0]).dt.days]
    frame["amount"] = np.round(random.normal(40, 25, n) + weather, 2)
    frame["price"] = random.lognormal(1, 0.5, n)
    frame["clicks"] = random.poisson(20, n)
    frame["views"] = random.poisson(90, n)
    frame["receipt"] = [f"r{i}" for i in random.integers(0, 300, n)]
    frame["group"] = np.where(frame["day"].dt.day % 2 == 0, "even", "odd")
    frame.loc[random.random(n) < 0.1, "amount"] = np.nan
    return frame[
        (random.random(n) > 0.2) & ~((frame["day"].dt.month < 3) & (frame["item"] == "i2") & frame["color"].isna())
    ]


Sides = Callable[[pd.DataFrame], pd.Series]


def months(baseline: list[int], current: list[int]) -> Sides:
    def sides(frame: pd.DataFrame) -> pd.Series:
        month = frame["day"].dt.month
        return pd.Series(np.where(month.isin(baseline), 0, np.where(month.isin(current), 1, -1)), frame.index)

    return sides


def parity(frame: pd.DataFrame) -> pd.Series:
    return (frame["group"] == "even").astype(int)


def analysis(name: str, path: str, **fields: Any) -> dict[str, Any]:
    metrics = SPECS if name in ("record", "unit", "day") else [spec for spec in SPECS if spec["name"] != "middle"]
    base: dict[str, Any] = {"time": {"column": "day", "grain": "month"}, "dimensions": DIMENSIONS, "metrics": metrics}
    base["drilldown"] = {"max_depth": 1}  # not the subject here
    return {"name": name, "relation": {"file": path}, **base, **fields}


# name -> table, spec, sides, baseline scale, rule, unit columns, max_segments
CASES: dict[str, tuple[str, dict[str, Any], Sides, float, str, list[str], int]] = {
    "record": ("sales", {}, months([3], [4]), 1, "record", [], 10000),
    "record_trailing": ("sales", {"compare": {"to": {"trailing": 2}}, "max_segments": 4}, months([2, 3], [4]), 30 / 60, "record", [], 4),
    "unit": ("sales", {"unit": "receipt"}, months([3], [4]), 1, "unit", ["receipt"], 10000),
    "unit_trailing": ("sales", {"unit": "receipt", "compare": {"to": {"trailing": 3}}, "max_segments": 4}, months([1, 2, 3], [4]), 30 / 91, "unit", ["receipt"], 4),
    "unit_two_columns": ("sales", {"unit": ["receipt", "store"]}, months([3], [4]), 1, "unit", ["receipt", "store"], 10000),
    "day": ("daily", {}, months([2], [3]), 1, "day", ["day"], 10000),
    "day_trailing": ("daily", {"compare": {"to": {"trailing": 2}}, "unit": "receipt", "max_segments": 3}, months([1, 2], [3]), 31 / 60, "day", ["day"], 3),
    "duplicate": ("duplicate", {}, months([2], [3]), 1, "record", [], 10000),
    "duplicate_unit": ("duplicate", {"unit": "receipt"}, months([2], [3]), 1, "unit", ["receipt"], 10000),
    "cohort_dates": ("daily", {"compare": {"to": {"column": "group", "baseline": "odd", "current": "even"}}}, parity, 1, "day", ["day"], 10000),
    "cohort": ("daily", {"time": None, "compare": {"to": {"column": "group", "baseline": "odd", "current": "even"}}}, parity, 1, "record", [], 10000),
    "cohort_duplicate": ("duplicate", {"compare": {"to": {"column": "group", "baseline": "odd", "current": "even"}}}, parity, 1, "record", [], 10000),
}  # fmt: skip


def tables() -> dict[str, pd.DataFrame]:
    totals = daily()
    last = totals[totals["day"] == pd.Timestamp("2024-03-17")].head(1)
    return {"sales": sales(), "daily": totals, "duplicate": pd.concat([totals, last.assign(amount=3.5)])}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: PostgresServer
) -> tuple[Warehouse, dict[str, pd.DataFrame]]:
    folder = tmp_path_factory.mktemp("errors")
    warehouse = Warehouse(folder) if request.param == "duckdb" else PostgresWarehouse(folder, server=server)
    frames = tables()
    paths = {name: warehouse.frame(f"{name}.parquet", frame) for name, frame in frames.items()}
    run = warehouse.build(
        [analysis(name, paths[table], **fields) for name, (table, fields, *_) in CASES.items()],
        only=["metric_analyses", "metric_totals", "metric_segments", "metric_movers"],
    )
    assert run.success, run.log
    return warehouse, frames


def unit_numbers(frame: pd.DataFrame, rule: str, columns: list[str]) -> np.ndarray:
    """Number the observations; a row without any part of its unit is one by itself."""
    if rule == "record":
        return np.arange(len(frame))
    keys = pd.Series(list(frame[columns].astype(object).where(frame[columns].notna(), None).itertuples(index=False)))
    alone = frame[columns].isna().all(axis=1).to_numpy()
    numbers = pd.factorize(keys.map(str))[0]
    numbers[alone] = numbers.max(initial=0) + 1 + np.arange(alone.sum())
    return np.asarray(pd.factorize(numbers)[0])


class Side:
    """What each observation of a side has of a metric, in a segment and in all."""

    def __init__(self, frame: pd.DataFrame, rule: str, columns: list[str]) -> None:
        self.frame, self.rule = frame, rule
        self.unit = unit_numbers(frame, rule, columns)
        self.n_units = int(self.unit.max(initial=-1)) + 1

    def parts(self, column: str, rows: np.ndarray) -> np.ndarray:
        if column == "receipt":
            named = rows & self.frame["receipt"].notna().to_numpy()
            return (np.bincount(self.unit[named], minlength=self.n_units) > 0).astype(float)
        weights = self.frame[column].fillna(0).to_numpy(float) * rows
        return np.bincount(self.unit, weights, minlength=self.n_units)

    def is_known(self, column: str, rows: np.ndarray) -> bool:
        """Say whether the segment has any value to sum."""
        return bool(self.frame.loc[rows, column].notna().any())

    def variance(self, per_unit: np.ndarray) -> float:
        if self.rule == "day":
            return float(self.n_units * np.var(per_unit, ddof=1))
        return float((per_unit**2).sum())


def influence(function: Callable[[np.ndarray], np.ndarray], parts: np.ndarray) -> np.ndarray:
    """Return by how much each unit's weight moves a function of the totals, by a complex step."""
    step = 1e-25
    return np.imag(function(parts.sum(axis=0)[:, None] + 1j * step * parts.T)) / step


def p_of(estimate: float, variances: list[float], sides: list[Side]) -> tuple[float, float]:
    """Return the standard error and p of an estimate."""
    total = sum(variances)
    error = float(np.sqrt(total))
    if not error > 1e-9 * abs(estimate) or np.isnan(estimate):  # what does not vary is not tested
        return error, np.nan
    if sides[0].rule != "day":
        return error, 2 * float(stats.norm.sf(abs(estimate / error)))
    df = total**2 / sum(v**2 / (side.n_units - 1) for v, side in zip(variances, sides, strict=True))
    return error, 2 * float(stats.t.sf(abs(estimate / error), df))


def segment_errors(sides: list[Side], rows: list[np.ndarray], metric: str, scale: float) -> dict[str, float]:
    n, d = METRICS[metric]
    inside = [side.parts(n, mask) for side, mask in zip(sides, rows, strict=True)]
    whole = [side.parts(n, np.ones(len(side.frame), bool)) for side in sides]
    if d is None:
        values = [scale * inside[0].sum(), inside[1].sum()]
        raw = [scale**2 * sides[0].variance(inside[0]), sides[1].variance(inside[1])]
        parts = [np.stack([own, both - own], axis=1) for own, both in zip(inside, whole, strict=True)]
        own_rate = [lambda t: scale * t[0], lambda t: t[0]]
        rest_rate = [lambda t: scale * t[1], lambda t: t[1]]
    else:
        sizes = [side.parts(d, mask) for side, mask in zip(sides, rows, strict=True)]
        all_sizes = [side.parts(d, np.ones(len(side.frame), bool)) for side in sides]
        known = [side.is_known(n, mask) for side, mask in zip(sides, rows, strict=True)]
        values = [
            m.sum() / v.sum() if v.sum() and has_values else np.nan
            for m, v, has_values in zip(inside, sizes, known, strict=True)
        ]
        raw = [
            np.nan if np.isnan(r) else side.variance((m - r * v) / v.sum())
            for side, m, v, r in zip(sides, inside, sizes, values, strict=True)
        ]
        parts = [
            np.stack([m, v, whole_m - m, whole_v - v], axis=1)
            for m, v, whole_m, whole_v in zip(inside, sizes, whole, all_sizes, strict=True)
        ]
        own_rate = [lambda t: t[0] / t[1]] * 2
        rest_rate = [lambda t: t[2] / t[3]] * 2
    change = values[1] - values[0]
    found = dict(zip(["standard_error", "p_value"], p_of(change, raw, sides), strict=True))
    if np.isnan(change):
        return found
    # what the segment would be had it grown like the rest, as a function of the totals of either side
    before, after = (part.sum(axis=0) for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = [
            influence(lambda t: own_rate[1](after) - own_rate[0](t) * rest_rate[1](after) / rest_rate[0](t), parts[0]),
            influence(
                lambda t: own_rate[1](t) - own_rate[0](before) * rest_rate[1](t) / rest_rate[0](before), parts[1]
            ),
        ]
        unexpected = values[1] - values[0] * rest_rate[1](after) / rest_rate[0](before)
    variances = [side.variance(per_unit) for side, per_unit in zip(sides, moved, strict=True)]
    found["unexpected_change"] = unexpected
    found["unexpected_p_value"] = p_of(unexpected, variances, sides)[1]
    return found


def expected(frame: pd.DataFrame, case: str) -> pd.DataFrame:
    """Every mover of a case that has a standard error, by dimensions, segment and metric."""
    _, _, sides_of, scale, rule, unit, max_segments = CASES[case]
    clean = frame.assign(one=1, has_price=frame["price"].notna().astype(int))
    clean[DIMENSIONS] = clean[DIMENSIONS].where(clean[DIMENSIONS].notna(), "(blank)")
    side_no = sides_of(clean).to_numpy()
    tested = [Side(clean[side_no == number], rule, unit) for number in (0, 1)]
    counts_units = unit == ["receipt"]
    metrics = [name for name, parts in METRICS.items() if counts_units or "receipt" not in parts]
    found = []
    for size in (1, 2, 3):
        for chosen in itertools.combinations(DIMENSIONS, size):
            labels = [side.frame[list(chosen)].agg(" | ".join, axis=1).to_numpy() for side in tested]
            counts = pd.Series(np.concatenate(labels)).value_counts()
            kept = sorted(counts.index, key=lambda name: (-counts[name], name))[:max_segments]
            labels = [np.where(np.isin(names, kept), names, "(other)") for names in labels]
            # the rest of a segment is not the whole less the segment where a receipt lies in several segments
            overlap = any(
                pd.Series(names).groupby(side.unit).nunique().max() > 1
                for names, side in zip(labels, tested, strict=True)
            )
            for segment in sorted({*labels[0], *labels[1]}):
                for metric in metrics:
                    row = segment_errors(tested, [names == segment for names in labels], metric, scale)
                    if overlap and "receipt" in METRICS[metric]:
                        row = {name: value for name, value in row.items() if not name.startswith("unexpected")}
                    found.append({"dimensions": " | ".join(chosen), "segment": segment, "metric": metric, **row})
    movers = pd.DataFrame(found)
    for p, q in (("p_value", "q_value"), ("unexpected_p_value", "unexpected_q_value")):
        movers[q] = np.nan
        for _, family in movers[movers[p].notna()].groupby(["dimensions", "metric"]):
            movers.loc[family.index, q] = multipletests(family[p], method="fdr_by")[1]
    return movers.set_index(["dimensions", "segment", "metric"]).sort_index()


@pytest.mark.parametrize("case", CASES)
def test_errors(built: tuple[Warehouse, dict[str, pd.DataFrame]], case: str) -> None:
    warehouse, frames = built
    rule = warehouse.query(f"select variance_rule, baseline_scale from metric_analyses where analysis = '{case}'")
    assert rule.iloc[0].tolist() == [CASES[case][4], pytest.approx(CASES[case][3])]
    truth = expected(frames[CASES[case][0]], case)
    movers = warehouse.query(f"select * from metric_movers where analysis = '{case}' and segment <> '(overlap)'")
    found = movers[movers["metric"].isin({*METRICS, *WITHOUT_ERRORS})].set_index(["dimensions", "segment", "metric"])
    found = found[COLUMNS].astype(float)
    without = found[~found.index.isin(truth.index)]
    assert set(without.index.get_level_values("metric")) == (
        ({*METRICS} | WITHOUT_ERRORS)
        - {*truth.index.get_level_values("metric")}
        - ({"middle"} if case not in ("record", "unit", "day") else set())
    )
    assert without[["standard_error", "p_value", "q_value", "unexpected_p_value", "unexpected_q_value"]].isna().all(axis=None)  # fmt: skip
    found = found.loc[truth.index]
    for column in COLUMNS:
        np.testing.assert_allclose(found[column], truth[column], rtol=1e-6, atol=1e-9, err_msg=f"{case}: {column}")
    # nothing of this is vacuous
    assert truth["p_value"].notna().sum() > 50 and truth["unexpected_q_value"].notna().sum() > 50
