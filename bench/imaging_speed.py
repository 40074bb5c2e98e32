"""`process` against the naive variant, on pictures of 1536x1024: `python -m bench.imaging_speed [pictures] [rounds]`.

The pictures are mosaics of four listing photos from the captures, as JPEG, WebP and PNG. CPU time, alternated, medians;
hashes and PNG pixels must be equal.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import imagehash
import numpy as np
from PIL import Image, ImageOps

from bench.command_line import command_line, perhaps, whole
from phx_scraper.imaging import process
from tests.captures import CAPTURES
from tests.unit.imaging.pictures import encoded

FORMATS = {"JPEG": {"quality": 85}, "WEBP": {"quality": 80}, "PNG": {}}
LANCZOS = Image.Resampling.LANCZOS


def mosaics(count: int) -> list[Image.Image]:
    files = sorted((CAPTURES / "neardup" / "houses").glob("*.jpg"))
    made = []
    for first in range(0, 4 * count, 4):
        sheet = Image.new("RGB", (1536, 1024))
        for part in range(4):
            with Image.open(files[(first + part) % len(files)]) as photo:
                tile = ImageOps.fit(photo.convert("RGB"), (768, 512), LANCZOS)
            sheet.paste(tile, (part % 2 * 768, part // 2 * 512))
        # Every format starts from the JPEG's pixels, as a site's own re-encoding does.
        made.append(Image.open(io.BytesIO(encoded(sheet, "JPEG", quality=85))).convert("RGB"))
    return made


def naive(data: bytes) -> tuple[str, str, bytes]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    hashes = str(imagehash.phash(image)), str(imagehash.dhash(image))
    image.thumbnail((1024, 1024), LANCZOS)
    return *hashes, encoded(image)


def ours(data: bytes) -> tuple[str, str, bytes]:
    result = process(data)
    return result.phash, result.dhash, result.png


def spent(variant: Callable[[bytes], object], files: list[bytes]) -> float:
    """Milliseconds of CPU a picture."""
    started = time.process_time()
    for data in files:
        variant(data)
    return (time.process_time() - started) * 1000 / len(files)


def unequal(files: list[bytes]) -> int:
    """Pictures whose hashes or stored pixels differ between the variants."""
    count = 0
    for data in files:
        first, second = naive(data), ours(data)
        pixels = [np.asarray(Image.open(io.BytesIO(each[2]))) for each in (first, second)]
        count += first[:2] != second[:2] or not np.array_equal(*pixels)
    return count


def main(count: int, rounds: int) -> None:
    images = mosaics(count)
    for name, options in FORMATS.items():
        files = [encoded(image, name, **options) for image in images]
        different = unequal(files)
        figures = [(spent(naive, files), spent(ours, files)) for _ in range(rounds)]
        slow, fast = (statistics.median(column) for column in zip(*figures, strict=True))
        sizes = [sum(len(variant(data)[2]) for data in files) for variant in (naive, ours)]
        print(
            f"{name:5s} naive {slow:6.1f} ms  ours {fast:6.1f} ms  ratio {fast / slow:.3f}  "
            f"PNG size {sizes[1] / sizes[0] - 1:+.1%}  unequal {different} of {count}"
        )


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "pictures", 12, whole(), "how many")
    perhaps(parser, "rounds", 5, whole(), "how often each variant")
    main(*vars(parser.parse_args()).values())
