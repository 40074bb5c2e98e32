"""A store that is a part of a bucket, of an S3 server or of Google Cloud Storage.

Pictures, originals and thumbnails are named by what is in them, so a PUT that is done twice changes nothing; each PUT
is whole or absent. There are no folders, no links and no views: `scrapy export` makes folders of pictures.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from phx_scraper.errors import WrongBytes
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.bucket_client import BucketClient
from phx_scraper.storage.files.bucket_objects import BucketObjects
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.store import Entry, FileFacts, FileStore, Written

_NAMED_BY_HASH = re.compile(rf"(?:{paths.PROCESSED}|{paths.RAW})/[0-9a-f]+/([0-9a-f]{{64}})\.[a-z0-9]+")
_READS = 3
_STALE_SECONDS = 24 * 3600.0


class BucketStore(FileStore):
    """Objects `{prefix}/{path}` of a bucket."""

    has_views = False

    def __init__(self, client: BucketClient) -> None:
        self.place = str(client.place)
        self._objects = BucketObjects(client)
        self._written = 0
        self._has_conditions = True
        self._listed: dict[str, dict[str, FileFacts]] | None = None

    @property
    def written(self) -> int:
        return self._written

    def place_of(self, path: str) -> str:
        return self._objects.url(path)

    def path_of(self, place: Path) -> str | None:
        _ = place
        return None

    def without_sync(self) -> BucketStore:
        return self

    def for_many(self) -> BucketStore:
        """What a folder of pictures holds is listed once, a thousand names a request."""
        other = copy.copy(self)
        other._listed = {}
        return other

    def free_bytes(self) -> int | None:
        return None

    def size(self) -> int:
        return sum(facts.size for _, facts in self._objects.below(""))

    def find(self, path: str) -> FileFacts | None:
        if self._listed is None:
            return self._objects.find(path)
        folder = paths.checked(path).partition("/")[0]
        if folder not in self._listed:
            self._listed[folder] = dict(self._objects.below(folder))
        return self._listed[folder].get(path)

    def look(self, path: str) -> FileFacts | None:
        return self.find(path)

    def names(self, folder: str) -> list[str]:
        return self._objects.names(paths.checked(folder))

    def walk(self, folder: str) -> Iterator[Entry]:
        for path, _ in self._objects.below(paths.checked(folder)):
            yield Entry(path)

    def leftovers(self) -> Iterator[str]:
        """What a first look at the server left that was killed, a day ago or more."""
        for path, facts in self._objects.below(paths.TEMPORARY):
            if time.time() - facts.modified_ns / 1e9 > _STALE_SECONDS:
                yield path

    def read(self, path: str) -> bytes:
        """Read again where it is not what its name says, for the wire may be to blame."""
        named = _NAMED_BY_HASH.fullmatch(path)
        for _ in range(_READS):
            data = self._objects.body(path)
            if named is None or sha256(data) == named[1]:
                return data
        raise WrongBytes(f"{self.place_of(path)} holds other bytes than its name says: scrapy reconcile --read-data.")

    def end_of(self, path: str, most: int) -> bytes:
        found = self.find(path)
        return b"" if found is not None and found.size == 0 else self._objects.body(path, most)

    def digest(self, path: str) -> str:
        return sha256(self._objects.body(path))

    def write(self, path: str, data: bytes, *, compare: bool = False) -> Written:
        """A server that knows conditions is asked to write what is not there, others whether it is there."""
        if self._has_conditions and self._is_new(path, data):
            return Written.NEW
        found = self.find(path)
        if found is not None and found.size == len(data) and (not compare or self._objects.body(path) == data):
            return Written.THERE
        self.replace(path, [data])
        return Written.NEW if found is None else Written.REPLACED

    def replace(self, path: str, chunks: Iterable[bytes]) -> None:
        data = b"".join(chunks)
        self._objects.put(path, data)
        self._written += len(data)

    def remove(self, path: str) -> bool:
        is_there = self.find(path) is not None
        if is_there:
            self._objects.delete(path)
        return is_there

    def discard(self, path: str) -> bool:
        self._objects.delete(path)
        return True

    def remove_folder(self, path: str) -> bool:
        _ = paths.checked(path)
        return False

    def move(self, source: str, target: str) -> None:
        self._objects.copy(source, target)
        self._objects.delete(source)

    def link(self, source: str, target: str) -> bool:
        """A copy, made by the server; False where the same bytes are there."""
        if self.is_same(source, target):
            return False
        self._objects.copy(source, target)
        return True

    def is_same(self, one: str, other: str) -> bool:
        """A copy counts as the file itself."""
        if one == other or self.find(one) is None or self.find(other) is None:
            return one == other
        return self.digest(one) == self.digest(other)

    def _is_new(self, path: str, data: bytes) -> bool:
        """Whether it was not there, and is now; False also where the server knows no conditions."""
        is_new = self._objects.put_new(path, data)
        self._has_conditions = is_new is not None
        self._written += len(data) if is_new else 0
        return bool(is_new)
