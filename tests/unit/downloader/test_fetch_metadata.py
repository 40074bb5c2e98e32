"""Sec-Fetch-Site, Referer and Origin by the specifications, for every way from a page to a URL."""

from __future__ import annotations

import pytest

from phx_scraper.downloader.fetch_metadata import sent_origin, sent_referer, site_of

PAGE = "https://www.zillow.com/homes/1_zpid/?q#f"
HOST = "https://www.zillow.com"
SAME_SITE = "https://gis.zillow.com/x"
FOREIGN = "https://www.zillowstatic.com/x"
OTHER = "https://apps.flexmls.com/x"


@pytest.mark.parametrize(
    ("urls", "page", "site"),
    [
        ([f"{HOST}/b"], "", "none"),
        ([f"{HOST}/b", FOREIGN], "", "none"),  # a typed URL stays one through its redirects
        ([f"{HOST}/b"], PAGE, "same-origin"),
        (["https://WWW.zillow.com:443/b"], PAGE, "same-origin"),
        (["https://www.zillow.com:8443/b"], PAGE, "same-site"),
        ([SAME_SITE], PAGE, "same-site"),
        ([FOREIGN], PAGE, "cross-site"),
        (["http://www.zillow.com/b"], PAGE, "cross-site"),  # schemeful same-site
        ([f"{HOST}/a", f"{HOST}/b"], PAGE, "same-origin"),
        ([SAME_SITE, f"{HOST}/b"], PAGE, "same-site"),
        ([FOREIGN, f"{HOST}/b"], PAGE, "cross-site"),  # it has been elsewhere
        ([f"{HOST}/b", FOREIGN], PAGE, "cross-site"),
    ],
)
def test_the_site_is_that_of_the_farthest_url(urls: list[str], page: str, site: str) -> None:
    assert site_of(urls, page) == site


@pytest.mark.parametrize(
    ("url", "page", "referer"),
    [
        (f"{HOST}/b", "", ""),
        (f"{HOST}/b", PAGE, f"{HOST}/homes/1_zpid/?q"),
        (SAME_SITE, PAGE, f"{HOST}/"),
        (FOREIGN, PAGE, f"{HOST}/"),
        ("http://www.zillow.com/b", PAGE, ""),
        ("http://b.example/", "http://a.example/x", "http://a.example/"),
        ("https://b.example/", "http://a.example/x", "http://a.example/"),
    ],
)
def test_the_referer_is_whole_for_the_pages_own_origin_only(url: str, page: str, referer: str) -> None:
    assert sent_referer(url, page) == referer


@pytest.mark.parametrize(
    ("urls", "page", "method", "cors", "origin"),
    [
        ([f"{HOST}/b"], PAGE, "GET", True, ""),
        ([f"{HOST}/b"], PAGE, "POST", True, HOST),
        ([SAME_SITE], PAGE, "GET", True, HOST),
        ([FOREIGN], PAGE, "GET", True, HOST),
        ([FOREIGN], PAGE, "POST", True, HOST),
        ([FOREIGN], PAGE, "GET", False, ""),  # <img> and <script>
        ([f"{HOST}/b", FOREIGN], PAGE, "GET", True, HOST),
        ([FOREIGN, OTHER], PAGE, "GET", True, "null"),
        ([FOREIGN, f"{HOST}/b"], PAGE, "GET", True, "null"),
        ([f"{HOST}/b"], "", "GET", False, ""),
        ([f"{HOST}/b"], PAGE, "POST", False, HOST),  # a form
        (["http://www.zillow.com/b"], PAGE, "POST", False, "null"),
    ],
)
def test_the_origin_goes_with_foreign_fetches_and_posts(
    urls: list[str], page: str, method: str, cors: bool, origin: str
) -> None:
    assert sent_origin(urls, page, method, cors) == origin
