"""Settings that say where something is: the data folder, the catalogue, a replica, the log."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.config.value_kinds import NO, YES, Kind, shown, wrong_value
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import S3Access, S3Place, StorePlace

SQLITE = "sqlite:///"
_PLACES = "a folder of this machine, or s3://BUCKET/PREFIX"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()=+-]{1,100}")
_TEXTS = {
    "endpoint": "ENDPOINT_URL",
    "region": "REGION_NAME",
    "key_id": "ACCESS_KEY_ID",
    "secret": "SECRET_ACCESS_KEY",
    "session_token": "SESSION_TOKEN",
}
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


def store_place() -> Kind[StorePlace]:
    """A folder of this machine, read as an absolute path, or a part of a bucket of an S3 server."""
    return Kind(_PLACES, _store_place)


def catalogue_place() -> Kind[str]:
    """An SQLite file, read as it was written (a job folder compares it so); empty for the default."""

    def read(name: str, value: Any) -> str:
        text = str(value or "")
        if text:
            catalogue_path(name, text)
        return text

    return Kind("an SQLite file, as a path or sqlite:///PATH; empty for the default", read)


def catalogue_path(name: str, text: str) -> Path:
    """The file that a path or `sqlite:///PATH` names, absolute. Raises UsageError, without any part of a password."""
    path = text.removeprefix(SQLITE)
    if "://" in path or "\0" in path or path in {"", ":memory:"}:
        raise UsageError(f"{name} is {shown(text)}: only SQLite files can be used so far, sqlite:///PATH")
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


def _store_place(name: str, value: Any) -> StorePlace:
    if isinstance(value, S3Place):
        return value
    text = str(value or "")
    if not text:
        raise UsageError(f"{name} is empty: set it to the folder that shall hold the pictures")
    if "://" in text:
        return _bucket(name, text)
    try:
        if "\0" in text:
            raise ValueError
        return Path(text).expanduser().absolute()
    except (ValueError, RuntimeError):  # the latter for the home of a user that is not there
        raise wrong_value(name, text, "a folder of this machine") from None


def _bucket(name: str, text: str) -> S3Place:
    """What stands behind `s3://`, without what could be a key: a key has settings of its own."""
    bucket, _, prefix = text.removeprefix("s3://").partition("/")
    if "@" in bucket:
        raise UsageError(f"{name} holds a key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and here s3://BUCKET")
    parts = [part for part in prefix.split("/") if part]
    are_plain = all(_PREFIX.fullmatch(part) and part not in {".", ".."} for part in parts)
    if not text.startswith("s3://") or not _BUCKET.fullmatch(bucket) or not are_plain:
        raise UsageError(f"{name} is {shown(text)}: set it to {_PLACES}")
    return S3Place(bucket, "/".join(parts))


def s3_access(settings: Mapping[str, Any]) -> S3Access:
    """How a server is reached, by Scrapy's settings; what is not set is found as boto3 finds it."""
    given = {field: settings.get(f"AWS_{name}") or None for field, name in _TEXTS.items()}
    given["endpoint"] = given["endpoint"] or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    verify = settings.get("AWS_VERIFY")
    return S3Access(
        **{field: str(value) if value else None for field, value in given.items()},
        use_tls=_flag(settings.get("AWS_USE_SSL")),
        verify=verify if isinstance(verify, str) and verify.lower() not in YES | NO else _flag(verify),
    )


def _flag(value: Any) -> bool | None:
    return None if value is None or value == "" else str(value).lower() in YES


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
