"""Drawing the pictures of known homes before anyone asks."""

from __future__ import annotations

import asyncio

from phx_scraper.homes import read_addresses
from phx_scraper.replica.photo_answers import drawn
from phx_scraper.replica.sources_shown import SHOWN
from phx_scraper.replica.state import State

_AT_ONCE = 16


async def warm(state: State) -> None:
    """Draw the best file of every photo of the homes in `options.warm`; raises UsageError for an unusable file."""
    if state.options.warm is None:
        return
    homes, _ = await asyncio.to_thread(read_addresses, state.options.warm)
    jobs = [
        job for home in homes for source in SHOWN.values() for job in source.warm_photos(home.address, state.options)
    ]
    for start in range(0, len(jobs), _AT_ONCE):
        await asyncio.gather(*(drawn(state, wanted) for wanted in jobs[start : start + _AT_ONCE]))
