"""Real pages: each is read with the number of photos that INDEX.tsv gives, or refused by the right kind."""

from __future__ import annotations

import csv
import json
from datetime import date

import pytest

from phx_scraper import errors, pages
from phx_scraper.pages import maricopa_assessor, phoenix_mls, redfin, zillow
from tests.captures import CAPTURES, needs_captures

from .shells import next_data_page, zillow_page

pytestmark = needs_captures

HOME_URLS = {
    "zillow": "https://www.zillow.com/homedetails/661-Lakeview-Ave-San-Francisco-CA-94112/15192198_zpid/",
    "redfin": "https://www.redfin.com/AZ/Phoenix/1-W-Any-St-85001/home/1",
    "phoenix_mls": "https://phoenixmlssearch.com/mls/5219-W-EL-CAMINITO-Drive-Glendale-AZ-85302-mls_6937912/",
    "maricopa_assessor": "https://mcassessor.maricopa.gov/parcel/14183749/sketches/",
}
FOLDERS = {"zillow": "zillow", "redfin": "redfin", "phoenixmls": "phoenix_mls", "maricopa": "maricopa_assessor"}

READ = {
    "zillow/property-scrapfly-a.json",
    "zillow/property-scrapfly-b.json",
    "redfin/home-melnik.html",
    "redfin/home-kennyle-debug.html",
    "redfin/home-agentzero-829e14-full.html",
    "redfin/home-agentzero-829e14-trim.html",
    "redfin/home-agentzero-788w8-full.html",
    "redfin/home-agentzero-3206e25-full.html",
    "redfin/api/graham-tx-aboveTheFold.txt",
    "redfin/api/ottawa-aboveTheFold.txt",
    "redfin/api/van-829e14-aboveTheFold.txt",
    "redfin/api/van-788w8-aboveTheFold.txt",
    "redfin/api/van-3206e25-aboveTheFold.txt",
    "maricopa/parcel-14183749-sketches.json",
    "maricopa/parcel-14183749-residential-details.json",
    "phoenixmls/rendered-3.15.5-detail-active-43.html",
    "phoenixmls/rendered-3.15.5-detail-nophotos.html",
}
REFUSED = {
    "zillow/block-px-roncox.html",
    "zillow/block-px-bensheed.html",
    "redfin/block-429-ratelimited.html",
    "maricopa/website-404-page.html",
}
NOT_FOUND = {
    "redfin/notfound-145brice-2026.html",
    "maricopa/search-property-empty.json",
    "phoenixmls/rendered-3.15.5-detail-gone.html",
}


def index() -> dict[str, str]:
    """File -> expected number of distinct photos, of the files of the four sources."""
    if not CAPTURES.is_dir():
        return {}
    with (CAPTURES / "INDEX.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["file"]: row["distinct_photos_expected"] for row in rows if row["file"].split("/")[0] in FOLDERS}


def body_of(name: str) -> bytes:
    body = (CAPTURES / name).read_bytes()
    return zillow_page(json.loads(body)) if name.startswith("zillow/property-") else body


def read(name: str) -> pages.Listing:
    source = FOLDERS[name.split("/", maxsplit=1)[0]]
    return pages.read(source, HOME_URLS[source], body_of(name))


@pytest.mark.parametrize("name", index())
def test_capture_is_read_or_refused_rightly(name: str) -> None:
    if name in READ:
        listing = read(name)
        expected = index()[name]
        assert len({photo.key for photo in listing.photos}) == len(listing.photos)
        assert len(listing.photos) == listing.claimed_photo_count == (int(expected) if expected.isdigit() else 0)
        assert listing.refused == ()
        return
    kind = errors.Refused if name in REFUSED else errors.NotFound if name in NOT_FOUND else errors.NotUnderstood
    with pytest.raises(kind):
        read(name)


def test_the_table_above_knows_only_captures_that_exist() -> None:
    assert set(index()) >= READ | REFUSED | NOT_FOUND


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


def test_redfin_galleries_of_older_listings_stay_out() -> None:
    listing = read("redfin/home-agentzero-788w8-full.html")
    assert listing.address == "788 W 8th Ave Unit L01, Vancouver, BC V5Z 1E1"
    assert not any("V818352" in photo.url or "R2182144" in photo.url for photo in listing.photos)


@pytest.mark.parametrize("home", ["graham-tx", "ottawa", "van-829e14", "van-788w8", "van-3206e25"])
def test_redfin_page_and_api_answers_agree(home: str) -> None:
    names = ("initialInfo", "aboveTheFold", "belowTheFold", "photoTagsAndCaptions")
    bodies = {name: (CAPTURES / "redfin" / "api" / f"{home}-{name}.txt").read_bytes() for name in names}
    together = redfin.read_api(HOME_URLS["redfin"], bodies)
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
