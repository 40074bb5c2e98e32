"""docs/scrapyd.md is true: its commands run in their order, and the tests and files that it names exist."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from phx_scraper.replica import Replica, truth
from tests.integration.crawls import ALL_SOURCES, REPOSITORY, TOKEN, assert_agrees_with_truth
from tests.scrapyd.conftest import HOMES

DOCUMENT = REPOSITORY / "docs" / "scrapyd.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
SECONDS = 600


def script(port: int, replica: Replica) -> str:
    """The commands of the document, at the ports of this test and at its replica."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    commands = "\n".join(blocks)
    assert commands.count("schedule.json") == commands.count("PHX_REPLICA_URL=http://127.0.0.1:8765"), "to live sites"
    return commands.replace(":6800", f":{port}").replace("http://127.0.0.1:8765", replica.url)


def environment(home: Path, port: int) -> Mapping[str, str]:
    """A person's shell, with another home folder and another port."""
    own = {"HOME": str(home), "SCRAPYD_HTTP_PORT": str(port), "MARICOPA_ASSESSOR_TOKEN": TOKEN}
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **own}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the document's commands use curl: apt-get install curl")
def test_the_commands_run(project: Path, home: Path, port: int, replica: Replica, tmp_path: Path) -> None:
    person = tmp_path / "person"
    shutil.copytree(project, person / "phx_scraper", symlinks=True)
    printed = run(script(port, replica), person, port)
    asked = tmp_path / "asked.csv"
    asked.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES[:2]), encoding="utf-8")
    assert_agrees_with_truth(person / "pictures", truth(asked, replica.options), ALL_SOURCES)
    asked.write_text(f'full_address\n"{HOMES[0]}"\n', encoding="utf-8")
    assert_agrees_with_truth(person / "pictures-of-production", truth(asked, replica.options))
    assert '"job": "third", "project": "phx_scraper"' in printed
    assert oct((person / ".netrc").stat().st_mode & 0o777) == "0o600"


def run(commands: str, home: Path, port: int) -> str:
    """Run the commands in one shell, end whatever they left running, return what they printed."""
    with subprocess.Popen(
        ["sh", "-eu", "-c", commands],
        cwd=home,
        env=environment(home, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            printed, _ = shell.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            raise
    assert shell.returncode == 0, printed
    return printed


def test_the_tests_that_it_names_exist() -> None:
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", TEXT)
    assert len(named) >= 8
    assert [name for name in named if f"def {name}(" not in here] == []


def test_the_files_that_it_links_to_exist() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link]
    assert [link for link in links if link and not (DOCUMENT.parent / link).exists()] == []


def test_production_differs_only_where_it_says() -> None:
    trial, production = (
        (REPOSITORY / "deploy" / name).read_text(encoding="utf-8").splitlines()
        for name in ("scrapyd.conf", "scrapyd.production.conf")
    )
    settings = [{line for line in lines if "=" in line} for lines in (trial, production)]
    assert settings[0] - settings[1] == {"bind_address = 127.0.0.1", "http_port = 6800"}
    assert {line.split(" ")[0] for line in settings[1] - settings[0]} == {
        *("bind_address", "http_port", "unix_socket_path"),
        *("addversion.json", "delversion.json", "delproject.json"),
    }
