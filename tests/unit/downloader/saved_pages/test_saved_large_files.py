"""Saves that are large, or unpack to much: named, or read in little memory."""

from __future__ import annotations

import base64
import json
import os
import tracemalloc
import zlib
from pathlib import Path

import pytest

from phx_scraper import pages
from phx_scraper.downloader.saved_pages import read_folder, saved_file

from .saves import (
    MLS_URL,
    ZILLOW_URL,
    body,
    entry,
    har,
    single_file,
    with_address,
)

PAGE = with_address(body("zillow/for-sale"), ZILLOW_URL)


def bomb(megabytes: int, of: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = of * (2**20 // len(of))
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


LARGE = {
    "page of 100 MB": (lambda: b"<html><p>" + b"hello <b>" * 11_000_000, "32 MB are read"),
    "JSON of 60 MB": (lambda: b'{"a": "' + b"x" * 60_000_000 + b'"}', "It is JSON of 57 MB"),
    "bomb of a page": (lambda: bomb(120, b"<p>xxxxx"), "more than 100 MB"),
    "bomb of zeros": (lambda: bomb(120, bytes(8)), "no page"),
    "one string without an end": (lambda: b'{"log": {"entries": [{"a": "' + b'\\"x' * 20_000_000, "cut off"),
}


@pytest.mark.parametrize(("make", "word"), LARGE.values(), ids=LARGE)
def test_large_files_are_named_in_little_memory(
    make: object, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(make)
    monkeypatch.setattr(saved_file, "MAX_UNPACKED", 100 * 2**20)
    (tmp_path / "a").write_bytes(make())
    tracemalloc.start()
    folder = read_folder(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [word in one.reason for one in folder.unused] == [True]
    assert peak < 110 * 2**20


def test_large_answers_in_a_session_cost_no_memory(tmp_path: Path) -> None:
    video = json.dumps(entry("https://www.zillow.com/tour.mp4", b"x" * 80_000_000, "video/mp4"))
    content = har(entry(ZILLOW_URL, PAGE)).replace(b'"entries": [', b'"entries": [' + video.encode() + b", ")
    (tmp_path / "a").write_bytes(content)
    del video, content
    tracemalloc.start()
    folder = read_folder(tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [page.kind for page in folder.pages] == ["home"]
    assert peak < 30 * 2**20


def test_page_that_is_large_by_its_pictures_is_read_with_the_first_of_them(tmp_path: Path) -> None:
    data = base64.b64encode(os.urandom(3_000_000)).decode()
    pictures = (f"<img src='data:image/jpeg;base64,{number:04d}{data}' alt=''>" for number in range(12))
    strip = f"<div class='flexmls_connect__filmstrip'>{''.join(pictures)}</div>"
    page = body("phoenix_mls/saved-one-file").decode()
    start, _, rest = page.partition("<div class='flexmls_connect__filmstrip'>")
    (tmp_path / "a").write_bytes(single_file((start + strip + rest.partition("</div>")[2]).encode(), MLS_URL))
    folder = read_folder(tmp_path)
    (page_of_home,) = folder.pages
    assert (page_of_home.kind, page_of_home.photos) == ("home", 6)
    answer = folder.open(page_of_home)
    photos = pages.read_saved("phoenix_mls", answer.url, answer.body).photos
    assert {len(photo.data) for photo in photos} == {3_000_003}
