from __future__ import annotations

from collections import Counter

import pytest

from phx_scraper.errors import UsageError
from phx_scraper.replica import Options, truth
from phx_scraper.replica.cross_source import ending_at
from phx_scraper.replica.scenario import Scenario
from phx_scraper.replica.scenarios import SCENARIOS, scenarios_of
from phx_scraper.replica.zillow.presented import OUTCOMES, present
from tests.unit.replica.conftest import make_addresses

FAULTS = {"blocked", "blocked_old", "blocked_200", "wrong_page", "unknown_shape", "rate_limited", "unavailable"}


def test_each_exclusive_group_leaves_ordinary_homes() -> None:
    for group in ("ending", "lookup", "transient"):
        for place in ("", "redfin ", "phoenix ", "assessor "):
            assert sum(scenario.share for scenario in scenarios_of(place + group)) < 0.6
    assert sum(SCENARIOS[name].share for name in FAULTS) <= 0.15
    assert (
        0.02
        <= sum(scenario.share for scenario in scenarios_of("ending") if scenario.name.startswith("blocked"))
        <= 0.03
    )


def test_scenarios_apply_at_their_shares() -> None:
    homes = [present(text, Options(photos=(3, 3))) for text in make_addresses(1500)]
    endings = Counter(home.ending for home in homes)
    for scenario in scenarios_of("ending"):
        assert abs(endings[scenario.name] / len(homes) - scenario.share) < 0.025
    assert {home.lookup for home in homes} == {"", *(scenario.name for scenario in scenarios_of("lookup"))}
    faults = {photo.picture.fault for home in homes for photo in home.photos}
    assert faults == {
        "",
        *(scenario.name for group in ("photo", "transient photo", "best file") for scenario in scenarios_of(group)),
    }


@pytest.mark.parametrize("source", ["redfin", "phoenix_mls", "maricopa_assessor"])
def test_scenarios_of_other_sources_apply_at_their_shares(source: str) -> None:
    homes = make_addresses(1500)
    endings = Counter(ending_at(source, text, Options()) for text in homes)
    group = {"redfin": "redfin ending", "phoenix_mls": "phoenix ending", "maricopa_assessor": "assessor ending"}[source]
    for scenario in scenarios_of(group):
        assert abs(endings[scenario.name] / len(homes) - scenario.share) < 0.025
    blocked = sum(scenario.share for scenario in scenarios_of(group) if scenario.outcome == "blocked")
    assert 0.015 <= blocked <= 0.03


@pytest.mark.parametrize(
    "ending", [scenario for scenario in SCENARIOS.values() if scenario.outcome], ids=lambda scenario: scenario.name
)
def test_a_scenario_of_one_source_leaves_the_others_ordinary(ending: Scenario) -> None:
    source = {"redfin": "redfin", "phoenix": "phoenix_mls", "assessor": "maricopa_assessor"}[ending.group.split()[0]]
    for sources in truth(make_addresses(3), Options(photos=(2, 3), only=(ending.name,)))["homes"].values():
        assert sources.pop(source) == {"outcome": ending.outcome, "photos": []}
        assert {told["outcome"] for told in sources.values()} == {"ok"}


@pytest.mark.parametrize("ending", sorted(OUTCOMES))
def test_only_applies_one_scenario_to_every_home(ending: str) -> None:
    homes = [present(text, Options(photos=(2, 4), only=(ending,))) for text in make_addresses(12)]
    assert {home.outcome for home in homes} == {OUTCOMES[ending]}
    assert {(home.lookup, home.transient, home.variations) for home in homes} == {("", "", ())}


def test_excluding_a_scenario_changes_no_other_home() -> None:
    usual = [present(text, Options()) for text in make_addresses(300)]
    without = [present(text, Options(without=frozenset({"sold"}))) for text in make_addresses(300)]
    changed = [a.ending for a, b in zip(usual, without, strict=True) if a != b]
    assert changed
    assert set(changed) == {"sold"}


def test_no_scenarios_gives_ordinary_homes() -> None:
    homes = [present(text, Options(photos=(2, 4), kinds=frozenset())) for text in make_addresses(100)]
    assert {home.outcome for home in homes} == {"ok"}
    assert {photo.picture.treatment + photo.picture.fault for home in homes for photo in home.photos} == {"plain"}
    assert all(len(one.photos) == one.claimed == len(one.home.shots) for one in homes)


def test_no_pictures_at_all_is_an_empty_home() -> None:
    assert present(make_addresses(1)[0], Options(photos=(0, 0), kinds=frozenset())).outcome == "empty"


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
