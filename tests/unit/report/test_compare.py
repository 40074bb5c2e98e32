"""What lies behind a kept picture, pictures at several homes, and what a person is to review."""

from __future__ import annotations

import shlex
import time
from dataclasses import replace
from typing import Any

import pytest

from phx_scraper.model.image import Image
from phx_scraper.model.photo import Photo
from phx_scraper.model.photo_decision import Sighting
from phx_scraper.report.compared_pairs import distances, kept_because, measured
from phx_scraper.report.duplicates_pages import duplicates_page
from phx_scraper.report.review_page import REVIEW
from phx_scraper.sources import source_priority
from phx_scraper.storage.catalogue import photo_decisions
from tests.catalogue_calls import write
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes, picture, url_of

FRONT, KITCHEN = Shown("a", "front"), Shown("b", "kitchen")


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    return store


def words(page: Any, selector: str) -> list[list[str]]:
    return [shlex.split(text) for text in texts(page, selector)]


def test_a_copy_stands_beside_the_kept_picture_with_the_reason(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT)
    begun.collect_as("redfin", Shown("r", "front", 2000))
    page = begun.home_page()
    assert texts(page, ".pair .meta") == [
        "Kept: Redfin, place 1 2000 × 1333 JPEG",
        "Copy: Zillow, place 1 1000 × 666 JPEG",
    ]
    [why] = texts(page, ".pair .why")
    assert "The same photograph" in why
    assert "pHash 0 and dHash 0 of 64 bits apart" in why
    assert "Redfin's copy is kept: it has more pixels." in why
    assert len(page.cssselect(".pair button.compare")) == 1
    assert len(page.cssselect("dialog#compare")) == 1


def test_a_command_stands_ready_to_copy(begun: PlantedStore) -> None:
    begun.collect_as("zillow", Shown("it's $(a)", "front"))
    begun.collect_as("redfin", Shown("r", "front", 2000))
    page = begun.home_page()
    kept, copy = "redfin:r", "zillow:it's $(a)"
    start = ["scrapy", "photos", HOME.address]
    assert words(page, ".pair .command") == [[*start, "--not-duplicate", kept, copy]]
    correct = ["scrapy", "categorise", "--set", HOME.address, kept, "unknown"]
    assert words(page, ".photo > .copies > .command") == [correct, [*start, "--hide", kept]]


def test_the_same_file_is_no_question(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, replace(FRONT, key="again"))
    page = begun.home_page()
    assert "byte for byte" in texts(page, ".pair .why")[0] or texts(page, ".pair .why")[0].startswith("The same")
    assert texts(page, ".pair .command") == []


def test_a_hidden_picture_is_named_with_the_way_back(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, KITCHEN)
    shown = picture(url_of("zillow", FRONT)).image
    said = Sighting("zillow", "a", shown.raw_sha256, shown.phash, shown.dhash)
    write(begun.catalogue, photo_decisions.add, HOME.property_hash, "hide", said, None, time.time())
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql("UPDATE photos SET hidden = 1 WHERE key = 'a'")
        tx.exec_driver_sql("UPDATE homes SET revision = revision + 1")
    page = begun.home_page()
    assert len(page.cssselect(".photo")) == 1
    assert words(page, "#left-out .command") == [["scrapy", "photos", HOME.address, "--show", "zillow:a"]]


def test_pictures_at_several_homes_are_shown_with_their_homes(begun: PlantedStore) -> None:
    for home in (HOME, OTHER):
        begun.collect_as("zillow", Shown("a", "stock"), Shown("b", f"own of {home.slug}"), home=home)
    page = begun.page(duplicates_page(1))
    assert texts(page, "h1") == ["1 picture at several homes"]
    assert sorted(texts(page, ".pair bdi")) == sorted([HOME.address, OTHER.address])
    assert "1 picture at several homes" in texts(begun.page(REVIEW), ".sections a")


def test_pages_that_are_too_many_go(begun: PlantedStore) -> None:
    begun.files.replace(duplicates_page(2), (b"of before",))
    begun.files.replace("report/duplicates-mine.html", (b"mine",))
    assert texts(begun.page(duplicates_page(1)), "main .none") == ["No picture is shown at more than one home."]
    assert not begun.files.exists(duplicates_page(2))
    assert begun.files.exists("report/duplicates-mine.html")


def test_the_review_names_shortfalls_contradictions_and_near_misses(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, claimed_photo_count=5)
    begun.collect_as("redfin", KITCHEN)
    with begun.catalogue.transaction() as tx:
        at_home = f"AND property_hash = '{HOME.property_hash}'"
        tx.exec_driver_sql(f"UPDATE visits SET claimed_photo_count = 5 WHERE source = 'zillow' {at_home}")
        tx.exec_driver_sql(
            "UPDATE visits SET outcome = 'error', reason = 'contradiction:year_built (1990 against 2004)',"
            " detail = 'near: 4732 W Davis Ln (street type Ln instead of Rd); zip page: none'"
            f" WHERE source = 'redfin' {at_home}"
        )
    page = begun.page(REVIEW)
    assert "4 of 5 missing" in texts(page, "#shortfalls li")[0]
    assert "year_built (1990 against 2004)" in texts(page, "#contradictions li")[0]
    [near] = texts(page, "#near li")
    assert near.endswith("it knows 4732 W Davis Ln (street type Ln instead of Rd)")
    again = ["scrapy", "crawl", "zillow", "-a", f"address={HOME.address}", "-a", "refresh_days=0"]
    assert words(page, "#shortfalls .command") == [again]


def test_pictures_below_the_rest_are_offered_to_hide(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, KITCHEN, Shown("c", "pool"))
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql('UPDATE images SET quality = \'{"sharpness": 900, "exposure": 0.5}\'')
        blurred = picture(url_of("zillow", KITCHEN)).image.raw_sha256
        tx.exec_driver_sql(f"UPDATE images SET quality = '{{\"sharpness\": 9}}' WHERE raw_sha256 = '{blurred}'")
    page = begun.page(REVIEW)
    assert texts(page, "#poor .meta") == ["Zillow, place 2: far less sharp than the home's other pictures"]
    assert words(page, "#poor .command") == [["scrapy", "photos", HOME.address, "--hide", "zillow:b"]]


def test_subjects_that_are_not_sure_are_offered_to_correct(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, KITCHEN, Shown("it's", "pool"))
    with begun.catalogue.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM photo_categories")
        tx.exec_driver_sql(
            "INSERT INTO photo_categories SELECT id, 'int', 'bonus_room', CASE key WHEN 'a' THEN 80 ELSE 60 END,"
            " CASE key WHEN 'b' THEN 'correction' ELSE 'head' END, 'photo', '' FROM photos"
        )
    page = begun.page(REVIEW)
    assert texts(page, "#unsure .meta") == ["Zillow, place 3: bonus room, says the model (60 of 100)"]
    correct = ["scrapy", "categorise", "--set", HOME.address, "zillow:it's", "bonus_room"]
    assert words(page, "#unsure .command") == [correct]
    assert "1 unsure subjects" in texts(page, ".sections a")


def photo(source: str, **more: Any) -> Photo:
    usual: dict[str, Any] = {
        **{"raw_sha256": "1", "content_hash": "1", "phash": "00", "dhash": "03", "hash_version": "1"},
        **{"width": 1, "height": 1, "original_width": 100, "original_height": 10, "original_format": "JPEG"},
        **{"raw_bytes": 2048, "raw_path": None, "path": "p", "file_size_bytes": 1},
    }
    return Photo("k", 1, "", source=source, image=Image(**usual | more))


@pytest.mark.parametrize(
    ("kept", "other", "why"),
    [
        ({"original_width": 200}, {}, "it has more pixels"),
        ({}, {"original_format": "WEBP"}, "JPEG is less processed than WEBP"),
        ({"raw_bytes": 4096}, {}, "its file is the larger one (4 kB against 2 kB)"),
        ({}, {}, "Zillow goes before"),
    ],
)
def test_the_first_better_point_says_why_a_copy_is_kept(kept: dict[str, Any], other: dict[str, Any], why: str) -> None:
    if why.startswith("Zillow"):
        one, two = sorted((photo("zillow"), photo("redfin")), key=lambda each: source_priority(each.source))
        assert f"goes before {'Redfin' if one.source == 'zillow' else 'Zillow'}" in kept_because(one, two)
    else:
        assert why in kept_because(photo("zillow", **kept), photo("redfin", **other))


def test_measures_are_told_in_words() -> None:
    told = measured({"likeness": 0.98, "drift": 1.28, "usual": 3.2, "phash": 4, "places": 9})
    assert told == "98.0% of the texture agrees, 1.0% of a side is how far places have moved, " + (
        "3 grey levels of 256 is the usual difference"
    )
    assert distances(photo("zillow", phash="0f").image, photo("redfin").image) == "pHash 4 and dHash 0 of 64 bits apart"
    assert distances(None, None) == ""
