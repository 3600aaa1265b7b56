"""Cost of information coefficients and Fama-MacBeth slopes, from a Parquet file on, beside a polars script.

Run it in the environment of the project::

    python benchmarks/signal_research.py [--assets 1000 --dates 1250 --signals 20] [--turns 3] [--keep]

Without a size three are measured: 1,000 assets on 1,250 dates with 20 signals; 3,000 on 2,500 with one; 200 on 500 with
1,000, once. A panel of prices and signals on weekdays is generated, the same one each time: 0.2% of prices are missing,
2% of every fourth signal, and every tenth is rounded, so that values tie. Then, in turns, each in a process of its own:

- dbt: a project that has whence installed builds, without tests, on a database that holds nothing yet. Three cases:
  only what the script has too, which is signal_series and what it needs; everything of signal research; the same with
  signals neutral to a sector and a number, and sliced by sector.
- script: polars. It scans the same file, shifts prices by asset for forward returns, and for every signal and date
  works out Spearman and Pearson correlations, the slope, the share of ties and the number of pairs; it writes them to a
  Parquet file. That is compared with signal_series; a difference ends the benchmark.
- start-up: ``dbt build`` of the project where nothing is selected, which parses whence. No project is parsed before.

Of several turns the fastest counts. ``nodes`` is from the start of the first model to the end of the last one as dbt
reports them, two models at a time. ``script`` is without the start of Python and its imports; ``script, imports`` with
the latter, as the models are. The bound is on nodes to script. ``CPU`` is of user and system, of dbt without that of
the start-up, of the script with its imports: on a busy machine it says more than seconds do. MB is the largest resident
memory of a process. DuckDB keeps what it has read while there is room, so that the profile tells it how much there is;
with a thousand signals it may take what it likes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from common import PROJECT, child, consumer, megabytes, working_folder
from factor_models import RUN_DBT as FACTOR_RUN_DBT
from factor_models import DbtRun, table, verdict

TURNS = 3
RATIO_BOUND = 1.0
HORIZON = 1
TOLERANCE = 1e-8
DEPTH_BOUND = 3.0
DEPTH_MEMORY = 2.0  # GB
EVERYTHING = ["whence.signal_research", "whence.inference"]
ALL_ON = {"neutralize": ["sector", "size"], "slice_by": "sector"}
SAME = ["+signal_series,whence.signal_research"]  # the intersection leaves out the other domains


@dataclass
class Size:
    """One panel, how often it is measured, what it may take; ratio is not bound where it is None."""

    assets: int
    dates: int
    signals: int
    turns: int
    memory: float = 1.5  # GB
    memory_limit: str = "800MB"  # of DuckDB; the rest of the memory is Python's
    ratio: float | None = RATIO_BOUND

    @property
    def title(self) -> str:
        """What it is called in the output."""
        return f"{self.assets:,} assets x {self.dates:,} dates x {self.signals:,} signals"


GENERATE = """
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq

file, n, t, k = sys.argv[1], *map(int, sys.argv[2:])
random = np.random.default_rng(20240307)
quality = random.standard_normal((t, n))
market = 0.008 * random.standard_normal((t, 1))
returns = market + 0.012 * random.standard_normal((t, n))
returns[2:] += 0.0005 * quality[:-2]
prices = 100 * np.exp(np.cumsum(returns, axis=0))
prices[random.random((t, n)) < 0.002] = np.nan
dates = np.busday_offset(np.datetime64("2015-01-01"), np.arange(t))
names = pa.array([f"asset {i:04}" for i in range(n)])
signals = [f"s{i}" for i in range(1, k + 1)]
numbers = [(name, pa.float64()) for name in ("price", *signals)]
names_of_rows = [("date", pa.date32()), ("asset", pa.string()), ("sector", pa.string()), ("size", pa.float64())]
schema = pa.schema([*names_of_rows, *numbers])
sectors = pa.array([f"sector {i % 10}" for i in range(n)])
sizes = random.standard_normal(n)
step = max(1, min(200_000, 20_000_000 // k) // n)  # dates written at a time
with pq.ParquetWriter(file, schema) as writer:
    for first in range(0, t, step):
        rows = slice(first, min(first + step, t))
        here = len(dates[rows])
        assets = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(n, dtype=np.int32), here)), names)
        columns = [np.repeat(dates[rows], n), assets.cast(pa.string())]
        columns += [pa.chunked_array([sectors] * here).combine_chunks(), np.tile(sizes, here)]
        columns.append(pa.array(prices[rows].ravel(), from_pandas=True))
        for i in range(1, k + 1):
            values = 0.3 * quality[rows].ravel() + random.standard_normal(here * n)
            if i % 10 == 0:
                values = values.round(1)
            if i % 4 == 0:
                values[random.random(len(values)) < 0.02] = np.nan
            columns.append(pa.array(values, from_pandas=True))
        writer.write_table(pa.table(columns, schema=schema))
print("null")
"""

# Arguments: the panel, the horizon, where to write. Prints one line of JSON.
SCRIPT = """
import time
started = time.perf_counter()
import json, resource, sys
import polars as pl

imported = time.perf_counter()
file, h, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
panel = pl.scan_parquet(file)
signals = [name for name in panel.collect_schema().names() if name not in ("date", "asset", "price", "sector", "size")]
price, forward, value = pl.col("price"), pl.col("forward"), pl.col("value")
pairs = (
    panel.with_columns(forward=((price.shift(-1 - h) / price.shift(-1) - 1) / h).over("asset", order_by="date"))
    .select("date", "forward", *signals)
    .filter(forward.is_not_null())
    .collect()
)
returned = time.perf_counter()


def of(signal):
    return (
        pairs.lazy()
        .select("date", "forward", value=signal)
        .filter(value.is_not_null())
        .group_by("date")
        .agg(
            n_assets=pl.len(),
            ic=pl.when(pl.len() >= 10).then(pl.corr(value.rank("average"), forward.rank("average"))),
            ic_pearson=pl.when(pl.len() >= 10).then(pl.corr(value, forward)),
            fm_lambda=pl.when(pl.len() >= 3, value.min() < value.max()).then(pl.cov(value, forward) / value.var()),
            tie_ratio=value.is_duplicated().mean(),
        )
        .select(pl.lit(signal).alias("signal"), pl.all())
    )


pl.concat([of(signal) for signal in signals]).collect().write_parquet(target)
ended = time.perf_counter()
used = resource.getrusage(resource.RUSAGE_SELF)
parts = {"imports": imported - started, "read, forward returns": returned - imported, "by date": ended - returned}
print(json.dumps([ended - imported, parts, used.ru_maxrss, used.ru_utime + used.ru_stime, pl.__version__]))
"""

# Arguments: the database of dbt, the file of the script. Prints the largest difference of each statistic, relative to
# its largest value, and how many rows only one of them has.
COMPARE = """
import json, sys
import duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute(f"create temp view script as from '{sys.argv[2]}'")
found = {}
for name in ("ic", "ic_pearson", "fm_lambda", "tie_ratio"):
    found[name] = connection.execute(f'''
        select
            max(abs(series.value - script.{name}) + abs(series.n_assets - script.n_assets)) / max(abs(script.{name})),
            count(*) filter (where series.value is null or script.{name} is null)
        from (from main.signal_series where statistic = '{name}') as series
        full join (from script where {name} is not null and not isnan({name})) as script
            on series.signal = script.signal and series.date = script.date
    ''').fetchone()
print(json.dumps(found))
"""

# What factor_models.RUN_DBT prints, and seconds of CPU.
RUN_DBT = FACTOR_RUN_DBT.replace(
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
    "used = resource.getrusage(resource.RUSAGE_SELF)\nprint([used.ru_maxrss, used.ru_utime + used.ru_stime])",
)


@dataclass
class Case:
    """Which tables dbt builds, and what that took: runs, and seconds of CPU of each."""

    title: str
    select: Sequence[str]
    fields: dict[str, Any] = field(default_factory=dict)
    runs: list[DbtRun] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def best(self) -> DbtRun:
        """The run whose models were done first."""
        return min(self.runs, key=lambda run: run.span)


@dataclass
class ScriptRun:
    """One run of the script: seconds of what it does, of its parts, of CPU; peak of memory in MB."""

    inside: float
    parts: dict[str, float]
    peak: float
    cpu: float
    polars: str


def run_case(case: Case, project: Path, file: Path, signals: int, database: Path) -> None:
    """Build the tables of a case on a fresh database, with the profile in the project."""
    database.unlink(missing_ok=True)
    study = {
        "name": "styles",
        "panel": {"file": str(file)},
        "signals": [f"s{i}" for i in range(1, signals + 1)],
        "horizons": [HORIZON],
        "procedures": ["ic", "fm"],
    } | case.fields
    variables = json.dumps({"whence_domains": ["signal_research"], "whence_signal_studies": [study]})
    arguments = ["--select", *case.select, "--exclude-resource-type", "test", "unit_test", "--vars", variables]
    arguments += ["--exclude", "whence.signal_research.demo"]
    target = project / "target"
    shutil.rmtree(target, ignore_errors=True)
    places = {
        "DBT_PROFILES_DIR": str(project),
        "DBT_LOG_PATH": str(project / "logs"),
        "WHENCE_DUCKDB_PATH": str(database),
    }
    (max_rss, cpu), wall = child(
        RUN_DBT, "build", "--target-path", str(target), *arguments, folder=project, settings=places
    )
    case.runs.append(DbtRun(wall, megabytes(max_rss), model_times(target)))
    case.cpu.append(cpu)


def write_profile(folder: Path, memory_limit: str) -> None:
    """Write the profile of whence, with a limit to the memory of DuckDB, into a folder."""
    given = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    given["whence"]["outputs"]["duckdb"]["settings"] = {"memory_limit": memory_limit}
    (folder / "profiles.yml").write_text(yaml.safe_dump(given))


def model_times(target: Path) -> dict[str, tuple[float, float]]:
    """Return when each model started and ended, as dbt reports it."""
    results = target / "run_results.json"
    models = {}
    for result in json.loads(results.read_text())["results"] if results.exists() else []:
        if result["unique_id"].startswith("model."):
            times = [
                datetime.fromisoformat(part[at]) for part in result["timing"] for at in ("started_at", "completed_at")
            ]
            models[result["unique_id"].split(".")[2]] = (min(times).timestamp(), max(times).timestamp())
    return models


def run_script(python: str, file: Path, target: Path) -> ScriptRun:
    """Run the polars script."""
    done = subprocess.run(
        [python, "-c", SCRIPT, str(file), str(HORIZON), str(target)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    inside, parts, max_rss, cpu, polars = json.loads(done.stdout.splitlines()[-1])
    return ScriptRun(inside, parts, megabytes(max_rss), cpu, polars)


def compare(database: Path, found: Path) -> float:
    """Return the largest difference of script and tables, relative to the largest number of its kind."""
    worst = 0.0
    for name, (difference, apart) in child(COMPARE, str(database), str(found))[0].items():
        if apart or difference is None or difference > TOLERANCE:
            sys.exit(f"{name}: script and signal_series differ by {difference}; {apart} rows are in one of them only")
        worst = max(worst, difference)
    return worst


def measure(size: Size, folder: Path, python: str) -> None:
    """Take turns and print what they took, and whether the bounds hold."""
    file, database, found = folder / "panel.parquet", folder / "run.duckdb", folder / "script.parquet"
    child(GENERATE, str(file), str(size.assets), str(size.dates), str(size.signals))
    project = consumer(folder, ["panel"])
    write_profile(project, size.memory_limit)
    nothing = Case("nothing built", ["source:lake"])
    cases = [Case("same tables as script", SAME), Case("all tables", EVERYTHING)]
    if size.ratio is not None:
        cases.append(Case("all tables, all on", EVERYTHING, ALL_ON))
    scripts: list[ScriptRun] = []
    worst = 0.0
    for _ in range(size.turns):
        run_case(nothing, project, file, size.signals, database)
        scripts.append(run_script(python, file, found))
        for case in cases:
            run_case(case, project, file, size.signals, database)
            if not case.fields:  # neutral signals are others
                worst = max(worst, compare(database, found))
    script = min(scripts, key=lambda run: run.inside)
    script_cpu, nothing_cpu = min(run.cpu for run in scripts), min(nothing.cpu)
    print(f"\n## {size.title}; {file.stat().st_size / 1e6:.0f} MB; fastest of {size.turns}; polars {script.polars}")
    rows: dict[str, list[Any]] = {}
    for case in cases:
        cpu = min(case.cpu) - nothing_cpu
        for name, value in {
            "dbt build": min(run.wall for run in case.runs),
            "dbt build, nothing built": min(run.wall for run in nothing.runs),
            "nodes": case.best.span,
            "sum": min(run.sum for run in case.runs),
            "script": script.inside,
            "script, imports": script.inside + script.parts["imports"],
            "ratio nodes / script": case.best.span / script.inside,
            "ratio nodes / script, imports": case.best.span / (script.inside + script.parts["imports"]),
            "CPU of nodes": cpu,
            "CPU of script": script_cpu,
            "ratio CPU": cpu / script_cpu,
            "MB of dbt": f"{max(run.peak for run in case.runs):.0f}",
            "MB of script": f"{max(run.peak for run in scripts):.0f}",
        }.items():
            rows.setdefault(name, []).append(value)
    table(["", *(case.title for case in cases)], [[name, *values] for name, values in rows.items()])
    table(["script", "s"], [[name, seconds] for name, seconds in script.parts.items()])
    models = cases[-1].best.models
    begun = min(start for start, _ in models.values())
    table(
        ["model", "s", "started"],
        [[name, end - start, start - begun] for name, (start, end) in sorted(models.items(), key=lambda m: m[1])],
    )
    print(f"\nscript and whence differ by {worst:.0e} of the largest number at most\n")
    peaks = [max(run.peak for run in case.runs) / 1000 for case in cases]
    bounds = [("GB of dbt", max(peaks[:2]), size.memory)]
    if size.ratio is not None:
        bounds += [(f"nodes to script, {case.title}", case.best.span / script.inside, size.ratio) for case in cases[:2]]
        bounds.append(("GB of dbt, all on", peaks[2], DEPTH_MEMORY))
        bounds.append(("all tables, all on / same as script", cases[2].best.span / cases[0].best.span, DEPTH_BOUND))
    for what, value, bound in bounds:
        verdict(what, value, bound)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Cost of signal research; see the top of the file.")
    parser.add_argument("--assets", type=int, help="one size only")
    parser.add_argument("--dates", type=int)
    parser.add_argument("--signals", type=int)
    parser.add_argument("--turns", type=int, default=TURNS, help="1,000 signals are measured once")
    parser.add_argument("--polars-python", default=sys.executable, help="the Python that has polars, default this one")
    parser.add_argument("--keep", action="store_true", help="keep the folder of files and databases")
    options = parser.parse_args()
    given = options.assets, options.dates, options.signals
    if any(given):
        assets, dates, signals = (number or usual for number, usual in zip(given, (1_000, 1_250, 20), strict=True))
        sizes = [Size(assets, dates, signals, options.turns)]
    else:
        sizes = [
            Size(1_000, 1_250, 20, options.turns),
            Size(3_000, 2_500, 1, options.turns),
            Size(200, 500, 1_000, 1, memory=8.0, memory_limit="80%", ratio=None),
        ]
    with working_folder(options.keep) as folder:
        for number, size in enumerate(sizes):
            place = folder / str(number)
            place.mkdir()
            measure(size, place, options.polars_python)
            if not options.keep:
                shutil.rmtree(place)


if __name__ == "__main__":
    main()
