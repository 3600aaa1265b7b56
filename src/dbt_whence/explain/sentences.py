"""Template sentences over rows of the public tables: every number in one is a column of the row it is made of."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dbt_whence.numbers import number


@dataclass(frozen=True)
class Recipe:
    """Which rows of a table answer which questions, and the sentence of such a row.

    Attributes:
        table: a public table.
        parts: templates, `{column:style}` for values (see `worded`), joined to one sentence; the first is needed, any
            other is left out where a value of it is null.
        words: words of a question that ask for this table.
        subject: column that holds the analysis, model, study or portfolio; empty where the table has none.
        named: columns in which names of the question are looked for; rows are narrowed to those that hold them.
        order_by: as `Connection.read` takes it.
        where: what the rows must hold.
        limit: rows per subject.
        is_basic: read whatever the question asks; others wait for their words or names.
    """

    table: str
    parts: tuple[str, ...]
    words: frozenset[str]
    subject: str = ""
    named: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 3
    is_basic: bool = False


def words(text: str) -> frozenset[str]:
    """Split words that are written with spaces between them."""
    return frozenset(text.split())


class _Missing(Exception):
    """A value of a template is null."""


class _Worder(string.Formatter):
    """Formats `{column:style}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return worded(value, format_spec)


def worded(value: Any, style: str = "") -> str:
    """Word a value.

    Args:
        value: of a column; null ends the part it is in.
        style: empty for numbers, texts and dates as they are; `%` for decimals as percentages; `moved` for a change
            with its verb; `yes|no` for what a boolean is called; `a=first|b=second` for what texts are called.
    """
    if value is None:
        raise _Missing
    if isinstance(value, bool):
        return style.split("|")[0 if value else 1] if style else str(value).lower()
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if isinstance(value, str):
        return dict(each.split("=") for each in style.split("|")).get(value, value) if style else value
    value = float(value)
    if style == "moved":
        return f"{'rose' if value > 0 else 'fell'} by {number(abs(value))}" if value else "did not change"
    return f"{percentage(value * 100)} %" if style == "%" else number(value)


def percentage(value: float) -> str:
    """Return a percentage as the package's sentences have it: one decimal from 1 on."""
    return number(value, decimals=1)


def sentence(parts: Sequence[str], row: Mapping[str, Any]) -> str | None:
    """Fill the templates with a row; None where the first part has a null."""
    said = []
    for part in parts:
        try:
            said.append(_Worder().vformat(part, (), row))
        except _Missing:
            if not said:
                return None
    return "".join(said)


MOVED = words("segment segments mover movers which where who country region category product moved driver drove why")
FALLS = words("drawdown drawdowns worst loss losses lost fall crash crisis recover recovered recovery")

RECIPES: dict[str, tuple[Recipe, ...]] = {
    "metric_change": (
        Recipe(
            "metric_movers",
            (
                "{metric} of {segment} ({dimensions}) {change:moved}",
                " ({change_pct:%})",
                ", from {baseline_value} to {current_value}",
                "; {share_of_change:%} of the total change",
                "; q {q_value}",
                "; {unexpected_change} beyond the pace of the rest",
                " (q {unexpected_q_value})",
            ),
            MOVED,
            subject="analysis",
            named=("segment", "dimensions"),
            order_by=("mover_rank",),
            limit=6,
        ),
        Recipe(
            "metric_drivers",
            (
                "{driver} contributed {contribution} to {metric}",
                ", {share_of_change:%} of its change",
                ": from {baseline_value} to {current_value}",
            ),
            words("driver drivers contribute contributed due"),
            subject="analysis",
            named=("driver",),
            order_by=("driver_rank", "method"),
        ),
        Recipe(
            "metric_drilldown",
            (
                "{path}: {metric} {change:moved}",
                ", {share_of_total:%} of the total change",
                "; q {q_value}",
                ". {next_question}",
            ),
            words("drill drilldown tree path deeper simpson next"),
            subject="analysis",
            named=("segment",),
            order_by=("depth", "path"),
            limit=6,
        ),
        Recipe(
            "metric_alerts",
            (
                "{rule} is {is_breached:breached|kept}",
                ": observed {observed}, threshold {threshold}",
                ", {n_breaches} breaches",
                " ({metric})",
            ),
            words("alert alerts threshold thresholds breach breached rule rules"),
            subject="analysis",
            order_by=("-is_breached", "rule"),
            limit=6,
        ),
        Recipe(
            "metric_restatements",
            (
                "{metric}: {n_rows} rows {row_change}",
                ", from {baseline_value} to {current_value}",
                "; their part of the change is {change}",
            ),
            words("restate restated restatement restatements snapshot snapshots added removed modified correction"),
            subject="analysis",
            order_by=("metric", "row_change"),
            limit=8,
        ),
        Recipe(
            "metric_analyses",
            (
                "{analysis} compares {current_records} current records",
                " ({current_start} to {current_end})",
                " with {baseline_records} baseline records",
                " ({baseline_start} to {baseline_end})",
            ),
            words("compared compare window windows records rows period when"),
            subject="analysis",
            limit=1,
            is_basic=True,
        ),
    ),
    "factor_models": (
        Recipe(
            "factor_drawdowns",
            (
                "Drawdown {drawdown} of {model} is {depth:%}, from {peak_date} to {trough_date}",
                "; it was recovered on {recovery_date}",
                ". It took {days} days",
            ),
            FALLS,
            subject="model",
            order_by=("drawdown",),
            limit=1,
            is_basic=True,
        ),
        Recipe(
            "factor_drawdown_components",
            ("{component} contributed {contribution:%} to drawdown {drawdown} of {model} ({method})",),
            FALLS | words("drove drive driver caused why what carried carry"),
            subject="model",
            named=("component",),
            order_by=("contribution",),
            where={"drawdown": 1},
            limit=5,
        ),
        Recipe(
            "factor_risk",
            (
                "{component} carries {variance_share:%} of the variance of {model} ({method})",
                ", {volatility_contribution:%} of return per period in volatility",
                "; the effective number of bets is {effective_bets}",
            ),
            words(
                "risk risks risky volatility variance diversified concentrated concentration bets carry carries factor"
            ),
            subject="model",
            named=("component",),
            order_by=("-variance_share",),
            limit=4,
            is_basic=True,
        ),
        Recipe(
            "factor_asset_risk",
            (
                "{asset} carries {variance_share:%} of the variance of {model} ({method})",
                " with a weight of {weight:%}",
            ),
            words("asset assets holding holdings position positions contribution contributions"),
            subject="model",
            named=("asset",),
            order_by=("-variance_share",),
            limit=4,
        ),
        Recipe(
            "factor_betas",
            (
                "beta of {asset} on {factor} in {model} is {beta}",
                " (error {standard_error}",
                ", t {t_stat}",
                ", q {q_value}",
                ", n {n_obs})",
            ),
            words("beta betas regression sensitivity sensitive exposure exposures exposed factor factors alpha"),
            subject="model",
            named=("asset", "factor"),
            order_by=("-r_squared", "asset"),
            where={"status": "ok"},
            limit=5,
        ),
        Recipe(
            "factor_variance",
            (
                "{factor} of {model} explains {explained_ratio:%} of the variance of returns",
                ", its eigenvalue {eigenvalue} against {noise_edge} from noise",
                "; {label}",
            ),
            words("pca principal component components factor factors eigenvalue eigenvalues explain explains"),
            subject="model",
            named=("factor",),
            order_by=("factor_rank",),
            where={"is_retained": True},
            limit=4,
        ),
        Recipe(
            "factor_loadings",
            (
                "{asset} loads {loading} on {factor} of {model}",
                ", correlation {correlation}",
            ),
            words("loading loadings loads load aligned"),
            subject="model",
            named=("factor", "asset"),
            order_by=("loading_rank", "factor"),
            limit=5,
        ),
        Recipe(
            "factor_residuals",
            (
                "{model} ({method}) leaves a residual of {residual:%} on {date}",
                ", robust z {robust_z}",
                ", {is_outlier:an outlier|no outlier}",
            ),
            words("residual residuals outlier outliers unexplained idiosyncratic"),
            subject="model",
            order_by=("residual_rank", "method"),
            limit=5,
        ),
        Recipe(
            "factor_exposures",
            (
                "exposure of {model} to {factor} ({method}) over the window to {window_end} is {exposure}",
                " (error {standard_error}, n {n_obs})",
            ),
            words("exposure exposures exposed stable stability rolling time recent"),
            subject="model",
            named=("factor",),
            order_by=("-window_end", "method", "factor"),
            limit=6,
        ),
        Recipe(
            "factor_models",
            (
                "{model} has {n_assets_used} of {n_assets} assets, {frequency}, from {first_date} to {last_date}",
                "; {n_portfolio_dates} dates are in the portfolio's series, {n_dates_left_out} are left out",
                "; {n_factors} statistical factors are kept",
            ),
            words("model models sample dates data frequency assets"),
            subject="model",
            limit=1,
            is_basic=True,
        ),
    ),
    "signal_research": (
        Recipe(
            "signal_screening",
            (
                "{signal} ({procedure}, horizon {horizon}) {is_survivor:survives|does not survive}",
                ": p {p_value}, adjusted {bhy_q}",
                ", t {t_stat}",
                ", in a family of {family_size}",
            ),
            words("survive survives survivor survivors screening screened real edge discovery significant adjusted"),
            subject="study",
            named=("signal",),
            order_by=("bhy_q", "p_value"),
            limit=5,
        ),
        Recipe(
            "signal_profiles",
            (
                "{signal} ({procedure}, horizon {horizon}): estimate {estimate}, t {t_stat}, p {primary_p}, n {n_obs}",
                ", {verdict:pass=passes alone, unadjusted|fail=does not pass alone}",
                "; warnings: {warnings}",
            ),
            words("estimate ic verdict profile profiles premium lambda coefficient information"),
            subject="study",
            named=("signal",),
            order_by=("primary_p",),
            limit=5,
        ),
        Recipe(
            "signal_quantiles",
            (
                "quantile {quantile} of {signal} (horizon {horizon}) earns {mean_forward_return:%}",
                " (error {standard_error:%}, n {n_obs})",
            ),
            words("quantile quantiles quintile quintiles decile deciles spread monotonic monotone"),
            subject="study",
            named=("signal",),
            order_by=("signal", "horizon", "quantile"),
            limit=10,
        ),
        Recipe(
            "signal_turnover",
            (
                "{signal} (horizon {horizon}) replaces {quantile_turnover:%} of its legs",
                "; its spread breaks even at {breakeven_cost_bps} bp",
                ", after costs {net_spread:%} is left",
            ),
            words("turnover cost costs trading net breakeven expensive"),
            subject="study",
            named=("signal",),
            order_by=("-breakeven_cost_bps",),
            limit=5,
        ),
        Recipe(
            "signal_slices",
            (
                "{signal} (horizon {horizon}) in {slice}: mean IC {mean_ic}",
                ", t {t_stat}",
                ", n {n_obs}",
            ),
            words("slice slices sector sectors state states where regime"),
            subject="study",
            named=("signal", "slice"),
            order_by=("-mean_ic",),
            limit=5,
        ),
        Recipe(
            "signal_warnings",
            (
                "{signal} ({procedure}, horizon {horizon}): {code}",
                ", observed {observed}",
                ", threshold {threshold}",
                ". {description}",
            ),
            words("warning warnings caveat caveats trust reliable problem problems wrong"),
            subject="study",
            named=("signal",),
            order_by=("kind", "code", "signal"),
            where={"kind": "warning"},
            limit=5,
        ),
    ),
    "factor_proxies": (
        Recipe(
            "proxy_offsets",
            (
                "{candidate} for {exposed} in {portfolio} is {is_recommended:recommended|not recommended}",
                " ({reason})",
                ": hedge ratio {hedge_ratio}, correlation {correlation}",
                "; it takes away {variance_reduction:%} of the variance in sample",
                ", {oos_variance_reduction:%} over {n_oos} later months",
            ),
            words("offset offsets offsetting hedge hedges hedged hedging protect protection diversify against"),
            subject="portfolio",
            named=("exposed", "candidate"),
            order_by=("-is_recommended", "offset_rank", "exposed"),
            limit=6,
            is_basic=True,
        ),
        Recipe(
            "proxy_exposures",
            (
                "{portfolio} has an exposure of {exposure:%} to {factor}, {status}",
                " against a limit of {exposure_limit:%}",
            ),
            words("exposure exposures exposed hold holds holding concentrated limit"),
            subject="portfolio",
            named=("factor",),
            order_by=("-exposure",),
            limit=4,
            is_basic=True,
        ),
        Recipe(
            "proxy_hedge_baskets",
            (
                "{candidate} has a weight of {weight} in basket {basket} for {exposed}",
                "; the basket takes away {variance_reduction:%} of the variance in sample",
                ", {oos_variance_reduction:%} over {n_oos} later months",
            ),
            words("basket baskets several combination combined together"),
            subject="portfolio",
            named=("exposed", "candidate"),
            order_by=("exposed", "-basket", "candidate"),
            limit=6,
        ),
        Recipe(
            "proxy_performance",
            (
                "{series} returned {annual_return:%} a year over {n_months} months",
                " at a volatility of {volatility:%}",
                "; Sharpe ratio {sharpe_ratio} (error {sharpe_standard_error})",
                "; its largest drawdown was {max_drawdown:%}",
            ),
            words("performance performed perform return returns returned sharpe volatility yield drawdown risk"),
            named=("series",),
            order_by=("-sharpe_ratio",),
            limit=5,
        ),
        Recipe(
            "proxy_correlations",
            (
                "correlation of {series_a} and {series_b} ({scope}) is {correlation}",
                ", between {ci_low} and {ci_high}",
                "; q {q_value}",
                ", n {n_obs}",
                "; {relationship}",
            ),
            words("correlation correlations correlated correlate together diversifier diversify relationship"),
            named=("series_a", "series_b"),
            order_by=("q_value", "scope", "series_a"),
            limit=12,
        ),
        Recipe(
            "proxy_rate_sensitivity",
            (
                "{series} has a beta of {beta} on {maturity}",
                " (error {standard_error}",
                ", q {q_value}",
                ", R² {r_squared})",
            ),
            words("rate rates yields maturity maturities duration interest treasury"),
            named=("series", "maturity"),
            order_by=("-r_squared",),
            limit=5,
        ),
        Recipe(
            "proxy_market_sensitivity",
            (
                "{series} has a beta of {beta} on {benchmark}",
                " (error {standard_error}",
                ", q {q_value}",
                ", R² {r_squared})",
                "; up beta {up_beta}, down beta {down_beta}",
            ),
            words("market beta betas benchmark equity sensitivity"),
            named=("series", "benchmark"),
            order_by=("-r_squared",),
            limit=5,
        ),
        Recipe(
            "proxy_regime_correlations",
            (
                "correlation of {series_a} and {series_b} in {regime} months ({regime_rule}, {scope}) is {correlation}",
                ", n {n_obs}",
                "; difference between states: q {difference_q_value}",
            ),
            words("stress stressed calm regime regimes crisis broke"),
            named=("series_a", "series_b"),
            order_by=("difference_p_value", "scope", "series_a"),
            limit=6,
        ),
        Recipe(
            "proxy_return_windows",
            (
                "{series} returned {total_return:%} over {return_window}",
                " at a volatility of {volatility:%}",
            ),
            words("recent recently lately ytd month months year return returns"),
            named=("series", "return_window"),
            order_by=("series", "return_window"),
            limit=6,
        ),
        Recipe(
            "proxy_quality",
            (
                "{series} is {status}",
                ": {reason}",
                "; {n_months} months from {first_month} to {last_month}, {coverage:%} of the panel",
            ),
            words("quality trust trusted stale missing gap history reliable data"),
            named=("series",),
            order_by=("-status", "-coverage"),
            limit=5,
        ),
    ),
}
