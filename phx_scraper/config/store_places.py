"""The setting that says where pictures lie: a folder of this machine, or a bucket of a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from phx_scraper.config.bucket_names import trouble_of
from phx_scraper.config.value_kinds import Kind, shown, wrong_value
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import BucketPlace, GcsPlace, S3Place, StorePlace

BUCKETS = "s3://BUCKET/PREFIX or gs://BUCKET/PREFIX"
_PLACES = "a folder of this machine, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX"
_KINDS: dict[str, type[BucketPlace]] = {"s3://": S3Place, "gs://": GcsPlace}
_KEYS = {
    "s3://": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs://": "GOOGLE_APPLICATION_CREDENTIALS to the file of a key",
}
_MEANT = re.compile(r"(s3|gs):", re.IGNORECASE)
"""A slash is missing: a folder of such a name is not what was meant."""
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()=+-]{1,100}")


def store_place() -> Kind[StorePlace]:
    """A folder of this machine, read as an absolute path, or a part of a bucket."""
    return Kind(_PLACES, _store_place)


def _store_place(name: str, value: Any) -> StorePlace:
    if isinstance(value, BucketPlace):
        return value
    text = str(value or "")
    if not text:
        raise UsageError(f"{name} is empty: set it to the folder that shall hold the pictures")
    if "://" in text:
        return _bucket(name, text)
    if _MEANT.match(text):
        raise UsageError(f"{name} is {shown(text)}: set it to {_PLACES}")
    try:
        if "\0" in text:
            raise ValueError
        return Path(text).expanduser().absolute()
    except (ValueError, RuntimeError):  # the latter for the home of a user that is not there
        raise wrong_value(name, text, "a folder of this machine") from None


def _bucket(name: str, text: str) -> BucketPlace:
    """What stands behind `s3://` or `gs://`, without what could be a key: a key has settings of its own."""
    scheme = text[: text.index("://") + 3]
    bucket, _, prefix = text.removeprefix(scheme).partition("/")
    if "@" in bucket:
        raise UsageError(f"{name} holds a key: set {_KEYS.get(scheme, _KEYS['s3://'])}, and here {scheme}BUCKET")
    parts = [part for part in prefix.split("/") if part]
    are_plain = all(_PREFIX.fullmatch(part) and part not in {".", ".."} for part in parts)
    if scheme not in _KINDS or not bucket or not are_plain:
        raise UsageError(f"{name} is {shown(text)}: set it to {_PLACES}")
    if trouble := trouble_of(bucket, scheme):
        raise UsageError(f"{name} is {shown(text)}: {trouble}")
    return _KINDS[scheme](bucket, "/".join(parts))
