"""Pictures made anew from their originals, beside the visits, where the settings ask for another form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from phx_scraper.errors import DecoderUnavailable, FilesRemoved, StorageError
from phx_scraper.model.image import Image
from phx_scraper.reconcile.restore_picture import Restored, bring, form_of, name_again, put_back, restored_picture
from phx_scraper.run.resources import RunResources
from phx_scraper.storage.catalogue.outdated_pictures import images_by_hash, outdated_pictures
from phx_scraper.storage.catalogue.removal_queue import queue, remove_unreferenced
from phx_scraper.storage.catalogue.removals_begun import last
from phx_scraper.storage.catalogue.sql_helpers import chunks
from phx_scraper.views.folders import write_home
from phx_scraper.views.human_text import counted

logger = logging.getLogger("phx_scraper")

AT_ONCE = 16
"""Pictures in memory at once; so many are also what a kill makes anew a second time."""


class RemadePictures:
    """Brings the pictures of a run's homes into the form of its settings. Stat `phx/pictures/remade`.

    A picture gets its new file first, then its row names it, then folders show it, then the old file goes: stopped
    anywhere, the next run of these settings goes on. `made` were made, `kept` cannot be without a download.
    """

    def __init__(self, resources: RunResources) -> None:
        self._resources = resources
        self._form = form_of(resources.options)
        self._left = 0
        self._task: asyncio.Task[None] | None = None
        self.made = 0
        self.kept = 0

    async def begin(self) -> None:
        """Look which pictures of the run's homes have another form, and start on them. Raises StorageError."""
        if self._resources.job.dry_run:
            return
        wanted = await self._resources.read(outdated_pictures, self._resources.property_hashes, self._form)
        self._left = len(wanted)
        if wanted:
            also = "they are made anew where their originals are here"
            logger.info("pictures in another form than %s: %d; %s", self._form.words, len(wanted), also)
            self._task = asyncio.ensure_future(self._make(wanted))

    async def end(self) -> None:
        """Wait until all are made, or until a run that stops has put away those in hand."""
        if self._task is not None:
            await asyncio.wait([self._task])  # who waits may be cancelled, and this not

    def sentences(self) -> Iterator[str]:
        """For the summary: what was made, what stays as it is, what is still to be made."""
        if self.made:
            made = f"{counted(self.made, 'picture')} {'was' if self.made == 1 else 'were'} made anew"
            yield f"{made} as {self._form.words}: nothing was downloaded for it."
        if self.kept:
            stays, is_gone = ("stays", "its original is") if self.kept == 1 else ("stay", "their originals are")
            yield (
                f"{counted(self.kept, 'picture')} {stays} in another form than {self._form.words}: {is_gone} gone or"
                " cannot be read. force=1 fetches the photos of the listed homes again."
            )
        if self._left:
            yield f"{counted(self._left, 'picture')} {'is' if self._left == 1 else 'are'} still to be made anew."

    async def _make(self, wanted: Sequence[str]) -> None:
        with suppress(StorageError, DecoderUnavailable):  # the run is stopping then, and has said why
            for part in chunks(wanted, AT_ONCE):
                if self._resources.stopping:
                    return
                await self._make_some(await self._resources.read(images_by_hash, part))

    async def _make_some(self, found: Sequence[Image]) -> None:
        crawl = self._resources
        made = await asyncio.gather(*(crawl.run_or_stop("images", partial(self._one, image)) for image in found))
        ready = [(image, one) for image, one in zip(found, made, strict=True) if one is not None]
        # Noted as unused until its row names it: a file whose run is killed in between goes with the next removal.
        await crawl.write(queue, [one.image.path for _, one in ready])
        since = await crawl.read(last)
        await asyncio.gather(*(crawl.run_or_stop("files", partial(bring, crawl.files, one)) for _, one in ready))
        await crawl.sql(self._put_in_place, ready, since)
        self.made += len(ready)
        self._left -= len(found)
        if crawl.stopping:
            self._left += len(found) - len(ready)
        else:
            self.kept += sum(1 for image, one in zip(found, made, strict=True) if one is None and self._differs(image))
        crawl.count("phx/pictures/remade", len(ready))

    def _differs(self, image: Image) -> bool:
        """Whether it is known to have another form; of what an earlier version stored the quality is not known."""
        return not self._form.fits(replace(image, made_as=image.made_as or f" {self._form.jpeg_quality}"))

    def _one(self, image: Image) -> Restored | None:
        if self._resources.stopping:
            return None
        return restored_picture(image, self._resources.files, self._resources.decoders.process)

    def _put_in_place(self, ready: Sequence[tuple[Image, Restored]], since: int) -> None:
        catalogue, files = self._resources.catalogue, self._resources.files
        try:
            with catalogue.transaction() as tx:
                homes = name_again(tx, ready, since)
        except FilesRemoved:
            homes = put_back(catalogue, files, ready)
        for property_hash in homes:
            write_home(catalogue, files, property_hash)
        remove_unreferenced(catalogue, files)


def originals_sentences(folders: int, wanted: bool) -> Iterator[str]:
    """For the summary: in how many homes' folders a change of the setting has added or removed the originals."""
    if not folders:
        return
    number = counted(folders, "home folder")
    shows = "shows the originals of its pictures" if folders == 1 else "show the originals of their pictures"
    if wanted:
        yield f"{number} {shows} too now (in originals/): nothing was downloaded for it."
    else:
        yield f"{number} no longer {shows}; the store keeps them."
