"""The API answers that a Redfin home page carries, by their short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import html

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.pages.html_and_json import json_at, load_json, title, without_scripts
from phx_scraper.pages.json_values import dig, mapping, text

ABOVE, BELOW, INITIAL, MAIN, TAGS = (
    "aboveTheFold",
    "belowTheFold",
    "initialInfo",
    "mainHouseInfoPanelInfo",
    "photoTagsAndCaptions",
)
Payloads = Mapping[str, Mapping[str, Any]]
"""Short name of an answer (one of the five above) -> its `payload`."""

_STATE = re.compile(r"root\.__reactServerState\.InitialContext\s*=\s*(?=\{)")
_PREFIX = "{}&&"
_DETAIL = re.compile(r"/home/details/(\w+)/?")
_PHOTO_TAGS = re.compile(r"/photoTags(?:AndCaptions)?(?:/|$)")
_NAMES = frozenset({ABOVE, BELOW, INITIAL, MAIN})


def payloads_of_page(tree: html.HtmlElement) -> Payloads:
    """The answers in the page's state script.

    Raises NotFound for Redfin's "Page Not Found"; NotUnderstood(`InitialContext`, `dataCache` or `aboveTheFold`).
    """
    cache = data_cache(tree)
    found: dict[str, Mapping[str, Any]] = {}
    for address, entry in cache.items():
        name = _name(address)
        if name and name not in found:
            found[name] = _payload_of_entry(name, entry)
    if not found.get(ABOVE):
        raise _nothing(tree, cache)
    return found


def carried(cache: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The payload of the answer to `path`, whatever its query. Raises NotUnderstood, also where there is none."""
    for address, entry in cache.items():
        body = dig(entry, "res", "text")
        if address.partition("?")[0].rstrip("/") == path and isinstance(body, str):
            return payload(body, path)
    raise NotUnderstood(path, "not on the page")


def payload(body_text: str, name: str, status: int = 200) -> Mapping[str, Any]:
    """The payload of one API answer, with or without the `{}&&` before it.

    Raises NotUnderstood: `status` for any but 200, because these endpoints exist for every home, else `name`.
    """
    if status != 200:
        raise NotUnderstood("status", str(status))
    envelope = load_json(body_text.lstrip().removeprefix(_PREFIX), name)
    found = dig(envelope, "payload")
    # An error may come with an empty payload, which must not pass for "there is none".
    if not isinstance(found, dict) or dig(envelope, "resultCode") not in (None, 0):
        raise NotUnderstood(name, text(dig(envelope, "errorMessage")) or "no payload")
    return found


def data_cache(tree: html.HtmlElement) -> Mapping[str, Any]:
    """Every answer that a page carries, by request path. Raises NotUnderstood(`InitialContext` or `dataCache`)."""
    for script in tree.iter("script"):
        code = script.text or ""
        match = _STATE.search(code)
        if match:
            context = json_at(code, match.end(), "InitialContext")
            cache = dig(context, "ReactServerAgent.cache", "dataCache")
            if not isinstance(cache, dict):
                raise NotUnderstood("dataCache")
            return cache
    raise NotUnderstood("InitialContext", without_scripts(tree) or "no state script")


def _name(address: str) -> str | None:
    """The short name of a request path; paths move between API versions and carry queries, or a bare `?`."""
    path = address.partition("?")[0]
    if _PHOTO_TAGS.search(path):
        return TAGS
    match = _DETAIL.search(path)
    return match[1] if match and match.end() == len(path) and match[1] in _NAMES else None


def _payload_of_entry(name: str, entry: Any) -> Mapping[str, Any]:
    """The payload, empty where an answer that is not needed failed; the photos' own answer must be readable."""
    body = dig(entry, "res", "text")
    try:
        return payload(body, name) if isinstance(body, str) else {}
    except NotUnderstood:
        if name == ABOVE:
            raise
        return {}


def _nothing(tree: html.HtmlElement, cache: Mapping[str, Any]) -> NotFound | NotUnderstood:
    if title(tree).startswith("Page Not Found") or any("pageType=not_found_page" in address for address in cache):
        return NotFound("page", "Page Not Found")
    rental = any("/rentals/" in address for address in cache)
    return NotUnderstood(ABOVE, "a rental page" if rental else "no home page")


def first(payloads: Payloads, *places: tuple[str, str]) -> str:
    """The first non-empty text among (answer, key) places."""
    return next(filter(None, (text(mapping(payloads.get(name)).get(key)) for name, key in places)), "")
