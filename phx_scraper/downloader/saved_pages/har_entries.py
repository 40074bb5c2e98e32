"""Where each request of a HAR file begins and ends, found in one pass with little memory.

A HAR file may be larger than memory, so it is not parsed as a whole; each entry is, by its place. So any of them can be
read again without reading what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from phx_scraper.downloader.saved_pages.saved_file import SavedFile, Unusable

_STRUCTURE = re.compile(rb'["{}\[\]]')
_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_QUOTE, _OPENING, _CLOSING = ord('"'), b"{[", b"}]"
_LONGEST_KEY = 20


class Token(NamedTuple):
    """A bracket at its place, or a string (`"`) from `start` up to `end`, quotes included."""

    kind: int
    start: int
    end: int


def entry_ranges(file: SavedFile) -> Iterator[tuple[int, int]]:
    """(begin, end) of each object of `log.entries`. Raises Unusable, after the whole ones, where the file is cut."""
    depth, key, in_log, in_entries, begin = 0, b"", False, False, -1
    for token in _tokens(file):
        if token.kind == _QUOTE:
            short = depth <= 2 and token.end - token.start <= _LONGEST_KEY
            key = file.read(token.start, token.end - token.start) if short else b""
        elif token.kind in _OPENING:
            depth += 1
            in_log = in_log or (depth == 2 and key == b'"log"')
            in_entries = in_entries or (depth == 3 and in_log and key == b'"entries"' and token.kind == _OPENING[1])
            begin = token.start if depth == 4 and in_entries else begin
        else:
            if depth == 4 and in_entries:
                yield begin, token.end
            in_entries, in_log = in_entries and depth > 3, in_log and depth > 2
            depth -= 1
    if depth:
        raise Unusable("It is a HAR file that is cut off: the requests before the cut are used.")


def _tokens(file: SavedFile) -> Iterator[Token]:
    began, escaped = -1, False
    for place, piece in file.pieces():
        at, escaped = (1, False) if escaped else (0, False)
        while at < len(piece):
            if began < 0:
                match = _STRUCTURE.search(piece, at)
                if match is None:
                    break
                at = match.end()
                if piece[match.start()] == _QUOTE:
                    began = place + match.start()
                else:
                    yield Token(piece[match.start()], place + match.start(), place + at)
                continue
            rest = _IN_STRING.match(piece, at)
            at = (rest.end() if rest else at) + 1
            if at > len(piece):
                break
            if piece[at - 1] == _QUOTE:
                yield Token(_QUOTE, began, place + at)
                began = -1
            else:
                escaped = True
    if began >= 0:
        yield Token(_OPENING[0], began, began)
