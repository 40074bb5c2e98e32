"""What a page may do in the browser, what comes back of it, and who the browser says that it is."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError

from tests.browser.conftest import ZILLOW, Render, browser_request
from tests.browser.site import Answer, Site

STATE = '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"text":"%s"}}}</script>' % (
    "x" * 400
)
PLACE = "www.zillow.com"
FILLED_LATER = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><div id="__next"></div><script>
setTimeout(async () => { const text = await (await fetch("/data?x=1")).text();
  const state = document.createElement("script"); state.type = "application/json"; state.id = "__NEXT_DATA__";
  state.textContent = JSON.stringify({props: {pageProps: {text, more: "x".repeat(400)}}}); document.body.append(state);
}, 300);</script></body></html>"""


def page(body: str, head: str = "") -> Answer:
    return Answer(f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}{STATE}</body></html>")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({f"{PLACE}/filled": Answer(FILLED_LATER), f"{PLACE}/data": Answer("Grüße")}) as running:
        yield running


def test_the_page_is_read_once_its_scripts_have_filled_it(render: Render, site: Site) -> None:
    outcome = render(site.url, "/filled?a=b")
    assert outcome.errors == {}
    response = outcome.responses[f"{ZILLOW}/filled?a=b"]
    assert (response.url, response.status) == (f"{ZILLOW}/filled?a=b", 200)
    assert '"Grüße"' in response.text
    assert response.meta["download_latency"] > 0
    assert outcome.stats["phx/browser/started"] == 1


def test_a_page_that_is_never_filled_is_given_back_as_it_stands(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/frame"] = Answer(
        "<html><body><div id='__next'></div><script>setInterval(() => fetch('/data'), 50)</script></body></html>"
    )
    outcome = render(site.url, "/frame", settings={"DOWNLOAD_TIMEOUT": 4})
    assert b"__next" in outcome.responses[f"{ZILLOW}/frame"].body


def test_the_status_and_the_last_url_of_redirects_are_kept(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/old"] = Answer(status=302, headers={"Location": "/gone"})
    site.pages[f"{PLACE}/gone"] = Answer("<html><body>gone</body></html>", status=404)
    response = render(site.url, "/old").responses[f"{ZILLOW}/old"]
    assert (response.url, response.status) == (f"{ZILLOW}/gone", 404)
    assert response.meta["redirect_reasons"] == [302]


def test_pictures_fonts_and_media_are_not_loaded(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/many"] = page(
        '<img src="/a.jpg"><video src="/a.mp4" autoplay></video><p style="font-family:f">text</p>',
        "<style>@font-face{font-family:f;src:url(/a.woff2)}body{background:url(/b.jpg)}</style>"
        "<link rel=icon href=/icon.png><script src=/a.js></script>",
    )
    outcome = render(site.url, "/many")
    assert outcome.errors == {}
    # The tab's icon is asked for by the browser itself, from the page's own host, as by everybody's.
    assert {asked.place for asked in site.asked} - {f"{PLACE}/icon.png"} == {f"{PLACE}/many", f"{PLACE}/a.js"}


def test_a_document_that_is_too_large_is_not_taken(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/large"] = page("x" * 300_000)
    site.pages[f"{PLACE}/grows"] = page("<script>document.body.append('y'.repeat(300000))</script>")
    outcome = render(
        site.url, *(browser_request(path, download_maxsize=200_000) for path in ("/large", "/grows", "/filled"))
    )
    errors = outcome.errors
    assert {type(error) for error in errors.values()} == {DownloadCancelledError}
    assert set(errors) == {f"{ZILLOW}/large", f"{ZILLOW}/grows"}


def test_a_file_in_a_pages_place_is_not_taken(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/file"] = Answer(b"x" * 1000, headers={"Content-Type": "application/octet-stream"})
    outcome = render(site.url, "/file")
    assert isinstance(outcome.errors[f"{ZILLOW}/file"], DownloadCancelledError)


def test_cookies_that_the_browser_learns_are_sent_plainly_and_the_reverse(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/plain"] = Answer("ok", headers={"Set-Cookie": "zguid=1; Domain=.zillow.com; Path=/\nown=2"})
    site.pages[f"{PLACE}/sets"] = page("<script>document.cookie = 'from_script=3; path=/'</script>")
    requests = [
        Request(f"{ZILLOW}/plain", priority=3),
        browser_request("/sets").replace(priority=2),
        Request(f"{ZILLOW}/plain?again", priority=1),
    ]
    render(site.url, *requests, settings={"CONCURRENT_REQUESTS": 1})
    cookies = [
        {*(asked.headers["Cookie"] or "").split("; ")}
        for asked in site.asked
        if "/plain" in asked.place or "/sets" in asked.place
    ]
    assert cookies == [{""}, {"zguid=1", "own=2"}, {"zguid=1", "own=2", "from_script=3"}]


def test_the_browser_says_what_the_plain_handler_says(render: Render, site: Site) -> None:
    site.pages[f"{PLACE}/told"] = page(
        "<pre></pre><script>document.querySelector('pre').textContent = JSON.stringify([navigator.userAgent,"
        " navigator.languages, navigator.platform, innerWidth, navigator.webdriver])</script>"
    )
    site.pages[f"{PLACE}/plain"] = Answer("ok")
    outcome = render(site.url, "/told", Request(f"{ZILLOW}/plain"))
    plain, told = site.of(f"{PLACE}/plain")[0].headers, site.of(f"{PLACE}/told")[0].headers
    for name in ("User-Agent", "Accept-Language"):
        assert told[name] == plain[name], name
    text = outcome.responses[f"{ZILLOW}/told"].css("pre::text").get()
    assert text == f'["{plain["User-Agent"]}",["en-US","en"],"MacIntel",1440,true]', "and it does not deny what it is"


def test_webrtc_reaches_nobody(render: Render, site: Site) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(2)
        port = listener.getsockname()[1]
        site.pages[f"{PLACE}/rtc"] = page(
            f"<script>const c = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}});"
            "c.createDataChannel('x'); c.createOffer().then(offer => c.setLocalDescription(offer));</script>"
        )
        assert render(site.url, "/rtc").errors == {}
        with pytest.raises(TimeoutError):
            listener.recv(100)
