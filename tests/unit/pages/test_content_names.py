"""Which photos' addresses tell their picture, so that they are not asked for again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phx_scraper.pages import maricopa_assessor, phoenix_mls, read, read_saved, redfin, zillow

FIXTURES = Path(__file__).parents[2] / "fixtures"
HASH = "0123456789abcdef" * 2
CDN = "https://ssl.cdn-redfin.com"


@pytest.mark.parametrize(
    ("source", "url", "tells"),
    [
        (zillow, f"https://photos.zillowstatic.com/fp/{HASH}-uncropped_scaled_within_1536_1152.jpg", True),
        (zillow, "https://photos.zillowstatic.com/p_f/ISabcdefgh12345.jpg", False),
        (redfin, f"{CDN}/photo/86/bigphoto/345/6012345_3_1.jpg", True),
        (redfin, f"{CDN}/photo/86/mbphotov3/345/genMid.6012345_1.jpg", True),
        (redfin, f"{CDN}/system_files/media/123_JPG/item_4.jpg", False),
        (redfin, f"{CDN}/system_files/media/123_JPG/genLdpUgcMediaBrowserUrl/item_4.jpg", False),
        (phoenix_mls, f"https://cdn.photos.sparkplatform.com/az/{'2026' + '0' * 22}-o.jpg", True),
        (phoenix_mls, "https://cdn.photos.sparkplatform.com/az/latest.jpg", False),
    ],
)
def test_what_an_address_tells(source: object, url: str, tells: bool) -> None:
    assert source.names_content(url) is tells  # type: ignore[attr-defined]


def test_an_assessors_sketches_come_with_the_page() -> None:
    assert not hasattr(maricopa_assessor, "names_content")


@pytest.mark.parametrize(("case", "tells"), [("redfin/for-sale", True), ("redfin/own-pictures", False)])
def test_readers_mark_the_photos(case: str, tells: bool) -> None:
    folder = FIXTURES / case
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    body = next(folder.glob("input.*")).read_bytes()
    for reader in (read, read_saved):
        listing = reader("redfin", expected["url"], body)
        assert listing.photos
        assert {photo.names_content for photo in listing.photos} == {tells}
