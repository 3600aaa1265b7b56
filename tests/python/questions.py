"""The questions of analyses/: their answers on a warehouse, and docs/questions.md, which shows them.

`python tests/python/questions.py` writes the document anew from the demo in `WHENCE_DUCKDB_PATH`.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from conftest import PROJECT, Warehouse

DOCUMENT = PROJECT / "docs" / "questions.md"
TITLES = {
    "metric_change": "Why did it move",
    "factor_models": "What carries the portfolio",
    "signal_research": "Is the edge real",
    "factor_proxies": "What offsets it",
}
INTRODUCTION = """\
# Questions

Each question below is a query of `analyses/` on the built tables, which covers everything that is declared. Ask it by its
name:

```
dbt show --select why_did_the_metric_move
```

dbt prints the first five rows and six columns, and shortens long texts. The answer is in those six; `--limit -1` has all
rows, and `--limit -1 --output json` all columns too. `dbt compile` puts the SQL into `target/compiled`, to be run anywhere.

Questions about a metric are answered for the latest window of each analysis, unless they say otherwise. An answer
without rows is one: nothing of the kind was found.

Below is what each says of the demo.
"""


def questions_of(domain: str) -> list[str]:
    """Return the names of a domain's questions."""
    return sorted(path.stem for path in (PROJECT / "analyses" / domain).glob("*.sql"))


def descriptions() -> dict[str, dict[str, str]]:
    """Return what each question asks and what a row of its answer is, by domain."""
    files = {domain: PROJECT / "analyses" / domain / f"_{domain}.yml" for domain in TITLES}
    return {
        domain: {entry["name"]: entry["description"].strip() for entry in yaml.safe_load(path.read_text())["analyses"]}
        for domain, path in files.items()
    }


def answers_of(warehouse: Warehouse, domain: str, **variables: Any) -> dict[str, pd.DataFrame]:
    """Compile every question of a domain at once, and ask each."""
    names = questions_of(domain)
    run = warehouse.declared("compile", "--select", *names, **variables)
    assert run.success, run.log
    folder = warehouse.folder / "target" / "compiled" / "whence" / "analyses" / domain
    return {name: warehouse.query((folder / f"{name}.sql").read_text()) for name in names}


def shown(warehouse: Warehouse) -> dict[str, str]:
    """Return what `dbt show` prints for each question, of all domains."""
    names = [name for domain in TITLES for name in questions_of(domain)]
    run = warehouse.dbt("show", "--select", *names)
    assert run.success, run.log
    return {result.node.name: printed(result.agate_table) for result in run.result.results}


def printed(table: Any) -> str:
    """Print a table as `dbt show` does."""
    output = io.StringIO()
    table.print_table(output=output, max_rows=None)
    return output.getvalue().strip()


def document(tables: dict[str, str]) -> str:
    """Return the text of docs/questions.md, with the tables that dbt printed."""
    asked = descriptions()
    contents = "".join(
        f"- [{TITLES[domain]}](#{TITLES[domain].lower().replace(' ', '-')}): `{domain}`, {len(questions)} questions\n"
        for domain, questions in asked.items()
    )
    parts = [INTRODUCTION, contents]
    for domain, questions in asked.items():
        parts.append(f"## {TITLES[domain]}\n\nThe guide of these tables is [{domain}.md]({domain}.md).\n")
        for name, text in questions.items():
            question, rows = text.split("?", 1)
            said = textwrap.fill(f"`{name}`.{rows}", 120, break_long_words=False, break_on_hyphens=False)
            parts.append(f"### {question}?\n\n{said}\n\n```\n{tables[name]}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder))
        shutil.copy(os.environ["WHENCE_DUCKDB_PATH"], warehouse.database)
        DOCUMENT.write_text(document(shown(warehouse)))
