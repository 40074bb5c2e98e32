"""Texts from outside made storable: pages may hold halves of characters that no database or file takes."""

from __future__ import annotations

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


def clean(text: str) -> str:
    """`text` with `?` in place of lone surrogates; everything else stays as it is."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class CleanText(TypeDecorator[str]):
    """A text column that takes any string."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what is about to be stored or compared."""
        return None if value is None else clean(value)
