"""A section on how much was tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbt_whence.report.content import Block, Reader, Section


def names(reader: Reader) -> dict[str, str]:
    """Return nothing: the view is shown whole."""
    return {}


def overview(reader: Reader) -> list[Block]:
    """Return the number of tests by domain."""
    if not reader.has("hypothesis_tests"):
        return []
    rows = reader.query(
        "select domain, count(*) as n_tests, count(distinct family) as n_families,"
        " count(case when p_value < 0.05 then 1 end) as n_p_below_5_percent,"
        " count(case when bhy_q < 0.05 then 1 end) as n_q_below_5_percent"
        " from <hypothesis_tests> group by domain"
    )
    rows.sort(key=lambda row: row["domain"])
    if not rows:
        return []
    return [
        reader.derived(
            rows,
            "hypothesis_tests",
            "Tests by domain",
            {
                "domain": ("The domain.", "text"),
                "n_tests": ("Tests.", "count"),
                "n_families": ("Families within which they are adjusted.", "count"),
                "n_p_below_5_percent": ("Tests with p below 0.05; of true nulls alone 5 % would be.", "count"),
                "n_q_below_5_percent": ("Tests with q (Benjamini and Yekutieli) below 0.05.", "count"),
            },
            ("domain",),
            "Counts of rows.",
            is_folded=False,
        )
    ]


def sections(reader: Reader, wanted: set[str] | None) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """Yield nothing: the overview says it."""
    return iter(())
