"""Every page of the report in both browsers, from the disk and without a network: nothing is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.axe import violations
from tests.report.tab import Browser, Tab, fit

WIDTHS = (1440, 768, 390)
# What a page is wider than its window by, pictures that did not load, and element ids that stand twice.
_BROKEN = "[...document.images].filter(one => one.complete && one.getAttribute('src') && !one.naturalWidth).length"
_TOO_WIDE = "document.scrollingElement.scrollWidth - innerWidth"
_SHOW_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"


def test_all_kinds_of_pages_are_looked_at(pages: list[str]) -> None:
    names = {Path(page).name for page in pages}
    assert {"index.html", "duplicates-1.html", "review.html"} < names
    assert len([page for page in pages if "/homes/" in page]) == 3


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_says_no_error_asks_no_network_and_fits(tab: Tab, pages: list[str], width: int) -> None:
    wrong = {}
    for page in pages:
        fit(tab, page, width)
        tab.run(f"{_SHOW_ALL} ?? document.querySelectorAll('img').forEach(one => {{ one.loading = 'eager'; }})")
        tab.wait("Promise.all([...document.images].map(one => one.getAttribute('src') && one.decode().catch(() => 0)))")
        found = {"too wide": max(0, tab.run(_TOO_WIDE)), "broken pictures": tab.run(_BROKEN)}
        if any(found.values()):
            wrong[Path(page).name] = found
    assert wrong == {}
    assert tab.seen.problems == []
    assert tab.seen.network() == []


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["wide and light", "narrow and dark"])
def test_axe_finds_no_violation(browser: Browser, pages: list[str], home_page: str, width: int, dark: bool) -> None:
    tab, found = browser.tab(dark=dark), {}
    for page in [page for page in pages if page == home_page or "/homes/" not in page]:
        fit(tab, page, width)
        assert tab.run("matchMedia('(prefers-color-scheme: dark)').matches") is dark
        tab.run(_SHOW_ALL)
        if told := violations(tab):
            found[Path(page).name] = told
    assert found == {}


def test_the_browser_keeps_pages_of_the_disk_apart(tab: Tab, index: str) -> None:
    """As a person's own does: else the other tests would say nothing of a script that reads its neighbours."""
    tab.open(f"{index.rpartition('/')[0]}/../metadata/image_manifest.json")
    read = "fetch('image_manifest.json').then(() => 'read', () => 'refused')"
    assert tab.wait(read) == "refused"


def test_what_is_wrong_is_noticed(tab: Tab, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src *">'
    wide = '<img src="https://192.0.2.1/x.png"><img src="gone.png"><pre>' + "x" * 5000
    page.write_text(f"{policy}<script>document.title = 1</script>{wide}")
    fit(tab, page.as_uri(), 390)
    assert tab.run(_TOO_WIDE) > 0
    assert tab.run(_BROKEN) == 2
    assert any("script" in told for told in tab.seen.problems)
    assert tab.seen.network() == ["https://192.0.2.1/x.png"]
    assert any("image-alt" in told for told in violations(tab))
