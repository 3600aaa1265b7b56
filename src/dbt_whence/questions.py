"""The questions of `analyses/`, asked of the built tables."""

from __future__ import annotations

from dbt_whence.results import QUIET, Connection, Question, Results, Row, WhenceError, dbt_message


def find_question(results: Results, name: str) -> Question:
    """Return a question by its name, or say that there is none of that name."""
    if name not in results.questions:
        raise WhenceError(f"there is no question {name!r}; the questions are {', '.join(sorted(results.questions))}")
    return results.questions[name]


def compile_question(results: Results, name: str) -> str:
    """Return a question's SQL for the target, as dbt compiles it; the database is not touched.

    Raises:
        WhenceError: there is no such question, or dbt cannot compile it.
    """
    from dbt.cli.main import dbtRunner

    question = find_question(results, name)
    compiled = dbtRunner(manifest=results.manifest).invoke(
        [
            *QUIET,
            *("compile", "--select", f"resource_type:analysis,package:whence,{question.name}"),
            *("--no-populate-cache", "--no-introspect", "--no-write-json"),
            *results.dbt_arguments,
        ]
    )
    if not compiled.success:
        raise WhenceError(f"dbt cannot compile {name}: {dbt_message(compiled.exception)}")
    return str(compiled.result.results[0].node.compiled_code)


def ask(connection: Connection, question: Question, sql: str) -> list[Row]:
    """Return the rows that answer a question.

    Args:
        connection: to the tables of the target that the question was compiled for.
        question: whose domain names the tables that it reads.
        sql: as `compile_question` returns it.
    """
    try:
        return connection.rows(sql.replace("{", "{{").replace("}", "}}"))
    except WhenceError as error:
        connection.reset()
        built = connection.built()
        missing = sorted(
            table.name
            for table in connection.results.tables.values()
            if table.relation in sql and table.name not in built
        )
        if not missing:
            raise
        raise WhenceError(
            f"{question.name} reads {', '.join(missing)}, not built in this target; "
            f"run dbt build --select {question.domain}"
        ) from error
