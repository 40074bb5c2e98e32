"""One photo's bytes decoded, its files written, and its row made to name them: each in a thread of its own kind."""

from __future__ import annotations

import time
from functools import partial

from phx_scraper.errors import FilesRemoved
from phx_scraper.model.checks import Finding
from phx_scraper.model.image import Image
from phx_scraper.model.photo import Fetched, Photo
from phx_scraper.run.context import RunContext
from phx_scraper.run.photo_file import PhotoFile
from phx_scraper.storage.catalogue import photos
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced


async def store_photo(crawl: RunContext, picture: PhotoFile, photo: Photo, fetched: Fetched) -> Image:
    """Store a photo's file; returns its image. Raises BadPhoto, StorageError."""
    image = await crawl.run_in("images", partial(picture.process, crawl.catalogue, crawl.files))
    crawl.visits.squares.add(image.raw_sha256, picture.square)
    await crawl.run_in("files", partial(picture.write, crawl.files))
    crawl.findings.update(Finding("damaged_file", path) for path in picture.damaged)
    if not await _is_named(crawl, picture, image, photo, fetched):
        await crawl.sql(remove_unreferenced, crawl.catalogue, crawl.files)
    return image


async def _is_named(crawl: RunContext, picture: PhotoFile, image: Image, photo: Photo, fetched: Fetched) -> bool:
    """Have the row name the files, which are written once more where some removal was faster; False if not ours."""
    while True:
        try:
            return await crawl.write(photos.store, photo.photo_id, image, fetched, picture.since, time.time())
        except FilesRemoved:
            await crawl.run_in("files", partial(picture.write_again, crawl.catalogue, crawl.files))
