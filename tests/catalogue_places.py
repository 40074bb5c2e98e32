"""Where a test's catalogue is: at its path, or in a database of the tests' PostgreSQL that stands for that path.

The processes that a test starts go by the same variable of the environment, so both see one catalogue.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from phx_scraper.config.locations import place_of
from phx_scraper.model.catalogue_place import CataloguePlace
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.postgresql_server import PostgresqlServer

VARIABLE = "TEST_POSTGRESQL"
"""The folder of the server, where catalogues are to be on one."""
KINDS = ("file", "server")
_TEMPLATE = "phx_template"
_THERE, _MADE_MEANWHILE = "SELECT datname FROM pg_database WHERE datname = '{}'", {"42P04", "23505"}
_roots: dict[str, Path] = {}
_made: list[str] = []
_opened: list[Catalogue] = []


def place_at(path: Path) -> CataloguePlace:
    """The catalogue of a test that would be at this path."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return path
    server = PostgresqlServer(Path(folder))
    name = _name(path)
    if not server.run(_THERE.format(_TEMPLATE)):
        _create(server, _TEMPLATE)
        Catalogue.open(place_of("", server.url(_TEMPLATE))).close()
    if not server.run(_THERE.format(name)):
        _create(server, name, f"TEMPLATE {_TEMPLATE} STRATEGY file_copy")
    place = place_of("", server.url(name))
    _roots[str(place)] = path
    return place


def catalogue_at(path: Path, patience: float | None = None) -> Catalogue:
    """That catalogue, open; a server that goes away is waited for `patience` seconds."""
    catalogue = Catalogue.open(place_at(path), patience)
    _opened.append(catalogue)
    return catalogue


def path_of(catalogue: Catalogue) -> Path:
    """The path that `place_at` was given."""
    place = catalogue.place
    return place if isinstance(place, Path) else _roots[str(place)]


def copy_catalogue(path: Path, other: Path) -> None:
    """Have `other` hold what is at `path`, where a copy of the folder is not enough."""
    folder = os.environ.get(VARIABLE)
    if folder:
        _create(PostgresqlServer(Path(folder)), _name(other), f"TEMPLATE {_name(path)} STRATEGY file_copy")


def drop_databases() -> None:
    """Drop the databases that this process made, and close what a test left open."""
    while _opened:
        _opened.pop().close()
    server = PostgresqlServer(Path(os.environ[VARIABLE]))
    for name in [name for name in _made if name != _TEMPLATE]:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
        _made.remove(name)


def _name(path: Path) -> str:
    return f"t{hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:24]}"


def _create(server: PostgresqlServer, name: str, how: str = "") -> None:
    import psycopg

    try:
        server.run(f"CREATE DATABASE {name} {how}")
        _made.append(name)
    except psycopg.Error as error:
        if error.sqlstate not in _MADE_MEANWHILE:
            raise
