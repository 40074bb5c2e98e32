"""Reads the folder of saved pages as a run begins, and makes the visits due that it tells something new of."""

from __future__ import annotations

import functools
import logging

from phx_scraper.downloader.exceptions import StoppedEarly
from phx_scraper.downloader.saved_pages import SavedFolder, read_folder
from phx_scraper.run.resources import RunResources
from phx_scraper.run.saved_visits import SavedVisits
from phx_scraper.storage.catalogue.saved_days import listing_days, take_up

TOLD_EVERY = 1000
"""Files after which the log says how many are read."""

logger = logging.getLogger("phx_scraper")


async def take_up_saves(run: RunResources) -> SavedVisits:
    """The saved pages of a run whose homes are registered; without a folder there are none. Off the event loop."""
    folder = await run.run_in("files", functools.partial(_folder, run))
    saved, job = SavedVisits(folder), run.job
    if folder is not None:
        run.shared.saved_pages = folder
        await run.run_in("files", functools.partial(saved.give_out, job.homes, job.sources))
        known = await run.read(listing_days, job.property_hashes, job.sources)
        await run.write(take_up, saved.compare(known))
    return saved


def _folder(run: RunResources) -> SavedFolder | None:
    def report(files: int) -> None:
        if run.stopping:
            raise StoppedEarly("the crawl closed while the saved pages were read")
        if files and files % TOLD_EVERY == 0:
            logger.info("%d files of saved pages are read", files)

    try:
        return read_folder(run.job.pages, report=report) if run.job.pages is not None else None
    except StoppedEarly:
        return None
