"""Which databases of a PostgreSQL server can hold a catalogue."""

from __future__ import annotations

from sqlalchemy import Connection

from phx_scraper.errors import CatalogueError
from phx_scraper.model.catalogue_place import CatalogueServer

_OLDEST = 120000


def check(place: CatalogueServer, connection: Connection) -> None:
    """Raises CatalogueError for a database that cannot hold a catalogue."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise CatalogueError(
            f"The database of the catalogue {place} stores texts as {encoding}, which not every address and caption"
            " fits: make one with createdb --encoding=UTF8 --template=template0 NAME."
        )
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < _OLDEST:
        raise CatalogueError(
            f"The catalogue {place} is on PostgreSQL {version // 10000}: it needs {_OLDEST // 10000} at least."
        )
