"""Forms that are sent: what a form may be is looked at before it is read, and what it holds are texts of a length."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from phx_scraper.api.problems import RequestRefused

MOST_FIELDS = 4
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1"}
"""Of others Python has some that are no charset, or that fail in ways of their own."""


@contextlib.asynccontextmanager
async def form_of(request: Request, *, most_files: int, part_bytes: int) -> AsyncIterator[FormData]:
    """The form of a request, empty where it has none. Raises RequestRefused."""
    _check_charset(request)
    try:
        form = await request.form(max_files=most_files, max_fields=MOST_FIELDS, max_part_size=part_bytes)
    except (HTTPException, MultiPartException) as error:
        said = getattr(error, "detail", None) or getattr(error, "message", "")
        raise RequestRefused(400, f"the form cannot be read: {said}"[:300]) from error
    try:
        yield form
    finally:
        await form.close()


def text_of(form: FormData, name: str, most: int) -> str:
    """A field of a form, empty where it is not there. Raises RequestRefused."""
    found = form.get(name, "")
    if not isinstance(found, str) or len(found) > most:
        what = f"{'is too long: it ' if isinstance(found, str) else ''}must be a text of at most {most:,} characters"
        raise RequestRefused(422, f"body.{name} {what}", errors=[{"at": f"body.{name}", "what": what}])
    return found


def _check_charset(request: Request) -> None:
    charset = parse_options_header(request.headers.get("content-type"))[1].get(b"charset", b"utf-8")
    if charset.decode("latin-1").lower() not in _CHARSETS:
        raise RequestRefused(415, "the charset of the form is none that is read here: send the form as UTF-8")
