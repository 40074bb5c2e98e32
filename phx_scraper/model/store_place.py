"""Where a store of files is: a folder of this machine, or a bucket of a server."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class BucketPlace(ABC):
    """`{scheme}://{bucket}/{prefix}`; the prefix has no slash at its ends, and may be empty."""

    scheme: ClassVar[str]
    doubt: ClassVar[str]
    """What to ask oneself where the server does not do what a server of this kind does."""
    bucket: str
    prefix: str = ""

    def __str__(self) -> str:
        """The URL."""
        return self.url_of(self.prefix).rstrip("/")

    def url_of(self, key: str) -> str:
        """The URL of an object."""
        return f"{self.scheme}://{self.bucket}/{key}"

    @property
    @abstractmethod
    def server(self) -> str:
        """What people know the server by."""


@dataclass(frozen=True, slots=True)
class S3Access:
    """How a server is reached, by Scrapy's `AWS_` settings; what is None is found as boto3 finds it."""

    endpoint: str | None = None
    region: str | None = None
    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    use_tls: bool | None = None
    verify: bool | str | None = None


@dataclass(frozen=True, slots=True)
class S3Place(BucketPlace):
    """A bucket of an S3 server."""

    scheme: ClassVar[str] = "s3"
    doubt: ClassVar[str] = "is it an S3 server (AWS_ENDPOINT_URL)?"
    access: S3Access = S3Access()

    @property
    def server(self) -> str:
        """Its address, where one is set."""
        return self.access.endpoint or "Amazon S3"


@dataclass(frozen=True, slots=True)
class GcsAccess:
    """How Google Cloud Storage is reached: its own server, or an emulator that asks for no credentials.

    Credentials are found as Google's library finds them.
    """

    project: str | None = None
    emulator: str | None = None


@dataclass(frozen=True, slots=True)
class GcsPlace(BucketPlace):
    """A bucket of Google Cloud Storage."""

    scheme: ClassVar[str] = "gs"
    doubt: ClassVar[str] = "does it speak the protocol of Google Cloud Storage (STORAGE_EMULATOR_HOST)?"
    access: GcsAccess = GcsAccess()

    @property
    def server(self) -> str:
        """The emulator's address, where one is set."""
        return self.access.emulator or "Google Cloud Storage"


StorePlace = Path | BucketPlace


def local_folder(place: StorePlace) -> Path:
    """The store's own folder, or for a bucket one that is named after it."""
    if isinstance(place, Path):
        return place
    return Path("data", place.scheme, place.bucket, *place.prefix.split("/")).absolute()
