"""Cost of the tables of factor proxies beside the same tables without data, and beside pandas.

Run it in the environment of the project::

    python benchmarks/factor_proxies.py [--proxies 30 --months 200] [--turns 3] [--keep]

Without a size two are measured: 30 proxies in 200 months, and 200 in 300, once. Prices are generated, the same each
time: a market, four asset classes and noise of each proxy; a universe, yields, a portfolio of three. Then, in turns,
each in a process of its own:

- dbt: a project that has whence installed builds all tables of the domain, without tests, from Parquet files, on a
  database that holds nothing yet; and once more with nothing declared, every table empty: what the models cost dbt.
- script: pandas works out returns, the correlation matrix and rolling correlations of 12, 24 and 36 months of all
  pairs. Rolling correlations are compared with the table; a difference ends the benchmark.

Of several turns the fastest counts. ``nodes`` is from the start of the first model to the end of the last one as dbt
reports them, two models at a time. The bound of 30 proxies is on what data add to the nodes, that of 200 on the nodes.
MB is the largest resident memory of a process.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common import PROJECT, child, consumer, megabytes, working_folder
from factor_models import RUN_DBT, DbtRun, table, verdict
from signal_research import model_times

TURNS = 3
TABLES = ["whence.factor_proxies", "whence.inference"]
TOLERANCE = 1e-9


@dataclass
class Size:
    """One panel, how often it is measured, and what it may take."""

    proxies: int
    months: int
    turns: int
    added: float | None = None  # seconds
    nodes: float | None = None
    memory: float = 2.0  # GB

    @property
    def title(self) -> str:
        """What it is called in the output."""
        return f"{self.proxies:,} proxies x {self.months:,} months"


@dataclass
class Case:
    """What is declared, and how it went."""

    title: str
    declared: dict[str, Any] | None
    runs: list[DbtRun] = field(default_factory=list)

    @property
    def best(self) -> DbtRun:
        """The run whose models were done first."""
        return min(self.runs, key=lambda run: run.span)


# Arguments: folder, proxies, months.
GENERATE = """
import sys
import numpy as np, pandas as pd

folder, n, t = sys.argv[1], *map(int, sys.argv[2:])
random = np.random.default_rng(20240307)
classes = ["equity", "bond", "commodity", "crypto"]
categories = ["industry", "bond", "commodity", "crypto"]
group = np.arange(n) % 4
common = 0.01 * random.standard_normal((t, 1)) + 0.02 * random.standard_normal((t, 4))[:, group]
returns = 0.004 + common + 0.02 * random.standard_normal((t, n))
months = pd.date_range("2000-01-31", periods=t + 1, freq="ME")
prices = 100 * np.vstack([np.ones(n), np.cumprod(1 + returns, axis=0)])
names = ["SPY", *(f"P{i:03}" for i in range(1, n))]
wide = pd.DataFrame(prices, index=months, columns=names)
wide.rename_axis("date").melt(ignore_index=False, var_name="ticker", value_name="price").reset_index().to_parquet(
    f"{folder}/prices.parquet"
)
pd.DataFrame({
    "ticker": names,
    "category": ["market", *(categories[i] for i in group[1:])],
    "asset_class": [classes[i] for i in group],
    "sector_group": [["defensive", "cyclical", "sensitive"][i % 3] for i in range(n)],
    "priority": range(1, n + 1),
}).to_parquet(f"{folder}/universe.parquet")
yields = 4 + np.cumsum(0.1 * random.standard_normal((t + 1, 5)), axis=0)
yields = pd.DataFrame(yields, columns=["m3", "y2", "y5", "y10", "y30"]).assign(date=months)
yields.to_parquet(f"{folder}/yields.parquet")
pd.DataFrame({"factor": ["SPY", "P001", "P002"], "exposure": [0.5, 0.3, 0.2]}).to_parquet(f"{folder}/portfolio.parquet")
print("null")
"""
# Arguments: folder, where to write rolling correlations of 36 months.
SCRIPT = """
import time
started = time.perf_counter()
import json, resource, sys
import pandas as pd

imported = time.perf_counter()
folder, target = sys.argv[1:]
prices = pd.read_parquet(f"{folder}/prices.parquet").pivot(index="date", columns="ticker", values="price")
returns = prices.pct_change().iloc[1:]
matrix = returns.corr()
rolling = {window: returns.rolling(window).corr() for window in (12, 24, 36)}
ended = time.perf_counter()
last = rolling[36].loc[returns.index[-1]].rename_axis("series_a").rename_axis("series_b", axis=1).stack()
last.rename("correlation").reset_index().to_parquet(target)
print(json.dumps([ended - imported, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""
COMPARE = """
import json, sys
import duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(json.dumps(connection.execute(f'''
    select max(abs(history.correlation - script.correlation)), count(*)
    from main.proxy_correlation_history as history
    inner join '{sys.argv[2]}' as script using (series_a, series_b)
    where history.scope = 'all' and history.window_months = 36
        and history.month_end = (select max(month_end) from main.proxy_correlation_history)
''').fetchone()))
"""


def run_case(case: Case, project: Path, database: Path) -> None:
    """Build the tables of a case on a fresh database."""
    database.unlink(missing_ok=True)
    variables: dict[str, Any] = {"whence_domains": ["factor_proxies"]}
    if case.declared is not None:
        variables["whence_factor_proxies"] = case.declared
    target = project / "target"
    shutil.rmtree(target, ignore_errors=True)
    places = {
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_LOG_PATH": str(project / "logs"),
        "WHENCE_DUCKDB_PATH": str(database),
    }
    arguments = ["--select", *TABLES, "--exclude-resource-type", "test", "unit_test", "--vars", json.dumps(variables)]
    arguments += ["--exclude", "whence.factor_proxies.demo"]
    max_rss, wall = child(RUN_DBT, "build", "--target-path", str(target), *arguments, folder=project, settings=places)
    case.runs.append(DbtRun(wall, megabytes(max_rss), model_times(target)))


def measure(size: Size, folder: Path) -> None:
    """Take turns and print what they took, and whether the bounds hold."""
    database, found = folder / "run.duckdb", folder / "script.parquet"
    child(GENERATE, str(folder), str(size.proxies), str(size.months))
    project = consumer(folder, ["prices"])
    inputs = ["prices", "universe", "yields", "portfolio"]
    declared: dict[str, Any] = {name: {"file": str(folder / f"{name}.parquet")} for name in inputs}
    declared["macro_etf_matrix"] = True
    nothing, everything = Case("nothing declared", None), Case("all tables", declared)
    scripts = []
    for _ in range(size.turns):
        for case in (nothing, everything):
            run_case(case, project, database)
        scripts.append(child(SCRIPT, str(folder), str(found))[0])
        difference, pairs = child(COMPARE, str(database), str(found))[0]
        assert pairs and difference < TOLERANCE, f"rolling correlations differ by {difference} in {pairs} pairs"
    inside, max_rss = min(scripts)
    print(f"\n## {size.title}; fastest of {size.turns}")
    cases = (nothing, everything)
    rows: dict[str, Sequence[Any]] = {
        "dbt build": [min(run.wall for run in case.runs) for case in cases],
        "nodes": [case.best.span for case in cases],
        "sum": [min(run.sum for run in case.runs) for case in cases],
        "pandas: returns, correlations, rolling": [None, inside],
        "ratio nodes / pandas": [None, everything.best.span / inside],
        "MB of dbt": [f"{max(run.peak for run in case.runs):.0f}" for case in cases],
        "MB of pandas": [None, f"{megabytes(max_rss):.0f}"],
    }
    table(["", *(case.title for case in cases)], [[name, *values] for name, values in rows.items()])
    empty = nothing.best.models
    table(
        ["model", "nothing declared", "all tables"],
        [
            [name, empty[name][1] - empty[name][0] if name in empty else None, end - start]
            for name, (start, end) in sorted(everything.best.models.items(), key=lambda item: item[1][0] - item[1][1])[
                :15
            ]
        ],
    )
    print()
    if size.added is not None:
        verdict("seconds that data add", everything.best.span - nothing.best.span, size.added)
    if size.nodes is not None:
        verdict("seconds of nodes", everything.best.span, size.nodes)
    verdict("GB of dbt", max(run.peak for run in everything.runs) / 1000, size.memory)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Cost of factor proxies; see the top of the file.")
    parser.add_argument("--proxies", type=int, help="one size only")
    parser.add_argument("--months", type=int)
    parser.add_argument("--turns", type=int, default=TURNS, help="200 proxies are measured once")
    parser.add_argument("--keep", action="store_true", help="keep the folder of files and databases")
    options = parser.parse_args()
    if options.proxies or options.months:
        sizes = [Size(options.proxies or 30, options.months or 200, options.turns)]
    else:
        sizes = [Size(30, 200, options.turns, added=5.0), Size(200, 300, 1, nodes=30.0)]
    with working_folder(options.keep) as folder:
        for number, size in enumerate(sizes):
            place = folder / str(number)
            place.mkdir()
            measure(size, place)


if __name__ == "__main__":
    main()
