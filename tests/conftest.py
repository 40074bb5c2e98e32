from __future__ import annotations

import compileall
import logging
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.distribution import group_of, order_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xdist.scheduler import LoadScopeScheduling

    from tests.postgresql_server import PostgresqlServer
    from tests.unit.downloader.crawling import ReactorThread

REPOSITORY = Path(__file__).parents[1]

# What Hypothesis draws, and how long an example may take, depends neither on the machine nor on what it drew before;
# pytest --hypothesis-profile explore draws others in each run.
settings.register_profile("same", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")


@pytest.fixture(scope="session")
def reactor_thread() -> Iterator[ReactorThread]:
    """The one reactor that a process can have."""
    from tests.unit.downloader.crawling import ReactorThread

    thread = ReactorThread()
    yield thread
    thread.stop()


@pytest.fixture(autouse=True)
def level_of_the_log() -> Iterator[None]:
    """Below the usual one pytest would keep every record of all later tests, and with some a crawler."""
    level = logging.root.level
    yield
    left = logging.root.level
    logging.root.setLevel(level)
    assert left == level, "this test leaves the process's log changed: see tests/in_process.py"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """The one server of a process of the tests."""
    from tests.postgresql_server import running_server, why_absent

    if absent := why_absent():
        pytest.skip(absent)
    with running_server() as server:
        yield server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        choices=["none", "replica", "live"],
        default="none",
        help="none: replay the cassettes; replica: record them anew from our replica; live: from the live sites",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Do once what every process of the tests would do again: compile the package, and draw the replicas' pictures."""
    _heed_signals()
    if hasattr(config, "workerinput"):
        return
    _without_own_settings(config)
    # Where Python may write no bytecode, every crawl would compile.
    compileall.compile_dir(REPOSITORY / "phx_scraper", quiet=2)
    folder = tempfile.mkdtemp(prefix="phx-pictures-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["REPLICA_CACHE"] = folder


def _heed_signals() -> None:
    """Whoever starts the tests by nohup or in the background hands on that these are ignored."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


def _without_own_settings(config: pytest.Config) -> None:
    """Settings of whoever runs the tests, in the environment or in a file, are not those of the project."""
    for name in [name for name in os.environ if name.startswith("PHX_")]:
        del os.environ[name]
    folder = tempfile.mkdtemp(prefix="phx-configuration-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["XDG_CONFIG_HOME"] = folder
    # What crawls say of pictures is not to depend on whether the extra is installed; tests of it ask for it.
    os.environ["PHX_VISION"] = "0"
    # Tests of the report ask for it: after each of a thousand crawls it would only take time.
    os.environ["PHX_REPORT"] = "0"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several workers begin with the longest tests."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: order_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Tests that share something stay in one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False  # it would begin with the groups of most tests
    return Scheduling(config, log)
