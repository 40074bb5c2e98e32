"""Chips of a home and filters of the index, in both browsers; and what is left of the pages without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.tab import Browser, Tab, fit
from tests.report.test_keyboard import tab_to

_SHOWN = "[...document.querySelectorAll('.photo')].filter(one => one.getClientRects().length)"
_NAMES = ".map(one => one.querySelector('h2').textContent.trim())"
_CARDS = f"[...document.querySelectorAll('.card')].filter(one => one.getClientRects().length){_NAMES}"
_COUNT = "document.querySelector('[data-count]').textContent"
_CHIP = "[one.dataset.value, Number(one.querySelector('b').textContent)]"
_CHIPS = f"[...document.querySelectorAll('[data-chips={{}}] button')].map(one => {_CHIP})"


def choose(tab: Tab, name: str, value: str) -> None:
    """Choose in a list; the keys for it are each system's own."""
    field = f"document.querySelector('.tools [name={name}]')"
    told = "field.dispatchEvent(new Event('input', {bubbles: true}))"
    assert tab.run(f"(field => {{ field.value = '{value}'; {told}; return field.value; }})({field})") == value


def click(tab: Tab, field: str, value: str) -> None:
    tab.run(f"document.querySelector('[data-chips={field}] button[data-value=\"{value}\"]').focus() ?? 0")
    tab.press("Enter")


@pytest.mark.parametrize("field", ["subject", "source"])
def test_a_chip_shows_as_many_photos_as_it_says(tab: Tab, home_page: str, field: str) -> None:
    fit(tab, home_page, 1440)
    chips = tab.run(_CHIPS.format(field))
    assert len(chips) > 2
    assert sum(number for _, number in chips[1:]) == chips[0][1]
    for value, number in chips[1:]:
        click(tab, field, value)
        assert tab.run(f"{_SHOWN}.length") == number
        assert tab.run(f"{_SHOWN}.every(one => one.dataset.{field} === '{value}')")
        assert tab.run(_COUNT) == f"{number} of {chips[0][1]} photos shown"
    click(tab, field, "")
    assert (tab.run(f"{_SHOWN}.length"), tab.run(_COUNT)) == (chips[0][1], "")


def test_chips_narrow_together_and_the_large_view_goes_through_what_is_left(tab: Tab, home_page: str) -> None:
    fit(tab, home_page, 1440)
    subject, source = tab.run("(one => [one.dataset.subject, one.dataset.source])(document.querySelector('.photo'))")
    click(tab, "subject", subject)
    click(tab, "source", source)
    left = tab.run(f"{_SHOWN}.length")
    assert 0 < left < tab.run("document.querySelectorAll('.photo').length")
    tab_to(tab, "a.open")
    tab.press("Enter", "End")
    assert tab.run("document.querySelector('#lightbox [data-place]').textContent") == f"{left} / {left}"


def test_the_index_is_narrowed_by_what_pictures_show(tab: Tab, index: str) -> None:
    fit(tab, index, 1440)
    subjects = tab.run("[...document.querySelectorAll('.tools [name=subject] option')].map(one => one.value)")
    assert len(subjects) > 2
    for subject in subjects[1:]:
        choose(tab, "subject", subject)
        has = f"one.dataset.subject.split('|').includes('{subject}')"
        assert tab.run(_CARDS) == tab.run(f"[...document.querySelectorAll('.card')].filter(one => {has}){_NAMES}")


def test_typing_narrows_the_index_and_the_choice_outlives_the_page(tab: Tab, index: str) -> None:
    fit(tab, index, 1440)
    tab_to(tab, "input[name=text]")
    tab.press(*"mesa")
    assert tab.run(_CARDS) == ["2030 E Gary Cir, Mesa, AZ 85213"]
    assert tab.run(_COUNT) == "1 of 3 homes shown"
    tab.open(tab.run("location.href"))
    assert tab.run(_CARDS) == ["2030 E Gary Cir, Mesa, AZ 85213"]
    tab_to(tab, "[data-reset]")
    tab.press("Enter")
    assert (len(tab.run(_CARDS)), tab.run("location.hash")) == (3, "")


def test_the_index_is_sorted(tab: Tab, index: str) -> None:
    fit(tab, index, 1440)
    prices = "[...document.querySelectorAll('.card')].map(one => Number(one.dataset.price))"
    for value, backwards in (("price", False), ("-price", True)):
        choose(tab, "sort", value)
        assert tab.run(prices) == sorted(tab.run(prices), reverse=backwards)
    assert len(set(tab.run(prices))) == 3


def test_nothing_is_missing_without_scripts_but_what_they_add(browser: Browser, pages: list[str], store: Path) -> None:
    tab = browser.tab(scripts=False)
    for page in pages:
        fit(tab, page, 390)
        assert tab.run("document.querySelectorAll('.photo, .card').length") == tab.run(
            "[...document.querySelectorAll('.photo, .card')].filter(one => one.getClientRects().length).length"
        )
        useless = "[...document.querySelectorAll('button, input, select, dialog')]"
        assert tab.run(f"{useless}.filter(one => one.getClientRects().length).length") == 0
        links = tab.run("[...document.querySelectorAll('a.open, a.side')].map(one => one.href)")
        assert all(Path(link.removeprefix("file://")).is_file() for link in links)
        assert tab.run("document.scrollingElement.scrollWidth <= innerWidth")
    assert tab.seen.problems == []
    assert tab.seen.network() == []
