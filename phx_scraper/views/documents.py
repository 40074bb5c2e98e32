"""JSON documents written piece by piece, so that their size does not matter, and always in the same order."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

VERSION = "1.0"


def document(
    section: str, entries: Iterable[tuple[str, Any]], now: float | None, about: Mapping[str, Any] | None = None
) -> Iterator[bytes]:
    """`{"version", "last_updated", section: {key: value, …}}` as UTF-8 pieces, one an entry; lists one item a line.

    What is said `about` it stands before the section.
    """
    head = {"version": VERSION, "last_updated": timestamp(time.time() if now is None else now), **(about or {})}
    yield (json.dumps(head, indent=1)[:-2] + f',\n "{section}": {{').encode()
    separator = "\n  "
    for key, value in entries:
        yield f"{separator}{json.dumps(key, ensure_ascii=False)}: {_nested(value)}".encode("utf-8", "replace")
        separator = ",\n  "
    yield b"\n }\n}\n"


def whole(value: Any) -> list[bytes]:
    """A small document in one piece."""
    return [(json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")]


def timestamp(seconds: float | None) -> str | None:
    """ISO 8601 in UTC, `2026-03-01T12:00:00Z`; None for None."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _nested(value: Any) -> str:
    # Items in one line each: with `indent` the encoder is ten times slower, and nobody reads a line that is one word.
    if isinstance(value, list):
        return "[\n   " + ",\n   ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n  ]"
    return json.dumps(value, ensure_ascii=False)
