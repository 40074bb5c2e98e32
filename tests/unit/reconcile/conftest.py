from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.reconcile.check import check
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views.stale_views import stale_views
from tests.unit.reconcile.cleaning import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "data")
    yield made
    assert check(made.catalogue, FolderStore(made.root, changes=False), 1.0).problems == []
    assert list(stale_views(made.catalogue, made.collector.files)) == []
    made.close()
