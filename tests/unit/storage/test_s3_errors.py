"""Every answer of an S3 server that ends a command does so in one sentence: what, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from phx_scraper.errors import DiskFull, StorageError, StoreUnreachable
from phx_scraper.model.store_place import S3Access, S3Place
from phx_scraper.storage.files import bucket_client, bucket_start
from phx_scraper.storage.files.bucket_client import PATIENT
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.s3_client import S3Client
from phx_scraper.storage.files.store import FileStore
from tests.ports import HOST, free_port
from tests.unit.storage.answering_server import Answering, PlayedTime, answering

pytest.importorskip("boto3", reason="boto3 is not installed: pip install -e '.[service,dev]'")

SECRET = "hunter2-hunter2"


@pytest.fixture
def server() -> Iterator[Answering]:
    with answering() as made:
        yield made


@pytest.fixture(autouse=True)
def _played_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_client, "time", PlayedTime())


def place_at(server: Answering) -> S3Place:
    return S3Place("bucket", "photos", S3Access(server.url, "us-east-1", "key", SECRET))


def error(code: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>because</Message></Error>'.encode()


def opened(place: S3Place, monkeypatch: pytest.MonkeyPatch) -> FileStore:
    monkeypatch.setattr(bucket_start, "_PATIENCE_SECONDS", 0.1)
    return open_store(place)


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (404, error("NoSuchBucket"), r"There is no bucket bucket at {url}: make it, or correct IMAGES_STORE\."),
        (403, error("InvalidAccessKeyId"), r"{url} does not know the key of AWS_ACCESS_KEY_ID: correct it\."),
        (403, error("SignatureDoesNotMatch"), r"{url} refuses the secret: AWS_SECRET_ACCESS_KEY does not belong .+\."),
        (400, error("ExpiredToken"), r"The session token for {url} is no longer good: .+\."),
        (403, error("RequestTimeTooSkewed"), r"The clock of this machine is not that of {url}: set it, .+\."),
        (403, error("AccessDenied"), r"{url} does not let this key write s3://bucket/photos/\.tmp/\S+: it needs .+\."),
        (403, b"", r"{url} does not let this key write s3://bucket/photos/\.tmp/\S+: it needs .+\."),
        (301, error("PermanentRedirect"), r"The bucket bucket is in another region: set AWS_REGION_NAME to it\."),
        (200, b"<html>hello</html>", r"{url} does not (give back|answer as an S3 server) .+AWS_ENDPOINT_URL.+"),
        (404, b"<html>nothing here</html>", r"Cannot write s3://bucket/photos/\.tmp/\S+: .+\."),
        (503, error("SlowDown"), r"Cannot write s3://bucket/photos/\.tmp/\S+ now: SlowDown because\."),
        (507, error("InsufficientStorage"), r"No space left to write s3://\S+ \(InsufficientStorage\): make room .+\."),
        (418, error("IAmATeapot"), r"Cannot write s3://bucket/photos/\.tmp/\S+: IAmATeapot because\."),
    ],
)
def test_the_first_look_says_what_is_wrong(
    server: Answering, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, sentence: str
) -> None:
    server.status, server.body = status, body
    place = place_at(server)
    with pytest.raises(StorageError) as trouble:
        opened(place, monkeypatch)
    assert re.fullmatch(sentence.format(url=re.escape(str(place.access.endpoint))), str(trouble.value))
    assert SECRET not in str(trouble.value)
    assert isinstance(trouble.value, DiskFull) == (status == 507)


def test_a_place_that_nobody_answers_at_is_named(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_at(server)
    # Not the one that this server had and left: another process may be given it meanwhile.
    place = replace(place, access=replace(place.access, endpoint=f"http://{HOST}:{free_port()}"))
    with pytest.raises(StoreUnreachable, match="cannot be reached: correct AWS_ENDPOINT_URL"):
        opened(place, monkeypatch)
    for endpoint, sentence in (
        ("no-url", "correct the settings AWS_"),
        ("http://nowhere.invalid", "cannot be reached"),
    ):
        with pytest.raises(StorageError, match=sentence):
            opened(replace(place, access=replace(place.access, endpoint=endpoint)), monkeypatch)


def test_without_a_key_there_is_a_sentence(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    access = S3Access(place_at(server).access.endpoint)
    with pytest.raises(StorageError, match=r"^There is no key for http.+: set AWS_ACCESS_KEY_ID and AWS_SECRET_"):
        opened(S3Place("bucket", "", access), monkeypatch)


@pytest.mark.parametrize(("code", "is_asked_again"), [("SlowDown", True), ("AccessDenied", False)])
def test_only_what_may_pass_is_asked_again(server: Answering, code: str, is_asked_again: bool) -> None:
    server.status, server.body = 503 if is_asked_again else 403, error(code)
    place = place_at(server)
    store = BucketStore(S3Client(place, PATIENT._replace(tries=0.6)))
    with pytest.raises(StoreUnreachable if is_asked_again else StorageError) as trouble:
        store.read("raw/aa/a.jpg")
    assert isinstance(trouble.value, StoreUnreachable) == is_asked_again
    assert (server.asked > 1) == is_asked_again
