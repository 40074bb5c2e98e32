"""Fetches a listing's photos, few in memory at a time, and stores each as soon as it is final."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.images import ImagesPipeline

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.slots import photo_slot
from phx_scraper.errors import BadPhoto
from phx_scraper.items import ListingItem
from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.model.reasons import EMBEDDED_COPY, NO_SAVED_COPY, SMALLER_COPY
from phx_scraper.pages import photo_bytes
from phx_scraper.pipelines.listing_photos import ListingPhotos
from phx_scraper.pipelines.photo_fallbacks import MAX_FALLBACKS
from phx_scraper.pipelines.store_photo import store_photo
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_of
from phx_scraper.run.photo_file import PhotoFile, is_known_file
from phx_scraper.storage.catalogue import photos

logger = logging.getLogger(__name__)

# Photos between request and catalogue beyond those being decoded: bounds memory, keeps the workers fed.
WAITING_PHOTOS = 12
NOT_MODIFIED = 304


class ReadyStore:
    """Stands where ImagesPipeline expects a store; ours is `RunContext.files`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri


class PhotosPipeline(ImagesPipeline):
    """ImagesPipeline that keeps the original bytes, works in threads and writes atomically.

    Scrapy's own `process_item` keeps a result per URL for the whole run and sends all requests of an item at once;
    this one holds a bounded number of bodies and remembers nothing, because the catalogue does.
    """

    # Scrapy's own stores would create a folder at start and write in place, or look for credentials of a bucket.
    STORE_SCHEMES: ClassVar[dict[str, type]] = dict.fromkeys(ImagesPipeline.STORE_SCHEMES, ReadyStore)

    def __init__(self, store_uri: str, *, crawler: Crawler) -> None:
        super().__init__(store_uri, crawler=crawler)
        self.permits: asyncio.Semaphore | None = None

    @property
    def crawl(self) -> RunContext:
        """The run's shared state."""
        return run_of(self.crawler)

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Bring every pending photo of a listing to a final state, or leave it pending for the next run."""
        if item.photos and not self.crawl.job.dry_run:
            if self.permits is None:
                self.permits = asyncio.Semaphore(self.crawl.options.image_workers * 2 + WAITING_PHOTOS)
            item.photos = await ListingPhotos(self.crawl, self, item).collect()
        return item

    def get_media_requests(self, item: ListingItem, info: Any) -> Iterator[Request]:
        """Requests for the best file of each photo."""
        for photo in item.photos:
            yield self._request(photo.url, item)

    def requests_of(self, photo: Photo, item: ListingItem) -> list[Request]:
        """Requests for a photo's files, best first."""
        requests = [self._request(url, item) for url in (photo.url, *photo.fallbacks[:MAX_FALLBACKS])]
        for request in requests:
            if photo.check_due and request.url == photo.fetched_url:
                request.headers.update(_validators(photo))
        return requests

    def _request(self, url: str, item: ListingItem) -> Request:
        return photo_request(url, item.source, item.property_hash, item.url, self.crawl.options.max_photo_bytes)

    async def bring_home(self, request: Request, photo: Photo, item: ListingItem) -> Photo:
        """Fetch and store one file; returns the photo as it stands then.

        Raises BadPhoto, NotUnderstood, StorageError, and what a download may end with.
        """
        carried = self.crawl.brought.take_picture(item.property_hash, item.source, photo.key)
        if photo.is_embedded:
            return await self._embedded_picture(carried, photo, item)
        if carried:
            return await self._store(carried, photo, item, Fetched(photo.url, time.time()))
        if self.crawl.options.offline:
            return await self._saved_picture(photo, item)
        response = await self.crawler.engine.download_async(request)
        return await self.media_downloaded(response, request, self.spiderinfo, item=item, photo=photo)

    async def _embedded_picture(self, carried: bytes, photo: Photo, item: ListingItem) -> Photo:
        """Store a picture that a saved page holds itself. Raises BadPhoto where the page is not at hand any more."""
        crawl, of_visit = self.crawl, (item.property_hash, item.source)
        data = carried or await crawl.run_in("files", partial(crawl.saved.embedded_picture, *of_visit, photo.key))
        if not data:
            raise BadPhoto(EMBEDDED_COPY)
        crawl.count(f"phx/saved/{item.source}/pictures")
        return await self._store(data, photo, item, Fetched(photo.url, time.time(), lacks=EMBEDDED_COPY))

    async def _saved_picture(self, photo: Photo, item: ListingItem) -> Photo:
        """Store the best of a photo's files that a saved page brought. Raises BadPhoto where there is none."""
        crawl, folder = self.crawl, self.crawl.saved.folder
        urls = (photo.url, *photo.fallbacks)
        found = await crawl.run_in("files", partial(folder.picture, item.source, urls)) if folder else None
        if found is None:
            raise BadPhoto(NO_SAVED_COPY)
        lacks = "" if found.url == photo.url else SMALLER_COPY
        # No host has given the smaller one: its own address would pass for the photo's.
        fetched = Fetched("" if lacks else found.url, time.time(), lacks=lacks)
        try:
            photo = await self._store(photo_bytes(item.source, found.data, photo.key), photo, item, fetched)
        except BadPhoto as error:
            # A thumbnail, or a cut file: it says nothing of the picture at the source.
            raise BadPhoto(NO_SAVED_COPY, str(error)) from error
        crawl.count(f"phx/saved/{item.source}/pictures")
        return photo

    async def media_downloaded(  # type: ignore[override]
        self, response: Response, request: Request, info: Any, *, item: Any = None, photo: Photo | None = None
    ) -> Photo:
        """Store one photo's bytes; returns the photo as it stands then. Raises BadPhoto, StorageError."""
        assert photo is not None
        if response.status == NOT_MODIFIED and photo.check_due:
            return await self._confirmed(photo, item)
        if response.status != 200:
            raise BadPhoto(f"http_{response.status}", request.url)
        return await self._store(photo_bytes(item.source, response.body, photo.key), photo, item, _fetched(response))

    async def _confirmed(self, photo: Photo, item: ListingItem, fetched: Fetched | None = None) -> Photo:
        """Note that a photo shows what it did; `fetched` where its file came once more."""
        await self.crawl.write(photos.confirm, photo.photo_id, time.time(), fetched)
        self.crawl.count(f"phx/photos/unchanged/{item.source}")
        logger.debug("unchanged %s of %s | %s", photo.url, item.asked_address, item.source)
        return replace(photo, check_due=False)

    async def _store(self, data: bytes, photo: Photo, item: ListingItem, fetched: Fetched) -> Photo:
        crawl = self.crawl
        if photo.check_due and await crawl.run_in("images", partial(is_known_file, data, photo.raw_sha256)):
            return await self._confirmed(photo, item, fetched)
        picture = PhotoFile(data, crawl.options, crawl.decoders.process)
        image = await store_photo(crawl, picture, photo, fetched)
        crawl.count(f"phx/photos/stored/{item.source}")
        crawl.count("phx/photos/bytes", len(data))
        logger.debug("stored %s of %s | %s as %s", fetched.url, item.asked_address, item.source, image.path)
        return replace(photo, state="stored", check_due=False, raw_sha256=image.raw_sha256)


def photo_request(url: str, source: str, property_hash: str, page_url: str, most_bytes: int) -> Request:
    """The request of one photo's file, as a browser on the listing's page would make it."""
    return Request(
        url,
        callback=NO_CALLBACK,
        meta={
            "download_slot": photo_slot(source),
            "download_maxsize": most_bytes,
            meta_keys.SOURCE: source,
            meta_keys.HOME: property_hash,
            meta_keys.KIND: "photo",
            meta_keys.FETCH: "photo",
            meta_keys.STEP: "photo",
            meta_keys.REFERER: page_url,
        },
    )


def _validators(photo: Photo) -> dict[str, str]:
    """The headers by which a source can say that its file is the one that is known (RFC 9110, 13.1)."""
    headers = {"If-None-Match": photo.etag, "If-Modified-Since": photo.last_modified}
    return {name: value for name, value in headers.items() if value}


def _fetched(response: Response) -> Fetched:
    def header(name: str) -> str:
        return (response.headers.get(name) or b"").decode("latin-1")

    validators = header("ETag"), header("Last-Modified")
    return Fetched(response.url, time.time(), *validators, http_status=response.status)
