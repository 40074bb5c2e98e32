"""Which lists of homes the runs were given, and when each home was first and last named by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from phx_scraper.model.outcome import LISTED
from phx_scraper.storage.catalogue import schema

runs, homes = schema.runs, schema.homes


@dataclass(frozen=True, slots=True)
class HomeList:
    """A list of homes as a user named it: `source` is its path, `whole_at` when a run last took up all of it.

    None where every run of it had a limit.
    """

    source: str
    whole_at: float | None


@dataclass(frozen=True, slots=True)
class NamedHome:
    """A home with the times of the first and the last run that named it; `is_dated` false where these are not known."""

    label: str
    address: str
    street_key: str
    first_at: float
    last_at: float
    is_dated: bool
    by_list: bool


def home_lists(connection: Connection) -> list[HomeList]:
    """Every list that any run was given, by name; addresses typed on the command line are none."""
    found: dict[str, float | None] = {}
    for row in connection.execute(select(runs.c.arguments, runs.c.started_at)):
        source = str(row.arguments.get("addresses") or "")
        if source:
            whole = None if row.arguments.get("limit") else float(row.started_at)
            known = found.setdefault(source, whole)
            found[source] = max((at for at in (known, whole) if at is not None), default=None)
    return [HomeList(source, whole_at) for source, whole_at in sorted(found.items())]


def named_homes(connection: Connection) -> list[NamedHome]:
    """Every home, by address."""
    first, last = runs.alias("first"), runs.alias("last")
    columns = (homes.c.property_hash, homes.c.address, homes.c.street_key)
    query: Any = (
        select(*columns, first.c.started_at, last.c.started_at, last.c.arguments)
        .outerjoin_from(homes, first, first.c.run_id == homes.c.first_run_id)
        .outerjoin(last, last.c.run_id == homes.c.last_run_id)
        .order_by(homes.c.address)
    )
    return [_named(*row) for row in connection.execute(query)]


def found_homes(connection: Connection) -> set[str]:
    """Homes that some source lists at this very address: they are there, however near other addresses are."""
    listed = select(schema.visits.c.property_hash).where(schema.visits.c.outcome.in_(LISTED)).distinct()
    return set(connection.execute(listed).scalars())


def _named(
    label: str, address: str, street: str, first_at: float | None, last_at: float | None, arguments: Any
) -> NamedHome:
    is_dated = first_at is not None and last_at is not None
    by_list = bool((arguments or {}).get("addresses"))
    return NamedHome(label, address, street, first_at or 0.0, last_at or 0.0, is_dated, by_list)
