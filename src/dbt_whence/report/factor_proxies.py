"""Sections on what offsets exposures: of the portfolios, correlations, sensitivities, and the series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from dbt_whence.numbers import visible
from dbt_whence.report.content import Block, Chart, Reader, Section, Sentence, Table, Text, present

LARGEST_MATRIX = 20
"""Series of a heat map."""
MOST_SCOPES = 12
MOST_CANDIDATES = 5
"""Candidates of an exposed series, best first."""
MOST_EXPOSED = 12


def names(reader: Reader) -> dict[str, str]:
    """Return the portfolios; each is its own group."""
    return {
        name: name
        for table in ("proxy_exposures", "proxy_offsets")
        if reader.has(table)
        for name in reader.connection.values(table, "portfolio")
    }


def overview(reader: Reader) -> list[Block]:
    """Return what stands above: the months and the thresholds."""
    return present(
        reader.table(
            "proxy_metadata", "The panel", ["n_series", "first_month", "last_month", "source_tiers"], is_fact=True
        )
    )


def sections(reader: Reader, wanted: set[str] | None) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """Yield the parts; of portfolios that were asked for by name their offsets."""
    yield "offsets", partial(offsets, reader, wanted)
    if wanted is not None:
        return
    yield "correlations", partial(correlations, reader)
    yield "sensitivities", partial(sensitivities, reader)
    yield "series", partial(series, reader)
    yield "proxy_report", partial(proxy_report, reader)


def part(reader: Reader, name: str, title: str, blocks: list[Block]) -> Section | None:
    """Return a section, or nothing where there is nothing to show."""
    return (
        Section(reader.unique_id("factor_proxies", name), title, "factor_proxies", name, tuple(blocks))
        if blocks
        else None
    )


def offsets(reader: Reader, wanted: set[str] | None) -> Section | None:
    """Show the exposures and what would have taken their variance away, of these portfolios or of all."""
    of_portfolios = {} if wanted is None else {"portfolio": sorted(wanted)}
    exposures = reader.table(
        "proxy_exposures",
        "Exposures",
        "portfolio factor exposure exposure_limit status has_proxy",
        of_portfolios,
        order_by=["portfolio", "-exposure"],
        limit=30,
        is_folded=True,
    )
    blocks: list[Block] = []
    if exposures is not None:
        columns = {"label": "factor", "value": "exposure", "reference": "exposure_limit"}
        if len(set(exposures.values("portfolio"))) > 1:
            columns["label 2"] = "portfolio"
        description = "A bar for each exposure, and a mark at the limit above which it is called high."
        blocks += [reader.chart("bars", "Exposures", description, [exposures], columns), exposures]
    best = reader.rows("proxy_offsets", of_portfolios | {"offset_rank": 1}, ["portfolio", "exposed"], 200)
    for row in best[:MOST_EXPOSED]:
        of = f"{visible(row['exposed'])} ({visible(row['portfolio'])})"
        table = reader.table(
            "proxy_offsets",
            f"Candidates to offset {of}",
            "candidate hedge_ratio hedge_ratio_se correlation q_value variance_reduction "
            "oos_variance_reduction n_oos suggested_allocation is_recommended reason",
            {"portfolio": row["portfolio"], "exposed": row["exposed"]},
            ["offset_rank"],
            limit=MOST_CANDIDATES,
            is_folded=True,
        )
        if table is not None:
            blocks += [offset_chart(reader, table, of), table]
    if len(best) > MOST_EXPOSED:
        blocks.append(Sentence(f"Offsets of {len(best) - MOST_EXPOSED} more exposures are in proxy_offsets."))
    blocks += present(
        reader.table(
            "proxy_hedge_baskets",
            "Baskets of several",
            "portfolio exposed basket candidate weight variance_reduction oos_variance_reduction n_oos",
            of_portfolios,
            order_by=["portfolio", "exposed", "basket", "candidate"],
            limit=30,
            is_folded=True,
        )
    )
    return part(reader, "offsets", "Exposures and offsets", blocks)


def offset_chart(reader: Reader, table: Table, of: str) -> Chart:
    """Draw how much variance each candidate takes away on months that it was not fitted to."""
    return reader.chart(
        "bars",
        f"What would have offset {of}",
        "A bar for the share of variance that each candidate takes away on months it was not fitted to; to the left "
        "it adds variance. Dark: recommended.",
        [table],
        {"label": "candidate", "value": "oos_variance_reduction", "note": "q_value", "strong": "is_recommended"},
    )


def correlations(reader: Reader) -> Section | None:
    """Show the correlations of each scope."""
    if not reader.has("proxy_correlations"):
        return None
    scopes = reader.query(
        "select scope, count(distinct series_a) as n from <proxy_correlations>"
        " group by scope having count(distinct series_a) > 1"
    )
    scopes.sort(key=lambda row: (row["scope"] != "all", not row["scope"].startswith("macro"), row["scope"]))
    blocks: list[Block] = []
    for scope in scopes[:MOST_SCOPES]:
        blocks += heat_map(reader, scope["scope"], scope["n"])
    if len(scopes) > MOST_SCOPES:
        others = ", ".join(visible(row["scope"]) for row in scopes[MOST_SCOPES:])
        blocks.append(Sentence(f"Correlations of {others} are in proxy_correlations."))
    return part(reader, "correlations", "What moves together", blocks)


def heat_map(reader: Reader, scope: str, n_series: int) -> list[Block]:
    """Show the correlations of a scope; of many series those with the strongest correlation to another."""
    strength = reader.query(
        "select series_a, max(abs(correlation)) as strength from <proxy_correlations>"
        " where scope = {} and series_a <> series_b group by series_a",
        [scope],
    )
    strength.sort(key=lambda row: (-float(f"{row['strength'] or 0:.9g}"), row["series_a"]))
    kept = sorted(row["series_a"] for row in strength[:LARGEST_MATRIX])
    rows = reader.rows(
        "proxy_correlations",
        {"scope": scope, "series_a": kept, "series_b": kept},
        ["series_a", "series_b"],
    )
    rows = [row for row in rows if row["series_a"] < row["series_b"]]
    if not rows:
        return []
    table = reader.table_of(
        rows,
        "proxy_correlations",
        f"Correlations: {visible(scope)}",
        "series_a series_b correlation ci_low ci_high q_value n_obs relationship",
        note=f"{len(kept)} of {n_series} series, those with the strongest correlation to another; "
        "the others are in proxy_correlations."
        if n_series > len(kept)
        else "",
        is_folded=True,
    )
    columns = {"row": "series_a", "column": "series_b", "value": "correlation", "note": "q_value"}
    return [
        reader.chart(
            "heat_map",
            f"Correlations of monthly returns: {visible(scope)}",
            "A triangle of squares, one for each pair: filled more the stronger the correlation, in one colour where "
            "it is positive and in another where it is negative; a dot where q is below 0.05.",
            [table],
            columns | {"symmetric": "series_a"},
        ),
        table,
    ]


def sensitivities(reader: Reader) -> Section | None:
    """Show what rates and the market do to each series."""
    blocks: list[Block] = []
    rates = reader.table(
        "proxy_rate_sensitivity",
        "Slopes on changes of yields",
        "series maturity beta standard_error t_stat q_value correlation r_squared n_obs",
        order_by=["series", "maturity"],
        limit=160,
        is_folded=True,
    )
    if rates is not None:
        columns = {"row": "series", "column": "maturity", "value": "beta", "note": "q_value"}
        description = (
            "A square for each series and maturity: filled more the larger the slope of its return on the change of "
            "the yield; a dot where q is below 0.05. A beta of -5: one percentage point more costs 5 %."
        )
        blocks += [reader.chart("heat_map", "What moves with rates: betas", description, [rates], columns), rates]
    market = reader.table(
        "proxy_market_sensitivity",
        "Slopes on benchmarks",
        "series benchmark beta standard_error q_value up_beta down_beta correlation r_squared n_obs",
        order_by=["benchmark", "-beta"],
        limit=30,
        is_folded=True,
    )
    if market is not None:
        columns = {"label": "series", "value": "beta", "error": "standard_error", "note": "q_value"}
        if len(set(market.values("benchmark"))) > 1:
            columns["label 2"] = "benchmark"
        description = "A bar for each beta, with a whisker of two standard errors to each side."
        blocks += [reader.chart("bars", "What moves with the benchmark", description, [market], columns), market]
    return part(reader, "sensitivities", "Rates and the market", blocks)


def series(reader: Reader) -> Section | None:
    """Show the return and risk of each series, and which cannot be trusted."""
    blocks = present(
        reader.table(
            "proxy_performance",
            "Return and risk",
            "series n_months annual_return volatility sharpe_ratio sharpe_standard_error "
            "sortino_ratio max_drawdown beta dividend_yield risk_characteristics",
            order_by=["-sharpe_ratio"],
            limit=40,
        ),
        reader.table(
            "proxy_quality",
            "Series to be careful with",
            "series status reason first_month last_month n_months coverage longest_gap",
            {"status": "warning"},
            ["series"],
            limit=30,
        ),
    )
    if reader.has("proxy_quality"):
        counts = reader.query(
            "select status, count(*) as n_series from <proxy_quality> group by status order by count(*) desc, status"
        )
        if counts:
            blocks.append(
                reader.derived(
                    counts,
                    "proxy_quality",
                    "Series by status",
                    {
                        "status": ("ok, warning or excluded.", "text"),
                        "n_series": ("Series with it.", "count"),
                    },
                    ("status",),
                    "Counts of rows.",
                    is_folded=False,
                )
            )
    return part(reader, "series", "The series", blocks)


def proxy_report(reader: Reader) -> Section | None:
    """Show the sections of proxy_report."""
    rows = reader.rows("proxy_report", order_by=["position"], limit=40)
    texts: list[Block] = [
        Text(reader.unique_id("text", row["section"]), visible(row["title"]), row["markdown"]) for row in rows
    ]
    return part(reader, "proxy_report", "As text: proxy_report", texts)
