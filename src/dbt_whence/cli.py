"""The ``whence`` command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

# Exit codes of every command, as dbt's: 0 done, 1 something failed that the command is there to find, 2 could not run.
COULD_NOT_RUN = 2


def dbt_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command those of dbt's options that say which project and which target; `find_results` takes them."""
    options = [
        click.option("--project-dir", help="Folder of dbt_project.yml; the working directory unless given."),
        click.option("--profiles-dir", help="Folder of profiles.yml, as for dbt."),
        click.option("--profile", help="Profile to read; the project's own unless given."),
        click.option("--target", "-t", help="Target of the profile; its default unless given."),
        click.option("--target-path", help="Folder of dbt's artifacts; target unless given."),
        click.option("--vars", "variables", help="Variables as YAML, the same as dbt build was given."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dbt-whence", prog_name="whence")
def cli() -> None:
    """Why a metric moved, which factors carry a portfolio, what offsets an exposure: tables in the warehouse."""


@cli.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def build(context: click.Context) -> None:
    """Run dbt build, then print what the tables say first; takes dbt build's options."""
    context.exit(run_build(context.args))


@cli.command()
@click.option(
    "--select", "-s", multiple=True, help="A domain, or the name of an analysis, a model or a study; repeat it."
)
@click.option(
    "--format", "-f", "formats", default="html", show_default=True, help="Any of html, md, json, with commas."
)
@click.option("--out", "-o", default="reports", show_default=True, type=click.Path(), help="Folder of the files.")
@dbt_options
def report(select: tuple[str, ...], formats: str, out: str, **dbt: str | None) -> None:
    """Show what the tables say on one page, and print the paths of the files."""
    from dbt_whence.report.command import run_report

    for path in run_report(select, formats, out, dbt):
        click.echo(path)


def run_build(dbt_arguments: Sequence[str]) -> int:
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
        return COULD_NOT_RUN if result.exception is not None else 1
    if {"--help", "-h"} & set(dbt_arguments):
        return 0
    summary = runner.invoke(["--quiet", "run-operation", "whence.summarize", *shared_arguments(dbt_arguments)])
    return 0 if summary.success else COULD_NOT_RUN


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
    """Parse the command line, run the command it names, and return its exit code."""
    from dbt_whence.results import WhenceError

    try:
        return int(cli.main(arguments, prog_name="whence", standalone_mode=False) or 0)
    except WhenceError as error:
        click.echo(f"whence: {error}", err=True)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        click.echo("whence: stopped", err=True)
    return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
