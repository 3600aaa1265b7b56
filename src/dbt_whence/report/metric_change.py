"""Sections on why metrics moved: one per analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dbt_whence.metric_change import INSIGHT_KINDS, ranked_metric
from dbt_whence.numbers import shortened, shown, visible
from dbt_whence.report.content import LONGEST_TITLE, Block, Reader, Section, Sentence, Table, choose, present
from dbt_whence.results import Row

TOP = 10
"""Segments of a dimension, residual segments, words."""
MOST_DIMENSIONS = 6
MOST_DRIVEN = 4
"""Metrics whose drivers are shown."""
MOST_TREES = 3


def names(reader: Reader) -> dict[str, str]:
    """Return the analyses and the group of each."""
    rows = reader.rows("metric_analyses", columns=["analysis", "analysis_group"])
    return {row["analysis"]: row["analysis_group"] for row in rows}


def overview(reader: Reader) -> list[Block]:
    """Return what stands above all analyses: the alerts."""
    return present(
        reader.table(
            "metric_alerts",
            "Alerts: thresholds that were declared",
            "rule analysis is_breached severity observed threshold n_breaches metric side dimensions segment",
            order_by=["-is_breached", "analysis"],
            limit=40,
            optional=("dimensions", "segment"),
        )
    )


def sections(reader: Reader, wanted: set[str] | None) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """Yield the analyses; of windows before the current one those that were asked for by name."""
    groups = names(reader)
    heads = {name for name, group in groups.items() if name == group or group not in groups}
    for name in choose(sorted(groups), wanted, groups):
        if name in heads or (wanted is not None and name in wanted):
            yield name, partial(section, reader, name)


def section(reader: Reader, name: str) -> Section:
    """Return the section of an analysis."""
    analysis = reader.rows("metric_analyses", {"analysis": name})[0]
    metric = ranked_metric(analysis)
    blocks: list[Block] = present(
        windows(analysis),
        *reader.insights("metric_insights", {"analysis": name}, INSIGHT_KINDS),
        reader.table(
            "metric_analyses",
            "What was compared",
            "relation baseline_start baseline_end current_start current_end baseline_records "
            "current_records filtered_records excluded_records unparsed_records dimensions metrics "
            "unit variance_rule",
            {"analysis": name},
            is_fact=True,
            is_folded=True,
        ),
        reader.table(
            "metric_totals",
            "Totals on each side",
            "metric side value records segments top5_record_share top5_value_share blank_record_share",
            {"analysis": name},
            ["metric", "side"],
            limit=40,
        ),
    )
    blocks += history(reader, analysis, metric)
    blocks += drivers(reader, name, metric)
    blocks += movers(reader, name, metric)
    blocks += drilldowns(reader, name, metric)
    blocks += present(
        reader.table(
            "metric_restatements",
            "Rows added, removed and changed after the fact",
            "metric row_change n_rows baseline_value current_value change",
            {"analysis": name},
            ["metric", "row_change"],
        ),
        reader.table(
            "metric_residual_segments",
            "Where the unexplained rest sits",
            "metric dimensions segment n_rows residual_change share_of_residual q_value",
            {"analysis": name},
            ["metric", "residual_rank"],
            limit=TOP,
        ),
    )
    return Section(
        reader.unique_id("metric_change", name),
        shortened(visible(name), LONGEST_TITLE),
        "metric_change",
        name,
        tuple(blocks),
    )


def windows(analysis: Row) -> Sentence:
    """Say what is compared with what."""
    counts = [f"{shown(analysis[f'{side}_records'], 'count')} records" for side in ("current", "baseline")]
    spans = [
        f" of {analysis[f'{side}_start']} to {analysis[f'{side}_end']}" if analysis[f"{side}_start"] else ""
        for side in ("current", "baseline")
    ]
    against = f", against {counts[1]}{spans[1]}" if analysis["baseline_records"] is not None else ""
    evidence = ({"table": "metric_analyses", "key": {"analysis": analysis["analysis"]}},)
    return Sentence(f"{counts[0]}{spans[0]}{against}, from {visible(analysis['relation'])}.", "compared", evidence)


def history(reader: Reader, analysis: Row, metric: str) -> list[Block]:
    """Show the windows before the current one, where there are any."""
    group = analysis["analysis_group"]
    members = [row["analysis"] for row in reader.rows("metric_analyses", {"analysis_group": group})]
    if analysis["analysis"] != group or len(members) < 2:
        return []
    table = reader.table(
        "metric_totals",
        f"{visible(metric)} in each window",
        "analysis period_end side value records",
        {"analysis": members, "metric": metric},
        ["period_end", "side"],
        limit=240,
        is_folded=True,
    )
    if table is None:
        return []
    return [
        reader.chart(
            "lines",
            f"{visible(metric)} in each window, beside what it is compared with",
            "A line for the current windows and one for their baselines, by the last date of the window.",
            [table],
            {"date": "period_end", "series": "side", "value": "value"},
        ),
        table,
        Sentence(
            f"{len(members) - 1} earlier windows have sections of their own when asked for by name, "
            f"e.g. --select '{visible(sorted(members)[1])}'."
        ),
    ]


def drivers(reader: Reader, name: str, metric: str) -> list[Block]:
    """Show how drivers lead from the baseline to the current value."""
    closures = reader.rows("metric_closure", {"analysis": name}, ["metric", "method"])
    closures.sort(key=lambda row: row["metric"] != metric)
    blocks: list[Block] = []
    for closure in closures[:MOST_DRIVEN]:
        key = {column: closure[column] for column in ("analysis", "metric", "method")}
        of = f"{visible(closure['metric'])} ({visible(closure['method'])})"
        change = reader.table(
            "metric_closure",
            f"The change of {of}, and how much of it is explained",
            "baseline_value current_value change explained residual explained_share is_closed note",
            key,
            optional=("note",),
            is_folded=True,
        )
        found = reader.table(
            "metric_drivers",
            f"Drivers of {of}",
            "driver baseline_value current_value contribution contribution_pct share_of_change standard_error",
            key,
            ["driver_rank"],
            limit=60,
            optional=("standard_error",),
            decimals={"baseline_value": 4, "current_value": 4},  # as the sentences on drivers have them
            is_folded=True,
        )
        if change is None or found is None:
            continue
        identity = reader.rows(
            "metric_identities", {"analysis": name, "metric": closure["metric"], "is_selected": True}
        )
        arithmetic = f", which is {visible(identity[0]['identity'])}" if identity else ""
        blocks += [
            reader.chart(
                "waterfall",
                f"From baseline to current: {of}{arithmetic}",
                "Bars from the baseline value to the current value, one step for what each driver contributed.",
                [change, found],
                {"label": "driver", "value": "contribution", "start": "baseline_value", "end": "current_value"},
            ),
            change,
            found,
        ]
    if len(closures) > MOST_DRIVEN:
        blocks.append(Sentence(f"Drivers of {len(closures) - MOST_DRIVEN} more metrics are in metric_drivers."))
    return blocks


def movers(reader: Reader, name: str, metric: str) -> list[Block]:
    """Show the segments that moved most, by dimension; without a comparison the largest."""
    sets = (
        reader.query("select distinct dimensions from <metric_segments> where analysis = {} and depth = 1", [name])
        if reader.has("metric_segments")
        else []
    )
    dimensions = sorted(row["dimensions"] for row in sets)
    blocks: list[Block] = []
    for dimension in dimensions[:MOST_DIMENSIONS]:
        key = {"analysis": name, "dimensions": dimension, "metric": metric}
        of = f"{visible(metric)} by {visible(dimension)}"
        table = reader.table(
            "metric_movers",
            f"What moved {of}",
            "segment status baseline_value current_value change change_pct share_of_change "
            "volume_effect mix_effect rate_effect q_value unexpected_change unexpected_q_value "
            "effect_note",
            key,
            ["mover_rank"],
            limit=TOP,
            optional=(
                "effect_note",
                "volume_effect",
                "mix_effect",
                "rate_effect",
                "unexpected_change",
                "unexpected_q_value",
            ),
            is_folded=True,
        )
        if table is not None:
            blocks += [mover_chart(reader, table, of), table]
            continue
        table = reader.table(
            "metric_segments",
            f"The largest of {of}",
            "segment value value_share records record_share",
            key | {"side": "current"},
            ["segment_rank"],
            limit=TOP,
            is_folded=True,
        )
        if table is not None:
            title = f"The largest of {of}"
            columns = {"label": "segment", "value": "value"}
            blocks += [reader.chart("bars", title, "A bar for the value of each segment.", [table], columns), table]
    if len(dimensions) > MOST_DIMENSIONS:
        others = ", ".join(visible(dimension) for dimension in dimensions[MOST_DIMENSIONS:])
        blocks.append(Sentence(f"Movers by {others} are in metric_movers."))
    return blocks


def mover_chart(reader: Reader, table: Table, of: str) -> Block:
    """Draw the changes of segments, and the effects they are made of where there are any."""
    effects = [column.name for column in table.columns if column.name in ("volume_effect", "mix_effect", "rate_effect")]
    columns = {"label": "segment", "value": "change", "note": "q_value"}
    columns |= {f"part {name.removesuffix('_effect')}": name for name in effects}
    made_of = ", made of its effects" if effects else ""
    return reader.chart(
        "bars",
        f"What moved {of}",
        f"A bar for the change of each segment{made_of}; q beside it is p adjusted for all "
        "segments looked at: a small one is hard to explain by chance alone.",
        [table],
        columns,
    )


def drilldowns(reader: Reader, name: str, metric: str) -> list[Block]:
    """Show the trees of a metric, and of others that lead somewhere; where one does not, what to ask next."""
    if not reader.has("metric_drilldown"):
        return []
    counts = reader.query(
        "select metric, count(*) as n from <metric_drilldown> where analysis = {} group by metric", [name]
    )
    deep = sorted((row["metric"] for row in counts if row["n"] > 1), key=lambda found: (found != metric, found))
    blocks: list[Block] = []
    for found in deep[:MOST_TREES]:
        rows = reader.rows("metric_drilldown", {"analysis": name, "metric": found}, ["depth", "-share_of_total"], 60)
        table = reader.table_of(
            in_tree_order(rows),
            "metric_drilldown",
            f"Drill-down of {visible(found)}",
            "segment dimension depth change share_of_parent share_of_total q_value stop_reason next_question",
            is_folded=True,
        )
        blocks += [
            reader.chart(
                "bars",
                f"Drill-down: where the change of {visible(found)} sits",
                "A tree from the total down: an indented bar for the change within each segment.",
                [table],
                {"label": "segment", "value": "change", "note": "q_value", "depth": "depth"},
            ),
            table,
        ]
    if metric not in deep:
        root = reader.rows("metric_drilldown", {"analysis": name, "metric": metric}, ["depth"], 1)
        key = {"analysis": name, "metric": metric, "path": root[0]["path"]} if root else {}
        if root and root[0]["next_question"]:
            evidence = ({"table": "metric_drilldown", "key": key},)
            blocks.append(Sentence(visible(root[0]["next_question"]), "next", evidence))
    return blocks


def in_tree_order(rows: list[Row]) -> list[Row]:
    """Return nodes so that each is followed by what is below it."""
    below: dict[Any, list[Row]] = {}
    for row in rows:
        below.setdefault(row["parent_path"], []).append(row)
    ordered: list[Row] = []

    def visit(row: Row) -> None:
        ordered.append(row)
        for child in below.pop(row["path"], []):
            visit(child)

    for root in below.pop(None, []):
        visit(root)
    return ordered
