"""The same input gives the same tables on each engine: the demo, and data made of what engines treat differently."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from conftest import PostgresWarehouse, Warehouse
from postgres_server import PostgresServer

SUMS = 1e-9
ESTIMATES = 1e-6
CANCELLATION = 1e-12  # of the largest number of a row: what is left where large parts cancel


class Table(NamedTuple):
    """A public table: its grain, and the columns whose meta says `estimate` or `engine_specific`."""

    name: str
    grain: list[str]
    estimates: set[str]
    engine_specific: set[str]


def public_tables(warehouse: Warehouse) -> list[Table]:
    """Every table without a layer prefix, as the last build knew it."""
    manifest = json.loads((warehouse.folder / "target" / "manifest.json").read_text())
    grains = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "unique_grain"
    }
    tables = []
    for name, node in manifest["nodes"].items():
        layer = node["name"].split("_")[0]
        if (
            node["resource_type"] == "model"
            and node["package_name"] == "whence"
            and layer not in ("int", "stg", "demo")
        ):
            assert name in grains, f"{name} has no test of its grain"
            said = {column: entry.get("config", {}).get("meta", {}) for column, entry in node["columns"].items()}
            marked = [{c for c, meta in said.items() if meta.get(mark)} for mark in ("estimate", "engine_specific")]
            tables.append(Table(node["name"], grains[name], *marked))
    assert len(tables) >= 5
    return tables


def sorted_by(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows in the order of their keys as Python orders text, whatever the engine's collation."""
    rows = list(zip(*(map(str, frame[key]) for key in keys), strict=True))
    order = sorted(range(len(frame)), key=rows.__getitem__)
    return frame.iloc[order].reset_index(drop=True)


def disagreement(left: pd.Series, right: pd.Series, tolerance: float, sizes: np.ndarray) -> np.ndarray:
    """Say for each row whether two columns differ."""
    if not pd.api.types.is_numeric_dtype(left) or left.dtype == bool:
        return np.array([plain(a) != plain(b) for a, b in zip(left, right, strict=True)], dtype=bool)
    x, y = (pd.to_numeric(side).astype("Float64").to_numpy(float, na_value=np.nan) for side in (left, right))
    if pd.api.types.is_integer_dtype(left):
        tolerance, sizes = 0, np.zeros(len(x))
    gap = np.abs(x - y) > tolerance * np.fmax(np.abs(x), np.abs(y)) + CANCELLATION * sizes
    return np.asarray(gap | (np.isnan(x) != np.isnan(y)) | np.isinf(x) | np.isinf(y))


def plain(value: Any) -> str | None:
    """A text, date or boolean in one form."""
    if value is None or value is pd.NaT or value != value:
        return None
    return str(value)[:10] if hasattr(value, "isoformat") else str(value)


def assert_agree(left: Warehouse, right: Warehouse, prefixes: tuple[str, ...] = ("",)) -> int:
    """Compare every public table row by row, of the domains that were built, by the prefixes of their tables' names.

    Returns how many values were compared.
    """
    compared = 0
    for table in public_tables(left):
        if not table.name.startswith(prefixes):
            continue
        first, second = (sorted_by(side.query(f"select * from {table.name}"), table.grain) for side in (left, right))
        assert list(first.columns) == list(second.columns), table.name
        assert len(first) == len(second), f"{table.name}: {len(first)} and {len(second)} rows"
        numbers = np.abs(first.select_dtypes("number").to_numpy(float))
        sizes = np.fmax.reduce(numbers, axis=1, initial=0) if numbers.size else np.zeros(len(first))
        if numbers.shape[1] == 1 and "metric" in first:
            # nothing in its row says what a number came from: the largest one of its metric does
            sizes = pd.Series(sizes).groupby([first["analysis"], first["metric"]]).transform("max").to_numpy()
        for column in first.columns.difference(table.engine_specific):
            tolerance = ESTIMATES if column in table.estimates else SUMS
            for i in np.flatnonzero(disagreement(first[column], second[column], tolerance, sizes)):
                key = [first[name].iloc[i] for name in table.grain]
                values = first[column].iloc[i], second[column].iloc[i]
                pytest.fail(f"{table.name}.{column} of {key}: {values[0]!r} and {values[1]!r}")
            compared += len(first)
    return compared


def test_demo(demo: Warehouse, any_server: PostgresServer, tmp_path: Path) -> None:
    """The whole project, Python models included, on each version of PostgreSQL."""
    postgres = PostgresWarehouse(tmp_path, server=any_server)
    run = postgres.dbt("build")
    assert run.success, run.log
    assert assert_agree(demo, postgres) > 100_000


def odd_rows() -> pd.DataFrame:
    """Text in many scripts and cases, dates in text, instants around clock changes, money, numbers of all sizes."""
    random = np.random.default_rng(11)
    n = 4000
    labels = ["a", "A", "b", "B", "ä", "Z", "z", "é", "e", "_", "-x", "x-", "10", "9", " a", "a ", "ß", "ss", "İ", "日本", "😀", "a|b", "a | b", "\\", "'", '"', None, "", "--", "\u00a0", "(blank)", "(other)"]  # fmt: skip
    day = pd.Timestamp("2024-03-20") + pd.to_timedelta(random.integers(0, 60 * 24 * 4, n) * 15, unit="min")
    texts = ["(100)", "5%", "1,234.50", "$2,000", "-3.5", "1e3", " 7 ", "n/a", None, "", "12,34", "1e400", "١٢", "0x10", "1_000"]  # fmt: skip
    return pd.DataFrame(
        {
            "label": random.choice(np.array(labels, dtype=object), n),
            "kind": random.choice(np.array(["x", "y", None], dtype=object), n),
            "flag": random.random(n) < 0.3,
            "code": random.integers(0, 7, n),
            "instant": day.tz_localize("UTC"),
            "wall": day,
            "day_text": [
                random.choice([d.strftime("%Y-%m-%d"), d.strftime("%Y/%m/%d"), d.strftime("%Y-%m-%dT%H:%M:%S"), "2024-02-30", "soon"])
                for d in day
            ],
            "amount": random.normal(0, 1e6, n),
            "extreme": random.choice([1e200, 1e-300, 0.0, math.nan, math.inf, 0.1, 1e16, 1.0], n),
            "cents": random.integers(-10_000, 10_000, n),
            "money": random.choice(np.array(texts, dtype=object), n),
            "buyer": random.integers(0, 500, n),
            "row no": np.arange(n),
        }
    )  # fmt: skip


METRICS = [
    {"name": "amount"},
    {"name": "extreme"},
    {"name": "cents", "agg": "sum", "expr": "cents * 0.01"},
    {"name": "money"},
    {"name": "mean", "agg": "avg", "expr": "amount"},
    {"name": "middle", "agg": "median", "expr": "amount"},
    {"name": "lowest", "agg": "min", "expr": "amount"},
    {"name": "highest", "agg": "max", "expr": "cents"},
    {"name": "known", "agg": "count", "expr": "money"},
    {"name": "buyers", "agg": "count_distinct", "expr": "buyer"},
    {"name": "kinds", "agg": "count_distinct", "expr": "label"},
    {"name": "per_buyer", "numerator": "amount", "denominator": "buyers"},
    {"name": "share", "numerator": "extreme", "denominator": "records"},
]


def odd_analyses(path: str, earlier: str) -> list[dict[str, Any]]:
    """Order of text, kinds of blank, time zones, dates and numbers in text, percentiles, folding, filters."""
    base: dict[str, Any] = {
        "relation": {"file": path}, "dimensions": ["label", "kind", "flag", "code"], "metrics": METRICS, "numeric_text": True,
        "percentiles": [0.1, 0.5, 0.99], "text": {"word_frequency": ["label", "money", "instant"]},
        "alerts": ["top5_record_share > 0.5", "value < 1e9", "change_pct != 0", {"rule": "change > 1e3", "metric": "amount"},
                   {"rule": "record_share_change < 0", "metric": "per_buyer", "severity": "warn"}],
    }  # fmt: skip
    month = {"column": "wall", "grain": "month"}
    return [
        {**base, "name": "months", "time": month, "history": 1},
        {**base, "name": "days", "time": {"column": "instant", "grain": "day", "timezone": "Europe/Berlin"}, "compare": {"to": {"trailing": 3}}, "max_depth": 1},
        {**base, "name": "weeks", "time": {"column": "instant", "grain": "week"}, "current": "latest", "max_depth": 1, "rank_by": "extreme"},
        {**base, "name": "texts", "time": {"column": "day_text", "grain": "week"}, "max_depth": 1, "where": "code <> 3 and cents > -9000"},
        {**base, "name": "few", "time": month, "max_segments": 5, "min_records": 20, "max_depth": 1, "exclude_blank": True},
        {**base, "name": "cohorts", "compare": {"to": {"column": "kind", "baseline": "x", "current": "y"}}, "dimensions": ["label", "code"]},
        {**base, "name": "snapshots", "compare": {"to": {"file": earlier}}, "key": ["label", "row no"], "dimensions": ["label"], "text": {"normalize": ["label"], "word_frequency": ["label", "kind"]}},
        {"name": "inferred", "relation": {"file": path}, "numeric_text": True},
        {"name": "quarter", "relation": {"file": path}, "time": {"column": "day_text", "grain": "quarter", "fiscal_year_start": 2}, "compare": {"to": "year_ago"}},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, str, str]:
    """The odd data built on DuckDB, and the two files."""
    warehouse = Warehouse(tmp_path_factory.mktemp("odd"))
    frame = odd_rows()
    earlier = frame.iloc[:1500].assign(amount=lambda rows: rows["amount"].where(rows["row no"] % 3 > 0, 1.5))
    files = warehouse.frame("odd.parquet", frame), warehouse.frame("earlier.parquet", earlier)
    run = warehouse.build(odd_analyses(*files))
    assert run.success, run.log
    return warehouse, *files


def test_odd_data(odd: tuple[Warehouse, str, str], any_server: PostgresServer, tmp_path: Path) -> None:
    one, path, earlier = odd
    other = PostgresWarehouse(tmp_path, server=any_server)
    run = other.build(odd_analyses(path, earlier))
    assert run.success, run.log
    # a relation goes by another name on each side
    for table in ("metric_analyses", "metric_columns"):
        for name, file in (("odd", path), ("earlier", earlier)):
            other.execute(f"update {other.schema}.{table} set relation = '{file}' where relation = 'lake.{name}'")
    for name, file in (("odd", path), ("earlier", earlier)):
        words = f"replace(evidence, '\"lake.{name}\"', '\"{file}\"')"
        other.execute(f"update {other.schema}.metric_insights set evidence = {words}")
    assert assert_agree(one, other, ("metric_", "hypothesis_")) > 30_000


def test_a_difference_is_seen(demo: Warehouse) -> None:
    with pytest.raises(pytest.fail.Exception, match="value_share"):
        assert_agree(demo, Spoiled(demo.folder))


class Spoiled(Warehouse):
    """The demo with one share moved by a millionth."""

    def query(self, sql: str) -> pd.DataFrame:
        rows = super().query(sql)
        if "value_share" in rows:
            rows.loc[rows["value_share"].idxmax(), "value_share"] *= 1 + 1e-6
        return rows
