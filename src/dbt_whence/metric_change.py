"""What the tables of metric changes leave to those who read them: which metric is first, which insight."""

from __future__ import annotations

import json

from dbt_whence.results import Row

INSIGHT_KINDS = (
    "summary",
    "mover",
    "driver",
    "residual",
    "opportunity",
    "risk",
    "concentration",
    "data_quality",
)
"""Kinds of metric_insights, what answers "why" first."""


def ranked_metric(analysis: Row) -> str:
    """Return the metric that an analysis ranks by: the one that is declared, else its first.

    Args:
        analysis: a row of metric_analyses.
    """
    try:
        spec = json.loads(analysis["spec_json"] or "{}")
    except ValueError:
        spec = {}
    declared = spec.get("rank_by") if isinstance(spec, dict) else None
    return str(declared or str(analysis["metrics"] or "records").split(" | ")[0])
