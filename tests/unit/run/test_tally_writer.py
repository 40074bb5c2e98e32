"""What a tally counts is written behind it: the counting never waits, and nothing is lost or written twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.signalmanager import SignalManager

from phx_scraper.downloader.request_tally import RequestTally
from phx_scraper.errors import StorageError
from phx_scraper.run import signals
from phx_scraper.run.tally_writer import SECONDS_BETWEEN, TallyWriter
from phx_scraper.storage.catalogue import request_rows
from phx_scraper.storage.catalogue.catalogue import Catalogue


class SlowRun:
    """A run whose catalogue takes its time: each write waits for `let`, or fails."""

    def __init__(self, path: Path) -> None:
        self.run_id = "run00001"
        self.shared = SimpleNamespace(tally=RequestTally())
        self.crawler = SimpleNamespace(signals=SignalManager(self))
        self.catalogue = Catalogue.open(path / "catalogue.sqlite")
        self.let = asyncio.Event()
        self.begun = 0
        self.broken = False

    async def write(self, function: Callable[..., None], *args: Any) -> None:
        self.begun += 1
        await self.let.wait()
        if self.broken:
            raise StorageError("the disk is gone")
        with self.catalogue.transaction() as tx:
            function(tx, *args)

    def refuse(self, number: int) -> None:
        for _ in range(number):
            request = Request("https://www.zillow.com/", meta={"phx_source": "zillow", "phx_step": "page"})
            self.shared.tally.asked(request, "plain")
            self.shared.tally.refused(request, "captcha")

    def written(self) -> tuple[list[int], list[int]]:
        """The numbers of the refusals, and how often each step was refused."""
        with self.catalogue.reading() as tx:
            met, steps = request_rows.refusals_of(tx, self.run_id), request_rows.steps_of(tx, self.run_id)
        return [one.number for one in met], [counts.refused for counts in steps.values()]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_counting_goes_on_while_a_write_takes_its_time(tmp_path: Path) -> None:
    async def scene() -> None:
        run = SlowRun(tmp_path)
        writer = TallyWriter(run)  # type: ignore[arg-type]
        run.refuse(1)
        await settle()
        assert run.begun == 1
        run.refuse(4)
        await settle()
        assert run.begun == 1, "one write at a time"
        assert next(iter(run.shared.tally.steps.values())).refused == 5
        run.let.set()
        await writer.flush()
        assert run.written() == ([1, 2, 3, 4, 5], [5])
        assert run.begun == 2, "what came in during the first went with the second"
        await writer.flush()
        assert run.begun == 2
        run.catalogue.close()

    asyncio.run(scene())


def test_what_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    async def scene() -> None:
        run = SlowRun(tmp_path)
        writer = TallyWriter(run)  # type: ignore[arg-type]
        run.let.set()
        run.broken = True
        run.refuse(2)
        await writer.flush()
        assert run.written() == ([], [])
        run.broken = False
        run.refuse(1)
        await writer.flush()
        assert run.written() == ([1, 2, 3], [3])
        run.catalogue.close()

    asyncio.run(scene())


def test_counts_alone_are_written_now_and_then_as_visits_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        run, now = SlowRun(tmp_path), [0.0]
        monkeypatch.setattr("phx_scraper.run.tally_writer.time.monotonic", lambda: now[0])
        run.let.set()
        writer = TallyWriter(run)  # type: ignore[arg-type]
        request = Request("https://www.zillow.com/", meta={"phx_source": "zillow"})
        run.shared.tally.asked(request, "plain")
        run.shared.tally.answered(request)
        for at, begun in ((0.0, 0), (SECONDS_BETWEEN, 1), (SECONDS_BETWEEN, 1)):
            now[0] = at
            run.crawler.signals.send_catch_log(signals.visit_ended)
            await settle()
            assert run.begun == begun
        await writer.flush()
        run.catalogue.close()

    asyncio.run(scene())
