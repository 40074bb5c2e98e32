"""Pictures of two homes that look alike and that a person says are two: so it stays, on every page."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from sqlalchemy import func, select

from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.report.duplicates_pages import duplicates_page
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import decisions_across_homes, photo_decisions
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.decision_tables import decisions_across
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.views import write_all
from tests.catalogue_calls import open_galleries, read, write
from tests.unit.commands.test_own_commands import called
from tests.unit.report.conftest import store
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes, process
from tests.unit.storage.visit_helpers import end_run

__all__ = ["store"]

ONE, TWO = Shown("a", "stock"), Shown("b", "stock", 2000)
NONE = ["No picture is shown at more than one home."]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])


@pytest.fixture
def alike(store: PlantedStore) -> PlantedStore:
    """Two homes with two files of what looks like one picture."""
    store.begin(homes())
    store.collect_as("zillow", ONE)
    store.collect_as("zillow", TWO, home=OTHER)
    compare(store)
    return store


def compare(store: PlantedStore) -> None:
    """Find pictures that look alike, as each visit of a crawl does."""
    index = NearDuplicateIndex(PLAIN)
    index.scheme = index.scheme._replace(hash_version="v1")
    index.catch_up(store.catalogue)


def shared(store: PlantedStore) -> list[str]:
    """What the page says where it shows no pair; nothing where it shows one."""
    return texts(store.page(duplicates_page(1)), "main .none")


def also_at(store: PlantedStore) -> list[tuple[str, ...]]:
    with open_galleries(store.catalogue) as galleries:
        return [photo.also_at for gallery in galleries for photo in gallery.kept]


def say(store: PlantedStore, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code, _, err = called(capsys, *words, "-s", f"IMAGES_STORE={store.files.root}")
    return code, err


def say_apart(store: PlantedStore, capsys: pytest.CaptureFixture[str]) -> None:
    [command] = [shlex.split(text) for text in texts(store.page(duplicates_page(1)), ".pair .command")]
    assert command[:1] == ["scrapy"]
    assert say(store, capsys, *command[1:]) == (0, "")


def test_the_command_on_the_page_takes_the_pair_away(alike: PlantedStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(also_at(alike)) == sorted([(OTHER.address,), (HOME.address,)])
    say_apart(alike, capsys)
    assert shared(alike) == NONE
    assert also_at(alike) == [(), ()]
    write_all(alike.catalogue, alike.files)
    taken_back = ("photos", HOME.address, "--duplicate", "zillow:a", "zillow:b", "--at", OTHER.address)
    assert say(alike, capsys, *taken_back) == (0, "")
    assert shared(alike) == []


def test_it_holds_for_a_better_copy_and_for_another_file_of_the_photo(
    alike: PlantedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    say_apart(alike, capsys)
    alike.another_run([HOME, OTHER])
    alike.collect_as("redfin", Shown("r", "stock", 3000))
    alike.collect_as("zillow", Shown("b", "stock", 1500), home=OTHER)
    compare(alike)
    assert shared(alike) == NONE


def test_it_outlasts_a_rebuild_and_goes_with_a_home(alike: PlantedStore, capsys: pytest.CaptureFixture[str]) -> None:
    say_apart(alike, capsys)
    write_all(alike.catalogue, alike.files)
    alike.catalogue.close()
    alike.catalogue.path.unlink()
    rebuild(alike.catalogue.path, alike.files, process)
    alike.catalogue = Catalogue.open(alike.catalogue.path)
    compare(alike)
    assert shared(alike) == NONE
    write_all(alike.catalogue, alike.files)
    write(alike.catalogue, forget_homes, [OTHER.property_hash])
    assert read(alike.catalogue, decisions_across_homes.of_homes, [HOME.property_hash]) == {}
    write_all(alike.catalogue, alike.files)
    assert b"decisions_across" not in alike.files.read(f"homes/{HOME.slug}/images_manifest.json")


def test_homes_that_become_one_keep_it_as_a_decision_of_their_own(
    alike: PlantedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    say_apart(alike, capsys)
    end_run(alike)
    write(alike.catalogue, decisions_across_homes.move, HOME.property_hash, OTHER.property_hash)
    [said] = read(alike.catalogue, photo_decisions.of_home, HOME.property_hash)
    assert said.other is not None
    assert (said.verdict, {said.one.key, said.other.key}) == ("not_duplicate", {"a", "b"})
    number = select(func.count()).select_from(decisions_across)
    assert read(alike.catalogue, lambda tx: tx.execute(number).scalar_one()) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--hide", "zillow:a", "--at", OTHER.address), "--at goes with --not-duplicate A B"),
        (("--at", OTHER.address), "--at goes with --not-duplicate A B"),
        (("--not-duplicate", "zillow:a", "zillow:a", "--at", OTHER.address), "has no picture 'zillow:a'"),
        (("--not-duplicate", "zillow:a", "zillow:b", "--at", HOME.address), "names the same home"),
        (("--not-duplicate", "zillow:a", "zillow:b", "--at", "1 Nowhere St, Phoenix, AZ 85001"), "does not know"),
    ],
)
def test_what_makes_no_sense_is_refused(
    alike: PlantedStore, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    code, err = say(alike, capsys, "photos", HOME.address, *words)
    assert code == 2
    assert told in err


def test_the_same_file_at_two_homes_is_one_picture(alike: PlantedStore, capsys: pytest.CaptureFixture[str]) -> None:
    alike.another_run([OTHER])
    alike.collect_as("redfin", Shown("s", "stock"), home=OTHER)
    words = ("photos", HOME.address, "--not-duplicate", "zillow:a", "redfin:s", "--at", OTHER.address)
    code, err = say(alike, capsys, *words)
    assert (code, "byte for byte" in err) == (2, True)
