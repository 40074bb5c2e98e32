"""A real PostgreSQL of its own for the tests that ask for one: started as an ordinary user, in a temporary folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, LOCKED = "phx", "locked"
"""Whoever is let in, and who is asked for a password."""
# Tests kill processes, not the machine: nothing needs to reach a disk.
_QUICK = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_wal_size=256MB")


def why_absent() -> str:
    """Why no server can be started here, and how it could; empty where one can."""
    if _programs() is None:
        return "PostgreSQL is not here: apt-get install postgresql"
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not here: pip install 'phx-scraper[service]'"
    return ""


def _programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: Debian keeps them off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(os.path.realpath(on_path)).parent if on_path else None


@dataclass(frozen=True)
class PostgresqlServer:
    """One server; its files and its socket are in `folder`."""

    folder: Path

    @property
    def process_id(self) -> int:
        """Of the first of its processes."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(self, database: str, user: str = USER) -> str:
        """What PHX_CATALOGUE_URL takes; `user` may have a password after a colon."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def run(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements, each in a transaction of its own; returns the rows of the last."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start it, and wait until it answers."""
        told = ["listen_addresses=''", f"unix_socket_directories={self.folder}", *_QUICK]
        options = " ".join(f"-c {one}" for one in told)
        self._control("start", "-w", "-o", options, "-l", str(self.folder / "log"))

    def stop(self, how: str = "immediate") -> None:
        """End it: `immediate` is a crash, `fast` ends every connection first."""
        self._control("stop", "-w", "-m", how)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """While it is there, and its kernel takes what it is sent, but it says nothing."""
        first = self.process_id
        held = [first]
        os.kill(first, signal.SIGSTOP)
        # No child is born any more.
        for process in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                if int(process.read_text().rpartition(")")[2].split()[1]) == first:
                    held.append(int(process.parent.name))
                    os.kill(held[-1], signal.SIGSTOP)
        try:
            yield
        finally:
            for process_id in held:
                with suppress(ProcessLookupError):
                    os.kill(process_id, signal.SIGCONT)

    def _control(self, *arguments: str) -> None:
        _as_ordinary_user("pg_ctl", "-D", str(self.folder / "data"), *arguments)


@contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    """A server until the end."""
    # A path to a socket has 107 bytes at most. A new database is three hundred files, which memory takes at once.
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="phx-pg-", dir=memory if os.access(memory, os.W_OK) else "/tmp"))
    server = PostgresqlServer(folder)
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        folder.chmod(0o755)
        made = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={USER}", "--no-sync")
        _as_ordinary_user("initdb", "-D", str(folder / "data"), *made)
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {LOCKED} scram-sha-256\n{rules.read_text()}")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_ordinary_user(program: str, *arguments: str) -> None:
    """PostgreSQL refuses to be run by root."""
    folder = _programs()
    assert folder is not None
    other: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run(
        [folder / program, *arguments], check=False, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, **other,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
