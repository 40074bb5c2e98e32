"""Answering for a picture: files with validators, conditional requests, and every fault a picture's key asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO

from aiohttp import web
from PIL import Image

from phx_scraper.replica.answers import denied, html, not_found, refused_once
from phx_scraper.replica.pictures import BEST_ONLY, Picture, Size, render
from phx_scraper.replica.state import State

_EPOCH = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
_TINY = Size(160, 120)
_BOMB_SIDE = 30_000
_TYPES = {"JPEG": "image/jpeg", "WEBP": "image/webp"}
_ENDLESS = "public, max-age=31536000"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file asked for: `name` tells it from every other, `content_type` is a wrong one that the source states.

    `quality` is the encoder's, 0 for the usual one; `best` says that no larger file of the photo is listed.
    """

    name: str
    picture: Picture
    size: Size
    image_format: str
    content_type: str = ""
    quality: int = 0
    best: bool = False

    @property
    def fault(self) -> str:
        """What is wrong with this file."""
        fault = self.picture.fault
        return "" if fault in BEST_ONLY and not self.best else fault

    @property
    def etag(self) -> str:
        """A validator that does not need the picture drawn."""
        return f'"{sha256(self.name.encode()).hexdigest()[:32]}"'

    @property
    def modified(self) -> datetime:
        """When the picture was uploaded."""
        return _EPOCH + timedelta(minutes=int(self.picture.seed[:5], 16) % 400_000)


async def answer_photo(state: State, request: web.Request, wanted: Wanted) -> web.StreamResponse:
    """The answer for one file, faults included; a fault that heals shows on the first request of its address."""
    fault = wanted.fault
    first = state.stats.times(request.path) == 1
    if fault == "photo_missing":
        return not_found()
    if fault in ("photo_denied", "photo_denied_all"):
        return denied()
    if first and fault == "photo_page_once":
        return html("<html><body><p>Please try again later.</p></body></html>")
    if first and fault in ("photo_429_once", "photo_503_once"):
        return refused_once(429 if fault == "photo_429_once" else 503)
    if _fresh(request, wanted):
        return web.Response(status=304, headers=_validators(wanted))
    if fault in ("photo_html", "photo_empty"):
        body = b"" if fault == "photo_empty" else b"<html><body><h1>Something went wrong</h1></body></html>"
        return _file(wanted, body)
    data = await drawn(state, wanted)
    if first and fault == "photo_cut_once":
        return await _cut(request, wanted, data)
    return _file(wanted, data)


async def drawn(state: State, wanted: Wanted) -> bytes:
    """The file's bytes, from the store or drawn now; a folder may hold files of replicas with other options."""
    called = f"{wanted.name} {wanted.size.width} {wanted.size.height} {wanted.quality} {wanted.fault}"
    return await state.store.get(sha256(called.encode()).hexdigest()[:40], lambda: _make(wanted))


def _fresh(request: web.Request, wanted: Wanted) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return wanted.etag in tags or tags.strip() == "*"
    since = request.if_modified_since
    return since is not None and since >= wanted.modified


def _validators(wanted: Wanted) -> dict[str, str]:
    return {
        "ETag": wanted.etag,
        "Last-Modified": format_datetime(wanted.modified, usegmt=True),
        "Cache-Control": _ENDLESS,
    }


def _file(wanted: Wanted, body: bytes) -> web.Response:
    kind = wanted.content_type or _TYPES[wanted.image_format]
    return web.Response(body=body, headers=_validators(wanted) | {"Content-Type": kind})


async def _cut(request: web.Request, wanted: Wanted, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers=_validators(wanted) | {"Content-Type": _TYPES[wanted.image_format]})
    response.content_length = len(data)
    response.force_close()
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _make(wanted: Wanted) -> bytes:
    picture, fault = wanted.picture, wanted.fault
    if fault in ("photo_bomb", "photo_huge_best"):
        return _bomb()
    if fault == "photo_flat":
        height = wanted.size.height or wanted.size.width * 3 // 4
        level = int(picture.seed[:2], 16)
        return _encode(Image.new("RGB", (wanted.size.width, height), (level, 200, 180)), wanted.image_format)
    size = _TINY if fault == "photo_tiny" else wanted.size
    data = render(picture, size, wanted.image_format, wanted.quality)
    return data[: len(data) * 3 // 5] if fault in ("photo_truncated", "photo_cut_best") else data


def _encode(image: Image.Image, image_format: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, image_format)
    return buffer.getvalue()


def _bomb() -> bytes:
    """A JPEG of some hundred bytes whose frame header says 30,000 by 30,000 pixels."""
    data = _encode(Image.new("L", (64, 64), 90), "JPEG")
    frame = data.index(b"\xff\xc0")
    side = _BOMB_SIDE.to_bytes(2, "big")
    return data[: frame + 5] + side + side + data[frame + 9 :]
