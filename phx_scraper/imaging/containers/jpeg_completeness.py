"""Whether all coded data of a JPEG is there: a decoder fills what is missing and reports success.

libjpeg decodes missing blocks as zero coefficients, which is mid grey (jdhuff.c, `insufficient_data`), and skips bytes
behind the last block ("extraneous bytes before marker"). So bytes added before the end marker change the picture
exactly when blocks are missing. Two more decodings are too slow for every picture: only those that end in grey, in a
run of zeros, or without an end marker are decoded again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image, JpegImagePlugin

from phx_scraper.errors import BadPhoto

EOI = b"\xff\xd9"
_CORNER = 4
_GREY = (127, 128)
# Bytes that fill many blocks; FF would begin a marker. The last probe is for pictures with restart intervals, where
# the decoder needs one of eight markers to continue.
_FILLING = tuple(bytes((first + 37 * step) % 251 for step in range(2_048)) for first in (0x5A, 0xD6))
_RESTARTS = b"".join(bytes((0xFF, marker)) + _FILLING[0] for marker in range(0xD0, 0xD8))
_PROBES = (*_FILLING, _RESTARTS)
# An encoder fills its last byte with ones, so coded data never ends in many unused zero bytes.
_ZEROS, _SURPLUS = 32, 16


def require_all_blocks(picture: bytes, image: Image.Image, has_end: bool) -> None:
    """Raise BadPhoto(`truncated`) where `image`, decoded from `picture`, lacks blocks; `picture` ends with EOI."""
    coded = picture.removesuffix(EOI)
    ends_in_zeros = not coded[-_ZEROS:].strip(b"\0")
    if has_end and not ends_in_zeros and not _ends_in_grey(image):
        return
    if ends_in_zeros and _same(image, [coded[:-_SURPLUS]]):
        raise BadPhoto("truncated", "zeros stand where picture data should be")
    coded = coded.rstrip(b"\xff")
    if not _same(image, [coded + probe for probe in _PROBES]):
        raise BadPhoto("truncated", "the lower part of the picture is missing")


def _ends_in_grey(image: Image.Image) -> bool:
    corner = image.crop((max(0, image.width - _CORNER), max(0, image.height - _CORNER), image.width, image.height))
    samples = np.asarray(corner)
    return bool(samples.min() >= _GREY[0] and samples.max() <= _GREY[1])


def _same(image: Image.Image, coded: Iterable[bytes]) -> bool:
    wanted = image.tobytes()
    return all(_decoded(data + EOI).tobytes() == wanted for data in coded)


def _decoded(picture: bytes) -> Image.Image:
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(picture))
    image.load()
    return image


class ScanCoverage:
    """Which bits of the first component, the brightness, the scans of a progressive JPEG send (T.81, G.1.1)."""

    def __init__(self) -> None:
        self._component: int | None = None
        self._missing = set(range(64))

    def frame(self, body: bytes) -> None:
        """Note a progressive frame's header: T.81, B.2.2."""
        self._component = body[6] if len(body) > 6 else None

    def scan(self, body: bytes) -> None:
        """Note a scan's header: T.81, B.2.3; the data of the scan may still be cut."""
        count = body[0] if body else 0
        if self._component is None or len(body) < 4 + 2 * count:
            return
        first, last, bits = body[1 + 2 * count : 4 + 2 * count]
        is_last_bit = bits & 0x0F == 0
        if is_last_bit and self._component in body[1 : 1 + 2 * count : 2]:
            self._missing.difference_update(range(first, last + 1))

    def require_all(self) -> None:
        """Raise BadPhoto(`truncated`) where whole scans of a progressive picture are missing."""
        if self._component is not None and self._missing:
            raise BadPhoto("truncated", f"the last bits of {len(self._missing)} of 64 coefficients were never sent")
