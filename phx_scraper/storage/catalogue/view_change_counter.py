"""Whether anything that the JSON files show may have changed since they were written: a counter, raised by changes.

It is raised once too often rather than once too seldom: taking a visit in hand counts, whatever comes of it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Integer, String, cast, select, update

from phx_scraper.storage.catalogue import schema

meta = schema.meta

_CHANGES, _WRITTEN = "view_changes", "views_written_at_change"


def note(connection: Connection) -> None:
    """Count a change."""
    raised = cast(cast(meta.c.value, Integer) + 1, String)
    if connection.execute(update(meta).where(meta.c.key == _CHANGES).values(value=raised)).rowcount == 0:
        connection.execute(meta.insert().values(key=_CHANGES, value="1"))


def count(connection: Connection) -> int:
    """The changes so far."""
    return _number(connection, _CHANGES)


def written(connection: Connection) -> str:
    """What was last noted of their writing, empty for nothing."""
    return str(connection.execute(select(meta.c.value).where(meta.c.key == _WRITTEN)).scalar() or "")


def note_written(connection: Connection, mark: str) -> None:
    """Note which state the files show: `mark` names the count of changes, and how the files were made of it."""
    if connection.execute(update(meta).where(meta.c.key == _WRITTEN).values(value=mark)).rowcount == 0:
        connection.execute(meta.insert().values(key=_WRITTEN, value=mark))


def _number(connection: Connection, key: str) -> int:
    value = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return int(value) if isinstance(value, str) and value.isdigit() else 0
