"""Lists that the catalogue keeps as JSON and that are read as tuples."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A column of JSON lists; `item` makes each item of what was stored."""

    impl = JSON
    cache_ok = True

    def __init__(self, item: Callable[[Any], Any]) -> None:
        super().__init__()
        self.item = item

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], tuple[Any, ...] | None]:
        """A tuple of items; most lists are empty, and a large catalogue is read in full for each manifest."""

        def read(text: str | None) -> tuple[Any, ...] | None:
            if text is None or text == "[]":
                return None if text is None else ()
            return tuple(map(self.item, json.loads(text)))

        return read
