"""What pydantic found wrong with values, as sentences: which value, what is wrong, what it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from phx_scraper.api.allowed_values import Schema, at_place, in_words, listed, names_of

_ERRORS_SHOWN = 20
_MOST_PLACE = 100
_MOST_DETAIL = 500
_FORMS = {"text", "parts"}
"""Of an address; no value that is known has such a name."""
_WRONG = {
    "missing": "is missing: it must be",
    "too_long": "is too long: it must be",
    "too_short": "is too short: it must be",
    "string_too_long": "is too long: it must be",
    "greater_than_equal": "is too small: it must be",
    "less_than_equal": "is too large: it must be",
    "less_than": "is too large: it must be",
}


def body_schema(model: Any) -> Schema:
    """The schema of a body, with those that it refers to in `$defs`."""
    found: Schema = model.model_json_schema()
    return found


def request_schema(request: Request) -> Schema:
    """The schema of what a request may ask in its query: an object with the name `query`."""
    told = request.app.openapi()
    route = getattr(request.scope.get("route"), "path", "")
    operation = told["paths"].get(route, {}).get(request.method.lower(), {})
    asked = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    return {"properties": {"query": {"properties": asked}}, "$defs": told["components"]["schemas"]}


def values_problem(found: Sequence[Mapping[str, Any]], schema: Schema) -> tuple[str, list[dict[str, str]]]:
    """Detail and places of what was found; nothing of what was sent is repeated but a name that nobody knows."""
    # A name that is written wrong is also missing: it is the one to be told of.
    ordered = sorted(found, key=lambda one: one["type"] != "extra_forbidden")
    errors = [_told(one, schema) for one in ordered[:_ERRORS_SHOWN]]
    more = f" ({len(found) - 1} more in errors)" if len(found) > 1 else ""
    first = errors[0]
    subject = "the body" if first["at"] == "body" else first["at"]
    return f"{subject} {first['what']}"[:_MOST_DETAIL] + more, errors


def _unknown(schema: Schema | None, named: Mapping[str, Schema]) -> str:
    names = names_of(schema, named)
    return f"is not known: {'write ' + listed(names) if names else 'nothing can be given here'}"


def _told(one: Mapping[str, Any], schema: Schema) -> dict[str, str]:
    named = schema.get("$defs", {})
    if one["type"] == "extra_forbidden":
        *around, name = one["loc"]
        inner = _without_forms(around)
        place, what = [*inner, name or "''"], _unknown(at_place(schema, inner, named), named)
    else:
        place = _without_forms(one["loc"])
        what = f"{_WRONG.get(one['type'], 'must be')} {in_words(_schema_at(one, place, schema), named)}"
    return {"at": ".".join(map(str, place))[:_MOST_PLACE] or "body", "what": what}


def _without_forms(place: Sequence[int | str]) -> list[int | str]:
    return [part for part in place if part not in _FORMS]


def _schema_at(one: Mapping[str, Any], place: Sequence[int | str], schema: Schema) -> Schema:
    found = at_place(schema, place, schema.get("$defs", {}))
    # What is described nowhere is a text.
    return found or {"type": "string", "maxLength": one.get("ctx", {}).get("max_length")}
