"""Settings of the project with a user's own pipeline: one flat row of a listing, for CSV feeds."""

from __future__ import annotations

from typing import Any

from phx_scraper import settings as project
from phx_scraper.items import ListingItem


class FlatItemPipeline:
    """The last pipeline: its output goes to the feeds."""

    def process_item(self, item: ListingItem) -> dict[str, Any]:
        captions = [photo.caption for photo in item.photos]
        return {
            "home": item.asked_address,
            "caption": captions[0],
            "captions": captions,
            "latitude": item.facts["latitude"],
            "longitude": item.facts["longitude"],
            "longitude as text": str(item.facts["longitude"]),
            "=column": "+1",
        }


def __getattr__(name: str) -> Any:
    return getattr(project, name)


def __dir__() -> list[str]:
    return dir(project)


ITEM_PIPELINES = {**project.ITEM_PIPELINES, f"{__name__}.FlatItemPipeline": 950}
