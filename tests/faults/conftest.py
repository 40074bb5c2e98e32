from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.baseline import ADDRESSES, Baseline
from tests.faults.baseline import baseline as prepared


@pytest.fixture(scope="package")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baseline]:
    """A replica with a few homes and the store of an uninterrupted crawl; shared by all tests with kills."""
    with prepared(tmp_path_factory.mktemp("ground"), ADDRESSES[:4], photos=(4, 6)) as made:
        yield made


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures drawn once for all replicas of these tests."""
    return tmp_path_factory.mktemp("pictures")
