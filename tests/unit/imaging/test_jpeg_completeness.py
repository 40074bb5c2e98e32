"""A JPEG is accepted only with all its blocks, whatever its end; a decoder would show the rest grey."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest
from PIL import Image

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import process
from tests.unit.imaging.pictures import SMALL, difference, encoded, room, stored

SIZE = (300, 200)
EOI = b"\xff\xd9"
WRITERS: dict[str, dict[str, Any]] = {
    "usual": {},
    "coarse": {"quality": 40},
    "full colour": {"subsampling": 0},
    "optimised": {"optimize": True},
    "restarts": {"restart_marker_rows": 1},
    "restarts in rows": {"restart_marker_blocks": 3},
}


def shown(data: bytes) -> Image.Image:
    return stored(process(data, SMALL).png)


def reason(data: bytes) -> str:
    with pytest.raises(BadPhoto) as caught:
        process(data, SMALL)
    return caught.value.reason


def tails(missing: int) -> dict[str, bytes]:
    """What broken tools put after the part that arrived."""
    return {
        "nothing": b"",
        "end marker": EOI,
        "zeros": bytes(missing),
        "zeros and end marker": bytes(missing - 2) + EOI,
        "many zeros and end marker": bytes(9_000) + EOI,
    }


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("grey", [False, True], ids=["colour", "grey"])
def test_a_missing_lower_part_is_detected(writer: str, grey: bool) -> None:
    random = Random(f"{writer} {grey}")
    picture = room(random.randrange(99), SIZE).convert("L" if grey else "RGB")
    data = encoded(picture, "JPEG", **WRITERS[writer])
    first = data.index(b"\xff\xda") + 20
    for _ in range(25):
        cut = random.randrange(first, len(data) * 95 // 100)
        for name, tail in tails(len(data) - cut).items():
            assert reason(data[:cut] + tail) in {"truncated", "flat"}, (name, cut)


def test_a_progressive_picture_with_missing_scans_is_detected() -> None:
    """Cut within its last scan with an end marker put after it, it lacks some detail's last bit: that is let be."""
    data = encoded(room(5, SIZE), "JPEG", progressive=True)
    whole, last_scan = shown(data), data.rindex(b"\xff\xda")
    random = Random(5)
    for _ in range(40):
        cut = random.randrange(data.index(b"\xff\xda") + 20, last_scan)
        assert reason(data[:cut] + EOI) == "truncated", cut
    for cut in range(last_scan + 20, len(data) - 40, 97):
        assert reason(data[:cut]) == "truncated", cut
        assert difference(shown(data[:cut] + EOI), whole) < 4


@pytest.mark.parametrize("options", [*WRITERS.values(), {"progressive": True}], ids=str)
def test_without_its_end_marker_only_it_is_whole(options: dict[str, Any]) -> None:
    data = encoded(room(6, SIZE), "JPEG", **options)
    for end in (b"", b"\xff", b"\xff\xff"):
        assert difference(shown(data[:-2] + end), shown(data)) == 0


@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True, "optimize": True}], ids=str)
@pytest.mark.parametrize("colour", [(128, 128, 128), (0, 0, 0), (255, 255, 255), (127, 128, 128)], ids=str)
def test_a_picture_that_really_ends_in_one_colour_is_accepted(options: dict[str, Any], colour: tuple[int, ...]) -> None:
    picture = room(7, SIZE)
    picture.paste(colour, (0, 40, *SIZE))
    data = encoded(picture, "JPEG", **options)
    assert difference(shown(data), picture) < 8
    assert difference(shown(data[:-2]), shown(data)) == 0


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE, 0xDB, 0xC4], ids=hex)
@pytest.mark.parametrize("stray", [b"\0", b"\4\6\0\0", b"\0\0\0", b"abc" * 50, b"\xff\xff\0"], ids=repr)
def test_stray_bytes_between_segments_are_ignored(marker: int, stray: bytes) -> None:
    """Behind the first segment of that kind, whether it is kept or left out; libjpeg skips them with a warning."""
    data = encoded(room(8, SIZE), "JPEG")
    if bytes((0xFF, marker)) not in data:
        data = data[:2] + segment(marker, b"Adobe\0\x64\0\0\0\0\1" if marker == 0xEE else b"Exif\0\0") + data[2:]
    start = data.index(bytes((0xFF, marker)))
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    assert difference(shown(data[:end] + stray + data[end:]), shown(data)) == 0
