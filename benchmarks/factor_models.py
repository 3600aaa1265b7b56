"""Cost of the factor models, from prices to risk, beside a numpy script that does the same without dbt.

Run it in the environment of the project::

    python benchmarks/factor_models.py [--only duckdb|large|postgres] [--postgres] [--turns 3] [--keep]

Prices on weekdays are generated, the same ones each time: three planted factors and noise, one row per asset and date.
Then, in turns, each in a process of its own and on a database that holds nothing else yet:

- dbt: the factor models of a project that has whence installed, without tests. Three cases: without known factors;
  the same, but only the tables that the script has too (variance, loadings, returns, attribution, risk by component and
  by asset) and what they need; with three known factors. Each also with nothing declared, all tables empty: what dbt
  takes to start these models and to import what they import.
- script: numpy and pandas. It reads the same table, pivots, makes returns, standardises them, takes eigenvectors of
  their correlations (``numpy.linalg.eigh``), factor returns, the attribution of the portfolio and its risk by factor
  and asset; with known factors also betas with Newey-West errors. It writes nothing. What it finds is compared with
  what whence has in its tables; a difference ends the benchmark.
- start-up: ``dbt build`` of an empty project, and of the project with whence where nothing is selected, which parses
  whence. No project is parsed before.

Of several turns the fastest counts. ``nodes`` is from the start of the first model to the end of the last one as dbt
reports them, two models at a time; ``sum`` adds the seconds of all models. ``script`` is without the start of Python
and its imports; ``script, imports`` is with the latter, as the models are; ``script, all`` with both. The bound is on
what data add to the nodes, to script, where both have the same tables. MB is the largest resident memory of a process;
on PostgreSQL that of the server is not in it.

Load on the machine lengthens all of it; ratios suffer least where it is quiet.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
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

TURNS = 3
SCRIPT_RUNS = 3  # per turn: it is short, so that one run says little
ASSETS, DATES = 500, 2_500
LARGE = 3_000  # assets
NOT_BUILT = (None, None)  # start and end
RATIO_BOUND = 2.0
MEMORY_BOUND = 6.0  # GB
TOLERANCE = 1e-8
MODEL = {
    "name": "equities",
    "prices": {"source": ["lake", "prices"]},
    "portfolio": {"source": ["lake", "holdings"]},
    "n_factors": "auto",
}
KNOWN = {"factors": {"source": ["lake", "factors"]}}
EVERYTHING = "whence.factor_models"
# What the script has too; the intersection leaves out the sources.
SAME = " ".join(
    f"+{table},whence.factor_models"
    for table in (
        "factor_variance",
        "factor_loadings",
        "factor_returns",
        "factor_attribution",
        "factor_risk",
        "factor_asset_risk",
    )
)

GENERATE = """
import sys
import duckdb, numpy as np, pyarrow as pa

file, n, t = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(20240307)
factors = random.standard_normal((t, 3)) * [0.010, 0.006, 0.004]
exposures = random.standard_normal((3, n))
exposures[0] = 1 + 0.3 * exposures[0]
returns = factors @ exposures + 0.012 * random.standard_normal((t, n))
prices = 100 * np.exp(np.cumsum(returns, axis=0))
dates = np.busday_offset(np.datetime64("2015-01-01"), np.arange(t))
names = pa.array([f"asset {i:04}" for i in range(n)])
of_row = pa.array(np.tile(np.arange(n, dtype=np.int32), t))
rows = pa.table(
    {
        "date": np.repeat(dates, n),
        "asset": pa.DictionaryArray.from_arrays(of_row, names),
        "price": prices.ravel(),
    }
)
held = pa.table({"asset": names, "weight": random.uniform(-0.2, 1, n)})
observed = factors + 0.001 * random.standard_normal((t, 3))
known = pa.table({"date": dates, "market": observed[:, 0], "size": observed[:, 1], "rates": observed[:, 2]})
connection = duckdb.connect(file, config={"storage_compatibility_version": "v1.2.0"})
connection.execute("create schema lake")
connection.execute("create table lake.prices as select date, cast(asset as varchar) as asset, price from rows")
connection.execute("create table lake.holdings as select * from held")
connection.execute("create table lake.factors as select * from known")
connection.close()
print("null")
"""

# Arguments: what to connect to, and whether there are known factors. Prints one line of JSON.
SCRIPT = """
import time
started = time.perf_counter()
import json, resource, sys
import numpy as np, pandas as pd
target, with_factors = sys.argv[1], sys.argv[2] == "known"
if target.startswith("postgresql:"):
    import io, psycopg2
    connection = psycopg2.connect(target)
    def read(table):
        lines = io.BytesIO()
        connection.cursor().copy_expert(f"copy {table} to stdout (format csv, header)", lines)
        lines.seek(0)
        rows = pd.read_csv(lines)
        return rows.assign(date=pd.to_datetime(rows["date"])) if "date" in rows else rows
else:
    import duckdb
    connection = duckdb.connect(target, read_only=True)
    def read(table):
        return connection.execute(f"from {table}").df()

marks = {"imports": time.perf_counter()}
prices = read("lake.prices").pivot(index="date", columns="asset", values="price")
weights = read("lake.holdings").set_index("asset")["weight"].reindex(prices.columns).to_numpy()
if with_factors:
    known = read("lake.factors").set_index("date").reindex(prices.index).to_numpy()[1:]
marks["read, pivot"] = time.perf_counter()

prices = prices.to_numpy()
r = prices[1:] / prices[:-1] - 1
w = weights / np.abs(weights).sum()
mean, volatility = r.mean(axis=0), r.std(axis=0, ddof=1)
z = (r - mean) / volatility
marks["returns"] = time.perf_counter()

t, n = z.shape
values, vectors = np.linalg.eigh(z.T @ z / (t - 1))
values, vectors = values[::-1], vectors[:, ::-1]
k = max(1, int((values > (1 + np.sqrt(n / t)) ** 2).sum()))
loadings = vectors[:, :k] * np.sign(vectors[:, :k].sum(axis=0))
scores = z @ loadings
marks["components"] = time.perf_counter()

def risk(contributions, whole):
    centred = whole - whole.mean()
    variance = centred @ centred / (t - 1)
    return (contributions - contributions.mean(axis=0)).T @ centred / (t - 1), variance

portfolio = r @ w
varying = scores * (w @ (loadings * volatility[:, None]))
residual = portfolio - varying.sum(axis=1) - w @ mean
attribution = np.column_stack([varying, np.full(t, w @ mean), residual])
components, variance = risk(attribution, portfolio)
assets, _ = risk(r * w, portfolio)
assets = assets / np.sqrt(variance)
marks["attribution, risk"] = time.perf_counter()

found = {"eigenvalues": values, "pca": components[:k], "assets": assets}
if with_factors:
    x = np.column_stack([np.ones(t), known])
    y = np.column_stack([r, portfolio])
    bread = np.linalg.inv(x.T @ x)
    betas = bread @ x.T @ y
    residuals = y - x @ betas
    lags = int(4 * (t / 100) ** (2 / 9))
    errors = []
    for column in residuals.T:
        score = x * column[:, None]
        meat = score.T @ score
        for lag in range(1, lags + 1):
            part = score[lag:].T @ score[:-lag]
            meat += (1 - lag / (lags + 1)) * (part + part.T)
        errors.append(np.sqrt(np.diag(bread @ meat @ bread)))
    varying = known * betas[1:, -1]
    attribution = np.column_stack([varying, np.full(t, betas[0, -1]), residuals[:, -1]])
    components, _ = risk(attribution, portfolio)
    found |= {"betas": betas.T.ravel(), "errors": np.ravel(errors), "regression": components[:3]}
    marks["betas"] = time.perf_counter()

ended = time.perf_counter()
parts, before = {}, started
for name, mark in marks.items():
    parts[name], before = mark - before, mark
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
inside = ended - marks["imports"]
print(json.dumps([inside, parts, peak, {name: np.asarray(part).tolist() for name, part in found.items()}]))
"""
# What whence has of that, in the same order.
OF_WHENCE = {
    "eigenvalues": "select eigenvalue from main.factor_variance order by factor_rank",
    "pca": """
        select risk.variance_contribution from main.factor_risk as risk
        inner join main.factor_variance as factors on risk.component = factors.factor
        where risk.method = 'pca' order by factors.factor_rank
    """,
    "assets": "select volatility_contribution from main.factor_asset_risk where method = 'pca' order by asset",
    "betas": """
        select beta from main.factor_betas
        order by asset = 'PORTFOLIO', asset, case factor when 'alpha' then 0 when 'market' then 1 when 'size' then 2
        else 3 end
    """,
    "errors": """
        select standard_error from main.factor_betas
        order by asset = 'PORTFOLIO', asset, case factor when 'alpha' then 0 when 'market' then 1 when 'size' then 2
        else 3 end
    """,
    "regression": """
        select variance_contribution from main.factor_risk
        where method = 'regression' and component in ('market', 'size', 'rates')
        order by case component when 'market' then 1 when 'size' then 2 else 3 end
    """,
}
QUERY = """
import duckdb, json, sys
queries = json.loads(sys.argv[2])
connection = duckdb.connect(sys.argv[1], read_only=True)
print(json.dumps({name: [v for (v,) in connection.execute(sql).fetchall()] for name, sql in queries.items()}))
"""
RUN_DBT = """
import resource, sys
from dbt.cli.main import dbtRunner
result = dbtRunner().invoke(["--quiet", *sys.argv[1:]])
if not result.success:
    sys.exit(str(result.exception or "a model failed"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass
class DbtRun:
    """One run of dbt: seconds of the process, peak of memory in MB, and (start, end) of each model."""

    wall: float
    peak: float
    models: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def span(self) -> float:
        """Seconds from the start of the first model to the end of the last."""
        return max(end for _, end in self.models.values()) - min(start for start, _ in self.models.values())

    @property
    def sum(self) -> float:
        """Seconds of all models, one after the other."""
        return sum(end - start for start, end in self.models.values())


@dataclass
class ScriptRun:
    """One run of the script: seconds of the process, of what it does, of the parts of that; peak of memory in MB."""

    wall: float
    inside: float
    parts: dict[str, float]
    peak: float
    found: dict[str, list[float]]


@dataclass
class Case:
    """One model, and which of its tables are built; what the script does beside it."""

    title: str
    model: dict[str, Any]
    select: str
    script: str  # none or known: the factors that the script is given
    runs: list[DbtRun] = field(default_factory=list)
    idle: list[DbtRun] = field(default_factory=list)  # with nothing declared

    @property
    def best(self) -> DbtRun:
        """The run whose models were done first."""
        return min(self.runs, key=lambda run: run.span)

    @property
    def added(self) -> float:
        """Seconds that data add to the models."""
        return self.best.span - min(run.span for run in self.idle)


class DuckDB:
    """Prices in a DuckDB file; every run gets a copy of it."""

    name = "DuckDB"

    def __init__(self, folder: Path, assets: int, dates: int) -> None:
        """Generate the tables."""
        self.folder = folder
        self.source = folder / "prices.duckdb"
        self.file = folder / "run.duckdb"
        self.settings = {"WHENCE_DUCKDB_PATH": str(self.file)}
        self.target = str(self.source)
        child(GENERATE, str(self.source), str(assets), str(dates))

    def refresh(self) -> None:
        """Begin with a database that holds only the generated tables."""
        shutil.copyfile(self.source, self.file)

    def query(self, queries: dict[str, str]) -> dict[str, list[float]]:
        """Return the column that each query has."""
        columns: dict[str, list[float]] = child(QUERY, str(self.file), json.dumps(queries))[0]
        return columns


class Postgres:
    """The same prices in a PostgreSQL database."""

    def __init__(self, folder: Path, assets: int, dates: int, server: PostgresServer) -> None:
        """Generate the tables in DuckDB and copy them."""
        self.name = f"PostgreSQL {server.version}"
        database = server.create_database("benchmark")
        self.connection = server.connect(database)
        self.settings = postgres_settings(server, database)
        self.target = (
            f"postgresql://postgres@/{database}?host={server.folder}&port={server.port}&options=-cdatestyle%3DISO"
        )
        source = DuckDB(folder, assets, dates)
        cursor = self.connection.cursor()
        cursor.execute("set datestyle = ISO; create schema lake")
        columns = {
            "prices": "date date, asset text, price double precision",
            "holdings": "asset text, weight double precision",
            "factors": "date date, market double precision, size double precision, rates double precision",
        }
        for table, declared in columns.items():
            file = folder / f"{table}.csv"
            copy = f"copy lake.{table} to '{file}' (header false)"
            child(f"import duckdb; duckdb.connect({source.target!r}).execute({copy!r}); print('null')")
            cursor.execute(f"create table lake.{table} ({declared})")
            with file.open("rb") as lines:
                cursor.copy_expert(f"copy lake.{table} from stdin (format csv)", lines)
            cursor.execute(f"vacuum analyze lake.{table}")

    def refresh(self) -> None:
        """Begin with a database that holds only the generated tables."""
        self.connection.cursor().execute("drop schema if exists main cascade")

    def query(self, queries: dict[str, str]) -> dict[str, list[float]]:
        """Return the column that each query has."""
        cursor = self.connection.cursor()
        columns = {}
        for name, sql in queries.items():
            cursor.execute(sql)
            columns[name] = [value for (value,) in cursor.fetchall()]
        return columns


def run_dbt(project: Path, settings: dict[str, str], *arguments: str) -> DbtRun:
    """Run ``dbt build`` in a project, with nothing parsed before."""
    target = project / "target"
    shutil.rmtree(target, ignore_errors=True)
    places = {"DBT_PROFILES_DIR": str(PROJECT), "DBT_LOG_PATH": str(project / "logs")}
    given = ["build", "--target-path", str(target), *arguments]
    max_rss, wall = child(RUN_DBT, *given, folder=project, settings=places | settings)
    run = DbtRun(wall, megabytes(max_rss))
    results = target / "run_results.json"
    for result in json.loads(results.read_text())["results"] if results.exists() else []:
        if result["unique_id"].startswith("model."):
            times = [
                datetime.fromisoformat(part[at]) for part in result["timing"] for at in ("started_at", "completed_at")
            ]
            name = result["unique_id"].split(".")[2]
            run.models[name] = (min(times).timestamp(), max(times).timestamp())
    return run


def run_case(case: Case, project: Path, warehouse: DuckDB | Postgres) -> None:
    """Build the tables of a case on a fresh database, without data and with."""
    chosen_models = ["--select", *case.select.split(), "--exclude-resource-type", "test", "unit_test"]
    for models, runs in (([], case.idle), ([case.model], case.runs)):
        warehouse.refresh()
        variables = json.dumps({"whence_factor_models": models})
        runs.append(run_dbt(project, warehouse.settings, *chosen_models, "--vars", variables))


def run_script(warehouse: DuckDB | Postgres, factors: str) -> ScriptRun:
    """Run the script."""
    (inside, parts, max_rss, found), wall = child(SCRIPT, warehouse.target, factors)
    return ScriptRun(wall, inside, parts, megabytes(max_rss), found)


def compare(found: dict[str, list[float]], tables: dict[str, list[float]]) -> float:
    """Return the largest difference of script and tables, relative to the largest number that the script found."""
    worst = 0.0
    for name, numbers in found.items():
        if len(numbers) != len(tables[name]):
            sys.exit(f"{name}: the script has {len(numbers)}, whence {len(tables[name])}")
        size = max(map(abs, numbers))
        difference = max(abs(a - b) for a, b in zip(numbers, tables[name], strict=True)) / size
        if difference > TOLERANCE:
            sys.exit(f"{name}: script and whence differ by {difference:.1e} of {size:.3g}")
        worst = max(worst, difference)
    return worst


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table in Markdown; numbers to the right."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    print()
    print("| " + " | ".join(f"{title:{'<' if i == 0 else '>'}{widths[i]}}" for i, title in enumerate(titles)) + " |")
    print("|" + "|".join("-" * (width + 1) + ("-" if i == 0 else ":") for i, width in enumerate(widths)) + "|")
    for row in cells:
        print("| " + " | ".join(f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row)) + " |")


def shown(cell: Any) -> str:
    """Return a cell as text: seconds and ratios with two digits."""
    return "-" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def measure(warehouse: DuckDB | Postgres, folder: Path, title: str, turns: int, bound_ratio: bool) -> None:
    """Take turns and print what they took."""
    project = consumer(folder, ["prices", "holdings", "factors"])
    empty_project(folder / "empty")
    cases = [
        Case("no known factors", MODEL, EVERYTHING, "none"),
        Case("same tables as script", MODEL, SAME, "none"),
        Case("three known factors", MODEL | KNOWN, EVERYTHING, "known"),
    ]
    scripts: dict[str, list[ScriptRun]] = {"none": [], "known": []}
    empty, parsed = [], []
    worst = 0.0
    for _ in range(turns):
        warehouse.refresh()
        empty.append(run_dbt(folder / "empty", warehouse.settings))
        variables = json.dumps({"whence_factor_models": [MODEL]})
        nothing = ["--select", "source:lake", "--exclude-resource-type", "source", "--vars", variables]
        parsed.append(run_dbt(project, warehouse.settings, *nothing))
        for factors, runs in scripts.items():
            runs.extend(run_script(warehouse, factors) for _ in range(SCRIPT_RUNS))
        for case in cases:
            run_case(case, project, warehouse)
            known = scripts[case.script][-1].found
            worst = max(worst, compare(known, warehouse.query({name: OF_WHENCE[name] for name in known})))
    print(f"\n## {warehouse.name}, {title}; fastest of {turns} turns, seconds")
    empty_wall = min(run.wall for run in empty)
    parsed_wall = min(run.wall for run in parsed)
    best = {factors: min(runs, key=lambda run: run.inside) for factors, runs in scripts.items()}
    print_totals(cases, best, empty_wall, parsed_wall)
    print_script(best)
    print_models(cases)
    table(
        ["MB", *(case.title for case in cases), "script", "script, known factors", "dbt, empty project"],
        [
            [
                "largest resident memory",
                *(f"{max(run.peak for run in case.runs):.0f}" for case in cases),
                *(f"{max(run.peak for run in scripts[factors]):.0f}" for factors in ("none", "known")),
                f"{max(run.peak for run in empty):.0f}",
            ]
        ],
    )
    print(f"\nscript and whence differ by {worst:.0e} of the largest number at most\n")
    if bound_ratio:
        same = cases[1]
        ratio = same.added / best[same.script].inside
        verdict("what data add to the nodes, to script, " + same.title, ratio, RATIO_BOUND)
    verdict("GB of dbt", max(run.peak for case in cases for run in case.runs) / 1000, MEMORY_BOUND)


def print_totals(cases: Sequence[Case], best: dict[str, ScriptRun], empty_wall: float, parsed_wall: float) -> None:
    """Print the seconds of each case, of the script beside it, and their ratios."""
    rows: dict[str, list[float]] = {}
    for case in cases:
        script = best[case.script]
        wall = min(run.wall for run in case.runs)
        for name, value in {
            "dbt build": wall,
            "dbt build, empty project": empty_wall,
            "dbt build, whence parsed, nothing built": parsed_wall,
            "nodes": case.best.span,
            "nodes, nothing declared": min(run.span for run in case.idle),
            "what data add": case.added,
            "sum": min(run.sum for run in case.runs),
            "script": script.inside,
            "script, imports": script.inside + script.parts["imports"],
            "script, all": script.wall,
            "ratio what data add / script": case.added / script.inside,
            "ratio nodes / script": case.best.span / script.inside,
            "ratio sum / script": min(run.sum for run in case.runs) / script.inside,
            "ratio nodes / script, imports": case.best.span / (script.inside + script.parts["imports"]),
            "ratio (dbt build - nothing built) / script": (wall - parsed_wall) / script.inside,
            "ratio (dbt build - empty project) / script, all": (wall - empty_wall) / script.wall,
        }.items():
            rows.setdefault(name, []).append(value)
    table(["", *(case.title for case in cases)], [[name, *values] for name, values in rows.items()])


def print_script(best: dict[str, ScriptRun]) -> None:
    """Print the parts of the script."""
    names = list(dict.fromkeys(name for run in best.values() for name in run.parts))
    titles = ["script", "no known factors", "three known factors"]
    table(titles, [[name, *(best[factors].parts.get(name) for factors in ("none", "known"))] for name in names])


def print_models(cases: Sequence[Case]) -> None:
    """Print the seconds of each model, each in its fastest run; of the case with the bound, without data too."""
    everything, bound = cases[-1].best.models, cases[1]
    begun = min(start for start, _ in bound.best.models.values())
    rows = []
    for name in sorted(everything, key=lambda name: everything[name]):
        seconds = [*(fastest(case.runs, name) for case in cases), fastest(bound.idle, name)]
        times = [time - begun for time in bound.best.models[name]] if name in bound.best.models else NOT_BUILT
        rows.append([name, *seconds, *times])
    table(["model", *(case.title for case in cases), "nothing declared", "started", "ended"], rows)


def fastest(runs: Sequence[DbtRun], model: str) -> float | None:
    """Return the seconds of a model in the run where it took least; None where it is not built."""
    return min((run.models[model][1] - run.models[model][0] for run in runs if model in run.models), default=None)


def verdict(what: str, value: float, bound: float) -> None:
    """Print whether a bound holds."""
    print(f"{what}: {value:.2f} <= {bound:.2f} {'holds' if value <= bound else 'does not hold'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Cost of the factor models; see the top of the file.")
    parser.add_argument("--only", choices=["duckdb", "large", "postgres"], help="one part")
    parser.add_argument("--postgres", action="store_true", help="also on PostgreSQL")
    parser.add_argument("--turns", type=int, default=TURNS, help="the large size is measured once")
    parser.add_argument("--assets", type=int, default=ASSETS, help="of the smaller size")
    parser.add_argument("--dates", type=int, default=DATES)
    parser.add_argument("--keep", action="store_true", help="keep the folder of databases")
    options = parser.parse_args()
    parts = [options.only] if options.only else ["duckdb", "large", *(["postgres"] if options.postgres else [])]
    with working_folder(options.keep) as folder:
        for part in parts:
            place = folder / part
            place.mkdir()
            assets = LARGE if part == "large" else options.assets
            title = f"{assets:,} assets x {options.dates:,} dates"
            with started_server() if part == "postgres" else nullcontext() as server:
                warehouse = (
                    DuckDB(place, assets, options.dates)
                    if server is None
                    else Postgres(place, assets, options.dates, server)
                )
                measure(warehouse, place, title, 1 if part == "large" else options.turns, part == "duckdb")


if __name__ == "__main__":
    main()
