"""Damaged saves of every format: whatever the bytes, the folder is read and each file ends as a page or a sentence."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from phx_scraper.downloader.saved_pages import read_folder
from phx_scraper.errors import NotUnderstood
from tests.unit.pages.mutations import mutated_text

from .saves import JPEG, MLS_URL, ZILLOW_URL, body, complete, entry, har, mhtml, single_file

ZILLOW = body("zillow/for-sale")
PHOTO = "https://photos.zillowstatic.com/fp/01010101010101010101010101010101-cc_ft_960.jpg"
SAVES = {
    "complete": complete(ZILLOW, ZILLOW_URL),
    "singlefile": single_file(body("zillow/saved-one-file"), ZILLOW_URL),
    "mhtml": mhtml(body("zillow/saved-mosaic"), ZILLOW_URL, {PHOTO: JPEG}),
    "har": har(entry(ZILLOW_URL, ZILLOW), entry(PHOTO, JPEG, "image/jpeg"), entry(MLS_URL, b"<html>")),
    "json": body("zillow/saved-data"),
    "gzip": gzip.compress(complete(ZILLOW, ZILLOW_URL)),
}
COPIES = 40


@pytest.mark.parametrize(("name", "whole"), SAVES.items())
def test_damaged_saves(name: str, whole: bytes, tmp_path: Path) -> None:
    chance = random.Random(f"saves {name}")
    for number in range(COPIES):
        (tmp_path / f"{number:02d}").write_bytes(mutated_text(chance, whole))
    folder = read_folder(tmp_path)
    files = {page.file for page in folder.pages} | {one.file for one in folder.unused}
    # A HAR file of pictures only has nothing to tell.
    assert len(files) == COPIES or name == "har"
    for page in folder.pages:
        try:
            assert folder.open(page).body is not None
        except NotUnderstood as error:
            pytest.fail(f"{page.file}: {error}")
    folder.picture("zillow", [PHOTO])
