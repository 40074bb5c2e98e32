"""Known homes: their names are registered and their pictures drawn before the server is ready."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phx_scraper.homes import read_addresses
from phx_scraper.replica.photo_responses import file_bytes
from phx_scraper.replica.presented_sources import PRESENTED_SOURCES
from phx_scraper.replica.state import State

_AT_ONCE = 16


async def _homes(state: State, file: Path | None) -> list[str]:
    if file is None:
        return []
    homes, _ = await asyncio.to_thread(read_addresses, file)
    for home in homes:
        for source in PRESENTED_SOURCES.values():
            source.register_address(state, home.address)
    return [home.address for home in homes]


async def warm(state: State) -> None:
    """Register the homes of `options.homes` and `options.warm`; draw the best file of every photo of the latter.

    Raises UsageError for an unusable file.
    """
    await _homes(state, state.options.homes)
    sources = [source for name, source in PRESENTED_SOURCES.items() if name in state.options.sources]
    homes = await _homes(state, state.options.warm)
    jobs = [job for home in homes for source in sources for job in source.warm_photos(home, state.options)]
    for start in range(0, len(jobs), _AT_ONCE):
        await asyncio.gather(*(file_bytes(state, requested) for requested in jobs[start : start + _AT_ONCE]))
