"""The objects of the OpenAPI document as tables of `/docs`: each field, what it may be, and what it means."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

Schema = Mapping[str, Any]


def objects(schemas: Mapping[str, Schema]) -> Iterator[str]:
    """A section of each object that has fields."""
    for name, schema in schemas.items():
        if schema.get("properties"):
            yield f"<section><h2 id='{escape(name)}'>{escape(name)}</h2><p>{escape(schema.get('description', ''))}</p>"
            yield f"{fields(schema)}</section>"


def fields(schema: Schema) -> str:
    """Rows of an object's fields."""
    needed = schema.get("required", ())
    rows = [_row(name, one, name in needed) for name, one in schema["properties"].items()]
    return "".join(["<table><tr><th>field<th>is<th>meaning", *rows, "</table>"])


def kind(schema: Schema) -> str:
    """What a value may be, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(map(kind, schema[several]))
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    return escape(schema.get("type", "any"))


def _row(name: str, schema: Schema, is_needed: bool) -> str:
    told = [str(schema["description"])] if "description" in schema else []
    default = schema.get("default")
    if default is not None and not isinstance(default, Mapping) and default != "":
        told.append(f"default {json.dumps(default)}")
    bounds = {"minimum": "from", "maximum": "to", "minItems": "at least", "maxItems": "at most", "maxLength": "at most"}
    told += [f"{word} {schema[bound]:,}" for bound, word in bounds.items() if bound in schema]
    needed = ", needed" if is_needed else ""
    return f"<tr><td><code>{escape(name)}</code><td>{kind(schema)}{needed}<td>{escape('; '.join(told))}"
