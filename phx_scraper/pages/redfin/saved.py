"""A Redfin home page as a person may have saved it: also without its scripts."""

from __future__ import annotations

from datetime import date

from phx_scraper.errors import NotUnderstood, Refused
from phx_scraper.model.listing import Listing
from phx_scraper.pages.html_and_json import decode, document
from phx_scraper.pages.redfin.detail import read
from phx_scraper.pages.redfin.rendered import read_rendered


def read_saved(url: str, body: bytes, status: int = 200, today: date | None = None) -> Listing:
    """`read`, also for pages without their state script, which give a partial listing. Raises as `read` does.

    A page that is small because it was saved without its scripts is no throttled shell where it shows a home.
    """
    try:
        return read(url, body, status, today)
    except Refused as error:
        if error.reason != "throttled":
            raise
        refusal = error
    except NotUnderstood as error:
        if error.reason != "InitialContext":
            raise
        return read_rendered(url, document(decode(body)))
    try:
        return read_rendered(url, document(decode(body)))
    except NotUnderstood:
        raise refusal from None
