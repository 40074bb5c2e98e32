"""Finds the `property` object of a Zillow page's home in the page's state script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import html

from phx_scraper.errors import NotUnderstood
from phx_scraper.pages.html_and_json import load_json, missing_scripts_hint, script_by_id
from phx_scraper.pages.json_values import items, mapping, text, value_at
from phx_scraper.pages.script_state import check_scripts_have_run

GALLERIES = ("responsivePhotosOriginalRatio", "originalPhotos", "responsivePhotos", "photos")
"""The arrays of a `property` that list its own gallery; uncropped ones first."""

_ZPID_IN_URL = re.compile(r"/(\d{1,18})_zpid(?:[/?#]|$)")
_CACHE = "gdpClientCache"


def page_props(tree: html.HtmlElement) -> Mapping[str, Any]:
    """`props.pageProps` of the page's `__NEXT_DATA__`.

    Raises NotUnderstood: `needs_browser`, `__NEXT_DATA__` or `pageProps`.
    """
    script = script_by_id(tree, "__NEXT_DATA__")
    if script is None:
        check_scripts_have_run("zillow", tree)
        raise NotUnderstood("__NEXT_DATA__", _why_no_state(tree))
    props = value_at(load_json(script, "__NEXT_DATA__"), "props", "pageProps")
    if not isinstance(props, dict):
        raise NotUnderstood("pageProps")
    return props


def _why_no_state(tree: html.HtmlElement) -> str:
    if tree.get_element_by_id("zillow-error-page", None) is not None:
        return "Zillow's own error page, which a later try need not meet"
    return missing_scripts_hint(tree) or "no such script"


def home(props: Mapping[str, Any], url: str) -> tuple[str, Mapping[str, Any]]:
    """(query name, `property`) of the home of `url`; the most complete object where there are several.

    Raises NotUnderstood(`gdpClientCache`, `property` or `zpid`).
    """
    found = [(name, entry) for name, entry in _properties(_cache(props))]
    if not found:
        raise NotUnderstood("property", "no home in the page's cache")
    wanted = zpid_of(url) or _own_zpid(props, found)
    own = [pair for pair in found if text(pair[1].get("zpid")) == wanted]
    if not own:
        others = ", ".join(sorted({text(entry.get("zpid")) or "none" for _, entry in found}))
        raise NotUnderstood("zpid", f"asked {wanted or 'none'}, page is of {others}"[:200])
    return max(own, key=lambda pair: _fullness(pair[1]))


def _own_zpid(props: Mapping[str, Any], found: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The home of a page without a zpid in its URL (an address search): the named one, or the only one on it."""
    named = text(value_at(props, "componentProps", "zpid")) or text(props.get("zpid"))
    zpids = {text(entry.get("zpid")) for _, entry in found}
    return named or (zpids.pop() if len(zpids) == 1 else "")


def zpid_of(url: str) -> str | None:
    """The zpid in a home's URL, or None."""
    match = _ZPID_IN_URL.search(url)
    return match[1] if match else None


def _cache(props: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cache of the page: a JSON string or an object, in one of two places."""
    for cache in (value_at(props, "componentProps", _CACHE), props.get(_CACHE)):
        if isinstance(cache, str):
            return mapping(load_json(cache, _CACHE))
        if isinstance(cache, dict):
            return cache
    raise NotUnderstood(_CACHE, "a search page" if props.get("searchPageState") else "no home page")


def _properties(cache: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(query name, `property`) of every entry with a `property`; the names of the queries change often."""
    for name, entry in cache.items():
        found = value_at(entry, "property")
        if isinstance(found, dict):
            yield name, found


def _fullness(entry: Mapping[str, Any]) -> tuple[int, int]:
    return max(len(items(entry.get(name))) for name in GALLERIES), len(entry)
