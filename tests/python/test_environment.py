"""The two ways to install agree; the build command reports what dbt reports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse

from dbt_whence import cli


def test_requirements_are_the_lock_file() -> None:
    lock = tomllib.loads((PROJECT / "uv.lock").read_text())
    locked = {p["name"]: p["version"] for p in lock["package"] if p["name"] != "dbt-whence"}
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\n]+)", (PROJECT / "requirements.txt").read_text(), re.M))
    assert pins.items() <= locked.items()
    platform_only = {"colorama", "tzdata", "exceptiongroup"}
    assert set(locked) - set(pins) <= platform_only


@pytest.mark.parametrize(
    ("arguments", "shared"),
    [
        (["--select", "x", "--target", "t", "--full-refresh"], ["--target", "t"]),
        (["--vars={a: 1}", "-s", "y", "--profiles-dir", "d"], ["--vars={a: 1}", "--profiles-dir", "d"]),
        ([], []),
    ],
)
def test_summary_gets_the_same_project(arguments: list[str], shared: list[str]) -> None:
    assert cli.shared_arguments(arguments) == shared


def test_build_command_reports_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert cli.main(["build", "--no-such-option"]) == 2


def test_repository_names_no_machine() -> None:
    """No path of the machine it was made on."""
    for path in (*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("macros/**/*.sql")):
        assert "/work/" not in path.read_text() and "/root/" not in path.read_text(), path


def test_a_shared_parse_compiles_what_its_own_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests on files share one parse of the project, those on a model do not."""
    sql = "select i as id, 'k' || i % 3 as kind, i as n from range(9) t(i)"
    tables, compiled = ["metric_restatements", "metric_movers"], []
    for name in ("own", "shared"):
        (tmp_path / name).mkdir()
        warehouse = Warehouse(tmp_path / name)
        file = {"file": str(tmp_path / "rows.parquet")}
        Warehouse(tmp_path).file("rows.parquet", sql)
        spec = {"name": "shop", "relation": file, "compare": {"to": file}, "key": "id", "metrics": ["n"]}
        with monkeypatch.context() as patch:
            if name == "own":
                patch.setattr(Warehouse, "is_parsed_alike", lambda *_: False)
            run = warehouse.build([spec], only=tables)
        assert run.success, run.log
        folder = warehouse.folder / "target" / "compiled"
        compiled.append({path.relative_to(folder): path.read_text() for path in folder.rglob("*.sql")})
    assert compiled[0] == compiled[1] and len(compiled[0]) > 30
    assert warehouse.is_parsed_alike({"whence_metric_analyses": [spec]})
    assert not warehouse.is_parsed_alike({"whence_metric_analyses": [spec | {"relation": "stg_demo__online_retail"}]})
