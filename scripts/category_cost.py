"""What categories add to the CPU of a picture: `python scripts/category_cost.py FOLDER_OF_PHOTOS [ROUNDS]`.

Least CPU time of several rounds for each photo: the square that the image worker makes, then what the model does
with it; and what it takes where the stored picture is decoded instead. One thread; needs the extra `[vision]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line, folder, perhaps, whole
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import process
from phx_scraper.imaging.categories.vision import open_vision, predict
from phx_scraper.imaging.decode import decode
from phx_scraper.imaging.image_options import DEFAULT
from phx_scraper.imaging.square import Pixels, square_of
from phx_scraper.imaging.standardise import standardise


def stored(path: Path) -> tuple[Pixels, bytes] | None:
    """The pixels of a picture as it is stored, and its file; None for one that is not accepted."""
    data = path.read_bytes()
    try:
        return np.asarray(standardise(decode(data, DEFAULT.max_pixels).image, DEFAULT.max_dimension)), process(data).png
    except BadPhoto:
        return None


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The least CPU time of several rounds, of all threads."""
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return 1000 * min(spent)


def main(folder: Path, rounds: int) -> None:
    """Print the sums."""
    cv2.setNumThreads(1)
    vision = open_vision()
    rows = []
    for pixels, png in filter(None, map(stored, sorted(folder.rglob("*.jp*g")))):
        square, data = square_of(pixels), np.frombuffer(png, np.uint8)
        works: tuple[Callable[[], object], ...] = (
            lambda pixels=pixels: square_of(pixels).tobytes(),
            lambda square=square: predict(square, vision),
            lambda data=data: cv2.imdecode(data, cv2.IMREAD_COLOR_RGB),
        )
        rows.append([milliseconds(work, rounds) for work in works])
    made, seen, decoded = np.mean(rows, axis=0)
    print(f"{len(rows)} photos, ms CPU a picture: square {made:.2f} + model {seen:.2f} = {made + seen:.2f}")
    print(f"decoded from the store instead: {made + seen + decoded:.2f}")


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    parser.add_argument("folder", type=folder, metavar="FOLDER", help="its photos, and those of folders in it")
    perhaps(parser, "rounds", 3, whole(), "how often each photo")
    main(*vars(parser.parse_args()).values())
