from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.report.planted_store import PlantedStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PlantedStore]:
    made = PlantedStore(tmp_path / "data", fsync=False)
    yield made
    made.catalogue.close()
