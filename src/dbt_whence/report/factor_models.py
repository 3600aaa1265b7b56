"""Sections on what carries portfolios: one per factor model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from dbt_whence.numbers import shortened, shown, visible
from dbt_whence.report.content import LONGEST_TITLE, Block, Reader, Section, Sentence, choose, present
from dbt_whence.results import Row

METHODS = {"pca": "statistical factors", "regression": "known factors"}
MOST_DATES = 80
"""Dates of a chart over time."""
MOST_COMPONENTS = 7
"""Components of a chart over time; the smaller ones are added up."""
MOST_DRAWDOWNS = 10


def names(reader: Reader) -> dict[str, str]:
    """Return the models; each is its own group."""
    return {row["model"]: row["model"] for row in reader.rows("factor_models", columns=["model"])}


def overview(reader: Reader) -> list[Block]:
    """Return what stands above all models: nothing."""
    return []


def sections(reader: Reader, wanted: set[str] | None) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """Yield the models."""
    for name in choose(sorted(names(reader)), wanted):
        yield name, partial(section, reader, name)


def section(reader: Reader, name: str) -> Section:
    """Return the section of a model."""
    model = reader.rows("factor_models", {"model": name})[0]
    key = {"model": name}
    blocks: list[Block] = [*sentences(reader, model)]
    blocks += present(
        reader.table(
            "factor_models",
            "The sample",
            "frequency first_date last_date n_assets n_assets_used n_assets_held net_weight "
            "gross_weight n_portfolio_dates n_dates_left_out n_factors pca_status pca_reason "
            "regression_status regression_reason",
            key,
            optional=("pca_reason", "regression_reason"),
            is_fact=True,
            is_folded=True,
        )
    )
    blocks += risk(reader, key)
    blocks += variance(reader, key)
    blocks += betas(reader, key)
    for method in METHODS:
        blocks += attribution(reader, name, method)
    blocks += drawdowns(reader, key)
    blocks += present(
        reader.table(
            "factor_residuals",
            "Days and months that factors explain least",
            "method date residual robust_z is_outlier",
            key,
            ["residual_rank", "method"],
            limit=10,
        ),
        reader.table(
            "factor_assets",
            "Assets",
            "asset weight mean_return volatility n_obs n_used n_gaps first_date last_date status reason",
            key,
            ["-weight", "asset"],
            limit=30,
            optional=("reason",),
        ),
    )
    return Section(
        reader.unique_id("factor_models", name),
        shortened(visible(name), LONGEST_TITLE),
        "factor_models",
        name,
        tuple(blocks),
    )


def sentences(reader: Reader, model: Row) -> list[Block]:
    """Say whether the model could be estimated, and what its worst drawdown was."""
    name = model["model"]
    evidence = ({"table": "factor_models", "key": {"model": name}},)
    found: list[Block] = [
        Sentence(f"No {METHODS[method]}: {visible(model[f'{method}_reason'])}", "status", evidence)
        for method in METHODS
        if model[f"{method}_reason"]
    ]
    for row in reader.rows("factor_drawdowns", {"model": name, "drawdown": 1}):
        end = f"recovered on {row['recovery_date']}" if row["recovery_date"] else "not recovered"
        begin = f"from {row['peak_date']} " if row["peak_date"] else ""
        text = f"The worst drawdown was {shown(row['depth'], 'percent')}, {begin}to {row['trough_date']}, {end}."
        found.append(
            Sentence(text, "drawdown", ({"table": "factor_drawdowns", "key": {"model": name, "drawdown": 1}},))
        )
    return found


def risk(reader: Reader, key: dict[str, str]) -> list[Block]:
    """Show what carries the variance of the portfolio."""
    blocks: list[Block] = []
    for method, words in METHODS.items():
        table = reader.table(
            "factor_risk",
            f"Risk by component, {words}",
            "component variance_share volatility_contribution variance_contribution effective_bets n_obs",
            key | {"method": method},
            ["-variance_share"],
            limit=15,
            is_folded=True,
        )
        if table is not None:
            columns = {"label": "component", "value": "variance_share"}
            description = "A bar for the share of each component in the variance of the portfolio."
            title = f"Who carries the variance: {words}"
            blocks += [reader.chart("bars", title, description, [table], columns), table]
    return blocks


def variance(reader: Reader, key: dict[str, str]) -> list[Block]:
    """Show the eigenvalues beside what noise reaches."""
    table = reader.table(
        "factor_variance",
        "Statistical factors: eigenvalues and what noise reaches",
        "factor eigenvalue noise_edge is_retained explained_ratio cumulative_ratio label",
        key,
        ["factor_rank"],
        limit=20,
        is_folded=True,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "scree",
            "How many factors stand out of the noise",
            "A column for each eigenvalue, largest first, and a line at the largest one that noise alone reaches.",
            [table],
            {"label": "factor", "value": "eigenvalue", "edge": "noise_edge", "strong": "is_retained"},
        ),
        table,
    ]


def betas(reader: Reader, key: dict[str, str]) -> list[Block]:
    """Show the portfolio's slopes on known factors."""
    table = reader.table(
        "factor_betas",
        "Betas of the portfolio on known factors",
        "factor beta standard_error t_stat p_value q_value vif r_squared n_obs status reason",
        key | {"asset": "PORTFOLIO"},
        ["factor"],
        optional=("reason",),
        is_folded=True,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "bars",
            "Betas of the portfolio",
            "A bar for each beta, with a whisker of two Newey-West standard errors to each side; alpha, a "
            "return, is in the table.",
            [table],
            {"label": "factor", "value": "beta", "error": "standard_error", "note": "q_value"},
            ("alpha",),
        ),
        table,
    ]


def attribution(reader: Reader, name: str, method: str) -> list[Block]:
    """Show what each component added up to, over time."""
    if not reader.has("factor_attribution"):
        return []
    sizes = reader.query(
        "select component, sum(abs(contribution)) as size, count(*) as n_dates from <factor_attribution>"
        " where model = {} and method = {} group by component",
        [name, method],
    )
    if not sizes:
        return []
    sizes.sort(key=lambda row: (-float(f"{row['size'] or 0:.9g}"), row["component"]))
    kept = [row["component"] for row in sizes[:MOST_COMPONENTS]]
    n_dates = max(row["n_dates"] for row in sizes)
    step = -(-n_dates // MOST_DATES)
    rows = reader.query(
        "with shown as (select date, case when component in ("
        + ", ".join(["{}"] * len(kept))
        + ") then component else '(other)' end as component, contribution from <factor_attribution>"
        " where model = {} and method = {}), by_date as (select date, component, sum(contribution) as contribution"
        " from shown group by date, component), cumulated as (select date, component,"
        " sum(contribution) over (partition by component order by date) as cumulative_contribution,"
        " dense_rank() over (order by date desc) as place from by_date)"
        " select date, component, cumulative_contribution from cumulated where mod(place - 1, {}) = 0",
        [*kept, name, method, step],
    )
    for row in rows:
        row["model"], row["method"] = name, method
        # no digits that depend on the order of a sum
        row["cumulative_contribution"] = float(f"{round(row['cumulative_contribution'] or 0.0, 12):.9g}") + 0.0
    rows.sort(key=lambda row: (row["date"], [*kept, "(other)"].index(row["component"])))
    note = f"{-(-n_dates // step):,} of {n_dates:,} dates: the last, and every {step}th before it." if step > 1 else ""
    if len(sizes) > len(kept):
        note = f"{note} (other) is the sum of {len(sizes) - len(kept)} smaller components.".strip()
    words = METHODS[method]
    table = reader.derived(
        rows,
        "factor_attribution",
        f"Contributions added up to each date, {words}",
        {
            "date": ("Up to and with this date.", "date"),
            "component": ("A factor, the mean or alpha, or the residual.", "text"),
            "cumulative_contribution": ("Sum of the contributions so far, without compounding.", "percent"),
        },
        ("model", "method", "date", "component"),
        "The sum of contribution over all dates up to this one.",
        note,
    )
    return [
        reader.chart(
            "stack",
            f"What carried the return over time: {words}",
            "Stacked columns by date: the contributions of each component, added up from the first date, "
            "gains above zero and losses below; the line is their sum.",
            [table],
            {"date": "date", "series": "component", "value": "cumulative_contribution"},
        ),
        table,
    ]


def drawdowns(reader: Reader, key: dict[str, str]) -> list[Block]:
    """Show the deepest drawdowns, and who took part in the worst."""
    table = reader.table(
        "factor_drawdowns",
        "The deepest drawdowns",
        "drawdown depth peak_date trough_date recovery_date days",
        key,
        ["drawdown"],
        limit=MOST_DRAWDOWNS,
        is_folded=True,
    )
    if table is None:
        return []
    blocks: list[Block] = [
        reader.chart(
            "drawdowns",
            "The deepest drawdowns",
            "A straight line from each peak to the trough and on to the recovery; what lies between is not drawn.",
            [table],
            {
                "label": "drawdown",
                "start": "peak_date",
                "middle": "trough_date",
                "end": "recovery_date",
                "value": "depth",
            },
        ),
        table,
    ]
    for method, words in METHODS.items():
        parts = reader.table(
            "factor_drawdown_components",
            f"The worst drawdown by component, {words}",
            ["component", "contribution"],
            key | {"drawdown": 1, "method": method},
            ["contribution"],
            limit=15,
            is_folded=True,
        )
        if parts is not None:
            columns = {"label": "component", "value": "contribution"}
            description = "A bar for what each component added to the worst drawdown; all add up to its depth."
            title = f"What drove the worst drawdown: {words}"
            blocks += [reader.chart("bars", title, description, [parts], columns), parts]
    return blocks
