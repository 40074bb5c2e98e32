"""Where a store of files is: a folder of this machine, or a bucket of an S3 server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


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
class S3Place:
    """`s3://{bucket}/{prefix}`; the prefix has no slash at its ends, and may be empty."""

    bucket: str
    prefix: str = ""
    access: S3Access = S3Access()

    def __str__(self) -> str:
        """The URL."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def server(self) -> str:
        """What people know the server by."""
        return self.access.endpoint or "Amazon S3"


StorePlace = Path | S3Place


def local_folder(place: StorePlace) -> Path:
    """The store's own folder, or for a bucket one that is named after it."""
    return place if isinstance(place, Path) else Path("data", "s3", place.bucket, *place.prefix.split("/")).absolute()
