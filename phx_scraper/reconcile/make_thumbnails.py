"""Thumbnails made later, for pictures that lack them: of a store of before, or where somebody removed them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row

from phx_scraper.config.fields import Config
from phx_scraper.errors import BadPhoto, DiskFull, StorageError, UnsafePath
from phx_scraper.imaging.decoder_pool import DecoderPool
from phx_scraper.reconcile.report import MISSING_THUMBNAIL, Problem
from phx_scraper.reconcile.restore_picture import decoder_pool
from phx_scraper.storage.catalogue import removal_queue
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.storage.catalogue.thumbnails import with_thumbnail
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

_AT_ONCE = 64

Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class ThumbnailsMade:
    """How many were made, how many could not (there is no file to make them of), and whether all were looked at."""

    made: int = 0
    not_made: int = 0
    is_complete: bool = True

    @property
    def sentence(self) -> str:
        """The same for people."""
        none = f"; {self.not_made} not, for want of a picture that can be read" if self.not_made else ""
        return f"thumbnails: {self.made} made{none}{'' if self.is_complete else '; stopped before the last'}"


def make_missing_thumbnails(
    catalogue: Catalogue,
    files: FileStore,
    config: Config,
    homes: Sequence[str] | None = None,
    stopped: Stopped = lambda: False,
) -> ThumbnailsMade:
    """Make the thumbnails that pictures of these homes (by property hash; None: of all) lack, in decoder processes.

    It blocks, and may be called while a crawl is at work. It ends early once `stopped` says so, and on Ctrl-C; what is
    made stays, the rest is made the next time. Raises StorageError, also DiskFull, where the store cannot be written.
    """
    lacking = _lacking(catalogue, files, homes)
    if not lacking:
        return ThumbnailsMade()
    made, seen = 0, 0
    with ThreadPoolExecutor(config.image_workers) as threads, _decoders(config) as decoders:
        for part in chunks(lacking, _AT_ONCE):
            if stopped():
                break
            written = [path for path in threads.map(partial(_make, files, decoders), part) if path]
            _note_needless(catalogue, written)
            made, seen = made + len(written), seen + len(part)
    return ThumbnailsMade(made, seen - made, is_complete=seen == len(lacking))


def remake_thumbnails(
    catalogue: Catalogue, files: FileStore, config: Config, problems: Sequence[Problem]
) -> Iterator[str]:
    """Repair what a check found of thumbnails; yields one sentence for all, if any. Raises StorageError."""
    found = [problem for problem in problems if problem.kind == MISSING_THUMBNAIL]
    for problem in found:
        with contextlib.suppress(UnsafePath):
            files.remove(problem.subject)
    if found:
        yield make_missing_thumbnails(catalogue, files, config).sentence


def _decoders(config: Config) -> contextlib.closing[DecoderPool]:
    return contextlib.closing(decoder_pool(config, any_size=True))


def _lacking(catalogue: Catalogue, files: FileStore, homes: Sequence[str] | None) -> list[Row[Any]]:
    with catalogue.reading() as connection:
        found = {row.content_hash: row for row in with_thumbnail(connection, homes)}
    looked_at = files.for_many()
    return [row for row in found.values() if not _has_bytes(looked_at, paths.thumbnail(row.content_hash))]


def _has_bytes(files: FileStore, path: str) -> bool:
    """False also for one that a power failure left empty."""
    found = files.look(path)
    return found is not None and found.size > 0


def _make(files: FileStore, decoders: DecoderPool, row: Row[Any]) -> str:
    """The path of the thumbnail, made from the standardised picture or else the original; empty without either."""
    for data in _pictures(files, row):
        # A link in the way is what `scrapy reconcile` names; the other pictures have theirs all the same.
        with contextlib.suppress(BadPhoto, UnsafePath):
            path = paths.thumbnail(row.content_hash)
            files.without_sync().write(path, decoders.thumbnail(data), compare=True)
            return path
    return ""


def _pictures(files: FileStore, row: Row[Any]) -> Iterator[bytes]:
    for path in (row.path, row.raw_path):
        try:
            if path and files.exists(path):
                yield files.read(path)
        except DiskFull:
            raise
        except StorageError:
            continue


def _note_needless(catalogue: Catalogue, written: Sequence[str]) -> None:
    """Have those removed whose picture went while they were made."""
    if written:
        with catalogue.transaction() as connection:
            removal_queue.queue(connection, written)
