"""Objects of a bucket by their path in the store: looked at, listed, read, put, copied and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.storage import crash_points
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.s3_client import S3Client
from phx_scraper.storage.files.s3_errors import ABSENT, code_of
from phx_scraper.storage.files.store import FileFacts

_TYPES = {
    **{"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "svg": "image/svg+xml"},
    **{"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "json": "application/json"},
}


class S3Objects:
    """Objects `{prefix}/{path}` of the client's place. Raises UnsafePath, StorageError."""

    def __init__(self, client: S3Client) -> None:
        self._client = client
        self._bucket = client.place.bucket
        self._prefix = f"{client.place.prefix}/" if client.place.prefix else ""

    def url(self, path: str) -> str:
        """`s3://{bucket}/{key}`."""
        return f"s3://{self._bucket}/{self._key(path)}"

    def find(self, path: str) -> FileFacts | None:
        """What the server tells of an object; None where there is none."""
        try:
            head = self._ask("look at", "head_object", path, ABSENT)
        except Exception as error:
            if code_of(error) in ABSENT:
                return None
            raise
        if "LastModified" not in head:
            raise StorageError(f"The server of {self.url(path)} does not answer as an S3 server does.")
        return _facts(head["ContentLength"], head["LastModified"])

    def body(self, path: str, **wanted: str) -> bytes:
        """The bytes of an object."""
        try:
            data: bytes = self._ask("read", "get_object", path, ABSENT, **wanted)["Body"]
        except Exception as error:
            if code_of(error) in ABSENT:
                raise StorageError(f"Cannot read {self.url(path)}: there is no such object.") from None
            raise
        return data

    def put(self, path: str, data: bytes, passes: frozenset[str] = frozenset(), **condition: str) -> None:
        """Write an object; the server compares its bytes with the signed hash. `passes` as of `S3Client.ask`."""
        kind = _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
        sent: dict[str, Any] = {"Body": data, "ContentType": kind, **condition}
        crash_points.hit("write.before")
        self._ask("write", "put_object", path, passes, **sent)
        crash_points.hit("write.after")

    def copy(self, source: str, target: str) -> None:
        """Have the server copy an object."""
        origin = {"Bucket": self._bucket, "Key": self._key(source)}
        self._ask("copy to", "copy_object", target, CopySource=origin)

    def delete(self, path: str) -> None:
        """Delete an object, there or not."""
        crash_points.hit("unlink.before")
        self._ask("remove", "delete_object", path)
        crash_points.hit("unlink.after")

    def below(self, folder: str) -> Iterator[tuple[str, FileFacts]]:
        """Paths below a folder (empty: of all), sorted, with what is known of them.

        Other programs' empty objects that stand for folders are none.
        """
        for page in self._pages(self._start(folder)):
            for found in page.get("Contents", ()):
                if not found["Key"].endswith("/"):
                    path = found["Key"].removeprefix(self._prefix)
                    yield path, _facts(found["Size"], found["LastModified"])

    def names(self, folder: str) -> list[str]:
        """Sorted names of what stands directly in a folder, and of what would be folders there."""
        start = self._start(folder)
        found: set[str] = set()
        for page in self._pages(start, Delimiter="/"):
            found.update(entry["Key"].removeprefix(start) for entry in page.get("Contents", ()))
            found.update(entry["Prefix"].removeprefix(start).rstrip("/") for entry in page.get("CommonPrefixes", ()))
        return sorted(found - {""})

    def _pages(self, start: str, **more: str) -> Iterator[Any]:
        """A thousand names a page."""
        request = {"Bucket": self._bucket, "Prefix": start, **more}
        while True:
            page: Any = self._client.ask("list", "list_objects_v2", request)
            yield page
            if not page.get("IsTruncated"):
                return
            request = {**request, "ContinuationToken": page["NextContinuationToken"]}

    def _ask(self, doing: str, method: str, path: str, passes: frozenset[str] = frozenset(), **more: Any) -> Any:
        return self._client.ask(doing, method, {"Bucket": self._bucket, "Key": self._key(path), **more}, passes)

    def _start(self, folder: str) -> str:
        return f"{self._key(folder)}/" if folder else self._prefix

    def _key(self, path: str) -> str:
        return f"{self._prefix}{paths.checked(path)}"


def _facts(size: int, modified: datetime) -> FileFacts:
    since = int(modified.timestamp() * 1e9)
    return FileFacts(size, since, since)
