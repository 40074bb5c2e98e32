from __future__ import annotations

import pytest

from phx_scraper.homes import canonical, parse_address, same_home
from phx_scraper.replica.neighbours import near_misses
from phx_scraper.replica.seeded_random import SeededRandom
from tests.unit.replica.conftest import make_addresses

HARD = [
    "4137 W Cielo Grande, Glendale, AZ 85310",
    "18431 N 37th Way, Phoenix, AZ 85032",
    "2 Main St Unit 101, Mesa, AZ 85201",
    "2846 W Villa Rita Dr, Phoenix, AZ",
]


@pytest.mark.parametrize("text", [*make_addresses(25), *HARD])
def test_near_misses_are_different_real_addresses(text: str) -> None:
    others = near_misses(parse_address(text), SeededRandom(text), 6)
    assert len(set(others)) == 6
    for other in others:
        assert canonical(other) == other
        assert not same_home(text, other)


def test_near_misses_differ_in_every_part() -> None:
    own = parse_address("18431 N 37th Way, Phoenix, AZ 85032")
    seen: set[str] = set()
    for turn in range(30):
        for other in map(parse_address, near_misses(own, SeededRandom(turn), 4)):
            seen |= {
                part
                for part in ("number", "type", "city", "unit", "direction")
                if getattr(own, part) != getattr(other, part)
            }
    assert seen == {"number", "type", "city", "unit", "direction"}
