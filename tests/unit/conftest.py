"""Units whose catalogue is a file, and then a database of a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.catalogue_places import KINDS, VARIABLE, drop_databases

FILE_ONLY = "file_only"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run on both kinds of databases, unless a test or its module is marked as one of files."""
    if "database" in metafunc.fixturenames:
        is_of_files = metafunc.definition.get_closest_marker(FILE_ONLY) is not None
        metafunc.parametrize("database", KINDS[:1] if is_of_files else KINDS, indirect=True)


def environment_of(request: pytest.FixtureRequest) -> dict[str, str]:
    """What tells processes where the catalogues of a test are."""
    if request.param == KINDS[0]:
        return {}
    return {VARIABLE: str(request.getfixturevalue("postgresql_server").folder)}


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where `catalogue_at` has the catalogues of a test."""
    environment = environment_of(request)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield
    if environment:
        drop_databases()
