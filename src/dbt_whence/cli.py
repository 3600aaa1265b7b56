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


select_option = click.option(
    "--select",
    "-s",
    multiple=True,
    help="A domain, or the name of an analysis, a model, a study or a portfolio; may be given again.",
)


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
@select_option
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


@cli.command()
@click.argument("question")
@select_option
@click.option(
    "--backend",
    type=click.Choice(["none", "openai", "bedrock"]),
    default="none",
    show_default=True,
    envvar="WHENCE_EXPLAIN_BACKEND",
    help="Who words the answer: the tables, or a model.",
)
@click.option(
    "--url", envvar="WHENCE_EXPLAIN_URL", help="Of an OpenAI-compatible server, e.g. http://localhost:8080/v1."
)
@click.option("--model", envvar="WHENCE_EXPLAIN_MODEL", help="Model of the backend.")
@click.option("--timeout", type=click.IntRange(min=1, max=3600), default=120, show_default=True, help="Seconds.")
@click.option(
    "--context-tokens",
    type=click.IntRange(min=4096),
    default=8192,
    show_default=True,
    help="What the model can hold; rows beyond are left out.",
)
@click.option("--max-tokens", type=click.IntRange(min=64), default=1024, show_default=True, help="Of the answer.")
@click.option("--allow-http", is_flag=True, help="Send key and data in clear to another machine.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@dbt_options
def explain(
    question: str,
    select: Sequence[str],
    backend: str,
    url: str | None,
    model: str | None,
    timeout: float,
    context_tokens: int,
    max_tokens: int,
    allow_http: bool,
    output: str,
    **dbt: str | None,
) -> None:
    """Answer QUESTION from rows of the tables, each sentence with the rows that it rests on.

    With a backend a language model words the answer. It is checked against the rows it cites; where it says more than
    they do, the tables' own sentences are given instead, and the reason on stderr.

    WHENCE_EXPLAIN_BACKEND, WHENCE_EXPLAIN_URL and WHENCE_EXPLAIN_MODEL stand for the options; the key of a server is
    read from WHENCE_EXPLAIN_API_KEY alone.
    """
    from dbt_whence.explain.answer import answer, as_json, as_text
    from dbt_whence.explain.backends import choose
    from dbt_whence.explain.evidence import gather
    from dbt_whence.progress import say
    from dbt_whence.results import find_results

    chosen = choose(backend, url, model, max_tokens, timeout, allow_http)
    say("reading the project")
    results = find_results(**dbt)
    say("reading rows")
    evidence = gather(results, question, select)
    result = answer(results, evidence, chosen, backend, context_tokens, max_tokens, say)
    if result.reason:
        click.echo(f"whence: the model's answer is not given: {result.reason}", err=True)
    click.echo(as_json(result) if output == "json" else as_text(result))


@cli.command()
@dbt_options
def mcp(**options: Any) -> None:
    """Serve the tables to assistants: read-only tools of the Model Context Protocol, over stdin and stdout."""
    from dbt_whence.results import WhenceError

    try:
        from dbt_whence.mcp_server.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise WhenceError('whence mcp needs an extra: pip install "dbt-whence[mcp]"') from error
    serve(options)


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
