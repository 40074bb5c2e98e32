"""Settings of the project with an extension that notes each stored picture which is decoded for the model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler

from phx_scraper import settings as project
from phx_scraper.run import sight
from phx_scraper.storage.files.folder_store import FolderStore

NOTES = "NOTES_OF_PIXELS"
"""The environment variable that names the file of the notes."""


class PixelReading:
    """Stands before what reads a stored picture's pixels."""

    def __init__(self) -> None:
        read = sight._pixels

        def noted(files: FolderStore, path: str) -> Any:
            with Path(os.environ[NOTES]).open("a") as notes:
                notes.write(f"{path}\n")
            return read(files, path)

        sight._pixels = noted

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Self:
        return cls()


def __getattr__(name: str) -> Any:
    return getattr(project, name)


def __dir__() -> list[str]:
    return dir(project)


EXTENSIONS = {**project.EXTENSIONS, f"{__name__}.PixelReading": 10}
