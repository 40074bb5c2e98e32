"""A crawl into a bucket ends as one into a folder, whatever is killed or away meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.model.store_place import BucketPlace
from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.bucket_store import BucketStore
from phx_scraper.storage.files.open_store import open_store
from phx_scraper.storage.files.store import FileStore
from tests.buckets import BUCKET_KINDS, BucketKind
from tests.integration.crawls import (
    EXAMPLE_HOMES,
    PHOTOS,
    REPOSITORY,
    Result,
    command,
    crawl,
    environment,
    held_at,
    requests,
    scrapy,
    start,
)
from tests.s3_server import Way

KILLED = 137
OBJECTS = (paths.PROCESSED, paths.RAW, paths.THUMBNAILS)


@pytest.fixture(scope="module", params=BUCKET_KINDS)
def kind(request: pytest.FixtureRequest) -> BucketKind:
    return BUCKET_KINDS[request.param]


@pytest.fixture(scope="module")
def url(kind: BucketKind) -> Iterator[str]:
    with kind.server() as server:
        yield server


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    with running(Options(cache=pictures, photos=(4, 6), width=640)) as server:
        yield server


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("list") / "homes.csv"
    place.write_text("".join(EXAMPLE_HOMES.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, replica: Replica, homes: Path) -> dict[str, Any]:
    """What a crawl into a folder ends with."""
    folder = tmp_path_factory.mktemp("plain")
    result = crawl("all", folder, replica.url, addresses=homes)
    assert result.code in {0, 1}, result.output
    return ended(folder / paths.CATALOGUE, open_store(folder))


def ended(catalogue: Path, files: FileStore) -> dict[str, Any]:
    """What is known in the end, and the names of all pictures."""
    with sqlite3.connect(catalogue) as connection:
        photos = connection.execute("SELECT property_hash, source, key, state, raw_sha256 FROM photos").fetchall()
        visits = connection.execute("SELECT property_hash, source, outcome FROM visits").fetchall()
    connection.close()
    names = sorted(path for folder in OBJECTS for path, _ in files.walk(folder))
    return {"photos": sorted(photos), "visits": sorted(visits), "files": names}


class Bucket:
    """A bucket with a catalogue on this machine, and commands that use them."""

    def __init__(self, kind: BucketKind, url: str, folder: Path) -> None:
        self.kind, self.url, self.folder = kind, url, folder
        self.place = self.another("photos")
        self.catalogue = folder / "catalogue.sqlite"
        self.settings: Mapping[str, Any] = {**kind.settings(self.place), "PHX_CATALOGUE_URL": self.catalogue}

    def another(self, prefix: str) -> BucketPlace:
        """A part of another bucket of the same server."""
        place: BucketPlace = self.kind.place(self.url, prefix)
        return place

    @property
    def files(self) -> FileStore:
        return open_store(self.place)

    def scrapy(self, name: str, *options: str) -> Result:
        chosen = [word for key, value in self.settings.items() for word in ("-s", f"{key}={value}")]
        return scrapy(name, self.folder, *chosen, *options)


@pytest.fixture
def bucket(kind: BucketKind, url: str, tmp_path: Path) -> Bucket:
    return Bucket(kind, url, tmp_path)


@pytest.fixture
def collected(bucket: Bucket, replica: Replica, homes: Path, plain: dict[str, Any]) -> Bucket:
    result = crawl("all", bucket.folder, replica.url, bucket.settings, addresses=homes)
    assert result.code in {0, 1}, result.output
    assert "Traceback" not in result.output
    assert ended(bucket.catalogue, bucket.files) == plain
    return bucket


def test_the_commands_work_on_a_bucket(collected: Bucket, replica: Replica, homes: Path, plain: dict[str, Any]) -> None:
    assert collected.scrapy("reconcile", "--read-data").code == 0
    assert [path for path in collected.folder.iterdir() if path.is_dir()] == [], "nothing but the catalogue is local"
    again = crawl("all", collected.folder, replica.url, collected.settings, addresses=homes)
    assert "Nothing new since last time" in again.output
    assert f"Pictures: {collected.place}/processed" in again.output
    out = collected.folder / "folders"
    exported = collected.scrapy("export", "--format", "folders", "--out", str(out))
    kept = sum(1 for photo in plain["photos"] if photo[3] == "stored")
    assert (exported.code, len(list(out.glob("*/img_*.png")))) == (0, kept)
    refused = collected.scrapy("report")
    assert (refused.code, "keeps pictures only" in refused.output) == (2, True)
    pages = collected.scrapy("report", "--out", str(collected.folder / "pages"), "--with-pictures")
    assert pages.code == 0, pages.output
    assert (collected.folder / "pages" / "index.html").is_file()
    given = collected.another("given")
    there = collected.scrapy("export", "--format", "folders", "--to", str(given))
    uploaded = open_store(given)
    assert there.code == 0, there.output
    assert isinstance(uploaded, BucketStore)
    assert sum(path.endswith(".png") for path, _ in uploaded._objects.below("")) == kept
    shown = collected.another("pages")
    assert collected.scrapy("report", "--to", str(shown)).code == 0
    assert "<title>" in open_store(shown).read("index.html").decode()
    assert [
        collected.scrapy("report", "--to", str(shown), option).code for option in ("--open", "--with-pictures")
    ] == [2, 2]
    for command_line in (("export", "--format", "csv"), ("report",)):
        assert collected.scrapy(*command_line, "--to", f"{collected.place}/x").code == 2
    assert collected.scrapy("clean", "--raw", "--yes").code == 0
    assert list(collected.files.walk(paths.RAW)) == []
    assert collected.scrapy("reconcile").code == 0
    address = "4141 W Cielo Grande, Glendale, AZ 85310; 15230 N 37th Way, Phoenix, AZ 85032"
    assert collected.scrapy("forget", address, "--yes").code == 0
    assert [path for folder in OBJECTS for path, _ in collected.files.walk(folder)] == []


def test_what_is_missing_strange_or_changed_is_named_and_repaired(collected: Bucket, plain: dict[str, Any]) -> None:
    files = collected.files
    pictures = [path for path, _ in files.walk(paths.PROCESSED)]
    files.remove(pictures[0])
    files.replace(pictures[1], [b"rotten"])
    size = files.find(pictures[2])
    assert size is not None
    files.replace(pictures[2], [bytes(size.size)])
    files.replace("processed/00000000/stray.png", [b"stray"])
    found = collected.scrapy("reconcile", "--read-data", "--json")
    assert found.code == 1
    for kind in ("missing_picture", "wrong_size", "hash_mismatch", "orphan"):
        assert f'"kind": "{kind}"' in found.output
    assert collected.scrapy("reconcile", "--read-data", "--repair").code == 0
    assert ended(collected.catalogue, collected.files) == plain
    assert len(list(collected.files.walk("quarantine"))) == 3


def test_a_crawl_killed_again_and_again_ends_the_same(
    bucket: Bucket, replica: Replica, homes: Path, plain: dict[str, Any]
) -> None:
    for point in ("write.after:6", "insert.before:4", "commit.after:40", "unlink.after:3"):
        line = command("all", bucket.folder, replica.url, {"addresses": homes}, bucket.settings)
        killed = subprocess.run(line, cwd=REPOSITORY, env={**environment(), "PHX_CRASH_AT": point}, capture_output=True)
        assert killed.returncode == KILLED, killed.stderr.decode()
    result = crawl("all", bucket.folder, replica.url, bucket.settings, addresses=homes)
    assert result.code in {0, 1}, result.output
    assert ended(bucket.catalogue, bucket.files) == plain
    assert bucket.scrapy("reconcile", "--read-data").code == 0


def test_a_server_that_goes_away_and_comes_back_costs_time_only(
    kind: BucketKind, url: str, tmp_path: Path, replica: Replica, homes: Path, plain: dict[str, Any]
) -> None:
    way = Way(url)
    bucket = Bucket(kind, way.url, tmp_path)
    with held_at(replica, requests(replica, PHOTOS) + 6) as wait_until_it_is_held:
        process = start("all", bucket.folder, replica.url, bucket.settings, addresses=homes)
        wait_until_it_is_held()
        way.close()
    time.sleep(3)  # as long as it is away
    way.open()
    output, _ = process.communicate(timeout=300)
    assert process.returncode in {0, 1}, output.decode()
    assert ended(bucket.catalogue, bucket.files) == plain
    way.close()
