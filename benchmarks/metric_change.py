"""Cost of metric_change beside the bare aggregation of the same columns, and of ``make build`` beside an empty project.

Run it in the environment of the project::

    python benchmarks/metric_change.py [--rows 5000000 20000000] [--only duckdb|postgres|startup] [--keep]

A table of order lines is generated, the same one each time: two months in the order of their dates, five dimensions
with 7,200 combinations, four numbers. An analysis compares the second month with the first, so every row is
aggregated. dbt builds it once. Then, in one connection and in turns, each as a ``create table as`` that is rolled back:

- whence: the compiled SQL of ``metric_movers`` and of the models between it and the cells, both included, one after
  the other. They read the tables that dbt built.
- bare: one statement that groups the rows of both windows by side and dimensions. It computes what the cells hold: the
  SQL of the measures is read from ``int_metric_change__specs``.
- grouped: the same by ``grouping sets``, which computes what the sets hold.
- drivers: the compiled SQL of the models that search identities and split the change by them. Their Python models are
  added as dbt reports them.

Of several turns the fastest counts. ``ratio`` is whence to bare, ``of cells`` that of the model that scans the rows,
``of sets`` that of it with the sets; ``to grouped`` is whence to grouped. ``ratio, CPU`` is
``ratio`` in CPU seconds, which a busy machine changes least; those of a PostgreSQL server are not known here. Between
two sizes, the ratio of what the added rows cost leaves out what every build costs.

What dbt reports for its runs is printed as information: it includes writing the SQL, renaming tables, the commits.
The tests and the drill-down are in there only. MB is the largest resident memory of a process: ``MB, all`` that of the
run of ``+metric_movers``, which also profiles every column for ``metric_columns``; ``MB`` that of one from the cells to
the movers; ``bare MB`` that of the bare statement. On PostgreSQL the memory of the server is not in it.

The start-up is measured on fresh folders: a fresh database and no parsed project.

Load on the machine lengthens all of it; ratios suffer least where it is quiet.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import (
    PROJECT,
    PostgresServer,
    child,
    consumer,
    empty_project,
    megabytes,
    postgres_settings,
    started_server,
    working_folder,
)

TURNS = 5
DUCKDB_ROWS = [5_000_000, 20_000_000]
POSTGRES_ROWS = [2_000_000]
RATIO_BOUND = 1.3
MEMORY_BOUND = 1.5  # GB

# Skewed like real orders: hashes of the row number take the place of random numbers.
TABLE = """
create schema lake;
create table lake.order_lines as
with draws as (
    select
        i,
        i // 3 as order_no,
        {draws}
    from range({rows}) as numbers (i)
)
select
    order_no + 1 as order_id,
    date '2024-03-01' + cast(order_no * 3 * 61 // {rows} as integer) as order_date,
    'country ' || cast(floor(20 * country * country) as integer) as country,
    case
        when channel >= 0.01 then ['web', 'app', 'store', 'partner'][1 + cast(floor(4 * channel * channel) as integer)]
    end as channel,
    'category ' || cast(floor(8 * brand) as integer) as category,
    'brand ' || cast(floor(24 * brand) as integer) as brand,
    ['new', 'returning', 'loyal'][1 + cast(floor(3 * customer) as integer)] as customer_type,
    cast(1 + floor(8 * quantity * quantity) as integer) as quantity,
    cast(5 + 200 * price * price * price as decimal(10, 2)) as unit_price,
    cast((1 + floor(8 * quantity * quantity)) * unit_price as decimal(12, 2)) as amount,
    case when discounted < 0.6 then 0.0 else 0.3 * discount end as discount
from draws
"""
OF_AN_ORDER = ["country", "channel", "customer"]
OF_A_LINE = ["brand", "price", "quantity", "discounted", "discount"]
ANALYSIS = {
    "name": "order_lines",
    "relation": {"source": ["lake", "order_lines"]},
    "time": {"column": "order_date", "grain": "month"},
    "compare": {"to": "previous"},
    "dimensions": ["country", "channel", "category", "brand", "customer_type"],
    "metrics": [
        {"name": "amount", "agg": "sum"},
        {"name": "quantity", "agg": "sum"},
        {"name": "discount", "agg": "avg"},
        {"name": "price", "numerator": "amount", "denominator": "quantity"},
    ],
    "rank_by": "amount",
}
# From the cells to the movers, whatever stands between them.
CELLS = "int_metric_change__cells"
SETS = (CELLS, "int_metric_change__sets")
MEASURED = f"{CELLS}+,+metric_movers"
# From the sample to what is left unexplained.
SPLIT = ("metric_drivers", "metric_driver_segments", "metric_closure", "metric_residual_segments")
DRIVEN = " ".join(f"int_metric_change__driver_sample+,+{table}" for table in SPLIT)
DRIVERS_FACTOR, DRIVERS_SECONDS, DRIVERS_MEMORY = 1.5, 3.0, 1.0  # times bare, seconds, GB
DRIVERS_ROWS = 5_000_000
# Not a part of cells, sets and movers: the drill-down, and the tests, which are written in Python.
APART = ("int_metric_change__branch", "int_metric_change__test")
# The file is as dbt makes it with the project's profile. Each script prints one line of JSON.
OPEN = """
import duckdb, json, resource, sys, time
connection = duckdb.connect(sys.argv[1], config={"storage_compatibility_version": "v1.2.0"})
"""
EXECUTE = (
    OPEN
    + """
start = time.perf_counter()
connection.execute(sys.argv[2])
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
)
# Tables of queries by name, so many times over, none of them kept; prints the seconds and CPU seconds of each.
TURN_BY_TURN = (
    OPEN
    + """
taken = {}
for name, sql in list(json.loads(sys.stdin.read()).items()) * int(sys.argv[2]):
    connection.begin()
    start, cpu = time.perf_counter(), time.process_time()
    connection.execute(f"create table main.made as {sql}")
    taken.setdefault(name, []).append([time.perf_counter() - start, time.process_time() - cpu])
    connection.rollback()
print(json.dumps(taken))
"""
)
QUERY = OPEN + "print(json.dumps(connection.execute(sys.argv[2]).fetchall(), default=str))"
RUN_DBT = """
import resource, sys
from dbt.cli.main import dbtRunner
result = dbtRunner().invoke(["--quiet", "run", "--threads", "1", *sys.argv[1:]])
if not result.success:
    sys.exit(str(result.exception or "a model failed"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass
class Turns:
    """Seconds and CPU seconds of the turns of statements that run one after the other."""

    seconds: list[float]
    cpu: list[float]

    @classmethod
    def of(cls, turns: Sequence[Sequence[Sequence[float]]]) -> Turns:
        """Add up turns of several statements, each a list of (seconds, CPU seconds)."""
        added = [[sum(part) for part in zip(*turn, strict=True)] for turn in zip(*turns, strict=True)]
        return cls([seconds for seconds, _ in added], [cpu for _, cpu in added])

    @property
    def best(self) -> float:
        """The seconds of the fastest turn."""
        return min(self.seconds)


@dataclass
class Measured:
    """One size of the table on one engine."""

    rows: int
    cells: int
    columns: int
    turns: dict[str, list[list[float]]]  # of bare, grouped and each model: the seconds and CPU seconds of each turn
    run: dict[str, float]  # seconds that dbt reports for each model
    driven: list[str]  # the models of drivers whose SQL is in turns
    driven_python: float  # seconds of their Python models
    peak: float
    peak_of_all: float
    peak_of_bare: float
    peak_of_drivers: float

    @property
    def models(self) -> list[str]:
        """The models from the cells to the movers."""
        return [name for name in self.turns if name not in ("bare", "grouped", *self.driven)]

    @property
    def drivers(self) -> float:
        """The seconds of drivers, SQL and Python."""
        return self.of(*self.driven).best + self.driven_python

    def of(self, *names: str) -> Turns:
        """The turns of some of the statements together."""
        return Turns.of([self.turns[name] for name in names])

    def ratio(self, *names: str, to: str = "bare") -> float:
        """The seconds of some of the statements to those of another."""
        return self.of(*names).best / self.of(to).best

    @property
    def cpu_ratio(self) -> float | None:
        """The CPU seconds of whence to those of the bare aggregation; none where they are not known."""
        bare = min(self.of("bare").cpu)
        return min(self.of(*self.models).cpu) / bare if bare else None


class DuckDB:
    """The table in a DuckDB file."""

    name = "DuckDB"

    def __init__(self, folder: Path, rows: int) -> None:
        """Generate the table."""
        self.file = str(folder / "orders.duckdb")
        self.settings = {"WHENCE_DUCKDB_PATH": self.file}
        self.execute(table_sql(rows))

    def execute(self, sql: str) -> tuple[float, float]:
        """Execute a statement in a process of its own; return its seconds and the peak of memory in MB."""
        (seconds, max_rss), _ = child(EXECUTE, self.file, sql)
        return seconds, megabytes(max_rss)

    def take_turns(self, statements: dict[str, str]) -> dict[str, list[list[float]]]:
        """Make a table of each query, several times over; return the seconds and CPU seconds of each turn."""
        taken: dict[str, list[list[float]]]
        taken, _ = child(TURN_BY_TURN, self.file, str(TURNS), given=json.dumps(statements))
        return taken

    def query(self, sql: str) -> list[list[Any]]:
        """Return the rows of a query; dates as text."""
        rows: list[list[Any]] = child(QUERY, self.file, sql)[0]
        return rows


class Postgres:
    """The same table in a PostgreSQL database."""

    def __init__(self, folder: Path, rows: int, server: PostgresServer) -> None:
        """Generate the table in DuckDB and copy it."""
        self.name = f"PostgreSQL {server.version}"
        database = server.create_database("benchmark")
        self.connection = server.connect(database)
        self.settings = postgres_settings(server, database)
        source = DuckDB(folder, rows)
        file = folder / "order_lines.csv"
        source.execute(f"copy lake.order_lines to '{file}' (header false)")
        types = source.query("describe lake.order_lines")
        columns = ", ".join(f"{name} {TYPES.get(kind, kind)}" for name, kind, *_ in types)
        self.execute(f"set datestyle = ISO; create schema lake; create table lake.order_lines ({columns})")
        with file.open("rb") as lines:
            self.connection.cursor().copy_expert("copy lake.order_lines from stdin (format csv)", lines)
        file.unlink()
        self.execute("vacuum analyze lake.order_lines")

    def execute(self, sql: str) -> tuple[float, float]:
        """Execute a statement; return its seconds, and 0 for the memory, which is the server's."""
        start = time.perf_counter()
        self.connection.cursor().execute(sql)
        return time.perf_counter() - start, 0

    def take_turns(self, statements: dict[str, str]) -> dict[str, list[list[float]]]:
        """Make a table of each query, several times over; return the seconds of each turn, and 0 for the CPU."""
        taken: dict[str, list[list[float]]] = {name: [] for name in statements}
        for name, sql in list(statements.items()) * TURNS:
            self.execute("begin")
            taken[name].append([*self.execute(f"create table main.made as {sql}")])
            self.execute("rollback")
        return taken

    def query(self, sql: str) -> list[list[Any]]:
        """Return the rows of a query; dates as text."""
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return [[value if isinstance(value, int | None) else str(value) for value in row] for row in cursor.fetchall()]


# Types of DuckDB that go by another name in PostgreSQL.
TYPES = {"VARCHAR": "text", "DOUBLE": "double precision"}


def table_sql(rows: int) -> str:
    """Return the statements that make the table: per order or line a number from 0 to 1 for each thing to be drawn."""
    drawn = [(name, "i // 3") for name in OF_AN_ORDER] + [(name, "i") for name in OF_A_LINE]
    draws = [f"hash({seed} * {len(drawn)} + {no}) % 1000000 / 1e6 as {name}" for no, (name, seed) in enumerate(drawn)]
    return TABLE.format(rows=rows, draws=",\n        ".join(draws))


def run_whence(project: Path, settings: dict[str, str], select: str) -> tuple[list[dict[str, Any]], float]:
    """Run models; return what dbt reports for each, and the peak of memory in MB."""
    variables = json.dumps({"whence_metric_analyses": [ANALYSIS]})
    places = {"DBT_PROFILES_DIR": str(PROJECT), "DBT_TARGET_PATH": str(project / "target")}
    arguments = ["--select", *select.split(), "--vars", variables]
    max_rss, _ = child(RUN_DBT, *arguments, folder=project, settings=places | settings)
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return [result for result in results if result["unique_id"].startswith("model.")], megabytes(max_rss)


def aggregations(engine: DuckDB | Postgres) -> tuple[str, str, int]:
    """Return the bare aggregation, the one by grouping sets, and the number of measures that cells hold.

    The SQL of the measures is what the package read from the analysis; those that are columns of the cells count.
    """
    spec = json.loads(engine.query("select spec_json from main.int_metric_change__specs")[0][0])
    windows = engine.query(
        "select baseline_start, baseline_end, current_start, current_end from main.int_metric_change__windows"
    )[0]
    of_cells = "select column_name from information_schema.columns where table_name = 'int_metric_change__cells'"
    columns = {name for (name,) in engine.query(of_cells)}
    held = [measure for measure in spec["measures"] if measure["slot"] in columns]
    names = [dimension["sql"] for dimension in spec["dimensions"]]
    sets = [chosen for depth in range(spec["max_depth"] + 1) for chosen in itertools.combinations(names, depth)]
    return aggregation(spec, windows, held, [names]), aggregation(spec, windows, held, sets), len(held)


def aggregation(
    spec: dict[str, Any], windows: list[Any], measures: list[dict[str, Any]], sets: Sequence[Sequence[str]]
) -> str:
    """Return one statement that aggregates the rows of both windows: what an analyst would write by hand."""
    date = spec["time"]["sql"]
    baseline, current = (f"{date} between '{windows[no]}' and '{windows[no + 1]}'" for no in (0, 2))
    of_side = f"case when {current} then 'current' else 'baseline' end"
    dimensions = [dimension["sql"] for dimension in spec["dimensions"]]
    values = [f"{measure['op']}({measure['sql']}) as {measure['slot']}" for measure in measures]
    selected = ",\n    ".join([f"{of_side} as side", *dimensions, "count(*) as records", *values])
    groups = [", ".join([of_side, *names]) for names in sets]
    grouped = groups[0] if len(groups) == 1 else "grouping sets (" + ", ".join(f"({group})" for group in groups) + ")"
    return f"""
select
    {selected}
from lake.order_lines
where {baseline} or {current}
group by {grouped}
"""


def measure(engine: DuckDB | Postgres, folder: Path, rows: int) -> Measured:
    """Let dbt build everything, then the cells to the movers again; then let the SQL alone take turns."""
    project = consumer(folder, ["order_lines"])
    everything, peak_of_all = run_whence(
        project, engine.settings, "+metric_movers +metric_residual_segments +metric_closure"
    )
    again, peak = run_whence(project, engine.settings, MEASURED)
    split, peak_of_drivers = run_whence(project, engine.settings, DRIVEN)
    bare, grouped, columns = aggregations(engine)
    names = {result["unique_id"]: result["unique_id"].split(".")[2] for result in [*everything, *split]}
    statements = {"bare": bare, "grouped": grouped}
    for result in again:
        name = names[result["unique_id"]]
        if not name.startswith(APART):
            statements[name] = result["compiled_code"]
    python = [result for result in split if "def model" in result["compiled_code"]]
    driven = {names[result["unique_id"]]: result["compiled_code"] for result in split if result not in python}
    statements |= driven
    _, peak_of_bare = engine.execute(f"create table bare_cells as {bare}")
    return Measured(
        rows=rows,
        cells=engine.query("select count(*) from main.int_metric_change__cells")[0][0],
        columns=columns,
        turns=engine.take_turns(statements),
        run={names[result["unique_id"]]: float(result["execution_time"]) for result in [*everything, *split, *again]},
        driven=list(driven),
        driven_python=sum(float(result["execution_time"]) for result in python),
        peak_of_drivers=peak_of_drivers,
        peak=peak,
        peak_of_all=peak_of_all,
        peak_of_bare=peak_of_bare,
    )


def added_ratio(small: Measured, large: Measured) -> float:
    """Return the ratio of what the rows cost that the larger size has beyond the smaller."""
    whence, bare = (large.of(*names).best - small.of(*names).best for names in (large.models, ["bare"]))
    return whence / bare


def line(cells: Sequence[Any], form: str) -> str:
    """Return cells as a line of a table; what is not known as a dash."""
    return "".join(f"{'-' if cell is None else format(cell, form):>11}" for cell in cells)


def print_table(engine: str, sizes: Sequence[Measured]) -> None:
    """Print what was measured on one engine."""
    print(f"\n{engine}, fastest of {TURNS} turns")
    print(
        line(
            [
                "rows",
                "cells",
                "bare s",
                "grouped s",
                "whence s",
                "ratio",
                "ratio, CPU",
                "to grouped",
                "of cells",
                "of sets",
            ],
            "",
        )
    )
    for size in sizes:
        seconds = [size.of(*names).best for names in (["bare"], ["grouped"], size.models)]
        ratios = [size.ratio(*size.models), size.cpu_ratio, size.ratio(*size.models, to="grouped")]
        ratios += [size.ratio(CELLS), size.ratio(*SETS)]
        print(line([size.rows, size.cells], ",") + line([*seconds, *ratios], ".2f"))
    print(f"bare holds {sizes[-1].columns} measures beside the number of records")


def print_models(sizes: Sequence[Measured]) -> None:
    """Print the seconds of each model: its SQL alone, and what dbt reports; those that stand apart at the end."""
    models = sizes[-1].models
    others = [name for name in sizes[-1].run if name not in models]
    width = max(map(len, sizes[-1].run)) + 2
    titles = [f"{size.rows:,}" for size in sizes]
    print(f"\n{'':{width}}" + line(["SQL s" for _ in sizes] + ["dbt s" for _ in sizes], ""))
    print(f"{'rows':{width}}" + line(titles * 2, ""))
    for name in models:
        alone = [size.of(name).best for size in sizes]
        print(f"{name:{width}}" + line(alone + [size.run[name] for size in sizes], ".2f"))
    for name in others:
        print(f"{name:{width}}" + line([None] * len(sizes) + [size.run[name] for size in sizes], ".2f"))
    drilled = [sum(size.run[name] for name in others if name.startswith(APART)) for size in sizes]
    print(f"{'of which tests and drill-down':{width}}" + line([None] * len(sizes) + drilled, ".2f"))


def print_memory(sizes: Sequence[Measured]) -> None:
    """Print the peaks of memory."""
    print("\n" + line(["rows", "bare MB", "MB", "MB, all"], ""))
    for size in sizes:
        print(line([size.rows], ",") + line([size.peak_of_bare or None, size.peak, size.peak_of_all], ".0f"))


def print_bounds(engine: str, sizes: Sequence[Measured]) -> None:
    """Print which bounds hold."""
    verdicts = []
    for size in sizes:
        at = f"at {size.rows:,} rows"
        verdicts.append((f"ratio of cells and sets {at}", size.ratio(*SETS), RATIO_BOUND))
        verdicts.append((f"ratio of cells to movers {at}", size.ratio(*size.models), RATIO_BOUND))
        verdicts.append((f"the same to grouping sets {at}", size.ratio(*size.models, to="grouped"), RATIO_BOUND))
    for small, large in itertools.pairwise(sizes):
        verdicts.append(
            (f"ratio of cells to movers, rows beyond {small.rows:,}", added_ratio(small, large), RATIO_BOUND)
        )
    # seconds added to the bare aggregation are meant for one engine, and tables up to this size
    for size in (size for size in sizes if engine == "DuckDB" and size.rows <= DRIVERS_ROWS):
        bound = DRIVERS_FACTOR * size.of("bare").best + DRIVERS_SECONDS
        verdicts.append((f"seconds of drivers at {size.rows:,} rows", size.drivers, bound))
    verdicts.append(("GB of dbt, drivers", sizes[-1].peak_of_drivers / 1000, DRIVERS_MEMORY))
    verdicts.append(("GB of dbt, cells to movers", sizes[-1].peak / 1000, MEMORY_BOUND))
    verdicts.append(("GB of dbt, the whole run", sizes[-1].peak_of_all / 1000, MEMORY_BOUND))
    for what, value, bound in verdicts:
        print(f"{engine}: {what}: {value:.2f} <= {bound:.2f} {'holds' if value <= bound else 'does not hold'}")


def measure_sizes(engine: str, rows: Sequence[int], folder: Path) -> None:
    """Measure one engine at each size."""
    with started_server() if engine == "postgres" else nullcontext() as server:
        sizes = []
        for number in rows:
            place = folder / f"{engine}_{number}"
            place.mkdir()
            warehouse = DuckDB(place, number) if server is None else Postgres(place, number, server)
            sizes.append(measure(warehouse, place, number))
        print_table(warehouse.name, sizes)
        print_models(sizes)
        print_memory(sizes)
        print_bounds(warehouse.name, sizes)


def build_command() -> list[str]:
    """Return ``make build``, or what it calls where make would install first; say so then."""
    if subprocess.run(["make", "--question", ".venv/.ready"], cwd=PROJECT, capture_output=True).returncode == 0:
        return ["make", "build"]
    print("\nmake would set up .venv before it builds, so what it calls then is measured: whence build")
    return [str(Path(sys.executable).parent / "whence"), "build"]


def measure_start(folder: Path) -> None:
    """Time the build of the demo and of an empty project, in turns."""
    command = build_command()
    demo, empty = [], []
    for turn in range(TURNS):
        place = folder / f"start_{turn}"
        empty_project(place)
        dbt = [str(Path(sys.executable).parent / "dbt"), "build"]
        demo.append(seconds_of(command, PROJECT, place / "demo"))
        empty.append(seconds_of(dbt, place, place / "empty"))
    title = " ".join(Path(part).name for part in command)
    print(f"\n{'start, fastest of ' + str(TURNS):28}{'s':>8}")
    print(f"{title + ' of the demo':28}{min(demo):8.2f}")
    print(f"{'dbt build, empty project':28}{min(empty):8.2f}")
    print(f"{'ratio':28}{min(demo) / min(empty):8.2f}")


def seconds_of(command: Sequence[str], folder: Path, places: Path) -> float:
    """Return the seconds of a command on a fresh database, with nothing parsed before."""
    places.mkdir()
    settings = {
        "WHENCE_DUCKDB_PATH": str(places / "fresh.duckdb"),
        "DBT_TARGET_PATH": str(places / "target"),
        "DBT_LOG_PATH": str(places / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
    }
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Cost of metric_change; see the top of the file.")
    parser.add_argument("--rows", type=int, nargs="+", help="sizes of the table, smallest first")
    parser.add_argument("--only", choices=["duckdb", "postgres", "startup"], help="one part")
    parser.add_argument("--keep", action="store_true", help="keep the folder of databases")
    options = parser.parse_args()
    with working_folder(options.keep) as folder:
        if options.only in (None, "duckdb"):
            measure_sizes("duckdb", options.rows or DUCKDB_ROWS, folder)
        if options.only in (None, "postgres"):
            measure_sizes("postgres", options.rows or POSTGRES_ROWS, folder)
        if options.only in (None, "startup"):
            measure_start(folder)


if __name__ == "__main__":
    main()
