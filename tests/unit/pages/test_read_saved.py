"""`pages.read_saved` knows more shapes than `pages.read`, and is for nothing but what a person saved."""

from __future__ import annotations

from datetime import date

import pytest

from phx_scraper import pages
from phx_scraper.errors import NotUnderstood, PageError
from phx_scraper.pages.picture_names import picture_name
from phx_scraper.sources import SOURCES

from .fuzz_targets import fixture
from .page_shells import zillow_page
from .test_hostile import URLS

SHOWN = fixture("zillow", "saved-mosaic")
HOME = "https://www.zillow.com/homedetails/1200-W-Saguaro-Ln-Peoria-AZ-85345/7654321_zpid/"
PHOTOS = "https://ssl.cdn-redfin.com/photo/86/mbpaddedwide/123"
MLS = "https://phoenixmlssearch.com/mls/1200-W-SAGUARO-Lane-Peoria-AZ-85345-mls_6900123/"


def test_an_answer_without_its_state_never_passes_for_a_small_listing() -> None:
    assert pages.read_saved("zillow", HOME, SHOWN).partial
    with pytest.raises(NotUnderstood, match="__NEXT_DATA__"):
        pages.read("zillow", HOME, SHOWN)


def test_whole_pages_are_read_alike() -> None:
    home = {"zpid": 7654321, "streetAddress": "1 W Elm St", "city": "Mesa", "homeStatus": "FOR_SALE", "daysOnZillow": 2}
    page, day = zillow_page({**home, "photoCount": 0}), date(2026, 2, 14)
    assert pages.read_saved("zillow", HOME, page, day=day) == pages.read("zillow", HOME, page, day=day)
    assert pages.read_saved("zillow", HOME, page, day=day).listing_date == "2026-02-12"


def test_a_source_without_more_shapes_is_read_as_always() -> None:
    body = fixture("phoenix_mls", "template-1")
    assert pages.read_saved("phoenix_mls", MLS, body) == pages.read("phoenix_mls", MLS, body)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_bodies_of_no_page(source: str) -> None:
    for body in (b"", b"{}", b"<html>", b"{}&&{}", b"null"):
        with pytest.raises(PageError):
            pages.read_saved(source, URLS.get(source, SOURCES[source].first_page), body)


def test_unknown_source() -> None:
    with pytest.raises(NotUnderstood, match="source"):
        pages.read_saved("trulia", "https://www.trulia.com/", b"<html>")


NAMES = {
    ("zillow", "https://photos.zillowstatic.com/fp/" + "0a" * 16 + "-cc_ft_960.webp"): "0a" * 16,
    ("zillow", "x_files/" + "0a" * 16 + "-p_d(1).jpg"): "0a" * 16,
    ("zillow", "https://photos.zillowstatic.com/p_c/ISabcdefgh1000000000.jpg"): "ISabcdefgh1000000000",
    ("zillow", "x_files/logo.jpg"): "",
    ("redfin", "https://ssl.cdn-redfin.com/photo/86/mbpaddedwide/123/genMid.6900123_4_0.jpg"): "6900123_4_0",
    ("redfin", "x_files/6900123_4_0.jpg"): "6900123_4_0",
    ("redfin", "https://ssl.cdn-redfin.com/system_files/media/1/genDesktop/item_3.jpg"): "",
    ("phoenix_mls", "https://cdn.resize.sparkplatform.com/az/640x480/true/20251003000000000000000001-o.jpg"): (
        "20251003000000000000000001"
    ),
    ("phoenix_mls", "x_files/20251003000000000000000001-t.jpg?x=1"): "20251003000000000000000001",
    ("maricopa_assessor", "https://mcassessor.maricopa.gov/parcel/1/sketches/"): "",
}


@pytest.mark.parametrize(("asked", "name"), NAMES.items())
def test_photo_has_one_name_in_all_sizes(asked: tuple[str, str], name: str) -> None:
    assert picture_name(*asked) == name


def test_pictures_that_lost_their_address_do_not_raise_the_claim() -> None:
    cards = "".join(
        f'<meta name="twitter:image:photo{number}" content="{PHOTOS}/genMid.6900123_{number}.jpg">'
        for number in range(4)
    ).encode()
    saved = (
        fixture("redfin", "saved-one-file").replace(b"</head>", cards + b"</head>").replace(b"42 photos", b"5 photos")
    )
    home = "https://www.redfin.com/AZ/Peoria/1200-W-Saguaro-Ln-85345/home/27654321"
    listing = pages.read_saved("redfin", home, saved)
    assert len(listing.photos) > 5
    assert listing.claimed_photo_count == 5
