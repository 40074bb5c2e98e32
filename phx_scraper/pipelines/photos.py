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

from phx_scraper.downloader import meta_keys
from phx_scraper.downloader.slots import photo_slot
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.pool import DecoderPool
from phx_scraper.items import ListingItem, PhotoItem
from phx_scraper.model.records import Fetched
from phx_scraper.pages import photo_bytes
from phx_scraper.pipelines.listing_photos import ListingPhotos
from phx_scraper.pipelines.photo_fallbacks import MAX_FALLBACKS
from phx_scraper.run.context import RunContext
from phx_scraper.run.current_run import run_of
from phx_scraper.run.photo_file import PhotoFile, imaging_options

logger = logging.getLogger(__name__)

# Photos between request and catalogue beyond those being decoded: bounds memory, keeps the workers fed.
WAITING_PHOTOS = 12


class ReadyStore:
    """Stands where ImagesPipeline expects a store; ours is `RunContext.files`."""

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
        self.decoders: DecoderPool | None = None

    @property
    def crawl(self) -> RunContext:
        """The run's shared state."""
        return run_of(self.crawler)

    async def process_item(self, item: ListingItem) -> ListingItem:
        """Bring every pending photo of a listing to a final state, or leave it pending for the next run."""
        if item.photos and not self.crawl.job.dry_run:
            await self._prepared()
            await ListingPhotos(self.crawl, self, item).collect()
        return item

    async def _prepared(self) -> None:
        """With the first photo of the run, and once: a revisit that fetches none starts no decoder."""
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(self._prepare())
        await self._preparing

    async def _prepare(self) -> None:
        crawl, options = self.crawl, self.crawl.options
        self.permits = asyncio.Semaphore(options.image_workers * 2 + WAITING_PHOTOS)
        seconds = options.decoder_timeout
        if seconds > 0:
            start = partial(DecoderPool, options.image_workers, imaging_options(options), seconds)
            self.decoders = await crawl.run_in("images", start)

    def close_spider(self) -> None:
        """End the decoders; by now no photo is in work."""
        if self.decoders is not None:
            self.decoders.close()

    def get_media_requests(self, item: ListingItem, info: Any) -> Iterator[Request]:
        """Requests for the best file of each photo."""
        for photo in item.photos:
            yield self._request(photo.url, item)

    def requests_of(self, photo: PhotoItem, item: ListingItem) -> list[Request]:
        """Requests for a photo's files, best first."""
        return [self._request(url, item) for url in (photo.url, *photo.fallbacks[:MAX_FALLBACKS])]

    def _request(self, url: str, item: ListingItem) -> Request:
        return Request(
            url,
            callback=NO_CALLBACK,
            meta={
                "download_slot": photo_slot(item.source),
                "download_maxsize": self.crawl.options.max_photo_bytes,
                meta_keys.SOURCE: item.source,
                meta_keys.HOME: item.property_hash,
                meta_keys.KIND: "photo",
                meta_keys.FETCH: "photo",
                meta_keys.REFERER: item.url,
            },
        )

    async def bring_home(self, request: Request, photo: PhotoItem, item: ListingItem) -> None:
        """Fetch and store one file. Raises BadPhoto, NotUnderstood, StorageError, and what a download may end with."""
        carried = self.crawl.brought.take_picture(item.property_hash, item.source, photo.key)
        if carried:
            await self._store(carried, photo, item.source, Fetched(photo.url, time.time()))
            return
        response = await self.crawler.engine.download_async(request)
        await self.media_downloaded(response, request, self.spiderinfo, item=item, photo=photo)

    async def media_downloaded(  # type: ignore[override]
        self, response: Response, request: Request, info: Any, *, item: Any = None, photo: PhotoItem | None = None
    ) -> Any:
        """Store one photo's bytes. Raises BadPhoto, StorageError."""
        assert photo is not None
        if response.status != 200:
            raise BadPhoto(f"http_{response.status}", request.url)
        data = photo_bytes(item.source, response.body, photo.key)
        await self._store(data, photo, item.source, _fetched(response))

    async def _store(self, data: bytes, photo: PhotoItem, source: str, fetched: Fetched) -> None:
        crawl, options = self.crawl, self.crawl.options
        decode = self.decoders.process if self.decoders is not None else None
        picture = PhotoFile(data, crawl.files, imaging_options(options), options.keep_raw, decode)
        image = await crawl.run_in("images", lambda: picture.process(crawl.catalogue.known_image))
        await crawl.run_in("files", picture.write)
        is_ours = await crawl.sql(
            crawl.catalogue.store_photo,
            photo.photo_id,
            image,
            fetched,
            picture.write,
            time.time(),
        )
        if not is_ours:
            await crawl.sql(crawl.catalogue.remove_unreferenced, crawl.files)
        photo.state, photo.raw_sha256 = "stored", image.raw_sha256
        crawl.count(f"phx/photos/stored/{source}")
        crawl.count("phx/photos/bytes", len(data))
        logger.debug("stored %s", fetched.url)


def _fetched(response: Response) -> Fetched:
    def header(name: str) -> str:
        return (response.headers.get(name) or b"").decode("latin-1")

    return Fetched(response.url, time.time(), header("ETag"), header("Last-Modified"))
