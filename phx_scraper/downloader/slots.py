"""The pace of each source, as Scrapy's `DOWNLOAD_SLOTS`."""

from __future__ import annotations

from collections.abc import Iterable

from phx_scraper.sources import Source

JITTER = 0.3
"""Share of a delay by which it varies either way."""


def download_slots(sources: Iterable[Source], delay_scale: float) -> dict[str, dict[str, float]]:
    """One slot for a source's pages (`zillow`) and one for its photos (`zillow:img`); delays in seconds."""
    slots = {}
    for source in sources:
        slots[page_slot(source.name)] = _slot(source.page_concurrency, source.page_delay * delay_scale)
        slots[photo_slot(source.name)] = _slot(source.photo_concurrency, source.photo_delay * delay_scale)
    return slots


def page_slot(source: str) -> str:
    """The name of the slot that a source's pages share."""
    return source


def photo_slot(source: str) -> str:
    """The name of the slot that a source's photos share."""
    return f"{source}:img"


def _slot(concurrency: int, delay: float) -> dict[str, float]:
    return {"concurrency": concurrency, "delay": delay, "jitter": JITTER}
