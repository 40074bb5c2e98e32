"""Odd but valid pictures come out upright, in the right colours, on white (fault matrix 20)."""

from __future__ import annotations

import io

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from phx_scraper.imaging import process
from phx_scraper.imaging.containers.jpeg import open_jpeg
from tests.unit.imaging.pictures import SMALL, difference, encoded, room, stored
from tests.unit.imaging.raw_png import assembled, chunk, header, interlaced_rgb, rows, sixteen_bit_rgb

SIZE = (90, 60)


def shown(data: bytes) -> Image.Image:
    return stored(process(data, SMALL).png)


def with_orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[274] = value
    return exif


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("value", range(1, 9))
def test_every_orientation_ends_upright(name: str, value: int) -> None:
    data = encoded(room(1, SIZE), name, exif=with_orientation(value))
    with Image.open(io.BytesIO(data)) as opened:
        expected = ImageOps.exif_transpose(opened).convert("RGB")
    result = process(data, SMALL)
    assert difference(stored(result.png), expected) == 0
    assert (result.original_width, result.original_height) == expected.size
    assert (result.phash, result.dhash) == (str(imagehash.phash(expected)), str(imagehash.dhash(expected)))


def test_all_orientations_of_one_photo_have_equal_hashes() -> None:
    upright = room(2, (160, 120))
    undo = {
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }
    turned = {value: encoded(upright.transpose(turn), exif=with_orientation(value)) for value, turn in undo.items()}
    assert {process(data, SMALL).phash for data in turned.values()} == {process(encoded(upright), SMALL).phash}


def test_no_orientation_from_xmp_nor_from_damaged_exif() -> None:
    """Browsers heed neither, and people judge a picture by what browsers show."""
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    assert shown(encoded(room(1, SIZE), "JPEG", xmp=xmp)).size == SIZE
    for damaged in (b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"\0" * 40):
        assert shown(encoded(room(1, SIZE), "JPEG", exif=damaged)).size == SIZE


def swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries have changed places, and its name with them."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"#XYZ").replace(b"bXYZ", b"rXYZ").replace(b"#XYZ", b"bXYZ")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_profiles_are_turned_into_srgb(name: str) -> None:
    image = room(3, SIZE)
    plain = shown(encoded(image, name))
    red, green, blue = plain.split()
    expected = Image.merge("RGB", (blue, green, red))
    assert difference(shown(encoded(image, name, icc_profile=swapped_profile())), expected) < 2
    assert difference(plain, expected) > 10


def test_srgb_and_unfit_profiles_change_nothing() -> None:
    image = room(4, SIZE)
    plain = shown(encoded(image))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (srgb, lab, b"no profile at all", swapped_profile()[:300]):
        assert difference(shown(encoded(image, icc_profile=profile)), plain) == 0


def test_transparency_becomes_white() -> None:
    image = room(5, SIZE)
    alpha = Image.new("L", SIZE, 255)
    alpha.paste(0, (0, 0, 45, 60))
    expected = image.copy()
    expected.paste((255, 255, 255), (0, 0, 45, 60))
    rgba = image.copy()
    rgba.putalpha(alpha)
    assert difference(shown(encoded(rgba)), expected) == 0
    assert difference(shown(encoded(rgba, "WEBP", lossless=True)), expected) == 0
    grey = image.convert("L")
    grey_expected = expected.convert("L").convert("RGB")
    assert difference(shown(encoded(Image.merge("LA", (grey, alpha)))), grey_expected) == 0
    opaque = image.copy()
    opaque.putalpha(255)
    assert difference(shown(encoded(opaque)), image) == 0


def test_palettes_with_and_without_transparency() -> None:
    palette = room(6, SIZE).quantize(64)
    expected = palette.convert("RGB")
    assert difference(shown(encoded(palette)), expected) == 0
    assert difference(shown(encoded(palette, "GIF")), expected) < 1
    see_through = palette.getpixel((10, 10))
    assert isinstance(see_through, int)
    result = shown(encoded(palette, transparency=see_through))
    assert result.getpixel((10, 10)) == (255, 255, 255)


def test_grey_and_bilevel_pictures() -> None:
    grey = room(7, SIZE).convert("L")
    for image in (grey, grey.convert("1")):
        assert difference(shown(encoded(image)), image.convert("RGB")) == 0
    assert difference(shown(encoded(grey, "JPEG", quality=95)), grey.convert("RGB")) < 3


def without_adobe_marker(jpeg: bytes) -> bytes:
    start = jpeg.index(b"\xff\xee")
    length = int.from_bytes(jpeg[start + 2 : start + 4], "big")
    return jpeg[:start] + jpeg[start + 2 + length :]


def test_cmyk_with_and_without_adobe_marker_as_browsers_show_it() -> None:
    cmyk = room(8, SIZE).convert("CMYK")
    inverted = encoded(cmyk, "JPEG", quality=95)
    for data in (inverted, without_adobe_marker(inverted), encoded(cmyk, "TIFF")):
        assert difference(shown(data), cmyk.convert("RGB")) < 4


@pytest.mark.parametrize(
    ("gamma", "expected"), [(1.0, 188), (0.45455, 128), (0.44, 128), (0.6, 153), (0.0, 128), (21474.83647, 128)]
)
def test_a_png_of_another_gamma_is_shown_as_browsers_do(gamma: float, expected: int) -> None:
    """The expected greys are what IEC 61966-2-1 makes of (128 / 255) ** (1 / gamma)."""
    samples = np.full((60, 90, 3), 128, np.uint8)
    samples[:30, :, 0] = 255
    data = assembled(header(*SIZE), rows(samples), chunk(b"gAMA", round(gamma * 100_000).to_bytes(4, "big")))
    grey = shown(data).getpixel((10, 50))
    assert isinstance(grey, tuple)
    assert max(abs(value - expected) for value in grey) <= 1


@pytest.mark.parametrize("better", [chunk(b"sRGB", b"\0"), chunk(b"cICP", b"\1\15\0\1")], ids=["sRGB", "cICP"])
def test_a_colour_profile_has_precedence_over_gamma(better: bytes) -> None:
    image = room(9, SIZE)
    gamma = chunk(b"gAMA", (100_000).to_bytes(4, "big"))
    assert difference(shown(assembled(header(*SIZE), rows(np.asarray(image)), gamma, better)), image) == 0


def test_sixteen_bit_samples_keep_their_brightness() -> None:
    image = room(9, SIZE)
    deep = np.asarray(image).astype(np.uint16) * 257
    assert difference(shown(sixteen_bit_rgb(deep)), image) == 0
    grey = np.asarray(image.convert("L"))
    expected = image.convert("L").convert("RGB")
    for name in ("PNG", "TIFF"):
        assert difference(shown(encoded(Image.fromarray(grey.astype(np.uint16) * 257), name)), expected) == 0
    assert difference(shown(encoded(Image.fromarray(grey.astype(np.int32) * 257), "TIFF")), expected) < 1
    assert difference(shown(encoded(Image.fromarray((grey / 255).astype(np.float32)), "TIFF")), expected) < 1


def test_progressive_and_interlaced_pictures() -> None:
    image = room(10, SIZE)
    baseline = shown(encoded(image, "JPEG", quality=90))
    assert difference(shown(encoded(image, "JPEG", quality=90, progressive=True)), baseline) == 0
    assert difference(shown(interlaced_rgb(np.asarray(image))), image) == 0


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_first_frame_of_an_animation_counts(name: str) -> None:
    frames = [room(seed, SIZE) for seed in (11, 12, 13)]
    animated = shown(encoded(frames[0], name, save_all=True, append_images=frames[1:]))
    assert difference(animated, frames[0]) < difference(animated, frames[1]) / 2


def test_metadata_does_not_reach_the_jpeg_reader() -> None:
    data = encoded(
        room(14, SIZE), "JPEG", exif=with_orientation(1), comment=b"a comment", icc_profile=swapped_profile()
    )
    walked = open_jpeg(data)
    assert walked.exif
    assert walked.profile == swapped_profile()
    for gone in (b"Exif", b"a comment", b"ICC_PROFILE"):
        assert gone not in walked.picture


def test_bytes_behind_a_jpegs_end_are_ignored() -> None:
    data = encoded(room(15, SIZE), "JPEG")
    assert difference(shown(data + b"\0" * 900), shown(data)) == 0
    assert difference(shown(data + data), shown(data)) == 0


def test_a_gif_with_junk_in_place_of_its_trailer() -> None:
    data = encoded(room(16, SIZE), "GIF")
    for tail in (b"", b"GIF89a junk", b"\0" * 500, b"\xff\xfe"):
        assert difference(shown(data[:-1] + tail), shown(data)) == 0
