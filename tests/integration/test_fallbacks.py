"""Whole crawls in which one endpoint or one optional step fails: no home is lost while an alternative works."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import crawl, outcomes, rows, scrapy
from tests.integration.hostile_runs import CrawlResult, crawl_through
from tests.integration.rewriting_proxy import rewriting_proxy

HOMES = (
    "10337 W Sample Dr, Glendale, AZ 85306",
    "11011 N Sample Ave, Peoria, AZ 85345",
    "12703 E Sample Ln, Scottsdale, AZ 85255",
    "13451 S Sample Way, Chandler, AZ 85225",
)
HOME = HOMES[0]
DETAIL = "SELECT address, detail FROM visits JOIN homes USING (property_hash)"
REFUSED, GONE, DOWN = "403 html", "404 html", "500"
MAPS = ("map", "older map", "geocoder")


@pytest.fixture(scope="module")
def plain(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A replica of ordinary homes with ours registered."""
    file = tmp_path_factory.mktemp("ways") / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES), encoding="utf-8")
    with running(Options(cache=pictures, photos=(2, 2), kinds=frozenset(), width=480, homes=file)) as replica:
        yield replica


def replaced(source: str, steps: Mapping[str, str]) -> dict[tuple[str, str, str], str]:
    return {(home, source, step): answer for home in HOMES for step, answer in steps.items()}


def outcomes_of(seen: CrawlResult) -> set[str]:
    return {outcome for outcome, _ in seen.endings.values()}


@pytest.mark.parametrize(
    ("source", "refused"),
    [("redfin", "autocomplete"), ("zillow", "autocomplete"), ("phoenix_mls", "omni")],
)
def test_a_refused_lookup_is_skipped_and_costs_no_home(
    source: str, refused: str, tmp_path: Path, plain: Replica
) -> None:
    one_at_a_time = {"PHX_CONCURRENT_HOMES": 1, "PHX_BREAKER_FAILURES": 1}
    seen = crawl_through(plain, tmp_path, replaced(source, {refused: REFUSED}), one_at_a_time, source)
    assert seen.code == 0, seen.output
    assert outcomes_of(seen) == {"ok"}
    assert len([reached for reached in seen.reached if reached[2] == refused]) == 1, "later homes skip what was refused"
    assert [detail.partition(";")[0] for _, detail in rows(tmp_path, DETAIL) if detail] == [
        f"{refused}: forbidden (status 403)"
    ]
    assert rows(tmp_path, "SELECT opened_at FROM breakers WHERE opened_at IS NOT NULL") == []


def test_a_lookup_that_matches_spellings_literally_still_finds_the_home(tmp_path: Path, pictures: Path) -> None:
    with running(Options(cache=pictures, photos=(2, 2), only=("autocomplete_literal",), width=480)) as replica:
        result = crawl("redfin", tmp_path, replica.url, address="; ".join(HOMES))
    assert set(outcomes(tmp_path).values()) == {"ok"}, result.output
    assert result.code == 0


@pytest.mark.parametrize("answer", [GONE, "404 json"])
@pytest.mark.parametrize("step", ["search", "sketches"])
def test_a_missing_county_endpoint_is_an_error(step: str, answer: str, tmp_path: Path, plain: Replica) -> None:
    seen = crawl_through(plain, tmp_path, replaced("maricopa_assessor", {step: answer}), spider="maricopa_assessor")
    assert set(seen.endings.values()) == {("error", "not_understood:status")}
    assert seen.code == 1


@pytest.mark.parametrize("answer", [DOWN, REFUSED])
def test_unavailable_maps_and_details_cost_only_their_facts(answer: str, tmp_path: Path, plain: Replica) -> None:
    steps = dict.fromkeys((*MAPS, "details"), answer)
    strict = {"PHX_BREAKER_FAILURES": 1}
    seen = crawl_through(plain, tmp_path, replaced("maricopa_assessor", steps), strict, "maricopa_assessor")
    assert outcomes_of(seen) == {"ok"}, seen.output
    assert seen.code == 0
    for (facts,) in rows(tmp_path, "SELECT facts FROM listings"):
        assert not {"latitude", "year_built"} & set(json.loads(facts))


def test_near_misses_are_named_in_log_catalogue_and_status(tmp_path: Path, pictures: Path) -> None:
    with running(Options(cache=pictures, only=("redfin_near_misses",))) as replica:
        result = crawl("redfin", tmp_path, replica.url, address=HOME)
    assert result.code == 0
    assert outcomes(tmp_path) == {(HOME, "redfin"): "not_found"}
    ((_, detail),) = rows(tmp_path, DETAIL)
    assert detail.startswith("near: ")
    assert " instead of " in detail or "where none was asked" in detail
    assert f"{HOME} | redfin | not_found (no_such_listing: near: " in result.output
    shown = scrapy("status", tmp_path)
    assert f"[no_such_listing: {detail}]" in shown.output
    crawl_result = json.loads(scrapy("status", tmp_path, "--json").output)
    assert crawl_result["visits"][0]["detail"] == detail


def test_one_request_brings_all_sketches_of_a_parcel(tmp_path: Path, plain: Replica) -> None:
    with rewriting_proxy(plain.url) as proxy:
        result = crawl("maricopa_assessor", tmp_path, proxy.url, address="; ".join(HOMES))
    asked = [url for url in proxy.asked if "/sketches" in url]
    assert len(asked) == len(set(asked)) == len(HOMES), result.output
    stored = rows(tmp_path, "SELECT count(*) FROM photos WHERE state = 'stored'")[0][0]
    assert stored >= len(HOMES)
    assert rows(tmp_path, "SELECT count(*) FROM photos WHERE state NOT IN ('stored', 'duplicate')") == [(0,)]


def test_of_two_parcels_at_one_address_the_dwelling_is_chosen_and_reported(
    tmp_path: Path, pictures: Path, plain: Replica
) -> None:
    two = Options(cache=pictures, only=("assessor_two_parcels",), homes=plain.options.homes)
    with running(two) as replica:
        result = crawl("maricopa_assessor", tmp_path, replica.url, address=HOME)
    assert outcomes(tmp_path) == {(HOME, "maricopa_assessor"): "ok"}, result.output
    ((_, detail),) = rows(tmp_path, DETAIL)
    assert "of 2 parcels of the address" in detail
