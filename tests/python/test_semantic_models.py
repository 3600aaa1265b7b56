"""Semantic models and metrics: MetricFlow's own command beside direct SQL, and what a consumer gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import PROJECT, Warehouse, consumer, copy_of_demo

MOVERS = "'retail_revenue' and metric = 'revenue' and dimensions = 'category'"

# What is asked of MetricFlow, and of the tables. The where clause of MetricFlow is made from the columns it names.
QUERIES = {
    "parts that add up": (
        ["change", "volume_effect", "mix_effect", "rate_effect"],
        "metric_mover",
        ["segment"],
        {"analysis": "retail_revenue", "metric": "revenue", "dimensions": "category"},
        f"select segment, sum(change), sum(volume_effect), sum(mix_effect), sum(rate_effect) from metric_movers where analysis = {MOVERS} group by 1",
    ),
    "returns by component": (
        ["return_contribution"],
        "factor_component_return",
        ["component"],
        {"model": "rates_and_commodities", "method": "pca"},
        "select component, sum(contribution) from factor_attribution where model = 'rates_and_commodities' and method = 'pca' group by 1",
    ),
    "mean of a statistic by year": (
        ["signal_statistic"],
        "signal_date",
        ["signal", "date__year"],
        {"study": "planted_signals", "statistic": "ic"},
        "select signal, date_trunc('year', date), avg(value) from signal_series where study = 'planted_signals' and statistic = 'ic' group by 1, 2",
    ),
    "share of survivors": (
        ["screened_signals", "signal_survivors", "signal_survivor_share", "least_signal_q"],
        "screened_signal",
        ["study"],
        {},
        "select study, count(bhy_q), count(*) filter (is_survivor), count(*) filter (is_survivor) / count(bhy_q), min(bhy_q) from signal_screening group by 1",
    ),
}


@pytest.fixture(scope="module")
def metricflow(tmp_path_factory: pytest.TempPathFactory, demo: Warehouse) -> Path:
    """A folder in which `mf` finds the project, its artifacts and a copy of the demo."""
    folder = tmp_path_factory.mktemp("metricflow")
    copy_of_demo(demo, folder)
    for name in ("dbt_project.yml", "profiles.yml", "models", "python_models", "macros", "seeds", "tests", "analyses"):
        (folder / name).symlink_to(PROJECT / name)
    return folder


def mf(folder: Path, *arguments: str) -> str:
    """Run MetricFlow's command; return what it prints."""
    places = {"WHENCE_DUCKDB_PATH": str(next(folder.glob("*.duckdb"))), "DBT_PROFILES_DIR": str(folder)}
    others = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "WHENCE_"))}
    command = [str(Path(sys.executable).parent / "mf"), *arguments]
    run = subprocess.run(command, cwd=folder, env=others | places, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_configuration_is_valid(metricflow: Path) -> None:
    """Also against the database: each semantic model, dimension, entity, measure and metric is queried."""
    printed = mf(metricflow, "validate-configs", "--show-all")
    counts = [line.rpartition("(")[2] for line in printed.splitlines() if "validated" in line]
    assert len(counts) == 6 and set(counts) == {"ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0)"}, printed


@pytest.mark.parametrize("name", QUERIES)
def test_answers_are_those_of_the_tables(name: str, metricflow: Path, tmp_path: Path) -> None:
    metrics, entity, grouping, where, sql = QUERIES[name]
    asked = ["--metrics", ",".join(f"whence_{metric}" for metric in metrics)]
    asked += ["--group-by", ",".join(f"{entity}__{column}" for column in grouping)]
    if where:
        conditions = [f"{{{{ Dimension('{entity}__{column}') }}}} = '{value}'" for column, value in where.items()]
        asked += ["--where", " and ".join(conditions)]
    mf(metricflow, "query", *asked, "--csv", str(tmp_path / "answer.csv"))
    with duckdb.connect(str(next(metricflow.glob("*.duckdb"))), read_only=True) as connection:
        expected = connection.sql(sql).df()
    # by name: MetricFlow puts ratios last
    columns = [f"{entity}__{column}" for column in grouping] + [f"whence_{metric}" for metric in metrics]
    expected.columns = pd.Index(columns)
    found = pd.read_csv(tmp_path / "answer.csv")[columns]
    assert len(expected) > 1
    for column in columns:
        if column.endswith("__year"):
            found[column] = pd.to_datetime(found[column]).dt.date
            expected[column] = pd.to_datetime(expected[column]).dt.date
    pd.testing.assert_frame_equal(
        found.sort_values(columns[: len(grouping)], ignore_index=True),
        expected.sort_values(columns[: len(grouping)], ignore_index=True),
        check_dtype=False,
        rtol=1e-9,
        atol=1e-12,
    )


def test_a_consumer_gets_none_unless_asked() -> None:
    """Without a calendar table dbt refuses to parse a project with semantic models, so none may be on by itself."""
    for path in PROJECT.glob("models/*/_*_semantic.yml"):
        declared = yaml.safe_load(path.read_text())
        enabled = {entry["config"]["enabled"] for entry in declared["semantic_models"] + declared["metrics"]}
        domain = path.parent.name
        asked = "var('whence_semantic_models', project_name == 'whence')"
        assert enabled == {f"{{{{ '{domain}' in var('whence_domains', ['{domain}']) and {asked} }}}}"}
        names = [entry["name"] for entry in declared["semantic_models"] + declared["metrics"]]
        assert all(name.startswith("whence_") for name in names)


def test_a_consumer_with_a_calendar_gets_those_of_the_domains(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path, consumer(tmp_path))
    calendar = {
        "name": "days",
        "time_spine": {"standard_granularity_column": "day"},
        "columns": [{"name": "day", "granularity": "day"}],
    }
    (warehouse.project / "models" / "days.sql").write_text("select cast('2024-01-01' as date) as day")
    (warehouse.project / "models" / "days.yml").write_text(json.dumps({"models": [calendar]}))
    variables = {"whence_domains": ["factor_models"], "whence_semantic_models": True}
    run = warehouse.dbt("parse", "--warn-error", "--vars", json.dumps(variables))
    assert run.success, run.log
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text())
    models = {model["model"] for model in manifest["semantic_models"].values()}
    assert models == {"ref('factor_attribution')", "ref('factor_risk')", "ref('factor_betas')"}
    assert "metric.whence.whence_variance_share" in manifest["metrics"]
    assert not manifest["exposures"] and "model.whence.demo_time_spine" not in manifest["nodes"]
