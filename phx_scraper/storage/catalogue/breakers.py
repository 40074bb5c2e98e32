"""Circuit breakers as rows: how often a source failed in a row, and since when it is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, select, update

from phx_scraper.storage.catalogue import schema

breakers = schema.breakers

LONG_AGO = 0.0
"""Since when a source is left alone whose time is over by a person's wish."""


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """How one source stands. `opened_at` is None while it may be asked.

    `page_failures` and `photo_failures` are counted in a row; `retry_after` is what the source named, in seconds, 0
    where it named no time; `reason` is the last failure's, in snake_case.
    """

    source: str
    page_failures: int = 0
    photo_failures: int = 0
    opened_at: float | None = None
    retry_after: float = 0.0
    reason: str = ""


def read(connection: Connection) -> dict[str, BreakerRow]:
    """The sources that have failed lately, by name."""
    rows = connection.execute(select(breakers))
    return {row.source: BreakerRow(**{name: getattr(row, name) for name in BreakerRow.__slots__}) for row in rows}


def write(connection: Connection, row: BreakerRow) -> None:
    """Note how a source stands."""
    connection.execute(delete(breakers).where(breakers.c.source == row.source))
    connection.execute(breakers.insert().values(**asdict(row)))


def exchange(connection: Connection, known: BreakerRow, row: BreakerRow) -> BreakerRow | None:
    """Write how a source stands where the row is as this process knew it; else change nothing, and say how it is."""
    found = read(connection).get(row.source, BreakerRow(row.source))
    if found != known:
        return found
    write(connection, row)
    return None


def take_trial(connection: Connection, source: str, opened_at: float, now: float) -> bool:
    """Claim the one trial of a source that was left alone since `opened_at`; False where another process was faster.

    To all others the source then looks as if it had been left alone only `now`: should this process die over its
    trial, the next one comes a cooldown later.
    """
    seen = (breakers.c.source == source) & (breakers.c.opened_at == opened_at)
    return connection.execute(update(breakers).where(seen).values(opened_at=now)).rowcount == 1


def allow_trial(connection: Connection, sources: Sequence[str]) -> list[str]:
    """Have sources that are left alone tried at the next opportunity, with one home; returns which they are."""
    chosen = breakers.c.source.in_(sources) & breakers.c.opened_at.is_not(None)
    names = list(connection.execute(select(breakers.c.source).where(chosen).order_by(breakers.c.source)).scalars())
    connection.execute(update(breakers).where(chosen).values(opened_at=LONG_AGO, retry_after=0.0))
    return names
