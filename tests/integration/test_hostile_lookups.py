"""Look-ups that say honestly, or wrongly, that they know nothing; and homes found by what another source proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.hostile_front import NONE
from tests.integration.hostile_runs import PHOTOS, crawl_through, listed

HOMES = ("10300 W Sample Dr, Glendale, AZ 85301", "10337 W Sample Dr, Peoria, AZ 85381")
HOME, OTHER = HOMES
LOOKUPS = ("autocomplete", "query-location", "rental")


@pytest.fixture(scope="module")
def replica(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica of ordinary homes."""
    file = listed(HOMES, tmp_path_factory.mktemp("lookups"))
    options = Options(cache=pictures, photos=(PHOTOS, PHOTOS), kinds=frozenset(), width=384, homes=file)
    with running(options) as server:
        yield server


@pytest.mark.parametrize("shut", range(1, 4))
def test_what_one_lookup_does_not_know_another_does(shut: int, replica: Replica, tmp_path: Path) -> None:
    replaced = {(HOME, "redfin", step): NONE for step in LOOKUPS[:shut]}
    replaced |= {(HOME, "zillow", "autocomplete"): NONE, (HOME, "phoenix_mls", "omni"): NONE}
    told = crawl_through(replica, tmp_path, replaced)
    assert {place: ending[0] for place, ending in told.endings.items() if ending[0] != "ok"} == {}
    assert told.code == 0


def test_a_home_that_one_way_names_is_never_said_not_to_exist(replica: Replica, tmp_path: Path) -> None:
    """Zillow: the autocomplete knows nothing, the search is refused, the graph names the home without a zpid."""
    replaced = {(HOME, "zillow", "autocomplete"): NONE, (HOME, "zillow", "search"): "403 html"}
    told = crawl_through(replica, tmp_path, replaced, spider="zillow")
    assert told.endings[HOME, "zillow"][0] in {"error", "blocked"}
    assert told.is_whole((OTHER, "zillow"))
    assert told.code == 1


def test_a_number_that_another_source_proved_leads_to_the_home(replica: Replica, tmp_path: Path) -> None:
    """Redfin's autocomplete and the MLS's are shut, and so is every search by address; the number is known."""
    assert crawl_through(replica, tmp_path, {}, spider="zillow").code == 0
    shut = {(HOME, "phoenix_mls", step): "403 html" for step in ("omni", "search page")}
    told = crawl_through(replica, tmp_path, shut, spider="phoenix_mls")
    assert told.is_whole((HOME, "phoenix_mls"))
    gone = {(HOME, "redfin", step): "404 html" for step in ("autocomplete", "rental", "zip page", "region")}
    told = crawl_through(replica, tmp_path, gone, spider="redfin")
    assert told.is_whole((HOME, "redfin"))


def test_a_plugin_that_cannot_reach_its_data_has_not_lost_the_home(replica: Replica, tmp_path: Path) -> None:
    """Every search says 0 matches, for homes and for whole zips, while the autocomplete is shut."""
    replaced = {(home, "phoenix_mls", step): NONE for home in HOMES for step in ("search page", "results page")}
    replaced |= {(home, "phoenix_mls", "omni"): "404 html" for home in HOMES}
    told = crawl_through(replica, tmp_path, replaced, spider="phoenix_mls")
    assert {ending[0] for ending in told.endings.values()} == {"error"}
    assert told.code == 1
