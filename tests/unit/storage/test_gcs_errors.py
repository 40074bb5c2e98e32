"""Every answer of Google Cloud Storage that ends a command does so in one sentence: what, where, what to do."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.errors import DiskFull, StorageError, StoreUnreachable
from phx_scraper.model.store_place import GcsAccess, GcsPlace
from phx_scraper.storage.files import bucket_client, bucket_start
from phx_scraper.storage.files.bucket_client import PATIENT
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.gcs_client import GcsClient
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore
from tests.unit.storage.answering_server import Answering, PlayedTime, answering

pytest.importorskip("google.cloud.storage", reason="google-cloud-storage is not installed: pip install -e '.[gcs,dev]'")

KEY = "-----BEGIN PRIVATE KEY-----"
CREDENTIALS = "set GOOGLE_APPLICATION_CREDENTIALS to the file of a key, or run gcloud auth application-default login"


@pytest.fixture
def server() -> Iterator[Answering]:
    with answering() as made:
        yield made


@pytest.fixture(autouse=True)
def _without_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key of this machine is found, and nobody asks whether it is one of Google's."""
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "STORAGE_EMULATOR_HOST", "API_ENDPOINT_OVERRIDE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "nothing"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setattr(bucket_start, "_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(bucket_client, "time", PlayedTime())


def opened(url: str | None) -> FileStore:
    return open_store(GcsPlace("bucket", "photos", GcsAccess(None, url)))


def error(code: int, message: str, reason: str = "") -> bytes:
    return json.dumps(
        {"error": {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}}
    ).encode()


NO_BUCKET = error(404, "The specified bucket does not exist.", "notFound")


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (404, NO_BUCKET, r"There is no bucket bucket at {url}: make it, or correct IMAGES_STORE\."),
        (404, b"", r"There is no bucket bucket at {url}, or it is no server of .+: .+STORAGE_EMULATOR_HOST\."),
        (401, error(401, "Invalid Credentials"), r"{url} asks for credentials, and an emulator .+ is given none\."),
        (
            403,
            error(403, "x does not have storage.objects.create access"),
            r"{url} does not let these credentials .+\.",
        ),
        (403, b"", r"{url} does not let these credentials write gs://bucket/photos/\.tmp/\S+: they need .+\."),
        (403, error(403, "full", "quotaExceeded"), r"No space left to write gs://\S+ \(403\): make room at {url}.+\."),
        (403, error(403, "slow", "rateLimitExceeded"), r"Cannot write gs://\S+ now: 403 slow\."),
        (400, error(400, "Invalid argument"), r"Cannot write gs://bucket/photos/\.tmp/\S+: 400 Invalid argument\."),
        (503, error(503, "Backend Error"), r"Cannot write gs://bucket/photos/\.tmp/\S+ now: 503 Backend Error\."),
        (418, b"{}", r"Cannot write gs://bucket/photos/\.tmp/\S+: 418 .+\."),
        (200, b"<html>hello</html>", r"{url} does not answer as Google Cloud Storage does: .+STORAGE_EMULATOR_HOST\."),
        (200, b"[]", r"{url} does not (answer|give back) .+STORAGE_EMULATOR_HOST.+"),
        (200, b"{}", r"{url} does not (answer|give back) .+STORAGE_EMULATOR_HOST.+"),
        (302, b"", r"Cannot write .+\."),
    ],
)
def test_the_first_look_says_what_is_wrong(server: Answering, status: int, body: bytes, sentence: str) -> None:
    server.status, server.body = status, body
    with pytest.raises(StorageError) as trouble:
        opened(server.url)
    assert re.fullmatch(sentence.format(url=re.escape(server.url)), str(trouble.value)), str(trouble.value)
    assert isinstance(trouble.value, DiskFull) == (b"quotaExceeded" in body)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1:9", "http://127.0.0.1:9 cannot be reached: see to the network and the server, .+"),
        ("http://nowhere.invalid", "http://nowhere.invalid cannot be reached: .+"),
    ],
)
def test_a_place_that_nobody_answers_at_is_named(url: str, sentence: str) -> None:
    with pytest.raises(StorageError, match=f"^{sentence}$"):
        opened(url)


def test_without_credentials_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StorageError, match=f"^There are no credentials for Google Cloud Storage: {CREDENTIALS}.$"):
        opened(None)
    for name, text in (("absent", None), ("broken", "{"), ("other", '{"type": "no such"}'), ("empty", '{"type": "s"}')):
        place = tmp_path / f"{name}.json"
        if text is not None:
            place.write_text(text, encoding="utf-8")
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(place))
        with pytest.raises(
            StorageError, match=rf"^GOOGLE_APPLICATION_CREDENTIALS names no good key \(.+\): {CREDENTIALS}\.$"
        ):
            opened(None)


def grant(why: str) -> bytes:
    return json.dumps({"error": "invalid_grant", "error_description": why}).encode()


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, grant("Invalid JWT Signature."), r"Google refuses the credentials \(.*Invalid JWT.*\): set .+"),
        (400, grant("Token must be in a reasonable timeframe."), "The clock of this machine is not that of Google: .+"),
        (200, b"<html>a login page</html>", "Google Cloud Storage does not answer as .+"),
        (503, b"", "Google Cloud Storage cannot be reached: .+"),
        (
            200,
            b'{"access_token": "one", "expires_in": 3600}',
            f"Google Cloud Storage does not accept .+: {CREDENTIALS}",
        ),
    ],
)
def test_credentials_that_google_refuses_are_a_sentence(
    server: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, sentence: str
) -> None:
    server.status, server.body = 401, error(401, "Invalid Credentials")
    server.tokens = (status, body)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file(tmp_path, f"{server.url}/token")))
    monkeypatch.setenv("API_ENDPOINT_OVERRIDE", server.url)
    with pytest.raises(StorageError, match=rf"^{sentence}\.$") as trouble:
        opened(None)
    assert "PRIVATE" not in str(trouble.value)


def key_file(folder: Path, tokens: str) -> Path:
    """A key that nobody knows, as Google hands them out; tokens are asked for at a server of the test."""
    primitives = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = primitives.PrivateFormat.PKCS8, primitives.NoEncryption()
    text = private.private_bytes(primitives.Encoding.PEM, *form).decode()
    about = {"type": "service_account", "client_email": "x@example.org", "private_key": text, "token_uri": tokens}
    place = folder / "key.json"
    place.write_text(json.dumps(about), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("status", "body", "is_asked_again"),
    [
        (503, b"", True),
        (429, b"", True),
        (403, error(403, "slow", "userRateLimitExceeded"), True),
        (403, b"", False),
        (400, b"", False),
    ],
)
def test_only_what_may_pass_is_asked_again(server: Answering, status: int, body: bytes, is_asked_again: bool) -> None:
    server.status, server.body = status, body
    store = BucketStore(
        GcsClient(GcsPlace("bucket", "photos", GcsAccess(None, server.url)), PATIENT._replace(tries=0.6))
    )
    with pytest.raises(StorageError) as trouble:
        store.read("raw/aa/a.jpg")
    assert isinstance(trouble.value, StoreUnreachable) == is_asked_again
    assert (server.asked > 1) == is_asked_again


def test_an_answer_that_is_cut_off_is_asked_for_again(server: Answering) -> None:
    server.body, server.cut = b"picture" * 1000, 1
    store = BucketStore(GcsClient(GcsPlace("bucket", "photos", GcsAccess(None, server.url)), PATIENT._replace(tries=5)))
    assert store.read("metadata/x.bin") == server.body
    assert server.asked == 2


def test_other_bytes_than_their_checksum_says_are_told(server: Answering) -> None:
    server.body, server.headers = b"picture", {"x-goog-hash": "crc32c=AAAAAA=="}
    store = BucketStore(
        GcsClient(GcsPlace("bucket", "photos", GcsAccess(None, server.url)), PATIENT._replace(tries=0.6))
    )
    with pytest.raises(
        StorageError,
        match=r"^Cannot read gs://bucket/photos/metadata/x\.bin: what comes has another checksum than .+\.$",
    ):
        store.read("metadata/x.bin")
    assert server.asked > 1


def test_without_the_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.cloud.storage", None)
    with pytest.raises(
        StorageError, match=r"^gs://bucket/photos needs the extra gcs: pip install 'phx-scraper\[gcs\]'\.$"
    ):
        opened("http://127.0.0.1:9")
