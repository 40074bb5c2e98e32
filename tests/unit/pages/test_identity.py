"""Proof, agreement and contradiction."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from phx_scraper.errors import WrongHome
from phx_scraper.model.listing import Evidence
from phx_scraper.pages import Listing
from phx_scraper.pages.identity import (
    agreements,
    contradictions,
    distance,
    plain_id,
    prove,
)

HOME = "4732 W Davis Rd, Glendale, AZ 85306"


def listing(source: str = "zillow", address: str = HOME, **more: Any) -> Listing:
    place = more.pop("place", None)
    facts = {} if place is None else {"latitude": place[0], "longitude": place[1]}
    return Listing(source, f"https://{source}/", address, more, "for_sale", None, None, (), facts)


def test_the_address_proves() -> None:
    found = prove(HOME, listing(address="4732 West Davis Road, Glendale, AZ 85306"))
    assert found == (Evidence("address", HOME, "4732 West Davis Road, Glendale, AZ 85306"),)


def test_asked_ids_that_the_page_states_are_evidence() -> None:
    found = prove(
        HOME, listing(zpid="7", apn="231-04-117"), {"zpid": "7", "apn": "23104117", "mls": "1", "property_id": ""}
    )
    assert [(one.kind, one.found) for one in found[1:]] == [("zpid", "7"), ("apn", "231-04-117")]


@pytest.mark.parametrize(
    "address",
    [
        "4734 W Davis Rd, Glendale, AZ 85306",
        "4732 E Davis Rd, Glendale, AZ 85306",
        "4732 W Davis Dr, Glendale, AZ 85306",
        "4732 W Davis Rd, Glendale, AZ 85308",
        "4732 W Davis Rd Unit 2, Glendale, AZ 85306",
        "(undisclosed Address), Glendale, AZ 85306",
        "",
    ],
)
def test_an_address_with_one_difference_is_the_wrong_home(address: str) -> None:
    with pytest.raises(WrongHome) as caught:
        prove(HOME, listing(address=address))
    assert caught.value.reason == "address"


def test_another_id_is_the_wrong_home() -> None:
    with pytest.raises(WrongHome) as caught:
        prove(HOME, listing(zpid="8"), {"zpid": "7"})
    assert (caught.value.reason, caught.value.detail) == ("zpid", "asked 7, found 8")


def test_ids_compare_without_punctuation() -> None:
    assert plain_id("141-83-749a") == plain_id("14183749A") == "14183749A"


def test_distance_is_in_metres() -> None:
    here, north = listing(place=(33.6, -112.1)), listing(place=(33.601, -112.1))
    assert distance(here, north) == pytest.approx(111.2, abs=0.1)
    assert distance(here, listing(place=(33.6, -112.101))) == pytest.approx(92.6, abs=0.2)
    assert distance(here, here) == 0.0
    assert distance(here, listing()) is None


def test_agreements_name_the_other_source() -> None:
    own = listing("zillow", mls="6900123", apn="20011223", place=(33.6, -112.1))
    others = [
        own,
        listing("redfin", mls="6900123", place=(33.602, -112.1)),
        listing("maricopa_assessor", apn="200-11-223", place=(33.7, -112.1)),
    ]
    assert [one.kind for one in agreements(own, others)] == [
        "mls@redfin",
        "coordinates@redfin",
        "apn@maricopa_assessor",
    ]


def test_pages_that_agree_do_not_contradict() -> None:
    pages = [
        listing("zillow", mls="1234567", place=(33.6, -112.1)),
        listing("redfin", mls="1234567", place=(33.6025, -112.1)),
        listing("maricopa_assessor", address=""),
        listing("phoenix_mls", "4732 W DAVIS Road, Glendale, AZ 85306", mls="1234567"),
        listing("phoenix_mls", "1 N Other St, Phoenix, AZ 85001", mls="7654321"),
    ]
    assert contradictions(pages) == ()


def test_one_mls_number_at_two_streets() -> None:
    right = listing("phoenix_mls", mls="1234567")
    wrong = listing("zillow", "4732 W Davis Dr, Glendale, AZ 85306", mls="1234567")
    for order in permutations([right, wrong]):
        (found,) = contradictions(order)
        assert (found.kind, found.weaker) == ("mls", wrong)
        assert found.detail.startswith("mls 1234567 is ")


def test_the_page_that_most_others_contradict_is_refused_whatever_the_order() -> None:
    far = listing("phoenix_mls", place=(33.7, -112.1))
    near = [listing("zillow", place=(33.6, -112.1)), listing("redfin", place=(33.601, -112.1))]
    for order in permutations([far, *near]):
        (found,) = contradictions(order)
        assert found.weaker is far
        assert found.kind == "coordinates"
        assert "m apart" in found.detail


def test_confirmed_pages_are_stronger_than_ranked_ones() -> None:
    alone = listing("phoenix_mls", place=(33.7, -112.1))
    confirmed = listing("zillow", mls="1234567", place=(33.6, -112.1))
    witness = listing("redfin", mls="1234567")
    (found,) = contradictions([alone, confirmed, witness])
    assert found.weaker is alone


def test_every_contradiction_is_resolved() -> None:
    pages = [
        listing(source, place=(33 + place, -112)) for place, source in enumerate(("zillow", "redfin", "phoenix_mls"))
    ]
    assert {found.weaker.source for found in contradictions(pages)} == {"zillow", "redfin"}
