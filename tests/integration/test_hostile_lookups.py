"""Lookups that return nothing, rightly or wrongly, and homes found by what another source proved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.hostile_proxy import NOT_KNOWN
from tests.integration.hostile_runs import PHOTOS, crawl_through, write_homes

HOMES = ("10300 W Sample Dr, Glendale, AZ 85301", "10337 W Sample Dr, Peoria, AZ 85381")
HOME, OTHER = HOMES
LOOKUPS = ("autocomplete", "query-location", "rental")


@pytest.fixture(scope="module")
def replica(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica of ordinary homes."""
    file = write_homes(HOMES, tmp_path_factory.mktemp("lookups"))
    options = Options(cache=pictures, photos=(PHOTOS, PHOTOS), kinds=frozenset(), width=384, homes=file)
    with running(options) as server:
        yield server


@pytest.mark.parametrize("shut", range(1, 4))
def test_a_home_unknown_to_one_lookup_is_found_by_another(shut: int, replica: Replica, tmp_path: Path) -> None:
    replaced = {(HOME, "redfin", step): NOT_KNOWN for step in LOOKUPS[:shut]}
    replaced |= {(HOME, "zillow", "autocomplete"): NOT_KNOWN, (HOME, "phoenix_mls", "omni"): NOT_KNOWN}
    crawl_result = crawl_through(replica, tmp_path, replaced)
    assert {place: ending[0] for place, ending in crawl_result.endings.items() if ending[0] != "ok"} == {}
    assert crawl_result.code == 0


def test_a_home_that_one_lookup_names_is_never_not_found(replica: Replica, tmp_path: Path) -> None:
    """Zillow: the autocomplete knows nothing, the search is refused, the graph names the home without a zpid."""
    replaced = {(HOME, "zillow", "autocomplete"): NOT_KNOWN, (HOME, "zillow", "search"): "403 html"}
    crawl_result = crawl_through(replica, tmp_path, replaced, spider="zillow")
    assert crawl_result.endings[HOME, "zillow"][0] in {"error", "blocked"}
    assert crawl_result.is_whole((OTHER, "zillow"))
    assert crawl_result.code == 1


def test_an_mls_number_proved_by_another_source_leads_to_the_home(replica: Replica, tmp_path: Path) -> None:
    """Redfin's and the MLS's autocomplete and every search by address are unusable; the number is known."""
    assert crawl_through(replica, tmp_path, {}, spider="zillow").code == 0
    shut = {(HOME, "phoenix_mls", step): "403 html" for step in ("omni", "search page")}
    crawl_result = crawl_through(replica, tmp_path, shut, spider="phoenix_mls")
    assert crawl_result.is_whole((HOME, "phoenix_mls"))
    gone = {(HOME, "redfin", step): "404 html" for step in ("autocomplete", "rental", "zip page", "region")}
    crawl_result = crawl_through(replica, tmp_path, gone, spider="redfin")
    assert crawl_result.is_whole((HOME, "redfin"))


def test_a_plugin_without_its_data_is_no_proof_of_absence(replica: Replica, tmp_path: Path) -> None:
    """Every search says 0 matches, for homes and for whole zips, while the autocomplete is unusable."""
    replaced = {(home, "phoenix_mls", step): NOT_KNOWN for home in HOMES for step in ("search page", "results page")}
    replaced |= {(home, "phoenix_mls", "omni"): "404 html" for home in HOMES}
    crawl_result = crawl_through(replica, tmp_path, replaced, spider="phoenix_mls")
    assert {ending[0] for ending in crawl_result.endings.values()} == {"error"}
    assert crawl_result.code == 1
