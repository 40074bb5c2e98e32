from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures drawn once for all replicas of the session."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="session")
def options(pictures: Path) -> Options:
    """Every scenario, at its usual share; the widest files are larger than what is kept of them."""
    return Options(cache=pictures, photos=(6, 12), width=1152)


@pytest.fixture(scope="session")
def replica(options: Options) -> Iterator[Replica]:
    """One replica with every scenario, shared by the tests that need no counters of their own."""
    with running(options) as server:
        yield server
