"""A Scrapy request as libcurl options."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import Curl, CurlHttpVersion, CurlOpt, ffi, lib
from scrapy import Request
from scrapy.utils.url import add_http_if_no_scheme

from phx_scraper.downloader.address_guard import Target
from phx_scraper.downloader.meta_keys import CONNECT_TO

ACCEPT_ENCODING = b"gzip, deflate, br, zstd"

# Chrome's order for a page that is opened, and for what a page fetches; names not sent are skipped by libcurl. The
# headers that a page's script adds stand between the two halves. On HTTP/2 libcurl leaves Connection out.
FIRST = "Host,Connection,Content-Length"
NAVIGATION_ORDER = (
    "sec-ch-ua,sec-ch-ua-mobile,sec-ch-ua-platform,Origin,Content-Type,Upgrade-Insecure-Requests,User-Agent,Accept,"
    "Sec-Fetch-Site,Sec-Fetch-Mode,Sec-Fetch-User,Sec-Fetch-Dest,Referer,Accept-Encoding,Accept-Language,Cookie,"
    "If-None-Match,If-Modified-Since,Priority"
)
SUBRESOURCE_ORDER = (
    "sec-ch-ua-platform,User-Agent,sec-ch-ua,Content-Type,sec-ch-ua-mobile,Accept,Origin,If-None-Match,"
    "If-Modified-Since,Sec-Fetch-Site,Sec-Fetch-Mode,Sec-Fetch-Dest,Sec-Fetch-Storage-Access,Referer,Accept-Encoding,"
    "Accept-Language,Cookie,Priority"
)
_KNOWN = frozenset(f"{FIRST},{NAVIGATION_ORDER},{SUBRESOURCE_ORDER}".lower().split(","))

# What Chrome says of a stream's priority in HTTP/2's own way (RFC 7540 5.3) beside the header, for images and scripts
# that are not urgent the last.
_WEIGHTS = {b"document": 256, b"empty": 220}
_LOWEST_WEIGHT = 147

# The profile decides the first, libcurl the next two, only a proxy may see the fourth; cookies go by an option.
_NOT_OURS = frozenset({b"accept-encoding", b"host", b"content-length", b"proxy-authorization", b"cookie"})
_LINE_BREAKS = re.compile(rb"[\r\n\x00]+")


def set_request(curl: Curl, request: Request, url: str) -> None:
    """Method, URL and body; redirects, cookies and decoding limits stay with Scrapy and the caller."""
    curl.setopt(CurlOpt.URL, url.encode("ascii"))
    curl.setopt(CurlOpt.PROTOCOLS_STR, b"http,https")
    curl.setopt(CurlOpt.PATH_AS_IS, 1)
    curl.setopt(CurlOpt.NOSIGNAL, 1)
    if cookies := request.headers.getlist("Cookie"):
        # Not as a header: only of this the profile makes one field for each cookie on HTTP/2 (RFC 9113 8.2.3).
        curl.setopt(CurlOpt.COOKIE, _LINE_BREAKS.sub(b" ", b"; ".join(cookies)))
    _set_method(curl, request)


def set_identity(curl: Curl, profile: str, request: Request, url: str) -> None:
    """TLS, HTTP/2 and default headers of the browser `profile`, of none where it is empty.

    Raises ValueError for one that is not known.
    """
    curl.setopt(CurlOpt.ACCEPT_ENCODING, ACCEPT_ENCODING)
    if not profile:
        curl.setopt(CurlOpt.HTTPHEADER, list(header_lines(request)))
        return
    if curl.impersonate(profile, default_headers=True) != 0:
        raise ValueError(f"no browser profile {profile!r} in this curl_cffi")
    curl.setopt(CurlOpt.HTTPHEADER, [*_as_scripts_write(header_lines(request)), b"Connection: keep-alive"])
    curl.setopt(CurlOpt.HTTPHEADER_ORDER, header_order(request))
    curl.setopt(CurlOpt.STREAM_WEIGHT, _WEIGHTS.get(_destination(request), _LOWEST_WEIGHT))
    if url.startswith("http:"):
        # No browser asks a plain server for h2c, which the profile's HTTP/2 preference would do.
        curl.setopt(CurlOpt.HTTP_VERSION, CurlHttpVersion.V1_1)
    else:
        # All photos of a page by one connection, as Chrome fetches them, and not by one each while the first is made.
        curl.setopt(CurlOpt.PIPEWAIT, 1)


def header_order(request: Request) -> str:
    """The names of all headers that the request may have, in Chrome's order."""
    navigates = _destination(request) == b"document"
    added = [name.decode("latin-1").lower() for name in request.headers if not _is_known(name)]
    return ",".join([FIRST, *added, NAVIGATION_ORDER if navigates else SUBRESOURCE_ORDER])


def set_route(curl: Curl, request: Request, target: Target, verify: bool) -> None:
    """Where the connection goes: the checked addresses, or the request's proxy; never the environment's proxy.

    An https replica gets every host's connections; its certificates are of its own throw-away authority.
    """
    curl.setopt(CurlOpt.NOPROXY, b"")
    curl.setopt(CurlOpt.PROXY, proxy_of(request).encode())
    if target.addresses:
        addresses = ",".join(f"[{one}]" if ":" in one else one for one in target.addresses)
        curl.setopt(CurlOpt.RESOLVE, [f"{target.host}:{target.port}:{addresses}"])
    if proxy_of(request):
        _set_proxy(curl, request)
    if request.meta.get(CONNECT_TO):
        host = f"[{target.host}]" if ":" in target.host else target.host
        curl.setopt(CurlOpt.CONNECT_TO, _string_list(f"::{host}:{target.port}"))
    if not verify or request.meta.get(CONNECT_TO):
        curl.setopt(CurlOpt.SSL_VERIFYPEER, 0)
        curl.setopt(CurlOpt.SSL_VERIFYHOST, 0)


@cache
def _string_list(text: str) -> Any:
    """A list of one string as libcurl takes it; curl_cffi makes none for this option, and libcurl keeps no copy."""
    return lib.curl_slist_append(ffi.NULL, text.encode("ascii"))


def proxy_of(request: Request) -> str:
    """The request's proxy as a URL with scheme; empty for a direct connection."""
    proxy = request.meta.get("proxy")
    return add_http_if_no_scheme(proxy) if proxy else ""


def resolves_remotely(proxy: str) -> bool:
    """Whether the proxy, not we, turns the target's name into an address."""
    return bool(proxy) and urlsplit(proxy).scheme not in {"socks4", "socks5"}


def header_lines(request: Request) -> Iterator[bytes]:
    """One line per header value; a header without values (`headers[name] = []`) removes the profile's own."""
    for name, values in request.headers.items():
        if name.lower() in _NOT_OURS:
            continue
        if not values:
            yield name + b":"
        for value in values:
            clean = _LINE_BREAKS.sub(b" ", value)
            yield name + b": " + clean if clean else name + b";"
    yield b"Expect:"
    if request.body and b"Content-Type" not in request.headers:
        yield b"Content-Type:"


def _as_scripts_write(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Names that a browser does not know itself in lower case: Scrapy has changed what the page's script wrote."""
    for line in lines:
        name = line.partition(b":")[0].partition(b";")[0]
        yield line if _is_known(name) else name.lower() + line[len(name) :]


def _destination(request: Request) -> bytes:
    return request.headers.get("Sec-Fetch-Dest") or b"document"


def _is_known(name: bytes) -> bool:
    return name.decode("latin-1").lower() in _KNOWN


def _set_method(curl: Curl, request: Request) -> None:
    if request.method == "HEAD":
        curl.setopt(CurlOpt.NOBODY, 1)
        return
    if request.body or request.method == "POST":
        curl.setopt(CurlOpt.POST, 1)
        curl.setopt(CurlOpt.POSTFIELDS, request.body)
        curl.setopt(CurlOpt.POSTFIELDSIZE, len(request.body))
    if request.method not in {"GET", "POST"} or (request.body and request.method == "GET"):
        curl.setopt(CurlOpt.CUSTOMREQUEST, request.method.encode("ascii"))


def _set_proxy(curl: Curl, request: Request) -> None:
    curl.setopt(CurlOpt.SUPPRESS_CONNECT_HEADERS, 1)
    scheme, _, token = (request.headers.get(b"Proxy-Authorization") or b"").partition(b" ")
    if scheme.lower() == b"basic":
        user, _, password = base64.b64decode(token).partition(b":")
        curl.setopt(CurlOpt.PROXYUSERNAME, user)
        curl.setopt(CurlOpt.PROXYPASSWORD, password)
