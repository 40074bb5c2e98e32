from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_places import VARIABLE, catalogue_at, drop_databases
from tests.in_process import current_event_loop, logging_of_the_process
from tests.postgresql_server import PostgresqlServer

__all__ = ["current_event_loop", "logging_of_the_process"]


@pytest.fixture
def server(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresqlServer]:
    """With `catalogue_at` making databases of it."""
    monkeypatch.setenv(VARIABLE, str(postgresql_server.folder))
    yield postgresql_server
    drop_databases()


@pytest.fixture
def catalogue(server: PostgresqlServer, tmp_path: Path) -> Catalogue:
    """An empty one."""
    return catalogue_at(tmp_path / "catalogue")
