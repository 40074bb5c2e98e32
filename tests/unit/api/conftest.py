from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import HAS_API, WHY_NOT, Api, running_api


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One for all tests of a file."""
    if not HAS_API:
        pytest.skip(WHY_NOT)
    folder: Path = tmp_path_factory.mktemp("api")
    with running_api(folder) as server:
        yield server
