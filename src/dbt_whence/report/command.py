"""The command `whence report`: what it was asked for, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dbt_whence.progress import each, say
from dbt_whence.report.build import FORMATS, build_report, write_report
from dbt_whence.results import WhenceError, find_results


def run_report(select: Sequence[str], formats: str, out: str, dbt: Mapping[str, str | None]) -> list[Path]:
    """Write a report on the tables that a dbt target holds.

    Args:
        select: domains, or names of analyses, models, studies and portfolios.
        formats: names of `FORMATS` with commas between them.
        out: the folder.
        dbt: options of `find_results`.

    Returns:
        The paths of the files.
    """
    wanted = formats_of(formats)
    if Path(out).exists() and not Path(out).is_dir():
        raise WhenceError(f"--out {out} is a file; name a folder")
    say("reading the project")
    results = find_results(**dbt)
    return write_report(
        build_report(results, select, lambda parts: each(parts, lambda part: part[0])), wanted, Path(out)
    )


def formats_of(text: str) -> list[str]:
    """Return the formats of an option, each once."""
    wanted = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise WhenceError(f"--format {unknown[0] if unknown else text!r} is not one of {', '.join(FORMATS)}")
    return wanted
