"""The two ways to install agree; the build command reports what dbt reports."""

from __future__ import annotations

import re
import tomllib

import pytest
from conftest import PROJECT

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
