from __future__ import annotations

from collections.abc import Iterator

import pytest

from phx_scraper.replica import Options, Replica, running


def make_addresses(count: int) -> list[str]:
    """Invented canonical addresses on several streets and in several cities."""
    streets = ("N 37th Way", "W Sample Dr", "E Cactus Wren Ln", "W Cielo Grande", "S 9th Ave")
    cities = ("Phoenix, AZ 85032", "Glendale, AZ 85308", "Peoria, AZ 85381", "Scottsdale, AZ 85254")
    return [f"{1200 + 7 * n} {streets[n % 5]}, {cities[n % 4]}" for n in range(count)]


@pytest.fixture(scope="session")
def mixed() -> Iterator[Replica]:
    """A replica with every scenario but the slow one."""
    with running(Options(photos=(3, 6), without=frozenset({"slow"}))) as replica:
        yield replica


@pytest.fixture(scope="session")
def simple() -> Iterator[Replica]:
    """A replica of ordinary homes."""
    with running(Options(photos=(2, 3), kinds=frozenset())) as replica:
        yield replica
