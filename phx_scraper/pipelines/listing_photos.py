"""One listing's photos on their way: each one's files in turn, and whether the source refuses them as a whole."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from dataclasses import replace
from typing import Protocol

from scrapy import Request
from twisted.python.failure import Failure

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.errors import BadPhoto, DecoderUnavailable, NotUnderstood, Refused, StorageError
from phx_scraper.items import ListingItem
from phx_scraper.model.outcome import Outcome
from phx_scraper.model.photo import Photo
from phx_scraper.model.reasons import is_transient
from phx_scraper.pages.page_text import host
from phx_scraper.pipelines.photo_fallbacks import DENIED, another_may_help, named
from phx_scraper.run.circuit_breaker import SourceFailure, failure_of
from phx_scraper.run.context import RunContext
from phx_scraper.run.error_outcomes import outcome_of_failure
from phx_scraper.storage.catalogue import photos
from phx_scraper.storage.catalogue.photo_counts import photo_totals

logger = logging.getLogger(__name__)


class PhotoFetcher(Protocol):
    """What a gallery needs of the pipeline: leave to hold a body, a photo's requests, and one file brought home."""

    permits: asyncio.Semaphore | None

    def requests_of(self, photo: Photo, item: ListingItem) -> list[Request]:
        """For the photo's files, best first."""

    async def bring_home(self, request: Request, photo: Photo, item: ListingItem) -> Photo:
        """Fetch and store one file; returns the photo as it stands then. Raises whatever went wrong."""


class ListingPhotos:
    """A listing's photos, fetched together.

    A denied photo is one that the source does not give: a missing file behind S3 looks so, and so does a wall. Only
    several in a row tell the wall, and what looks as missing files do is none where the listing's other pictures are
    given; until that is known their failure is not named.
    """

    def __init__(self, crawl: RunContext, hands: PhotoFetcher, item: ListingItem) -> None:
        self._crawl, self._hands, self._item = crawl, hands, item
        self._standing = {photo.key: photo for photo in item.photos}
        self._asked: set[str] = set()
        self._denied: dict[str, str] = {}
        self._times_refused: Counter[str] = Counter()
        self._denial: tuple[Refused, str] | None = None
        self._gives_others = False
        self._refusal: Refused | None = None

    async def collect(self) -> tuple[Photo, ...]:
        """Bring every photo to a final state, or leave it pending; returns them as they stand then.

        In rounds: photos that were held back follow where a picture that was under way came after all.
        """
        waiting = list(self._item.photos)
        while waiting and not self._must_stop:
            await asyncio.gather(*(self._collect(photo) for photo in waiting))
            waiting = [photo for photo in waiting if photo.key not in self._asked]
            if self._is_walled:
                self._gives_others = await self._has_pictures()
        await self._settle()
        return tuple(self._standing.values())

    @property
    def _must_stop(self) -> bool:
        """Whether no further photo of the listing is to be asked for."""
        return self._crawl.stopping or self._refusal is not None or self._is_walled

    @property
    def _is_walled(self) -> bool:
        in_a_row = bool(self._denied) and self._crawl.photo_denials.stands(self._item.source)
        return in_a_row and (self._times_refused.total() > 0 or not self._gives_others)

    async def _has_pictures(self) -> bool:
        try:
            counts = await self._crawl.read(photo_totals, [self._item.property_hash], self._item.source)
        except StorageError:
            return False  # the run is stopping, and has said why
        return counts.had > 0

    async def _collect(self, photo: Photo) -> None:
        assert self._hands.permits is not None
        async with self._hands.permits:
            if self._must_stop:
                return
            self._asked.add(photo.key)
            failures = await self._files_in_turn(photo)
        if not failures:
            self._denied.pop(photo.key, None)
        elif photo.key in self._denied:
            self._denied[photo.key] = named(failures)
        else:
            await self._name_failure(photo, named(failures))

    async def _files_in_turn(self, photo: Photo) -> list[str]:
        """Why the photo was not had, for each file that was tried; nothing where it was had or stays pending."""
        failures: list[str] = []
        for request in self._hands.requests_of(photo, self._item):
            if self._times_refused[photo.key] and self._is_walled:
                self._asked.discard(photo.key)  # It is asked for anew where pictures come after all.
                break
            is_last = self._times_refused[photo.key] > 0  # after a refusal one more file, not a volley
            failure = await self._file(request, photo)
            if not failure:
                return []
            failures.append(failure)
            if is_last or not (self._times_refused[photo.key] or another_may_help(failure)):
                break
        return failures

    async def _file(self, request: Request, photo: Photo) -> str:
        """Fetch one file; its failure, or nothing where the photo is had or stays pending."""
        try:
            self._standing[photo.key] = await self._hands.bring_home(request, photo, self._item)
        except Exception:
            return await self._failed(Failure(), request, photo)
        if photo.is_embedded:
            return ""  # No host has given it.
        self._crawl.photo_denials.had(self._item.source)
        await self._crawl.breakers.record_success(self._item.source, "photo", host(request.url))
        return ""

    async def _failed(self, failure: Failure, request: Request, photo: Photo) -> str:
        """The name of a file's failure; none where the photo stays pending: refusals, and trouble of our own."""
        error = failure.value
        if isinstance(error, StorageError | DecoderUnavailable):
            # No fault of the photo: the next run has it.
            self._crawl.stop_for(error)
            return ""
        if isinstance(error, StoppedEarly) or self._crawl.stopping:
            return ""
        outcome, asked = _outcome(failure), host(request.url)
        if isinstance(error, Refused) and error.is_complaint:
            self._refusal = error
        elif isinstance(error, Refused) or outcome.reason == DENIED:
            self._deny(photo, error, asked)
            return outcome.reason
        await self._tell_breaker(outcome, asked)
        # Every photo that the source refuses stays pending, also where another's refusal came in meanwhile.
        return "" if isinstance(error, Refused) or self._crawl.stopping else outcome.reason

    def _deny(self, photo: Photo, error: BaseException, asked: str) -> None:
        if photo.key not in self._denied:
            # Once, also where its other files are denied later: pictures that came in between have ended that row.
            self._denied[photo.key] = ""
            self._crawl.photo_denials.denied(self._item.source, photo.photo_id)
        refusal = error if isinstance(error, Refused) else Refused("forbidden", "status 403")
        self._denial = self._denial or (refusal, asked)
        self._times_refused[photo.key] += isinstance(error, Refused)

    async def _tell_breaker(self, outcome: Outcome, asked: str) -> None:
        """A missing photo is an answer too; a body that is none may be a refusal in disguise, and says nothing."""
        trouble = failure_of(outcome)
        if trouble is not None:
            await self._crawl.breakers.record_failure(self._item.source, "photo", trouble, asked)
        elif not is_transient(outcome.reason):
            await self._crawl.breakers.record_success(self._item.source, "photo", asked)

    async def _settle(self) -> None:
        """Photos that were denied: a refusal of the source leaves them pending, else they failed one by one."""
        crawl, item = self._crawl, self._item
        if self._is_walled and self._refusal is None and self._denial is not None:
            self._refusal, asked = self._denial
            await crawl.breakers.record_failure(
                item.source, "photo", SourceFailure("refusal", self._refusal.reason), asked
            )
        if self._refusal is not None:
            crawl.photo_refusals[item.property_hash, item.source] = self._refusal
            return
        for photo in item.photos:
            if photo.key in self._denied and not crawl.stopping:
                await self._name_failure(photo, self._denied[photo.key])

    async def _name_failure(self, photo: Photo, reason: str) -> None:
        try:
            await self._crawl.write(photos.fail, photo.photo_id, reason, time.time())
        except StorageError:
            return  # the run is stopping, and has said why; the next one asks for the photo again
        self._standing[photo.key] = replace(photo, state="failed", check_due=False, reason=reason)
        self._crawl.count(f"phx/photos/failed/{self._item.source}/{reason}")
        logger.debug("failed %s of %s | %s: %s", photo.url, self._item.asked_address, self._item.source, reason)


def _outcome(failure: Failure) -> Outcome:
    if isinstance(failure.value, BadPhoto | NotUnderstood):
        return Outcome("error", failure.value.reason)
    return outcome_of_failure(failure)
