"""Speed and memory of a Python model on PostgreSQL, beside psql that copies the same rows out and in.

Run it in the environment of the project: ``python benchmarks/python_models_on_postgres.py [rows]``. It starts a server
of its own and prints medians and ratios.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from common import PROJECT, empty_project, postgres_settings, started_server

REPEATS = 5
SOURCE = """
create schema lake;
create table lake.rows as
select
    i::bigint as id, i % 1000 as code, (i * 0.37)::numeric(12, 2) as amount, random() as score,
    'name ' || i % 5000 as name, date '2020-01-01' + i % 1000 as day,
    timestamptz '2020-01-01' + i * interval '1 minute' as instant, i % 3 = 0 as flag,
    case when i % 7 > 0 then md5(i::text) end as hash
from generate_series(1, {rows}) as i;
vacuum analyze lake.rows
"""
MODELS = {
    "as_relation": "    rows = dbt.source('lake', 'rows')\n    return rows\n",
    "as_arrow": "    rows = dbt.source('lake', 'rows').to_arrow_table()\n    return rows\n",
    "as_pandas": "    rows = dbt.source('lake', 'rows').df()\n    return rows\n",
    "nothing": "    return session.sql('select 1 as a')\n",
}
# Runs dbt in this process, so that starting it is not measured; prints seconds of the model, and the growth of memory.
RUNNER = """
import json, resource, sys
from dbt.cli.main import dbtRunner
runner = dbtRunner()
def run(model):
    result = runner.invoke(["--quiet", "run", "--select", model])
    assert result.success, result.exception
    return result.result.results[0].execution_time
run("nothing")
import pandas, pyarrow
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seconds = [run(sys.argv[1]) for _ in range(int(sys.argv[2]))]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "megabytes": (after - before) / 1024}))
"""


def timed(action: Callable[[], object]) -> float:
    """Return the seconds an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main(rows: int) -> None:
    """Measure and print."""
    with started_server() as server:
        connection = server.connect()
        cursor = connection.cursor()
        for statement in SOURCE.format(rows=rows).split(";"):
            cursor.execute(statement)
        cursor.execute("select pg_table_size('lake.rows') / 1048576.0")
        megabytes = float(cursor.fetchone()[0])
        folder = Path(tempfile.mkdtemp(prefix="whence_benchmark_"))
        places = {"DBT_PROFILES_DIR": str(PROJECT), "DBT_TARGET_PATH": str(folder / "target")}
        environment = os.environ | postgres_settings(server, "postgres") | places
        sources = {"sources": [{"name": "lake", "schema": "lake", "tables": [{"name": "rows"}]}]}
        (folder / "models").mkdir()
        empty_project(folder)
        (folder / "models" / "sources.yml").write_text(json.dumps(sources))
        for name, body in MODELS.items():
            (folder / "models" / f"{name}.py").write_text(f"def model(dbt, session):\n{body}")

        def psql(command: str) -> None:
            subprocess.run(["psql", "-qXc", command], env=environment, check=True)

        file = folder / "rows.csv"
        copies = []
        for _ in range(REPEATS):
            out = timed(lambda: psql(f"\\copy lake.rows to '{file}' csv"))
            cursor.execute("drop table if exists lake.copied")
            cursor.execute("create table lake.copied (like lake.rows)")
            copies.append(out + timed(lambda: psql(f"\\copy lake.copied from '{file}' csv")))
        bare = statistics.median(copies)
        print(f"PostgreSQL {server.version}, {rows:,} rows of 9 columns, {megabytes:.0f} MB in the server")
        print(f"{'psql copy out and in':24}{bare:8.2f} s")
        for model in ("as_relation", "as_arrow", "as_pandas"):
            command = [sys.executable, "-c", RUNNER, model, str(REPEATS)]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stdout + done.stderr)
            found = json.loads(done.stdout.splitlines()[-1])
            seconds = statistics.median(found["seconds"])
            memory = found["megabytes"]
            print(
                f"{'model, ' + model:24}{seconds:8.2f} s  ratio {seconds / bare:.2f}   "
                f"{memory:6.0f} MB  ratio {memory / megabytes:.2f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
