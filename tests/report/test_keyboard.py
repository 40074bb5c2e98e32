"""The large view and the compare view in both browsers, by the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.axe import violations
from tests.report.tab import Tab, comes_true, fit

_FOCUS = "(document.activeElement?.closest('dialog')?.id ?? document.activeElement?.tagName)"
_PLACE = "document.querySelector('#lightbox [data-place]').textContent"
_PHOTOS = "document.querySelectorAll('.photo a.open').length"
_FOCUSED_PHOTO = "[...document.querySelectorAll('.photo a.open')].indexOf(document.activeElement)"
_FILE = "document.querySelector('#lightbox [data-picture]').src"


def tab_to(tab: Tab, selector: str, most: int = 60) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(most):
        tab.press("Tab")
        if tab.run(f"document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"{most} times Tab do not lead to {selector}")


@pytest.fixture
def photo(tab: Tab, home_page: str) -> Tab:
    """The first photo in the large view."""
    fit(tab, home_page, 1440)
    tab_to(tab, "a.open")
    tab.press("Enter")
    assert tab.run("document.querySelector('#lightbox').open") is True
    return tab


def test_a_photo_opens_goes_on_and_closes_where_it_is(photo: Tab) -> None:
    number = photo.run(_PHOTOS)
    steps = {"ArrowRight": 2, "PageDown": 3, "ArrowLeft": 2, "End": number, "Home": 1, "PageUp": number}
    for key, place in steps.items():
        photo.press(key)
        assert photo.run(_PLACE) == f"{place} / {number}", key
        assert photo.run(_FILE) == photo.run(f"document.querySelectorAll('a.open')[{place - 1}].href")
        assert photo.run("location.hash") == f"#p{place}"
    photo.press("Escape")
    assert comes_true(photo, "!document.querySelector('#lightbox').open")
    assert comes_true(photo, f"{_FOCUSED_PHOTO} === {number - 1}")
    assert photo.seen.problems == []
    assert photo.seen.network() == []


def test_the_focus_stays_in_the_large_view(photo: Tab) -> None:
    names = {_named(photo) for _ in range(12) if photo.press("Tab") is None}
    assert names >= {"Previous photo", "Next photo", "Close"}
    assert photo.run("document.querySelector('#lightbox').open") is True
    photo.press("x")
    assert photo.run("document.querySelector('#lightbox').open") is False


def _named(tab: Tab) -> str:
    assert tab.run(_FOCUS) in {"lightbox", "BODY", "HTML"}  # the last two: the browser's own bar
    name: str = tab.run("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
    return name.strip()


def test_keys_open_the_original_and_show_every_pixel(photo: Tab) -> None:
    opened = "addEventListener('click', event => { event.preventDefault(); window.opened = event.target.href; }, true)"
    photo.run(f"{opened} ?? 0")
    photo.press("o")
    assert photo.run("window.opened") == photo.run(
        "new URL(document.querySelector('a.open').dataset.original, location).href"
    )
    wide = "document.querySelector('.stage').classList.contains('whole')"
    for expected in (True, False):
        photo.press("z")
        assert photo.run(wide) is expected
    photo.press("z", "ArrowRight")
    assert str(photo.run(_PLACE)).startswith("1 /")  # arrows move the picture
    photo.press("z", "ArrowRight")
    assert str(photo.run(_PLACE)).startswith("2 /")


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_no_violation_in_the_large_view(photo: Tab, width: int) -> None:
    photo.size(width, 800)
    photo.press("ArrowRight")  # the one whose caption is long
    assert violations(photo) == []
    assert photo.run("document.querySelector('#lightbox').scrollWidth <= innerWidth")


@pytest.fixture
def pair(tab: Tab, home_page: str) -> Tab:
    """The first pair in the compare view."""
    fit(tab, home_page, 1440)
    tab_to(tab, ".photo.stacked summary", 200)
    tab.press("Enter")
    tab_to(tab, "button.compare")
    tab.press("Enter")
    assert tab.run("document.querySelector('#compare').open") is True
    return tab


def state(tab: Tab) -> dict[str, Any]:
    shown: dict[str, Any] = tab.run(
        """(() => { const both = document.querySelector("#compare .both");
        const frames = [...both.querySelectorAll(".frame")];
        return { way: both.dataset.way,
          front: frames.findIndex(one => getComputedStyle(one).visibility === "visible"),
          divided: getComputedStyle(frames[1]).clipPath,
          moved: frames.map(one => one.firstElementChild.style.transform),
          pressed: document.querySelector("#compare [aria-pressed=true]").dataset.wayTo,
          told: document.querySelector("#compare [data-shown]").textContent }; })()"""
    )
    return shown


def test_two_copies_are_compared(pair: Tab) -> None:
    assert (state(pair)["way"], state(pair)["told"].count("Kept:"), state(pair)["told"].count("Copy:")) == (
        "beside",
        1,
        1,
    )
    for front, name in ((0, "Kept:"), (1, "Copy:"), (0, "Kept:")):
        pair.press("Space")
        now = state(pair)
        assert (now["way"], now["pressed"], now["front"], now["told"][:5]) == ("swap", "swap", front, name)
    pair.press("d")
    assert (state(pair)["way"], state(pair)["divided"]) == ("split", "inset(0px 0px 0px 50%)")
    pair.press("ArrowRight")
    assert state(pair)["divided"] == "inset(0px 0px 0px 55%)"
    pair.press("s")
    assert state(pair)["way"] == "beside"
    assert pair.seen.problems == []
    assert pair.seen.network() == []


def test_zoom_and_place_are_those_of_both(pair: Tab) -> None:
    pair.press("+", "+", "ArrowLeft", "ArrowUp")
    assert state(pair)["moved"] == ["translate(50px, 50px) scale(2.25)"] * 2
    pair.press("-")
    assert "scale(1.5)" in state(pair)["moved"][0]
    pair.press("0")
    assert {moved.replace("(0px, 0px)", "(0px)") for moved in state(pair)["moved"]} == {"translate(0px) scale(1)"}


def test_the_compare_view_closes_where_it_was_opened(pair: Tab) -> None:
    for _ in range(12):
        pair.press("Tab")
        assert pair.run(_FOCUS) in {"compare", "BODY", "HTML"}
    pair.press("Escape")
    assert comes_true(pair, "!document.querySelector('#compare').open")
    assert comes_true(pair, "document.activeElement.matches('button.compare')")


def test_a_picture_at_two_homes_is_compared(tab: Tab, index: str) -> None:
    fit(tab, index.replace("index.html", "duplicates-1.html"), 1440)
    tab_to(tab, "button.compare")
    tab.press("Enter")
    assert state(tab)["told"].count("Here:") == state(tab)["told"].count("There:") == 1
    sizes = "[...document.querySelectorAll('#compare img')].map(one => one.decode().then(() => one.naturalWidth))"
    assert min(tab.wait(f"Promise.all({sizes})")) > 0


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_no_violation_in_the_compare_view(pair: Tab, width: int) -> None:
    pair.size(width, 800)
    pair.press("d")
    assert violations(pair) == []
    assert pair.run("document.querySelector('#compare').scrollWidth <= innerWidth")
