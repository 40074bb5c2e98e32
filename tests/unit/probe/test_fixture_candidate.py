"""Saved pages are fixtures: read as before, and no person is in them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from phx_scraper.probe import fixture_candidate
from phx_scraper.probe.fixture_candidate import NotSaved, ProbedPage, save_fixture
from tests.unit.pages.test_fixtures import FIXTURES, call, check_listing

DAY = date(2026, 11, 27)


def page(case: str) -> ProbedPage:
    source = case.partition("/")[0]
    folder = FIXTURES / case
    url = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["url"]
    return ProbedPage(source, url, next(folder.glob("input.*")).read_bytes(), DAY)


@pytest.mark.parametrize(
    "case", ["zillow/for-sale", "redfin/for-sale", "phoenix_mls/template-1", "maricopa_assessor/sketches"]
)
def test_a_saved_page_is_a_fixture_of_the_tests(tmp_path: Path, case: str) -> None:
    place = save_fixture(tmp_path, "home", page(case), [])
    expected = json.loads((place / "expected.json").read_text(encoding="utf-8"))
    assert expected["listing"]["photos"]
    check_listing(call(place, expected), place.parent.name, expected)


def test_a_page_that_is_not_understood_is_a_fixture_of_that(tmp_path: Path) -> None:
    place = save_fixture(tmp_path, "home", page("zillow/no-address"), [])
    expected = json.loads((place / "expected.json").read_text(encoding="utf-8"))
    assert expected["error"] == {"type": "NotUnderstood", "reason": "address"}


def test_people_are_not_saved(tmp_path: Path) -> None:
    good = page("zillow/for-sale")
    mark = b"<p>Listing Agent: <b>Sample Person</b> (602) 555-0142 a.b@mail.example.com</p></body>"
    place = save_fixture(tmp_path, "home", good._replace(body=good.body.replace(b"</body>", mark)), [])
    saved = (place / "input.html").read_bytes()
    for personal in (b"Sample Person", b"555-0142", b"a.b@"):
        assert personal not in saved


def test_a_page_that_would_be_read_otherwise_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixture_candidate, "without_personal_data", lambda body, secrets: body.replace(b"photos", b"p"))
    with pytest.raises(NotSaved, match="is read otherwise"):
        save_fixture(tmp_path, "home", page("redfin/for-sale"), [])
    assert list(tmp_path.iterdir()) == []
