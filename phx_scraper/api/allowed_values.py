"""What a value may be, in words, as its JSON schema has it: so that a refusal and the description never differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

Schema = Mapping[str, Any]
_NOUNS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def at_place(schema: Schema, place: Sequence[int | str], named: Mapping[str, Schema]) -> Schema | None:
    """The schema of a value within another one's, by names and numbers of entries; None where it has none.

    `named` are the schemas that a reference may name.
    """
    if not place:
        return schema
    for one in _forms(schema, named):
        inner = one.get("items") if isinstance(place[0], int) else one.get("properties", {}).get(place[0])
        if inner is not None:
            return at_place(inner, place[1:], named)
    return None


def names_of(schema: Schema | None, named: Mapping[str, Schema]) -> list[str]:
    """The names that an object of this schema may have."""
    forms = _forms(schema, named) if schema else ()
    return list(chain.from_iterable(one.get("properties", ()) for one in forms))


def in_words(schema: Schema, named: Mapping[str, Schema]) -> str:
    """What may be given, for the end of a sentence."""
    forms = list(_forms(schema, named))
    return ", or ".join(_one_in_words(one, named) for one in forms)


def listed(words: Sequence[str]) -> str:
    """Some words as a sentence has them: a, b or c."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _forms(schema: Schema, named: Mapping[str, Schema]) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _forms(named[schema["$ref"].rpartition("/")[2]], named)
    elif several := schema.get("anyOf") or schema.get("oneOf"):
        for one in several:
            yield from _forms(one, named)
    else:
        yield schema


def _one_in_words(schema: Schema, named: Mapping[str, Schema]) -> str:
    if "enum" in schema:
        return listed([str(one) for one in schema["enum"]])
    kind = schema.get("type", "")
    if kind == "array":
        return f"a list{_size(schema, 'Items', 'entries')}, each of them {in_words(schema.get('items', {}), named)}"
    if kind == "object":
        return f"an object with the fields {', '.join(schema.get('properties', ()))}"
    form = f", of the form {schema['pattern']}" if "pattern" in schema else ""
    return f"{_NOUNS.get(kind, 'a value')}{_range(schema)}{_size(schema, 'Length', 'characters')}{form}"


def _size(schema: Schema, of_what: str, noun: str) -> str:
    least, most = schema.get(f"min{of_what}"), schema.get(f"max{of_what}")
    if most is None:
        return f" of at least {least} {noun}" if least else ""
    return f" of {least} to {most:,} {noun}" if least else f" of at most {most:,} {noun}"


def _range(schema: Schema) -> str:
    least, most, below = (schema.get(name) for name in ("minimum", "maximum", "exclusiveMaximum"))
    parts = (f"from {least:,}" if least is not None else "", f"to {most:,}" if most is not None else "")
    words = " ".join(filter(None, (*parts, f"to less than {below:,}" if below is not None else "")))
    return f" {words}" if words else ""
