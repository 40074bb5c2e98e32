"""Objects of a bucket by their path in the store: looked at, listed, read, put, copied and deleted."""

from __future__ import annotations

from collections.abc import Iterator

from phx_scraper.errors import FileAbsent
from phx_scraper.storage import crash_points
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.bucket_client import BucketClient, Page
from phx_scraper.storage.files.store import FileFacts

_TYPES = {
    **{"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "svg": "image/svg+xml"},
    **{"html": "text/html; charset=utf-8", "css": "text/css", "js": "text/javascript", "json": "application/json"},
}


class BucketObjects:
    """Objects `{prefix}/{path}` of the client's place. Raises UnsafePath, StorageError."""

    def __init__(self, client: BucketClient) -> None:
        self._client = client
        self._prefix = f"{client.place.prefix}/" if client.place.prefix else ""

    def url(self, path: str) -> str:
        """`{scheme}://{bucket}/{key}`."""
        return self._client.place.url_of(self._key(path))

    def find(self, path: str) -> FileFacts | None:
        """What the server tells of an object; None where there is none."""
        return self._client.find(self._key(path))

    def body(self, path: str, last: int | None = None) -> bytes:
        """The bytes of an object, or the `last` of them."""
        data = self._client.body(self._key(path), last)
        if data is None:
            raise FileAbsent(f"Cannot read {self.url(path)}: there is no such object.")
        return data

    def put(self, path: str, data: bytes) -> None:
        """Write an object."""
        key = self._key(path)
        crash_points.hit("write.before")
        self._client.put(key, data, _type_of(path))
        crash_points.hit("write.after")

    def put_new(self, path: str, data: bytes) -> bool | None:
        """The same unless an object is there; whether it was written, None where the server knows no conditions."""
        key = self._key(path)
        crash_points.hit("write.before")
        is_new = self._client.put_new(key, data, _type_of(path))
        if is_new:
            crash_points.hit("write.after")
        return is_new

    def copy(self, source: str, target: str) -> None:
        """Have the server copy an object."""
        self._client.copy(self._key(source), self._key(target))

    def delete(self, path: str) -> None:
        """Delete an object, there or not."""
        key = self._key(path)
        crash_points.hit("unlink.before")
        self._client.delete(key)
        crash_points.hit("unlink.after")

    def below(self, folder: str) -> Iterator[tuple[str, FileFacts]]:
        """Paths below a folder (empty: of all), sorted, with what is known of them.

        Other programs' empty objects that stand for folders are none.
        """
        for page in self._pages(self._start(folder)):
            for key, facts in page.objects:
                if not key.endswith("/"):
                    yield key.removeprefix(self._prefix), facts

    def names(self, folder: str) -> list[str]:
        """Sorted names of what stands directly in a folder, and of what would be folders there."""
        start = self._start(folder)
        found: set[str] = set()
        for page in self._pages(start, "/"):
            found.update(key.removeprefix(start) for key, _ in page.objects)
            found.update(below.removeprefix(start).rstrip("/") for below in page.folders)
        return sorted(found - {""})

    def _pages(self, start: str, delimiter: str = "") -> Iterator[Page]:
        page = self._client.page(start, delimiter, None)
        yield page
        while page.following:
            page = self._client.page(start, delimiter, page.following)
            yield page

    def _start(self, folder: str) -> str:
        return f"{self._key(folder)}/" if folder else self._prefix

    def _key(self, path: str) -> str:
        return f"{self._prefix}{paths.checked(path)}"


def _type_of(path: str) -> str:
    return _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
