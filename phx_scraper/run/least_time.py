"""The least time that asking the sites takes, by the pace that a crawl would keep."""

from __future__ import annotations

from phx_scraper.config.fields import Config
from phx_scraper.downloader.pauses import Pauses

REQUESTS_PER_HOME = 2
"""A look-up and the home's page: the least that a source is asked for a home of which no page is saved."""


def least_seconds(source: str, homes: int, config: Config) -> float:
    """Seconds in which a source can be asked for so many homes, were every pause its shortest."""
    return round(homes * Pauses(config).least_for_home(source, REQUESTS_PER_HOME), 1)
