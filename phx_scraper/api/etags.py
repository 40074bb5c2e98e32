"""Answers that browsers and programs need not fetch again: with a digest of what they say."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

_DIGITS = 32


def document(request: Request, shown: BaseModel, *, is_whole: bool = True) -> Response:
    """The document, or 304 where `If-None-Match` names what it says; `is_whole` False: without what is null."""
    body = shown.model_dump_json(exclude_none=not is_whole).encode()
    return tagged(request, body, "application/json", hashlib.sha256(body).hexdigest()[:_DIGITS], "private, no-cache")


def tagged(request: Request, body: bytes, kind: str, tag: str, cached: str) -> Response:
    """Any body with its tag."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": cached}
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=kind)


def is_current(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag."""
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return f'"{tag}"' in known or "*" in known
