"""The first look at an S3 server: what would fail later is said at once, in one sentence."""

from __future__ import annotations

import uuid

from phx_scraper.errors import StorageError
from phx_scraper.model.store_place import S3Place
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.s3_client import S3Client
from phx_scraper.storage.files.s3_store import S3Store
from phx_scraper.storage.files.store import FileStore

_PATIENCE_SECONDS = 10.0


def opened(place: S3Place, *, changes: bool) -> FileStore:
    """The store, once its server has shown that it can do what is needed. Raises StorageError.

    Listing is enough for one that is only read; else an object is put, read, listed and deleted.
    """
    client = S3Client(place)
    usual, client.patience = client.patience, _PATIENCE_SECONDS
    store = S3Store(place, client)
    if changes:
        _try_out(store, place.server)
    else:
        next(store.walk(paths.TEMPORARY), None)
    client.patience = usual
    return store


def _try_out(store: FileStore, server: str) -> None:
    name, data = f"{uuid.uuid4().hex}.txt", uuid.uuid4().bytes
    path = f"{paths.TEMPORARY}/{name}"
    store.replace(path, [data])
    if store.read(path) != data or name not in store.names(paths.TEMPORARY):
        raise StorageError(f"{server} does not give back what it was given: is it an S3 server (AWS_ENDPOINT_URL)?")
    store.remove(path)
    for left in store.leftovers():
        store.remove(left)
