"""Responses with photo files: validators, conditional requests, and the faults that a picture's key names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO

from aiohttp import web
from PIL import Image

from phx_scraper.replica.pictures import BEST_ONLY, Picture, Size, render
from phx_scraper.replica.responses import access_denied, html, not_found, transient_refusal
from phx_scraper.replica.state import State

_FIRST_UPLOAD = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
_TINY = Size(160, 120)
_BOMB_SIDE = 30_000
_TYPES = {"JPEG": "image/jpeg", "WEBP": "image/webp"}
_CACHE_FOR_EVER = "public, max-age=31536000"


@dataclass(frozen=True, slots=True)
class RequestedFile:
    """One requested file: `name` is unique, `content_type` is a wrong one that the source sends.

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
        """The fault of this file, "" for none."""
        fault = self.picture.fault
        return "" if fault in BEST_ONLY and not self.best else fault

    @property
    def etag(self) -> str:
        """A validator, without drawing the picture."""
        return f'"{sha256(self.name.encode()).hexdigest()[:32]}"'

    @property
    def modified(self) -> datetime:
        """When the picture was uploaded."""
        return _FIRST_UPLOAD + timedelta(minutes=int(self.picture.seed[:5], 16) % 400_000)


async def photo_response(state: State, request: web.Request, requested: RequestedFile) -> web.StreamResponse:
    """The response with one file, faults included; a transient fault occurs on the first request of its URL."""
    fault = requested.fault
    first = state.stats.count_url(request.path) == 1
    if fault == "photo_missing":
        return not_found()
    if fault in ("photo_denied", "photo_denied_all"):
        return access_denied()
    if first and fault == "photo_page_once":
        return html("<html><body><p>Please try again later.</p></body></html>")
    if first and fault in ("photo_429_once", "photo_503_once"):
        return transient_refusal(429 if fault == "photo_429_once" else 503)
    if _is_unchanged(request, requested):
        return web.Response(status=304, headers=_validators(requested))
    if fault in ("photo_html", "photo_empty"):
        body = b"" if fault == "photo_empty" else b"<html><body><h1>Something went wrong</h1></body></html>"
        return _file_response(requested, body)
    data = await file_bytes(state, requested)
    state.stats.count_photo(len(data))
    if first and fault == "photo_cut_once":
        return await _cut_response(request, requested, data)
    return _file_response(requested, data)


async def file_bytes(state: State, requested: RequestedFile) -> bytes:
    """The file's bytes, cached or drawn now; a folder may hold files of replicas with other options."""
    size = requested.size
    made_as = f"{requested.name} {size.width} {size.height} {requested.quality} {requested.fault} {requested.best}"
    return await state.store.get(sha256(made_as.encode()).hexdigest()[:40], lambda: make_file(requested))


def _is_unchanged(request: web.Request, requested: RequestedFile) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return requested.etag in tags or tags.strip() == "*"
    since = request.if_modified_since
    return since is not None and since >= requested.modified


def _validators(requested: RequestedFile) -> dict[str, str]:
    return {
        "ETag": requested.etag,
        "Last-Modified": format_datetime(requested.modified, usegmt=True),
        "Cache-Control": _CACHE_FOR_EVER,
    }


def _file_response(requested: RequestedFile, body: bytes) -> web.Response:
    content_type = requested.content_type or _TYPES[requested.image_format]
    return web.Response(body=body, headers=_validators(requested) | {"Content-Type": content_type})


async def _cut_response(request: web.Request, requested: RequestedFile, data: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers=_validators(requested) | {"Content-Type": _TYPES[requested.image_format]})
    response.content_length = len(data)
    response.force_close()
    await response.prepare(request)
    await response.write(data[: len(data) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def make_file(requested: RequestedFile) -> bytes:
    """The bytes of one file, damaged where its fault says so."""
    picture, fault = requested.picture, requested.fault
    if fault in ("photo_bomb", "photo_huge_best"):
        return _bomb()
    if fault == "photo_flat":
        height = requested.size.height or requested.size.width * 3 // 4
        level = int(picture.seed[:2], 16)
        return _encode(Image.new("RGB", (requested.size.width, height), (level, 200, 180)), requested.image_format)
    size = _TINY if fault == "photo_tiny" else requested.size
    data = render(picture, size, requested.image_format, requested.quality)
    return data[: len(data) * 3 // 5] if fault in ("photo_truncated", "photo_cut_best") else data


def _encode(image: Image.Image, image_format: str) -> bytes:
    buffer = BytesIO()
    image.save(buffer, image_format)
    return buffer.getvalue()


def _bomb() -> bytes:
    """A JPEG of some hundred bytes whose frame header states 30,000 by 30,000 pixels."""
    data = _encode(Image.new("L", (64, 64), 90), "JPEG")
    frame = data.index(b"\xff\xc0")
    side = _BOMB_SIDE.to_bytes(2, "big")
    return data[: frame + 5] + side + side + data[frame + 9 :]
