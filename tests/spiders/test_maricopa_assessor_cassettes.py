"""The Assessor's spider replayed from cassettes: search, facts, each way to the place, sketches, and each refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spiders.cases import Case, Planted, blocked, empty, error, found, left_alone, not_found
from tests.spiders.checks import check

PROVED = "address apn"
WHOLE = "search details map sketches"
JSON = {"Content-Type": "application/json; charset=utf-8"}
ARCGIS_ERROR = '{"error":{"code":400,"message":"Unable to complete operation.","details":[]}}'

CASES = [
    found("plain", WHOLE, PROVED),
    empty("no_photos", WHOLE, PROVED, scenarios=("assessor_no_sketch",)),
    empty("sketches_none", WHOLE, PROVED, planted=(Planted("/sketches", 204),)),
    found("other_parcel", WHOLE, PROVED, scenarios=("assessor_other_parcel",)),
    found("two_parcels", WHOLE, PROVED, scenarios=("assessor_two_parcels",)),
    found("cut_sketch", WHOLE, PROVED, scenarios=("assessor_cut_sketch",)),
    # The parcel is found by another spelling, or on a further page of results.
    found("literal", "search*2 details map sketches", PROVED, scenarios=("assessor_literal",)),
    found("crowded", "search*2 details map sketches", PROVED, scenarios=("assessor_crowded",)),
    # Facts and place are not necessary.
    found("details_null", WHOLE, PROVED, scenarios=("assessor_details_null",)),
    found("details_refused", WHOLE, PROVED, planted=(Planted("/residential-details", 403),)),
    found("older_map", "search details map*3 older-map sketches", PROVED, planted=(Planted("/Parcels/", 500),)),
    found(
        "geocoder",
        "search details map older-map geocoder sketches",
        PROVED,
        planted=(Planted("/MapServer/", body=ARCGIS_ERROR, headers=JSON),),
    ),
    found(
        "no_place",
        "search details map*3 older-map*3 geocoder*3 sketches",
        PROVED,
        planted=(Planted("/arcgis/", 500),),
    ),
    found(
        "no_place_refused",
        "search details map older-map geocoder sketches",
        PROVED,
        planted=(Planted("/arcgis/", 403),),
    ),
    found("slow_down", "search details*2 map sketches*2", PROVED, scenarios=("assessor_slow_down",)),
    found("unavailable", "search details*2 map sketches*2", PROVED, scenarios=("assessor_unavailable",)),
    # No such parcel.
    not_found("unlisted", "search*3", scenarios=("assessor_unlisted",)),
    not_found("near_misses", "search*3", scenarios=("assessor_near_misses",)),
    not_found("no_content", "search*3", planted=(Planted("/search/", 204),)),
    # Not understood, or lost.
    error("strange", "not_understood:Pages", WHOLE, scenarios=("assessor_strange",)),
    error(
        "search_strange",
        "not_understood:TOTAL",
        "search",
        planted=(Planted("/search/", body='{"Rows":[]}', headers=JSON),),
    ),
    error("search_gone", "not_understood:status", "search", scenarios=("assessor_search_gone",)),
    error("search_broken", "http_500", "search*3", planted=(Planted("/search/", 500),)),
    error("sketches_gone", "not_understood:status", WHOLE, scenarios=("assessor_sketches_gone",)),
    error("sketches_broken", "http_500", "search details map sketches*3", planted=(Planted("/sketches", 500),)),
    # Refused.
    blocked("wall_forbidden", "forbidden", WHOLE, scenarios=("assessor_refused",)),
    blocked("wall_html", "html_instead_of_json", WHOLE, scenarios=("assessor_html",)),
    blocked(
        "token_refused",
        "unauthorised",
        "search",
        planted=(Planted("//mcassessor.maricopa.gov/", 401, '{"message":"Unauthorized"}', JSON),),
    ),
    # Told to wait for two hours, the crawl leaves the source alone: the visit stays due.
    left_alone("wait", "search details", scenarios=("assessor_wait",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_assessor_visit_ends_as_recorded(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    check("maricopa_assessor", case, tmp_path, request.config.getoption("--record"))
