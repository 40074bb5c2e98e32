"""What is missing, and which key took its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from phx_scraper.probe.probe_report import Difference
from phx_scraper.probe.shape_differences import Json, differences
from phx_scraper.probe.shapes import differences_of

PHOTOS = [{"url": "https://photos.example.com/1.jpg"}, {"url": "https://photos.example.com/2.jpg"}]
HOME = {"zpid": 7, "homeStatus": "FOR_SALE", "photos": PHOTOS}
SHAPE = {"home": {"zpid": "value", "homeStatus": "text", "photos|pictures?": "photos"}}


def found(value: Any, shape: Any = SHAPE) -> list[tuple[str, str, str]]:
    return [(one.path, one.found, one.instead) for one in differences(value, shape)]


def test_a_good_value_has_none() -> None:
    assert found({"home": HOME}) == []
    assert found({"home": {**HOME, "photos": None, "pictures": PHOTOS}}) == []


CHANGES = {
    "renamed list": (
        {"home": {"zpid": 7, "homeStatus": "SOLD", "photoList": PHOTOS}},
        ("home.photos", "missing", "home.photoList"),
    ),
    "renamed text": (
        {"home": {"zpid": 7, "home_status": "SOLD", "photos": PHOTOS}},
        ("home.homeStatus", "missing", "home.home_status"),
    ),
    "text with no namesake": (
        {"home": {"zpid": 7, "photos": PHOTOS, "colour": "red"}},
        ("home.homeStatus", "missing", ""),
    ),
    "renamed object": ({"dwelling": HOME}, ("home", "missing", "dwelling")),
    "moved down": ({"shell": {"home": HOME}}, ("home", "missing", "shell.home")),
    "another kind": ({"home": [HOME]}, ("home", "list", "")),
    "gone": ({"other": 1}, ("home", "missing", "")),
    "nothing": (None, ("", "nothing", "")),
}


@pytest.mark.parametrize(("value", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_named(value: Any, expected: tuple[str, str, str]) -> None:
    assert found(value) == [expected]


def test_an_optional_key_counts_only_where_the_page_was_not_read() -> None:
    value = {"home": {"zpid": 7, "homeStatus": "SOLD"}}
    assert differences(value, SHAPE, optional=False) == []
    assert [one.path for one in differences(value, SHAPE)] == ["home.photos"]


def test_json_in_a_text_is_looked_into_and_cut_json_is_named() -> None:
    shape = {"cache": Json(SHAPE)}
    assert found({"cache": json.dumps({"home": HOME})}, shape) == []
    assert found({"cache": {"home": HOME}}, shape) == []
    assert found({"cache": json.dumps({"home": HOME})[:40]}, shape) == [("cache", "text that is no JSON", "")]
    assert found({"store": json.dumps({"home": HOME})}, shape) == [("cache", "missing", "store")]


def test_a_list_is_judged_by_its_best_entry() -> None:
    rows = [{"kind": "region"}, {"kind": "home", "id": "7"}]
    assert found({"rows": rows}, {"rows": [{"kind": "text", "id": "text"}]}) == []
    assert found({"rows": []}, {"rows": [{"kind": "text"}]}) == []


def test_deep_and_wide_values_end() -> None:
    deep: Any = {"end": 1}
    for _ in range(5000):
        deep = {"x": deep}
    assert found(deep) == [("home", "missing", "")]
    assert found({str(number): {"a": 1} for number in range(50_000)}) == [("home", "missing", "")]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\x00", b"<html>", b"[" * 100_000, b"null", b"f(", b"{}&&{"])
@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("zillow", "https://www.zillow.com/homedetails/x/1_zpid/"),
        ("zillow", "https://www.zillowstatic.com/autocomplete/v3/suggestions?q=x"),
        ("redfin", "https://www.redfin.com/AZ/Phoenix/x/home/1"),
        ("phoenix_mls", "https://apps.flexmls.com/quick_launch/omni?callback=f"),
        ("phoenix_mls", "https://phoenixmlssearch.com/mls/x-mls_1/"),
        ("maricopa_assessor", "https://mcassessor.maricopa.gov/parcel/1/sketches/"),
    ],
)
def test_hostile_answers_are_differences_and_no_errors(source: str, url: str, body: bytes) -> None:
    assert isinstance(differences_of(source, url, body, is_read=False)[0], Difference)
