"""What a page may do in the browser, what comes back of it, and who the browser says that it is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError

from tests.browser.conftest import ZILLOW, Render, browser_request, render_all
from tests.browser.site import Answer, Site
from tests.unit.downloader.crawling import Outcome, ReactorThread

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


class Seen(NamedTuple):
    outcome: Outcome
    site: Site
    udp: bool


PAGES = {
    "filled": Answer(FILLED_LATER),
    "data": Answer("Grüße"),
    "frame": Answer(
        "<html><body><div id='__next'></div><script>setInterval(() => fetch('/data'), 50)</script></body></html>"
    ),
    "old": Answer(status=302, headers={"Location": "/gone"}),
    "gone": Answer("<html><body>gone</body></html>", status=404),
    "many": page(
        '<img src="/a.jpg"><video src="/a.mp4" autoplay></video><p style="font-family:f">text</p>',
        "<style>@font-face{font-family:f;src:url(/a.woff2)}body{background:url(/b.jpg)}</style>"
        "<link rel=icon href=/icon.png><script src=/a.js></script>",
    ),
    "large": page("x" * 300_000),
    "grows": page("<script>document.body.append('y'.repeat(300000))</script>"),
    "file": Answer(b"x" * 1000, headers={"Content-Type": "application/octet-stream"}),
    "wall": Answer(
        "<html><head><title>Access to this page has been denied</title></head><body>px-captcha</body></html>"
    ),
    "told": page(
        "<pre></pre><script>document.querySelector('pre').textContent = JSON.stringify([navigator.userAgent,"
        " navigator.languages, navigator.platform, innerWidth, navigator.webdriver])</script>"
    ),
    "plain": Answer("ok"),
}


@pytest.fixture(scope="module")
def seen(reactor_thread: ReactorThread) -> Iterator[Seen]:
    """All pages by one browser, one after the other."""
    pages = {f"{PLACE}/{name}": answer for name, answer in PAGES.items()}
    with Site(pages) as site, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        ice = f"{{iceServers: [{{urls: 'stun:127.0.0.1:{listener.getsockname()[1]}'}}]}}"
        site.pages[f"{PLACE}/rtc"] = page(
            f"<script>const c = new RTCPeerConnection({ice}); c.createDataChannel('x');"
            "c.createOffer().then(offer => c.setLocalDescription(offer));</script>"
        )
        requests = [
            browser_request("/rtc"),
            browser_request("/filled?a=b"),
            browser_request("/frame", download_timeout=10),
            *map(browser_request, ("/old", "/many", "/file", "/wall", "/told")),
            *(browser_request(path, download_maxsize=200_000) for path in ("/large", "/grows")),
            Request(f"{ZILLOW}/plain"),
        ]
        outcome = render_all(reactor_thread, site.url, requests)
        try:
            udp = bool(listener.recv(100))
        except BlockingIOError:
            udp = False
        yield Seen(outcome, site, udp)


def test_the_page_is_read_once_its_scripts_have_filled_it(seen: Seen) -> None:
    response = seen.outcome.responses[f"{ZILLOW}/filled?a=b"]
    assert (response.url, response.status) == (f"{ZILLOW}/filled?a=b", 200)
    assert '"Grüße"' in response.text
    assert response.meta["download_latency"] > 0
    assert seen.outcome.stats["phx/browser/started"] == 1


def test_a_page_that_is_never_filled_is_given_back_as_it_stands(seen: Seen) -> None:
    assert b"__next" in seen.outcome.responses[f"{ZILLOW}/frame"].body


def test_a_wall_is_not_waited_for(seen: Seen) -> None:
    assert seen.outcome.errors[f"{ZILLOW}/wall"].reason == "captcha"  # type: ignore[attr-defined]


def test_the_status_and_the_last_url_of_redirects_are_kept(seen: Seen) -> None:
    response = seen.outcome.responses[f"{ZILLOW}/old"]
    assert (response.url, response.status) == (f"{ZILLOW}/gone", 404)
    assert response.meta["redirect_reasons"] == [302]


def test_pictures_fonts_and_media_are_not_loaded(seen: Seen) -> None:
    assert "text" in seen.outcome.responses[f"{ZILLOW}/many"].text
    assert seen.site.times(f"{PLACE}/a.js") == 1
    # The tab's icon is asked for by the browser itself, from the page's own host, as by everybody's.
    assert not {f"{PLACE}/{name}" for name in ("a.jpg", "b.jpg", "a.mp4", "a.woff2")} & {
        one.place for one in seen.site.asked
    }


def test_what_is_too_large_or_no_page_is_not_taken(seen: Seen) -> None:
    taken = {f"{ZILLOW}/{name}" for name in ("large", "grows", "file")}
    assert {url for url, error in seen.outcome.errors.items() if isinstance(error, DownloadCancelledError)} == taken


def test_the_browser_says_what_the_plain_handler_says(seen: Seen) -> None:
    plain, told = seen.site.of(f"{PLACE}/plain")[0].headers, seen.site.of(f"{PLACE}/told")[0].headers
    for name in ("User-Agent", "Accept-Language"):
        assert told[name] == plain[name], name
    text = seen.outcome.responses[f"{ZILLOW}/told"].css("pre::text").get()
    assert text == f'["{plain["User-Agent"]}",["en-US","en"],"MacIntel",1440,true]', "and it does not deny what it is"


def test_webrtc_reaches_nobody(seen: Seen) -> None:
    assert f"{ZILLOW}/rtc" in seen.outcome.responses
    assert not seen.udp


def test_cookies_that_the_browser_learns_are_sent_plainly_and_the_reverse(render: Render) -> None:
    pages = {
        f"{PLACE}/plain": Answer("ok", headers={"Set-Cookie": "zguid=1; Domain=.zillow.com; Path=/\nown=2"}),
        f"{PLACE}/sets": page("<script>document.cookie = 'from_script=3; path=/'</script>"),
    }
    requests = [
        Request(f"{ZILLOW}/plain", priority=3),
        browser_request("/sets").replace(priority=2),
        Request(f"{ZILLOW}/plain?again", priority=1),
    ]
    with Site(pages) as site:
        render(site.url, *requests, settings={"CONCURRENT_REQUESTS": 1})
    asked = [one for one in site.asked if "/plain" in one.place or "/sets" in one.place]
    cookies = [{*(one.headers["Cookie"] or "").split("; ")} for one in asked]
    assert cookies == [{""}, {"zguid=1", "own=2"}, {"zguid=1", "own=2", "from_script=3"}]
