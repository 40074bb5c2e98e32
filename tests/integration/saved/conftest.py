from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import crawl
from tests.integration.saved.saved_homes import HOMES, SITES


@pytest.fixture(scope="session")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica without troubles, whose galleries are longer than what a page shows without its scripts."""
    cache = tmp_path_factory.mktemp("pictures")
    with running(Options(kinds=frozenset(), photos=(12, 13), width=480, cache=cache)) as server:
        yield server


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Path:
    """The store of a plain crawl of the homes, which the saved pages are to equal."""
    store = tmp_path_factory.mktemp("plain") / "store"
    done = crawl("all", store, replica.url, address=HOMES, sources=SITES)
    assert done.code == 0, done.output
    return store
