"""Settings that say where something is: the data folder, the catalogue, a replica, the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.config.value_kinds import shown
from phx_scraper.errors import UsageError


def store_folder(name: str, value: Any) -> Path:
    """A folder of this machine, as an absolute path."""
    text = str(value or "")
    if not text:
        raise UsageError(f"{name} is empty: set it to the folder that shall hold the pictures")
    if "://" in text:
        raise UsageError(f"{name} is {shown(text)}: only a folder of this machine can be used so far")
    return Path(text).expanduser().absolute()


def catalogue_place(name: str, value: Any) -> str:
    """`sqlite:///PATH` or a path; empty for the default. No part of a password is shown."""
    text = str(value or "")
    if "://" in text.removeprefix("sqlite:///"):
        raise UsageError(f"{name} is {shown(text)}: only SQLite files can be used so far, sqlite:///PATH")
    return text


def replica_address(name: str, value: Any) -> str:
    """`http://HOST:PORT`; empty for the live sites."""
    text = str(value or "")
    if text and not _is_replica(text):
        raise UsageError(f"{name} is {shown(text)}: set it to http://HOST:PORT of a running replica")
    return text.rstrip("/")


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


def _is_replica(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # Reading the port finds out whether it is one.
        has_place = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    bare = "@" not in parts.netloc and not parts.path.strip("/") and not parts.query
    return parts.scheme == "http" and has_place and bare
