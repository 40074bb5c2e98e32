"""The index shows every home at a glance, with what a person filters and sorts by."""

from __future__ import annotations

import pytest

from phx_scraper.homes import parse_inline
from phx_scraper.report import index_page
from phx_scraper.report.navigation import INDEX
from tests.unit.report.planted_store import HOME, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import BROKEN, Shown, homes

FRONT, KITCHEN = Shown("a", "front"), Shown("b", "kitchen")


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    return store


def card(store: PlantedStore) -> object:
    return next(one for one in store.page().cssselect(".card") if HOME.address in one.text_content())


def test_every_home_has_a_card_by_city_and_address(begun: PlantedStore) -> None:
    page = begun.page()
    assert texts(page, "h1") == ["4 homes"]
    assert texts(page, ".card h2") == sorted((home.address for home in homes()), key=lambda a: [a.split(", ")[1], a])


def test_a_card_shows_the_first_picture_the_facts_and_the_counts(begun: PlantedStore) -> None:
    facts = {"price": 524900, "beds": 4, "area_sqft": 2131}
    begun.collect_as("zillow", KITCHEN, FRONT, Shown("x", BROKEN), facts=facts, listing_date="2026-01-02")
    found = card(begun)
    picture = found.cssselect("img")[0].get("src")
    assert picture == begun.home_page().cssselect(".photo a.open img")[0].get("src").removeprefix("../")
    assert picture.startswith("../thumbs/")
    assert texts(found, ".facts") == ["$524,900 4 bd 2,131 sq ft for sale since 2026-01-02"]
    assert texts(found, ".body > .meta") == ["2 photos kept of 3, 1 failed"]
    assert (found.get("data-price"), found.get("data-photos"), found.get("data-listed")) == (
        "524900",
        "2",
        "2026-01-02",
    )


def test_a_card_says_how_each_source_stands_and_what_is_missing(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, claimed_photo_count=3)
    found = card(begun)
    assert texts(found, ".badge") == ["Phoenix MLS pending", "Redfin pending", "Zillow ok 1 2 short"]
    assert found.get("data-visits").split() == ["phoenix_mls:pending", "redfin:pending", "zillow:ok"]
    assert found.get("data-change").split("|") == ["look", "short"]
    assert "To look at: 2 photos that pages claim and do not show" in found.text_content().replace("\n", " ")


def test_a_card_says_what_the_last_run_found(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, facts={"price": 500000})
    assert texts(begun.page(), ".news") == []  # of the very first run all would be news
    begun.another_run(parse_inline("1 E Main St, Mesa, AZ 85201")[0])
    begun.another_run()  # which finds nothing, so the news stay
    assert texts(begun.page(), ".news") == ["seen for the first time"]
    begun.collect_as("zillow", KITCHEN, facts={"price": 490000})
    assert texts(card(begun), ".news") == ["price $490,000, was $500,000 (Zillow); 1 new; 1 gone"]
    assert card(begun).get("data-change") == "price|new photos|gone photos"
    (told,) = texts(begun.page(), "main > .meta")
    assert told.endswith(": gone photos (1 home), new photos (1 home), price (1 home).")
    assert begun.run_id in told


def test_a_drawing_stands_for_a_home_only_where_no_photo_does(begun: PlantedStore) -> None:
    begun.collect_as("phoenix_mls", KITCHEN, kind="sketch")
    drawing = card(begun).cssselect("img")[0].get("src")
    begun.collect_as("zillow", FRONT)
    assert card(begun).cssselect("img")[0].get("src") != drawing


def test_a_picture_that_is_gone_is_said(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT)
    for folder in ("thumbs", "processed"):  # the whole picture stands in for its thumbnail
        path = card(begun).cssselect("img")[0].get("src").removeprefix("../")
        assert path.startswith(folder)
        begun.files.remove(path)
    assert texts(card(begun), ".no-picture") == ["The file of its first picture is gone"]


def test_an_empty_catalogue_says_what_to_do(store: PlantedStore) -> None:
    assert "scrapy crawl all" in texts(store.page(), ".none")[0]


def test_very_many_homes_are_shown_in_parts(begun: PlantedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_page, "MOST_ON_A_PAGE", 3)
    monkeypatch.setattr(index_page, "PART", 2)
    first, second = begun.page(), begun.page("report/index-2.html")
    assert texts(first, ".card h2") + texts(second, ".card h2") == texts_of_all(begun, monkeypatch)
    assert not begun.files.exists("report/index-2.html")


def texts_of_all(store: PlantedStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(index_page, "MOST_ON_A_PAGE", 4)
    page = store.page(INDEX)
    assert page.cssselect(".pages") == []
    return texts(page, ".card h2")
