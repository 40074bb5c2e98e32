"""Opens the store that the setting IMAGES_STORE names."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.model.store_place import BucketPlace, GcsPlace, S3Place, StorePlace
from phx_scraper.storage.files.bucket_client import PATIENT, BucketClient, Patience
from phx_scraper.storage.files.bucket_start import opened
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.gcs_client import GcsClient
from phx_scraper.storage.files.s3_client import S3Client
from phx_scraper.storage.files.store import FileStore


def open_store(place: StorePlace, *, changes: bool = True, patience: Patience = PATIENT) -> FileStore:
    """The store at `place`; `changes=False` prepares nothing, for one that is only read. Raises StorageError.

    `patience` is for the server of a bucket.
    """
    if isinstance(place, Path):
        return FolderStore(place, changes=changes)
    return opened(client_of(place, patience), changes=changes)


def client_of(place: BucketPlace, patience: Patience = PATIENT) -> BucketClient:
    """What asks the server of a bucket. Raises StorageError."""
    if isinstance(place, GcsPlace):
        return GcsClient(place, patience)
    assert isinstance(place, S3Place)
    return S3Client(place, patience)
