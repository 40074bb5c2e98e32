"""The service of docker-compose.yml as processes: a job is done, seen, backed up, and restored on an empty machine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import fork_server
from tests.prometheus_server import WHY_NOT as WITHOUT_PROMETHEUS
from tests.prometheus_server import Prometheus, program
from tests.redis_server import WHY_NOT, redis_program

pytest.importorskip("moto")
pytest.importorskip("psycopg")
from scripts.stack import HOST, ROOT, Stack, postgres_programs

pytestmark = [
    pytest.mark.skipif(redis_program() is None, reason=WHY_NOT),
    pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not here: apt-get install postgresql"),
]

DOCUMENT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
HOMES = ("4732 W Davis Rd, Glendale, AZ 85306", "4560 E Sunrise Dr, Phoenix, AZ 85044")
LATER = "1010 N 37th St, Phoenix, AZ 85008"
PATIENCE = 300.0


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as server:
        yield server


def made(folder: Path, replica: Replica) -> Stack:
    return Stack(folder, {"PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": "0", "PHX_IMAGE_WORKERS": "1"})


@pytest.fixture(scope="module")
def stack(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """At work, with a job that has ended."""
    one = made(tmp_path_factory.mktemp("s"), replica)
    try:
        one.start()
        ended(one, submitted(one, *HOMES))
        yield one
    finally:
        one.stop()


def ended(stack: Stack, job_id: str) -> str:
    """Wait for a job's end; its state then."""
    until = time.monotonic() + PATIENCE
    while True:
        ((state,),) = rows(stack, f"SELECT state FROM jobs WHERE job_id = '{job_id}'")
        if state not in {"queued", "running"}:
            return str(state)
        assert time.monotonic() < until, [path.read_text()[-1500:] for path in stack.folder.glob("worker-*.log")]
        select.select([], [], [], 0.1)


def submitted(stack: Stack, *homes: str) -> str:
    """A job's id."""
    (stack.folder / "homes.csv").write_text("full_address\n" + "".join(f'"{home}"\n' for home in homes))
    words = ("jobs", "submit", "homes.csv", "--slice", "1", "--sources", "phoenix_mls", "--json")
    told = {**stack.environment("worker"), "SCRAPY_SETTINGS_MODULE": "phx_scraper.settings"}
    done = fork_server.run(words, told, PATIENCE, stack.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(json.loads(done.stdout)["job_id"])


def rows(stack: Stack, query: str) -> list[Any]:
    import psycopg

    with psycopg.connect(catalogue_of(stack)) as connection:
        return connection.execute(query.encode()).fetchall()


def catalogue_of(stack: Stack) -> str:
    settings = (stack.folder / "phx.toml").read_text()
    return re.search(r'"(postgresql.*)"', settings)[1].replace("+psycopg", "")  # type: ignore[index]


def run_block(stack: Stack, name: str) -> None:
    """The lines of a block of the document, as they stand."""
    (block,) = re.findall(rf"^```sh {name}\n(.*?)^```$", DOCUMENT, re.M | re.S)
    programs = postgres_programs()
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), os.environ["PATH"]])
    told = {**stack.environment("worker"), "PATH": path, "CATALOGUE": catalogue_of(stack), "STORE": "s3://phx/homes"}
    if not (stack.folder / "deploy").exists():
        (stack.folder / "deploy").symlink_to(ROOT / "deploy")
    done = subprocess.run(["sh", "-ec", block], cwd=stack.folder, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_job_is_done_in_postgresql_and_s3(stack: Stack) -> None:
    (job,) = rows(stack, "SELECT state, homes FROM jobs")
    assert job == ("finished", 2)
    assert rows(stack, "SELECT DISTINCT outcome FROM visits") == [("ok",)]
    kept = rows(stack, "SELECT path FROM images")
    assert kept
    from phx_scraper.model.store_place import S3Access, S3Place
    from phx_scraper.storage.files.open_store import open_store

    access = S3Access(f"http://{HOST}:{stack.ports['s3']}", "us-east-1", "phx", "any")
    store = open_store(S3Place("phx", "homes", access), changes=False)
    assert [path for (path,) in kept if not store.exists(path)] == []


def test_every_process_runs_and_says_no_password(stack: Stack) -> None:
    assert {name: process.poll() for name, process in stack.processes.items()} == dict.fromkeys(stack.processes)
    assert len([name for name in stack.processes if name.startswith("worker-")]) == 2
    passwords = [(stack.secrets / name).read_text() for name in ("postgres_password", "redis_password", "s3_secret")]
    logs = {path.name: path.read_text(errors="replace") for path in stack.folder.glob("*.log")}
    assert [name for name, text in logs.items() if any(password in text for password in passwords)] == []
    lines = [Path(f"/proc/{process.pid}/cmdline").read_text() for process in stack.processes.values()]
    assert not any(password in line for password in passwords for line in lines)


def test_prometheus_sees_the_workers(stack: Stack) -> None:
    if program("prometheus") is None:
        pytest.skip(WITHOUT_PROMETHEUS)
    prometheus = Prometheus(f"http://{HOST}:{stack.ports['prometheus']}")
    prometheus.when("phx_homes == 2")
    prometheus.when("sum(phx_workers) == 2")
    prometheus.when("count(phx_up == 1) == 2")
    assert {labels["part"] for labels, _ in prometheus.when("last_over_time(phx_up[5m])")} == {"catalogue", "redis"}


def test_a_backup_is_restored_on_an_empty_machine(stack: Stack, replica: Replica, tmp_path: Path) -> None:
    for name in [name for name in stack.processes if name.startswith("worker-")]:
        stack.processes[name].terminate()
        stack.processes[name].wait(PATIENCE)
    waiting = submitted(stack, LATER)
    run_block(stack, "backup")
    other = made(tmp_path, replica)
    try:
        other.start_servers()
        (tmp_path / "backup").symlink_to(stack.folder / "backup")
        run_block(other, "restore")
        for query in ("SELECT * FROM homes ORDER BY 1", "SELECT raw_sha256, path FROM images ORDER BY 1"):
            assert rows(other, query) == rows(stack, query) != []
        other.start_services(1)
        assert ended(other, waiting) == "finished"
        assert rows(other, "SELECT count(*) FROM visits WHERE outcome = 'ok'") == [(3,)]
    finally:
        other.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that the user of PostgreSQL may enter, as those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="phx-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_the_script_says_where_all_listens_and_ends_on_ctrl_c(open_folder: Path) -> None:
    """`make stack`, with a worker less; Ctrl-C goes to all processes of a terminal."""
    output = open_folder / "said"
    line = [sys.executable, str(ROOT / "scripts" / "stack.py"), "--replica", "--workers", "1"]
    variables = {**os.environ, "TMPDIR": str(open_folder)}
    with output.open("wb") as said:
        script = subprocess.Popen(
            line, cwd=open_folder, env=variables, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            text = ""
            until = time.monotonic() + PATIENCE
            while "Ctrl-C ends all of it." not in text:
                assert script.poll() is None, text
                assert time.monotonic() < until, text
                select.select([], [], [], 0.1)
                text = output.read_text()
            assert {"redis", "postgres", "s3", "api"} <= set(re.findall(rf"^(\w+) +{HOST}:\d+$", text, re.M))
            os.killpg(script.pid, signal.SIGINT)
            assert script.wait(PATIENCE) == 0, output.read_text()
        finally:
            left = lasting(script.pid)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            script.wait()
    assert left == []
    assert "Traceback" not in output.read_text()
    assert list(open_folder.iterdir()) == [output]


@pytest.mark.skipif(os.getuid() != 0, reason="only root hands PostgreSQL to another user")
def test_a_folder_that_postgresql_may_not_enter_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    line = [sys.executable, str(ROOT / "scripts" / "stack.py")]
    variables = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(line, env=variables, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("PostgreSQL could not be made ready in ")


def lasting(session: int) -> list[int]:
    """Processes of a session that do not end: of its children some are gone a moment later than the first of them."""
    until = time.monotonic() + 60
    while (left := of_session(session)) and time.monotonic() < until:
        select.select([], [], [], 0.1)
    return left


def of_session(number: int) -> list[int]:
    """Processes of a session that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == number and fields[0] not in {"Z", "X"}:
                found.append(int(stat.parent.name))
    return found
