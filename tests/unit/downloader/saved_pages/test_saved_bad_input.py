"""A folder full of other things: each is named, nothing is followed out of the folder, memory stays small."""

from __future__ import annotations

import gzip
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phx_scraper.downloader.saved_pages import folder_walk, read_folder
from phx_scraper.errors import NotUnderstood, UsageError

from .saves import (
    BOUNDARY,
    JPEG,
    MLS_URL,
    REDFIN_URL,
    ZILLOW_URL,
    body,
    complete,
    entry,
    har,
    mhtml,
    with_address,
)

PAGE = with_address(body("zillow/for-sale"), ZILLOW_URL)
DEEP = b"[" * 200_000
OTHER = {
    "nothing": (b"", "empty"),
    "blanks only": (b" \r\n\x00\t ", "empty"),
    "photo": (JPEG, "JPEG"),
    "pdf": (b"%PDF-1.7 ...", "PDF"),
    "program": (b"MZ\x90\x00" + bytes(500), "program"),
    "office document": (b"PK\x03\x04" + bytes(50), "ZIP"),
    "safari archive": (b"bplist00\xd1", "Safari"),
    "video": (b"\x00\x00\x00\x20ftypisom" + bytes(50), "video"),
    "noise": (bytes(range(256)) * 50, "not text"),
    "text": (b"Dear Sir or Madam", "text"),
    "other JSON": (b'{"a": 1}', "of no source"),
    "JSON that is cut": (body("zillow/saved-data")[:-40], "json"),
    "nested JSON": (DEEP, "json"),
    "nested page": (b"<div>" * 300_000, "web page"),
    "large nested page": (b"<div>" * 1_500_000, "web page"),
    "comments without an end": (b"<!---->" * 9000 + b"<p>", "of a source"),
    "blanks before nothing": (b"<html>" + b" " * 60_000 + b"<p>", "of a source"),
    "one file's comments": (b"<!-- Page saved with SingleFile\n\n\n url: " * 1500 + b"<p>", "no page"),
    "folders without an end": (b"<p>" + b"src='" * 100_000, "of a source"),
    "page of another site": (with_address(PAGE, "https://www.trulia.com/home/1"), "www.trulia.com"),
    "page of another country": (with_address(PAGE, "https://www.zillow.co.uk/1_zpid/"), "www.zillow.co.uk"),
    "page of nobody": (b"<html><body>hello</body></html>", "of a source"),
    "mhtml without a page": (mhtml(b"", "x").replace(b"text/html", b"text/css"), "without a page"),
    "mhtml without a boundary": (mhtml(b"", "x").replace(b"boundary=", b"bound="), "boundary"),
    "mhtml that is cut": (mhtml(PAGE, ZILLOW_URL)[:-2000], "cut off"),
    "mhtml that is cut in its head": (mhtml(PAGE, ZILLOW_URL)[:200], "no page"),
    "mhtml that is only a head": (mhtml(PAGE, ZILLOW_URL)[:330], "without a page"),
    "har without entries": (har(), "without a page"),
    "har of other sites": (har(entry("https://example.com/", b"<html></html>")), "without a page"),
    "har that is no har": (b'{"log": {"entries": 7}}', "without a page"),
    "har that is cut at once": (b'{"log": {"entries": [{"request": {"url": "htt', "cut off"),
    "gzip that is cut": (gzip.compress(PAGE)[:-30], "cut off"),
    "gzip that is damaged": (gzip.compress(PAGE)[:60] + bytes(60) + gzip.compress(PAGE)[120:], "damaged"),
    "gzip of a photo": (gzip.compress(JPEG), "no page"),
    "gzip of gzip": (gzip.compress(gzip.compress(PAGE)), "no page"),
}


@pytest.mark.parametrize(("content", "word"), OTHER.values(), ids=OTHER)
def test_it_is_named_and_the_page_beside_it_is_read(content: bytes, word: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(content)
    (tmp_path / "b.txt").write_bytes(PAGE)
    folder = read_folder(tmp_path)
    assert [(page.file, page.kind) for page in folder.pages] == [("b.txt", "home")]
    (unused,) = folder.unused
    assert unused.file == "a.html"
    assert word in unused.reason
    assert unused.reason.endswith(".")


EARLIEST = "0001-01-01T00:00:00+14:00"
CLOCKS = {
    "har": har(entry(ZILLOW_URL, PAGE, startedDateTime=EARLIEST)),
    "har, latest": har(entry(ZILLOW_URL, PAGE, startedDateTime="9999-12-31T23:59:59-14:00")),
    "mhtml": mhtml(PAGE, ZILLOW_URL).replace(b"14 Feb 2026 23:22:33 -0700", b"01 Jan 0001 00:00:00 +1400"),
}


@pytest.mark.parametrize("content", CLOCKS.values(), ids=CLOCKS)
def test_moment_beyond_the_calendar_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    (page,) = read_folder(tmp_path).pages
    assert page.moment.year == datetime.now(UTC).year


def test_all_of_a_gzip_written_in_blocks_is_read(tmp_path: Path) -> None:
    blocks = [PAGE[at : at + 500] for at in range(0, len(PAGE), 500)]
    (tmp_path / "a").write_bytes(b"".join(map(gzip.compress, blocks)))
    (tmp_path / "b").write_bytes(PAGE)
    first, second = read_folder(tmp_path).pages
    assert (first.kind, first.photos) == (second.kind, second.photos)


def test_countless_blocks_of_gzip_cost_no_hour(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(b"") * 200_000)
    assert len(read_folder(tmp_path).unused) == 1


MIXED = {
    "redfin": (complete(body("redfin/for-sale"), REDFIN_URL.replace("27654321", "27654399")), "27654399"),
    "phoenix_mls": (complete(body("phoenix_mls/template-1"), MLS_URL.replace("6900123", "6900999")), "6900999"),
}


@pytest.mark.parametrize(("content", "number"), MIXED.values(), ids=MIXED)
def test_page_whose_address_is_of_another_home(content: bytes, number: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    (page,) = read_folder(tmp_path).pages
    assert page.kind == "other"
    assert number in page.problem


TITLED = b"<h1>x</h1><title>x</title>"
HOSTILE = {
    "blanks in the heading": (ZILLOW_URL, b"<h1>" + b" " * 1_000_000 + b"x</h1><title>x</title>"),
    "choices of a picture": (
        ZILLOW_URL,
        TITLED + b"<li class='media-stream-tile'><img srcset='%s x'>",
    ),
    "buttons in buttons": (ZILLOW_URL, TITLED + b"<button>" * 2000 + b"x" * 3_000_000),
    "frames in frames": (
        REDFIN_URL,
        TITLED + b"<span id=MBImage1>" * 250 + b"<img src=x>" * 9000,
    ),
}


@pytest.mark.parametrize(("url", "content"), HOSTILE.values(), ids=HOSTILE)
def test_page_that_would_take_hours_is_named_at_once(url: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(mhtml(content.replace(b"%s", b"y" * 500_000), url))
    (page,) = read_folder(tmp_path).pages
    assert (page.kind, page.photos) == ("other", 0)


def test_page_that_a_wall_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(with_address(body("zillow/block-of-2021"), ZILLOW_URL))
    (tmp_path / "b.html").write_bytes(b"<html><title>Access to this page has been denied</title></html>")
    (tmp_path / "c.html").write_bytes(with_address(body("redfin/not-found"), "https://www.redfin.com/x/home/1"))
    (tmp_path / "d.html").write_bytes(with_address(body("zillow/search-page"), "https://www.zillow.com/homes/x_rb/"))
    folder = read_folder(tmp_path)
    kinds = [(page.file, page.kind) for page in folder.pages]
    assert kinds == [("a.html", "block"), ("c.html", "other"), ("d.html", "search")]
    assert all(page.problem for page in folder.pages)
    assert "block page (captcha)" in folder.unused[0].reason


def test_whole_requests_before_a_cut_are_used(tmp_path: Path) -> None:
    whole = har(entry(ZILLOW_URL, PAGE), entry("https://www.zillow.com/homedetails/2_zpid/", PAGE))
    (tmp_path / "x").write_bytes(whole[:-3000])
    folder = read_folder(tmp_path)
    assert [(page.entry, page.kind) for page in folder.pages] == [(0, "home")]
    assert "cut off" in folder.unused[0].reason


def test_links_are_named_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "page.html").write_bytes(PAGE)
    root = tmp_path / "saves"
    root.mkdir()
    (root / "to-file.html").symlink_to(outside / "page.html")
    (root / "to-folder").symlink_to(outside)
    (root / "to-itself").symlink_to(root)
    (root / "to-nothing").symlink_to(tmp_path / "none")
    os.mkfifo(root / "pipe")
    door = socket.socket(socket.AF_UNIX)
    door.bind(os.path.relpath(root / "door"))
    folder = read_folder(root)
    door.close()
    assert folder.pages == ()
    named = {one.file: one.reason for one in folder.unused}
    assert set(named) == {"to-file.html", "to-folder", "to-itself", "to-nothing", "pipe", "door"}
    assert all("link" in named[name] for name in named if name.startswith("to-"))


def test_file_that_became_a_link_since_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "saves"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "page").write_bytes(PAGE)
    folder = read_folder(root)
    (root / "sub").rename(tmp_path / "elsewhere")
    (root / "sub").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotUnderstood, match=r"sub/page: It is a link"):
        folder.open(folder.pages[0])


def test_file_that_is_gone_or_another_since(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(har(entry(ZILLOW_URL, PAGE)))
    folder = read_folder(tmp_path)
    (tmp_path / "page").write_bytes(b"x" * 500)
    with pytest.raises(NotUnderstood, match="saved_page"):
        folder.open(folder.pages[0])
    (tmp_path / "page").unlink()
    with pytest.raises(NotUnderstood, match="saved_page"):
        folder.open(folder.pages[0])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_unreadable_file_and_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(PAGE)
    (tmp_path / "file").chmod(0)
    (tmp_path / "sub").mkdir(mode=0)
    named = {one.file: one.reason for one in read_folder(tmp_path).unused}
    (tmp_path / "sub").chmod(0o700)
    assert {"file", "sub"} == set(named)
    assert all("ermission" in reason for reason in named.values())


def test_names_that_cannot_be_printed(tmp_path: Path) -> None:
    for name in (b"a\xff\xfe.html", b"a\n\x1b[31m.html", "ä ö (1).html".encode()):
        (Path(os.fsdecode(bytes(tmp_path) + b"/" + name))).write_bytes(PAGE)
    folder = read_folder(tmp_path)
    assert [folder.open(page).url for page in folder.pages] == [ZILLOW_URL] * 3
    assert all(page.file.isprintable() and page.file.encode() for page in folder.pages)
    assert len({page.file for page in folder.pages}) == 3


def test_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="no folder"):
        read_folder(tmp_path / "none")
    with pytest.raises(UsageError, match="is a file"):
        read_folder(tmp_path / "file")
    (tmp_path / "file2").touch()
    monkeypatch.setattr(folder_walk, "MAX_FILES", 1)
    with pytest.raises(UsageError, match="more than 1 files"):
        read_folder(tmp_path)


def test_empty_folder_and_report(tmp_path: Path) -> None:
    seen: list[int] = []
    assert read_folder(tmp_path, report=seen.append).pages == ()
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    read_folder(tmp_path, report=seen.append)
    assert seen == [1, 2]


def test_delimiter_in_no_line_of_its_own(tmp_path: Path) -> None:
    page = PAGE.replace(b"<body>", f"<body>x--{BOUNDARY}--".encode())
    (tmp_path / "a").write_bytes(mhtml(page, ZILLOW_URL))
    assert [one.kind for one in read_folder(tmp_path).pages] == ["home"]
