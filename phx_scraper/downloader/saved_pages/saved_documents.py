"""The pages inside one saved file, whatever its format, and the pictures that it holds beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from phx_scraper.downloader.saved_pages.file_kinds import HEAD, kind_of, no_page
from phx_scraper.downloader.saved_pages.har import HarEntry, har_entries, har_entry
from phx_scraper.downloader.saved_pages.html_saves import html_body, saved_html_as, shown_data
from phx_scraper.downloader.saved_pages.mhtml import Archive, part_body, read_archive
from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable
from phx_scraper.downloader.saved_pages.url_secrets import without_secrets
from phx_scraper.pages.html_and_json import MAX_BODY
from phx_scraper.pages.page_text import host
from phx_scraper.sources import Source, source_of_host


class Document(NamedTuple):
    """One page or answer in a file. `url` and `moment` are what the file's format says of it, where it says it.

    A HAR file holds it from `start` up to `end`.
    """

    entry: int
    saved_as: str
    url: str
    moment: datetime | None
    status: int
    media_type: str
    body: bytes
    start: int = 0
    end: int = 0


class PictureRange(NamedTuple):
    """The bytes of a picture of a HAR or MHTML file, by their place in it."""

    url: str
    start: int
    end: int


class Problem(NamedTuple):
    """A part of a file that cannot be used; `reason` is one sentence."""

    entry: int
    reason: str


def documents(file: SavedFile) -> Iterator[Document | PictureRange | Problem]:
    """What a file holds. Raises Unusable, for HAR files after what is whole."""
    head = file.read(0, HEAD)
    kind = kind_of(head)
    if kind == "har":
        yield from _har(file)
    elif kind == "mhtml":
        yield from _mhtml(file)
    elif kind == "html":
        body = html_body(file)
        url, moment, saved_as = saved_html_as(body)
        yield _web_page(saved_as, url, moment, body)
    elif kind == "json":
        yield Document(0, "json", "", None, 200, "application/json", _json(file))
    else:
        raise Unusable(no_page(head))


def document_again(file: SavedFile, entry: int, start: int, end: int) -> Document:
    """The page of `entry` once more; of a HAR file what stands from `start` up to `end`. Raises Unusable."""
    for found in _har_document(file, entry, start, end) if end else documents(file):
        if isinstance(found, Document):
            return found
    raise Unusable("It has changed since it was read.")


def picture_again(file: SavedFile, start: int, end: int) -> bytes:
    """A picture of a HAR or MHTML file by its place; raises Unusable."""
    if kind_of(file.read(0, HEAD)) == "mhtml":
        found = next((part for part in read_archive(file).parts if part.start == start), None)
        if found is None:
            raise Unusable("It has changed since it was read.")
        return part_body(file, found)
    entry = har_entry(file, start, end)
    if entry is None:
        raise Unusable("It has changed since it was read.")
    return entry.body()


def _json(file: SavedFile) -> bytes:
    if file.size > MAX_BODY:
        raise Unusable(f"It is JSON of {file.size // 2**20} MB; answers of the sources have at most a few.")
    return file.read(0, file.size)


def _mhtml(file: SavedFile) -> Iterator[Document | PictureRange | Problem]:
    archive = read_archive(file)
    yield from _root(file, archive)
    for part in archive.parts:
        source = source_of_host(host(part.url))
        if source is not None and part.media_type.startswith("image/") and not part.is_cut:
            yield PictureRange(part.url, part.start, part.end)


def _root(file: SavedFile, archive: Archive) -> Iterator[Document | Problem]:
    if archive.root is None:
        raise Unusable("It is an MHTML file without a page.")
    body = part_body(file, archive.root)
    url = without_secrets(archive.url) or without_secrets(archive.root.url)
    yield _web_page("mhtml", url, archive.moment, body)


def _web_page(saved_as: str, url: str, moment: datetime | None, body: bytes) -> Document:
    data = shown_data(body)
    if data is not None:
        return Document(0, saved_as, url, moment, 200, "application/json", data)
    return Document(0, saved_as, url, moment, 200, "text/html", body)


def _har(file: SavedFile) -> Iterator[Document | PictureRange | Problem]:
    seen = 0
    for number, entry in enumerate(har_entries(file)):
        source = source_of_host(host(entry.url))
        if source is None:
            continue
        for found in _of_entry(number, entry, source):
            seen += 1
            yield found
    if not seen:
        raise Unusable("It is a HAR file without a page of a source.")


def _of_entry(number: int, entry: HarEntry, source: Source) -> Iterator[Document | PictureRange | Problem]:
    at = host(entry.url)
    if at in source.photo_hosts - source.page_hosts:
        if entry.status == 200 and entry.encoded is not None:
            yield PictureRange(entry.url, entry.start, entry.end)
    elif at in source.page_hosts and _may_be_page(entry):
        try:
            body = entry.body()
        except Unusable as error:
            yield Problem(number, f"{error} ({urlsplit(entry.url).path[:120]})")
            return
        about = (number, "har", entry.url, entry.moment, entry.status, entry.media_type)
        yield Document(*about, body, entry.start, entry.end)


def _may_be_page(entry: HarEntry) -> bool:
    """A web page, or an answer with data; redirects, styles and scripts are neither."""
    if entry.status in range(300, 400) or entry.status == 204:
        return False
    return entry.media_type in ("text/html", "application/xhtml+xml") or (
        entry.encoded is not None and ("json" in entry.media_type or _is_endpoint(entry))
    )


def _is_endpoint(entry: HarEntry) -> bool:
    """Redfin sends its data as text, with or without a type."""
    return entry.media_type in ("", "text/plain") and "/stingray/" in entry.url


def _har_document(file: SavedFile, number: int, start: int, end: int) -> Iterator[Document | PictureRange | Problem]:
    entry = har_entry(file, start, end)
    source = source_of_host(host(entry.url)) if entry else None
    if entry is not None and source is not None:
        yield from _of_entry(number, entry, source)
