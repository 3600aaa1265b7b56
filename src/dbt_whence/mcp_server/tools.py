"""The tools: each reads rows of the public tables; none takes SQL, none can write."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from mcp_types import CallToolResult
from pydantic import Field

from dbt_whence.mcp_server.answers import Answer, Draft
from dbt_whence.mcp_server.project import Project
from dbt_whence.metric_change import INSIGHT_KINDS, ranked_metric
from dbt_whence.questions import ask, find_question
from dbt_whence.results import DOMAINS, Connection, WhenceError

DEFAULT_ROWS = 20
MAX_ROWS = 200
MAX_NAMES = 40  # valid names that an error lists

Reply = Annotated[CallToolResult, Answer]
# What list_analyses shows of these tables; the rest is what dbt was told and long.
ANALYSIS_COLUMNS = (
    *("analysis", "analysis_group", "relation", "baseline_start", "baseline_end", "current_start", "current_end"),
    *("baseline_records", "current_records", "dimensions", "metrics", "unit", "variance_rule"),
)
MODEL_COLUMNS = (
    *("model", "frequency", "first_date", "last_date", "n_assets_used", "n_dates", "n_factors"),
    *("pca_status", "pca_reason", "regression_status", "regression_reason"),
)
SIGNAL_COLUMNS = ("study", "signal", "horizon", "procedure", "n_obs", "n_assets", "n_dates", "verdict", "status")
RUN_COLUMNS = ("run", "n_series", "first_month", "last_month")

# What a metric needs for rows in a table, as docs/metric_change.md has it.
NEEDED = {
    "metric_movers": "movers are of a comparison",
    "metric_drivers": "drivers are of a comparison with an identity, a rate or a regression",
    "metric_drilldown": "a drill-down is of a comparison of sums, counts, averages and ratios of them",
}

Limit = Annotated[int, Field(ge=1, le=MAX_ROWS, description="Rows of each table at most.")]
Analysis = Annotated[str, Field(description="Name of a metric analysis, from list_analyses.")]
Metric = Annotated[str | None, Field(description="Name of a metric; the one that the analysis ranks by unless given.")]
Model = Annotated[str, Field(description="Name of a factor model, from list_analyses.")]
FactorMethod = Annotated[
    Literal["pca", "regression"] | None,
    Field(description="pca: statistical factors; regression: the declared ones; both unless given."),
]
Portfolio = Annotated[str | None, Field(description="Name of a portfolio; all unless given.")]


class Tools:
    """The tools of one project."""

    def __init__(self, project: Project) -> None:
        """Keep the project, which is parsed when a tool needs it."""
        self.project = project

    @property
    def all(self) -> Sequence[Callable[..., CallToolResult]]:
        """Every tool; name, arguments and description are those of the method."""
        return (
            self.list_analyses,
            self.explain_change,
            self.top_movers,
            self.drivers,
            self.drilldown,
            self.signal_verdict,
            self.offsets,
            self.correlations,
            self.portfolio_factors,
            self.portfolio_attribution,
            self.list_questions,
            self.run_question,
            self.describe_table,
        )

    def list_analyses(self, limit: Limit = DEFAULT_ROWS) -> Reply:
        """List what is built, with periods, status and number of rows: the metric analyses, factor models, signal
        studies, portfolios and scopes of series that the other tools take by name. Call this first."""
        with self.reading() as reading:
            built = reading.connection.built()
            for table, columns, order in (
                ("metric_analyses", ANALYSIS_COLUMNS, ["analysis"]),
                ("factor_models", MODEL_COLUMNS, ["model"]),
                ("signal_profiles", SIGNAL_COLUMNS, ["study", "signal", "horizon"]),
                ("proxy_exposures", (), ["portfolio", "factor"]),
                ("proxy_metadata", RUN_COLUMNS, ["run"]),
            ):
                if table in built:
                    reading.add(table, {}, order, limit, columns)
            for words, table, column in (
                ("analyses", "metric_analyses", "analysis"),
                ("factor models", "factor_models", "model"),
                ("signal studies", "signal_profiles", "study"),
                ("scopes of correlations", "proxy_correlations", "scope"),
            ):
                if table in built:
                    reading.draft.notes.append(f"{words}: {listed(reading.connection.values(table, column))}")
            tables = reading.connection.results.tables.values()
            absent = [d for d in DOMAINS if not any(table.domain == d and table.name in built for table in tables)]
            if absent:
                reading.draft.notes.append(f"not built in this target: {', '.join(absent)}")
            return reading.draft.result()

    def explain_change(self, analysis: Analysis, metric: Metric = None, limit: Limit = DEFAULT_ROWS) -> Reply:
        """Explain why a metric moved: its totals on both sides, whether the drivers add up to the change, the drivers,
        the insights on it and on the analysis by kind, and the segments that moved most."""
        with self.reading() as reading:
            where = reading.analysis_and_metric(analysis, metric)
            reading.add("metric_analyses", {"analysis": analysis}, [], 1, ANALYSIS_COLUMNS)
            reading.add("metric_totals", where, ["side"], 2)
            reading.add("metric_closure", where, ["method"], limit)
            reading.add("metric_drivers", where, ["method", "driver_rank"], limit)
            reading.add_insights(where, limit)
            reading.add("metric_movers", where, ["mover_rank", "dimensions"], limit)
            return reading.draft.result()

    def top_movers(
        self,
        analysis: Analysis,
        metric: Metric = None,
        dimensions: Annotated[
            str | None, Field(description="Dimension set, names joined with ' | '; every set unless given.")
        ] = None,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """List the segments that moved a metric most, by rank within their dimension set, with the parts of the change
        from volume, mix and rate, and whether it is more than chance (q_value)."""
        with self.reading() as reading:
            where = reading.analysis_and_metric(analysis, metric, "metric_movers", "movers")
            if dimensions is not None:
                where |= {"dimensions": reading.known("metric_movers", "dimensions", dimensions, where)}
            reading.add("metric_movers", where, ["mover_rank", "dimensions"], limit)
            return reading.draft.result()

    def drivers(
        self,
        analysis: Analysis,
        metric: Metric = None,
        method: Annotated[
            str | None, Field(description="shapley, lmdi, rate or regression; every one that is built unless given.")
        ] = None,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Split the change of a metric into drivers, such as quantity and price; they add up to the change with the row
        residual, and metric_closure says how much of it they explain."""
        with self.reading() as reading:
            where = reading.analysis_and_metric(analysis, metric, "metric_drivers", "drivers")
            if method is not None:
                where |= {"method": reading.known("metric_drivers", "method", method, where)}
            reading.add("metric_closure", where, ["method"], limit)
            reading.add("metric_drivers", where, ["method", "driver_rank"], limit)
            return reading.draft.result()

    def drilldown(
        self,
        analysis: Analysis,
        metric: Metric = None,
        parent_path: Annotated[
            str | None, Field(description="Give only the branches below this path; the whole tree unless given.")
        ] = None,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Walk from the total down to the segments that explain a change, level by level; shares nest, and the last row
        of a branch says why it stops and what to ask next."""
        with self.reading() as reading:
            where = reading.analysis_and_metric(analysis, metric, "metric_drilldown", "drill-down")
            if parent_path is not None:
                where |= {"parent_path": reading.known("metric_drilldown", "parent_path", parent_path, where)}
            reading.add("metric_drilldown", where, ["depth", "parent_path", "-share_of_parent"], limit)
            return reading.draft.result()

    def signal_verdict(
        self,
        study: Annotated[str, Field(description="Name of a signal study, from list_analyses.")],
        signal: Annotated[str | None, Field(description="Name of a signal; all unless given.")] = None,
        horizon: Annotated[int | None, Field(description="Rows of the time axis; all unless given.")] = None,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Say whether signals have an edge: whether they survive adjustment for all that was tried (is_survivor,
        bhy_q), the estimate and its test, and warnings about them."""
        with self.reading() as reading:
            where: dict[str, Any] = {"study": reading.known("signal_profiles", "study", study)}
            if signal is not None:
                where |= {"signal": reading.known("signal_profiles", "signal", signal, where)}
            if horizon is not None:
                where |= {"horizon": reading.known("signal_profiles", "horizon", horizon, where)}
            reading.add("signal_screening", where, ["p_rank", "signal"], limit)
            reading.add("signal_profiles", where, ["primary_p"], limit)
            reading.add("signal_warnings", where, ["kind", "code"], limit)
            reading.draft.notes.append("verdict is of the test alone; is_survivor adjusts for all that were tried")
            return reading.draft.result()

    def offsets(
        self,
        exposed: Annotated[str | None, Field(description="The series to offset; all unless given.")] = None,
        portfolio: Portfolio = None,
        recommended_only: Annotated[bool, Field(description="Leave out candidates that are not recommended.")] = False,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Say what would offset an exposure: candidates, best first, with the hedge ratio, the variance that it takes
        away in and out of sample, and why it is recommended or not; and baskets of up to three."""
        with self.reading() as reading:
            where: dict[str, Any] = {}
            if portfolio is not None:
                where |= {"portfolio": reading.known("proxy_offsets", "portfolio", portfolio)}
            if exposed is not None:
                where |= {"exposed": reading.known("proxy_offsets", "exposed", exposed, where)}
            only = {"is_recommended": True} if recommended_only else {}
            reading.add("proxy_offsets", where | only, ["portfolio", "exposed", "offset_rank"], limit)
            reading.add("proxy_hedge_baskets", where, ["portfolio", "exposed", "basket"], limit)
            return reading.draft.result()

    def correlations(
        self,
        series: Annotated[str, Field(description="A series: a ticker, a composite or a group.")],
        scope: Annotated[str, Field(description="Scope of series, from list_analyses.")] = "all",
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """List the correlations of a series with the others of a scope, lowest first, with confidence limits and q."""
        with self.reading() as reading:
            where = {"scope": reading.known("proxy_correlations", "scope", scope)}
            where |= {"series_a": reading.known("proxy_correlations", "series_a", series, where)}
            reading.add("proxy_correlations", where, ["correlation"], limit)
            return reading.draft.result()

    def portfolio_factors(self, model: Model, method: FactorMethod = None, limit: Limit = DEFAULT_ROWS) -> Reply:
        """Say which factors carry a portfolio: the share of risk of each component, the portfolio's betas, the variance
        of the statistical factors with labels, and the worst drawdown with what drove it."""
        with self.reading() as reading:
            where = {"model": reading.known("factor_models", "model", model)}
            by_method = where | ({"method": method} if method else {})
            reading.add("factor_models", where, [], 1, MODEL_COLUMNS)
            reading.add("factor_risk", by_method, ["method", "-variance_share"], limit)
            reading.add("factor_betas", where | {"asset": "PORTFOLIO"}, ["factor"], limit)
            reading.add("factor_variance", where, ["factor_rank"], limit)
            worst = where | {"drawdown": 1}
            reading.add("factor_drawdowns", worst, [], 1)
            reading.add("factor_drawdown_components", by_method | worst, ["method", "contribution"], limit)
            return reading.draft.result()

    def portfolio_attribution(
        self,
        model: Model,
        date: Annotated[
            datetime.date | None, Field(description="Date of a return, YYYY-MM-DD; the last unless given.")
        ] = None,
        method: FactorMethod = None,
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Split the portfolio's return on a date into what each component gave; parts sum to the return, and
        factor_residuals says how unusual the unexplained part is."""
        with self.reading() as reading:
            where: dict[str, Any] = {"model": reading.known("factor_models", "model", model)}
            if method:
                where |= {"method": method}
            dates = reading.connection.values("factor_attribution", "date", where)
            if not dates:
                raise WhenceError(f"{model} has no attribution; portfolio_factors gives its status")
            if date is not None and date not in dates:
                near = min(dates, key=lambda day: (abs(day - date), day))
                raise WhenceError(
                    f"{model} has no return on {date}; its dates are from {dates[0]} to {dates[-1]}, the nearest {near}"
                )
            where |= {"date": date or dates[-1]}
            reading.add("factor_attribution", where, ["method", "contribution"], limit)
            reading.add("factor_residuals", where, ["method"], limit)
            return reading.draft.result()

    def list_questions(self) -> Reply:
        """List the questions that run_question answers, each with what its rows are."""
        questions = self.project.results().questions.values()
        draft = Draft()
        rows = [({"question": q.name}, {"domain": q.domain, "description": q.description}) for q in questions]
        draft.add("questions", rows, len(rows))
        return draft.result()

    def run_question(
        self,
        question: Annotated[str, Field(description="Name of a question, from list_questions.")],
        limit: Limit = DEFAULT_ROWS,
    ) -> Reply:
        """Answer a prepared question, such as worst_drawdown_and_its_drivers or which_signals_survive; list_questions
        has them all. It takes a name, not SQL."""
        results = self.project.results()
        found = find_question(results, question)
        sql = self.project.compiled(question)
        with self.project.connection() as connection:
            rows = ask(connection, found, sql)
        draft = Draft()
        draft.notes.append(found.description)
        numbered = (({"row": number}, row) for number, row in enumerate(rows[:limit], start=1))
        draft.add(question, numbered, len(rows), found.domain)
        return draft.result()

    def describe_table(self, table: Annotated[str, Field(description="Name of a public table.")]) -> Reply:
        """Say what the rows and the columns of a table mean."""
        described = self.project.results().table(table)
        draft = Draft()
        draft.notes.append(f"{described.description} Key: {', '.join(described.key)}.")
        rows = [
            ({"column": column.name}, {"data_type": column.data_type, "description": column.description})
            for column in described.columns
        ]
        draft.add(table, rows, len(rows))
        return draft.result()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Open the database for one call."""
        with self.project.connection() as connection:
            yield Reading(connection)


class Reading:
    """An open connection, and the answer that is put together from it."""

    def __init__(self, connection: Connection) -> None:
        """Start an answer without rows."""
        self.connection = connection
        self.draft = Draft()

    def add(
        self, table: str, where: Mapping[str, Any], order_by: Sequence[str], limit: int, columns: Sequence[str] = ()
    ) -> None:
        """Add rows of a table to the answer; arguments as `Connection.read`."""
        rows = self.connection.read(table, where, order_by, columns, limit)
        n_rows = len(rows) if len(rows) < limit else self.connection.count(table, where)
        self.draft.add_table(self.connection.results.table(table), rows, n_rows)

    def add_insights(self, where: Mapping[str, Any], limit: int) -> None:
        """Add the insights on a metric of an analysis, and those on the analysis, in the order of their kinds.

        Args:
            where: the analysis and the metric.
            limit: how many at most.
        """
        of_both = {"analysis": where["analysis"], "metric": [where["metric"], None]}
        rows = self.connection.read("metric_insights", of_both, ["insight_rank"])
        order = {kind: position for position, kind in enumerate(INSIGHT_KINDS)}
        rows.sort(key=lambda row: order.get(row["kind"], len(order)))
        for row in rows:
            row["evidence"] = json.loads(row["evidence"]) if row["evidence"] is not None else None
        self.draft.add_table(self.connection.results.table("metric_insights"), rows[:limit], len(rows))

    def known(self, table: str, column: str, value: Any, where: Mapping[str, Any] | None = None) -> Any:
        """Return a value that a column has, or say which values it has."""
        values = self.connection.values(table, column, where)
        if value not in values:
            among = "".join(f" of {name} {other}" for name, other in (where or {}).items())
            raise WhenceError(f"there is no {column} {str(value)[:100]!r}{among}; there is {listed(values, value)}")
        return value

    def analysis_and_metric(
        self, analysis: str, metric: str | None, table: str | None = None, words: str = ""
    ) -> dict[str, Any]:
        """Return the condition that picks a metric of an analysis, the one that it ranks by unless one is asked for.

        Args:
            analysis: its name.
            metric: of `metric_totals`.
            table: that is to have rows of the metric.
            words: what these rows are.

        Raises:
            WhenceError: there is no such analysis or metric, or the table has none of it.
        """
        where = {"analysis": self.known("metric_analyses", "analysis", analysis)}
        if metric is not None:
            where |= {"metric": self.known("metric_totals", "metric", metric, where)}
        else:
            columns = ["analysis", "metrics", "spec_json"]
            where |= {"metric": ranked_metric(self.connection.read("metric_analyses", where, columns=columns)[0])}
        if table is not None and not self.connection.count(table, where):
            others = self.connection.values(table, "metric", {"analysis": analysis})
            there = f"; those of {listed(others)} are there" if others else ""
            raise WhenceError(f"{where['metric']} has no {words} in {analysis}: {NEEDED[table]}{there}")
        return where


def listed(values: Sequence[Any], near: Any = None) -> str:
    """Return values as a list in words, those first that read like `near`; many are cut, with how many there are."""
    texts = [str(value)[:100] for value in values]
    first = get_close_matches(str(near), texts) if near is not None else []
    texts = [*first, *(text for text in texts if text not in first)]
    more = f" and {len(texts) - MAX_NAMES} more" if len(texts) > MAX_NAMES else ""
    return (", ".join(texts[:MAX_NAMES]) + more) or "none"
