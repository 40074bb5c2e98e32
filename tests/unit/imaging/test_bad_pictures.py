"""Bytes that give no usable picture end as BadPhoto with a reason (reliability rows 15 to 18 and 21)."""

from __future__ import annotations

import io
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, process
from phx_scraper.imaging.containers import container
from phx_scraper.imaging.decode import decode
from tests.unit.imaging.pictures import SMALL, encoded, room
from tests.unit.imaging.raw_png import assembled, bomb, chunk, header, rows

SIZE = (90, 60)
NAMES = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"]


def reason(data: bytes, options: Options = SMALL) -> str:
    with pytest.raises(BadPhoto) as caught:
        process(data, options)
    return caught.value.reason


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "text")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Are you a robot?</body></html>", "html"),
        (b"\xef\xbb\xbf\n  <HTML lang=en>", "html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "not_image"),
        (b"%PDF-1.7\n", "not_image"),
        (b'{"error": "not found"}', "not_image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported_format"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomiso2", "not_image"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "unsupported_format"),
        (b"8BPS\0\1", "unsupported_format"),
        (b"\xff\xd8\xff\xe0<html>captcha</html>", "truncated"),
        (b"GIF89a", "truncated"),
        (b"BM", "decode_error"),
        (b"II*\0", "decode_error"),
        (b"RIFF\0\0\0\0WEBP", "decode_error"),
    ],
)
def test_other_file_formats_are_named(data: bytes, expected: str) -> None:
    assert reason(data) == expected
    assert reason(data + bytes(40)) in {expected, "not_image", "decode_error", "truncated"}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("tail", [zipped(), b"<script>alert(1)</script>", b"<?php evil(); ?>", b"%PDF-1.4"])
def test_polyglots_are_refused(name: str, tail: bytes) -> None:
    assert reason(encoded(room(1, SIZE), name) + tail) == "not_image"


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_picture_is_never_accepted(name: str) -> None:
    data = encoded(room(2, SIZE), name)
    process(data, SMALL)
    lengths = {len(data) * percent // 100 for percent in range(1, 100)} | {len(data) - 2}
    # A JPEG that lacks its end marker only has all its pixels.
    for length in lengths - {len(data) - 2, len(data) - 1} if name == "JPEG" else lengths:
        assert reason(data[:length]) in {"truncated", "decode_error", "not_image"}, length


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture() -> None:
    thumbnail = encoded(room(3, (32, 24)), "JPEG")
    data = encoded(room(3, SIZE), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + thumbnail)
    process(data, SMALL)
    assert reason(data[: len(data) * 9 // 10]) == reason(data[: len(data) // 2]) == "truncated"


@pytest.mark.parametrize("size", [(12_000, 12_000), (20_000, 20_000)], ids=str)
def test_pixel_bombs_are_not_decoded(size: tuple[int, int]) -> None:
    data = bomb(*size)
    assert len(data) < 200_000
    assert reason(data) == "too_many_pixels"


@pytest.mark.parametrize("name", NAMES)
def test_the_pixel_limit_holds_in_every_format(name: str) -> None:
    data = encoded(room(4, SIZE), name)
    assert reason(data, Options(min_width=1, min_height=1, max_pixels=90 * 60 - 1)) == "too_many_pixels"


def png_with(*extra: bytes) -> bytes:
    pixels = np.asarray(room(5, SIZE))
    return assembled(header(*SIZE), rows(pixels), *extra)


def test_decompression_bombs_in_chunks_are_refused() -> None:
    zeros = zlib.compress(bytes(20 * 2**20), 9)
    for hostile in (
        chunk(b"zTXt", b"Comment\0\0" + zeros),
        chunk(b"iTXt", b"Comment\0\1\0en\0\0" + zeros),
        chunk(b"iCCP", b"profile\0\0" + zeros),
    ):
        assert reason(png_with(hostile)) == "too_large"
    process(png_with(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"harmless"))), SMALL)
    process(png_with(chunk(b"iCCP", b"profile\0\0not deflate")), SMALL)


def test_a_profile_of_absurd_size_is_refused() -> None:
    data = encoded(room(6, SIZE), "JPEG")
    part = b"\xff\xe2" + (65_000).to_bytes(2, "big") + b"ICC_PROFILE\0\1\1" + bytes(65_000 - 16)
    assert reason(data[:2] + part * 140 + data[2:]) == "too_large"


def test_frame_and_scan_bombs_are_refused() -> None:
    gif = encoded(room(7, SIZE), "GIF")
    frame = b"\x2c" + bytes(4) + b"\1\0\1\0\0\2\2\x4c\1\0"
    assert reason(gif[:-1] + frame * (container.MAX_FRAMES + 1) + gif[-1:]) == "decode_error"
    assert reason(png_with(*[chunk(b"fcTL", bytes(26))] * (container.MAX_FRAMES + 1))) == "decode_error"
    jpeg = encoded(room(7, SIZE), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    assert reason(jpeg[:-2] + jpeg[last:-2] * container.MAX_SCANS + jpeg[-2:]) == "decode_error"


def test_flat_pictures_are_named() -> None:
    rng = np.random.default_rng(3)
    noise = np.clip(rng.normal(200, 1.5, (300, 400, 3)), 0, 255).astype(np.uint8)
    for flat in (Image.new("RGB", (400, 300), "navy"), Image.new("L", (400, 300), 255), Image.fromarray(noise)):
        for name in ("PNG", "JPEG"):
            assert reason(encoded(flat, name)) == "flat"


def test_a_picture_without_structure_is_accepted_but_its_hashes_are_ignored() -> None:
    ramp = np.tile(np.linspace(40, 220, 400), (300, 1)).astype(np.uint8)
    assert process(encoded(Image.fromarray(ramp)), SMALL).flat
    assert not process(encoded(room(8, SIZE)), SMALL).flat


def test_out_of_memory_is_a_bad_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("phx_scraper.imaging.decode.to_rgb", exhausted)
    assert reason(encoded(room(9, SIZE))) == "decode_error"
    monkeypatch.undo()
    monkeypatch.setattr("phx_scraper.imaging.process_image.hash_image", exhausted)
    assert reason(encoded(room(9, SIZE))) == "decode_error"


def test_reasons_carry_a_short_detail() -> None:
    with pytest.raises(BadPhoto) as caught:
        decode(encoded(room(10, SIZE))[:-40] + b"x" * 40, 10**6)
    assert 0 < len(caught.value.detail) <= 200
