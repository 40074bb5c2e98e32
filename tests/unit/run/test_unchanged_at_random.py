"""Whatever comes of a home's visits, in any order: its folder and its copies are as if all was done anew each time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.visit import VisitLease
from phx_scraper.views.folders import write_home
from tests.unit.run.looked_at_again import HOME, SOURCES, A, B, C, LookedAtAgain
from tests.unit.storage.catalogue_helpers import BROKEN, Shown

POOL = (A, B, C, Shown("d", "front", 500), Shown("e", "pool", 3000), Shown("f", BROKEN))
STATES: tuple[dict[str, Any], ...] = ({}, {"status": "sold"}, {"ids": {"mls": "1"}}, {"ids": {"mls": "2"}})
PLACES = (33.6, 33.6, 33.7)
STEPS = 10


@pytest.mark.parametrize("seed", range(2))
def test_skipping_what_is_the_same_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    home, chance = LookedAtAgain(tmp_path, monkeypatch), random.Random(seed)
    for _ in range(STEPS):
        if chance.random() < 0.2:
            home.visits = home.with_settings(PHX_DUPLICATE_DISTANCE=chance.choice((8, 30, 64)))
        held = [_begun(home, chance, source) for source in chance.sample(SOURCES, chance.choice((1, 2)))]
        if chance.random() < 0.2:
            write_home(home.collector.catalogue, home.files, HOME.property_hash)
        for one in chance.sample(held, len(held)):
            home.end(one, *chance.choice((("ok",), ("ok",), ("ok",), ("blocked", "captcha"))))
        if home.open_visits() == 0:
            assert home.wrong() == []
    home.collector.catalogue.close()


def _begun(home: LookedAtAgain, chance: random.Random, source: str) -> VisitLease:
    shown = chance.sample(POOL, chance.choice((2, 3)))
    facts = {"latitude": chance.choice(PLACES), "longitude": -112.15}
    return home.begin(source, shown, facts=facts, **chance.choice(STATES))
