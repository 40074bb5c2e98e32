from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.storage.catalogue_helpers import Collector, homes


@pytest.fixture
def collector(tmp_path: Path, database: None) -> Iterator[Collector]:
    made = Collector(tmp_path / "data", fsync=False)
    yield made
    made.catalogue.close()


@pytest.fixture
def begun(collector: Collector) -> Collector:
    """With one home on the list."""
    collector.begin(homes(1))
    return collector
