"""Categories in the catalogue: shared by copies, corrected by people, kept through all that crawls do."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from phx_scraper.errors import UsageError
from phx_scraper.reconcile.rebuild import rebuild
from phx_scraper.run.corrections import read_word
from phx_scraper.run.home_categories import categorise_home, version_with
from phx_scraper.storage.catalogue import categories, picture_corrections, restart_visits, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.category_tables import category_corrections, image_predictions, photo_categories
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.catalogue.gallery import stale_homes
from phx_scraper.views import write_all
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, process
from tests.unit.storage.category_helpers import FRONT, POOL, ROOM, correct, shows, visit_saying
from tests.unit.storage.visit_helpers import HOME, end_run, next_run

WIDE = Shown("r1", "kitchen", 2000)
BATH = Shown("b", "bath", 800)


def revision(begun: Collector) -> int:
    return read(begun.catalogue, lambda tx: int(tx.execute(select(schema.homes.c.revision)).scalar_one()))


def test_a_visit_ends_with_categories(begun: Collector) -> None:
    visit_saying(begun, (FRONT, "Front of home", ()), (ROOM, "", ("Kitchen", "Interior")), (POOL, "", ()))
    assert shows(begun) == {
        ("zillow", "a"): "ext/front caption",
        ("zillow", "b"): "int/kitchen tag",
        ("zillow", "c"): "unk/unknown none",
    }


def test_copies_share_their_tags_and_captions(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "", ()))
    visit_saying(begun, (WIDE, "", ("Kitchen", "Interior")), source="redfin")
    assert shows(begun) == {("zillow", "b"): "int/kitchen tag", ("redfin", "r1"): "int/kitchen tag"}


def test_what_a_page_says_now_counts(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    next_run(begun)
    visit_saying(begun, (ROOM, "Dining room", ()))
    assert shows(begun) == {("zillow", "b"): "int/dining caption"}


def test_a_correction_stays_over_new_crawls_and_reaches_the_copies(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    correct(begun, "b", "laundry")
    next_run(begun)
    visit_saying(begun, (ROOM, "Kitchen", ()))
    visit_saying(begun, (WIDE, "Kitchen", ("Kitchen",)), source="redfin")
    assert set(shows(begun).values()) == {"int/laundry correction"}


def test_a_correction_stays_where_everything_is_forgotten_and_collected_anew(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    correct(begun, "b", "laundry")
    next_run(begun)
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    assert shows(begun) == {}
    visit_saying(begun, (Shown("b", "kitchen", 900), "Kitchen", ()))
    assert shows(begun) == {("zillow", "b"): "int/laundry correction"}, "another file of the same photo"


def test_a_photo_that_shows_another_picture_is_judged_anew(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    correct(begun, "b", "laundry")
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    visit_saying(begun, (BATH, "Bathroom", ()))
    assert shows(begun) == {("zillow", "b"): "int/bathroom caption"}


def test_the_last_correction_counts_and_all_are_kept(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    for word in ("pool", "int", "floor plan", "unknown", "int/kitchen"):
        correct(begun, "b", word)
    assert shows(begun) == {("zillow", "b"): "int/kitchen correction"}
    count = select(func.count()).select_from(category_corrections)
    assert read(begun.catalogue, lambda tx: tx.execute(count).scalar_one()) == 5


@pytest.mark.parametrize(
    ("word", "said"),
    [("kitchn", "did you mean kitchen"), ("ext/kitchen", "int/kitchen and not"), ("", "known are"), ("a/b/c", "known")],
)
def test_a_word_that_is_none_is_refused_with_the_nearest(word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_word(word)


def test_only_stale_rows_are_said_anew_and_only_differences_make_a_home_stale(begun: Collector) -> None:
    visit_saying(begun, (FRONT, "Front of home", ()), (ROOM, "Kitchen", ()))
    version = version_with("")
    assert read(begun.catalogue, categories.stale_homes, version) == []
    before = revision(begun)
    assert write(begun.catalogue, categorise_home, HOME) == 0
    of_front = photo_categories.c.subject == "front"
    write(begun.catalogue, lambda tx: tx.execute(update(photo_categories).where(of_front).values(version="0")))
    assert read(begun.catalogue, categories.stale_homes, version) == [HOME]
    assert write(begun.catalogue, categorise_home, HOME) == 0
    assert read(begun.catalogue, categories.stale_homes, version) == []
    assert revision(begun) == before


def test_what_a_model_saw_counts_for_its_own_version_only(begun: Collector) -> None:
    visit_saying(begun, (POOL, "", ()), (ROOM, "Kitchen", ()))
    of_pool = select(schema.photos.c.raw_sha256).where(schema.photos.c.key == "c")
    row = {"raw_sha256": read(begun.catalogue, lambda tx: tx.execute(of_pool).scalar_one()), "version": "model 1"}
    row |= {"location": "ext", "subject": "pool", "confidence": 88, "signal": "head", "kind": "photo"}
    write(begun.catalogue, lambda tx: tx.execute(image_predictions.insert().values(**row)))
    assert write(begun.catalogue, categorise_home, HOME, "model 2") == 0
    assert write(begun.catalogue, categorise_home, HOME, "model 1") == 1
    assert shows(begun) == {("zillow", "c"): "ext/pool head", ("zillow", "b"): "int/kitchen caption"}
    assert read(begun.catalogue, categories.stale_homes, version_with("model 2")) == [HOME]


def test_what_is_counted_are_the_kept_pictures(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    visit_saying(begun, (WIDE, "Kitchen", ()), source="redfin")
    counted = read(begun.catalogue, categories.counts)
    assert [(seen.category.subject, number) for seen, number in counted] == [("kitchen", 1)]


def test_a_home_that_is_forgotten_takes_its_rows_along(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    correct(begun, "b", "laundry")
    end_run(begun)
    write(begun.catalogue, forget_homes, [HOME])
    for table in (category_corrections, photo_categories):
        count = select(func.count()).select_from(table)
        assert read(begun.catalogue, lambda tx, count=count: tx.execute(count).scalar_one()) == 0


@pytest.mark.file_only
def test_a_catalogue_that_is_rebuilt_has_them_again(begun: Collector) -> None:
    visit_saying(begun, (FRONT, "Front of home", ()), (ROOM, "Kitchen", ()))
    visit_saying(begun, (WIDE, "Kitchen", ()), source="redfin")
    correct(begun, "b", "floor plan")
    before = shows(begun)
    rebuilt(begun)
    assert shows(begun) == before
    assert read(begun.catalogue, categories.stale_homes, version_with("")) == [HOME]
    write(begun.catalogue, categorise_home, HOME)
    assert shows(begun) == before


@pytest.mark.file_only
def test_corrections_of_a_copy_and_of_a_photo_that_is_gone_come_back_too(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()), (POOL, "", ()))
    visit_saying(begun, (WIDE, "", ()), source="redfin")
    for key, word in (("b", "laundry"), ("b", "office"), ("c", "spa")):
        correct(begun, key, word)
    next_run(begun)
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    visit_saying(begun, (FRONT, "Front of home", ()))
    before = read(begun.catalogue, picture_corrections.of_home, HOME)
    rebuilt(begun)
    assert read(begun.catalogue, picture_corrections.of_home, HOME) == before
    assert [said.key for said in before] == ["b", "b", "c"]


def test_a_word_that_changes_nothing_is_written_down_too(begun: Collector) -> None:
    visit_saying(begun, (ROOM, "Kitchen", ()))
    correct(begun, "b", "laundry")
    write_all(begun.catalogue, begun.files)
    correct(begun, "b", "int/laundry")
    assert read(begun.catalogue, stale_homes) == [HOME]


def rebuilt(begun: Collector) -> None:
    """The catalogue made anew from what its folders tell."""
    write_all(begun.catalogue, begun.files)
    begun.catalogue.close()
    begun.catalogue.path.unlink()
    rebuild(begun.catalogue.path, begun.files, process)
    begun.catalogue = Catalogue.open(begun.catalogue.path)
