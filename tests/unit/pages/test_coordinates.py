"""Map pins of several sources: what confirms, what is shown for review, and what contradicts."""

from __future__ import annotations

import random
from itertools import permutations

import pytest

from phx_scraper.model.listing import Evidence
from phx_scraper.pages import Listing
from phx_scraper.pages.identity import agreements, contradictions, distance, pins_apart

from .test_identity import HOME, listing


def north_of(metres: float) -> tuple[float, float]:
    """A place so far to the north of 33.6, -112.1."""
    return 33.6 + metres / 111_194.93, -112.1


BORDERS = [
    (299, True, False, False),
    (301, False, True, False),
    (9_990, False, True, False),
    (10_010, False, True, True),
]


@pytest.mark.parametrize(("metres", "confirms", "apart", "refused"), BORDERS)
def test_borders_of_pins_without_a_shared_number(metres: float, confirms: bool, apart: bool, refused: bool) -> None:
    own, other = listing("zillow", place=north_of(0)), listing("redfin", place=north_of(metres))
    assert distance(own, other) == pytest.approx(metres, abs=0.5)
    assert bool(agreements(own, [other])) is confirms
    assert [one.kind for one in pins_apart(own, [own, other])] == (["pin_apart@redfin"] if apart else [])
    for order in permutations([own, other]):
        assert [(one.kind, one.weaker.source) for one in contradictions(order)] == (
            [("coordinates", "zillow")] if refused else []
        )


def test_the_distance_is_stated_in_metres() -> None:
    (found,) = pins_apart(listing("zillow", place=north_of(440)), [listing("phoenix_mls", place=north_of(0))])
    assert found == Evidence("pin_apart@phoenix_mls", "33.60000, -112.10000", "33.60396, -112.10000, 440 m")
    assert pins_apart(listing("zillow"), [listing("redfin", place=north_of(0))]) == ()


@pytest.mark.parametrize("kind", ["mls", "apn"])
@pytest.mark.parametrize("metres", [440, 10_010, 200_000])
def test_an_equal_number_outweighs_pins(kind: str, metres: float) -> None:
    own, other = listing("zillow", place=north_of(0)), listing("phoenix_mls", place=north_of(metres))
    own.ids[kind], other.ids[kind] = "231-04-117", "23104117"
    for order in permutations([own, other]):
        assert contradictions(order) == ()
    assert [one.kind for one in agreements(own, [other])] == [f"{kind}@phoenix_mls"]
    assert [one.kind for one in pins_apart(own, [other])] == ["pin_apart@phoenix_mls"]


def test_an_equal_number_outweighs_pins_only_at_one_address() -> None:
    own = listing("zillow", mls="1234567", place=north_of(0))
    other = listing("redfin", "4732 W Davis Rd, Glendale, AZ 85308", mls="1234567", place=north_of(0))
    assert [one.kind for one in contradictions([own, other])] == ["mls"]


def test_another_number_is_no_contradiction_of_its_own() -> None:
    """A home that is listed again has a new MLS number."""
    own, other = (
        listing("zillow", mls="6872383", place=north_of(0)),
        listing("redfin", mls="6881026", place=north_of(9)),
    )
    assert contradictions([own, other]) == ()


def chain() -> list[Listing]:
    """The Assessor knows only the APN, Redfin only the MLS number, Zillow both; all pins are far apart."""
    return [
        listing("redfin", mls="6900123", place=north_of(0)),
        listing("zillow", mls="6900123", apn="20011223", place=north_of(20_000)),
        listing("maricopa_assessor", apn="200-11-223", place=north_of(40_000)),
    ]


def test_numbers_connect_pages_through_a_third() -> None:
    for order in permutations(chain()):
        assert contradictions(order) == ()
    without_the_third = [page for page in chain() if page.source != "zillow"]
    assert [one.weaker.source for one in contradictions(without_the_third)] == ["redfin"]


def test_connected_pages_refuse_the_other_one_in_every_order() -> None:
    stranger = listing("phoenix_mls", mls="7000001", place=north_of(150_000))
    for order in permutations([*chain(), stranger]):
        assert [one.weaker for one in contradictions(order)] == [stranger]


def drawn(chance: random.Random) -> list[Listing]:
    """Pages of all sources, each with or without a pin, a number, and at times another street."""
    pages = []
    for source in ("zillow", "redfin", "phoenix_mls", "maricopa_assessor"):
        ids = {kind: chance.choice(("", "1234567", "7654321")) for kind in ("mls", "apn")}
        address = chance.choice((HOME, HOME, HOME, "4732 W Davis Dr, Glendale, AZ 85306"))
        spot = chance.choice((None, north_of(0), north_of(440), north_of(9_990), north_of(30_000)))
        pages.append(listing(source, address, place=spot, **ids))
    return pages


def test_generated_pages_end_without_a_contradiction_in_every_order() -> None:
    chance, refused_at_all = random.Random("phx pins"), 0
    for case in range(24):
        pages = drawn(chance)
        endings = {tuple((one.kind, one.weaker.source) for one in contradictions(o)) for o in permutations(pages)}
        assert len(endings) == 1, case
        weaker = {source for _, source in next(iter(endings))}
        assert contradictions(page for page in pages if page.source not in weaker) == (), case
        assert len(weaker) < len(pages)
        refused_at_all += bool(weaker)
    assert 4 < refused_at_all < 24
