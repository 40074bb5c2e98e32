"""A small reader of the replica's pages, with the standard library and lxml only."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from lxml import html

from phx_scraper.replica import Replica

ZILLOW = "/www.zillow.com"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(
    replica: Replica, path: str, method: str = "GET", body: str | None = None, timeout: float = 60, **headers: str
) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection(urlsplit(replica.url).netloc, timeout=timeout)) as connection:
        connection.request(method, path, body=body, headers=named)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def path_of(url: str) -> str:
    return url.replace("https://", "/", 1)


def suggestions(replica: Replica, address: str) -> list[dict[str, Any]]:
    answer = get(replica, f"/www.zillowstatic.com/autocomplete/v3/suggestions?q={quote(address)}")
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body)["results"]
    return found


def zpid(replica: Replica, address: str) -> int | None:
    found = [hit["metaData"]["zpid"] for hit in suggestions(replica, address) if hit["display"] == address]
    return found[0] if found else None


def state(body: bytes) -> dict[str, Any] | None:
    scripts = html.fromstring(body).xpath("//script[@id='__NEXT_DATA__']/text()")
    return json.loads(scripts[0]) if scripts else None


def search_hits(body: bytes) -> list[dict[str, Any]]:
    page = state(body)
    assert page is not None
    found: list[dict[str, Any]] = page["props"]["pageProps"]["searchPageState"]["cat1"]["searchResults"]["listResults"]
    return found


def listing(body: bytes) -> dict[str, Any] | None:
    """The fullest property of a listing page, None where the page has no such thing."""
    page = state(body)
    if page is None:
        return None
    props = page["props"]["pageProps"]
    cache = props.get("gdpClientCache") or props.get("componentProps", {}).get("gdpClientCache")
    try:
        cache = json.loads(cache) if isinstance(cache, str) else cache
    except ValueError:
        return None
    return max((value["property"] for value in (cache or {}).values()), key=len, default=None)


def address_of(found: dict[str, Any]) -> str:
    address = found["address"]
    return f"{address['streetAddress']}, {address['city']}, {address['state']} {address['zipcode']}"


def keys(found: dict[str, Any]) -> list[str]:
    """Photo keys in gallery order, from the array that every page has; a repeated entry counts once."""
    files = [entry["mixedSources"]["jpeg"][0]["url"] for entry in found.get("responsivePhotos", [])]
    photos = [url.rsplit("/", 1)[1][:32] for url in files if url.startswith("https://photos.zillowstatic.com/fp/")]
    return list(dict.fromkeys(photos))
