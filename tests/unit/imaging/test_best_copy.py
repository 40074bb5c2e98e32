"""The total order of copies, and which are equal byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from phx_scraper.imaging.duplicates.best_copy import best_first, is_drawing, same_bytes

SHA, CONTENT = "ab" * 32, "cd" * 32


@dataclass(frozen=True)
class Bare:
    """A picture with nothing that is optional."""

    raw_sha256: str = SHA
    phash: str = "0" * 16
    dhash: str = "0" * 16
    original_width: int = 800
    original_height: int = 600
    original_format: str = "JPEG"
    signature: bytes = b""
    flat: bool = False


def full(**more: Any) -> Any:
    values = {"raw_bytes": 900, "source_priority": 2, "position": 7, "source": "zillow", "key": "k1"}
    return SimpleNamespace(**{**vars(Bare()), **values, **more})


def test_each_place_of_the_order() -> None:
    assert best_first(full()) == (-480_000, 1, -900, 2, SHA, 7, "zillow", "k1")
    assert best_first(Bare()) == (-480_000, 1, 0, 1000, SHA, 0, "", "")
    unknown = full(raw_bytes=None, source_priority=None, position=None, source=None, key=None)
    assert best_first(unknown) == best_first(Bare())
    assert best_first(full(source_priority=0, position=0))[3:6:2] == (0, 0)


def test_formats_from_least_to_most_processed() -> None:
    names = ("PNG", "TIFF", "BMP", "JPEG", "WEBP", "AVIF", "GIF", "JPEG2000")
    assert [best_first(full(original_format=name))[1] for name in names] == [0, 0, 0, 1, 2, 2, 3, 4]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (full(), full(), True),
        (Bare(), Bare(), True),
        (full(), full(raw_sha256="ef" * 32), False),
        (Bare(), Bare("ef" * 32), False),
        (full(content_hash=CONTENT), full(raw_sha256="ef" * 32, content_hash=CONTENT), True),
        (full(content_hash=CONTENT), full(raw_sha256="ef" * 32, content_hash="ef" * 32), False),
        (full(content_hash=CONTENT), Bare("ef" * 32), False),
        (full(content_hash=""), full(raw_sha256="ef" * 32, content_hash=""), False),
        (full(content_hash=None), full(raw_sha256="ef" * 32, content_hash=None), False),
        (full(content_hash=None), full(raw_sha256="ef" * 32, content_hash="None"), False),
    ],
)
def test_equal_downloads_or_equal_stored_pictures(first: Any, second: Any, same: bool) -> None:
    assert same_bytes(first, second) is same
    assert same_bytes(second, first) is same


def test_only_what_is_marked_so_is_a_drawing() -> None:
    assert is_drawing(full(kind="sketch"))
    assert not any(map(is_drawing, (full(kind="photo"), full(kind=""), full(kind=None), Bare())))
