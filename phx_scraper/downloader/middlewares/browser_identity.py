"""One browser for each source and run: profile, slot and the headers that fit what is asked for.

The forms (`meta_keys.FETCH`, else `KIND`): `document` (a page that is opened), `photo` (a picture in it) and `json` (a
script's fetch).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.handlers.curl import PROFILE
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.sources import Source, source_of_host

# What Chrome sends apart from a navigation's headers, which the profile holds; [] takes one of those away.
_FETCHES: dict[str, dict[str, str | list[str]]] = {
    "document": {},
    "photo": {
        "Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "image",
        "Priority": "i",
    },
    "json": {"Accept": "*/*", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Priority": "u=1, i"},
}
_NAVIGATION_ONLY = ("Sec-Fetch-User", "Upgrade-Insecure-Requests")


class BrowserIdentityMiddleware:
    """Dresses every request to a source; requests to other hosts stay as they are.

    Chrome's Accept-Language, Accept-Encoding, User-Agent and client hints come from the profile, never from here.
    """

    async def process_request(self, request: Request) -> None:
        """Set meta and headers, anew each time: a redirect changes what fits."""
        source = source_of_host(urlsplit(request.url).hostname or "")
        if source is None:
            return
        kind = fetch_of(request, source)
        request.meta.setdefault("impersonate", PROFILE)
        request.meta.setdefault(meta_keys.SOURCE, source.name)
        request.meta.setdefault(meta_keys.KIND, "photo" if kind == "photo" else "page")
        request.meta.setdefault("download_slot", (photo_slot if kind == "photo" else page_slot)(source.name))
        _dress(request, kind)


def fetch_of(request: Request, source: Source) -> str:
    """`document`, `photo` or `json`."""
    named = request.meta.get(meta_keys.FETCH) or request.meta.get(meta_keys.KIND)
    if named in _FETCHES:
        return str(named)
    host = urlsplit(request.url).hostname
    return "photo" if named is None and host in source.photo_hosts - source.page_hosts else "document"


def site_of(url: str, referer: str) -> str:
    """`Sec-Fetch-Site` (W3C Fetch Metadata): none, same-origin, same-site or cross-site.

    The site is taken as the last two labels of the host, which is right for every host in `sources`.
    """
    if not referer:
        return "none"
    to, come_from = urlsplit(url), urlsplit(referer)
    if (to.scheme, to.netloc) == (come_from.scheme, come_from.netloc):
        return "same-origin"
    same_site = to.scheme == come_from.scheme and _site(to.hostname) == _site(come_from.hostname)
    return "same-site" if same_site else "cross-site"


def sent_referer(url: str, referer: str) -> str:
    """What a browser's default policy, strict-origin-when-cross-origin, sends of the page it is on."""
    to, come_from = urlsplit(url), urlsplit(referer)
    if not referer or (come_from.scheme == "https" and to.scheme == "http"):
        return ""
    if site_of(url, referer) == "same-origin":
        return referer.partition("#")[0]
    return f"{come_from.scheme}://{come_from.netloc}/"


def _dress(request: Request, kind: str) -> None:
    referer = str(request.meta.get(meta_keys.REFERER) or (request.headers.get("Referer") or b"").decode("latin-1"))
    for name, value in _FETCHES[kind].items():
        request.headers[name] = value
    request.headers["Sec-Fetch-Site"] = site_of(request.url, referer)
    if kind != "document":
        for name in _NAVIGATION_ONLY:
            request.headers[name] = []
    sent = sent_referer(request.url, referer)
    if sent:
        request.headers["Referer"] = sent
    else:
        request.headers.pop("Referer", None)
    if kind == "json" and site_of(request.url, referer) not in {"none", "same-origin"}:
        request.headers["Origin"] = sent.rstrip("/")


def _site(host: str | None) -> str:
    return ".".join((host or "").split(".")[-2:])
