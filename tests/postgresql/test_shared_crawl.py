"""Real crawls share a list and a catalogue on PostgreSQL; one is killed, the server too, and all that is told holds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running, truth
from tests.integration import fork_server
from tests.integration.crawls import (
    EXAMPLE_HOMES,
    REPOSITORY,
    assert_agrees_with_truth,
    command,
    environment,
    held_at,
    kill,
    start,
)
from tests.postgresql_server import PostgresqlServer

DATABASE = "shared"


@pytest.fixture
def url(server: PostgresqlServer) -> Iterator[str]:
    server.run(f"CREATE DATABASE {DATABASE}")
    yield server.url(DATABASE)
    server.run(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def test_crawls_share_a_list_while_one_of_them_and_the_server_are_killed(
    tmp_path: Path, server: PostgresqlServer, url: str
) -> None:
    options, settings = Options(photos=(6, 12), width=1152), {"PHX_CATALOGUE_URL": url}
    with running(options) as replica:
        with held_at(replica, 20) as wait_until_it_is_held:
            crawls = [start("zillow", tmp_path, replica.url, settings, addresses=EXAMPLE_HOMES) for _ in range(3)]
            wait_until_it_is_held()
            kill(crawls.pop(0))
            server.stop()
        # From here on the crawls go on, without the server.
        server.start()
        printed = [process.communicate(timeout=300)[0].decode() for process in crawls]
        # What met the crash in the midst of a change of several parts may have ended by name.
        assert {process.returncode for process in crawls} <= {0, 1, 4}, printed
        last = start("zillow", tmp_path, replica.url, settings, addresses=EXAMPLE_HOMES)
        said = last.communicate(timeout=300)[0].decode()
        assert last.returncode in {0, 1}, said
    for text in (*printed, said):
        assert "Traceback" not in text
    copied = ["catalogue", "copy", url, str(tmp_path / "metadata" / "catalogue.sqlite")]
    assert fork_server.run(copied, environment(), timeout=300).returncode == 0
    assert_agrees_with_truth(tmp_path, truth(EXAMPLE_HOMES, options))


# The catalogue's server goes when all has been checked, and nothing is on record yet.
LOST = """
import os, signal, sys
from scrapy.cmdline import execute
from phx_scraper.run.context import RunContext
from phx_scraper.storage.catalogue import postgresql

postgresql.AWAY_SECONDS = 0
begin = RunContext.begin

async def begin_without_it(crawl):
    os.kill(int(sys.argv[1]), signal.SIGQUIT)
    await begin(crawl)

RunContext.begin = begin_without_it
execute(["scrapy", *sys.argv[2:]])
"""


def test_a_server_lost_before_the_run_is_on_record_ends_it_as_any_other(
    tmp_path: Path, server: PostgresqlServer, url: str
) -> None:
    with running(Options(photos=(1, 1))) as replica:
        line = command("zillow", tmp_path, replica.url, {"addresses": EXAMPLE_HOMES}, {"PHX_CATALOGUE_URL": url})
        lost = [line[0], "-c", LOST, str(server.process_id), *line[3:]]
        try:
            done = subprocess.run(lost, cwd=REPOSITORY, env=environment(), capture_output=True, text=True, timeout=300)
        finally:
            server.start()
    said = done.stdout + done.stderr
    assert done.returncode == 4, said
    assert "cannot be reached" in said
    assert "Traceback" not in said
