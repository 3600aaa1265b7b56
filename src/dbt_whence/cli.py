"""The ``whence`` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def build(dbt_arguments: Sequence[str]) -> int:
    """Run ``dbt build`` and then print what the tables say first.

    Args:
        dbt_arguments: passed on to ``dbt build``; those that choose project, profile, target and variables also reach
            the summary.

    Returns:
        dbt's own exit code: 0 where everything passed, 1 where a model or test failed, 2 where dbt could not run.
    """
    from dbt.cli.main import dbtRunner

    runner = dbtRunner()
    result = runner.invoke(["build", *dbt_arguments])
    if not result.success:
        return 2 if result.exception is not None else 1
    summary = runner.invoke(["--quiet", "run-operation", "whence.summarize", *shared_arguments(dbt_arguments)])
    return 0 if summary.success else 2


def shared_arguments(dbt_arguments: Sequence[str]) -> list[str]:
    """Return those of ``dbt build``'s arguments, with their values, that ``dbt run-operation`` takes too."""
    shared = {"--project-dir", "--profiles-dir", "--profile", "--target", "-t", "--target-path", "--vars"}
    kept: list[str] = []
    takes_value = False
    for argument in dbt_arguments:
        name, equals, _ = argument.partition("=")
        if takes_value or name in shared:
            kept.append(argument)
            takes_value = not takes_value and not equals
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and run the command it names."""
    parser = argparse.ArgumentParser(prog="whence", description="Why a metric moved, as tables in the warehouse.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "build", help="dbt build, then a summary of the tables; takes dbt build's arguments", add_help=False
    )
    _, rest = parser.parse_known_args(arguments)
    return build(rest)


if __name__ == "__main__":
    sys.exit(main())
