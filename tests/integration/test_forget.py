"""`scrapy forget` and `clean`: what goes leaves nothing behind, other things stay; crawled again it is as it was."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from phx_scraper.replica.running import Replica
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.schema import visits
from tests.integration.crawls import PHOTOS, crawl, requests, scrapy

GOING, STAYING = "4141 W Cielo Grande, Glendale, AZ 85310", "4732 W Davis Rd, Glendale, AZ 85306"
SOURCES = "zillow,redfin"


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(2, 3), width=400, kinds=frozenset())) as server:
        yield server


@pytest.fixture(scope="module")
def collected(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forget") / "store"
    done = crawl("all", folder, replica.url, address=f"{GOING}; {STAYING}", sources=SOURCES)
    assert done.code == 0, done.output
    return folder


@pytest.fixture
def store(collected: Path, tmp_path: Path) -> Path:
    # Copied with cp's own ways would break the hard links of the folders of homes.
    shutil.copytree(collected, tmp_path / "store", copy_function=shutil.copy2)
    assert scrapy("reconcile", tmp_path / "store", "--repair").code == 0
    return tmp_path / "store"


def files(store: Path) -> set[str]:
    """Every picture and original, and what lies in folders of homes."""
    found = (path for part in ("processed", "raw", "homes") for path in (store / part).rglob("*") if path.is_file())
    return {path.relative_to(store).as_posix() for path in found}


def test_without_yes_nothing_changes(store: Path) -> None:
    before = files(store)
    done = scrapy("forget", store, GOING)
    assert done.code == 0
    assert "--yes" in done.output
    assert files(store) == before
    assert scrapy("photos", store, GOING).code == 0


def test_all_that_only_it_has_goes(store: Path) -> None:
    told = json.loads(scrapy("forget", store, GOING, "--yes", "--json").output)
    assert (told["done"], told["addresses"], told["homes"]) == (True, [GOING], 1)
    assert scrapy("photos", store, GOING).code == 2
    clean = scrapy("reconcile", store, "--read-data")
    assert clean.code == 0, clean.output
    manifest = json.loads((store / "metadata" / "image_manifest.json").read_text())
    assert list(manifest["properties"]) == [STAYING]
    assert not [path for path in files(store) if "cielo" in path]


def test_a_new_crawl_brings_it_back_as_it_was(store: Path, replica: Replica) -> None:
    before = files(store)
    assert scrapy("forget", store, GOING, "--yes").code == 0
    assert files(store) < before
    assert crawl("all", store, replica.url, address=GOING, sources=SOURCES).code == 0
    assert files(store) == before


def test_what_was_cleaned_is_missed_by_no_check_and_not_fetched_by_the_next_crawl(
    store: Path, replica: Replica
) -> None:
    told = json.loads(scrapy("clean", store, "--raw", "--yes", "--json").output)
    assert told["kinds"]["original"]["files"] > 0
    left = files(store)
    assert not [path for path in left if path.startswith("raw/")]
    checked = scrapy("reconcile", store, "--read-data")
    assert checked.code == 0, checked.output
    replica.reset()
    again = crawl("all", store, replica.url, address=f"{GOING}; {STAYING}", sources=SOURCES, refresh_days=0)
    assert (again.code, requests(replica, PHOTOS)) == (0, 0), again.output
    assert files(store) == left


def test_what_a_person_put_there_stays(store: Path) -> None:
    [folder] = (store / "homes").glob("*cielo*")
    (folder / "notes.txt").write_text("mine")
    assert scrapy("forget", store, GOING, "--yes").code == 0
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_homes_that_a_list_does_not_name(store: Path, tmp_path: Path) -> None:
    homes = tmp_path / "homes.csv"
    homes.write_text(f'full_address\n"{STAYING}"\n')
    assert scrapy("forget", store, "--not-in", str(homes), "--yes").code == 0
    assert scrapy("photos", store, STAYING).code == 0
    assert scrapy("photos", store, GOING).code == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--not-in"),
        ((GOING, "--not-in", "x.csv"), "--not-in"),
        (("nowhere",), "no readable address"),
        (("1 N 1st St, Phoenix, AZ 85004",), "the nearest that it knows"),
    ],
)
def test_wrong_use_is_one_sentence(store: Path, options: tuple[str, ...], said: str) -> None:
    done = scrapy("forget", store, *options, "--yes")
    assert done.code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_list_of_other_homes_is_taken_for_a_mistake(store: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text('full_address\n"1 N 1st St, Phoenix, AZ 85004"\n')
    done = scrapy("forget", store, "--not-in", str(tmp_path / "other.csv"), "--yes")
    assert (done.code, "all would go" in done.output) == (2, True)


def test_refused_while_a_crawl_is_at_work(store: Path) -> None:
    catalogue = Catalogue.open(store / "metadata" / "catalogue.sqlite")
    try:
        with catalogue.transaction() as tx:
            tx.execute(
                visits.update().values(lease_run="other", lease_holder="elsewhere", lease_until=time.time() + 60)
            )
    finally:
        catalogue.close()
    done = scrapy("forget", store, GOING, "--yes")
    assert (done.code, "at work" in done.output) == (2, True)
    assert scrapy("photos", store, GOING).code == 0
