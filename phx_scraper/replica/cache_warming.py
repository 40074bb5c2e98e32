"""Known homes: learning their names, and drawing their pictures, before anyone asks."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phx_scraper.homes import read_addresses
from phx_scraper.replica.photo_responses import drawn
from phx_scraper.replica.presented_sources import SHOWN
from phx_scraper.replica.state import State

_AT_ONCE = 16


async def _homes(state: State, file: Path | None) -> list[str]:
    if file is None:
        return []
    homes, _ = await asyncio.to_thread(read_addresses, file)
    for home in homes:
        for source in SHOWN.values():
            source.meet(state, home.address)
    return [home.address for home in homes]


async def warm(state: State) -> None:
    """Learn the homes in `options.homes` and `options.warm` and draw the best file of every photo of the latter.

    Raises UsageError for an unusable file.
    """
    await _homes(state, state.options.homes)
    shown = [source for name, source in SHOWN.items() if name in state.options.sources]
    homes = await _homes(state, state.options.warm)
    jobs = [job for home in homes for source in shown for job in source.warm_photos(home, state.options)]
    for start in range(0, len(jobs), _AT_ONCE):
        await asyncio.gather(*(drawn(state, wanted) for wanted in jobs[start : start + _AT_ONCE]))
