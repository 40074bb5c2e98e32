"""Every real page in one folder, under names that say nothing: each home gets exactly its photos, the rest is named."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phx_scraper import pages
from phx_scraper.downloader.saved_pages import SavedFolder, SavedPage, read_folder
from phx_scraper.pages.identity import prove
from tests.captures import CAPTURES, needs_captures
from tests.unit.pages.capture_helpers import index

pytestmark = needs_captures

# What proves no address, though a number of photos is known of it: named, given to no home.
PROVES_NOTHING = re.compile(r"search|photoTags|sketches|photos-index|listing-|notfound|block-|agentdir|wrongsite|gone")
SCRIPTED = re.compile(rb"<script.*?</script>", re.IGNORECASE | re.DOTALL)


def expected() -> dict[str, int]:
    """File -> photos of each page that proves an address."""
    counted = {file: int(photos) for file, photos in index().items() if photos.isdigit()}
    return {file: photos for file, photos in counted.items() if not PROVES_NOTHING.search(file)}


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    """Number of the file in the folder -> its name among the captures."""
    return {f"{number:03d}.exe": name for number, name in enumerate(sorted(index()))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, names: dict[str, str]) -> SavedFolder:
    root = tmp_path_factory.mktemp("saved")
    for short, name in names.items():
        shutil.copyfile(CAPTURES / name, root / short)
    for photo in sorted((CAPTURES / "neardup" / "houses").glob("*.*"))[:5]:
        shutil.copyfile(photo, root / f"{photo.stem}.html")
    return read_folder(root)


def read_again(folder: SavedFolder, page: SavedPage) -> pages.Listing:
    answer = folder.open(page)
    return pages.read_saved(page.source, answer.url, answer.body, answer.status, pages.page_day(answer.headers["Date"]))


def test_every_page_of_a_home_gives_exactly_its_photos(folder: SavedFolder, names: dict[str, str]) -> None:
    homes = {names[page.file]: page for page in folder.pages if page.kind == "home"}
    assert len(expected()) >= 21
    assert {file: page.photos for file, page in homes.items()} == expected()
    assert not any(page.partial for page in homes.values())


def test_everything_else_is_named(folder: SavedFolder, names: dict[str, str]) -> None:
    others = {page.file: page.problem for page in folder.pages if page.kind != "home"}
    named = others | {one.file: one.reason for one in folder.unused}
    assert {page.file for page in folder.pages if page.kind == "home"} | set(named) >= set(names)
    assert all(sentence.endswith(".") and " " in sentence for sentence in named.values())
    kinds = {names[page.file]: page.kind for page in folder.pages}
    assert kinds["zillow/block-px-roncox.html"] == kinds["redfin/block-429-ratelimited.html"] == "block"
    assert {kind for name, kind in kinds.items() if "search-" in name} == {"search"}
    assert "trulia.com" in next(one.reason for one in folder.unused if names.get(one.file, "").endswith("hoboken.html"))


def test_each_home_gets_its_page_by_what_the_page_says(folder: SavedFolder, names: dict[str, str]) -> None:
    given = {}
    for address in sorted({page.address for page in folder.pages if page.address}):
        for found in folder.of_home(address).values():
            listing = read_again(folder, found[0])
            assert prove(address, listing)
            given[names[found[0].file]] = len({photo.key for photo in listing.photos})
    # Addresses of another country are on no list of homes.
    assert {name for name in expected() if name not in given} >= {"redfin/home-kennyle-debug.html"}
    assert given.items() <= expected().items()
    assert {"zillow/home-old2016-429739.html", "redfin/home-melnik.html"} <= set(given)
    assert given["phoenixmls/rendered-3.15.5-detail-active-43.html"] == 43


@pytest.mark.parametrize("name", [name for name in expected() if name.endswith(".html") and "phoenix" not in name])
def test_without_its_scripts_a_page_shows_some_of_its_photos_and_says_how_many(name: str, tmp_path: Path) -> None:
    whole = CAPTURES / name
    if "old2016" in name or not expected()[name]:
        pytest.skip("this page needs no script, or has no photos")
    (tmp_path / "whole").write_bytes(whole.read_bytes())
    (tmp_path / "cut").write_bytes(SCRIPTED.sub(b"", whole.read_bytes()))
    folder = read_folder(tmp_path)
    full, part = (next(page for page in folder.pages if page.file == file) for file in ("whole", "cut"))
    assert (part.partial, part.claimed) == (True, expected()[name])
    assert 5 <= part.photos <= 10
    shown = {photo.key: photo for photo in read_again(folder, part).photos}
    known = {photo.key: photo for photo in read_again(folder, full).photos}
    assert shown.keys() <= known.keys()
    assert all(photo.url == known[key].url for key, photo in shown.items())
    assert {one.file for one in folder.pages} == {"whole", "cut"}


def test_days_count_from_the_save(tmp_path: Path) -> None:
    name = tmp_path / "page.html"
    shutil.copyfile(CAPTURES / "zillow/zillow-304-sparrow-hawk-mckinney-20260214.html", name)
    saved = datetime(2026, 2, 14, 12, tzinfo=UTC).timestamp()
    os.utime(name, (saved, saved))
    folder = read_folder(tmp_path)
    assert read_again(folder, folder.pages[0]).listing_date == "2026-02-13"
