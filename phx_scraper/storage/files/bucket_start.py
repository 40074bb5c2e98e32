"""The first look at a bucket's server: what would fail later is said at once, in one sentence."""

from __future__ import annotations

import uuid

from phx_scraper.errors import StorageError
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.bucket_client import BucketClient
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.store import FileStore

_PATIENCE_SECONDS = 10.0


def opened(client: BucketClient, *, changes: bool) -> FileStore:
    """The store, once its server has shown that it can do what is needed. Raises StorageError.

    Listing is enough for one that is only read; else an object is put, read, listed and deleted.
    """
    usual, client.tries = client.tries, _PATIENCE_SECONDS
    store = BucketStore(client)
    if changes:
        _try_out(store, client)
    else:
        next(store.walk(paths.TEMPORARY), None)
    client.tries = usual
    return store


def _try_out(store: FileStore, client: BucketClient) -> None:
    name, data = f"{uuid.uuid4().hex}.txt", uuid.uuid4().bytes
    path = f"{paths.TEMPORARY}/{name}"
    store.replace(path, [data])
    if store.read(path) != data or name not in store.names(paths.TEMPORARY):
        place = client.place
        raise StorageError(f"{place.server} does not give back what it was given: {place.doubt}")
    store.remove(path)
    for left in store.leftovers():
        store.remove(left)
