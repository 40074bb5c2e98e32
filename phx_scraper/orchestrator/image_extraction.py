"""The orchestrator: collect the photos of some properties into one folder, and ask what is there."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from phx_scraper.config.fields import Config
from phx_scraper.errors import UsageError
from phx_scraper.orchestrator.blocking import wait_for
from phx_scraper.orchestrator.collected_images import images_of, statistics
from phx_scraper.orchestrator.crawl_process import crawl
from phx_scraper.orchestrator.crawl_settings import config_of_crawls, portable
from phx_scraper.orchestrator.extraction_result import ExtractionResult, result_of_run
from phx_scraper.orchestrator.image_metadata import ImageMetadata
from phx_scraper.orchestrator.image_source import ImageSource
from phx_scraper.orchestrator.wanted_properties import Wanted, wanted_properties, wanted_property, written_list
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.gallery import galleries
from phx_scraper.storage.catalogue.read_only_folder import is_there, opened_to_read
from phx_scraper.storage.catalogue.registration import addresses, labels
from phx_scraper.storage.catalogue.restart_visits import requeue_photos

ARGUMENTS = {
    "IMAGES_STORE": "base_dir",
    "PHX_CONCURRENT_HOMES": "max_concurrent_properties",
    "PHX_DUPLICATE_DISTANCE": "deduplication_threshold",
    "PHX_MAX_DIMENSION": "max_dimension",
}
"""Settings that are arguments here."""


@dataclass(frozen=True, slots=True)
class ExtractionProgress:
    """How far an extraction is: visits are one property at one source; `seconds` since it began."""

    visits: int
    visits_done: int
    images: int
    failed_downloads: int
    seconds: float


class ImageExtractionOrchestrator:
    """Collects photos into `base_dir`, which holds one catalogue; several may work on one folder at the same time.

    `enabled_sources` are all sources where it is None; `max_dimension` is in pixels, `deduplication_threshold` in bits
    of 64. `settings` are further Scrapy or PHX_ settings. Raises UsageError for a setting that cannot be used.
    """

    def __init__(
        self,
        base_dir: str | Path,
        enabled_sources: Iterable[ImageSource | str] | None = None,
        max_concurrent_properties: int = 3,
        deduplication_threshold: int = 8,
        max_dimension: int = 1024,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.enabled_sources = _sources(enabled_sources)
        self._settings = {
            **portable(settings or {}, ARGUMENTS),
            "IMAGES_STORE": _place(base_dir),
            "PHX_CONCURRENT_HOMES": max_concurrent_properties,
            "PHX_DUPLICATE_DISTANCE": deduplication_threshold,
            "PHX_MAX_DIMENSION": max_dimension,
            "JOBDIR": "",  # also where the user's settings have one: it would hold the first list for ever
        }
        self._config: Config = config_of_crawls(self._settings)
        self.base_dir = self._config.images_store

    async def extract_all(
        self,
        properties: Iterable[Wanted],
        resume: bool = True,
        progress: Callable[[ExtractionProgress], object] | None = None,
    ) -> ExtractionResult:
        """Collect every photo of the properties; with `resume` False finished ones are looked at again too.

        A crawl in a process of its own: from any event loop or thread, any number of times. `progress` is called twice
        a second, and awaited where it is a coroutine; an error of it stops the crawl. Cancelling the awaiting task
        stops it cleanly; what was collected is kept. Raises UsageError, AddressError.
        """
        wanted = wanted_properties(properties)
        if not wanted:
            return ExtractionResult(0, 0, 0, 0, 0, 0, 0, 0)
        begun = datetime.now(UTC)
        with written_list(wanted) as homes:
            arguments = {"addresses": str(homes), "sources": ",".join(self.enabled_sources)}
            if not resume:
                arguments["refresh_days"] = "0"
            done = await crawl(arguments, self._settings, _teller(progress))
        return result_of_run(done, begun)

    def extract(
        self,
        properties: Iterable[Wanted],
        resume: bool = True,
        progress: Callable[[ExtractionProgress], object] | None = None,
    ) -> ExtractionResult:
        """`extract_all` for programs that await nothing, also where a loop is running (a notebook); Ctrl-C stops it
        cleanly. `progress` is called in another thread. Raises UsageError, AddressError.
        """
        return wait_for(self.extract_all(properties, resume, progress))

    def get_property_images(self, property: Wanted) -> list[ImageMetadata]:
        """The photos of a property in gallery order, also duplicates and failed ones; none where it is unknown."""
        home = wanted_property(property).home()
        with self._reading() as (catalogue, tx):
            shown = list(galleries(tx, labels(tx, [home]))) if catalogue else []
            return [image for gallery in shown for image in images_of(gallery)]

    def get_statistics(self) -> dict[str, Any]:
        """Counts over the whole folder: properties, kept images, images by source, duplicates, failures, bytes."""
        with self._reading() as (catalogue, tx):
            return statistics(galleries(tx) if catalogue else ())

    def clear_state(self) -> None:
        """Forget how visits ended, so that all are due again; pictures and their rows stay. Asks nobody anything."""
        if not is_there(self._config.catalogue):
            return
        catalogue = Catalogue.open(self._config.catalogue)
        try:
            with catalogue.transaction() as tx:
                requeue_photos(tx, list(addresses(tx)), list(SOURCES))
        finally:
            catalogue.close()

    @contextmanager
    def _reading(self) -> Iterator[tuple[Catalogue | None, Any]]:
        """The catalogue with a connection; (None, None) where nothing was collected yet."""
        if not is_there(self._config.catalogue):
            yield None, None
            return
        with opened_to_read(self._config.catalogue) as catalogue, catalogue.reading() as tx:
            yield catalogue, tx


def _place(base_dir: str | Path) -> str:
    text = str(base_dir)
    if not text or base_dir is None:
        raise UsageError("base_dir is empty: name the folder that is to hold the collection")
    if "://" in text:
        return text
    place = Path(text).expanduser().absolute()
    if place.is_file():
        raise UsageError(f"base_dir: {place} is a file; name the folder that is to hold the collection")
    return str(place)


def _sources(chosen: Iterable[ImageSource | str] | None) -> tuple[str, ...]:
    if isinstance(chosen, str) or not isinstance(chosen, Iterable | None):
        raise UsageError(f"enabled_sources is no list but {str(chosen)!r}: give a list, [ImageSource.ZILLOW]")
    names = tuple(SOURCES) if chosen is None else tuple(str(getattr(one, "value", one)).lower() for one in chosen)
    for name in names:
        if name not in SOURCES:
            near = difflib.get_close_matches(name, SOURCES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(SOURCES)}"
            raise UsageError(f"enabled_sources: {name!r} is no source; {hint}")
    if not names:
        raise UsageError("enabled_sources is empty: name one source at least, or None for all")
    return tuple(dict.fromkeys(names))


def _teller(progress: Callable[[ExtractionProgress], object] | None) -> Callable[[dict[str, Any]], object]:
    def tell(said: dict[str, Any]) -> object:
        return progress(ExtractionProgress(**said)) if progress is not None else None

    return tell
