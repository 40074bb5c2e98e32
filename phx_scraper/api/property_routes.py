"""`/api/properties` and `/api/images`: what was collected, read only."""

from __future__ import annotations

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from phx_scraper.api.api_context import ApiContext
from phx_scraper.api.authentication import Reader
from phx_scraper.api.etags import document, tagged
from phx_scraper.api.job_routes import Limit, Offset
from phx_scraper.api.problems import RequestRefused, answers
from phx_scraper.api.property_documents import ImageList, PropertyDetails, PropertyList, details, image, property_of
from phx_scraper.errors import FileAbsent
from phx_scraper.homes import Home, parse_inline
from phx_scraper.storage.catalogue import property_pages
from phx_scraper.storage.catalogue.gallery import HomeGallery, galleries
from phx_scraper.storage.catalogue.registration import labels

ROOT = "/api/properties"
_USUAL = (304, 401, 403, 422, 429, 503)
_LABEL = re.compile(r"[0-9a-f]{8,64}")
_HASH = re.compile(r"[0-9a-f]{64}")
_KINDS = {"png": "image/png", "jpg": "image/jpeg"}
_FOR_EVER = "private, max-age=31536000, immutable"
_NO_HOME = "there is no such home: GET /api/properties?address=… finds one by its address"
_NO_PICTURE = "there is no such picture, or no home shows it"

router = APIRouter(tags=["properties"])


@router.get(ROOT, response_model=PropertyList, responses=answers(*_USUAL))
def listed(
    request: Request,
    caller: Reader,
    limit: Limit = 100,
    after: Annotated[str, Query(max_length=64, pattern="^[0-9a-f]*$", description="The page after this home")] = "",
    address: Annotated[str, Query(max_length=1000, description="Only the home at this address")] = "",
) -> Response:
    """Homes, by their label; those of all jobs."""
    wanted = _named(address) if address.strip() else None
    with caller.context.catalogue.reading() as tx:
        if wanted is None:
            found = property_pages.homes_after(tx, after, limit + 1)
        else:
            found = property_pages.homes_of(tx, labels(tx, wanted))
    shown, more = found[:limit], None
    if wanted is None and len(found) > limit:
        more = f"{ROOT}?{urlencode({'limit': limit, 'after': shown[-1].home.property_hash})}"
    return document(request, PropertyList(properties=[property_of(one) for one in shown], next=more))


def _named(address: str) -> list[Home]:
    """Raises RequestRefused where no home can be told by it: an empty answer means that nothing was collected."""
    homes, errors = parse_inline(address.replace(";", ","))
    if errors or len(homes) != 1:
        raise RequestRefused(422, f"address: {errors[0].reason if errors else 'give one, by street, city and zip'}")
    return homes


@router.get(f"{ROOT}/{{property_hash}}", response_model=PropertyDetails, responses=answers(404, *_USUAL))
def one(request: Request, caller: Reader, property_hash: str) -> Response:
    """One home, how it stands at each source, and what its listings say."""
    return document(request, details(_gallery(caller.context, property_hash)))


@router.get(f"{ROOT}/{{property_hash}}/images", response_model=ImageList, responses=answers(404, *_USUAL))
def pictures(request: Request, caller: Reader, property_hash: str, limit: Limit = 100, offset: Offset = 0) -> Response:
    """The pictures of a home that are shown: copies, and those that a person has hidden, are not."""
    shown = _gallery(caller.context, property_hash).kept
    more = None
    if len(shown) > offset + limit:
        more = f"{ROOT}/{property_hash}/images?{urlencode({'limit': limit, 'offset': offset + limit})}"
    told = [image(photo) for photo in shown[offset : offset + limit] if photo.image]
    return document(request, ImageList(images=told, total=len(shown), next=more))


_BYTES = {"schema": {"type": "string", "format": "binary"}}
_PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": dict.fromkeys(_KINDS.values(), _BYTES)}}


@router.get("/api/images/{content_hash}", response_class=Response, responses={**_PICTURE, **answers(404, 502, *_USUAL)})
async def picture(request: Request, caller: Reader, content_hash: str) -> Response:
    """The bytes of a picture that some home shows, PNG or JPEG."""
    path = await run_in_threadpool(_shown, caller.context, content_hash)
    try:
        body = await caller.context.reads.read(caller.context.files, path, content_hash)
    except FileAbsent as error:
        raise RequestRefused(404, _NO_PICTURE) from error
    kind = _KINDS.get(path.rpartition(".")[2], "application/octet-stream")
    return tagged(request, body, kind, content_hash, _FOR_EVER)


def _shown(context: ApiContext, content_hash: str) -> str:
    """The path of a picture. Raises RequestRefused where no home shows it."""
    path = None
    if _HASH.fullmatch(content_hash):
        with context.catalogue.reading() as tx:
            path = property_pages.shown_picture(tx, content_hash)
    if path is None:
        raise RequestRefused(404, _NO_PICTURE)
    return path


def _gallery(context: ApiContext, property_hash: str) -> HomeGallery:
    """Raises RequestRefused where there is no such home."""
    found = None
    if _LABEL.fullmatch(property_hash):
        with context.catalogue.reading() as tx:
            found = next(galleries(tx, [property_hash]), None)
    if found is None:
        raise RequestRefused(404, _NO_HOME)
    return found
