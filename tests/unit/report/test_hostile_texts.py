"""Whatever listings say is text, on every page: the same elements as of a harmless store, and no handler anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest

from phx_scraper.report.page import form
from tests.unit.report.hostile_store import LONG, plant
from tests.unit.report.planted_store import PlantedStore

_ALLOWED = {"", "https", "http", "data"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    store = PlantedStore(tmp_path_factory.mktemp("hostile") / "data", fsync=False)
    plant(store)
    store.report()
    yield store.root / "report"
    store.catalogue.close()


def pages(folder: Path) -> dict[str, Any]:
    return {path.name: lxml.html.fromstring(path.read_bytes().decode()) for path in folder.rglob("*.html")}


def test_every_page_is_there(folder: Path) -> None:
    assert len(list((folder / "homes").glob("*.html"))) == 4
    assert {"index.html", "review.html", "duplicates-1.html", "runs.html"} <= set(pages(folder))
    of_homes = [path for path in folder.rglob("*.html") if path.name != "runs.html"]
    assert all("&lt;script&gt;" in path.read_text() for path in of_homes)


def test_no_text_is_markup(folder: Path) -> None:
    for name, page in pages(folder).items():
        handlers = [attribute for attribute in page.xpath("//@*") if attribute.attrname.startswith("on")]
        assert handlers == [], name
        assert page.xpath("//@style | //iframe | //object | //embed | //base | //form") == [], name
        assert not [image for image in page.xpath("//img/@src") if not image.startswith("../")], name
        assert len(page.xpath("//script")) <= 4, name
        assert not [script for script in page.xpath("//script") if "title='run'" in script.text], name


def test_links_lead_to_the_web_or_into_the_store(folder: Path) -> None:
    for name, page in pages(folder).items():
        for link in page.xpath("//@href"):
            assert urlsplit(link).scheme in _ALLOWED, (name, link)
            assert not link.startswith("data:") or link == "data:,", (name, link)


def test_no_text_fills_a_page(folder: Path) -> None:
    """But for the address of a page at a source, which is no longer one where it is cut."""
    for path in folder.rglob("*.html"):
        text = re.sub(r'href="https://a\.example/w+"', "", path.read_text())
        assert LONG[:3_000] not in text, path.name
        assert path.stat().st_size < 1_000_000, path.name


def test_texts_stand_in_an_element_of_their_own_direction(folder: Path) -> None:
    """A mark that turns what follows would turn the rest of the line otherwise."""
    for name, page in pages(folder).items():
        for text in page.xpath("//*[not(self::script) and not(self::style) and not(self::title)]/text()"):
            if re.search("[\u202a-\u202e\u2066-\u2069\u200f\u061c]", text):
                element = text.getparent() if text.is_text else text.getparent().getparent()
                ways = [element, *element.iterancestors()]
                assert any(way.tag in {"bdi", "option", "code"} for way in ways), (name, element.tag, text[:60])


def test_the_pages_are_utf8_and_of_one_form(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        text = path.read_bytes().decode("utf-8")
        assert text.startswith("<!doctype html>")
        assert "\0" not in text, path.name
    assert len(form()) == 64
