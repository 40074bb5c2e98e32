"""A home's page shows its photos in listing order, and says of everything else what became of it."""

from __future__ import annotations

import re

import pytest

from phx_scraper.model.listing import Evidence
from phx_scraper.report.evidence_words import sentences
from phx_scraper.report.page_marks import home_page
from phx_scraper.report.report_writer import write_report
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import BROKEN, Shown, homes

FRONT, KITCHEN, POOL = Shown("a", "front"), Shown("b", "kitchen"), Shown("c", "pool")
HOSTILE = '"><script>alert(1)</script>\u202eevil\u202c ' + "w" * 10_000


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    return store


def test_photos_stand_in_the_order_of_the_listing(begun: PlantedStore) -> None:
    begun.collect_as("zillow", KITCHEN, FRONT, POOL, captions=("Cook", "Street", "Swim"))
    page = begun.home_page()
    assert texts(page, ".photo .caption") == ["Cook", "Street", "Swim"]
    assert [image.get("alt") for image in page.cssselect(".photo img")] == ["Cook", "Street", "Swim"]


def test_every_picture_is_a_link_that_works_without_scripts(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, KITCHEN)
    page = begun.home_page()
    links = page.cssselect(".photo a")
    assert len(links) == 4  # the picture and its original, of each
    folder = begun.files.path(home_page(HOME.slug)).parent
    for link in links:
        assert (folder / link.get("href")).resolve().is_file()


def test_a_copy_stands_behind_the_picture_that_is_kept(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT)
    begun.collect_as("redfin", Shown("r", "front", 2000))
    page = begun.home_page()
    assert len(page.cssselect(".photo")) == 1
    assert len(page.cssselect(".photo.stacked .pair")) == 1
    assert "1 photo of which a better copy is kept" in texts(page, "#left-out summary")


def test_a_picture_that_is_gone_is_said_and_the_rest_shown(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, KITCHEN)
    first = begun.home_page().cssselect(".photo a.open")[0].get("href")
    path = first.removeprefix("../../")
    picture = begun.files.read(path)
    begun.files.remove(path)
    begun.collect_as("redfin", POOL)
    page = begun.home_page()
    assert ["The file of this picture is gone" in text for text in texts(page, ".photo")] == [False, True, False]
    begun.files.write(path, picture)
    assert begun.report() == []
    assert write_report(begun.catalogue, begun.files, look_again=True) == [home_page(HOME.slug)]
    assert "is gone" not in begun.files.read(home_page(HOME.slug)).decode()


def test_a_failure_is_named_with_its_reason(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, Shown("x", BROKEN))
    (failed,) = [text for text in texts(begun.home_page(), "#left-out li") if "decode_error" in text]
    assert failed.startswith("Zillow, place 2: decode_error, a damaged picture")


def test_a_home_without_photos_says_how_the_sources_answered(begun: PlantedStore) -> None:
    begun.collect_as("zillow", outcome="empty")
    page = begun.home_page()
    assert texts(page, "#photos .none") == ["No photo of this home is kept. Below stands how each source answered."]
    assert any(text.startswith("Zillow empty") for text in texts(page, ".visits h3"))


def test_facts_stand_side_by_side_and_contradictions_are_marked(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, facts={"price": 500000, "beds": 3}, ids={"apn": "123-45"})
    begun.collect_as("redfin", KITCHEN, facts={"price": 510000, "beds": 3}, ids={"apn": "12345"})
    page = begun.home_page()
    assert texts(page, "#facts thead th") == ["fact", "Redfin", "Zillow"]
    rows = {row[0]: row[1:] for row in (texts(one, "th, td") for one in page.cssselect("#facts tbody tr"))}
    assert rows["price differs"] == ["$510,000", "$500,000"]
    assert rows["beds"] == ["3", "3"]
    assert rows["parcel (APN)"] == ["12345", "123-45"]


def test_the_evidence_is_told_in_words() -> None:
    told = (Evidence("address", "1 A St", "1 A Street"), Evidence("mls@redfin", "7", "7"), Evidence("zpid", "5", "5"))
    told += (Evidence("coordinates@redfin", "33.1, -112.1", "33.1, -112.2"), Evidence("pin_apart@zillow", "1", "90 m"))
    assert sentences(told) == [
        ("The page's address is 1 A Street; asked for was 1 A St.", False),
        ("Its zpid is 5, as asked for.", False),
        ("The same as at Redfin: MLS number 7, pin 33.1, -112.2.", False),
        ("Its pin lies apart from that of Zillow: 90 m. Is it this home?", True),
    ]


def test_the_evidence_of_each_listing_stands_on_the_page(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, evidence=(Evidence("address", HOME.address, "4732 West Davis Road"),))
    told = f"The page's address is 4732 West Davis Road; asked for was {HOME.address}."
    assert texts(begun.home_page(), "#facts li") == [told]


def test_prices_and_photos_over_time(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, facts={"price": 500000})
    begun.another_run()
    begun.collect_as("zillow", FRONT, KITCHEN, facts={"price": 490000}, status="pending")
    rows = [texts(row, "td")[1:] for row in begun.home_page().cssselect("#history tbody tr")]
    assert ["Zillow", f"1 photo new (run {begun.run_id})"] in rows
    (change,) = [what for _, what in rows if "before" in what]
    assert change.startswith("status pending, before for sale; price $490,000, before $500,000")


def test_what_was_refused_is_counted_by_reason(begun: PlantedStore) -> None:
    begun.collect_as("redfin", FRONT, refused=(("foreign_mls", 2),))
    assert "2 photos of Redfin: foreign_mls" in texts(begun.home_page(), "#left-out li")


def test_a_page_leads_to_its_neighbours(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT)
    places = [link.get("href") for link in begun.page().cssselect(".card h2 a")]
    at = next(number for number, place in enumerate(places) if OTHER.slug in place)
    links = {link.get("rel"): link.get("href") for link in begun.home_page(OTHER).cssselect(".around a")}
    around = {"prev": places[at - 1] if at else None, "next": places[at + 1] if at + 1 < len(places) else None}
    assert links == {rel: place.removeprefix("homes/") for rel, place in around.items() if place}


def test_hostile_texts_are_texts(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, captions=(HOSTILE,), facts={"home_type": HOSTILE}, address=HOSTILE)
    page = begun.home_page()
    assert len(page.cssselect("script")) == 4
    assert page.cssselect(".photo .caption bdi")[0].text.startswith('"><script>')
    assert max(map(len, re.findall("w+", page.text_content()))) < 400


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https:", "//[x"])
def test_a_link_that_is_none_of_the_web_leads_nowhere(begun: PlantedStore, url: str) -> None:
    begun.collect_as("zillow", FRONT, url=url)
    page = begun.home_page()
    assert all(link.get("href").startswith(("#", "..", "http")) or ".html" in link.get("href")
               for link in page.cssselect("main a[href]"))  # fmt: skip
    assert not [link for link in page.cssselect("#sources a") if link.get("href") == url]
