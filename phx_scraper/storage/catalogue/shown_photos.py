"""Which photos people are shown: one rule for all pages, exports, counts and answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Case, ColumnElement, and_, case

from phx_scraper.storage.catalogue import schema


def is_shown(photos: Any = schema.photos) -> ColumnElement[bool]:
    """Kept, still in its listing, and not hidden by a person; `photos` is the table or another name of it."""
    return and_(photos.c.state == "stored", photos.c.removed_at.is_(None), ~photos.c.hidden)


def as_shown(photos: Any = schema.photos) -> Case[Any]:
    """The state in the words of people: of a kept photo `removed` or `hidden` where it is not shown."""
    return case(
        (photos.c.removed_at.is_not(None), "removed"),
        (and_(photos.c.state == "stored", photos.c.hidden), "hidden"),
        else_=photos.c.state,
    )
