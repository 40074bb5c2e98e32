"""What the report's pages ask of the whole catalogue, without reading every photo."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from phx_scraper.storage.catalogue import schema

homes = schema.homes


class HomeState(NamedTuple):
    """A home and the count of its changes: a page that was written at another one is out of date."""

    property_hash: str
    address: str
    slug: str
    revision: int


def home_states(connection: Connection) -> list[HomeState]:
    """Every home, in the order of the index: by city, then address."""
    columns = (homes.c[name] for name in HomeState._fields)
    query = select(*columns).order_by(homes.c.city, homes.c.address, homes.c.property_hash)
    return [HomeState(*row) for row in connection.execute(query)]
