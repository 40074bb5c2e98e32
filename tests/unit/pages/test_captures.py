"""Real pages, with the statuses that live sites give them: read with the number of photos that INDEX.tsv gives, or
refused by the right kind."""

from __future__ import annotations

import pytest

from phx_scraper import errors
from tests.captures import needs_captures

from .capture_helpers import answers, index, read

pytestmark = needs_captures

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
    "zillow/zillow-304-sparrow-hawk-mckinney-20260214.html",
    "zillow/zillow-3001-garwood-austin-20231009-nophotos.html",
    "redfin/redfin-7841-stewart-losangeles-20251116.html",
}
# Whatever their status: a renderer and a saved page show 200 for all of them.
REFUSED = {
    ("zillow/block-px-roncox.html", 200),
    ("zillow/block-px-roncox.html", 403),
    ("zillow/block-px-bensheed.html", 200),
    ("zillow/block-px-bensheed.html", 403),
    ("redfin/block-429-ratelimited.html", 200),
    ("redfin/block-429-ratelimited.html", 429),
    ("maricopa/website-404-page.html", 200),
}
# The county's own 404 page is not among them: it says that a path is wrong, not that a parcel is none.
NOT_FOUND = {
    ("redfin/notfound-145brice-2026.html", 200),
    ("redfin/notfound-145brice-2026.html", 404),
    ("maricopa/search-property-empty.json", 200),
    ("phoenixmls/rendered-3.15.5-detail-gone.html", 200),
}
# Left out on purpose, and said so; every other capture has none.
LEFT_OUT = {"zillow/zillow-3001-garwood-austin-20231009-nophotos.html": (("street_view", 1),)}


@pytest.mark.parametrize(("name", "status"), answers())
def test_capture_is_read_or_refused_rightly(name: str, status: int) -> None:
    if name in READ:
        listing = read(name, status)
        expected = index()[name]
        assert len({photo.key for photo in listing.photos}) == len(listing.photos)
        assert len(listing.photos) == listing.claimed_photo_count == (int(expected) if expected.isdigit() else 0)
        assert listing.refused == LEFT_OUT.get(name, ())
        return
    answer = (name, status)
    kind = errors.Refused if answer in REFUSED else errors.NotFound if answer in NOT_FOUND else errors.NotUnderstood
    with pytest.raises(kind):
        read(name, status)


def test_statuses_are_the_live_ones() -> None:
    assert {status for _, status in answers()} == {200, 403, 404, 429}
    assert ("maricopa/website-404-page.html", 404) in answers()


def test_the_table_above_knows_only_captures_that_exist() -> None:
    assert set(index()) >= READ
    assert set(answers()) >= REFUSED | NOT_FOUND
