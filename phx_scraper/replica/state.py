"""The state of a running replica."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from phx_scraper.replica.front.recorder import Recorder
from phx_scraper.replica.held_answers import HeldAnswers
from phx_scraper.replica.name_registry import NameRegistry
from phx_scraper.replica.options import Options
from phx_scraper.replica.picture_store import PictureStore
from phx_scraper.replica.stats import Stats


@dataclass(frozen=True, slots=True)
class State:
    """One server's options, counters, registries (of addresses; of photo files, name to description) and pictures.

    `recorder` holds what clients of the front sent.
    """

    options: Options
    stats: Stats
    registry: NameRegistry
    files: NameRegistry
    store: PictureStore
    recorder: Recorder
    held: HeldAnswers

    @classmethod
    def start(cls, options: Options) -> State:
        """An empty state."""
        store = PictureStore(options.cache_megabytes << 20, options.cache, options.workers)
        stats = Stats()
        return cls(options, stats, NameRegistry(), NameRegistry(), store, Recorder(), HeldAnswers(stats))


Handler: TypeAlias = Callable[[State, web.Request, str], Awaitable[web.StreamResponse]]
"""Responds to one request of a host; the text is the path at that host, decoded, with its leading slash."""
