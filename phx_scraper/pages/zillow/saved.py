"""A Zillow home in anything that a person may have saved: a page of today or of 2016, without scripts, or bare data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.pages.html_and_json import document, load_json, script_by_id
from phx_scraper.pages.json_values import text, value_at
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.zillow.detail import listing_of, read
from phx_scraper.pages.zillow.legacy import legacy_gallery, read_legacy
from phx_scraper.pages.zillow.rendered import read_rendered
from phx_scraper.pages.zillow.state import home as home_of
from phx_scraper.pages.zillow.state import zpid_of


def read_saved(url: str, body: bytes, status: int = 200, today: date | None = None) -> Listing:
    """`read`, also for pages of 2016, pages without scripts (a partial listing), and JSON with a `property`.

    Raises as `read` does.
    """
    content = page_text("zillow", url, body, status).lstrip("\ufeff\x00 \t\r\n")
    if content.startswith("{"):
        query, home = _bare_home(load_json(content, "property"), url)
        return listing_of(url, None, query, home, today or datetime.now(UTC).date())
    tree = document(content)
    if script_by_id(tree, "__NEXT_DATA__") is not None:
        return read(url, body, status, today)
    frames = legacy_gallery(tree)
    if frames:
        return read_legacy(url, tree, frames)
    if tree.get_element_by_id("zillow-error-page", None) is not None:
        return read(url, body, status, today)
    return read_rendered(url, tree)


def _bare_home(value: Any, url: str) -> tuple[str, Mapping[str, Any]]:
    """(query name, `property`) of a page's state, of an answer with `data.property`, or of the object itself."""
    props = value_at(value, "props", "pageProps")
    if isinstance(props, dict):
        return home_of(props, url)
    for home in (value_at(value, "data", "property"), value_at(value, "property"), value):
        if isinstance(home, dict) and text(home.get("zpid")):
            zpid = zpid_of(url)
            if zpid and text(home.get("zpid")) != zpid:
                raise NotUnderstood("zpid", f"asked {zpid}, the data is of {text(home.get('zpid'))}"[:200])
            return "", home
    raise NotUnderstood("property", "no home in the data")
