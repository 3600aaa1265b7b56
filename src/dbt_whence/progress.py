"""Words on what takes long, for someone who waits at a terminal; logs of CI hold results and errors only."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import click

Part = TypeVar("Part")


def is_watched() -> bool:
    """Say whether someone sits at a terminal and waits."""
    return sys.stderr.isatty() and not os.environ.get("CI")


def say(text: str) -> None:
    """Tell what takes long, where someone waits."""
    if is_watched():
        click.echo(f"whence: {text}", err=True)


def each(parts: Sequence[Part], name: Callable[[Part], str]) -> Iterator[Part]:
    """Yield parts, with a bar that names each where someone waits."""
    if not is_watched():
        yield from parts
        return
    with click.progressbar(
        parts, label="whence", file=sys.stderr, item_show_func=lambda part: name(part)[:40] if part else None
    ) as bar:
        yield from bar
