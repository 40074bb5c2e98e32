"""Settings of the project with an extension that gives the crawl a Ctrl-C over the third picture that it makes anew."""

from __future__ import annotations

import os
import signal
from itertools import count
from time import sleep
from typing import Any, Self

from scrapy.crawler import Crawler

from phx_scraper import settings as project
from phx_scraper.model.image import Image
from phx_scraper.run.remade_pictures import RemadePictures

MADE_BEFORE = 2


class InterruptedRemaking:
    """Stands before what makes a picture anew, and goes on once the crawl has heard the signal."""

    def __init__(self) -> None:
        make, numbers = RemadePictures._one, count()

        def made(pictures: RemadePictures, image: Image) -> Any:
            if next(numbers) == MADE_BEFORE:
                os.kill(os.getpid(), signal.SIGINT)
                while not pictures._resources.stopping:
                    sleep(0.01)
            return make(pictures, image)

        RemadePictures._one = made  # type: ignore[method-assign]

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Self:
        return cls()


def __getattr__(name: str) -> Any:
    return getattr(project, name)


def __dir__() -> list[str]:
    return dir(project)


EXTENSIONS = {**project.EXTENSIONS, f"{__name__}.InterruptedRemaking": 10}
