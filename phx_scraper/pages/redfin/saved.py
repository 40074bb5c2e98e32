"""A Redfin home page as a person may have saved it: also without its scripts."""

from __future__ import annotations

from datetime import date

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Listing
from phx_scraper.pages.html_and_json import document
from phx_scraper.pages.page_text import page_text
from phx_scraper.pages.redfin.detail import read
from phx_scraper.pages.redfin.rendered import read_rendered


def read_saved(url: str, body: bytes, status: int = 200, today: date | None = None) -> Listing:
    """`read`, also for pages without their state script, which give a partial listing. Raises as `read` does."""
    try:
        return read(url, body, status, today)
    except NotUnderstood as error:
        if error.reason != "InitialContext":
            raise
    return read_rendered(url, document(page_text("redfin", url, body, status)))
