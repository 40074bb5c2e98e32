"""Lists that the catalogue keeps as JSON and that are read as tuples."""

from __future__ import annotations

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

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[Any, ...] | None:
        """A tuple of items."""
        return None if value is None else tuple(map(self.item, value))
