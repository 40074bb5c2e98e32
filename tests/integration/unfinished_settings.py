"""Settings of the project with a middleware that stops the requests of one home early, every time."""

from __future__ import annotations

from typing import Any

from scrapy import Request

from phx_scraper import settings as project
from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.homes import property_hash

HOME = "4703 W Davis Rd, Glendale, AZ 85306"


class UnfinishedRequests:
    """Takes the place of a circuit breaker that opens again and again."""

    def process_request(self, request: Request) -> None:
        if request.meta.get("phx_home") == property_hash(HOME):
            raise StoppedEarly(f"{request.url} comes back")


def __getattr__(name: str) -> Any:
    return getattr(project, name)


def __dir__() -> list[str]:
    return dir(project)


DOWNLOADER_MIDDLEWARES = {**project.DOWNLOADER_MIDDLEWARES, f"{__name__}.UnfinishedRequests": 45}
