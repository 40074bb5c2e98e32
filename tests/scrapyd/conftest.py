from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.ports import free_port
from tests.scrapyd.daemon import PASSWORD, STOP_SECONDS, USER, Daemon
from tests.scrapyd.project import DEPLOY, copy_project, make_environment, scrapyd_deploy

HOMES = (
    "4732 W Davis Rd, Glendale, AZ 85306",
    "4560 E Sunrise Dr, Phoenix, AZ 85044",
    "1010 N 37th St, Phoenix, AZ 85008",
    "15230 N 37th Way, Phoenix, AZ 85032",
)


@pytest.fixture(scope="package")
def tools() -> None:
    """scrapyd and scrapyd-deploy, in an environment of their own; made once per machine and lock file."""
    why_not = make_environment()
    if why_not:
        pytest.skip(why_not)


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the daemon's credentials, and with room for everything that a test writes."""
    folder = tmp_path_factory.mktemp("home")
    netrc = folder / ".netrc"
    netrc.touch(0o600)
    lines = [f"machine {host} login {USER} password {PASSWORD}\n" for host in ("127.0.0.1", "localhost")]
    netrc.write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def port() -> int:
    """Where the daemons of these tests listen, one after another."""
    return free_port()


@pytest.fixture(scope="package")
def project(tools: None, home: Path, port: int) -> Path:
    """A copy of the project."""
    return copy_project(home / "phx_scraper", port)


@pytest.fixture(scope="package")
def egg(project: Path, home: Path) -> Path:
    """The project as an egg, built once."""
    path = home / "phx_scraper.egg"
    done = scrapyd_deploy(project, home, "--build-egg", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    return path


@pytest.fixture
def new_daemon(tools: None, tmp_path: Path, port: int) -> Iterator[Callable[..., Daemon]]:
    """Makes daemons, in folders that tests name; whatever still runs is killed."""
    made: list[Daemon] = []

    def make(folder: str = "scrapyd", config: str = "scrapyd.conf", egg: Path | None = None, **more: int) -> Daemon:
        made.append(Daemon(tmp_path / folder, port if config == "scrapyd.conf" else 0, DEPLOY / config, egg, **more))
        made[-1].start()
        return made[-1]

    yield make
    for daemon in made:
        daemon.end()


@pytest.fixture
def daemon(new_daemon: Callable[..., Daemon], egg: Path, request: pytest.FixtureRequest) -> Daemon:
    """A daemon that holds the project; its parameter is how many seconds its crawls have for a clean stop."""
    return new_daemon(egg=egg, stop_seconds=getattr(request, "param", STOP_SECONDS))


@pytest.fixture(scope="package")
def homes(home: Path) -> Path:
    """The homes as a list, which the truth is asked for."""
    path = home / "homes.csv"
    path.write_text("full_address\n" + "".join(f'"{one}"\n' for one in HOMES), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica whose answers take long enough for a test to step in between."""
    options = Options(cache=tmp_path_factory.mktemp("pictures"), photos=(6, 9), width=480, latency=40)
    with running(options) as server:
        yield server
