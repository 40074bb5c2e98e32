"""What a thumbnail adds to the CPU of a picture: `python scripts/thumbnail_cost.py FOLDER_OF_PHOTOS [ROUNDS]`.

Least CPU time of several rounds for each photo, all of `process` and the thumbnail's part in it; then every common way
to encode a small picture, with its size. Wall clock plays no part, so it may run beside other work.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line, folder, perhaps, whole
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import process
from phx_scraper.imaging.decode import decode
from phx_scraper.imaging.image_options import DEFAULT
from phx_scraper.imaging.quality import reduce_for_measuring
from phx_scraper.imaging.standardise import standardise
from phx_scraper.imaging.thumbnail import make_thumbnail, thumbnail_of

WAYS: dict[str, dict[str, Any]] = {
    "JPEG 75": {"format": "JPEG", "quality": 75},
    "WebP 70, method 0": {"format": "WEBP", "quality": 70, "method": 0},
    "WebP 70, method 4": {"format": "WEBP", "quality": 70, "method": 4},
}


def milliseconds(work: Callable[..., object], inputs: Sequence[tuple[Any, ...]], rounds: int) -> float:
    """Mean over the inputs of the least CPU time of each."""
    total = 0.0
    for values in inputs:
        spent = []
        for _ in range(rounds):
            began = time.thread_time()
            work(*values)
            spent.append(time.thread_time() - began)
        total += min(spent)
    return 1000 * total / len(inputs)


def usable(folder: Path) -> list[bytes]:
    """The photos of a folder that are accepted."""
    found = []
    for path in sorted(folder.rglob("*.jp*g")):
        data = path.read_bytes()
        try:
            process(data)
        except BadPhoto:
            continue
        found.append(data)
    return found


def encoded(image: Image.Image, options: dict[str, Any]) -> bytes:
    """A small picture by Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def main(folder: Path, rounds: int) -> None:
    """Print the table."""
    files = usable(folder)
    pixels = [standardise(decode(data, DEFAULT.max_pixels).image, DEFAULT.max_dimension) for data in files]
    pairs = [(picture, reduce_for_measuring(picture)) for picture in pixels]
    whole, part = milliseconds(process, [(data,) for data in files], rounds), milliseconds(thumbnail_of, pairs, rounds)
    kept = [process(data) for data in files]
    later = milliseconds(make_thumbnail, [(picture.png,) for picture in kept], rounds)
    print(f"{len(files)} photos: {whole:.2f} ms a picture, {part:.2f} ms of it its thumbnail: {part / whole:.1%}")
    print(f"made later from the stored picture: {later:.2f} ms")
    print(f"{sum(len(picture.thumbnail) for picture in kept) / len(kept) / 1024:.1f} KB a thumbnail")
    small = [(Image.open(io.BytesIO(picture.thumbnail)).convert("RGB"),) for picture in kept]
    for name, options in WAYS.items():
        size = sum(len(encoded(*one, options)) for one in small) / len(small) / 1024
        print(f"  {name}: {milliseconds(lambda one: encoded(one, options), small, rounds):.2f} ms, {size:.1f} KB")  # noqa: B023


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    parser.add_argument("folder", type=folder, metavar="FOLDER", help="its photos, and those of folders in it")
    perhaps(parser, "rounds", 3, whole(), "how often each photo")
    main(*vars(parser.parse_args()).values())
