"""Settings of pictures changed on a finished list: the same command makes the pictures anew, without a download."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from phx_scraper.replica import Options, Replica, running
from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from tests.integration.crawls import REPOSITORY, command, crawl, environment, scrapy
from tests.integration.interrupted_remaking_settings import MADE_BEFORE
from tests.snapshot import Snapshot, differences, snapshot

HOMES = "4700 W Davis Rd, Glendale, AZ 85306; 4560 E Sunrise Dr, Phoenix, AZ 85044"
JPEG = {"PHX_IMAGE_FORMAT": "JPEG"}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(10, 10), kinds=frozenset(), width=384)) as server:
        yield server


def collect(store: Path, replica: Replica, **settings: object) -> str:
    done = crawl("redfin", store, replica.url, settings, address=HOMES)
    assert done.code == 0, done.output
    return done.output


def state(store: Path) -> Snapshot:
    catalogue, files = Catalogue.open(store / paths.CATALOGUE), FolderStore(store)
    taken = snapshot(catalogue, files)
    catalogue.close()
    return taken


def shown(store: Path) -> dict[str, tuple[str | None, tuple[int, int]]]:
    """Format and size of every picture in the homes' folders."""
    found = {}
    for path in sorted(store.glob("homes/*/img_*")):
        with Image.open(path) as picture:
            found[f"{path.parent.name}/{path.name}"] = picture.format, picture.size
    return found


def requests(replica: Replica) -> int:
    return int(replica.stats()["total"])


def jpeg_sentence(number: int) -> str:
    return f"{number} pictures were made anew as JPEG of quality 85, at most 1024 pixels a side: nothing was downloaded"


@pytest.fixture(scope="module")
def fresh(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    store = tmp_path_factory.mktemp("fresh") / "store"
    collect(store, replica, **JPEG)
    return state(store)


@pytest.fixture(scope="module")
def finished(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("finished") / "store"
    assert "made anew" not in collect(store, replica)
    return store


@pytest.fixture
def store(finished: Path, tmp_path: Path) -> Path:
    """A finished collection of PNGs, for each test its own."""
    subprocess.run(["cp", "-a", finished, tmp_path / "store"], check=True)
    return tmp_path / "store"


def test_pictures_are_made_anew_from_their_originals(replica: Replica, store: Path, fresh: Snapshot) -> None:
    replica.reset()
    assert jpeg_sentence(20) in collect(store, replica, **JPEG)
    assert differences(fresh, state(store)) == []
    assert {form for form, _ in shown(store).values()} == {"JPEG"}
    assert {path.suffix for path in (store / "processed").glob("*/*")} == {".jpg"}
    assert "made anew" not in collect(store, replica, **JPEG)
    assert "of quality 60" in collect(store, replica, **JPEG, PHX_JPEG_QUALITY=60)
    assert "at most 300 pixels" in collect(store, replica, PHX_MAX_DIMENSION=300)
    assert {max(size) for _, size in shown(store).values()} == {300}
    assert requests(replica) == 0
    done = scrapy("reconcile", store, "--read-data")
    assert done.code == 0, done.output


POINTS = ("rename.after:18", "commit.before:6", "fsync.after:30")


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_is_finished_by_the_next(
    point: str, replica: Replica, store: Path, fresh: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(crash_points.VARIABLE, point)
    assert crawl("redfin", store, replica.url, JPEG, address=HOMES).code == 137
    monkeypatch.delenv(crash_points.VARIABLE)
    collect(store, replica, **JPEG)
    assert differences(fresh, state(store)) == []


def test_a_killed_run_leaves_nothing_to_a_run_of_other_settings(
    replica: Replica, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(store)
    monkeypatch.setenv(crash_points.VARIABLE, "rename.after:20")
    assert crawl("redfin", store, replica.url, JPEG, address=HOMES).code == 137
    monkeypatch.delenv(crash_points.VARIABLE)
    assert list(store.glob("processed/*/*.jpg"))
    collect(store, replica)
    assert differences(before, state(store)) == []


def test_ctrl_c_ends_it_and_the_same_command_goes_on(replica: Replica, store: Path, fresh: Snapshot) -> None:
    line = command("redfin", store, replica.url, {"address": HOMES}, JPEG)
    variables = {"SCRAPY_SETTINGS_MODULE": "tests.integration.interrupted_remaking_settings"}
    done = subprocess.run(
        line, cwd=REPOSITORY, env=environment() | variables, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 3, done.stderr
    assert f"{20 - MADE_BEFORE} pictures are still to be made anew" in " ".join(done.stderr.split())
    collect(store, replica, **JPEG)
    assert differences(fresh, state(store)) == []


def test_without_originals_what_has_no_loss_is_made_anew_and_the_rest_is_named(replica: Replica, store: Path) -> None:
    shutil.rmtree(store / "raw")
    replica.reset()
    assert jpeg_sentence(20) in collect(store, replica, **JPEG)
    before = shown(store)
    for _ in range(2):
        told = collect(store, replica, PHX_MAX_DIMENSION=300)
        assert (
            "20 pictures stay in another form than PNG of at most 300 pixels a side: their originals are gone" in told
        )
        assert "were made anew" not in told
    assert shown(store) == before
    assert requests(replica) == 0


def test_a_lost_picture_comes_back_in_the_form_that_is_asked_for(
    replica: Replica, store: Path, fresh: Snapshot
) -> None:
    shutil.rmtree(store / "processed")
    shutil.rmtree(store / "homes")
    replica.reset()
    collect(store, replica, **JPEG)
    assert requests(replica) == 0
    assert differences(fresh, state(store)) == []


def test_originals_that_folders_get_or_lose_are_told(replica: Replica, tmp_path: Path) -> None:
    told = "show the originals of their pictures"
    first = " ".join(collect(tmp_path, replica, PHX_ORIGINALS_IN_HOMES=False).split())
    assert told not in first
    also = " ".join(collect(tmp_path, replica, PHX_ORIGINALS_IN_HOMES=True).split())
    assert f"2 home folders {told} too now (in originals/): nothing was downloaded for it." in also
    assert len(list(tmp_path.glob("homes/*/originals/*"))) == 20
    assert told not in " ".join(collect(tmp_path, replica, PHX_ORIGINALS_IN_HOMES=True).split())
    no_more = " ".join(collect(tmp_path, replica, PHX_ORIGINALS_IN_HOMES=False).split())
    assert f"2 home folders no longer {told}; the store keeps them." in no_more
