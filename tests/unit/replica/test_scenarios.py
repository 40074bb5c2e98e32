from __future__ import annotations

from collections import Counter

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.replica import Options, truth
from phx_scraper.replica.cross_source import fate_at
from phx_scraper.replica.scenario import Kind
from phx_scraper.replica.scenarios import KINDS, kinds_of
from phx_scraper.replica.zillow.presented import OUTCOMES, show
from tests.unit.replica.conftest import make_addresses

TROUBLE = {"blocked", "blocked_old", "blocked_200", "wrong_page", "unknown_shape", "rate_limited", "unavailable"}


def test_each_exclusive_group_leaves_room_for_plain_homes() -> None:
    for group in ("fate", "find", "hiccup"):
        for place in ("", "redfin ", "phoenix ", "assessor "):
            assert sum(kind.share for kind in kinds_of(place + group)) < 0.6
    assert sum(KINDS[name].share for name in TROUBLE) <= 0.15
    assert 0.02 <= sum(kind.share for kind in kinds_of("fate") if kind.name.startswith("blocked")) <= 0.03


def test_homes_show_the_kinds_at_their_shares() -> None:
    homes = [show(text, Options(photos=(3, 3))) for text in make_addresses(1500)]
    fates = Counter(home.fate for home in homes)
    for kind in kinds_of("fate"):
        assert abs(fates[kind.name] / len(homes) - kind.share) < 0.025
    assert {home.find for home in homes} == {"", *(kind.name for kind in kinds_of("find"))}
    faults = {photo.picture.fault for home in homes for photo in home.photos}
    assert faults == {"", *(kind.name for group in ("photo", "heal", "best") for kind in kinds_of(group))}


@pytest.mark.parametrize("source", ["redfin", "phoenix_mls", "maricopa_assessor"])
def test_other_sources_show_their_kinds_at_their_shares(source: str) -> None:
    homes = make_addresses(1500)
    fates = Counter(fate_at(source, text, Options()) for text in homes)
    group = {"redfin": "redfin fate", "phoenix_mls": "phoenix fate", "maricopa_assessor": "assessor fate"}[source]
    for kind in kinds_of(group):
        assert abs(fates[kind.name] / len(homes) - kind.share) < 0.025
    blocked = sum(kind.share for kind in kinds_of(group) if kind.outcome == "blocked")
    assert 0.015 <= blocked <= 0.03


@pytest.mark.parametrize("fate", [kind for kind in KINDS.values() if kind.outcome], ids=lambda kind: kind.name)
def test_a_kind_of_another_source_leaves_the_rest_ordinary(fate: Kind) -> None:
    source = {"redfin": "redfin", "phoenix": "phoenix_mls", "assessor": "maricopa_assessor"}[fate.group.split()[0]]
    for sources in truth(make_addresses(3), Options(photos=(2, 3), only=(fate.name,)))["homes"].values():
        assert sources.pop(source) == {"outcome": fate.outcome, "photos": []}
        assert {told["outcome"] for told in sources.values()} == {"ok"}


@pytest.mark.parametrize("fate", sorted(OUTCOMES))
def test_only_makes_every_home_of_one_kind(fate: str) -> None:
    homes = [show(text, Options(photos=(2, 4), only=(fate,))) for text in make_addresses(12)]
    assert {home.outcome for home in homes} == {OUTCOMES[fate]}
    assert {(home.find, home.hiccup, home.marks) for home in homes} == {("", "", ())}


def test_leaving_a_kind_out_changes_no_other_home() -> None:
    usual = [show(text, Options()) for text in make_addresses(300)]
    without = [show(text, Options(without=frozenset({"sold"}))) for text in make_addresses(300)]
    changed = [a.fate for a, b in zip(usual, without, strict=True) if a != b]
    assert changed
    assert set(changed) == {"sold"}


def test_no_kinds_gives_ordinary_homes() -> None:
    homes = [show(text, Options(photos=(2, 4), kinds=frozenset())) for text in make_addresses(100)]
    assert {home.outcome for home in homes} == {"ok"}
    assert {photo.picture.treatment + photo.picture.fault for home in homes for photo in home.photos} == {"plain"}
    assert all(len(home.photos) == home.claimed == len(home.world.shots) for home in homes)


def test_no_pictures_at_all_is_an_empty_home() -> None:
    assert show(make_addresses(1)[0], Options(photos=(0, 0), kinds=frozenset())).outcome == "empty"


@pytest.mark.parametrize(
    "wrong",
    [
        {"only": ("nonsense",)},
        {"kinds": frozenset({"nonsense"})},
        {"photos": (5, 2)},
        {"photos": (0, 501)},
        {"width": 100},
        {"width": 4000},
        {"port": 70000},
        {"latency": -1.0},
        {"workers": 0},
        {"sources": ("trulia",)},
        {"refuse": (("redfin", 0),)},
        {"slow": (("redfin", 90_000.0),)},
    ],
)
def test_wrong_options_are_refused_in_a_sentence(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"must be|has no kind"):
        Options(**wrong)  # type: ignore[arg-type]
