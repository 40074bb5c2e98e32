"""Objects of a bucket of Google Cloud Storage, asked for by Google's own library.

It comes with the extra `[gcs]`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from phx_scraper.errors import StorageError
from phx_scraper.model.store_place import GcsPlace
from phx_scraper.storage.files.bucket_client import CONNECTIONS, PATIENT, BucketClient, Page, Patience
from phx_scraper.storage.files.gcs_errors import as_storage_error, is_absent, is_passing, is_refused_condition
from phx_scraper.storage.files.store import FileFacts

_LISTED = "items(name,size,updated),prefixes,nextPageToken"
_Answer = TypeVar("_Answer")


class GcsClient(BucketClient):
    """Asks Google Cloud Storage, or an emulator of it. CRC32C goes with what is written and read."""

    place: GcsPlace

    def __init__(self, place: GcsPlace, patience: Patience = PATIENT) -> None:
        super().__init__(place, patience)
        self._once = {"retry": None, "timeout": (patience.connect, patience.silence)}
        self.server = _server(place)
        self.bucket = self.server.bucket(place.bucket)

    def find(self, key: str) -> FileFacts | None:
        def look() -> FileFacts:
            blob = self.bucket.blob(key)
            blob.reload(**self._once)
            return _facts(blob)

        return self._ask("look at", key, lambda: _or_none(look))

    def body(self, key: str, last: int | None = None) -> bytes | None:
        wanted = {"start": None if last is None else -last, "raw_download": True}

        def read() -> bytes:
            data: bytes = self.bucket.blob(key).download_as_bytes(**wanted, **self._once)
            return data

        return self._ask("read", key, lambda: _or_none(read))

    def put(self, key: str, data: bytes, kind: str) -> None:
        self._ask("write", key, lambda: self._put(key, data, kind))

    def put_new(self, key: str, data: bytes, kind: str) -> bool | None:
        def put() -> bool:
            try:
                self._put(key, data, kind, if_generation_match=0)
                return True
            except Exception as error:
                if is_refused_condition(error):
                    return False
                raise

        return self._ask("write", key, put)

    def copy(self, source: str, target: str) -> None:
        self._ask(
            "copy to",
            target,
            lambda: self.bucket.copy_blob(self.bucket.blob(source), self.bucket, target, **self._once),
        )

    def delete(self, key: str) -> None:
        self._ask("remove", key, lambda: _or_none(lambda: self.bucket.blob(key).delete(**self._once)))

    def page(self, start: str, delimiter: str, following: str | None) -> Page:
        asked = {"prefix": start, "delimiter": delimiter or None, "page_token": following, "fields": _LISTED}

        def read() -> Page:
            listing = self.server.list_blobs(self.bucket, **asked, **self._once)
            blobs = list(next(listing.pages, ()))
            objects = [(blob.name, _facts(blob)) for blob in blobs]
            return Page(objects, sorted(listing.prefixes), listing.next_page_token)

        return self._ask("list", start, read)

    def _put(self, key: str, data: bytes, kind: str, **condition: int) -> None:
        self.bucket.blob(key).upload_from_string(data, content_type=kind, checksum="crc32c", **condition, **self._once)

    def _is_passing(self, error: Exception) -> bool:
        return is_passing(error)

    def _as_storage_error(self, error: Exception, doing: str, what: str) -> StorageError:
        return as_storage_error(error, self.place, doing, what)


def _or_none(call: Callable[[], _Answer]) -> _Answer | None:
    """None where the server says that there is no such object."""
    try:
        return call()
    except Exception as error:
        if is_absent(error):
            return None
        raise


def _facts(blob: Any) -> FileFacts:
    since = int(blob.updated.timestamp() * 1e9)
    return FileFacts(blob.size, since, since)


def _server(place: GcsPlace) -> Any:
    try:
        from google.auth.credentials import AnonymousCredentials
        from google.cloud.storage import Client
        from requests.adapters import HTTPAdapter
    except ImportError:
        raise StorageError(f"{place} needs the extra gcs: pip install 'phx-scraper[gcs]'.") from None
    for name, level in (("google", logging.ERROR), ("urllib3", logging.WARNING)):
        logging.getLogger(name).setLevel(level)  # below it they tell of tokens, and that no project is known
    emulator = place.access.emulator
    anonymous = {"credentials": AnonymousCredentials(), "client_options": {"api_endpoint": emulator}}
    try:
        client = Client(project=place.access.project, **(anonymous if emulator else {}))
        for scheme in ("http://", "https://"):
            client._http.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS))
        client._bucket_metadata_cache = None  # it asks what is known of the bucket whenever an object is absent
        return client
    except Exception as error:
        raise as_storage_error(error, place, "use", str(place)) from error
