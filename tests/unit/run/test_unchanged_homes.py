"""A visit that finds all as it was compares no pictures and writes no folder; whatever differs is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from phx_scraper.imaging.duplicates.code_version import code_version
from phx_scraper.model.listing import Evidence
from phx_scraper.run import deduplicate
from phx_scraper.run.changed_folders import changed_folders
from phx_scraper.storage.catalogue import home_digests, schema
from phx_scraper.storage.catalogue.leases import release
from phx_scraper.views.folders import write_home
from tests.catalogue_calls import open_galleries, write
from tests.unit.run.looked_at_again import HOME, SOURCES, A, B, C, LookedAtAgain, named
from tests.unit.storage.catalogue_helpers import BROKEN, Shown

SMALL_A = Shown("s", "front", 500)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LookedAtAgain]:
    """Looked at once at both sources: zillow shows two pictures, redfin a smaller copy of one of them."""
    made = LookedAtAgain(tmp_path, monkeypatch)
    made.look("zillow", A, B)
    made.look("redfin", SMALL_A)
    made.cost()
    yield made
    made.collector.catalogue.close()


def states(home: LookedAtAgain) -> dict[str, str]:
    with open_galleries(home.collector.catalogue, [HOME.property_hash]) as found:
        return {photo.key: photo.state for gallery in found for photo in gallery.photos}


def test_nothing_is_done_where_nothing_changed(home: LookedAtAgain) -> None:
    home.look("zillow", A, B)
    home.look("redfin", SMALL_A)
    assert home.cost() == (0, 0)
    assert home.wrong() == []


def test_a_hidden_picture_makes_no_folder_look_changed(home: LookedAtAgain) -> None:
    catalogue, files = home.collector.catalogue, home.files
    with catalogue.transaction() as tx:
        tx.execute(update(schema.photos).where(schema.photos.c.key == "a").values(hidden=True))
    write_home(catalogue, files, HOME.property_hash)
    assert changed_folders(catalogue, files, [HOME.property_hash]) == []


def test_nor_where_both_visits_are_in_hand_at_once(home: LookedAtAgain) -> None:
    zillow, redfin = home.begin("zillow", [A, B]), home.begin("redfin", [SMALL_A])
    home.end(zillow)
    home.end(redfin)
    assert home.cost() == (0, 0)
    assert home.wrong() == []


@pytest.mark.parametrize(
    ("source", "shown", "cost", "after"),
    [
        ("redfin", [SMALL_A, Shown("l", "kitchen", 3000)], (True, True), {"b": "duplicate", "l": "stored"}),
        ("redfin", [SMALL_A, C], (True, True), {"c": "stored"}),
        ("redfin", [Shown("s", "garden", 500)], (False, True), {"s": "duplicate"}),
        ("redfin", [Shown("s", "garden", 500, names_content=False)], (True, True), {"s": "stored"}),
        ("zillow", [B], (True, True), {"a": "removed", "s": "stored"}),
        ("zillow", [B, A], (True, True), {"a": "stored", "b": "stored"}),
        ("zillow", [A, B, Shown("x", BROKEN)], (False, True), {"x": "failed"}),
    ],
    ids=["larger-copy", "new", "same-by-its-address", "other-bytes", "gone", "other-order", "failed"],
)
def test_another_photo_is_noticed(
    home: LookedAtAgain, source: str, shown: list[Shown], cost: tuple[bool, bool], after: dict[str, str]
) -> None:
    home.look(source, *shown)
    assert tuple(map(bool, home.cost())) == cost
    assert after.items() <= states(home).items()
    assert home.wrong() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "sold"},
        {"listing_date": "2026-01-01"},
        {"url": "https://zillow.example/other"},
        {"ids": {"mls": "6"}},
        {"claimed_photo_count": 40},
        {"refused": (("photo_tour", "captcha"),)},
        {"evidence": (Evidence("apn", "1", "1"),)},
        named(A, caption="the front"),
        named(A, tags=("exterior",)),
        named(A, kind="sketch"),
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_listing_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]) -> None:
    home = LookedAtAgain(tmp_path, monkeypatch)
    home.look("zillow", A)
    home.cost()
    home.look("zillow", A, **changes)
    assert home.cost()[1] == 1
    assert home.wrong() == []
    home.look("zillow", A, **changes)
    assert home.cost() == (0, 0)
    home.collector.catalogue.close()


def test_another_setting_of_the_rule_compares_again(home: LookedAtAgain) -> None:
    home.visits = home.with_settings(PHX_DUPLICATE_DISTANCE=64, PHX_DUPLICATE_DHASH_DISTANCE=64)
    home.look("zillow", A, B)
    assert home.cost() == (1, 1)
    assert states(home) == {"a": "stored", "b": "duplicate", "s": "duplicate"}
    assert home.wrong() == []


def test_another_code_of_the_rule_compares_again(home: LookedAtAgain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deduplicate, "code_version", lambda: "another")
    home.look("zillow", A, B)
    assert home.cost()[0] == 1
    assert len(code_version()) == 64


def test_other_ranks_of_the_sources_compare_again(home: LookedAtAgain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_digests, "source_priority", len)
    home.look("zillow", A, B)
    assert home.cost()[0] == 1


def test_another_hash_of_a_picture_compares_again(home: LookedAtAgain) -> None:
    write(home.collector.catalogue, lambda tx: tx.execute(update(schema.images).values(phash="0" * 16)))
    home.look("zillow", A, B)
    assert home.cost() == (1, 1)
    assert states(home) == {"a": "stored", "b": "duplicate", "s": "duplicate"}


def test_what_a_person_or_a_command_changed_of_a_photo_is_put_right(home: LookedAtAgain) -> None:
    write(home.collector.catalogue, lambda tx: tx.execute(update(schema.photos).values(state="stored")))
    home.look("zillow", A, B)
    assert home.cost() == (1, 1)
    assert home.wrong() == []


def test_a_contradiction_is_noticed_and_its_end_too(home: LookedAtAgain) -> None:
    far, here = ({"facts": {"latitude": place, "longitude": -112.15}, "ids": {"mls": "6"}} for place in (33.7, 33.6))
    home.look("zillow", A, B, **here | {"ids": {"mls": "5"}})
    home.look("redfin", SMALL_A, **far)
    assert states(home) == {"a": "failed", "b": "failed", "s": "stored"}
    assert home.wrong() == []
    home.look("redfin", SMALL_A, **here)
    assert states(home) == {"a": "stored", "b": "stored", "s": "duplicate"}
    assert home.wrong() == []
    home.cost()
    home.look("redfin", SMALL_A, **here)
    assert home.cost() == (0, 0)


def test_what_listings_confirm_is_shown_once_the_last_visit_ends(home: LookedAtAgain) -> None:
    numbers = {"zillow": {"mls": "1"}, "redfin": {"mls": "2"}}
    for source in SOURCES:
        home.look(source, A, ids=numbers[source])
    redfin = home.take("redfin")
    home.look("zillow", A, ids=numbers["redfin"])
    home.cost()
    home.end(home.read(redfin, [A], ids=numbers["redfin"]))
    assert home.cost() == (0, 1), "only its evidence differs: that the other one has its number"
    assert home.wrong() == []
    again = [home.begin(source, [A], ids=numbers["redfin"]) for source in SOURCES]
    for held in again:
        home.end(held)
    assert home.cost() == (0, 0)


def test_an_ending_of_another_name_is_noticed(home: LookedAtAgain) -> None:
    home.end(home.take("zillow"), "blocked", "captcha")
    assert home.cost() == (0, 1)
    assert home.wrong() == []
    home.look("zillow", A, B)
    assert home.cost() == (0, 1)
    assert home.wrong() == []


def test_a_folder_that_was_written_while_the_visit_was_open_is_written_again(home: LookedAtAgain) -> None:
    held = home.begin("zillow", [A, B])
    write_home(home.collector.catalogue, home.files, HOME.property_hash)
    home.end(held)
    assert home.cost() == (0, 1)
    assert home.wrong() == []


def test_a_visit_that_is_given_back_is_shown_again_when_it_ends(home: LookedAtAgain) -> None:
    write(home.collector.catalogue, release, home.begin("zillow", [A, B]), "stopped")
    home.visits.register("run2", lambda: False)
    assert home.wrong() == []
    home.cost()
    home.look("zillow", A, B)
    assert home.cost() == (0, 1)
    assert home.wrong() == []


def test_missing_files_are_back_at_the_next_run_and_a_missing_list_at_the_end_of_a_visit(home: LookedAtAgain) -> None:
    for path in [*home.folder.glob("homes/*/img_*"), *home.folder.glob("processed/*/*")][:1]:
        path.unlink()
    assert home.wrong() != []
    home.visits.register("run2", lambda: False)
    assert home.wrong() == []
    (listed,) = home.folder.glob("homes/*/images_manifest.json")
    listed.unlink()
    home.cost()
    home.look("zillow", A, B)
    assert home.cost() == (0, 1)
    assert home.wrong() == []


def test_while_a_picture_is_to_be_fetched_first_the_others_do_not_stand(home: LookedAtAgain) -> None:
    for path in [*home.folder.glob("raw/*/*"), *home.folder.glob("processed/*/*")]:
        if path.read_bytes() in (b"original of front at 500", b"standardised front from 500" * 20):
            path.unlink()
    home.look("zillow", B)
    assert states(home) == {"a": "removed", "b": "stored", "s": "pending"}
    assert home.wrong() == []
    home.cost()
    home.end(home.take("redfin"))
    assert home.cost()[0] > 0
    assert home.wrong() == []
