"""The command `whence report`: what it was asked for, and how far it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from dbt_whence.report.build import FORMATS, Part, build_report, write_report
from dbt_whence.results import WhenceError, find_results


def run_report(select: Sequence[str], formats: str, out: str, dbt: Mapping[str, str | None]) -> list[Path]:
    """Write a report on the tables that a dbt target holds.

    Args:
        select: domains, or names of analyses, models and studies.
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
    return write_report(build_report(results, select, progress), wanted, Path(out))


def formats_of(text: str) -> list[str]:
    """Return the formats of an option, each once."""
    wanted = list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise WhenceError(f"--format {unknown[0] if unknown else text!r} is not one of {', '.join(FORMATS)}")
    return wanted


def is_watched() -> bool:
    """Say whether someone sits at a terminal and waits."""
    return sys.stderr.isatty() and not os.environ.get("CI")


def say(text: str) -> None:
    """Tell what takes long, where someone waits."""
    if is_watched():
        click.echo(f"whence: {text}", err=True)


def progress(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield parts, with a bar where someone waits."""
    if not is_watched():
        yield from parts
        return
    with click.progressbar(
        parts, label="whence", file=sys.stderr, item_show_func=lambda part: part[0][:40] if part else None
    ) as bar:
        yield from bar
