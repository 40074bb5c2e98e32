"""The API answers inside a Redfin page, by their short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import html

from phx_scraper.errors import NotFound, NotUnderstood
from phx_scraper.pages.html_and_json import json_at, load_json, missing_scripts_hint, title
from phx_scraper.pages.json_values import mapping, text, value_at
from phx_scraper.pages.script_state import check_scripts_have_run

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

    Raises NotFound for Redfin's "Page Not Found"; NotUnderstood(`needs_browser`, `InitialContext`, `dataCache` or
    `aboveTheFold`).
    """
    cache = data_cache(tree)
    found: dict[str, Mapping[str, Any]] = {}
    for path, entry in cache.items():
        name = _name(path)
        if name and name not in found:
            found[name] = _payload_of_entry(name, entry)
    if not found.get(ABOVE):
        raise _missing_listing(tree, cache)
    return found


def payload_at_path(cache: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The payload of the answer to `path` with any query. Raises NotUnderstood, also where there is none."""
    for request_path, entry in cache.items():
        body = value_at(entry, "res", "text")
        if request_path.partition("?")[0].rstrip("/") == path and isinstance(body, str):
            return payload(body, path)
    raise NotUnderstood(path, "not on the page")


def payload(body_text: str, name: str, status: int = 200) -> Mapping[str, Any]:
    """The payload of one API answer, with or without the `{}&&` before it.

    Raises NotUnderstood: `status` for any but 200, because these endpoints exist for every home, else `name`.
    """
    if status != 200:
        raise NotUnderstood("status", str(status))
    envelope = load_json(body_text.lstrip().removeprefix(_PREFIX), name)
    found = value_at(envelope, "payload")
    # An error may have an empty payload, which must not be read as "there is none".
    if not isinstance(found, dict) or value_at(envelope, "resultCode") not in (None, 0):
        raise NotUnderstood(name, text(value_at(envelope, "errorMessage")) or "no payload")
    return found


def data_cache(tree: html.HtmlElement) -> Mapping[str, Any]:
    """Every answer inside a page, by request path.

    Raises NotUnderstood: `needs_browser`, `InitialContext` or `dataCache`.
    """
    for script in tree.iter("script"):
        code = script.text or ""
        match = _STATE.search(code)
        if match:
            context = json_at(code, match.end(), "InitialContext")
            cache = value_at(context, "ReactServerAgent.cache", "dataCache")
            if not isinstance(cache, dict):
                raise NotUnderstood("dataCache")
            return cache
    check_scripts_have_run("redfin", tree)
    raise NotUnderstood("InitialContext", missing_scripts_hint(tree) or "no state script")


def _name(request_path: str) -> str | None:
    """The short name of a request path; paths differ between API versions and have queries, or a bare `?`."""
    path = request_path.partition("?")[0]
    if _PHOTO_TAGS.search(path):
        return TAGS
    match = _DETAIL.search(path)
    return match[1] if match and match.end() == len(path) and match[1] in _NAMES else None


def _payload_of_entry(name: str, entry: Any) -> Mapping[str, Any]:
    """The payload, empty for a failed answer that is not required; the answer with the photos must be readable."""
    body = value_at(entry, "res", "text")
    try:
        return payload(body, name) if isinstance(body, str) else {}
    except NotUnderstood:
        if name == ABOVE:
            raise
        return {}


def _missing_listing(tree: html.HtmlElement, cache: Mapping[str, Any]) -> NotFound | NotUnderstood:
    if title(tree).startswith("Page Not Found") or any("pageType=not_found_page" in path for path in cache):
        return NotFound("page", "Page Not Found")
    rental = any("/rentals/" in path for path in cache)
    return NotUnderstood(ABOVE, "a rental page" if rental else "no home page")


def first(payloads: Payloads, *places: tuple[str, str]) -> str:
    """The first non-empty text among (answer, key) places."""
    return next(filter(None, (text(mapping(payloads.get(name)).get(key)) for name, key in places)), "")
