"""The near-duplicate index, shared by processes: no pair twice, none missed, nothing lost to `kill -9`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import write
from tests.catalogue_places import catalogue_at
from tests.unit.storage import hash_pairs


@pytest.fixture
def path(tmp_path: Path, database: None) -> Path:
    place = tmp_path / "catalogue.sqlite"
    catalogue = catalogue_at(place)
    write(catalogue, runs.start, hash_pairs.RUN, "zillow", {}, 1.0)
    catalogue.close()
    return place


def run(path: Path, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "tests.unit.storage.hash_pairs", str(path), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def count(catalogue: Catalogue, table: str) -> int:
    with catalogue.reading() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_four_racing_processes_record_each_pair_once_and_miss_none(path: Path) -> None:
    run(path, "race", "4")
    catalogue = catalogue_at(path)
    assert count(catalogue, "images") == 4 * hash_pairs.HOMES_EACH * hash_pairs.PHOTOS
    pairs, expected = hash_pairs.recorded(catalogue), hash_pairs.brute_force(catalogue)
    assert len(expected) > 300
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected
    catalogue.close()


def test_twenty_kills_lose_no_confirmed_photo_and_no_pair(path: Path) -> None:
    safe = run(path, "kill", "20")
    assert len(safe) > 100
    catalogue = catalogue_at(path)
    with catalogue.reading() as connection:
        for table in ("images", "image_hashes", "photos"):
            known = set(connection.exec_driver_sql(f"SELECT raw_sha256 FROM {table}").scalars())
            assert set(safe) <= known, table
    mirror = NearDuplicateIndex(PLAIN)
    mirror.catch_up(catalogue)
    assert set(hash_pairs.recorded(catalogue)) == hash_pairs.brute_force(catalogue)
    # The next process's index holds every one of them.
    newest = hash_pairs.image_of("newest", *hash_pairs.clustered_hashes(1, 0)[0])
    hash_pairs.put_home(catalogue, 500, [newest])
    mirror.catch_up(catalogue)
    assert set(hash_pairs.recorded(catalogue)) == hash_pairs.brute_force(catalogue)
    assert any(newest.raw_sha256 in pair for pair in hash_pairs.recorded(catalogue))
    catalogue.close()
