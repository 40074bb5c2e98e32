"""Fetches a listing's photos, few in memory at a time, and stores each as soon as it is final."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.images import ImagesPipeline
from twisted.python.failure import Failure

from phx_scraper.breakers.breaker import Trouble
from phx_scraper.breakers.verdict import trouble_of
from phx_scraper.crawl import Crawl
from phx_scraper.endings import ending_of_failure
from phx_scraper.errors import BadPhoto, DiskFull, NotUnderstood, Refused, StorageError
from phx_scraper.handlers.failures import StoppedEarly
from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.keeping.decoders import Decoders, DecoderUnavailable
from phx_scraper.keeping.picture import Picture, imaging_options
from phx_scraper.pages import photo_bytes
from phx_scraper.storage.records import Fetched

logger = logging.getLogger(__name__)

# Photos between request and catalogue beyond those being decoded: bounds memory, keeps the workers fed.
WAITING_PHOTOS = 12
# Missing files of a photo for which its other files are tried.
MISSING = {404, 410}
MAX_FALLBACKS = 2


class ReadyStore:
    """Stands where ImagesPipeline expects a store; ours is `Crawl.files`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri


class PhotosPipeline(ImagesPipeline):
    """ImagesPipeline that keeps the original bytes, works in threads and writes atomically.

    Scrapy's own `process_item` keeps a result per URL for the whole run and sends all requests of an item at once;
    this one holds a bounded number of bodies and remembers nothing, because the catalogue does.
    """

    # Scrapy's own store would create its folder at start, and writes in place.
    STORE_SCHEMES: ClassVar[dict[str, type]] = {**ImagesPipeline.STORE_SCHEMES, "": ReadyStore, "file": ReadyStore}

    def __init__(self, store_uri: str, *, crawler: Crawler) -> None:
        super().__init__(store_uri, crawler=crawler)
        self.permits: asyncio.Semaphore | None = None
        self._preparing: asyncio.Future[None] | None = None
        self.decoders: Decoders | None = None

    @property
    def crawl(self) -> Crawl:
        """The run's shared state."""
        return self.crawler.spider.crawl  # type: ignore[union-attr,attr-defined,no-any-return]

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Bring every pending photo of a listing to a final state, or leave it pending for the next run."""
        if item.photos and not self.crawl.job.dry_run:
            await self._prepared()
            await asyncio.gather(*(self._collect(photo, item) for photo in item.photos))
        return item

    async def _prepared(self) -> None:
        """With the first photo of the run, and once: a revisit that fetches none starts no decoder."""
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(self._prepare())
        await self._preparing

    async def _prepare(self) -> None:
        crawl, options = self.crawl, self.crawl.options
        self.permits = asyncio.Semaphore(options.image_workers * 2 + WAITING_PHOTOS)
        seconds = self.crawler.settings.getfloat("PHX_DECODER_TIMEOUT")
        if seconds > 0:
            start = partial(Decoders, options.image_workers, imaging_options(options), seconds)
            self.decoders = await crawl.run_in("images", start)

    def close_spider(self) -> None:
        """End the decoders; by now no photo is in work."""
        if self.decoders is not None:
            self.decoders.close()

    async def _collect(self, photo: PhotoItem, item: ListingItem) -> None:
        assert self.permits is not None
        async with self.permits:
            if self.crawl.stopping or any(other.state == "refused" for other in item.photos):
                return
            for request in self.get_media_requests(item, self.spiderinfo, photo):
                if await self._fetched(request, photo, item):
                    return

    def get_media_requests(self, item: ListingItem, info: Any, photo: PhotoItem | None = None) -> Iterator[Request]:
        """Requests for a photo, best file first; without `photo`, for the best file of each photo."""
        if photo is None:
            for one in item.photos:
                yield self._request(one.url, item)
            return
        for url in (photo.url, *photo.fallbacks[:MAX_FALLBACKS]):
            yield self._request(url, item)

    def _request(self, url: str, item: ListingItem) -> Request:
        return Request(
            url,
            callback=NO_CALLBACK,
            meta={
                "download_slot": f"{item.source}:img",
                "download_maxsize": self.crawl.options.max_photo_bytes,
                "phx_source": item.source,
                "phx_home": item.property_hash,
                "phx_kind": "photo",
                "phx_fetch": "photo",
                "phx_referer": item.url,
            },
        )

    async def _fetched(self, request: Request, photo: PhotoItem, item: ListingItem) -> bool:
        """Fetch one file; False where the next file of the photo should be tried."""
        try:
            response = await self.crawler.engine.download_async(request)
            await self._answered(item.source, response.status)
            if response.status in MISSING and request.url != _last_url(photo):
                return False
            await self.media_downloaded(response, request, self.spiderinfo, item=item, photo=photo)
        except Exception:
            await self._failed(Failure(), request, photo)
        return True

    async def media_downloaded(  # type: ignore[override]
        self, response: Response, request: Request, info: Any, *, item: Any = None, photo: PhotoItem | None = None
    ) -> Any:
        """Store one photo's bytes. Raises BadPhoto, StorageError."""
        assert photo is not None
        if response.status != 200:
            raise BadPhoto(f"http_{response.status}", request.url)
        crawl, options = self.crawl, self.crawl.options
        data = photo_bytes(item.source, response.body, photo.key)
        decode = self.decoders.process if self.decoders is not None else None
        picture = Picture(data, crawl.files, imaging_options(options), options.keep_raw, decode)
        image = await crawl.run_in("images", lambda: picture.process(crawl.catalogue.known_image))
        await crawl.run_in("files", picture.write)
        is_ours = await crawl.sql(
            crawl.catalogue.store_photo,
            photo.photo_id,
            image,
            _fetched(response),
            picture.write,
            time.time(),
        )
        if not is_ours:
            await crawl.sql(crawl.catalogue.remove_unreferenced, crawl.files)
        photo.state, photo.raw_sha256 = "stored", image.raw_sha256
        crawl.count(f"phx/photos/stored/{item.source}")
        crawl.count("phx/photos/bytes", len(response.body))
        logger.debug("stored %s", request.url)

    async def _answered(self, source: str, status: int) -> None:
        """Tell the source's breaker; a missing photo is an answer too."""
        if status >= 500:
            await self.crawl.breakers.bad(source, "photo", Trouble("failure", f"http_{status}"))
        else:
            await self.crawl.breakers.good(source, "photo")

    async def _failed(self, failure: Failure, request: Request, photo: PhotoItem) -> None:
        """Name a photo's failure; a refusal, and trouble of our own, leave it pending."""
        error, trouble = failure.value, trouble_of(ending_of_failure(failure))
        if trouble is not None:
            await self.crawl.breakers.bad(request.meta["phx_source"], "photo", trouble)
        if isinstance(error, DiskFull):
            self.crawl.stop("disk", str(error))
        elif isinstance(error, DecoderUnavailable):
            self.crawl.stop("decoder", str(error))
        elif isinstance(error, StorageError):
            # No fault of the photo: it stays pending, and the next run has it.
            self.crawl.stop("storage", str(error))
        elif isinstance(error, Refused):
            photo.state, photo.reason = "refused", error.reason
        elif not isinstance(error, StoppedEarly) and not self.crawl.stopping:
            await self._name_failure(failure, request, photo)

    async def _name_failure(self, failure: Failure, request: Request, photo: PhotoItem) -> None:
        reason = _reason(failure)
        try:
            await self.crawl.sql(self.crawl.catalogue.fail_photo, photo.photo_id, reason, time.time())
        except StorageError:
            return  # the run is stopping, and has said why; the next one asks for the photo again
        photo.state, photo.reason = "failed", reason
        self.crawl.count(f"phx/photos/failed/{request.meta['phx_source']}/{reason}")
        logger.debug("failed %s: %s", request.url, failure.value)


def _reason(failure: Failure) -> str:
    if isinstance(failure.value, BadPhoto | NotUnderstood):
        return failure.value.reason
    return ending_of_failure(failure).reason


def _last_url(photo: PhotoItem) -> str:
    return photo.fallbacks[:MAX_FALLBACKS][-1] if photo.fallbacks else photo.url


def _fetched(response: Response) -> Fetched:
    def header(name: str) -> str:
        return (response.headers.get(name) or b"").decode("latin-1")

    return Fetched(response.url, time.time(), header("ETag"), header("Last-Modified"))
