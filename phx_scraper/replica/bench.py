"""`python -m phx_scraper.replica.bench`: CPU time of drawing, and photo requests served a second."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from statistics import fmean
from time import perf_counter, process_time

from aiohttp import ClientSession, TCPConnector

from phx_scraper.replica.options import Options
from phx_scraper.replica.pictures import Picture, Size, render
from phx_scraper.replica.running import running
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.photos import photo_url

_PICTURES = 24
_REQUESTS = 3000
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Drawing:
    """Mean CPU milliseconds and bytes of one picture drawn and encoded at one size."""

    name: str
    milliseconds: float
    kilobytes: float


def measure_drawing(pictures: int = _PICTURES) -> list[Drawing]:
    """Costs of new pictures at the best size (JPEG, WebP) and at a small one."""
    variants = (
        ("1536 JPEG", Size(1536), "JPEG"),
        ("1536 WebP", Size(1536), "WEBP"),
        ("384 JPEG", Size(384, 288), "JPEG"),
    )
    return [_measure(name, size, image_format, pictures) for name, size, image_format in variants]


def _measure(name: str, size: Size, image_format: str, pictures: int) -> Drawing:
    render(Picture(SeededRandom("bench", name).hex(24)), size, image_format)
    start = process_time()
    files = [
        render(Picture(SeededRandom("bench", name, index).hex(24)), size, image_format) for index in range(pictures)
    ]
    spent = (process_time() - start) * 1000 / pictures
    return Drawing(name, spent, fmean(len(data) for data in files) / 1000)


async def measure_rate(url: str, variant: str, requests: int = _REQUESTS) -> float:
    """Responses a second for photos of `variant` that the replica holds in memory, over 16 connections."""
    keys = [Picture(SeededRandom("rate", index).hex(24)).key for index in range(_PICTURES)]
    targets = [f"{url}/{photo_url(key, variant).removeprefix('https://')}" for key in keys]
    async with ClientSession(connector=TCPConnector(limit=_CONNECTIONS)) as session:
        for target in targets:
            await _get(session, target)
        start = perf_counter()
        await asyncio.gather(*(_get(session, targets[index % len(targets)]) for index in range(requests)))
        return requests / (perf_counter() - start)


async def _get(session: ClientSession, target: str) -> None:
    async with session.get(target) as answer:
        answer.raise_for_status()
        await answer.read()


def main() -> int:
    """Measure and print."""
    for drawing in measure_drawing():
        sys.stdout.write(f"draw {drawing.name:10} {drawing.milliseconds:6.1f} ms CPU {drawing.kilobytes:7.0f} kB\n")
    with running(Options(kinds=frozenset())) as replica:
        for variant in ("cc_ft_384", "uncropped_scaled_within_1536_1152"):
            rate = asyncio.run(measure_rate(replica.url, variant))
            sys.stdout.write(f"serve {variant}: {rate:.0f} requests/s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
