"""What errors of PostgreSQL, of its driver and of the network mean, each as one sentence."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from phx_scraper.errors import CatalogueAway, CatalogueError, CatalogueUnreachable, DiskFull, StorageError
from phx_scraper.model.catalogue_place import CatalogueServer

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_FULL = {"53100"}
_BUSY = {"55P03"}
_DAMAGED = {"XX001", "XX002"}
_FORBIDDEN = {"42501"}
_READ_ONLY = {"25006"}
_ENDED = {"57P01", "57P02", "57P03", "25P03", "08000", "08003", "08006"}
"""The server, or somebody at it, ended the connection; 25P03: it was idle in a transaction for too long."""

_LASTING = (
    ("password authentication failed", "check the user and the password in PHX_CATALOGUE_URL"),
    ("no password supplied", "put the password into PHX_CATALOGUE_URL, or into libpq's password file"),
    ("pg_hba.conf", "let this user in from this machine in the server's pg_hba.conf"),
    ('role "', "make that user at the server, or name another one in PHX_CATALOGUE_URL"),
    ('database "', "make it (createdb --encoding=UTF8 NAME), or name another one in PHX_CATALOGUE_URL"),
)
"""A part of what libpq says where no connection comes about, and what to do; in English, else the last one fits."""
_PASSING = (
    ("too many clients", "end some, or raise max_connections at the server"),
    ("remaining connection slots", "end some connections, or raise max_connections at the server"),
    ("could not translate host name", "check the host in PHX_CATALOGUE_URL"),
    ("Name or service not known", "check the host in PHX_CATALOGUE_URL"),
    ("starting up", "try again in a moment"),
    ("", "see that the server runs, and that PHX_CATALOGUE_URL names it"),
)
"""The same, where it may come about later."""


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the connection was lost, or none could be made."""
    if not isinstance(error, DBAPIError):
        return False
    no_answer = isinstance(error, OperationalError | InterfaceError) and code_of(error) is None
    return error.connection_invalidated or no_answer or code_of(error) in _ENDED


def code_of(error: SQLAlchemyError) -> str | None:
    """The SQLSTATE; None where the server did not say one."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def cannot_connect(server: CatalogueServer, error: SQLAlchemyError) -> CatalogueError:
    """The meaning of an error before there was any connection."""
    said = _said(error)
    lasting = next((what for part, what in _LASTING if part in said), "")
    to_do = lasting or next(what for part, what in _PASSING if part in said)
    sentence = f"The catalogue {server} cannot be reached ({said}): {to_do}."
    return CatalogueError(sentence) if lasting else CatalogueUnreachable(sentence)


def rested(server: CatalogueServer) -> CatalogueError:
    """The meaning of not asking again, since the server was waited for in vain moments ago."""
    return CatalogueUnreachable(f"The catalogue {server} cannot be reached (it could not moments ago): try later.")


def meaning(server: CatalogueServer, error: SQLAlchemyError) -> StorageError:
    """The meaning of an error of a transaction."""
    code, said = code_of(error), _said(error)
    if is_away(error):
        return CatalogueAway(f"The catalogue {server} went away in the midst of a change, which is undone ({said}).")
    if code in _FULL:
        return DiskFull(f"No space left at the server of the catalogue {server}: free some, and run the same again.")
    if code in _BUSY:
        return StorageError(f"The catalogue {server} is in use by another process for too long: try later.")
    if code in _DAMAGED:
        return CatalogueError(f"The catalogue {server} is damaged ({said}): restore a backup of it.")
    if code in _FORBIDDEN:
        return CatalogueError(
            f"The catalogue {server} may not be used so ({said}): have its user own the database, or grant it"
            " CREATE on the schema."
        )
    if code in _READ_ONLY:
        return read_only(server, said)
    return StorageError(f"The catalogue {server} could not be used: {said}.")


def read_only(server: CatalogueServer, said: str) -> CatalogueError:
    """The meaning of a server that can be asked and not be changed."""
    return CatalogueError(f"The catalogue {server} takes no changes ({said}): name the primary, no standby of it.")


def _said(error: SQLAlchemyError) -> str:
    """What libpq or the server said, in one line: its first, or the last of several tries to connect."""
    cause: Any = getattr(error, "orig", None)
    lines = [line.strip() for line in str(cause or error).splitlines() if line.strip()]
    told = next((line for line in lines if "FATAL:" in line), lines[0] if lines else type(error).__name__)
    return told.rpartition("FATAL:")[2].strip().rstrip(".")
