"""Every setting of the project, with values that may be written and values that may not."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from phx_scraper import settings as project
from phx_scraper.config.fields import FIELDS, Config, setting_of
from phx_scraper.config.locations import ReplicaAddress
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.model.catalogue_place import CatalogueServer
from phx_scraper.model.store_place import GcsPlace, S3Place

FORM = "is .+: set it to .+"
PLACE = "is (.+: only .+ can be used; write .+|no address of a database: .+; write .+)"
ENTRY = "entry 1: .+; write .+"

SERVERS = (
    "postgresql://host/db",
    "postgresql+psycopg://u:p%40ss@host:5432/db?sslmode=require",
    "postgresql+psycopg:///db?host=/run/postgresql",
    "postgresql+psycopg://u@[::1]/db",
)
NO_SERVERS = (
    "postgresql://host",
    "postgresql://host/",
    "postgresql://host/a/b",
    "postgresql://host:0/db",
    "postgresql://host:99999/db",
    "postgresql://host:x/db",
    "postgresql://u:p#w@host/db",
    "postgresql://u:p w@host/db",
    "postgresql://[::1/db",
    "postgresql+asyncpg://host/db",
    "postgres://host/db",
)


@dataclass
class Case:
    """What may be written and how it is read, what may not, and the form of the sentence that says so."""

    good: list[tuple[Any, Any]]
    bad: list[Any]
    form: str = FORM


def whole(low: int, high: int) -> Case:
    good = [(low, low), (high, high), (str(high), high), (f" {low} ", low), (f"{high}.0", high), (float(high), high)]
    numbers = [low - 1, high + 1, f"{low - 1}", f"{high + 1}", low + 0.5, f"{low}.7"]
    return Case(good, [*numbers, "", "x", "1,000", "1 0", "0x10", "nan", "inf", "-inf", "1e999", None, True, [1]])


def number(high: float) -> Case:
    good = [(0, 0), ("0", 0), (high, high), (str(high), high), ("0.5", 0.5), (1e-9, 1e-9), ("1e1", 10)]
    return Case(good, [-1, "-0.1", high * 1.001, f"{high + 1}", "", "x", "1,5", "5 s", "nan", "inf", "1e999", None])


def choice(*words: str) -> Case:
    good = [(spelt, word) for word in words for spelt in (word, word.lower(), word.upper(), f" {word} ")]
    return Case(good, ["", "x", f"{words[0]} {words[1]}", f"{words[0]}s", 1, None])


def flag() -> Case:
    yes, no = [True, "True", "true", "1", 1, "yes", "ON"], [False, "False", "0", 0, "no", "off", "", None]
    return Case([(word, True) for word in yes] + [(word, False) for word in no], ["perhaps", "2", 2, "Truee", "-1"])


def here(path: str) -> Path:
    return Path(path).absolute()


CASES: dict[str, Case] = {
    "IMAGES_STORE": Case(
        [
            ("data/images", here("data/images")),
            ("/x/y", Path("/x/y")),
            (Path("/x"), Path("/x")),
            ("~/photos", Path("~/photos").expanduser()),
            ("with blank", here("with blank")),
            ("s3://bucket", S3Place("bucket")),
            ("s3://my.bucket/photos/2026/", S3Place("my.bucket", "photos/2026")),
            ("gs://my_bucket/photos", GcsPlace("my_bucket", "photos")),
            (f"gs://{'a' * 63}.{'b' * 63}", GcsPlace(f"{'a' * 63}.{'b' * 63}")),
        ],
        [
            *("", None, "a\0b", "~no-such-user/x", "file:///x", "S3://bucket", "gs:///x", "s3://", "s3:///x"),
            *("s3:/bucket/x", "gs:bucket", "GS:/bucket"),
            *("s3://b", "s3://bucket/../x", "s3://bucket/a b", "s3://bucket/x?y", "s3://key:hunter2@bucket"),
            *("s3://Bucket/x", "s3://my_bucket", "s3://-bucket", "s3://bucket.", "s3://a..b", "s3://10.0.0.1"),
            *("gs://Bucket", "gs://bücket", "gs://google", "gs://a", "gs://_bucket", "gs://hunter2@bucket"),
            *(f"s3://{'a' * 64}", f"s3://{'a' * 40}.{'b' * 40}", f"gs://{'a' * 64}.b", f"gs://{'a' * 64}"),
        ],
        "(is empty: .+|holds a key: set (AWS|GOOGLE)_.+|is .+: set it to a folder of this machine(, s3:.+ or gs:.+)?"
        "|is .+: (the name of a bucket|no bucket) has .+|is .+: the name of a bucket begins and ends with .+)",
    ),
    "PHX_CATALOGUE_URL": Case(
        [
            ("", ""),
            (None, ""),
            *((text, text) for text in ("x.sqlite", "/x/y", "sqlite:///x", "sqlite:////x/y", *SERVERS)),
        ],
        [
            "mysql://host/db",
            "sqlite://x",
            "sqlite:///s3://x",
            "sqlite:///",
            ":memory:",
            "s3://bucket/x",
            "a\0b",
            *NO_SERVERS,
        ],
        PLACE,
    ),
    "PHX_REDIS_URL": Case(
        [("", ""), (None, ""), *((text, text) for text in ("redis://h", "rediss://u:p@h:1/2", "unix:///run/r.sock"))],
        ["h:6379", "redis://", "redis:///0", "redis://h:0", "redis://h:x", "http://h", "unix://x", "redis://[h"],
        "is .+: set it to redis://HOST:PORT/0, rediss://… or unix:///PATH; empty for none",
    ),
    "PHX_API_HOST": Case(
        [
            (" LocalHost ", "localhost"),
            ("0.0.0.0", "0.0.0.0"),
            ("[::1]", "::1"),
            ("::", "::"),
            ("api.local", "api.local"),
        ],
        ["", None, "http://h", "h:80", "a b", "a\0", "::g", "h" * 254],
    ),
    "PHX_API_PORT": whole(0, 65535),
    "PHX_CONCURRENT_HOMES": whole(1, 1000),
    "PHX_DELAY_SCALE": number(1000),
    # Each is at least the one before it, whose default stands here.
    "PHX_MIN_DELAY": Case([(0, 0), ("0.2", 0.2), (3, 3)], number(600).bad),
    "PHX_MAX_DELAY": Case([(0.5, 0.5), ("0.5", 0.5), (8, 8)], [*number(600).bad, 0.49]),
    "PHX_MAX_HOME_DELAY": Case([(3, 3), ("3.5", 3.5), (600, 600)], [*number(600).bad, 2.99]),
    "PHX_DUPLICATE_DISTANCE": whole(0, 64),
    "PHX_DUPLICATE_DHASH_DISTANCE": whole(0, 64),
    "PHX_DUPLICATE_RULE": choice("verified", "plain"),
    "PHX_MAX_DIMENSION": whole(16, 20_000),
    "PHX_IMAGE_FORMAT": choice("PNG", "JPEG"),
    "PHX_JPEG_QUALITY": whole(1, 95),
    "PHX_KEEP_RAW": flag(),
    "PHX_ORIGINALS_IN_HOMES": flag(),
    "PHX_VISION": flag(),
    "PHX_MIN_WIDTH": whole(1, 100_000),
    "PHX_MIN_HEIGHT": whole(1, 100_000),
    "PHX_MAX_PIXELS": whole(1, 2_000_000_000),
    "PHX_MAX_PHOTO_BYTES": whole(1, 2**31),
    "PHX_MIN_FREE_DISK_MB": whole(0, 10**9),
    # 0 is one per core: its good values are tried below.
    "PHX_MAX_STORE_GB": number(10**6),
    "PHX_IMAGE_WORKERS": Case([(256, 256), ("1", 1)], whole(0, 256).bad),
    "PHX_DECODER_TIMEOUT": number(86_400),
    "PHX_BREAKER_FAILURES": whole(1, 1000),
    "PHX_BREAKER_COOLDOWN": number(10**7),
    "PHX_BREAKER_MAX_WAIT": number(10**7),
    "PHX_MAX_MEMORY_MB": whole(0, 10**7),
    "PHX_STALL_SECONDS": number(10**7),
    "PHX_FAIL_ON": Case(
        [
            ("blocked,error", ("blocked", "error")),
            (" Shortfall , BLOCKED,", ("blocked", "shortfall")),
            *((text, ()) for text in ("", "nothing", None, ",")),
        ],
        ["blokced", "blocked;error", "nothing,error", "pending", 1, True],
    ),
    "PHX_QUIET": flag(),
    "PHX_REPORT": flag(),
    "PHX_CSV_FORMULAS": flag(),
    "PHX_PROXIES": Case(
        [
            ("", ()),
            (None, ()),
            (" , ", ()),
            ("http://h:1", ("http://h:1",)),
            ("http://h:1, http://h:1/", ("http://h:1",)),
            ("HTTPS://user:p%40ss@proxy.example:443", ("https://user:p%40ss@proxy.example:443",)),
            ("socks5h://token@[::1]:1080", ("socks5h://token:@[::1]:1080",)),
        ],
        ["h:1", "http://h", "http://h:0", "socks4://h:1", "http://h:1/x", "http://:pw@h:1", "http://h:99999"],
        ENTRY,
    ),
    "PHX_BROWSER": choice("auto", "never", "always"),
    "PHX_BROWSER_HEADED": flag(),
    "PHX_BROWSER_PATH": Case([("", ""), (None, ""), ("sh", "sh"), (" /bin/sh ", "/bin/sh")], ["/no/such", "/", "a\0b"]),
    "PHX_BROWSER_MEMORY_MB": whole(0, 10**7),
    "PHX_OFFLINE": flag(),
    "PHX_MAX_RETRY_AFTER": number(10**7),
    "PHX_REPLICA_URL": Case(
        [
            ("", None),
            (None, None),
            ("http://127.0.0.1:8765", ReplicaAddress("http://127.0.0.1:8765", "127.0.0.1", 8765)),
            ("http://127.0.0.1:8765/", ReplicaAddress("http://127.0.0.1:8765", "127.0.0.1", 8765)),
            ("http://Replica", ReplicaAddress("http://Replica", "replica", 80)),
            ("http://[::1]:1", ReplicaAddress("http://[::1]:1", "::1", 1)),
            ("https://127.0.0.1:8443/", ReplicaAddress("https://127.0.0.1:8443", "127.0.0.1", 8443)),
            ("https://replica", ReplicaAddress("https://replica", "replica", 443)),
        ],
        [
            *("x", "127.0.0.1:80", "ftp://127.0.0.1", "https://127.0.0.1:0", "http://", "http://:8765", "http:///x"),
            *("http://h:port", "http://h:0", "http://h:65536", "http://h:99999999", "http://[::1", "http://[x]:1"),
            *("http://h:1/path", "http://h:1?q=1", "http://h:1/?", "http://h:1#x", "http://a b:1", "http://h\\x:1"),
            *("http://u:hunter2@h:1", "http://hunter2@h:1", "http://u:hunter2@[::1", "http://u:hunter2@h:99999"),
        ],
    ),
}


def rows(kind: str) -> list[Any]:
    found = []
    for name, case in CASES.items():
        for row in getattr(case, kind):
            written, *read = row if kind == "good" else (row,)
            found.append(pytest.param(name, written, *read, id=f"{name}={written!r}"))
    return found


def test_each_setting_is_a_field_and_a_row_of_this_table_and_stands_in_settings_py() -> None:
    own = [name for name in vars(project) if name == "IMAGES_STORE" or name.startswith("PHX_")]
    assert own == list(FIELDS) == list(CASES) == [setting_of(field.name) for field in fields(Config)]


@pytest.mark.parametrize(("name", "written", "read"), rows("good"))
def test_what_may_be_written_is_read(name: str, written: Any, read: Any) -> None:
    field = next(field.name for field in fields(Config) if setting_of(field.name) == name)
    value = getattr(read_config({name: written}), field)
    assert value == read
    assert type(value) is type(read) or isinstance(value, float)


@pytest.mark.parametrize(("name", "written"), rows("bad"))
def test_what_may_not_be_written_is_one_sentence(name: str, written: Any) -> None:
    with pytest.raises(UsageError) as caught:
        read_config({name: written})
    assert re.fullmatch(f"{name},? {CASES[name].form}", str(caught.value)), str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
    assert not written or written == "x" or len(str(caught.value)) < 300


@pytest.mark.parametrize("name", FIELDS)
def test_the_default_is_that_of_settings_py_and_may_be_written(name: str) -> None:
    default = FIELDS[name].default
    written = getattr(project, name)
    assert (written, type(written)) == (default, type(default))
    assert read_config({}) == read_config({name: default}) == read_config({name: str(default)})


def test_each_setting_of_settings_py_is_explained_above_it() -> None:
    lines = Path(str(project.__file__)).read_text(encoding="utf-8").splitlines()
    own = [number for number, line in enumerate(lines) if line.startswith("PHX_")]
    assert len(own) == len(FIELDS) - 1
    assert [lines[number] for number in own if not lines[number - 1].startswith("# ")] == []


@pytest.mark.parametrize("name", FIELDS)
def test_each_setting_says_what_may_be_written_and_why_in_one_sentence(name: str) -> None:
    about = FIELDS[name]
    assert about.kind.allowed
    assert re.fullmatch(r"[A-Z`][^\n]+\.", about.reason)
    assert not re.search(r"\. [A-Z]", about.reason)


def test_0_decoders_are_one_per_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 7)
    assert read_config({"PHX_IMAGE_WORKERS": "0"}).image_workers == 7
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert read_config({}).image_workers == 1


@pytest.mark.parametrize("written", ["postgresql://u:hun@ter2@host:5433/db", "postgresql://u:hun%40ter2@host:5433/db"])
def test_a_server_is_shown_and_remembered_without_its_password(written: str) -> None:
    config = read_config({"PHX_CATALOGUE_URL": written})
    assert isinstance(config.catalogue, CatalogueServer)
    assert config.catalogue.password == "hun@ter2"
    assert config.catalogue_place == str(config.catalogue) == "postgresql+psycopg://u@host:5433/db"
    assert "ter2" not in repr(config.catalogue)


def test_a_servers_own_parameters_are_kept_and_its_passwords_among_them_not_shown() -> None:
    written = "postgresql+psycopg:///db?host=/run/postgresql&sslpassword=hunter2&password=hunter2"
    place = read_config({"PHX_CATALOGUE_URL": written}).catalogue
    assert isinstance(place, CatalogueServer)
    assert dict(place.query) == {"host": "/run/postgresql", "sslpassword": "hunter2", "password": "hunter2"}
    assert str(place) == "postgresql+psycopg:///db?host=/run/postgresql"


@pytest.mark.parametrize("written", NO_SERVERS)
def test_what_is_no_server_is_refused_without_quoting_a_password(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_config({"PHX_CATALOGUE_URL": written})
    assert "p#w" not in str(caught.value)
    assert "p w" not in str(caught.value)


def test_the_password_of_a_catalogue_is_not_shown() -> None:
    with pytest.raises(UsageError, match="PHX_CATALOGUE_URL") as caught:
        read_config({"PHX_CATALOGUE_URL": "mysql://user:hun@ter2@host/base"})
    assert "//***@host/base" in str(caught.value)
    assert "ter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ({"PHX_MIN_DELAY": 5}, "PHX_MAX_DELAY is 3: set it to at least PHX_MIN_DELAY, which is 5"),
        ({"PHX_MAX_DELAY": "9.5"}, "PHX_MAX_HOME_DELAY is 8: set it to at least PHX_MAX_DELAY, which is 9.5"),
    ],
)
def test_bounds_of_pauses_that_cross_are_one_sentence(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_config(written)
    assert str(caught.value) == sentence
