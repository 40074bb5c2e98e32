"""Every real page in one folder, and a crawl of its addresses that asks nobody: each home gets exactly its photos."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from phx_scraper.downloader.saved_pages import read_folder
from phx_scraper.homes import parse_inline
from phx_scraper.sources import SOURCES
from tests.captures import CAPTURES, needs_captures
from tests.integration.crawls import crawl, rows
from tests.integration.saved.saved_homes import NOBODY
from tests.unit.pages.capture_helpers import index

pytestmark = needs_captures


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("captures") / "pages"
    for name in index():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CAPTURES / name, root / name)
    return root


def test_each_home_gets_exactly_its_photos_and_the_rest_is_named(folder: Path, tmp_path: Path) -> None:
    addresses = {page.address for page in read_folder(folder).pages if page.kind == "home"}
    homes = tmp_path / "homes.csv"
    homes.write_text("full_address\n" + "".join(f'"{home}"\n' for home in sorted(addresses)), encoding="utf-8")
    done = crawl("all", tmp_path / "s", NOBODY, {"PHX_OFFLINE": 1}, addresses=homes, pages=folder)
    assert done.code == 1, done.output
    (totals,) = rows(tmp_path / "s", "SELECT totals FROM runs")[0]
    notes = json.loads(totals)["saved_pages"]["files"]
    shown = "SELECT homes.address, source, count(*) FROM photos JOIN homes USING (property_hash) GROUP BY 1, 2"
    photos = {(home, source): number for home, source, number in rows(tmp_path / "s", shown)}
    used = {note["file"]: (note["address"], note["source"]) for note in notes if note["verdict"] == "used"}
    expected = {home: int(index()[file]) for file, home in used.items()}
    assert photos == {home: number for home, number in expected.items() if number}
    assert {home for home, _ in used.values()} == {home.address for home in parse_inline("; ".join(addresses))[0]}
    assert {source for _, source in used.values()} <= set(SOURCES)
    assert {note["file"] for note in notes} == set(index())
    assert all(note.get("reason") or note["verdict"] == "used" for note in notes)
