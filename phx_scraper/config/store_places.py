"""The setting that says where pictures lie: a folder of this machine, or a bucket of an S3 server."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from phx_scraper.config.value_kinds import NO, YES, Kind, shown, wrong_value
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import S3Access, S3Place, StorePlace

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


def store_place() -> Kind[StorePlace]:
    """A folder of this machine, read as an absolute path, or a part of a bucket of an S3 server."""
    return Kind(_PLACES, _store_place)


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
