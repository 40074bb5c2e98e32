"""Hostile and broken bodies end in a named error, within bounds of time and memory."""

from __future__ import annotations

import json
import time

import pytest

from phx_scraper import pages
from phx_scraper.errors import NotFound, NotUnderstood, PageError, Refused
from phx_scraper.pages import maricopa_assessor, phoenix_mls, redfin, zillow
from phx_scraper.pages.html_and_json import MAX_BODY, decode

from .page_shells import next_data_page, redfin_page, zillow_page

URLS = {
    "zillow": "https://www.zillow.com/homedetails/x/1_zpid/",
    "redfin": "https://www.redfin.com/AZ/Peoria/x/home/1",
    "phoenix_mls": "https://phoenixmlssearch.com/mls/x-mls_6900123/",
    "maricopa_assessor": "https://mcassessor.maricopa.gov/parcel/20011223/sketches/",
}
SOURCES = sorted(URLS)
DEEP = "[" * 100_000
DEEP_STRING = json.dumps('{"a":' * 100_000)


@pytest.mark.parametrize("source", SOURCES)
def test_a_body_above_the_cap_is_not_read(source: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        pages.read(source, URLS[source], b"x" * (MAX_BODY + 1))
    assert caught.value.reason == "body_size"


@pytest.mark.parametrize("source", SOURCES)
def test_a_huge_script_is_bounded(source: str) -> None:
    body = b"<html><body><script>" + b"root.x = 1;" * 1_800_000 + b"</script></body></html>"
    start = time.thread_time()
    with pytest.raises((NotUnderstood, Refused)):
        pages.read(source, URLS[source], body)
    assert time.thread_time() - start < 2.0


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("zillow", next_data_page(DEEP)),
        ("zillow", next_data_page(f'{{"props":{{"pageProps":{{"gdpClientCache":{DEEP_STRING}}}}}}}')),
        ("redfin", f"<script>root.__reactServerState.InitialContext = {{{DEEP}".encode()),
        ("redfin", f'<script>root.__reactServerState.InitialContext = {{"a":{DEEP}'.encode()),
        ("redfin", ("{}&&" + DEEP).encode()),
        ("redfin", b"{}&&" + b'{"payload":' * 100_000),
        ("maricopa_assessor", DEEP.encode()),
        ("phoenix_mls", b"<div>" * 100_000 + b"x"),
        ("zillow", b"<div>" * 100_000 + b"x"),
    ],
    ids=["state", "cache", "no value", "context", "answer", "payload", "assessor", "markup", "zillow markup"],
)
def test_deep_nesting_ends_by_name(source: str, body: bytes) -> None:
    start = time.thread_time()
    with pytest.raises(NotUnderstood):
        pages.read(source, URLS[source], body)
    assert time.thread_time() - start < 2.0


@pytest.mark.parametrize(
    "call",
    [
        lambda: zillow.read_suggestions(DEEP.encode()),
        lambda: redfin.read_suggestions(b"{}&&" + DEEP.encode()),
        lambda: phoenix_mls.read_suggestions(b"phxOmni(" + DEEP.encode()),
        lambda: maricopa_assessor.read_search(URLS["maricopa_assessor"], DEEP.encode()),
        lambda: zillow.read_suggestions(b"x" * (MAX_BODY + 1)),
    ],
    ids=["zillow", "redfin", "phoenix_mls", "assessor", "too large"],
)
def test_deep_or_large_answers_end_by_name(call: object) -> None:
    with pytest.raises(NotUnderstood):
        call()  # type: ignore[operator]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "body", [b"", b"\x00" * 50, b"\xff\xfe\x00", b"\x89PNG\r\n", b"<!---->", b"null", b"[]", b"{}", b"7"]
)
def test_bodies_that_are_no_page(source: str, body: bytes) -> None:
    with pytest.raises((NotUnderstood, Refused)):
        pages.read(source, URLS[source], body)


# An endpoint of the Assessor's API exists for every home, so 404 and 410 say nothing of one.
GONE = [(source, status) for source in SOURCES for status in (404, 410) if source != "maricopa_assessor"]


@pytest.mark.parametrize(("source", "status"), [*GONE, *((source, 204) for source in SOURCES)])
def test_gone_statuses(source: str, status: int) -> None:
    with pytest.raises(NotFound):
        pages.read(source, URLS[source], b"", status)


@pytest.mark.parametrize("status", [400, 404, 410])
@pytest.mark.parametrize("body", [b"", b"<html><title>Page not found</title></html>", b'{"message":"no"}', b"null"])
def test_the_status_of_an_endpoint_that_must_exist_proves_nothing_about_a_home(status: int, body: bytes) -> None:
    with pytest.raises(NotUnderstood) as caught:
        pages.read("maricopa_assessor", URLS["maricopa_assessor"], body, status)
    assert (caught.value.reason, caught.value.detail) == ("status", str(status))


@pytest.mark.parametrize("status", [500, 502, 503, 301, 418])
def test_other_statuses_are_named(status: int) -> None:
    with pytest.raises(NotUnderstood) as caught:
        pages.read("zillow", URLS["zillow"], b"<html></html>", status)
    assert (caught.value.reason, caught.value.detail) == ("status", str(status))


@pytest.mark.parametrize("url", ["https://www.trulia.com/homedetails/x/1_zpid/", "http://[", "", "file:///etc/passwd"])
def test_a_page_of_another_host_is_not_read(url: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        pages.read("zillow", url, zillow_page({"zpid": 1}))
    assert caught.value.reason == "host"


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(NotUnderstood) as caught:
        pages.read("../zillow", URLS["zillow"], b"")
    assert caught.value.reason == "source"


def test_the_state_script_is_found_by_the_parser_not_by_its_text() -> None:
    script = '<script id="__NEXT_DATA__">[]</script>'
    fake = f"<meta content='{script}'><!-- {script} -->"
    page = zillow_page({"zpid": 1, "photoCount": 0, "streetAddress": "1 W Any St", "city": "Phoenix"})
    assert pages.read("zillow", URLS["zillow"], fake.encode() + page).claimed_photo_count == 0


def test_redfin_text_of_another_state_script_is_skipped() -> None:
    page = redfin_page({"/stingray/api/home/details/aboveTheFold": {}})
    with pytest.raises(NotUnderstood) as caught:
        pages.read("redfin", URLS["redfin"], page)
    assert caught.value.reason == "aboveTheFold"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
        ("café".encode("utf-16"), "café"),
        (b"\xfe\xff\x00h\x00i", "hi"),
        (b'<meta charset="iso-8859-1">caf\xe9 \x93', '<meta charset="iso-8859-1">café “'),
        (
            b'<meta http-equiv="x" content="text/html; charset=windows-1251">\xcf',
            '<meta http-equiv="x" content="text/html; charset=windows-1251">П',
        ),
        (b'<meta charset="utf-16">caf\xc3\xa9', '<meta charset="utf-16">café'),
        (b'<meta charset="base64">caf\xc3\xa9', '<meta charset="base64">café'),
        (b'<meta charset="no-such">caf\xc3\xa9', '<meta charset="no-such">café'),
        (b'<meta charset="unicode_escape">\\u0041', '<meta charset="unicode_escape">\\u0041'),
        (b"caf\xe9", "caf\ufffd"),
        (b"", ""),
    ],
)
def test_decoding(body: bytes, found: str) -> None:
    assert decode(body) == found


@pytest.mark.parametrize("source", SOURCES)
def test_a_page_error_has_a_reason_on_one_line(source: str) -> None:
    with pytest.raises(PageError) as caught:
        pages.read(source, URLS[source], b"<html><title>\n</title></html>")
    assert caught.value.reason
    assert "\n" not in str(caught.value)
