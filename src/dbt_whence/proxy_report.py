"""A report on factor proxies for people and assistants: sections of Markdown, with tables of a fixed width.

Every number is one of a row of a public table, rounded, or counts such rows. Where rows are left out, the section says
how many and where they are.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from dbt_whence.panel import literal, table_of

Row = dict[str, Any]
SCHEMA = pa.schema(
    [("position", pa.int32()), ("section", pa.string()), ("title", pa.string()), ("markdown", pa.string())]
)
MISSING = "-"
LONGEST_NAME = 40
"""Characters of a name before it ends in three dots."""
LONGEST_DETAIL = 500
MOST_ROWS = 40
"""Rows of a table."""
MOST_EXPOSED = 20
"""Exposed series whose offsets are shown."""
MOST_OFFSETS = 5
"""Recommended offsets of an exposed series that are shown; of others `MOST_OTHERS`."""
MOST_OTHERS = 3
LARGEST_MATRIX = 15
"""Series of a correlation matrix."""
WINDOWS = ("1m", "3m", "6m", "1y", "2y", "ytd")
CATEGORIES = ("market", "style", "industry", "bond", "cash", "commodity", "crypto", "user_group")
MAIN_SCOPES = ("all", "macro_composite", "user_group")
"""Scopes whose breaks in stress are shown: pairs of the others are among them."""


@dataclass(frozen=True)
class Tables:
    """What the report reads: relations of DuckDB with the columns of the public tables, and the macro choices."""

    metadata: Any
    universe: Any
    quality: Any
    correlations: Any
    regime_correlations: Any
    rate_sensitivity: Any
    market_sensitivity: Any
    performance: Any
    return_windows: Any
    exposures: Any
    offsets: Any
    hedge_baskets: Any
    group_checks: Any
    group_weights: Any
    macro_choices: Any


@dataclass(frozen=True)
class Section:
    """A section: ``blocks`` are paragraphs and tables."""

    name: str
    title: str
    blocks: list[str]


def rows_of(relation: Any, condition: str = "true") -> list[Row]:
    """Return the rows of a relation for which an SQL condition holds, null and NaN as None."""
    chosen = relation.filter(condition)
    return [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in zip(chosen.columns, values, strict=True)
        }
        for values in chosen.fetchall()
    ]


def name_text(value: str | None, longest: int = LONGEST_NAME) -> str:
    """Return a name such that it cannot be mistaken for Markdown: bars, backticks and line breaks are inert."""
    if value is None:
        return MISSING
    text = value.replace("\\", "\\\\")
    text = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode() for char in text
    )
    text = text.replace("`", "\\`").replace("|", "\\|")
    return text if len(text) <= longest else text[: longest - 3] + "..."


def number_text(value: float | None, places: int = 2) -> str:
    """Return a number with fixed decimals; from a million on in scientific notation."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:.{places}f}" if abs(value) < 1e6 else f"{value:.{places}e}"
    return text.lstrip("-") if float(text) == 0 else text


def percent_text(value: float | None) -> str:
    """Return a share in percent, one decimal."""
    return number_text(None if value is None else 100 * value, 1)


def chance_text(value: float | None) -> str:
    """Return a p or q with three decimals."""
    return "<0.001" if value is not None and value < 0.0005 else number_text(value, 3)


def count_text(value: int | None) -> str:
    """Return a whole number, or a value as it is: dates too."""
    return MISSING if value is None else str(value)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def pad(text: str, size: int, is_left: bool) -> str:
    """Fill a text to a width."""
    blank = " " * (size - width(text))
    return text + blank if is_left else blank + text


def fixed_width(header: Sequence[str], rows: Sequence[Sequence[str]], n_left: int = 1, caption: str = "") -> str:
    """Return a table in a code block: the first ``n_left`` columns, and the last where it is text, are aligned left.

    A header that ends in ``>`` is of a column of text.
    """
    is_left = [i < n_left or name.endswith(">") for i, name in enumerate(header)]
    lines = [[name.rstrip(">") for name in header], *rows]
    sizes = [max(width(line[i]) for line in lines) for i in range(len(header))]
    body = [
        "  ".join(pad(cell, size, left) for cell, size, left in zip(line, sizes, is_left, strict=True)).rstrip()
        for line in (lines[0], ["-" * size for size in sizes], *lines[1:])
    ]
    return "\n".join(["```", *([caption] if caption else []), *body, "```"])


def left_out(n_all: int, n_shown: int, where: str, what: str = "row") -> list[str]:
    """Say how many rows, or what else, are not shown, if any."""
    if n_all <= n_shown:
        return []
    n = n_all - n_shown
    return [f"{n} more {what} is in {where}." if n == 1 else f"{n} more {what}s are in {where}."]


def by_name(*names: str) -> Callable[[Row], tuple[bytes, ...]]:
    """Order rows by the bytes of some columns."""
    return lambda row: tuple(str(row[name]).encode() for name in names)


def report_table(tables: Tables) -> pa.Table:
    """Return the report, one row per section; no rows where nothing is declared."""
    metadata = rows_of(tables.metadata)
    if not metadata:
        return table_of([], SCHEMA)
    thresholds = json.loads(metadata[0]["thresholds"])
    universe = {row["ticker"]: row for row in rows_of(tables.universe)}
    q_threshold = float(thresholds["q_threshold"])
    sections = [
        summary(metadata[0], tables),
        correlations(tables, universe, q_threshold),
        profiles(tables, universe),
        returns(tables, universe),
        rate_sensitivity(tables, universe, q_threshold),
        market_sensitivity(tables, universe, q_threshold),
        stress(tables, q_threshold),
        offsets(tables),
        groups(tables),
        data_quality(tables, universe),
        settings(thresholds),
    ]
    return table_of(
        (
            {
                "position": i,
                "section": section.name,
                "title": section.title,
                "markdown": "\n\n".join([f"## {section.title}", *section.blocks]),
            }
            for i, section in enumerate(sections, 1)
        ),
        SCHEMA,
    )


def place(universe: dict[str, Row], series: str) -> tuple[int, int, bytes]:
    """Order series by category, priority and name; those that are no tickers last."""
    row = universe.get(series)
    category = row["category"] if row else None
    position = CATEGORIES.index(category) if category in CATEGORIES else len(CATEGORIES)
    return position, int(row["priority"]) if row else 0, series.encode()


def summary(metadata: Row, tables: Tables) -> Section:
    """What the panel holds, and the best offset of each exposure."""
    statuses = Counter(row["status"] for row in rows_of(tables.quality))
    facts = [
        ("first month", count_text(metadata["first_month"])),
        ("last month", count_text(metadata["last_month"])),
        ("series with returns", count_text(metadata["n_series"])),
        *((f"series {status}", str(statuses[status])) for status in ("ok", "warning", "excluded")),
        ("universe", name_text(metadata["source_tiers"])),
        ("universe hash", metadata["universe_hash"]),
    ]
    found = rows_of(tables.offsets)
    best: dict[tuple[str, str], Row] = {}
    for row in sorted(found, key=lambda row: (row["reason"] != "holds out of sample", row["offset_rank"])):
        if row["is_recommended"]:  # one that nothing stands against comes first
            best.setdefault((row["portfolio"], row["exposed"]), row)
    exposures = exposed_series(tables, found)
    shown = exposures[:MOST_ROWS]
    rows = []
    for portfolio, exposed, exposure in shown:
        offset = best.get((portfolio, exposed))
        status = "no proxy" if exposure and not exposure["has_proxy"] else "none holds out of sample"
        rows.append(
            (
                name_text(portfolio),
                name_text(exposed),
                percent_text(exposure["exposure"] if exposure else None),
                exposure["status"] if exposure else MISSING,
                percent_text(offset["oos_variance_reduction"] if offset else None),
                f"{trade(offset)} {name_text(offset['candidate'])}" if offset else status,
            )
        )
    header = ("portfolio", "exposed", "exposure %", "status>", "variance taken away %", "best offset>")
    blocks = [fixed_width(("fact", "value>"), facts)]
    if rows:
        blocks.append(fixed_width(header, rows, n_left=2))
        blocks.append("Variance is that of months which the hedge had not seen.")
        blocks += left_out(len(exposures), len(shown), "proxy_exposures and proxy_offsets")
    return Section("summary", "Factor proxies", blocks)


def exposed_series(tables: Tables, found: Iterable[Row]) -> list[tuple[str, str, Row | None]]:
    """Return portfolio, series and exposure, largest first; without a portfolio all series that have offsets."""
    exposures = sorted(
        rows_of(tables.exposures),
        key=lambda row: (row["portfolio"].encode(), -abs(row["exposure"]), row["factor"].encode()),
    )
    if exposures:
        return [(row["portfolio"], row["factor"], row) for row in exposures]
    named = sorted(
        {(row["portfolio"], row["exposed"]) for row in found}, key=lambda key: [part.encode() for part in key]
    )
    return [(portfolio, exposed, None) for portfolio, exposed in named]


def trade(offset: Row) -> str:
    """Say whether a hedge buys or sells short."""
    return MISSING if offset["hedge_ratio"] is None else "short" if offset["hedge_ratio"] < 0 else "long"


def correlations(tables: Tables, universe: dict[str, Row], q_threshold: float) -> Section:
    """Matrices of the macro composites, and of the largest scope that fits."""
    sizes = Counter(row["scope"] for row in rows_of(tables.correlations, "series_a = series_b"))
    several = sorted((scope for scope in sizes if sizes[scope] > 1), key=lambda scope: (-sizes[scope], scope.encode()))
    fitting = [scope for scope in several if sizes[scope] <= LARGEST_MATRIX]
    shown = [scope for scope in fitting if scope == "macro_composite"]
    shown += [scope for scope in fitting if scope != "macro_composite"][:1]
    blocks = []
    for scope in shown:
        rows_of_scope = rows_of(tables.correlations, f"scope = {literal(scope)}")
        pairs = {(row["series_a"], row["series_b"]): row for row in rows_of_scope}
        names = sorted({a for a, _ in pairs}, key=lambda series: place(universe, series))
        rows = []
        for i, a in enumerate(names):
            cells = []
            for j, b in enumerate(names):
                row = pairs[a, b]
                is_shown = i != j and row["q_value"] is not None and row["q_value"] < q_threshold
                cells.append("" if j > i else number_text(row["correlation"]) + ("*" if is_shown else " "))
            rows.append((f"{i + 1} {name_text(a)}", *cells))
        header = (f"{name_text(scope)}", *(f"{i + 1} " for i in range(len(names))))
        blocks.append(fixed_width(header, rows))
    if blocks:
        blocks.append(f"`*`: q below {q_threshold:g}. Columns have the numbers of rows.")
    others = [scope for scope in several if scope not in shown]
    if others:
        listed = [(name_text(scope), str(sizes[scope])) for scope in others[:MOST_ROWS]]
        blocks.append("Scopes that are not shown stand in proxy_correlations:")
        blocks.append(fixed_width(("scope", "series"), listed))
        blocks += left_out(len(others), len(listed), "proxy_correlations")
    return Section("correlations", "Correlations", blocks or ["No scope has two series."])


def profiles(tables: Tables, universe: dict[str, Row]) -> Section:
    """Return and risk of each series."""
    found = sorted(rows_of(tables.performance), key=lambda row: place(universe, row["series"]))
    shown = found[:MOST_ROWS]
    rows = [
        (
            name_text(row["series"]),
            universe[row["series"]]["category"] if row["series"] in universe else MISSING,
            count_text(row["n_months"]),
            percent_text(row["annual_return"]),
            percent_text(row["volatility"]),
            number_text(row["sharpe_ratio"]),
            number_text(row["sharpe_standard_error"]),
            percent_text(row["max_drawdown"]),
            number_text(row["beta"]),
            row["risk_characteristics"] or MISSING,
        )
        for row in shown
    ]
    header = (
        "series",
        "category>",
        "months",
        "return %",
        "volatility %",
        "sharpe",
        "error",
        "drawdown %",
        "beta",
        "risk>",
    )
    blocks = [fixed_width(header, rows)] if rows else ["No series has returns."]
    return Section("profiles", "Return and risk", blocks + left_out(len(found), len(shown), "proxy_performance"))


def returns(tables: Tables, universe: dict[str, Row]) -> Section:
    """What each series earned of late."""
    found = {(row["series"], row["return_window"]): row["total_return"] for row in rows_of(tables.return_windows)}
    names = sorted({series for series, _ in found}, key=lambda series: place(universe, series))
    shown = names[:MOST_ROWS]
    rows = [(name_text(name), *(percent_text(found.get((name, window))) for window in WINDOWS)) for name in shown]
    blocks = (
        [fixed_width(("series", *(f"{window} %" for window in WINDOWS)), rows)] if rows else ["No series has returns."]
    )
    return Section("returns", "Returns of late", blocks + left_out(len(names), len(shown), "proxy_return_windows"))


def pivot(found: list[Row], column: str, universe: dict[str, Row], q_threshold: float, where: str) -> list[str]:
    """Return betas by series and another column, marked where q is below the threshold."""
    cells = {(row["series"], row[column]): row for row in found}
    names = sorted({series for series, _ in cells}, key=lambda series: place(universe, series))
    columns = sorted({name for _, name in cells}, key=column_place)
    shown = names[:MOST_ROWS]
    rows = [
        (name_text(name), *(beta_text(cells.get((name, other)), q_threshold) for other in columns)) for name in shown
    ]
    if not rows:
        return [f"No series is asked for: see {where}."]
    header = ("series", *(name_text(name) + " " for name in columns))
    notes = [f"Betas. `*`: q below {q_threshold:g}.", *left_out(len(names), len(shown), where)]
    return [fixed_width(header, rows), *notes]


def column_place(name: str) -> tuple[int, int, bytes]:
    """Order maturities by length, level and slope after them."""
    months = int(name[1:]) * (12 if name[0] == "y" else 1) if name[:1] in ("m", "y") and name[1:].isdecimal() else None
    return (1, 0, name.encode()) if months is None else (0, months, b"")


def beta_text(row: Row | None, q_threshold: float) -> str:
    """Return a beta and its mark."""
    if row is None or row["beta"] is None:
        return MISSING + " "
    is_shown = row["q_value"] is not None and row["q_value"] < q_threshold
    return number_text(row["beta"]) + ("*" if is_shown else " ")


def rate_sensitivity(tables: Tables, universe: dict[str, Row], q_threshold: float) -> Section:
    """What a rise of yields does."""
    blocks = pivot(rows_of(tables.rate_sensitivity), "maturity", universe, q_threshold, "proxy_rate_sensitivity")
    note = "A beta of -5: a rise of the yield by one percentage point costs 5 %."
    return Section("rate_sensitivity", "What moves with rates", [*blocks, note])


def market_sensitivity(tables: Tables, universe: dict[str, Row], q_threshold: float) -> Section:
    """What a move of the benchmarks does."""
    blocks = pivot(rows_of(tables.market_sensitivity), "benchmark", universe, q_threshold, "proxy_market_sensitivity")
    return Section("market_sensitivity", "What moves with the market", blocks)


def stress(tables: Tables, q_threshold: float) -> Section:
    """Pairs whose correlation differs between stressed and calm months."""
    broken = rows_of(tables.regime_correlations, f"difference_q_value < {q_threshold!r}")
    pairs: dict[tuple[str, str, str, str], dict[str, Row]] = {}
    for row in broken:
        key = (row["scope"], row["regime_rule"], row["series_a"], row["series_b"])
        pairs.setdefault(key, {})[row["regime"]] = row
    main = [key for key in pairs if key[0] in MAIN_SCOPES]
    main.sort(key=lambda key: (MAIN_SCOPES.index(key[0]), key[1], *(name.encode() for name in key[2:])))
    shown = main[:MOST_ROWS]
    rows = []
    for key in shown:
        stressed, calm = (pairs[key].get(regime, {}) for regime in ("stressed", "calm"))
        rows.append(
            (
                *(name_text(part) for part in key),
                number_text(calm.get("correlation")),
                number_text(stressed.get("correlation")),
                chance_text((calm or stressed)["difference_q_value"]),
            )
        )
    header = ("scope", "rule>", "series>", "and>", "calm", "stressed", "q")
    none = f"No correlation of {', '.join(MAIN_SCOPES)} differs between calm and stressed months."
    blocks = [fixed_width(header, rows) if rows else none]
    where = f"proxy_regime_correlations (two rows each, difference_q_value < {q_threshold:g})"
    return Section("stress", "What breaks in stress", blocks + left_out(len(pairs), len(shown), where, "pair"))


def offsets(tables: Tables) -> Section:
    """What offsets each exposure, and why others are not recommended."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows_of(tables.offsets), key=lambda row: row["offset_rank"]):
        found.setdefault((row["portfolio"], row["exposed"]), []).append(row)
    baskets: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows_of(tables.hedge_baskets), key=by_name("candidate")):
        baskets.setdefault((row["portfolio"], row["exposed"]), []).append(row)
    every = [row for rows in found.values() for row in rows]
    keys = [
        (portfolio, exposed) for portfolio, exposed, _ in exposed_series(tables, every) if (portfolio, exposed) in found
    ]
    blocks = []
    for key in keys[:MOST_EXPOSED]:
        rows = found[key]
        recommended = [row for row in rows if row["is_recommended"]]
        others = [row for row in rows if not row["is_recommended"]]
        shown = recommended[:MOST_OFFSETS] + others[:MOST_OTHERS]
        caption = f"{name_text(key[0])}: {name_text(key[1])}"
        blocks.append(fixed_width(OFFSET_HEADER, [offset_cells(row) for row in shown], caption=caption))
        counted = [(len(recommended), MOST_OFFSETS, "recommended"), (len(others), MOST_OTHERS, "not recommended")]
        cut = [f"{n - most} more {said}" for n, most, said in counted if n > most]
        if cut:
            blocks.append(f"{', '.join(cut)}: in proxy_offsets.")
        if key in baskets:
            blocks += basket_blocks(baskets[key])
    blocks += left_out(len(keys), MOST_EXPOSED, "proxy_offsets", "exposure")
    note = (
        "A ratio is in units of the candidate per unit exposed, negative: sold short; variance is that of months which "
        "the hedge had not seen; an allocation is a part of the portfolio."
    )
    return Section(
        "offsets", "What offsets each exposure", [*blocks, note] if blocks else ["No exposure has candidates."]
    )


OFFSET_HEADER = (
    "candidate", "rank", "ratio", "error", "correlation", "q", "variance taken away %", "months",
    "allocation %", "verdict>",
)  # fmt: skip


def offset_cells(row: Row) -> tuple[str, ...]:
    """Return the cells of a candidate."""
    return (
        name_text(row["candidate"]),
        str(row["offset_rank"]),
        number_text(row["hedge_ratio"]),
        number_text(row["hedge_ratio_se"]),
        number_text(row["correlation"]),
        chance_text(row["q_value"]),
        percent_text(row["oos_variance_reduction"]),
        count_text(row["n_oos"]),
        percent_text(row["suggested_allocation"] if row["is_recommended"] else None),
        row["reason"],
    )


def basket_blocks(rows: list[Row]) -> list[str]:
    """Return the largest basket of an exposed series where it has several candidates."""
    size = max(row["basket"] for row in rows)
    if size == 1:
        return []
    members = [row for row in rows if row["basket"] == size]
    cells = [
        (
            name_text(row["candidate"]),
            number_text(row["weight"]),
            percent_text(row["oos_variance_reduction"]),
            count_text(row["n_oos"]),
        )
        for row in members
    ]
    header = ("candidate", "weight", "variance taken away %", "months")
    return [
        fixed_width(header, cells, caption=f"as a basket of {size}"),
        *left_out(len(rows), len(members), "proxy_hedge_baskets (smaller baskets)"),
    ]


def groups(tables: Tables) -> Section:
    """Members of user groups, and what was found wrong with them."""
    checks = sorted(rows_of(tables.group_checks), key=by_name("factor_group", "check_name"))
    wrong = [row for row in checks if row["status"] != "ok"]
    weights = rows_of(tables.group_weights)
    latest: dict[str, Any] = {}
    for row in weights:
        latest[row["factor_group"]] = max(latest.get(row["factor_group"], row["valid_from"]), row["valid_from"])
    current = [row for row in weights if row["valid_from"] == latest[row["factor_group"]]]
    current.sort(key=by_name("factor_group", "ticker"))
    if not checks:
        return Section("groups", "Groups", ["No groups are declared."])
    blocks = []
    if current:
        cells = [
            (
                name_text(row["factor_group"]),
                name_text(row["ticker"]),
                percent_text(row["weight"]),
                str(row["valid_from"]),
            )
            for row in current[:MOST_ROWS]
        ]
        blocks.append(fixed_width(("group", "member>", "weight %", "from>"), cells))
        blocks += left_out(len(weights), len(cells), "proxy_group_weights")
    cells = [
        (name_text(row["factor_group"]), row["check_name"], row["status"], name_text(row["detail"], LONGEST_DETAIL))
        for row in wrong[:MOST_ROWS]
    ]
    blocks += [fixed_width(("group", "check>", "status>", "found>"), cells)] if cells else []
    n_ok = len(checks) - len(wrong)
    blocks.append(f"{n_ok} of {len(checks)} checks of groups are ok.")
    blocks += left_out(len(wrong), len(cells), "proxy_group_checks")
    return Section("groups", "Groups", blocks)


def data_quality(tables: Tables, universe: dict[str, Row]) -> Section:
    """Which series cannot be trusted, which exposures have no proxy, which funds stand for their asset class."""
    quality = rows_of(tables.quality)
    counts = Counter((row["status"], row["reason"] or MISSING) for row in quality)
    order = sorted(counts, key=lambda key: (["ok", "warning", "excluded"].index(key[0]), key[1]))
    blocks = [
        fixed_width(("status", "reason>", "series"), [(*key, str(counts[key])) for key in order], n_left=2),
    ]
    doubtful = [row for row in quality if row["status"] != "ok" and row["n_months"] > 0]
    doubtful.sort(key=lambda row: (row["status"], place(universe, row["series"])))
    cells = [
        (
            name_text(row["series"]),
            row["status"],
            row["reason"],
            str(row["first_month"]),
            str(row["last_month"]),
            count_text(row["n_months"]),
            percent_text(row["coverage"]),
            count_text(row["longest_gap"]),
        )
        for row in doubtful[:MOST_ROWS]
    ]
    header = ("series", "status>", "reason>", "first month>", "last month>", "months", "coverage %", "longest gap")
    blocks += [fixed_width(header, cells)] if cells else ["All series with returns are ok."]
    n_without = sum(1 for row in quality if row["n_months"] == 0)
    blocks += left_out(len(doubtful), len(cells), "proxy_quality")
    if n_without:
        blocks.append(f"{n_without} series of the universe have no returns: proxy_quality, reason no_data.")
    priced = {row["series"] for row in quality if row["n_months"] > 0}
    currencies = Counter(row["currency"] for row in universe.values() if row["ticker"] in priced)
    if len(currencies) > 1:
        rows = [(name_text(name), str(currencies[name])) for name in sorted(currencies, key=str.encode)]
        blocks.append("Prices are in several currencies, and are compared as they are:")
        blocks.append(fixed_width(("currency", "series"), rows))
    blocks += unproxied(tables) + macro_choices(tables)
    return Section("data_quality", "What cannot be trusted", blocks)


def unproxied(tables: Tables) -> list[str]:
    """Return the exposures that no series stands for."""
    found = sorted(
        (row for row in rows_of(tables.exposures) if not row["has_proxy"]), key=by_name("portfolio", "factor")
    )
    if not found:
        return []
    cells = [
        (name_text(row["portfolio"]), name_text(row["factor"]), percent_text(row["exposure"]))
        for row in found[:MOST_ROWS]
    ]
    table = fixed_width(("portfolio", "exposure without a proxy", "exposure %"), cells, n_left=2)
    return [table, *left_out(len(found), len(cells), "proxy_exposures")]


def macro_choices(tables: Tables) -> list[str]:
    """Return which funds stand for their asset class in the macro matrix, and why others do not."""
    found = sorted(rows_of(tables.macro_choices), key=lambda row: (row["asset_class"].encode(), row["choice_rank"]))
    if not found:
        return []
    cells = [
        (name_text(row["asset_class"]), name_text(row["series"]), name_text(row["reason"])) for row in found[:MOST_ROWS]
    ]
    table = fixed_width(("asset class", "fund>", "macro matrix>"), cells)
    return [table, *left_out(len(found), len(cells), "int_factor_proxies__macro_choices")]


def settings(thresholds: dict[str, Any]) -> Section:
    """Return the thresholds that were in force."""
    rows = [(name, f"{float(thresholds[name]):.12g}") for name in sorted(thresholds)]
    return Section("settings", "Settings", [fixed_width(("threshold", "value"), rows)])
