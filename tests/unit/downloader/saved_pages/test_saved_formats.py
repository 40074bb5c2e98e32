"""One home in every format that browsers save: recognised by content, read the same, dated by its own day."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

import pytest

from phx_scraper import pages
from phx_scraper.downloader.saved_pages import SavedFolder, SavedPage, read_folder

from .saves import (
    ADDRESS,
    JPEG,
    MLS_URL,
    REDFIN_URL,
    ZILLOW_URL,
    body,
    complete,
    entry,
    har,
    mhtml,
    single_file,
    with_address,
)

ZILLOW, REDFIN, MLS = body("zillow/for-sale"), body("redfin/for-sale"), body("phoenix_mls/template-1")
OWN_DAY, FILE_DAY = date(2026, 2, 15), date(2026, 3, 1)
UTF16 = "<html><head>" + ZILLOW.decode().partition("<head>")[2]
WHOLE = {
    "html": (with_address(ZILLOW, ZILLOW_URL), "html", FILE_DAY),
    "html without any address": (ZILLOW.replace(b"<head>", b"<head><title>x | Zillow</title>"), "html", FILE_DAY),
    "complete": (complete(ZILLOW, ZILLOW_URL), "complete", FILE_DAY),
    "one file with its scripts": (single_file(ZILLOW, ZILLOW_URL), "singlefile", OWN_DAY),
    "har": (har(entry("https://x.example/", b"<html>"), entry(ZILLOW_URL, ZILLOW)), "har", OWN_DAY),
    "utf-16": (b"\xff\xfe" + with_address(ZILLOW, ZILLOW_URL).decode().encode("utf-16-le"), "html", FILE_DAY),
    "utf-16 big end": (b"\xfe\xff" + with_address(ZILLOW, ZILLOW_URL).decode().encode("utf-16-be"), "html", FILE_DAY),
    "byte order mark": (b"\xef\xbb\xbf" + with_address(ZILLOW, ZILLOW_URL), "html", FILE_DAY),
    "zero bytes in it": (with_address(ZILLOW, ZILLOW_URL).replace(b"<body>", b"<body>\x00\x00"), "html", FILE_DAY),
}


def save(folder: Path, content: bytes, name: str = "a.pdf") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def only_page(folder: SavedFolder) -> SavedPage:
    assert [one for one in folder.unused if "none of" not in one.reason] == []
    (page,) = folder.pages
    return page


def listing(folder: SavedFolder, page: SavedPage) -> pages.Listing:
    answer = folder.open(page)
    day = pages.page_day(answer.headers["Date"], page.moment.date())
    return pages.read_saved(page.source, answer.url, answer.body, answer.status, day)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(("content", "saved_as", "day"), WHOLE.values(), ids=WHOLE)
def test_whole_page(content: bytes, saved_as: str, day: date, packed: bool, tmp_path: Path) -> None:
    save(tmp_path, gzip.compress(content) if packed else content, "sub/of sub/x")
    folder = read_folder(tmp_path)
    page = only_page(folder)
    assert (page.source, page.kind, page.saved_as, page.file) == ("zillow", "home", saved_as, "sub/of sub/x")
    assert (page.address, page.partial, page.moment.date()) == (ADDRESS, False, day)
    expected = pages.read("zillow", ZILLOW_URL, ZILLOW)
    found = listing(folder, page)
    assert found.photos == expected.photos
    assert page.photos == len(expected.photos) == page.claimed
    assert folder.of_home("1200 West Saguaro Lane, Peoria AZ 85345") == {"zillow": (page,)}


@pytest.mark.parametrize("wrap", [mhtml, single_file], ids=["mhtml", "singlefile"])
def test_page_without_scripts_is_partial(wrap: object, tmp_path: Path) -> None:
    assert callable(wrap)
    save(tmp_path, wrap(body("zillow/saved-mosaic"), ZILLOW_URL), "z")
    save(tmp_path, wrap(body("redfin/saved-mosaic"), REDFIN_URL), "r")
    save(tmp_path, wrap(MLS, MLS_URL), "m")
    folder = read_folder(tmp_path)
    found = {page.source: (page.partial, page.photos, page.claimed, page.moment.date()) for page in folder.pages}
    whole = len(pages.read("phoenix_mls", MLS_URL, MLS).photos)
    assert found == {
        "zillow": (True, 5, 29, OWN_DAY),
        "redfin": (True, 6, 42, OWN_DAY),
        "phoenix_mls": (False, whole, whole, OWN_DAY),
    }


@pytest.mark.parametrize("at", ["file:///home/me/a.html", "cid:frame-1@mhtml.blink", ""])
def test_page_saved_from_no_site_has_the_address_that_it_names(at: str, tmp_path: Path) -> None:
    save(tmp_path, mhtml(with_address(body("zillow/saved-mosaic"), ZILLOW_URL), at))
    save(tmp_path, complete(with_address(ZILLOW, ZILLOW_URL), at or "about:internet"), "b")
    assert [(page.kind, page.url) for page in read_folder(tmp_path).pages] == [("home", ZILLOW_URL)] * 2


def test_address_is_kept_without_its_secrets(tmp_path: Path) -> None:
    save(tmp_path, mhtml(body("zillow/saved-mosaic"), ZILLOW_URL + "?auth=SECRET"))
    save(tmp_path, single_file(ZILLOW, ZILLOW_URL + "?auth=SECRET#SECRET"), "b")
    save(tmp_path, complete(ZILLOW, ZILLOW_URL + "?auth=SECRET"), "c")
    assert [page.url for page in read_folder(tmp_path).pages] == [ZILLOW_URL] * 3


def test_page_that_a_search_led_to_has_its_own_address(tmp_path: Path) -> None:
    searched = "https://www.zillow.com/homes/1200-W-Saguaro-Ln-Peoria-AZ-85345_rb/"
    save(tmp_path, mhtml(with_address(body("zillow/saved-mosaic"), ZILLOW_URL), searched))
    save(
        tmp_path, single_file(with_address(body("zillow/saved-mosaic"), "https://other.example/1_zpid/"), searched), "b"
    )
    first, second = read_folder(tmp_path).pages
    assert (first.kind, first.url) == ("home", ZILLOW_URL)
    assert (second.kind, second.url) == ("other", searched)


def test_mhtml_page_is_read_again_as_its_browser_saw_it(tmp_path: Path) -> None:
    save(tmp_path, mhtml(body("zillow/saved-mosaic"), ZILLOW_URL, {"https://example.com/a.jpg": JPEG}))
    folder = read_folder(tmp_path)
    answer = folder.open(only_page(folder))
    assert (answer.url, answer.body) == (ZILLOW_URL, body("zillow/saved-mosaic").replace(b"\n", b"\r\n") + b"\r\n")
    assert answer.headers == {"Date": "Sun, 15 Feb 2026 06:22:33 GMT", "Content-Type": "text/html"}


def test_bare_answers(tmp_path: Path) -> None:
    save(tmp_path, body("redfin/api-answer"), "a.jpg")
    save(tmp_path, body("zillow/saved-data"), "b")
    save(tmp_path, body("zillow/suggestions"), "c")
    save(tmp_path, body("maricopa_assessor/sketches"), "d")
    save(tmp_path, body("phoenix_mls/suggestions"), "e")
    save(tmp_path, b'{"name": "somebody", "data": [1, 2]}', "f")
    folder = read_folder(tmp_path)
    assert {page.file: (page.source, page.kind, page.saved_as) for page in folder.pages} == {
        "a.jpg": ("redfin", "home", "json"),
        "b": ("zillow", "home", "json"),
        "c": ("zillow", "answer", "json"),
        "d": ("maricopa_assessor", "answer", "json"),
        "e": ("phoenix_mls", "answer", "json"),
    }
    assert [(one.file, one.reason) for one in folder.unused] == [("f", "It is JSON, and of no source.")]


@pytest.mark.parametrize("wrap", [complete, mhtml], ids=["complete", "mhtml"])
def test_answer_saved_as_the_page_that_shows_it(wrap: object, tmp_path: Path) -> None:
    assert callable(wrap)
    style = '<html><head><meta charset="utf-8"></head><body><pre style="white-space: pre-wrap;">'
    shown = style + escape(body("redfin/api-answer").decode()) + "</pre></body></html>"
    save(tmp_path, wrap(shown.encode(), "https://www.redfin.com/stingray/api/home/details/aboveTheFold?propertyId=1"))
    folder = read_folder(tmp_path)
    page = only_page(folder)
    assert (page.source, page.kind, page.address) == ("redfin", "home", ADDRESS)
    assert listing(folder, page).photos == pages.read("redfin", REDFIN_URL, body("redfin/api-answer")).photos


def test_page_without_an_address_gets_that_of_its_home(tmp_path: Path) -> None:
    save(tmp_path, ZILLOW.replace(b"<head>", b"<head><title>x | Zillow</title>"))
    save(tmp_path, MLS.replace(b"og:url", b"x"), "m")
    folder = read_folder(tmp_path)
    assert {page.url for page in folder.pages} == {ZILLOW_URL, MLS_URL}
    assert all(listing(folder, page).photos for page in folder.pages)


def test_body_that_the_browser_had_is_read(tmp_path: Path) -> None:
    save(tmp_path, har(entry(ZILLOW_URL, ZILLOW, status=304), entry(REDFIN_URL, None, status=304)))
    assert [page.kind for page in read_folder(tmp_path).pages] == ["home"]


def test_text_of_a_session_is_not_decoded_twice(tmp_path: Path) -> None:
    page = body("zillow/page-in-windows-1252")
    expected = pages.read("zillow", ZILLOW_URL, page)
    save(tmp_path, har(entry(ZILLOW_URL, page.decode("cp1252").encode())))
    folder = read_folder(tmp_path)
    assert listing(folder, only_page(folder)) == expected
    assert not expected.address.isascii() or any(not photo.caption.isascii() for photo in expected.photos)


def test_session_with_many_pages(tmp_path: Path) -> None:
    answers = [
        entry("https://www.redfin.com/stingray/do/location-autocomplete?v=2", b'{}&&{"payload":{}}', "x/json"),
        entry(REDFIN_URL, REDFIN),
        entry(ZILLOW_URL + "?utm_source=mail&token=SECRET#x", ZILLOW),
        entry("https://www.redfin.com/AZ/Peoria/other/home/1", None),
        entry("https://www.zillow.com/a.js", b"var x", "text/javascript"),
        entry("https://www.zillow.com/homes/", b"", status=302),
        entry("https://www.zillow.com/homedetails/1_zpid/", body("zillow/block-of-2021"), status=403),
        entry(MLS_URL, MLS, startedDateTime="2199-01-01T00:00:00Z"),
    ]
    save(tmp_path, har(*answers))
    folder = read_folder(tmp_path)
    found = [(page.entry, page.source, page.kind, page.url) for page in folder.pages]
    assert found == [
        (1, "redfin", "home", REDFIN_URL),
        (2, "zillow", "home", ZILLOW_URL),
        (6, "zillow", "block", "https://www.zillow.com/homedetails/1_zpid/"),
        (7, "phoenix_mls", "home", MLS_URL),
    ]
    assert folder.pages[3].moment.date() == FILE_DAY
    assert [(one.entry, "export the HAR with content" in one.reason) for one in folder.unused] == [(3, True)]
    for page in folder.pages:
        answer = folder.open(page)
        assert "SECRET" not in repr((page, answer.headers, answer.url))
