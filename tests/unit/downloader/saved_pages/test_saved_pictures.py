"""The bytes of photos that were saved with their pages: in HAR and MHTML files, beside a page, or in it."""

from __future__ import annotations

import gzip
from pathlib import Path

from phx_scraper import pages
from phx_scraper.downloader.saved_pages import SavedPicture, read_folder
from phx_scraper.model.photo import Photo

from .saves import JPEG, MLS_URL, REDFIN_URL, ZILLOW_URL, body, complete, entry, har, mhtml, with_address

ZILLOW, REDFIN, MLS = body("zillow/for-sale"), body("redfin/for-sale"), body("phoenix_mls/template-1")
LARGER = JPEG + bytes(1000)


def photo(source: str, url: str, page: bytes, place: int = 0) -> Photo:
    return pages.read(source, url, page).photos[place]


def urls(one: Photo) -> list[str]:
    return [one.url, *one.fallbacks]


def test_in_a_session(tmp_path: Path) -> None:
    first, second = (photo("zillow", ZILLOW_URL, ZILLOW, place) for place in (0, 1))
    small = first.fallbacks[-1]
    pictures = [
        entry(small, JPEG, "image/webp"),
        entry(first.url, LARGER, "image/jpeg"),
        entry(second.url, None, "image/jpeg"),
        entry(second.fallbacks[0], b"", "image/jpeg", status=404),
    ]
    (tmp_path / "a").write_bytes(gzip.compress(har(entry(ZILLOW_URL, ZILLOW), *pictures)))
    folder = read_folder(tmp_path)
    assert folder.picture("zillow", urls(first)) == SavedPicture(first.url, LARGER)
    assert folder.picture("zillow", [small]) == SavedPicture(small, JPEG)
    assert folder.picture("zillow", urls(second)) is None
    assert folder.picture("redfin", urls(first)) is None
    assert folder.unused == ()


def test_in_mhtml(tmp_path: Path) -> None:
    one = photo("phoenix_mls", MLS_URL, MLS)
    resized = one.fallbacks[-1]
    (tmp_path / "a").write_bytes(mhtml(MLS, MLS_URL, {"https://example.com/x.jpg": LARGER, resized: JPEG}))
    assert read_folder(tmp_path).picture("phoenix_mls", urls(one)) == SavedPicture(resized, JPEG)


def test_in_the_cut_part_of_mhtml(tmp_path: Path) -> None:
    one, two = (photo("phoenix_mls", MLS_URL, MLS, place) for place in (0, 1))
    (tmp_path / "a").write_bytes(mhtml(MLS, MLS_URL, {one.url: JPEG, two.url: LARGER})[:-900])
    folder = read_folder(tmp_path)
    assert folder.picture("phoenix_mls", urls(one)) == SavedPicture(one.url, JPEG)
    assert folder.picture("phoenix_mls", urls(two)) is None


def test_beside_a_page(tmp_path: Path) -> None:
    beside = tmp_path / "1200 W Saguaro & more_files"
    beside.mkdir()
    z, r = photo("zillow", ZILLOW_URL, ZILLOW), photo("redfin", REDFIN_URL, REDFIN)
    names = {"z": z.url.rpartition("/")[2], "r": r.url.rpartition("/")[2]}
    shown = "".join(f'<img src="./1200%20W%20Saguaro%20&amp;%20more_files/{name}">' for name in names.values())
    (tmp_path / "z.html").write_bytes(complete(ZILLOW.replace(b"<body>", f"<body>{shown}".encode()), ZILLOW_URL))
    (tmp_path / "r.html").write_bytes(with_address(REDFIN, REDFIN_URL))
    for name in names.values():
        (beside / name).write_bytes(JPEG)
    (beside / "style.css").write_bytes(b"a {}")
    (beside / "frame.html").write_bytes(b"<html>an advertisement</html>")
    folder = read_folder(tmp_path)
    assert {page.file: page.saved_as for page in folder.pages} == {"z.html": "complete", "r.html": "html"}
    assert folder.picture("zillow", urls(z)) == SavedPicture(z.url, JPEG)
    assert folder.picture("redfin", urls(r)) == SavedPicture(r.url, JPEG)
    assert (folder.unused, folder.parts) == ((), 4)


def test_second_file_of_a_name_beside_a_page(tmp_path: Path) -> None:
    one = photo("phoenix_mls", MLS_URL, MLS)
    name = one.url.rpartition("/")[2]
    (tmp_path / "x_files").mkdir()
    (tmp_path / "x_files" / name.replace(".", "(1).")).write_bytes(JPEG)
    page = MLS.replace(b"</body>", f'<img src="x_files/{name}"></body>'.encode())
    (tmp_path / "x.html").write_bytes(with_address(page, MLS_URL))
    # Which of the sizes it is cannot be told.
    assert read_folder(tmp_path).picture("phoenix_mls", urls(one)) == SavedPicture("", JPEG)


def test_pictures_that_lie_about_are_of_nothing(tmp_path: Path) -> None:
    one = photo("zillow", ZILLOW_URL, ZILLOW)
    (tmp_path / "x.html").write_bytes(with_address(ZILLOW, ZILLOW_URL))
    (tmp_path / one.url.rpartition("/")[2]).write_bytes(JPEG)
    folder = read_folder(tmp_path)
    assert folder.picture("zillow", urls(one)) is None
    assert [unused.reason for unused in folder.unused] == ["It is a JPEG picture."]


def test_file_of_pictures_that_has_changed_gives_none(tmp_path: Path) -> None:
    one = photo("zillow", ZILLOW_URL, ZILLOW)
    (tmp_path / "a").write_bytes(har(entry(one.url, JPEG, "image/jpeg")))
    folder = read_folder(tmp_path)
    (tmp_path / "a").write_bytes(b"{}")
    assert folder.picture("zillow", urls(one)) is None


def test_pages_in_a_folder_that_another_page_shows_are_pages(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b'<html><title>My homes</title><img src="saves/logo.png"></html>')
    (tmp_path / "saves").mkdir()
    (tmp_path / "saves" / "1").write_bytes(with_address(ZILLOW, ZILLOW_URL))
    assert [page.file for page in read_folder(tmp_path).pages] == ["saves/1"]
