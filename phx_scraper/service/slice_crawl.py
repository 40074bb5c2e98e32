"""The crawl of a slice, watched: every second it is asked whether it is still wanted."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from phx_scraper.errors import StorageError
from phx_scraper.model.job import CANCELLED, FAILED, FINISHED, SET_ASIDE, JobOptions, JobSlice
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS, SERVER_AWAY, STOPPED, WRONG_USE
from phx_scraper.service.crawl_output import refusal, why_stopped
from phx_scraper.service.job_options import crawl_arguments
from phx_scraper.service.outage import LONGEST_SECONDS, Outage, waited
from phx_scraper.service.process_group import GroupChild
from phx_scraper.service.slice_homes import how_ended, list_path, note_homes, write_list
from phx_scraper.service.slice_leave import Leave
from phx_scraper.service.worker_setup import WorkerSetup
from phx_scraper.storage.catalogue import job_rows, job_slices
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_slices import HELD, LEASE_SECONDS, LOST, STOP

T = TypeVar("T")
logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
RENEW_SECONDS = LEASE_SECONDS / 4
CANCEL_SECONDS = 2.5
"""For a clean stop of a crawl that is not wanted any more."""
LEAVE_SECONDS = 8.0
"""For a clean stop when the worker leaves."""
END_SECONDS = 180.0
"""For which the catalogue may be out of reach when the end is to be written; a worker that leaves waits less."""
PATIENCE_SECONDS = 2.0
"""For which one question waits for a server that is away: a signal or the crawl's end is seen meanwhile no earlier."""


class SliceCrawl:
    """A slice that this process holds."""

    def __init__(self, catalogue: Catalogue, setup: WorkerSetup, held: JobSlice, leave: Leave) -> None:
        self._catalogue = catalogue
        self._setup = setup
        self._held = held
        self._leave = leave
        self._list = list_path(setup.lists, held)
        self._renewed = time.monotonic()
        self._is_noted = False
        self._was_away = False
        self._outage = Outage()

    def run(self) -> str:
        """Crawl to an end; the word for it. Raises StorageError where the end cannot be written."""
        try:
            with self._catalogue.reading() as tx:
                homes = job_slices.homes(tx, self._held)
                job = job_rows.get(tx, self._held.job_id)
            if job is None or not homes:
                return self._end(FINISHED, "its homes were forgotten", ALL_CLEAR)
            write_list(self._list, homes)
            known = {name: job.options[name] for name in JobOptions.__slots__ if name in job.options}
            options = JobOptions(**{**known, "sources": tuple(known.get("sources", ()))})
            while (ended := self._watch(GroupChild(self._command(options)))) is None:
                self._is_noted = False
            return ended
        finally:
            self._list.unlink(missing_ok=True)

    def _command(self, options: JobOptions) -> list[str]:
        line = [sys.executable, "-m", "scrapy", "crawl", "all", "-a", f"addresses={self._list}"]
        for name, value in crawl_arguments(options).items():
            line += ["-a", f"{name}={value}"]
        # The report shows the whole collection: written after every few homes it would take longer than they do.
        for setting in ("PHX_REPORT=False", *self._setup.settings):
            line += ["-s", setting]
        return line

    def _watch(self, child: GroupChild) -> str | None:
        """The word for how it ended; None where its crawl is to begin again."""
        code, begun = None, time.monotonic()
        try:
            code, standing = self._looked_after(child.wait)
            if code is None:
                self._stop(child, standing)
        finally:
            child.kill()
        if code is None or (self._leave.is_asked and code not in {ALL_CLEAR, PROBLEMS}):
            return self._left(standing)
        if code == SERVER_AWAY:
            return self._outlasted(time.monotonic() - begun, why_stopped(child.last_lines))
        if not self._is_noted:
            with contextlib.suppress(StorageError):
                self._note_run()
        return self._ended(code, child.last_lines)

    def _looked_after(self, wait: Callable[[float], int | None]) -> tuple[int | None, str]:
        """The code that `wait` gives in the end, None where it is not to be waited for; how the slice stands then."""
        standing = HELD
        while (code := wait(LOOK_SECONDS)) is None:
            standing = self._standing(standing)
            if standing != HELD or self._leave.is_asked:
                break
        return code, standing

    def _outlasted(self, ran: float, why: str) -> str | None:
        """A server was away, by no fault of the homes; the word for how that ended, None where to begin again."""
        pause = self._outage.pause(ran)
        if pause is None:
            reason = f"the crawl was begun again for {LONGEST_SECONDS / 60:g} minutes: {why}"
            return self._given_back() if self._was_away else self._end(SET_ASIDE, reason, SERVER_AWAY)
        logger.warning("Job %s, slice %d begins again in %g s: %s", self._held.job_id, self._held.number, pause, why)
        code, standing = self._looked_after(waited(pause))
        return self._left(standing) if code is None else None

    def _left(self, standing: str) -> str:
        if standing == LOST:
            return "another worker has it"
        if standing == STOP:
            return self._end(CANCELLED, "", None)
        return self._given_back()

    def _stop(self, child: GroupChild, standing: str) -> None:
        seconds = {LOST: 0.0, STOP: CANCEL_SECONDS}.get(standing, LEAVE_SECONDS)
        until = time.monotonic() + seconds
        child.ask()
        while time.monotonic() < until and not self._leave.is_urgent and child.wait(0.1) is None:
            if standing == HELD:
                self._standing(standing)

    def _standing(self, before: str) -> str:
        """How it stands now; as before while the catalogue is out of reach, since nobody else can take it then."""
        try:
            with self._catalogue.reading() as tx:
                found = job_slices.standing(tx, self._held)
            if found == HELD and time.monotonic() - self._renewed >= RENEW_SECONDS:
                with self._catalogue.transaction() as tx:
                    job_slices.renew(tx, self._held, time.time())
                self._renewed = time.monotonic()
            if not self._is_noted:
                self._note_run()
        except StorageError:
            self._was_away = True
            return before
        return found

    def _note_run(self) -> None:
        """Once the crawl has put its homes on the list: which run it is, and what the catalogue calls the homes."""
        with self._catalogue.reading() as tx:
            run_id = job_slices.run_of(tx, self._held, str(self._list))
        if run_id:
            with self._catalogue.transaction() as tx:
                self._is_noted = note_homes(tx, self._held, self._list)

    def _ended(self, code: int, said: Sequence[str]) -> str:
        # Whoever reads a reason has the job's list, and no file of this machine.
        said = [line.replace(str(self._list), "the list of the job") for line in said]
        if code in {ALL_CLEAR, PROBLEMS}:
            return self._write(lambda tx: self._finish(tx, code))
        if code == WRONG_USE:
            return self._end(FAILED, refusal(said), code)
        if code == STOPPED and self._was_away:
            return self._given_back()
        why = f"the crawl was ended by signal {-code}" if code < 0 else f"the crawl stopped early: {why_stopped(said)}"
        self._write(lambda tx: job_slices.fail(tx, self._held, why, code, time.time()))
        return "failed"

    def _given_back(self) -> str:
        """The worker leaves, or the catalogue was away: this try was no fault of the slice."""
        self._write(lambda tx: job_slices.give_back(tx, self._held, time.time()))
        return "given back"

    def _end(self, state: str, reason: str, code: int | None) -> str:
        self._write(lambda tx: job_slices.end(tx, self._held, state, reason, code, time.time()))
        return state

    def _finish(self, tx: Connection, code: int) -> str:
        state, reason = how_ended(tx, self._held, self._list)
        job_slices.end(tx, self._held, state, reason, code, time.time())
        return state

    def _write(self, change: Callable[[Connection], T]) -> T:
        """In a transaction; tried again for a while where the catalogue is out of reach."""
        begun = time.monotonic()
        while True:
            try:
                with self._catalogue.transaction() as tx:
                    return change(tx)
            except StorageError:
                longest = LEAVE_SECONDS if self._leave.is_asked else END_SECONDS
                if time.monotonic() - begun > longest or self._leave.is_urgent:
                    raise
                time.sleep(LOOK_SECONDS)
