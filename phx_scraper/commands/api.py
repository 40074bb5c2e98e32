"""`scrapy api`: serves jobs and what was collected over HTTP, to whoever has a key."""

from __future__ import annotations

import argparse
import contextlib
import logging
from pathlib import Path

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand
from phx_scraper.config.reading import read_config
from phx_scraper.errors import QueueUnavailable, UsageError
from phx_scraper.model.outcome import ALL_CLEAR
from phx_scraper.model.store_place import StorePlace, local_folder
from phx_scraper.service.extra import need_api
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files.bucket_client import HASTY
from phx_scraper.storage.files.open_store import open_store

SECONDS_FOR_REDIS = 2.0
SECONDS_FOR_CATALOGUE = 5.0
"""For which a server that went away is waited for: whoever asks over HTTP is rather told to come again."""


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 it was asked to leave, 2 wrong use, 4 the catalogue's server is away."""

    description = "Serve jobs and what was collected over HTTP, to whoever has a key"
    usage, most_arguments = "[options]", 0
    too_many = "api takes options only; where it listens say PHX_API_HOST and PHX_API_PORT"
    has_json = True

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check what can be checked, then serve."""
        config = read_config(self.settings)
        need_api()
        from phx_scraper.api.api_context import ApiContext
        from phx_scraper.api.serve import Place, listen, serve

        with contextlib.closing(Catalogue.open(config.catalogue, SECONDS_FOR_CATALOGUE)) as catalogue:
            catalogue.bound_silence()
            _make_folder(config.images_store)
            files = open_store(config.images_store, changes=False, patience=HASTY)
            pages = open_store(local_folder(config.images_store), changes=False)
            context = ApiContext(catalogue, _queue(config.redis_url), files, pages)
            with listen(context, Place(config.api_host, config.api_port)) as bound:
                serve(context, bound)
        return ALL_CLEAR


def _make_folder(place: StorePlace) -> None:
    """Of a store that nothing was collected into yet: from now on one that is not there has gone away.

    Where that cannot be, /ready tells it; whoever only reads may be there all the same.
    """
    if isinstance(place, Path):
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)


def _queue(url: str):  # type: ignore[no-untyped-def]
    """None where no Redis is set: jobs are taken all the same, and workers find them in the catalogue."""
    if not url:
        return None
    from phx_scraper.service.redis_queue import RedisQueue

    queue = RedisQueue(url, SECONDS_FOR_REDIS)
    try:
        queue.check()
    except QueueUnavailable as error:
        if not error.may_come_back:
            raise UsageError(str(error)) from error
        logging.getLogger(__name__).warning("%s; jobs are taken, and begin when it is back", error)
    return queue
