"""JOBDIR pauses and resumes after any end; foreign folders are set aside; no pickle is read or written."""

from __future__ import annotations

import json
import pickle
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import (
    EXAMPLE_HOMES,
    PHOTOS,
    Result,
    crawl,
    held_at,
    outcomes,
    requests,
    rows,
    start,
    wait_for_requests,
)

LIMIT = 4
MIDDLE = 12  # photos requested when the signal comes


def run(tmp_path: Path, url: str, spider: str = "zillow", **arguments: Any) -> Result:
    return crawl(spider, tmp_path / "data", url, {"JOBDIR": tmp_path / "job"}, **arguments)


def job(tmp_path: Path) -> dict[str, Any]:
    return json.loads((tmp_path / "job" / "job.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def small(options: Options) -> Options:
    """Small photos, with every scenario."""
    return Options(cache=options.cache, photos=(8, 12), width=480)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, small: Options) -> dict[Any, Any]:
    store = tmp_path_factory.mktemp("plain")
    with running(small) as replica:
        crawl("zillow", store, replica.url, addresses=EXAMPLE_HOMES, limit=LIMIT)
    found = photos(store)
    assert len(found) > 2 * MIDDLE
    return found


def photos(store: Path) -> dict[Any, Any]:
    query = "SELECT property_hash, source, key, state, raw_sha256 FROM photos"
    return {row[:3]: row[3:] for row in rows(store, query)}


@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT), (signal.SIGKILL,)],
    ids=["ctrl-c", "sigterm", "ctrl-c-twice", "kill-9"],
)
@pytest.mark.parametrize("same_command", [True, False], ids=["same-command", "jobdir-alone"])
def test_a_stopped_job_is_resumed(
    signals: tuple[signal.Signals, ...],
    same_command: bool,
    tmp_path: Path,
    small: Options,
    undisturbed: dict[Any, Any],
) -> None:
    arguments = {"addresses": EXAMPLE_HOMES, "limit": LIMIT}
    with running(small) as replica:
        with held_at(replica, MIDDLE) as in_its_midst:
            process = start("zillow", tmp_path / "data", replica.url, {"JOBDIR": tmp_path / "job"}, **arguments)
            in_its_midst()
            for one in signals:
                process.send_signal(one)
        process.communicate(timeout=300)
        assert process.returncode in {3, -signal.SIGKILL}
        assert job(tmp_path)["ending"] in {None, "shutdown"}
        result = run(tmp_path, replica.url, **(arguments if same_command else {}))
    assert "Continuing" in result.output, result.output
    assert result.code in {0, 1}
    assert photos(tmp_path / "data") == undisturbed
    assert job(tmp_path)["ending"] == "finished"
    assert len(job(tmp_path)["runs"]) == 2


def test_another_spider_other_arguments_another_catalogue_are_refused(tmp_path: Path, replica: Replica) -> None:
    run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    before = job(tmp_path)
    other_spider = run(tmp_path, replica.url, spider="redfin", addresses=EXAMPLE_HOMES, limit=1)
    other_arguments = run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=2)
    settings = {"JOBDIR": tmp_path / "job"}
    other_catalogue = crawl("zillow", tmp_path / "other", replica.url, settings, addresses=EXAMPLE_HOMES, limit=1)
    for refused in (other_spider, other_arguments, other_catalogue):
        assert refused.code == 2, refused.output
        assert len(refused.output.strip().splitlines()) == 1
        assert "JOBDIR" in refused.output
    assert job(tmp_path) == before


class Mine:
    """Unpickling it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def stock(folder: Path) -> None:
    (folder / "requests.queue").mkdir(parents=True)
    (folder / "requests.queue" / "active.json").write_text("[0]", encoding="utf-8")
    (folder / "spider.state").write_bytes(pickle.dumps(Mine(folder.parent / "executed")))
    (folder / "requests.seen").write_bytes(b"x" * 40)


def truncated(folder: Path) -> None:
    folder.mkdir()
    (folder / "job.json").write_text('{"version": 1, "spider": "zil', encoding="utf-8")


def random_bytes(folder: Path) -> None:
    folder.mkdir()
    (folder / "job.json").write_bytes(bytes(range(256)) * 8)


@pytest.mark.parametrize("make", [stock, truncated, random_bytes])
def test_a_foreign_folder_is_set_aside(make: Any, tmp_path: Path, replica: Replica) -> None:
    make(tmp_path / "job")
    before = sorted(path.name for path in (tmp_path / "job").iterdir())
    result = run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    assert result.code == 0, result.output
    assert "set aside" in result.output
    assert sorted(path.name for path in (tmp_path / "job.set-aside-1").iterdir()) == before
    assert not (tmp_path / "executed").exists()
    assert job(tmp_path)["ending"] == "finished"


def test_a_malicious_pickle_in_a_job_folder_is_never_read(tmp_path: Path, replica: Replica) -> None:
    run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    stock(tmp_path / "job")
    result = run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    assert result.code == 0, result.output
    assert len(job(tmp_path)["runs"]) == 2
    assert not (tmp_path / "executed").exists()


def test_the_malicious_pickle_would_run_code(tmp_path: Path) -> None:
    stock(tmp_path / "job")
    pickle.loads((tmp_path / "job" / "spider.state").read_bytes())
    assert (tmp_path / "executed").exists()


def test_a_folder_that_holds_the_data_is_not_moved(tmp_path: Path, replica: Replica) -> None:
    store = tmp_path / "job" / "data"
    store.mkdir(parents=True)
    settings = {"JOBDIR": tmp_path / "job"}
    result = crawl("zillow", store, replica.url, settings, addresses=EXAMPLE_HOMES, limit=1)
    assert result.code == 2
    assert store.is_dir()


def test_no_pickle_is_written(tmp_path: Path, replica: Replica) -> None:
    run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    assert [path.name for path in (tmp_path / "job").rglob("*") if path.is_file()] == ["job.json"]


def test_a_newer_format_is_refused(tmp_path: Path, replica: Replica) -> None:
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "job.json").write_text('{"version": 99}', encoding="utf-8")
    result = run(tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
    assert result.code == 2
    assert "newer" in result.output


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_clean_stop_waits_for_no_answer_at_the_real_pace(
    sign: signal.Signals, tmp_path: Path, options: Options
) -> None:
    slow = Options(cache=options.cache, photos=(60, 60), kinds=frozenset(), slow=(("redfin", 60_000),))
    with running(slow) as replica:
        settings = {"JOBDIR": tmp_path / "job", "PHX_DELAY_SCALE": 1}
        process = start("all", tmp_path / "data", replica.url, settings, addresses=EXAMPLE_HOMES, limit=4)
        wait_for_requests(replica, 4, PHOTOS)
        began = time.monotonic()
        process.send_signal(sign)
        printed = process.communicate(timeout=300)[0].decode()
        # Some seconds; more on a busy machine, but less than the slow source takes for its answer.
        assert time.monotonic() - began < 50, printed
        assert process.returncode == 3
        assert "Traceback" not in printed
        assert requests(replica, PHOTOS) < 60
    assert "pending" in outcomes(tmp_path / "data").values()
    assert rows(tmp_path / "data", "SELECT count(*) FROM visits WHERE lease_run IS NOT NULL") == [(0,)]
