"""Details of real pages: their homes, their pictures and their days."""

from __future__ import annotations

from datetime import date

import pytest

from phx_scraper import errors
from phx_scraper.pages import maricopa_assessor, phoenix_mls, redfin, zillow
from phx_scraper.pages.block_pages import block_reason_in_body
from phx_scraper.pages.refusals import find_refusal
from tests.captures import CAPTURES, needs_captures

from .capture_helpers import HOME_URLS, body_of, index, read, url_of
from .fuzz_targets import payload_of
from .page_shells import next_data_page, redfin_page

pytestmark = needs_captures


def test_zillow_property() -> None:
    listing = read("zillow/property-scrapfly-a.json")
    assert listing.address == "661 Lakeview Ave, San Francisco, CA 94112"
    assert listing.ids == {"zpid": "15192198", "mls": "ML81929841", "apn": "7053027"}
    assert (listing.status, listing.listing_date) == ("for_sale", "2023-05-27")
    for photo in listing.photos:
        assert photo.url == f"https://photos.zillowstatic.com/fp/{photo.key}-uncropped_scaled_within_1536_1152.jpg"
        assert len(photo.variants) == 25


def test_zillow_gallery_of_the_same_home_a_month_apart_has_the_same_keys() -> None:
    later, earlier = read("zillow/property-scrapfly-a.json"), read("zillow/property-scrapfly-b.json")
    assert [photo.key for photo in later.photos] == [photo.key for photo in earlier.photos]


def test_zillow_page_is_dated_from_its_own_day() -> None:
    name = "zillow/zillow-304-sparrow-hawk-mckinney-20260214.html"
    listing = read(name, day=date(2026, 2, 14))
    assert (listing.listing_date, listing.ids["mls"]) == ("2026-02-13", "21179033")
    assert len(listing.photos) == 29


def test_zillow_home_without_photos_shows_street_view() -> None:
    listing = read("zillow/zillow-3001-garwood-austin-20231009-nophotos.html")
    assert (listing.address, listing.status) == ("3001 Garwood St, Austin, TX 78702", "off_market")
    assert (listing.photos, listing.claimed_photo_count) == ((), 0)


def test_zillow_page_at_the_address_search_is_its_only_candidate() -> None:
    body = body_of("zillow/zillow-3001-garwood-austin-20231009-nophotos.html")
    (found,) = zillow.read_search("https://www.zillow.com/homes/3001-Garwood-St-Austin-TX-78702_rb/", body)
    assert found.ids == {"zpid": "29384654"}


def test_redfin_zip_page_is_neither_refused_nor_a_home() -> None:
    name = "redfin/redfin-zipcode-02120-boston-20251001-search.html"
    assert find_refusal("redfin", url_of(name), 200, {}, body_of(name)) is None
    with pytest.raises(errors.NotUnderstood) as caught:
        read(name)
    assert caught.value.reason == "aboveTheFold"


@pytest.mark.parametrize(
    "name", ["search-ey0ba-next-data.json", "search-hyugai-2025-01.html", "search-pguardiario-2023.html"]
)
def test_zillow_search_page(name: str) -> None:
    body = (CAPTURES / "zillow" / name).read_bytes()
    found = zillow.read_search(
        "https://www.zillow.com/homes/x_rb/", next_data_page(body.decode()) if name.endswith("json") else body
    )
    assert 35 <= len(found) <= 41
    assert all(f"/{one.ids['zpid']}_zpid/" in one.url and one.address for one in found)


def test_redfin_page_has_captions_dates_and_original_width() -> None:
    listing = read("redfin/home-agentzero-829e14-full.html")
    assert listing.address == "829 E 14th Ave, Vancouver, BC V5T 2N5"
    assert listing.ids == {"property_id": "155809679", "listing_id": "212272142", "mls": "R3090427", "apn": "006032621"}
    assert listing.listing_date == "2026-02-17"
    assert sum(bool(photo.caption) for photo in listing.photos) == 40
    assert all("/bigphoto/" in photo.url and f"/{listing.ids['mls']}_" in photo.url for photo in listing.photos)
    assert listing.photos[0].variants[0].width == 3072


def test_redfin_galleries_of_older_listings_are_not_read() -> None:
    listing = read("redfin/home-agentzero-788w8-full.html")
    assert listing.address == "788 W 8th Ave Unit L01, Vancouver, BC V5Z 1E1"
    assert not any("V818352" in photo.url or "R2182144" in photo.url for photo in listing.photos)


@pytest.mark.parametrize("home", ["graham-tx", "ottawa", "van-829e14", "van-788w8", "van-3206e25"])
def test_redfin_page_and_api_answers_agree(home: str) -> None:
    names = ("initialInfo", "aboveTheFold", "belowTheFold", "photoTagsAndCaptions")
    bodies = {name: (CAPTURES / "redfin" / "api" / f"{home}-{name}.txt").read_bytes() for name in names}
    page = redfin_page({f"/stingray/api/home/details/{name}": payload_of(body) for name, body in bodies.items()})
    together = redfin.read(HOME_URLS["redfin"], page)
    alone = redfin.read(HOME_URLS["redfin"], bodies["aboveTheFold"], today=date(2026, 3, 1))
    assert [photo.key for photo in together.photos] == [photo.key for photo in alone.photos]
    assert together.ids["mls"] == alone.ids["mls"]
    assert together.listing_date is not None


def test_phoenix_mls_pages() -> None:
    listing = read("phoenixmls/rendered-3.15.5-detail-active-43.html")
    assert listing.address == "5219 W EL CAMINITO Drive, Glendale, AZ 85302"
    assert (listing.ids["mls"], listing.status, listing.listing_date) == ("6937912", "for_sale", "2025-10-24")
    assert all(photo.url == f"https://cdn.photos.sparkplatform.com/az/{photo.key}-o.jpg" for photo in listing.photos)
    results = (CAPTURES / "phoenixmls" / "rendered-3.15.5-search-1.html").read_bytes()
    (found,) = phoenix_mls.read_results("https://phoenixmlssearch.com/mls/search/", results)
    assert found.ids == {"mls": "6937912"}
    none = (CAPTURES / "phoenixmls" / "rendered-3.15.5-search-0.html").read_bytes()
    assert phoenix_mls.read_results("https://phoenixmlssearch.com/mls/search/", none) == ()


def test_assessor_answers() -> None:
    sketch = read("maricopa/parcel-14183749-sketches.json").photos[0]
    assert sketch.kind == "sketch"
    assert sketch.data.startswith(b"\x89PNG\r\n")
    assert maricopa_assessor.photo_bytes(body_of("maricopa/parcel-14183749-sketches.json"), sketch.key) == sketch.data
    facts = read("maricopa/parcel-14183749-residential-details.json").facts
    assert facts == {"year_built": 1992, "area_sqft": 1257.0, "lot_sqft": 7247.0, "garages": 3}
    body = body_of("maricopa/search-property-results-composite.json")
    found, total = maricopa_assessor.read_search(maricopa_assessor.search_url("W Jefferson St"), body)
    assert total == 37
    assert {"11205131", "11205131A"} <= {one.ids["apn"] for one in found}


@pytest.mark.parametrize("name", [name for name in index() if name.endswith(".html") and "/block-" not in name])
def test_no_part_of_a_good_page_is_read_as_a_block_page(name: str) -> None:
    """Parts as small as block pages, so that no sign is skipped because of the page's size."""
    body = body_of(name)
    assert {block_reason_in_body(body[start : start + 69_000]) for start in range(0, len(body), 30_000)} == {None}
