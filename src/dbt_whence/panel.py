"""Long tables of (model, date, name, value) as matrices, and result rows as tables with fixed types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Panel:
    """Values of N series on T dates, NaN where missing.

    ``dates`` (T,) ascend; ``names`` (N,) keep the order they were asked for; ``values`` is (T, N).
    """

    dates: Array
    names: tuple[str, ...]
    values: Array

    def on(self, dates: Array) -> Panel:
        """Return the panel on other dates, NaN on those that it lacks."""
        values = np.full((len(dates), len(self.names)), np.nan)
        if len(self.dates) and len(dates):
            place = np.searchsorted(self.dates, dates).clip(max=len(self.dates) - 1)
            found = self.dates[place] == dates
            values[found] = self.values[place[found]]
        return Panel(dates, self.names, values)


def specs_of(specs: Any) -> Iterator[dict[str, Any]]:
    """Yield the resolved spec of every model, from a DuckDB relation with ``position`` and ``spec_json``."""
    for (text,) in specs.order("position").select("spec_json").fetchall():
        yield json.loads(text)


def read_panel(relation: Any, model: str, series: str, value: str, names: Sequence[str]) -> Panel:
    """Return one model's rows of a DuckDB relation as a matrix.

    Args:
        relation: DuckDB relation with ``model``, ``date``, and the columns ``series`` and ``value``; one row per model,
            date and series.
        model: name of the model.
        series: name of the column that holds the names of series.
        value: name of the column that holds numbers.
        names: the series wanted, in this order.
    """
    rows = relation.filter(f"model = {literal(model)} and {value} is not null")
    dates = rows.select("date").distinct().order("date").fetchnumpy()["date"].astype("datetime64[D]")
    values = np.full((len(dates), len(names)), np.nan)
    if len(dates) and len(names):
        # Numbers instead of names, so that millions of texts do not become Python objects.
        position = {name: i for i, name in enumerate(names)}
        known = ", ".join(f"({literal(name)}, {i})" for name, i in position.items())
        coded = rows.query(
            "panel_rows",
            f"select date, series_positions.position, {value} as value from panel_rows "
            f"inner join (values {known}) as series_positions (series_name, position) on {series} = series_name",
        ).fetchnumpy()
        i = np.searchsorted(dates, coded["date"].astype("datetime64[D]"))
        values[i, coded["position"]] = np.asarray(coded["value"], dtype=float)
    return Panel(np.asarray(dates), tuple(names), values)


def read_asset_returns(returns: Any, assets: Any, model: str) -> Panel:
    """Return the returns of one model's assets as a matrix, assets in the order of their names' bytes.

    Args:
        returns: DuckDB relation with ``asset_number``, ``date`` and ``asset_return``; one row per asset and date.
        assets: DuckDB relation of the assets wanted, with ``model``, ``asset`` and ``asset_number``, null for those
            without returns.
        model: name of the model.
    """
    known = assets.filter(f"model = {literal(model)}").select("asset", "asset_number").fetchall()
    known.sort(key=lambda row: row[0].encode())
    names = tuple(asset for asset, _ in known)
    position = {number: i for i, (_, number) in enumerate(known) if number is not None}
    if not position:
        return Panel(np.empty(0, "datetime64[D]"), names, np.empty((0, len(names))))
    rows = (
        returns.filter(f"asset_return is not null and asset_number in ({', '.join(map(str, position))})")
        .select("asset_number, date - date '1970-01-01' as day, asset_return")
        .fetchnumpy()
    )
    column = np.zeros(max(position) + 1, dtype=int)
    column[list(position)] = list(position.values())
    # The days that occur are few: marking them takes less than sorting those of millions of rows.
    first = rows["day"].min(initial=0)
    day = rows["day"] - first
    occurs = np.zeros(day.max(initial=-1) + 1, dtype=bool)
    occurs[day] = True
    dates = (first + np.flatnonzero(occurs)).astype("datetime64[D]")
    values = np.full((len(dates), len(names)), np.nan)
    values[(occurs.cumsum() - 1)[day], column[rows["asset_number"]]] = rows["asset_return"]
    return Panel(dates, names, values)


def literal(text: str) -> str:
    """Return a text as a literal of DuckDB's SQL."""
    return "'" + text.replace("'", "''") + "'"


def table_of(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as an Arrow table; what a row lacks, NaN and infinities are null."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for row in rows:
        for name, column in columns.items():
            column.append(plain(row.get(name)))
    return pa.table(
        {name: pa.array(column, schema.field(name).type) for name, column in columns.items()}, schema=schema
    )


def table_of_parts(parts: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return an Arrow table of parts that each give columns; what a part lacks, NaN and infinities are null.

    A column is an array, or one value for all rows of the part; each part has an array at least.
    """
    return pa.concat_tables([schema.empty_table(), *(part_of(part, schema) for part in parts)])


def part_of(part: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """Return one part of `table_of_parts`."""
    size = next(len(column) for column in part.values() if isinstance(column, np.ndarray | pa.Array))
    columns = []
    for field in schema:
        column = part.get(field.name)
        if isinstance(column, np.ndarray):
            missing = ~np.isfinite(column) if column.dtype.kind == "f" else None
            column = pa.array(column, field.type, mask=missing)
        elif not isinstance(column, pa.Array):
            column = pa.repeat(pa.scalar(plain(column), field.type), size)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=schema)


def doubles(values: Any) -> Array:
    """Return a column of DuckDB as doubles, NaN where it is null."""
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def runs_of(signals: Any, horizons: Any) -> list[tuple[tuple[str, int], slice]]:
    """Return each signal and horizon with the rows that it has in a table ordered by them."""
    starts = starts_of(signals, horizons)
    ends = [*starts[1:], len(signals)]
    return [
        ((str(signals[start]), int(horizons[start])), slice(start, end))
        for start, end in zip(starts, ends[: len(starts)], strict=True)
    ]


def starts_of(*keys: Any) -> Array:
    """Return where each combination of the keys begins, in a table ordered by them."""
    if not len(keys[0]):
        return np.zeros(0, dtype=int)
    is_new = np.ones(len(keys[0]), dtype=bool)
    is_new[1:] = np.any([np.asarray(key[1:] != key[:-1], dtype=bool) for key in keys], axis=0)
    return np.flatnonzero(is_new)


def plain(value: Any) -> Any:
    """Return a value as Arrow takes it: numbers of Python, None for NaN and infinities."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
