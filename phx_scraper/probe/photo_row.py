"""One photo of the listing, fetched and decoded: its size and format."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from phx_scraper.config.fields import Config
from phx_scraper.errors import BadPhoto, DecoderUnavailable
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.pipelines.photos import photo_request
from phx_scraper.probe.answer_rows import answer_row
from phx_scraper.probe.fetcher import Fetcher
from phx_scraper.probe.probe_report import OK, TROUBLE, Row
from phx_scraper.reconcile.restore_picture import decoder_pool


async def photo_row(listing: Listing, property_hash: str, fetcher: Fetcher, config: Config) -> Row:
    """The best file of a photo amid the gallery, as covers are often served from elsewhere. Raises StoppedEarly.

    A picture that the page itself carries is not asked for.
    """
    photo = listing.photos[len(listing.photos) // 2]
    if photo.data:
        row = Row("photo", OK, url=photo.url, size=len(photo.data), detail="carried by the page")
        return await _decoded(row, photo.data, config)
    request = photo_request(photo.url, listing.source, property_hash, listing.url, config.max_photo_bytes)
    answer = await fetcher.fetch(request)
    row = answer_row("photo", answer)
    if row.result != OK or answer.response is None:
        return replace(row, detail=_with_others(row.detail, photo))
    return await _decoded(row, answer.response.body, config)


async def _decoded(row: Row, data: bytes, config: Config) -> Row:
    decoders = decoder_pool(replace(config, image_workers=1))
    try:
        image = await asyncio.to_thread(decoders.process, data)
    except BadPhoto as error:
        return replace(row, result=TROUBLE, word=error.reason, detail=error.detail)
    except DecoderUnavailable as error:
        return replace(row, result=TROUBLE, word="decoder", detail=str(error))
    finally:
        decoders.close()
    size = f"{image.original_width} x {image.original_height} {image.original_format}"
    return replace(row, detail="; ".join(filter(None, (size, row.detail))))


def _with_others(detail: str, photo: Photo) -> str:
    others = len(photo.fallbacks)
    return "; ".join(filter(None, (detail, f"{others} other sizes not asked for" if others else "")))
