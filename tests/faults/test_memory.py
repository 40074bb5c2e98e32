"""A crawl of very many photos: the process's memory does not grow with their number."""

from __future__ import annotations

import asyncio
import hashlib
import os
import select
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from statistics import mean

import numpy as np
import pytest
from PIL import Image

from phx_scraper.replica import Options, running
from tests.faults.fault_routes import ReceivedRequest, write_response
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.integration import crawls

PHOTOS_OF_A_HOME = 50
# `make faults-full` asks for twenty thousand.
HOMES = int(os.environ.get("PHX_MEMORY_HOMES", "24"))
SIZE = (320, 240)
MEGABYTE = 2**20
EVERY = 25  # photos between two samples
# So large that a leak of a few hundred bodies would show.
BODY_BYTES = 60_000
# Caches fill up for some thousand photos, as `make faults-full` shows; after that memory stays constant.
GROWTH_MB = 12


class Pictures(InterceptingProxy):
    """Pages are the replica's; every photo is a different picture, made on request."""

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """A picture for a photo, else the replica's response."""
        if "/fp/" not in request.target:
            return await super().respond(request, writer)
        return write_response(request, writer, body=picture(request.target), Content_Type="image/jpeg")

    def photos(self) -> int:
        """Number of requested photos."""
        return sum("/fp/" in request.target for request in self.log.requests)


def picture(name: str) -> bytes:
    """A unique JPEG: smooth noise seeded by the name."""
    dice = np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))
    small = Image.fromarray(dice.integers(0, 256, (9, 12, 3), dtype=np.uint8))
    encoded = BytesIO()
    clouds = small.resize(SIZE, Image.Resampling.BICUBIC)
    clouds.save(encoded, "JPEG", quality=85, comment=dice.bytes(BODY_BYTES))
    return encoded.getvalue()


def resident(pid: int) -> float:
    """Megabytes of a process. Source: proc(5)."""
    return (
        int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    )


def watched(process: subprocess.Popen[bytes], pictures: Pictures) -> Iterator[tuple[int, float]]:
    """Samples of (requested photos, megabytes) until the crawl ends."""
    seen = 0
    while process.poll() is None:
        photos = pictures.photos()
        if photos >= seen + EVERY:
            seen = photos
            yield photos, resident(process.pid)
        select.select([], [], [], 0.05)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is read from Linux's /proc")
def test_memory_does_not_grow_with_the_number_of_photos(tmp_path: Path) -> None:
    number = PHOTOS_OF_A_HOME * HOMES
    homes = "; ".join(f"{4700 + place} W Davis Rd, Glendale, AZ 85306" for place in range(HOMES))
    options = Options(photos=(PHOTOS_OF_A_HOME, PHOTOS_OF_A_HOME), kinds=frozenset())
    with running(options) as replica, Pictures(replica.url) as pictures:
        settings = {"PHX_IMAGE_WORKERS": 2}
        line = crawls.command("zillow", tmp_path, pictures.url(), {"address": homes}, settings)
        with subprocess.Popen(
            line, cwd=crawls.REPOSITORY, env=crawls.environment(), stderr=subprocess.DEVNULL
        ) as crawl:
            held = list(watched(crawl, pictures))
    assert crawl.returncode == 0
    states = dict(crawls.rows(tmp_path, "SELECT state, count(*) FROM photos GROUP BY state"))
    assert states["stored"] > 0.95 * number, states
    middle = mean(megabytes for photos, megabytes in held if number / 3 < photos <= number * 2 / 3)
    end = mean(megabytes for photos, megabytes in held if photos > number * 2 / 3)
    print(f"{number} photos: {middle:.1f} MB in the second third, {end:.1f} MB in the last")
    assert end - middle < GROWTH_MB, held
