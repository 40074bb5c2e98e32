"""How the server of a bucket is reached: by the settings that Scrapy has for it, or as its library finds it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from phx_scraper.config.value_kinds import NO, YES, shown, without_password
from phx_scraper.errors import UsageError
from phx_scraper.model.store_place import BucketPlace, GcsAccess, GcsPlace, S3Access, S3Place

_EMULATOR, _ENDPOINT = "STORAGE_EMULATOR_HOST", "AWS_ENDPOINT_URL"
_TEXTS = {
    "endpoint": "ENDPOINT_URL",
    "region": "REGION_NAME",
    "key_id": "ACCESS_KEY_ID",
    "secret": "SECRET_ACCESS_KEY",
    "session_token": "SESSION_TOKEN",
}


def reached(place: BucketPlace, settings: Mapping[str, Any]) -> BucketPlace:
    """The place with the access that the settings give to it. Raises UsageError."""
    if isinstance(place, S3Place):
        return replace(place, access=_s3_access(settings))
    if isinstance(place, GcsPlace):
        return replace(place, access=_gcs_access(settings))
    return place


def _s3_access(settings: Mapping[str, Any]) -> S3Access:
    given = {field: settings.get(f"AWS_{name}") or None for field, name in _TEXTS.items()}
    given["endpoint"] = given["endpoint"] or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get(_ENDPOINT)
    if given["endpoint"]:
        given["endpoint"] = _server(_ENDPOINT, str(given["endpoint"]))
    verify = settings.get("AWS_VERIFY")
    return S3Access(
        **{field: str(value) if value else None for field, value in given.items()},
        use_tls=_flag(settings.get("AWS_USE_SSL")),
        verify=verify if isinstance(verify, str) and verify.lower() not in YES | NO else _flag(verify),
    )


def _gcs_access(settings: Mapping[str, Any]) -> GcsAccess:
    project = settings.get("GCS_PROJECT_ID")
    emulator = str(settings.get(_EMULATOR) or os.environ.get(_EMULATOR) or "").strip()
    # The scheme is often left out.
    url = emulator if "://" in emulator or not emulator else f"http://{emulator}"
    return GcsAccess(str(project) if project else None, _server(_EMULATOR, url) if url else None)


def _server(name: str, url: str) -> str:
    """An address of a server, as it is to be asked and shown. Raises UsageError."""
    try:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and "@" not in parts.netloc:
            return url.rstrip("/")
    except ValueError:
        pass
    raise UsageError(f"{name} is {shown(without_password(url))}: set it to http://HOST:PORT or https://HOST")


def _flag(value: Any) -> bool | None:
    return None if value is None or value == "" else str(value).lower() in YES
