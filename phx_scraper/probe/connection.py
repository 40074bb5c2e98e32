"""The first steps of a source: its name, a connection, TLS, and the first page with its cookies."""

from __future__ import annotations

import time
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit
from urllib.request import getproxies

from curl_cffi import CurlECode
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError

from phx_scraper.config.fields import Config
from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.downloader.slots import page_slot
from phx_scraper.probe.answer_rows import answer_row
from phx_scraper.probe.fetcher import Answer
from phx_scraper.probe.probe_report import OK, TROUBLE, Row
from phx_scraper.sources import SOURCES

_CERTIFICATE_CODES = {CurlECode.PEER_FAILED_VERIFICATION, CurlECode.SSL_CERTPROBLEM, CurlECode.SSL_ISSUER_ERROR}


def first_page(source: str) -> str:
    """The URL of a source's start page; where none is written down, that of the host that its steps go to."""
    about = SOURCES[source]
    return about.first_page or f"https://{about.token_host or min(about.page_hosts)}/"


def first_page_request(source: str, property_hash: str, most_bytes: int) -> Request:
    """The start page, opened as a person would; where an API is asked, by the program that asks it."""
    return Request(
        first_page(source),
        meta={
            "download_slot": page_slot(source),
            "download_maxsize": most_bytes,
            meta_keys.SOURCE: source,
            meta_keys.HOME: property_hash,
            meta_keys.KIND: "page",
            meta_keys.FETCH: "api" if SOURCES[source].token_host else "document",
        },
    )


async def name_row(source: str, config: Config, guard: AddressGuard) -> Row:
    """The name, looked up under the address guard as for every request."""
    url = config.replica_url.url if config.replica_url else first_page(source)
    host = urlsplit(url).hostname or ""
    if not config.replica_url and (config.proxies or getproxies().get("https")):
        return Row("name", OK, detail=f"{host} is looked up by the proxy", url=url)
    began = time.monotonic()
    try:
        target = await guard.check(url)
    except CannotResolveHostError as error:
        return Row("name", TROUBLE, "host_unknown", str(error), url=url)
    except UnsafeRequest as error:
        return Row("name", TROUBLE, error.reason, error.detail, url=url)
    shown = ", ".join(target.addresses[:3])
    named = f"{host} (replica)" if config.replica_url else host
    detail = named if host == shown else f"{named} is {shown}"
    return Row("name", OK, detail=detail, url=url, seconds=time.monotonic() - began)


def connection_rows(answer: Answer, wire_scheme: str) -> list[Row]:
    """TCP and TLS of the first page's connection, and the page itself; one step's failure leaves out the next."""
    seen = answer.observation
    came = answer.last is not None and answer.last.status > 0
    word, why = getattr(answer.error, "reason", "no_answer"), getattr(answer.error, "detail", "")
    if not came and not seen.is_connected:
        return [Row("tcp", TROUBLE, word, why)]
    rows = [Row("tcp", OK, seconds=seen.connect or None)]
    if wire_scheme == "http":
        rows.append(Row("tls", OK, detail="none (replica)"))
    elif not came and (not seen.tls_version or seen.code in _CERTIFICATE_CODES):
        return [*rows, Row("tls", TROUBLE, _tls_word(answer), why)]
    else:
        rows.append(Row("tls", OK, detail=_tls_detail(answer), seconds=max(seen.handshake - seen.connect, 0.0) or None))
    return [*rows, answer_row("first page", answer, detail=_cookies(answer))]


def _tls_word(answer: Answer) -> str:
    code = answer.observation.code
    if code in _CERTIFICATE_CODES:
        return "certificate"
    return "handshake" if code else getattr(answer.error, "reason", "handshake")


def _tls_detail(answer: Answer) -> str:
    seen = answer.observation
    protocol = (answer.last.protocol if answer.last else "") or seen.alpn or "no ALPN"
    ends = f", certificate until {seen.certificate_ends}" if seen.certificate_ends else ""
    return f"{seen.tls_version}, {protocol}{ends}" if seen.tls_version else protocol


def _cookies(answer: Answer) -> str:
    """The names of the cookies that were set; their values are nobody's business."""
    names: dict[str, None] = {}
    for exchange in answer.observation.exchanges:
        for name, value in exchange.headers:
            if name.lower() == "set-cookie":
                names |= dict.fromkeys(_names(value))
    if not names:
        return "" if answer.response is None else "no cookies"
    return f"cookies: {', '.join(names)}"


def _names(header: str) -> list[str]:
    try:
        return list(SimpleCookie(header))
    except CookieError:
        return [header.partition("=")[0].strip()[:40]]
