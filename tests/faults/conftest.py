from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import crash


@pytest.fixture(scope="package")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[crash.Ground]:
    """A replica with a few homes and what an undisturbed crawl of them leaves; shared by all kills."""
    with crash.ground(tmp_path_factory.mktemp("ground"), crash.ADDRESSES[:4], photos=(4, 6)) as made:
        yield made
