"""Buckets hold what a folder holds: the same questions have the same answers, over HTTP."""

from __future__ import annotations

import contextlib
import functools
import io
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.errors import StorageError, UnsafePath
from phx_scraper.model.store_place import BucketPlace, S3Access, S3Place
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.open_store import client_of, open_store
from phx_scraper.storage.files.s3_client import S3Client
from phx_scraper.storage.files.store import Entry, FileStore, Written
from tests.buckets import BUCKET_KINDS
from tests.s3_server import Way

PICTURE = b"picture"
PATH = paths.processed(sha256(PICTURE))


Urls = Callable[[str], str]


@pytest.fixture(scope="module")
def urls() -> Iterator[Urls]:
    """The URL of a server of each kind, which is started when it is asked for."""
    with contextlib.ExitStack() as servers:
        yield functools.cache(lambda kind: servers.enter_context(BUCKET_KINDS[kind].server()))


@pytest.fixture(params=BUCKET_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, urls: Urls) -> BucketPlace:
    return new_place(kind, urls)


@pytest.fixture
def bucket(place: BucketPlace) -> BucketStore:
    made = open_store(place)
    assert isinstance(made, BucketStore)
    return made


@pytest.fixture(params=["folder", *BUCKET_KINDS])
def files(request: pytest.FixtureRequest, tmp_path: Path, urls: Urls) -> FileStore:
    if request.param == "folder":
        return FolderStore(tmp_path, fsync=False)
    return open_store(new_place(request.param, urls))


def new_place(kind: str, urls: Urls) -> BucketPlace:
    place: BucketPlace = BUCKET_KINDS[kind].place(urls(kind))
    return place


def test_a_picture_is_written_once_and_read(files: FileStore) -> None:
    assert not files.exists(PATH)
    assert files.is_free(PATH)
    assert files.write(PATH, PICTURE) is Written.NEW
    assert files.write(PATH, PICTURE) is Written.THERE
    assert files.write(PATH, PICTURE, compare=True) is Written.THERE
    assert files.read(PATH) == PICTURE
    assert files.digest(PATH) == sha256(PICTURE)
    assert [files.end_of(PATH, most) for most in (2, 100)] == [b"re", PICTURE]
    found = files.find(PATH)
    assert found is not None
    assert found.size == len(PICTURE)
    assert abs(found.modified_ns / 1e9 - time.time()) < 60
    assert files.written >= len(PICTURE)


def test_a_large_picture_is_whole(files: FileStore) -> None:
    large = bytes(range(256)) * 40_000
    path = paths.processed(sha256(large))
    assert files.write(path, large) is Written.NEW
    assert files.read(path) == large
    assert len(files.end_of(path, 100)) == 100


def test_a_damaged_picture_is_written_again_where_it_is_compared(files: FileStore) -> None:
    files.replace(PATH, [b"damaged"])
    assert not files.write(PATH, PICTURE)
    assert files.write(PATH, PICTURE, compare=True) is Written.REPLACED
    assert files.read(PATH) == PICTURE
    files.replace(PATH, [b"cut"])
    assert files.write(PATH, PICTURE)


def test_files_are_listed_by_name_and_below(files: FileStore) -> None:
    for path in ("raw/aa/a.jpg", "raw/ab/b.jpg", "metadata/x.json", "metadata/runs/run.json"):
        files.replace(path, [b"12", b"345"])
    assert files.names("metadata") == ["runs", "x.json"]
    assert files.names("nowhere") == []
    assert list(files.walk("raw")) == [Entry("raw/aa/a.jpg"), Entry("raw/ab/b.jpg")]
    assert files.size() == 20
    many = files.for_many()
    assert many.find("raw/aa/a.jpg") == files.find("raw/aa/a.jpg")
    assert many.look("raw/aa/none.jpg") is None


def test_names_change_go_and_are_given_twice(files: FileStore) -> None:
    files.write(PATH, PICTURE)
    assert files.link(PATH, "quarantine/a.png")
    assert files.is_same(PATH, "quarantine/a.png")
    assert not files.link(PATH, "quarantine/a.png")
    files.move("quarantine/a.png", "quarantine/b.png")
    assert (files.exists("quarantine/a.png"), files.read("quarantine/b.png")) == (False, PICTURE)
    assert files.remove("quarantine/b.png")
    assert not files.remove("quarantine/b.png")
    assert files.read(PATH) == PICTURE


def test_what_is_absent_is_a_sentence(files: FileStore) -> None:
    for call in (files.read, files.digest, lambda path: files.end_of(path, 3)):
        with pytest.raises(StorageError, match=r"^Cannot read .*raw/aa/none\.jpg: .+\.$"):
            call("raw/aa/none.jpg")


@pytest.mark.parametrize("path", ["../x", "/x", "processed/../../x", "a//b", ""])
def test_no_path_leaves_the_store(files: FileStore, path: str) -> None:
    for call in (files.find, files.read, files.remove, files.names, lambda path: files.write(path, b"x")):
        with pytest.raises(UnsafePath):
            call(path)


def test_a_server_without_conditions_gets_plain_writes(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    exceptions = pytest.importorskip("botocore.exceptions")
    client = client_of(new_place("s3", urls))
    assert isinstance(client, S3Client)
    plain = client.server.put_object
    refused = {"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}

    def put(**request: object) -> object:
        if "IfNoneMatch" in request:
            raise exceptions.ClientError(refused, "Put")
        return plain(**request)

    monkeypatch.setattr(client.server, "put_object", put)
    bucket = BucketStore(client)
    assert bucket.write(PATH, PICTURE)
    assert not bucket.write(PATH, PICTURE)
    assert bucket.read(PATH) == PICTURE


class Empty(io.BytesIO):
    """The body of an answer, as botocore wants it."""

    def stream(self) -> Iterator[bytes]:
        yield b""


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", "https://127.0.0.1:9"])
def test_what_is_put_is_signed_with_its_hash(endpoint: str) -> None:
    boto = pytest.importorskip("botocore.awsrequest")
    client = S3Client(S3Place("bucket", "photos", S3Access(endpoint, "us-east-1", "key", "secret")))
    sent: list[str] = []

    def answer(request: Any, **_: object) -> Any:
        sent.append(request.headers["x-amz-content-sha256"].decode())
        return boto.AWSResponse(request.url, 200, {}, Empty())

    client.server.meta.events.register("before-send.s3.PutObject", answer)
    BucketStore(client).replace(PATH, [PICTURE])
    assert sent == [sha256(PICTURE)]


def test_other_bytes_than_the_name_says_are_told(bucket: BucketStore) -> None:
    bucket.replace(PATH, [b"rotten"])
    with pytest.raises(StorageError, match="holds other bytes than its name says"):
        bucket.read(PATH)
    assert bucket.digest(PATH) == sha256(b"rotten")


def test_a_listing_has_many_pages(bucket: BucketStore, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = bucket._objects._client
    method, most = ("list_objects_v2", "MaxKeys") if isinstance(client, S3Client) else ("list_blobs", "page_size")
    listed = getattr(client.server, method)
    pages: list[Any] = []
    monkeypatch.setattr(client.server, method, lambda *whose, **asked: listed(*whose, **{most: 2}, **asked))
    page = client.page
    monkeypatch.setattr(client, "page", lambda *asked: (pages.append(page(*asked)), pages[-1])[1])
    names = [f"{number}.jpg" for number in range(7)]
    for name in names:
        bucket.replace(f"raw/aa/{name}", [b"x"])
        bucket.replace(f"raw/{name}.d/x", [b"x"])
    assert bucket.names("raw/aa") == names
    assert len(pages) == 4
    assert bucket.names("raw") == sorted([*(f"{name}.d" for name in names), "aa"])
    assert [path for path, _ in bucket.walk("raw/aa")] == [f"raw/aa/{name}" for name in names]


def test_nothing_is_left_of_the_first_look_and_other_prefixes_are_not_seen(place: BucketPlace) -> None:
    client_of(place).put("other/raw/aa/a.jpg", b"theirs", "image/jpeg")
    client_of(place).put("photos/raw/", b"", "text/plain")
    files = open_store(place)
    assert list(files.walk("raw")) == []
    assert files.names("raw") == []
    assert files.names(paths.TEMPORARY) == []
    assert files.size() == 0
    assert files.place_of(PATH) == f"{place.scheme}://{place.bucket}/photos/{PATH}"


def test_a_server_that_is_away_for_a_while_is_waited_for(kind: str, urls: Urls) -> None:
    way = Way(urls(kind))
    place: BucketPlace = BUCKET_KINDS[kind].place(way.url)
    files = open_store(place)
    way.close()
    opening = threading.Timer(1.5, way.open)
    opening.start()
    assert files.write(PATH, PICTURE)
    opening.join()
    way.close()
    client = client_of(place)
    client.tries = 0.5
    impatient = BucketStore(client)
    with pytest.raises(StorageError, match=rf"^{way.url} cannot be reached: .+\.$"):
        impatient.read(PATH)


@pytest.mark.parametrize("changes", [True, False])
def test_a_bucket_that_is_not_there_is_a_sentence(place: BucketPlace, changes: bool) -> None:
    absent = replace(place, bucket="nobody-made-it")
    with pytest.raises(StorageError, match=rf"^There is no bucket nobody-made-it at {place.server}.+IMAGES_STORE.*\.$"):
        open_store(absent, changes=changes)


def test_threads_share_one_store(bucket: BucketStore) -> None:
    data = [f"{number}".encode() * 100 for number in range(12)]
    names = [paths.processed(sha256(one)) for one in data]
    threads = [threading.Thread(target=bucket.write, args=pair) for pair in zip(names * 2, data * 2, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bucket.read(name) for name in names] == data
