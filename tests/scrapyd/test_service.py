"""Which requests the daemon accepts, and that no job blocks it or one of its slots."""

from __future__ import annotations

import shutil
import socket
import stat
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from phx_scraper.replica import Replica
from tests.integration.crawls import outcomes
from tests.scrapyd.conftest import HOMES
from tests.scrapyd.daemon import PROJECT, Daemon, environment
from tests.scrapyd.project import BIN, DEPLOY

Make = Callable[..., Daemon]
LISTENING = "0A"
CREDENTIALS = {"SCRAPYD_USERNAME", "SCRAPYD_PASSWORD"}


def test_without_the_password_nothing_is_answered(daemon: Daemon) -> None:
    for user in ("", "someone"):
        for what in ("daemonstatus.json", "endings.json", "logs/", "jobs"):
            assert daemon.status(what, user=user)[0] == 401
        assert daemon.status("schedule.json", [("project", PROJECT), ("spider", "zillow")], user=user)[0] == 401


@pytest.mark.parametrize("config", ["scrapyd.conf", "scrapyd.production.conf"])
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"SCRAPYD_USERNAME": "phx"},
        {"SCRAPYD_PASSWORD": "hunter2"},
        {"SCRAPYD_USERNAME": "phx", "SCRAPYD_PASSWORD": ""},
        {"SCRAPYD_USERNAME": "p:x", "SCRAPYD_PASSWORD": "hunter2"},
    ],
)
def test_without_its_two_variables_it_does_not_start(
    tools: None, tmp_path: Path, port: int, config: str, variables: dict[str, str]
) -> None:
    shutil.copy(DEPLOY / config, tmp_path / "scrapyd.conf")
    others = {name: value for name, value in environment(port).items() if name not in CREDENTIALS}
    done = subprocess.run(
        [BIN / "scrapyd"],
        cwd=tmp_path,
        env=others | variables,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("scrapyd: ")]
    assert len(said) == 1
    assert "SCRAPYD_PASSWORD" in said[0]
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert not (tmp_path / "scrapyd.sock").exists()


def test_a_request_that_never_ends_blocks_no_other(daemon: Daemon) -> None:
    head = b"POST /schedule.json HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nproject="
    with socket.create_connection(("127.0.0.1", daemon.port)) as slow:
        slow.sendall(head)
        assert daemon.ask("daemonstatus.json")["status"] == "ok"
        assert daemon.status("daemonstatus.json", user="")[0] == 401
    assert daemon.ask("daemonstatus.json")["pending"] == 0


def test_a_job_id_with_path_traversal_costs_no_slot(daemon: Daemon) -> None:
    daemon.schedule("zillow", {}, address=HOMES[0], jobid="../../outside")
    wrong = daemon.schedule("zillow", {}, adress=HOMES[0])
    daemon.wait_for(wrong)
    assert "cannot be started" in daemon.log()
    assert daemon.ending(wrong)["exit_code"] == 2
    assert daemon.ending(wrong)["meaning"].startswith("wrong use")
    assert "did you mean address?" in daemon.log()
    assert not list(daemon.folder.parent.rglob("outside*"))


def test_reading_standard_input_blocks_no_slot(daemon: Daemon) -> None:
    job = daemon.schedule("zillow", {}, addresses="-")
    daemon.wait_for(job)
    assert daemon.ending(job)["exit_code"] == 2


def test_production_accepts_no_code(new_daemon: Make, egg: Path, replica: Replica, tmp_path: Path) -> None:
    daemon = new_daemon(config="scrapyd.production.conf", egg=egg)
    place = daemon.folder / "scrapyd.sock"
    assert stat.S_IMODE(place.stat().st_mode) == 0o660
    assert daemon.process is not None
    assert not listening_ports(daemon.process.pid)
    assert daemon.status("listjobs.json", user="someone")[0] == 401
    for service in ("addversion.json", "delversion.json", "delproject.json"):
        assert daemon.status(service, [("project", PROJECT), ("version", "1"), ("egg", "x")])[0] == 404
    store = tmp_path / "pictures"
    settings = {"IMAGES_STORE": store, "PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": 0}
    daemon.wait_for(daemon.schedule("zillow", settings, address=HOMES[0]))
    assert outcomes(store) == {(HOMES[0], "zillow"): "ok"}


def listening_ports(pid: int) -> set[str]:
    """The TCP sockets on which a process listens, as proc(5) names them."""
    links = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            links.add(link.readlink().name)
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[3] == LISTENING and f"socket:[{words[9]}]" in links:
                found.add(words[1])
    return found
