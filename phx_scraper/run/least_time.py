"""How long asking the sites takes, by the pace that a crawl would keep."""

from __future__ import annotations

from phx_scraper.config.fields import Config
from phx_scraper.downloader.pauses import Pauses

REQUESTS_PER_HOME = 2
"""A look-up and the home's page: the least that a source is asked for a home of which no page is saved."""
ORDINARY_GALLERY = 40
"""Photos of a home of which nothing is known yet."""


def least_seconds(source: str, homes: int, photos: int, config: Config) -> float:
    """Seconds in which a source can be asked for so many pages and photos, were every pause its shortest.

    Photos are fetched while pages are asked for, so the longer of the two counts.
    """
    pauses = Pauses(config)
    pages = homes * pauses.least_for_home(source, REQUESTS_PER_HOME)
    return round(max(pages, photos * pauses.least_for_photo(source)), 1)


def usual_seconds(source: str, homes: int, photos: int, config: Config) -> float:
    """The same by the median of each pause."""
    pauses = Pauses(config)
    pages = homes * pauses.usual_for_home(source, REQUESTS_PER_HOME)
    return round(max(pages, photos * pauses.usual_for_photo(source)), 1)
