"""What docs/ci.md says about exit codes and slim CI, by running the commands it shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from conftest import METRIC_CHANGE, PROJECT, consumer

WARN = {"rule": "top5_value_share < 0.5", "severity": "warn"}
ERROR = {"rule": "change_pct < -0.5", "severity": "error"}
ANALYSIS: dict[str, Any] = {
    "name": "sales", "relation": "orders", "time": {"column": "day", "grain": "month"}, "anchor_date": "2024-02-29", "dimensions": ["region"],
    "metrics": ["amount"], "rank_by": "amount", "alerts": [WARN, ERROR],
}  # fmt: skip


def orders(south: int) -> str:
    rows = [("2024-01-05", "north", 10), ("2024-02-05", "north", 12), ("2024-01-05", "south", 10), ("2024-02-05", "south", south)]  # fmt: skip
    return " union all ".join(
        f"select cast('{day}' as date) as day, '{region}' as region, {amount} as amount" for day, region, amount in rows
    )


class Shop:
    """A project with whence installed, and its one DuckDB file."""

    def __init__(self, folder: Path) -> None:
        self.project = consumer(folder, parts=METRIC_CHANGE)
        self.database = folder / "shop.duckdb"
        self.write("models/orders.sql", orders(south=9))
        self.write("models/other.sql", "select 1 as n")
        self.declare(ANALYSIS)

    def write(self, name: str, text: str) -> None:
        (self.project / name).write_text(text)

    def declare(self, analysis: dict[str, Any]) -> None:
        variables = {"whence_domains": ["metric_change"], "whence_metric_analyses": [analysis]}
        settings = {"name": "shop", "profile": "whence", "vars": variables}
        self.write("dbt_project.yml", json.dumps(settings))

    def run(self, command: str, schema: str = "analytics") -> tuple[int, str]:
        """Run a dbt command as a job does; return its exit code and output."""
        program, *arguments = shlex.split(command)
        assert program == "dbt"
        places = {"WHENCE_DUCKDB_PATH": str(self.database), "WHENCE_SCHEMA": schema, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "WHENCE_"))}
        done = subprocess.run(
            [str(Path(sys.executable).parent / "dbt"), "--no-use-colors", *arguments],
            cwd=self.project, env=kept | places, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def tables(self, schema: str) -> set[str]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            rows = connection.execute(
                "select table_name from information_schema.tables where table_schema = ?", [schema]
            ).fetchall()
        return {row[0] for row in rows}

    def observed(self, schema: str) -> dict[str, float]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return dict(connection.execute(f"select rule, observed from {schema}.metric_alerts").fetchall())


def documented(job: str) -> str:
    """Give the dbt build command of a job in docs/ci.md."""
    blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / "docs" / "ci.md").read_text(), re.DOTALL)
    workflow = next(block for block in map(yaml.safe_load, blocks) if "jobs" in block)
    [command] = [step["run"] for step in workflow["jobs"][job]["steps"] if step.get("run", "").startswith("dbt build")]
    return str(command)


def test_slim_ci(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    code, log = shop.run(documented("production"))
    assert code == 0 and "is breached" not in log, log
    (shop.project / "production").mkdir()
    shutil.copy(shop.project / "target" / "manifest.json", shop.project / "production")
    command = documented("pull_request")
    modified = command.replace(" metric_change", "").replace(" --favor-state", "")
    assert modified == "dbt build --select state:modified+ --defer --state production"

    shop.write("models/orders.sql", orders(south=4))
    everything = shop.tables("analytics")
    for selection, schema in ((modified, "pr_1"), (command, "pr_2")):
        code, log = shop.run(selection, schema)
        assert code == 1, log
        assert "alert (error) sales: change_pct < -0.5 is breached: -0.6 (metric amount, region = south)" in log, log
        assert shop.observed(schema)["change_pct < -0.5"] == -0.6
    assert shop.tables("pr_1") == everything - {"other", "stg_metric_change__files"}
    assert shop.tables("pr_2") == everything - {"other"}
    assert shop.observed("analytics")["change_pct < -0.5"] == pytest.approx(-0.1)

    # only a warning is breached; what was changed and taken back is read from production
    shop.write("models/orders.sql", orders(south=9))
    shop.declare({**ANALYSIS, "alerts": [{**WARN, "rule": "top5_value_share > 0.5"}, ERROR]})
    code, log = shop.run(modified, "pr_2")
    assert code == 0 and "does not match any enabled nodes" in log, "vars are no modification: " + log
    code, log = shop.run(command, "pr_2")
    assert code == 0 and "alert (warn) sales: top5_value_share > 0.5 is breached: 1 (metric amount, side current)" in log, log  # fmt: skip
    assert shop.observed("pr_2") == {"top5_value_share > 0.5": 1, "change_pct < -0.5": pytest.approx(-0.1)}

    code, log = shop.run(command.replace("state:modified+ metric_change", "metric_alerts"), "pr_3")
    assert code == 0 and shop.observed("pr_3") == shop.observed("analytics"), log
    assert shop.tables("pr_3") == {"metric_alerts"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("shop"))
    code, log = shop.run("dbt build")
    assert code == 0, log
    return shop


BREACHED = "value > 0"
AS_ERRORS = "--warn-error-options " + shlex.quote('{"error": ["LogTestResult"]}')
CODES: list[tuple[str, dict[str, Any], int, str]] = [
    ("", {"alerts": ["value > 1000"]}, 0, "PASS"),
    ("", {"alerts": [{"rule": BREACHED, "severity": "warn"}]}, 0, "WARN 1 no_breached_alerts"),
    (AS_ERRORS, {"alerts": [{"rule": BREACHED, "severity": "warn"}]}, 1, "FAIL 1 no_breached_alerts"),
    ("--warn-error", {"alerts": [{"rule": BREACHED, "severity": "warn"}]}, 1, "FAIL 1 no_breached_alerts"),
    ("", {"alerts": [{"rule": BREACHED, "severity": "error"}]}, 1, "FAIL 1 no_breached_alerts"),
    ("", {"dimensions": ["regoin"]}, 1, "Did you mean 'region'?"),
    ("", {"alerts": ["valeu > 0"]}, 2, "Did you mean 'value'?"),
    ("--no-such-option", {}, 2, "No such option"),
    ("--target nowhere", {}, 2, "nowhere"),
    ("--exclude package:whence", {}, 0, "Nothing to do"),
]


@pytest.mark.parametrize(
    ("options", "fields", "expected", "message"), CODES, ids=[f"{i}-exit-{case[2]}" for i, case in enumerate(CODES)]
)
def test_exit_code(built: Shop, options: str, fields: dict[str, Any], expected: int, message: str) -> None:
    values = shlex.quote(json.dumps({"whence_metric_analyses": [{**ANALYSIS, **fields}]}))
    code, log = built.run(f"dbt build --select int_metric_change__specs metric_alerts {options} --vars {values}")
    assert (code, message in log) == (expected, True), log
