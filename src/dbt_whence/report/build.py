"""Builds a report and writes its files."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from dbt_whence.report import factor_models, factor_proxies, inference, metric_change, signal_research
from dbt_whence.report.content import LEADS, TITLES, Block, Reader, Report, Section, Sentence, unknown_names
from dbt_whence.results import DOMAINS, Results, WhenceError

MODULES: dict[str, ModuleType] = {
    "metric_change": metric_change,
    "factor_models": factor_models,
    "signal_research": signal_research,
    "factor_proxies": factor_proxies,
    "inference": inference,
}
MAIN_TABLES = {
    "metric_change": "metric_analyses",
    "factor_models": "factor_models",
    "signal_research": "signal_profiles",
    "factor_proxies": "proxy_metadata",
    "inference": "hypothesis_tests",
}
MOST_SECTIONS = 40
"""Analyses, models or studies of a domain."""
FORMATS = ("html", "md", "json")

Part = tuple[str, Callable[[], Section | None]]
"""What a section is about, and what builds it."""


def build_report(
    results: Results, select: Sequence[str] = (), progress: Callable[[Sequence[Part]], Iterator[Part]] = iter
) -> Report:
    """Read the tables and return what the report shows of them.

    Args:
        results: where the tables are.
        select: domains, or names of analyses, models, studies and portfolios; all unless given.
        progress: is given the parts that are to be built, and yields them one by one.

    Raises:
        WhenceError: a name that nothing has, or nothing that could be shown.
    """
    with results.connection() as connection:
        reader = Reader(connection)
        named = {domain: MODULES[domain].names(reader) if reader.has(MAIN_TABLES[domain]) else {} for domain in DOMAINS}
        known = [*DOMAINS, *sorted({name for names in named.values() for pair in names.items() for name in pair})]
        unknown_names(select, known)
        parts: list[Part] = []
        for domain in DOMAINS:
            own = {name for pair in named[domain].items() for name in pair}
            wanted = None if not select or domain in select else own.intersection(select)
            if wanted is None or wanted:
                parts += domain_parts(reader, domain, wanted)
        if not any(reader.has(MAIN_TABLES[domain]) for domain in DOMAINS):
            raise WhenceError("none of the tables is built in this target; run dbt build")
        if not any(reader.has(MAIN_TABLES[domain]) for domain in DOMAINS if domain in select) and not (
            {*select} - {*DOMAINS} or not select
        ):
            raise WhenceError(f"no table of {', '.join(select)} is built in this target; run dbt build")
        sections = [section for _, build in progress(parts) if (section := build()) is not None]
    return Report("What the tables say", tuple(sections))


def domain_parts(reader: Reader, domain: str, wanted: set[str] | None) -> list[Part]:
    """Return the sections of a domain, its own first."""
    module = MODULES[domain]
    is_built = reader.has(MAIN_TABLES[domain])
    inner = list(module.sections(reader, wanted)) if is_built else []
    left_out = len(inner) - MOST_SECTIONS

    def head() -> Section:
        blocks: list[Block] = []
        tables = [name for name, table in reader.connection.results.tables.items() if table.domain == domain]
        missing = sorted(set(tables) - reader.built)
        if not tables:
            blocks.append(Sentence(f"{domain} is not enabled in this project (whence_domains).", "not built"))
        elif not is_built:
            blocks.append(
                Sentence(
                    f"Not built in this target: there is no table {MAIN_TABLES[domain]}. Run dbt build.", "not built"
                )
            )
        elif missing:
            blocks.append(Sentence(f"Not built in this target, and left out: {', '.join(missing)}.", "not built"))
        if is_built:
            blocks += module.overview(reader) if wanted is None else []
            if wanted is None and not inner and domain != "inference":
                blocks.append(Sentence(f"Nothing is declared: {MAIN_TABLES[domain]} has no rows.", "empty"))
        if left_out > 0:
            text = f"{left_out} more are left out, from {inner[MOST_SECTIONS][0]} on; name them with --select."
            blocks.append(Sentence(text, "left out"))
        return Section(reader.unique_id(domain), TITLES[domain], domain, None, tuple(blocks), LEADS[domain])

    return [(domain, head), *((f"{domain}: {name}", build) for name, build in inner[:MOST_SECTIONS])]


def write_report(report: Report, formats: Sequence[str], folder: Path) -> list[Path]:
    """Write a report in each format; return the paths.

    Raises:
        WhenceError: the folder cannot be written.
    """
    from dbt_whence.report.html import html_of
    from dbt_whence.report.json import json_of
    from dbt_whence.report.markdown import markdown_of

    renderers = {"html": html_of, "md": markdown_of, "json": json_of}
    texts = {folder / f"whence_report.{name}": renderers[name](report) for name in formats}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            write_atomically(path, text)
    except OSError as error:
        raise WhenceError(f"{folder} cannot be written: {error.strerror or error}") from error
    return list(texts)


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
