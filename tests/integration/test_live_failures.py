"""Whole runs with the failures of live sites: every home still ends as the truth says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, running, truth
from tests.integration.crawls import ALL_SOURCES, assert_agrees_with_truth, crawl

HOMES = (
    "11307 W Sample Dr, Glendale, AZ 85308",
    "12411 N Cactus Wren Ln, Scottsdale, AZ 85254",
    "13519 E Sample Rd, Peoria, AZ 85381",
)
TROUBLES = {
    "the first way of each site refuses": (
        "autocomplete_refused",
        "zillow_autocomplete_refused",
        "omni_refused",
        "assessor_details_null",
    ),
    "pages are served, look-ups are not": ("lookups_refused", "zillow_autocomplete_empty", "pin_far"),
    "searches want the whole word": (
        "zillow_searches_refused",
        "autocomplete_literal",
        "omni_literal",
        "assessor_literal",
    ),
    "searches want less, good pages carry signs of walls": (
        "autocomplete_short",
        "captcha_modal",
        "redfin_waf_script",
        "phoenix_challenge_script",
        "assessor_two_parcels",
    ),
    "no gallery, far pins": ("rental_only", "street_view_only", "pin_very_far"),
    "files of photos": (
        "photo_denied",
        "photo_denied_all",
        "photo_huge_best",
        "photo_cut_best",
        "photo_page_once",
        "repeated_entry",
    ),
    "services that are down": ("phoenix_down", "assessor_search_gone"),
    "walls with status 200 and 202": ("redfin_stub", "blocked_bare", "assessor_sketches_gone"),
    "walls with a body": ("redfin_challenge_bare", "blocked_touch", "error_page"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_every_home_ends_as_the_truth_says(name: str, pictures: Path, tmp_path: Path) -> None:
    options = Options(cache=pictures, photos=(7, 7), width=800, only=TROUBLES[name], homes=listed(tmp_path))
    told = truth(HOMES, options)
    with running(options) as replica:
        result = crawl("all", tmp_path / "store", replica.url, addresses=options.homes)
    assert "Traceback" not in result.output
    assert_agrees_with_truth(tmp_path / "store", told, ALL_SOURCES)
    assert result.code == (0 if clear(told) else 1), result.output


def test_unavailable_map_services_cost_coordinates_only(pictures: Path, tmp_path: Path) -> None:
    options = Options(cache=pictures, photos=(1, 1), width=480, only=("assessor_map_down",), homes=listed(tmp_path))
    with running(options) as replica:
        settings = {"DOWNLOAD_TIMEOUT": 5, "RETRY_TIMES": 0}
        result = crawl("maricopa_assessor", tmp_path / "store", replica.url, settings, addresses=options.homes)
    assert_agrees_with_truth(tmp_path / "store", truth(HOMES, options), ("maricopa_assessor",))
    assert result.code == 0, result.output


@pytest.mark.parametrize("kind", ["redfin_wait", "blocked_wait", "phoenix_wait", "assessor_wait"])
def test_a_long_retry_after_of_a_page_applies_to_the_whole_source(kind: str, pictures: Path, tmp_path: Path) -> None:
    """One home's page has Retry-After of two hours: no further request to the source, the others continue."""
    source = {"redfin": "redfin", "blocked": "zillow", "phoenix": "phoenix_mls", "assessor": "maricopa_assessor"}
    waiting = source[kind.split("_")[0]]
    options = Options(cache=pictures, photos=(1, 1), width=480, only=(kind,), homes=listed(tmp_path))
    with running(options) as replica:
        settings = {"PHX_CONCURRENT_HOMES": 1}
        result = crawl("all", tmp_path / "store", replica.url, settings, addresses=options.homes)
        refused = replica.stats()["statuses"]["429"]
    assert refused == 1, result.output
    assert f"{waiting} is left alone until" in result.output
    assert result.code == 1


def listed(folder: Path) -> Path:
    file = folder / "homes.csv"
    file.write_text("full_address\n" + "".join(f'"{home}"\n' for home in HOMES), encoding="utf-8")
    return file


def clear(told: Mapping[str, Any]) -> bool:
    ends = {fact["outcome"] for sources in told["homes"].values() for fact in sources.values()}
    return ends <= {"ok", "empty", "not_found"}
