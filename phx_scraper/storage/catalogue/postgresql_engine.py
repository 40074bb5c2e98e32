"""How connections to a server are made, and whether it takes any."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import NoSuchModuleError

from phx_scraper.errors import CatalogueError
from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.storage.catalogue.sql_dialects import count_changed_rows

_CONNECT_SECONDS = 5
# https://www.postgresql.org/docs/current/libpq-connect.html: a silent network is noticed within half a minute.
_CONNECT: dict[str, Any] = {
    **{"application_name": "phx_scraper", "connect_timeout": _CONNECT_SECONDS, "client_encoding": "utf8"},
    **{"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000},
}

_OF_SERVER = ":  "
"""Stands between severity and words of what the server says, in its language; libpq's own words have one blank."""


def make_engine(place: CatalogueServer) -> Engine:
    """The engine; nothing is connected yet. Raises CatalogueError where the driver is absent."""
    try:
        from phx_scraper.storage.catalogue.postgresql_dialect import NAME

        url = URL.create(
            NAME, place.user or None, place.password or None, place.host or None, place.port, place.database
        ).update_query_pairs(place.query)
        given = {name: value for name, value in _CONNECT.items() if name not in url.query}
        engine = create_engine(url, connect_args=given)
    except (ImportError, NoSuchModuleError) as error:
        raise CatalogueError(
            f"The catalogue {place} needs the driver of PostgreSQL ({error}): pip install 'phx-scraper[service]'."
        ) from error
    event.listen(engine, "after_cursor_execute", _count)
    return engine


def takes_connections(engine: Engine) -> bool:
    """Whether the server takes a new connection within a few seconds, or says why not."""
    arguments, named = engine.dialect.create_connect_args(engine.url)
    try:
        engine.dialect.connect(*arguments, **{**_CONNECT, **named, "connect_timeout": _CONNECT_SECONDS}).close()
    except Exception as error:
        return _OF_SERVER in str(error)
    return True


def _count(connection: Connection, cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    if context.isinsert or context.isupdate or context.isdelete:
        count_changed_rows(connection, max(cursor.rowcount, 0))
