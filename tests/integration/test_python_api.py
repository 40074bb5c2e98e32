"""The Python API against the replica: as a script, in a running loop, twice, from threads, cancelled, abandoned."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper import ImageExtractionOrchestrator, ImageSource, PropertyLoader
from phx_scraper.errors import UsageError
from phx_scraper.orchestrator.image_extraction import ExtractionProgress
from phx_scraper.replica import Options, running
from phx_scraper.replica.running import Replica

ROOT = Path(__file__).parents[2]
ALL = PropertyLoader().load_from_csv(ROOT / "data" / "phx_homes.csv")
HOMES = ALL[:3]
SOURCES = (ImageSource.ZILLOW, ImageSource.REDFIN)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(2, 3), width=400, kinds=frozenset())) as server:
        yield server


def orchestrator(replica: Replica, folder: Path, **settings: object) -> ImageExtractionOrchestrator:
    chosen = {"PHX_REPLICA_URL": replica.url, "PHX_DELAY_SCALE": 0, **settings}
    return ImageExtractionOrchestrator(folder, enabled_sources=SOURCES, settings=chosen)


def test_twice_in_one_process_and_in_a_running_loop(replica: Replica, tmp_path: Path) -> None:
    told: list[ExtractionProgress] = []

    async def note(now: ExtractionProgress) -> None:
        told.append(now)

    async def both() -> list[object]:
        mine = orchestrator(replica, tmp_path)
        first = await mine.extract_all(HOMES, progress=note)
        return [first, await mine.extract_all([home.full_address for home in HOMES])]

    first, second = asyncio.run(both())
    assert (first.properties_completed, first.properties_failed, first.properties_skipped) == (3, 0, 0)
    assert (second.properties_completed, second.properties_failed, second.properties_skipped) == (0, 0, 3)
    assert first.unique_images == second.unique_images > 0
    assert told[-1].visits_done == told[-1].visits == 6
    images = [image for home in HOMES for image in orchestrator(replica, tmp_path).get_property_images(home)]
    kept = [image for image in images if image.status == "stored"]
    assert len(kept) == first.unique_images
    assert all((tmp_path / str(image.local_path)).is_file() for image in kept)


def test_statistics_and_forgotten_outcomes(replica: Replica, tmp_path: Path) -> None:
    mine = orchestrator(replica, tmp_path)
    assert mine.get_statistics()["total_images"] == 0
    assert mine.get_property_images(HOMES[0]) == []
    mine.clear_state()
    result = asyncio.run(mine.extract_all(HOMES[:1]))
    known = mine.get_statistics()
    assert known["total_properties"] == 1
    assert known["total_images"] == result.unique_images == sum(known["images_by_source"].values())
    mine.clear_state()
    assert mine.get_statistics() == known
    again = asyncio.run(mine.extract_all(HOMES[:1]))
    assert again.properties_completed == 1
    assert sum(stats.images_downloaded for stats in again.by_source.values()) == 0


def test_what_failed_is_named_with_its_reason(tmp_path: Path) -> None:
    with running(Options(photos=(1, 1), width=400, kinds=frozenset({"blocked"}), only=("blocked",))) as refusing:
        result = orchestrator(refusing, tmp_path, PHX_BREAKER_MAX_WAIT=0).extract(HOMES[:1])
    assert (result.properties_failed, result.success_rate) == (1, 0.0)
    assert ("zillow", "blocked") in {(visit.source, visit.outcome) for visit in result.failed_visits}
    assert {visit.property_address for visit in result.failed_visits} == {HOMES[0].full_address}
    assert all(visit.reason for visit in result.failed_visits)


def test_from_threads_on_one_folder(replica: Replica, tmp_path: Path) -> None:
    results = []

    def collect() -> None:
        results.append(asyncio.run(orchestrator(replica, tmp_path).extract_all(HOMES)))

    threads = [threading.Thread(target=collect) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.properties_failed for result in results] == [0, 0]
    assert results[0].unique_images == results[1].unique_images > 0


def test_cancelling_stops_cleanly_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with running(Options(photos=(4, 4), width=400, kinds=frozenset(), latency=150)) as slow:
        mine = orchestrator(slow, tmp_path)

        async def cancelled() -> None:
            begun = asyncio.Event()
            told = lambda now: begun.set() if now.images else None  # noqa: E731
            task = asyncio.create_task(mine.extract_all(ALL, progress=told))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(cancelled())
        [record] = (tmp_path / "metadata" / "runs").glob("*.json")
        assert json.loads(record.read_text())["ending"] not in {None, "finished"}
        assert asyncio.run(mine.extract_all(HOMES)).properties_failed == 0


def test_a_crawl_does_not_outlive_the_program_that_asked_for_it(tmp_path: Path) -> None:
    program = (
        "import asyncio, os, sys\n"
        "from phx_scraper import ImageExtractionOrchestrator\n"
        "mine = ImageExtractionOrchestrator(sys.argv[2], ['zillow'],"
        " settings={'PHX_REPLICA_URL': sys.argv[1], 'PHX_DELAY_SCALE': 0})\n"
        "told = lambda now: os.kill(os.getpid(), 9) if now.images else None\n"
        "asyncio.run(mine.extract_all(sys.argv[3:], progress=told))\n"
    )
    with running(Options(photos=(4, 4), width=400, kinds=frozenset(), latency=150)) as slow:
        homes = [home.full_address for home in ALL]  # more than it can collect before the program dies
        subprocess.run([sys.executable, "-c", program, slow.url, str(tmp_path), *homes], check=False, cwd=ROOT)
        records = tmp_path / "metadata" / "runs"
        deadline = time.monotonic() + 60
        while not list(records.glob("*.json")) and time.monotonic() < deadline:
            time.sleep(0.1)
    [record] = records.glob("*.json")
    assert json.loads(record.read_text())["ending"] not in {None, "finished"}


def test_an_error_of_the_progress_callback_stops_the_crawl_and_is_the_callers(tmp_path: Path) -> None:
    def tell(now: ExtractionProgress) -> None:
        raise KeyError("mine")

    options = Options(photos=(4, 4), width=400, kinds=frozenset(), latency=150)
    with running(options) as slow, pytest.raises(KeyError, match="mine"):
        asyncio.run(orchestrator(slow, tmp_path).extract_all(ALL, progress=tell))
    [record] = (tmp_path / "metadata" / "runs").glob("*.json")
    assert json.loads(record.read_text())["ending"] not in {None, "finished"}


def test_ctrl_c_while_a_program_waits_stops_the_crawl(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from phx_scraper import ImageExtractionOrchestrator\n"
        "mine = ImageExtractionOrchestrator(sys.argv[2], ['zillow'],"
        " settings={'PHX_REPLICA_URL': sys.argv[1], 'PHX_DELAY_SCALE': 0})\n"
        # Once: a program that was held up is told of several steps in a row.
        "ctrl_c = iter([signal.SIGINT])\n"
        "told = lambda now: [os.kill(os.getpid(), once) for once in ctrl_c] if now.images else None\n"
        "try:\n    mine.extract(sys.argv[3:], progress=told)\n"
        "except KeyboardInterrupt:\n    print('stopped')\n"
    )
    with running(Options(photos=(15, 15), width=400, kinds=frozenset(), latency=300)) as slow:
        homes = [home.full_address for home in ALL]
        command = [sys.executable, "-c", program, slow.url, str(tmp_path), *homes]
        done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("stopped\n", "")
    [record] = (tmp_path / "metadata" / "runs").glob("*.json")
    assert json.loads(record.read_text())["ending"] not in {None, "finished"}


def test_what_only_the_crawl_can_refuse_is_one_sentence(replica: Replica, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="CONCURRENT_REQUESTS"):
        asyncio.run(orchestrator(replica, tmp_path, CONCURRENT_REQUESTS="many").extract_all(HOMES))
