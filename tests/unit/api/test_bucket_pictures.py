"""Pictures that lie in a bucket: one that is away holds up nobody else, and what is wrong with one is said of it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.store_place import S3Place
from phx_scraper.storage.files.bucket_client import HASTY
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.file_stats import sha256
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.files.open_store import client_of, open_store
from phx_scraper.storage.files.s3_client import S3Client
from tests.api_browser import HTML, Browser
from tests.api_server import HAS_API, JOBS, WHY_NOT, Answer, Api, running_api
from tests.s3_server import Way, new_place, s3_server
from tests.unit.storage.catalogue_helpers import Collector, homes

pytestmark = pytest.mark.skipif(not HAS_API, reason=WHY_NOT)
MANY = 60
"""More than the threads that all endpoints share."""


@dataclass(frozen=True)
class InBucket:
    """An API whose pictures lie in a bucket, the way to its server, and the pictures' URLs and keys."""

    api: Api
    way: Way
    place: S3Place
    url: str
    key: str

    def picture(self) -> Answer:
        return self.api.ask("GET", self.url)

    def put(self, data: bytes) -> None:
        client_of(self.place).put(self.key, data, "image/png")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[InBucket]:
    with ExitStack() as stack:
        way = Way(stack.enter_context(s3_server()))
        place = new_place(way.url)
        collector = Collector(tmp_path / "store", fsync=False)
        collector.run(homes(1))
        collector.catalogue.close()
        files, bucket = FolderStore(tmp_path / "store"), open_store(place)
        names = [entry.path for entry in files.walk("processed")]
        for name in names:
            bucket.write(name, files.read(name))
        api = stack.enter_context(running_api(tmp_path, bucket=place))
        images = api.ask("GET", f"/api/properties/{homes(1)[0].property_hash}/images").json["images"]
        name = next(name for name in names if images[0]["content_hash"] in name)
        yield InBucket(api, way, place, images[0]["url"], f"{place.prefix}/{name}")
        with suppress(OSError):
            way.close()


def test_a_bucket_that_is_away_stops_nothing_else(there: InBucket) -> None:
    assert there.picture().status == 200
    there.way.close()
    with ThreadPoolExecutor(MANY) as threads:
        asked = [threads.submit(there.picture) for _ in range(MANY)]
        assert there.api.ask("GET", JOBS).status == 200
        answers = [one.result() for one in asked]
    assert {one.status for one in answers} == {503}
    assert {one.headers["retry-after"] for one in answers} == {"5"}
    assert {one.detail.partition(":")[0] for one in answers} == {"the store of pictures does not answer at the moment"}
    there.way.open()
    assert there.picture().status == 200


def test_a_bucket_that_says_nothing_is_given_up_soon(there: InBucket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = replace(there.place, access=replace(there.place.access, endpoint=_url(silent)))
        told = S3Client(place).server.meta.config
        assert (told.connect_timeout, told.read_timeout) == (5.0, 30.0), "runs wait as long as ever"
        object.__setattr__(there.api.context, "files", BucketStore(client_of(place, HASTY)))
        answer = there.picture()
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("data", [b"<script>foreign", b""])
def test_other_bytes_than_the_name_says_are_no_trouble_of_the_catalogue(there: InBucket, data: bytes) -> None:
    whole = there.picture().body
    there.put(data)
    answer = there.picture()
    assert (answer.status, "retry-after" in answer.headers) == (502, False)
    assert answer.detail.startswith("the store holds other bytes than this picture's name says")
    assert there.place.bucket not in answer.detail
    there.put(whole)
    assert there.picture().body == whole


def test_an_object_that_is_not_there(there: InBucket) -> None:
    client_of(there.place).delete(there.key)
    answer = there.picture()
    assert (answer.status, answer.detail) == (404, "there is no such picture, or no home shows it")


def test_a_bucket_that_is_gone_does_not_come_back_by_asking(there: InBucket) -> None:
    server: Any = S3Client(there.place).server
    for found in server.list_objects_v2(Bucket=there.place.bucket)["Contents"]:
        server.delete_object(Bucket=there.place.bucket, Key=found["Key"])
    server.delete_bucket(Bucket=there.place.bucket)
    answer = there.picture()
    assert (answer.status, "retry-after" in answer.headers) == (502, False)
    assert answer.detail.startswith("the store cannot be read")


def test_what_pictures_may_answer_is_described(there: InBucket) -> None:
    told = there.api.ask("GET", "/openapi.json").json["paths"]["/api/images/{content_hash}"]["get"]["responses"]
    assert {"404", "502", "503"} <= set(told)


def test_the_gallery_says_where_its_pages_are_to_be_written(there: InBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the API was started.
    monkeypatch.chdir(there.api.store.parent)
    text = Browser(there.api).get("/gallery/report/index.html", HTML).body.decode()
    assert "<code>scrapy report --out store/report --with-pictures</code> writes it" in text
    assert str(there.api.store) not in text


class _Held(FolderStore):
    """Of which a read lasts until it is let go."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.begun, self.is_let_go = threading.Semaphore(0), threading.Event()

    def read(self, path: str) -> bytes:
        self.begun.release()
        assert self.is_let_go.wait(60)
        return path.encode()


def test_more_than_may_wait_for_the_store_are_told_to_come_again(tmp_path: Path) -> None:
    from phx_scraper.api.problems import RequestRefused
    from phx_scraper.api.store_reads import StoreReads

    held = _Held(tmp_path)

    async def asked() -> tuple[RequestRefused, list[bytes], bytes]:
        reads = StoreReads(threads=1, most=2)
        first = [asyncio.create_task(reads.read(held, path, sha256(path.encode()))) for path in ("a", "b")]
        await asyncio.to_thread(held.begun.acquire)
        with pytest.raises(RequestRefused) as refused:
            await reads.read(held, "c", "")
        held.is_let_go.set()
        return refused.value, list(await asyncio.gather(*first)), await reads.read(held, "d", sha256(b"d"))

    refused, found, later = asyncio.run(asked())
    assert (refused.status, refused.headers) == (503, {"Retry-After": "5"})
    assert (found, later) == ([b"a", b"b"], b"d")
