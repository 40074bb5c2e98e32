"""What a model sees in a home's pictures, where it is installed; what a collection taught it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from phx_scraper.errors import StorageError, VisionUnavailable
from phx_scraper.imaging.categories.heads import Heads
from phx_scraper.imaging.categories.heads_file import HEADS_FILE, heads_text, read_heads
from phx_scraper.imaging.categories.heads_learning import Lesson, learn
from phx_scraper.imaging.categories.heads_validation import Example
from phx_scraper.imaging.categories.vision import Vision, open_vision, predict
from phx_scraper.imaging.categories.vision_cache import MODEL_VERSION
from phx_scraper.imaging.square import pixels_of
from phx_scraper.model.photo import Decision
from phx_scraper.run.home_categories import labelled, unseen
from phx_scraper.run.squares import Squares
from phx_scraper.storage.catalogue import categories
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.store import FileStore

logger = logging.getLogger("phx_scraper")

MOST_OF_A_LABEL = 400
"""Examples of a subject that are looked at: of more the time grows and nothing else."""


@dataclass(frozen=True)
class Opened:
    """The model, None where it cannot be had, and sentences for a person: why, or what is damaged."""

    vision: Vision | None
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Names the model in the catalogue; empty where there is none."""
        return self.vision.version if self.vision else ""


def opened_vision(files: FileStore) -> Opened:
    """The model with the heads of this collection; where one of them cannot be had, the rest goes on."""
    notes: list[str] = []
    heads: Heads | None = None
    try:
        if files.exists(HEADS_FILE):
            heads = read_heads(files.read(HEADS_FILE).decode(errors="replace"), HEADS_FILE)
    except (VisionUnavailable, StorageError) as error:
        notes.append(str(error))
    try:
        return Opened(open_vision(heads), tuple(notes))
    except VisionUnavailable as error:
        return Opened(None, (*notes, str(error)))


def told_vision(files: FileStore) -> Opened:
    """The same; what cannot be had is told in the log."""
    opened = opened_vision(files)
    for note in opened.notes:
        logger.info("%s", note)
    return opened


def look_at_home(
    catalogue: Catalogue,
    files: FileStore,
    property_hash: str,
    vision: Vision,
    decided: Iterable[Decision] = (),
    squares: Squares | None = None,
) -> int:
    """Have the model look at pictures of which words leave the subject open; returns at how many.

    `decided` is what is about to become of the home's photos. `squares` has pictures that were decoded just now; the
    others are read from the store. Raises StorageError.
    """
    with catalogue.reading() as tx:
        wanted = unseen(tx, property_hash, vision.version, decided)
    seen = {}
    for one in wanted:
        square = squares.take(one.raw_sha256) if squares else b""
        pixels = pixels_of(square) if square else _pixels(files, one.path)
        if pixels is not None:
            seen[one.raw_sha256] = predict(pixels, vision)
    if seen:
        with catalogue.transaction() as tx:
            categories.predict(tx, seen, vision.version)
    return len(seen)


def learn_heads(catalogue: Catalogue, files: FileStore, vision: Vision) -> Lesson:
    """Learn from the collection's tagged and corrected pictures; what proves better is written beside the catalogue."""
    with catalogue.reading() as tx:
        homes = categories.homes_with_pictures(tx)
    examples: list[Example] = []
    numbers: Counter[str] = Counter()
    for property_hash in homes:
        with catalogue.reading() as tx:
            known = labelled(tx, property_hash)
        for one, label in known:
            pixels = _pixels(files, one.path) if numbers[label] < MOST_OF_A_LABEL else None
            if pixels is not None:
                examples.append(Example(vision.look(pixels), label, property_hash))
                numbers[label] += 1
    lesson = learn(examples, MODEL_VERSION)
    if lesson.heads is not None:
        files.replace(HEADS_FILE, [heads_text(lesson.heads).encode()])
    return lesson


def _pixels(files: FileStore, path: str) -> npt.NDArray[Any] | None:
    """A stored picture's RGB pixels; None where its file is gone or damaged, which reconcile tells."""
    try:
        data = np.frombuffer(files.read(path), np.uint8)
        found = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    except (StorageError, cv2.error):
        return None
    return None if found is None else np.asarray(found)
