"""The model that looks at a collection's pictures; without it categories come from what people and sources say."""

from __future__ import annotations

import logging
from functools import cached_property

from phx_scraper.errors import StorageError, VisionUnavailable
from phx_scraper.imaging.categories.heads import Heads
from phx_scraper.imaging.categories.heads_file import HEADS_FILE, heads_text, read_heads
from phx_scraper.imaging.categories.heads_learning import Example, Lesson, learn
from phx_scraper.imaging.categories.vision import Vision, open_vision, predict
from phx_scraper.imaging.categories.vision_cache import MODEL_VERSION
from phx_scraper.imaging.categories.vision_network import Pixels
from phx_scraper.imaging.stored_pixels import stored_pixels
from phx_scraper.model.category import Seen
from phx_scraper.run.home_categories import labels_of_home
from phx_scraper.storage.catalogue import categories, picture_predictions
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore

logger = logging.getLogger("phx_scraper")


class PictureModel:
    """Opened when it is first needed, with the heads that were learned from this collection; in any thread."""

    def __init__(self, catalogue: Catalogue, files: FileStore, wanted: bool) -> None:
        self._catalogue = catalogue
        self._files = files
        self._wanted = wanted
        self.trouble = ""
        """Why pictures cannot be looked at, a sentence; known once `vision` was asked for."""

    @cached_property
    def vision(self) -> Vision | None:
        """None where pictures are not to be looked at or cannot be; the log has the reason."""
        if not self._wanted:
            return None
        try:
            return open_vision(self._heads())
        except VisionUnavailable as error:
            self.trouble = str(error)
            logger.info("%s", error)
            return None

    @property
    def version(self) -> str:
        """Marks what it says; empty where it says nothing."""
        return self.vision.version if self.vision is not None else ""

    def _heads(self) -> Heads | None:
        if not self._files.exists(HEADS_FILE):
            return None
        try:
            text = self._files.read(HEADS_FILE).decode("utf-8", "replace")
            return read_heads(text, str(self._files.path(HEADS_FILE)))
        except (StorageError, VisionUnavailable) as error:
            logger.warning("%s", error)
            return None

    def look_at(self, property_hash: str) -> None:
        """Ask the model for pictures of a home that it was not asked for. It takes 20 ms each, outside any transaction.

        A picture that is gone or damaged is left out. Raises StorageError where the catalogue cannot be written.
        """
        vision = self.vision
        if vision is None:
            return
        with self._catalogue.reading() as tx:
            asked = picture_predictions.not_seen(tx, property_hash, vision.version)
        seen: dict[str, Seen] = {}
        for sha256, path in asked.items():
            pixels = self._pixels(path)
            if pixels is not None:
                seen[sha256] = predict(pixels, vision)
        if seen:
            with self._catalogue.transaction() as tx:
                picture_predictions.keep(tx, vision.version, seen)

    def learn(self) -> Lesson:
        """Learn from all pictures that are tagged or corrected, and write the heads where they are better.

        Raises VisionUnavailable, StorageError.
        """
        vision = open_vision()
        lesson = learn(self._examples(vision), MODEL_VERSION)
        if lesson.heads is not None:
            self._files.replace(HEADS_FILE, [heads_text(lesson.heads).encode()])
            self.__dict__.pop("vision", None)
        return lesson

    def _examples(self, vision: Vision) -> list[Example]:
        found = []
        with self._catalogue.reading() as tx:
            # No version is empty, so these are all homes that have pictures.
            homes = categories.stale_homes(tx, "")
        for home in homes:
            with self._catalogue.reading() as tx:
                labels = labels_of_home(tx, home)
                paths = picture_predictions.image_paths(tx, list(labels))
            for sha256, label in labels.items():
                pixels = self._pixels(paths[sha256])
                if pixels is not None:
                    found.append(Example(vision.look(pixels), label, home))
        return found

    def _pixels(self, path: str) -> Pixels | None:
        try:
            return stored_pixels(self._files.read(path))
        except StorageError:
            return None
