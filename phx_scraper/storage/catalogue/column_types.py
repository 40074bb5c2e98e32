"""Types of the catalogue's columns: any text, and lists of JSON that are read as tuples."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator


def clean(text: str) -> str:
    """`text` with `?` in place of lone surrogates and of NUL; everything else stays as it is.

    Pages may hold such halves of characters, which no database or file takes; PostgreSQL takes no NUL.
    """
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "?") if "\0" in whole else whole


class CleanText(TypeDecorator[str]):
    """A text column that takes any string."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what is about to be stored or compared."""
        return None if value is None else clean(value)


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A column of JSON lists; `item` makes each item of what was stored."""

    impl = JSON
    cache_ok = True

    def __init__(self, item: Callable[[Any], Any]) -> None:
        super().__init__()
        self.item = item

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], tuple[Any, ...] | None]:
        """A tuple of items; most lists are empty, and a large catalogue is read in full for each manifest.

        SQLite gives the text of the list, the driver of PostgreSQL the list.
        """

        def read(found: str | list[Any] | None) -> tuple[Any, ...] | None:
            if not found or found == "[]":
                return None if found is None else ()
            return tuple(map(self.item, json.loads(found) if isinstance(found, str) else found))

        return read
