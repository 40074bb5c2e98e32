"""Homes whose pictures look alike by their hashes, registered by one process or several; no network, no pictures.

Usage: python -m tests.unit.storage.hash_pairs FOLDER race PROCESSES | kill ROUNDS
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from phx_scraper.homes import parse_inline
from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.imaging.hashing import HASH_VERSION
from phx_scraper.model.image import Image, PhotoImage
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Decision, Fetched, Photo
from phx_scraper.model.visit import DueVisit
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import leases, listings, photos, registration
from phx_scraper.storage.catalogue.catalogue import Catalogue
from tests.catalogue_calls import write
from tests.catalogue_places import catalogue_at
from tests.unit.storage.catalogue_helpers import finish_visit

RUN = "run00001"
HOMES_EACH, PHOTOS = 6, 8
_TIMEOUT = 60  # seconds that one process waits for the others

Hashes = tuple[str, str]
Kept = Callable[[str], None]


def image_of(name: str, phash: str, dhash: str = "", **changes: object) -> Image:
    digest = name.encode().hex().ljust(64, "0")[:64]
    values: dict[str, object] = {"hash_version": HASH_VERSION, **changes}
    return Image(
        raw_sha256=digest,
        content_hash=digest,
        phash=phash,
        dhash=dhash or phash,
        width=10,
        height=10,
        original_width=10,
        original_height=10,
        original_format="JPEG",
        raw_bytes=7,
        raw_path=None,
        path=f"processed/{digest[:8]}/{digest}.png",
        file_size_bytes=7,
        **values,  # type: ignore[arg-type]
    )


def clustered_hashes(count: int, seed: int) -> list[Hashes]:
    """Hashes around a few centres, at distances about the limits of the rule; half of them just within or beyond."""
    rng = random.Random(seed)
    centres = [
        (random.Random(number).getrandbits(64), random.Random(-number).getrandbits(64)) for number in range(1, 9)
    ]
    made = []
    for _ in range(count):
        phash, dhash = rng.choice(centres)
        for bit in rng.sample(range(64), rng.choice((0, 1, 4, 8, 9))):
            phash ^= 1 << bit
        for bit in rng.sample(range(64), rng.choice((0, 3, 12, 13))):
            dhash ^= 1 << bit
        made.append((f"{phash:016x}", f"{dhash:016x}"))
    return made


def brute_force(catalogue: Catalogue, distance: int = 8, dhash_distance: int = 12) -> set[tuple[str, str]]:
    """All pairs of comparable images within the distances, each compared with each."""
    with catalogue.reading() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT raw_sha256, phash, dhash FROM images WHERE hash_version = '{HASH_VERSION}' AND NOT flat"
        ).all()
    known = sorted((row[0], int(row[1], 16), int(row[2], 16)) for row in rows)
    return {
        (one[0], two[0])
        for one, two in itertools.combinations(known, 2)
        if (one[1] ^ two[1]).bit_count() <= distance and (one[2] ^ two[2]).bit_count() <= dhash_distance
    }


def recorded(catalogue: Catalogue) -> list[tuple[str, str]]:
    with catalogue.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT raw_sha256, other_sha256 FROM lookalikes")]


def put_home(catalogue: Catalogue, number: int, images: Sequence[Image], kept: Kept = lambda sha256: None) -> str:
    """Register a home, store these pictures as its photos, finish its visit; `kept` is told of each when it is safe."""
    (home,), _ = parse_inline(f"{100 + number} E Camelback Rd, Phoenix, AZ 85016")
    write(catalogue, registration.register, [home], ["zillow"], RUN)
    lease = write(catalogue, leases.lease, DueVisit(home.property_hash, "zillow"), RUN, f"holder{number}", 2.0)
    assert lease is not None
    shown = tuple(Photo(f"key{place}", place, f"https://x/{place}.jpg") for place in range(1, len(images) + 1))
    rows = write(
        catalogue,
        listings.record,
        lease,
        Listing("zillow", "https://x", home.address, {}, "for_sale", None, None, shown),
        3.0,
    )
    for row, image in zip(rows, images, strict=True):
        assert write(catalogue, photos.store, row.photo_id, image, Fetched(row.url, 3.0), 0, 3.0)
        kept(image.raw_sha256)
    finish_visit(catalogue, lease, "ok", "", keep_all, 4.0)
    return home.property_hash


def keep_all(images: Sequence[PhotoImage]) -> list[Decision]:
    return [Decision(image.photo_id, "stored") for image in images]


def register(path: Path, process: int, kept: Kept, ready: Callable[[], object] = lambda: None) -> None:
    """What one process of several does: its homes one after the other, each compared with all that is known.

    `ready` is called before each home.
    """
    catalogue, index = catalogue_at(path), NearDuplicateIndex(PLAIN)
    hashes = clustered_hashes(HOMES_EACH * PHOTOS, process)
    for home in range(HOMES_EACH):
        ready()
        part = hashes[home * PHOTOS : (home + 1) * PHOTOS]
        images = [image_of(f"{process}-{home}-{place}", *each) for place, each in enumerate(part)]
        put_home(catalogue, process * HOMES_EACH + home, images, kept)
        index.catch_up(catalogue)
    catalogue.close()


def forked(path: Path, process: int, ready: Callable[[], object] = lambda: None) -> tuple[int, Iterator[str]]:
    """Register in a child; its id, and the line that it writes for each photo once that is safe."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            register(path, process, lambda sha256: os.write(theirs, f"{sha256}\n".encode()) and None, ready)
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    os.close(theirs)
    return child, iter(os.fdopen(ours, encoding="ascii"))


def race(path: Path, processes: int) -> None:
    """All at once, home after home: nobody gets ahead of the others by more than one."""
    barrier = multiprocessing.get_context("fork").Barrier(processes)
    running = [forked(path, number, partial(barrier.wait, _TIMEOUT)) for number in range(processes)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in running]
    assert codes == [0] * processes, codes


def kill(path: Path, rounds: int) -> None:
    """One after the other, each killed once it has stored some photos; prints what it had said were safe."""
    rng = random.Random(1)
    for process in range(rounds):
        child, lines = forked(path, process)
        safe = list(itertools.islice(lines, rng.randrange(1, HOMES_EACH * PHOTOS)))
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]) or len(safe) == HOMES_EACH * PHOTOS
        sys.stdout.writelines([*safe, *lines])


if __name__ == "__main__":
    {"race": race, "kill": kill}[sys.argv[2]](Path(sys.argv[1]), int(sys.argv[3]))
