"""Untrusted bytes to an upright RGB picture, or BadPhoto. All pictures are decoded here."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging.containers.avif import open_avif
from phx_scraper.imaging.containers.bmp import open_bmp
from phx_scraper.imaging.containers.container import Container, require_pixels
from phx_scraper.imaging.containers.gif import open_gif
from phx_scraper.imaging.containers.jpeg import open_jpeg
from phx_scraper.imaging.containers.jpeg_completeness import require_all_blocks
from phx_scraper.imaging.containers.png import open_png
from phx_scraper.imaging.containers.webp import open_webp
from phx_scraper.imaging.format_detection import detect_format
from phx_scraper.imaging.orientation import orientation
from phx_scraper.imaging.rgb_conversion import to_rgb

# Pillow's type for a file's metadata.
_Info: TypeAlias = Mapping[Any, Any]
# Readers by name instead of Image.open, which would try others and warn about sizes by a process-wide limit.
_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
}
_CONTAINERS: dict[str, Callable[[bytes], Container]] = {
    "JPEG": open_jpeg,
    "PNG": open_png,
    "GIF": open_gif,
    "AVIF": open_avif,
    "BMP": open_bmp,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Decoded:
    """An upright picture in mode RGB, and the name of the format it came in."""

    image: Image.Image
    format: str


def decode(data: bytes, max_pixels: int) -> Decoded:
    """The first frame of the picture in `data`, upright, in sRGB, on white.

    Raises BadPhoto: `empty`, `html`, `not_image`, `unsupported_format`, `truncated`, `too_many_pixels`, `too_large`
    (a decompression bomb in its metadata) or `decode_error`; never anything else.
    """
    try:
        name = detect_format(data)
        container = _open(name, data, max_pixels)
        return Decoded(_picture(name, container, max_pixels), name)
    except BadPhoto:
        raise
    # Decoders raise any kind of exception for hostile bytes, so all are caught.
    except Exception as error:
        raise _bad_photo(error) from error


def _open(name: str, data: bytes, max_pixels: int) -> Container:
    if name == "WEBP":
        return open_webp(data, max_pixels)
    if name == "TIFF":
        # EXIF blocks are TIFF structures themselves; Pillow turns a TIFF upright.
        return Container(data)
    return _CONTAINERS[name](data)


def _picture(name: str, container: Container, max_pixels: int) -> Image.Image:
    image = _READERS[name](io.BytesIO(container.picture))
    require_pixels(image.size, max_pixels)
    image.load()
    if name == "JPEG":
        require_all_blocks(container.picture, image, container.has_end)
    turn = _TURNS.get(_orientation(name, container, image.info))
    upright = to_rgb(image, container.profile or _info_bytes(image.info, "icc_profile"), container.gamma)
    return upright if turn is None else upright.transpose(turn)


def _orientation(name: str, container: Container, info: _Info) -> int:
    # Pillow turns a TIFF upright while loading; turning it again would undo that.
    if name == "TIFF":
        return 1
    return orientation(container.exif or _info_bytes(info, "exif"))


def _info_bytes(info: _Info, key: str) -> bytes:
    value = info.get(key)
    return value if isinstance(value, bytes) else b""


def _bad_photo(error: Exception) -> BadPhoto:
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return BadPhoto("too_many_pixels", str(error))
    if isinstance(error, MemoryError):
        return BadPhoto("decode_error", "out of memory")
    reason = "truncated" if "truncated" in str(error).lower() else "decode_error"
    return BadPhoto(reason, f"{type(error).__name__}: {error}"[:200])
