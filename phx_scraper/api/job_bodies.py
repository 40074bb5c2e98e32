"""What a request for a new job holds: JSON, or a form with a CSV file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from phx_scraper.api.forms import form_of
from phx_scraper.api.job_documents import GivenOptions, NewJob, given_addresses, options_of
from phx_scraper.api.problems import RequestRefused
from phx_scraper.api.value_errors import body_schema, values_problem
from phx_scraper.homes import Home, RowError, read_addresses, read_given
from phx_scraper.homes.kept_columns import KeptColumns
from phx_scraper.model.job import JobOptions
from phx_scraper.storage.catalogue.job_rows import NewHome

JSON, FORM = "application/json", "multipart/form-data"
T = TypeVar("T", bound=BaseModel)
_FIELDS = ("file", "sources", "options")
_NO_JSON = {"json_invalid", "json_type"}
_PARSER_WORDS = {
    "EOF while parsing": "it ends in the midst of",
    "recursion limit exceeded": "it is nested too deeply",
}
_PART_BYTES = 64 * 1024
_MOST_VALUES, _MOST_NAMES = 2_000_000, 20
"""Commas of a body, and names of one object: far more than a list has, and few enough to be read."""

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"$ref": "#/components/schemas/NewJob"}},
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "A CSV of homes"},
                        "sources": {"type": "string", "description": "Names with commas between; empty: all"},
                        "options": {"type": "string", "description": "The options as JSON"},
                    },
                }
            },
        },
    }
}
"""The body, for the description of the endpoint."""


@dataclass(frozen=True, slots=True)
class AskedJob:
    """Homes, the rows that name none, and options."""

    homes: Sequence[Home | NewHome]
    rejected: list[RowError]
    options: JobOptions


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent, not yet read: JSON, or the parts of a form."""

    json: bytes = b""
    file: bytes | None = None
    sources: str = ""
    options: str = ""


async def receive(request: Request) -> Body:
    """Take in the whole body. Raises RequestRefused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        return Body(json=await request.body())
    if kind != FORM:
        raise RequestRefused(415, f"send {JSON}, or {FORM} with a CSV as the part `file`")
    async with form_of(request, most_files=1, part_bytes=_PART_BYTES) as form:
        return await _parts(form)


async def _parts(form: FormData) -> Body:
    unknown = sorted(set(form) - set(_FIELDS))
    if unknown:
        raise RequestRefused(422, f"the form has a part {unknown[0][:60]!r}: there are {', '.join(_FIELDS)}")
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise RequestRefused(422, "the form has no file: send a CSV as the part `file`")
    texts = {name: form.get(name) or "" for name in _FIELDS[1:]}
    if not all(isinstance(text, str) for text in texts.values()):
        raise RequestRefused(422, "sources and options are texts, not files")
    return Body(b"", await file.read(), str(texts["sources"]), str(texts["options"]))


def read(body: Body, kept: KeptColumns | None = None) -> AskedJob:
    """The job that is asked for; `kept` bounds what its list becomes. Raises RequestRefused, UsageError."""
    if body.file is None:
        _check_size(body.json)
        new = _validated(NewJob, body.json)
        homes, rejected = read_given(given_addresses(new))
    else:
        new = _form_job(body)
        homes, rejected = read_addresses(body.file, kept or KeptColumns())
    if not homes:
        errors = [{"at": f"row {one.row}", "what": one.reason} for one in rejected[:20]]
        raise RequestRefused(422, "the list names no home: give at least one readable address", errors=errors)
    return AskedJob(homes, rejected, options_of(new))


def _check_size(text: bytes) -> None:
    """Small values cost a hundred times their bytes, and each unknown name an error. Raises RequestRefused."""
    if text.count(b",") > _MOST_VALUES:
        raise RequestRefused(413, "the body has more values than a list of 100,000 addresses: split the list")
    try:
        told = from_json(text)
    except ValueError:
        # Said by whoever reads it next.
        return
    if _has_many_names(told):
        raise RequestRefused(422, f"an object of the body has more than {_MOST_NAMES} names: /docs has those there are")


def _has_many_names(told: Any) -> bool:
    if isinstance(told, dict):
        return len(told) > _MOST_NAMES or any(map(_has_many_names, told.values()))
    return isinstance(told, list) and any(map(_has_many_names, told))


def _form_job(body: Body) -> NewJob:
    sources = [name.strip() for name in body.sources.split(",") if name.strip()]
    options = _validated(GivenOptions, body.options.encode(), ("options",)) if body.options.strip() else GivenOptions()
    # Its addresses are in the file.
    told = {"addresses": ["-"], "sources": sources, "options": options.model_dump()}
    return _validated(NewJob, json.dumps(told).encode())


def _validated(kind: type[T], text: bytes, place: tuple[str, ...] = ()) -> T:
    """`place` is where in a new job the text belongs. Raises RequestRefused."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] in _NO_JSON for one in found):
        which = f"the part {place[0]}" if place else "the body"
        raise RequestRefused(
            400, f"{which} is no JSON: {_why_no_json(found[0]['msg']) if text else 'it is empty'}"[:300]
        )
    told = [{**one, "loc": (*place, *one["loc"])} for one in found]
    detail, errors = values_problem(told, body_schema(NewJob))
    raise RequestRefused(422, detail, errors=errors)


def _why_no_json(said: str) -> str:
    """The parser's words, with the place, as a person says them."""
    words = said.removeprefix("Invalid JSON: ")
    for theirs, ours in _PARSER_WORDS.items():
        words = words.replace(theirs, ours)
    return words
