"""Settings that say where something is: the data folder, the catalogue, a replica, the log."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from phx_scraper.config.value_kinds import Kind, shown, wrong_value
from phx_scraper.errors import UsageError
from phx_scraper.model.catalogue_place import CataloguePlace, CatalogueServer

SQLITE = "sqlite:///"
POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})
"""The schemes of a server's URL; the first is what libpq's own tools take."""
_SERVER_FORM = "write postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE, with / ? # and @ of a password as %XX"
_FILE_FORM, _OR_SERVER = "write sqlite:///PATH", "or postgresql+psycopg://USER@HOST/DATABASE"
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")


@dataclass(frozen=True, slots=True)
class ReplicaAddress:
    """Where a replica of the sources listens; `url` without a slash at its end.

    One at `http:` takes `/HOST/PATH`; one at `https:` is each source's own host, and only the connection goes there.
    """

    url: str
    host: str
    port: int

    @property
    def is_tls(self) -> bool:
        """Whether URLs and hosts stay as they are on the live sites."""
        return self.url.startswith("https:")


def catalogue_place() -> Kind[str]:
    """An SQLite file or a PostgreSQL database, read as it was written; empty for the default."""

    def read(name: str, value: Any) -> str:
        text = str(value or "").strip()
        if text:
            place_of(name, text)
        return text

    allowed = (
        "an SQLite file, as a path or sqlite:///PATH, or postgresql+psycopg://USER@HOST/DATABASE; empty for the default"
    )
    return Kind(allowed, read)


def place_of(name: str, text: str) -> CataloguePlace:
    """The absolute path that a path or `sqlite:///PATH` names, or the database of a PostgreSQL server.

    Raises UsageError, without any part of a password.
    """
    scheme, _, rest = text.partition("://")
    if rest and scheme.lower() in POSTGRESQL:
        try:
            return _server(text)
        except ValueError as error:
            raise UsageError(f"{name} is no address of a database: {error}; {_SERVER_FORM}") from None
    path = text.removeprefix(SQLITE)
    if "://" in path or "\0" in path or path in {"", ":memory:"}:
        raise UsageError(
            f"{name} is {shown(text)}: only SQLite files and PostgreSQL can be used; {_FILE_FORM}, {_OR_SERVER}"
        )
    return Path(path).absolute()


def replica_address() -> Kind[ReplicaAddress | None]:
    """`http://HOST:PORT` or `https://HOST:PORT`; empty, which is read as None, for the live sites."""
    allowed = "http://HOST:PORT or https://HOST:PORT of a running replica"

    def read(name: str, value: Any) -> ReplicaAddress | None:
        text = str(value or "").strip()
        try:
            return _replica(text) if text else None
        except ValueError:
            raise wrong_value(name, value, allowed) from None

    return Kind(f"{allowed}; empty for the live sites", read)


def log_file(name: str, value: Any) -> None:
    """A file that can be appended to, or nothing. Raises UsageError."""
    if not value:
        return
    try:
        with Path(str(value)).open("ab"):
            pass
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{name} is {shown(value)}: set it to a file that can be written ({why})") from None


def _replica(text: str) -> ReplicaAddress:
    """Raises ValueError."""
    parts = urlsplit(text)
    usual = {"http": 80, "https": 443}.get(parts.scheme, 0)
    host, port = (parts.hostname or "").lower(), usual if parts.port is None else parts.port
    bare = parts.path in {"", "/"} and not any(mark in text for mark in "@?#")
    known = bool(IPv6Address(host)) if ":" in host else bool(_HOST.fullmatch(host))
    if port == 0 or not bare or not known:
        raise ValueError(text)
    return ReplicaAddress(f"{parts.scheme}://{parts.netloc}", host, port)


def program() -> Kind[str]:
    """A program of this machine, by its path or its name; empty for the default."""

    def read(name: str, value: Any) -> str:
        text = str(value or "").strip()
        if "\0" in text or (text and shutil.which(text) is None):
            raise wrong_value(name, value, "a program of this machine; empty for the default")
        return text

    return Kind("a program of this machine; empty for the default", read)


def _server(text: str) -> CatalogueServer:
    """Raises ValueError, whose text quotes nothing of what was written."""
    if not text.isprintable() or " " in text:
        raise ValueError("it holds a blank or a control character")
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("its port is no number from 1 to 65535") from None
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise ValueError("it names no database after the host")
    if port == 0 or parts.fragment:
        raise ValueError("its port is no number from 1 to 65535" if port == 0 else "a # follows the database")
    return CatalogueServer(
        database,
        parts.hostname or "",
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tuple(parse_qsl(parts.query, keep_blank_values=True)),
    )


def redis_address() -> Kind[str]:
    """`redis://HOST:PORT/NUMBER`, with TLS `rediss://`, or `unix:///PATH`; empty for none."""
    allowed = "redis://HOST:PORT/0, rediss://… or unix:///PATH; empty for none"

    def read(name: str, value: Any) -> str:
        text = str(value or "").strip()
        try:
            parts = urlsplit(text)
            is_known = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_known = False
        if text and not is_known and not re.fullmatch(r"unix:///\S+", text):
            raise wrong_value(name, value, allowed)
        return text

    return Kind(allowed, read)
