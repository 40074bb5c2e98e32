"""The map of the index: each home where its listings say, and what is not on it is said."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest

from phx_scraper.report.map import HEIGHT, LOOKS, WIDTH, home_map, pin_of
from phx_scraper.report.page import render
from phx_scraper.report.page_marks import home_page
from tests.unit.report.planted_store import HOME, OTHER, PlantedStore, texts
from tests.unit.storage.catalogue_helpers import Shown, homes, listing

FRONT = Shown("a", "front")
PHOENIX = {"latitude": 33.45, "longitude": -112.07}
MESA = {"latitude": 33.42, "longitude": -111.83}


def card(pin: tuple[float, float] | None, *outcomes: str, city: str = "Mesa") -> dict[str, Any]:
    badges = [{"outcome": outcome} for outcome in outcomes or ("ok",)]
    return {"pin": pin, "address": "1 A St", "place": "report/homes/a.html", "city": city, "badges": badges}


@pytest.fixture
def begun(store: PlantedStore) -> PlantedStore:
    store.begin(homes())
    return store


def test_each_home_lies_where_its_most_trusted_listing_says() -> None:
    told = {"zillow": MESA, "phoenix_mls": PHOENIX, "redfin": {}}
    listings = {source: listing(source, [FRONT], facts=facts) for source, facts in told.items()}
    assert pin_of(listings) == (33.45, -112.07)
    assert pin_of({"redfin": listings["redfin"]}) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"latitude": "33.45", "longitude": "-112"},
        {"latitude": 91.0, "longitude": -112.0},
        {"latitude": 33.0, "longitude": float("nan")},
        {"latitude": True, "longitude": True},
        {"latitude": 33.0},
    ],
)
def test_what_is_no_place_is_none(facts: dict[str, Any]) -> None:
    assert pin_of({"zillow": listing("zillow", [FRONT], facts=facts)}) is None


def test_north_is_up_east_is_right_and_both_have_one_scale() -> None:
    middle, north, east = (33.5, -112.0), (33.6, -112.0), (33.5, -111.9)
    shown = home_map([card(middle), card(north), card(east)])
    assert shown is not None
    here, up, right = shown.dots
    assert up.x == here.x < right.x
    assert up.y < here.y == right.y
    # A degree of longitude is cos(33.55°) of one of latitude here.
    assert (right.x - here.x) / (here.y - up.y) == pytest.approx(0.8334, abs=0.002)
    miles, kilometres = map(float, re.findall(r"[\d.]+", shown.scale.text))
    assert kilometres == pytest.approx(miles * 1.609, rel=0.05)
    # 0.1 degrees of latitude are 11.12 km.
    assert (here.y - up.y) / 11.12 == pytest.approx(shown.scale.width / (miles * 1.609), rel=0.01)


@pytest.mark.parametrize("number", [1, 2, 40])
def test_homes_at_one_place_lie_beside_each_other(number: int) -> None:
    shown = home_map([card((33.5, -112.0))] * number)
    assert shown is not None
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in shown.dots)
    places = [(dot.x, dot.y) for dot in shown.dots]
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) > 4 for a, b in combinations(places, 2))


@pytest.mark.parametrize(
    ("outcomes", "look"),
    [
        (("ok", "not_found"), "ok"),
        (("ok", "blocked"), "partly"),
        (("ok", "pending"), "partly"),
        (("empty", "error"), "missing"),
        (("pending",), "missing"),
        (("empty", "not_found"), "none"),
    ],
)
def test_marks_tell_how_a_home_stands(outcomes: tuple[str, ...], look: str) -> None:
    shown = home_map([card((33.5, -112.0), *outcomes)])
    assert shown is not None
    assert [dot.look for dot in shown.dots] == [look]
    assert shown.counts == {look: 1}


def test_a_home_that_is_far_away_is_named_and_does_not_shrink_the_rest() -> None:
    near = [card((33.5 + number / 100, -112.0)) for number in range(4)]
    alone, with_far = home_map(near), home_map([*near, card((61.2, -149.9))])
    assert alone is not None
    assert with_far is not None
    assert with_far.dots == alone.dots
    assert [round(distance, -3) for _, distance in with_far.far] == [5000]


def test_of_two_homes_that_are_far_apart_one_is_on_the_map() -> None:
    shown = home_map([card((33.5, -112.0)), card((0.1, 0.1))])
    assert shown is not None
    assert (len(shown.dots), len(shown.far)) == (1, 1)


def test_names_of_cities_do_not_cover_each_other() -> None:
    cities = ["Mesa", "Mesa", "Tempe", "Peoria", "x" * 500, ""]
    pins = [(33.5, -112.0), (33.5001, -112.0), (33.5, -112.0001), (33.7, -112.3), (33.9, -111.9), (33.6, -112.1)]
    shown = home_map([card(pin, city=city) for pin, city in zip(pins, cities, strict=True)])
    assert shown is not None
    assert shown.names[0].text == "Mesa"
    assert all(len(name.text) <= 24 for name in shown.names)
    for one, other in combinations(shown.names, 2):
        assert abs(one.y - other.y) >= 20 or abs(one.x - other.x) >= 4 * (len(one.text) + len(other.text))


def test_names_without_room_in_large_type_are_marked() -> None:
    pins = {"Mesa": (33.5, -112.0), "Tempe": (33.51, -111.96), "Peoria": (33.9, -112.4)}
    shown = home_map([card(pin, city=city) for city, pin in pins.items()])
    assert shown is not None
    assert {name.text: name.small for name in shown.names} == {"Mesa": False, "Tempe": True, "Peoria": False}


def test_the_index_leads_from_each_mark_to_its_home(begun: PlantedStore) -> None:
    begun.collect_as("zillow", FRONT, facts=PHOENIX)
    begun.collect_as("zillow", FRONT, home=OTHER, facts=MESA)
    begun.collect_as("zillow", FRONT, home=homes()[2], facts={"latitude": 0.1, "longitude": 0.1})
    page = begun.page()
    marks = {f"report/{mark.get('href')}": mark for mark in page.cssselect(".map svg[role=group] a")}
    assert marks.keys() == {home_page(HOME.slug), home_page(OTHER.slug)}
    assert marks[home_page(HOME.slug)].findtext("title") == f"{HOME.address}: {LOOKS['partly']}"
    assert texts(page, ".map .legend li") == [f"{LOOKS['partly']} (2)"]
    (far,) = texts(page, ".map p.meta")
    assert far.startswith(f"1 home beyond the map: {homes()[2].address}, 1")


def test_the_index_says_which_homes_have_no_place(begun: PlantedStore) -> None:
    assert texts(begun.page(), ".map .none") == ["No listing tells where its home is, so there is no map."]
    begun.collect_as("zillow", FRONT, facts=PHOENIX)
    page = begun.page()
    assert texts(page, ".map summary") == ["3 homes not on the map: no listing tells where they are"]
    assert sorted(texts(page, ".map details li")) == sorted(home.address for home in homes() if home != HOME)


def test_hostile_addresses_and_cities_are_no_markup_on_the_map() -> None:
    hostile = "</svg><script>alert(1)</script>\u202e" + "x" * 10_000
    shown = home_map([{**card((33.5, -112.0), city=hostile), "address": hostile}])
    text = render(
        "index.html.j2", place="report/index.html", title="Homes", cards=[], pages=[], homes=1, run=None, changes={},
        choices={}, map=shown, looks=LOOKS, size=(WIDTH, HEIGHT),
    )  # fmt: skip
    assert "<script>alert" not in text
    assert len(text) < 60_000
