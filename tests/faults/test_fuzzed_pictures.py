"""A crawl whose photos are all damaged: each ends as a picture or a failure with a reason, none pending."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import subprocess
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from phx_scraper.replica import Options, running
from tests.faults.fault_routes import ReceivedRequest, write_response
from tests.faults.intercepting_proxy import InterceptingProxy
from tests.faults.store_damage import leftovers
from tests.integration import crawls
from tests.unit.imaging import fuzzing

ENDS = "SELECT state, reason, count(*) FROM photos GROUP BY state, reason"
PHOTOS_OF_A_HOME = 50
# `make faults-full` asks for ten thousand photos.
HOMES = int(os.environ.get("PHX_FUZZED_HOMES", "6"))
SEED = 5
WORKERS = 2
FORMATS = {"JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"}
DAMAGES = {"_flip_bits", "_forge_header", "_cut"}
SETTINGS = {
    "PHX_IMAGE_WORKERS": WORKERS,
    # The files are small ones; a forged size may claim as many pixels as a user's settings allow.
    "PHX_MIN_WIDTH": 1,
    "PHX_MIN_HEIGHT": 1,
}
REASONS = {
    *("not_image", "truncated", "too_many_pixels", "too_large", "flat", "unsupported_format", "decode_error"),
    *("empty", "html"),
}
CRAWL_MB, DECODER_MB = 400, 300


class Damaged(InterceptingProxy):
    """Pages are the replica's; the photos are damaged files of all formats, one after the other."""

    def __init__(self, replica_url: str, files: Iterator[bytes]) -> None:
        super().__init__(replica_url)
        self.files = files

    async def respond(self, request: ReceivedRequest, writer: asyncio.StreamWriter) -> bool:
        """The next damaged file for a photo, else the replica's response."""
        if "/fp/" not in request.target:
            return await super().respond(request, writer)
        return write_response(request, writer, body=next(self.files), Content_Type="image/jpeg")


def peak_mb(pid: int) -> float:
    """Peak memory of a process so far, in megabytes; 0 if it has ended. Source: proc(5)."""
    try:
        match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except OSError:
        return 0.0
    return int(match[1]) / 1024 if match else 0.0


def children(pid: int) -> list[int]:
    """The child processes of a process, of all threads; none if it has ended. Source: proc(5)."""
    with contextlib.suppress(OSError):
        lists = list(Path(f"/proc/{pid}/task").glob("*/children"))
        return [int(child) for path in lists for child in path.read_text(encoding="ascii").split()]
    return []


def peaks(process: subprocess.Popen[bytes]) -> dict[int, float]:
    """Peak memory of a crawl and each of its decoders, by process, after its end."""
    found: dict[int, float] = {}
    while process.poll() is None:
        for pid in (process.pid, *children(process.pid)):
            found[pid] = max(found.get(pid, 0.0), peak_mb(pid))
        select.select([], [], [], 0.1)
    return found


def test_the_damaged_pictures_cover_all_formats_and_kinds_of_damage() -> None:
    assert {Image.open(BytesIO(data)).format for data in fuzzing.seeds()} == FORMATS
    assert {damage.__name__ for damage in fuzzing._DAMAGES} >= DAMAGES


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what a process held is read from Linux's /proc")
def test_every_damaged_photo_ends_with_a_reason_and_nothing_stays_pending(tmp_path: Path) -> None:
    number = PHOTOS_OF_A_HOME * HOMES
    homes = "; ".join(f"{4700 + place} W Davis Rd, Glendale, AZ 85306" for place in range(HOMES))
    options = Options(photos=(PHOTOS_OF_A_HOME, PHOTOS_OF_A_HOME), kinds=frozenset())
    with running(options) as replica, Damaged(replica.url, fuzzing.damaged(4 * number, SEED)) as proxy:
        line = crawls.command("zillow", tmp_path, proxy.url(), {"address": homes}, SETTINGS)
        with subprocess.Popen(
            line, cwd=crawls.REPOSITORY, env=crawls.environment(), stderr=subprocess.DEVNULL
        ) as crawl:
            held = peaks(crawl)
    assert crawl.returncode == 0
    ends = Counter({(state, why): many for state, why, many in crawls.rows(tmp_path, ENDS)})
    assert ends.total() == number
    assert {why for state, why in ends if state == "failed"} <= REASONS
    assert {state for state, _ in ends} == {"stored", "duplicate", "failed"}
    assert leftovers(tmp_path) == []
    for path in (tmp_path / "processed").rglob("*.png"):
        Image.open(path).load()
    crawl_mb = held.pop(crawl.pid)
    print(f"{number} damaged pictures: {dict(ends.most_common())}; crawl {crawl_mb:.0f} MB, decoders {held.values()}")
    assert len(held) == WORKERS, "a decoder died and was replaced"
    assert max(held.values()) < DECODER_MB
    assert crawl_mb < CRAWL_MB
