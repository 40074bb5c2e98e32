"""What Prometheus is told: true figures, bounded labels, no address, and which part is down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from phx_scraper.errors import StorageError
from phx_scraper.model.request_counts import HomesAsked, RefusalMet
from phx_scraper.service import jobs, metrics
from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue import breakers, job_slices, request_rows, schema
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.job_slices import Ticket
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import write
from tests.redis_server import WHY_NOT, RedisServer, redis_program
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector, decide, finish_visit, homes

pytest.importorskip("prometheus_client")
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(service: Service, store: FolderStore | None = None) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(metrics.metrics_text(service, store).decode()):
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    return found[f"phx_{name}", frozenset(labels.items())]


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    made = Collector(tmp_path / "data", fsync=False)
    yield made
    made.catalogue.close()


@pytest.fixture
def collected(collector: Collector) -> Collector:
    """Two homes: one has photos of one source, the other was refused at another."""
    collector.begin(homes(2))
    first, second = (home.property_hash for home in homes(2))
    for label, source in ((first, "zillow"), (second, "redfin")):
        lease = collector.lease(label, source)
        assert lease is not None
        if source == "zillow":
            collector.collect(lease)
        else:
            finish_visit(collector.catalogue, lease, "blocked", "captcha", decide, time.time())
    return collector


def test_the_collection_is_counted_by_words_of_the_tables(collected: Collector) -> None:
    found = read(Service(collected.catalogue), collected.files)
    assert value(found, "homes") == 2
    assert value(found, "visits", source="zillow", outcome="ok") == 1
    assert value(found, "visits", source="zillow", outcome="pending") == 1
    assert value(found, "visits_last_hour", source="redfin", outcome="blocked", reason="captcha") == 1
    assert value(found, "photos", source="zillow", state="stored") == 3
    assert value(found, "photos", source="zillow", state="failed") == 1
    assert value(found, "photos_last_hour", source="zillow") == 3
    assert abs(value(found, "source_last_success_timestamp_seconds", source="zillow") - time.time()) < 600
    assert ("phx_source_last_success_timestamp_seconds", frozenset({("source", "redfin")})) not in found
    assert value(found, "store_bytes", kind="pictures") > value(found, "store_bytes", kind="originals") > 0
    assert value(found, "store_free_bytes") > 0
    assert {part: value(found, "up", part=part) for part in ("catalogue", "store")} == {"catalogue": 1, "store": 1}


def test_what_is_older_than_an_hour_is_not_recent(collected: Collector) -> None:
    long_ago = time.time() - 3601
    write(collected.catalogue, lambda tx: tx.execute(update(schema.visits).values(finished_at=long_ago)))
    write(collected.catalogue, lambda tx: tx.execute(update(schema.photos).values(processed_at=long_ago)))
    found = read(Service(collected.catalogue))
    assert sum(number for (name, _), number in found.items() if name.endswith("_last_hour")) == 0
    assert value(found, "source_last_success_timestamp_seconds", source="zillow") == pytest.approx(long_ago)


def test_jobs_and_their_slices_are_counted_with_the_longest_wait(collector: Collector) -> None:
    service = Service(collector.catalogue)
    job = jobs.submit(service, Submission(homes())).job
    write(collector.catalogue, job_slices.take, Ticket(job.job_id, 1, 0), "w", time.time())
    write(collector.catalogue, lambda tx: tx.execute(update(schema.metadata.tables["job_slices"]).values(homes=4)))
    other = jobs.submit(service, Submission(homes(1))).job
    created = {"created_at": time.time() - 500}
    table = schema.metadata.tables["jobs"]
    write(
        collector.catalogue, lambda tx: tx.execute(update(table).where(table.c.job_id == other.job_id).values(created))
    )
    found = read(service)
    assert {state: value(found, "jobs", state=state) for state in ("running", "queued", "failed")} == {
        "running": 1, "queued": 1, "failed": 0,
    }  # fmt: skip
    assert value(found, "slice_homes", state="running", priority="normal") == 4
    assert 500 <= value(found, "queue_wait_seconds", priority="normal") < 1100
    assert value(found, "queue_wait_seconds", priority="high") == 0


def test_how_long_jobs_took_is_told_of_those_that_ended_today(collector: Collector) -> None:
    service = Service(collector.catalogue)
    table = schema.metadata.tables["jobs"]
    now = time.time()
    for seconds, ended in ((10, now), (20, now), (40, now), (9000, now - 100_000)):
        job = jobs.submit(service, Submission(homes())).job
        times = {"state": "finished", "started_at": ended - seconds, "finished_at": ended}
        write(collector.catalogue, lambda tx, job=job, times=times: tx.execute(
            update(table).where(table.c.job_id == job.job_id).values(times)
        ))  # fmt: skip
    found = read(service)
    assert value(found, "jobs_ended_last_day") == 3
    shares = {share: value(found, "job_seconds_last_day", share=share) for share in ("0.5", "0.9", "1.0")}
    assert shares == pytest.approx({"0.5": 20, "0.9": 40, "1.0": 40}, abs=0.01)


def test_refusals_are_told_by_source_and_by_the_reasons_of_the_table(collector: Collector) -> None:
    collector.begin(homes(1))
    now = time.time()
    met = [
        RefusalMet(number, source, reason, "page", "plain", "page", "www.zillow.com", "a", "chrome", "", at)
        for number, (source, reason, at) in enumerate(
            [
                ("zillow", "captcha", now),
                ("zillow", "http_503", now),
                ("zillow", "http_599", now),
                ("zillow", "captcha", now - 4000),
                ("redfin", 'never seen "before"\n', now),
                ("acme", "captcha", now),
                ("acme two", "captcha", now),
            ]
        )
    ]
    write(collector.catalogue, request_rows.write, collector.run_id, met, {}, {"zillow": HomesAsked(1, 1)})
    found = read(Service(collector.catalogue))
    refused = {tuple(sorted(dict(labels).values())): number for (name, labels), number in found.items()
               if name == "phx_refusals_last_hour" and number}  # fmt: skip
    assert refused == {
        ("captcha", "zillow"): 1, ("http_5*", "zillow"): 2, ("other", "redfin"): 1, ("captcha", "other"): 2,
    }  # fmt: skip


def test_a_source_that_is_left_alone_is_told(collector: Collector) -> None:
    write(collector.catalogue, breakers.write, BreakerRow("zillow", 3, 0, time.time(), 0.0, "refusal: captcha"))
    write(collector.catalogue, breakers.write, BreakerRow("redfin", 1, 0, None, 0.0, "failure: timeout"))
    found = read(Service(collector.catalogue))
    assert {name: value(found, "source_left_alone", source=name) for name in SOURCES} == {
        name: float(name == "zillow") for name in SOURCES
    }


def test_no_metric_names_a_home(collected: Collector) -> None:
    service = Service(collected.catalogue)
    jobs.submit(service, Submission(homes()))
    text = metrics.metrics_text(service, collected.files).decode().lower()
    secrets = [*ADDRESSES, *(home.property_hash for home in homes()), collected.run_id, str(collected.root), "http:"]
    assert [one for one in secrets if one.lower() in text] == []
    assert "davis" not in text
    assert "example" not in text


def test_the_same_is_told_for_some_seconds(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(collector.catalogue)
    assert value(read(service), "homes") == 0
    collector.begin(homes(2))
    assert value(read(service), "homes") == 0
    later = time.monotonic() + metrics.KEPT_SECONDS + 600
    monkeypatch.setattr(metrics.time, "monotonic", lambda: later)
    assert value(read(service), "homes") == 2


def test_a_catalogue_that_cannot_be_read_is_told_as_down(tmp_path: Path) -> None:
    collector = Collector(tmp_path / "data", fsync=False)
    collector.catalogue.close()
    place = collector.catalogue.path
    place.write_bytes(b"no database at all" * 1000)
    found = read(Service(collector.catalogue), collector.files)
    assert {part: value(found, "up", part=part) for part in ("catalogue", "store")} == {"catalogue": 0, "store": 1}
    assert not any(name == "phx_homes" for name, _ in found)


def test_a_part_that_takes_too_long_is_down_until_it_has_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(metrics, "_KEPT_TIMES", 0.0)
    go_on, calls = threading.Event(), []

    def slow() -> list[Metric]:
        calls.append(1)
        assert go_on.wait(60)
        return []

    part = metrics._Part(slow)
    for _ in range(2):
        part.begin()
        assert part.known(0.01) is None
    go_on.set()
    assert part.known(60) == []
    assert len(calls) == 1


def test_what_is_always_slow_is_told_as_it_was_while_it_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(metrics, "_KEPT_TIMES", 0.0)
    go_on = threading.Event()

    def read() -> list[Metric]:
        assert go_on.wait(60)
        return []

    part = metrics._Part(read)
    go_on.set()
    part.begin()
    assert part.known(60) == []
    part._usual = 1000.0
    go_on.clear()
    part.begin()
    assert part.known(0.01) == []
    go_on.set()


def test_a_part_for_which_no_thread_could_be_had_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    part = metrics._Part(list)
    with monkeypatch.context() as bound:
        bound.setattr(threading.Thread, "start", refused)
        part.begin()
    assert part.known(0.01) is None
    part.begin()
    assert part.known(60) == []


def test_a_part_that_failed_for_long_is_asked_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[float] = [100.0]

    def read() -> list[Metric]:
        if answers:
            monkeypatch.setattr(metrics.time, "monotonic", lambda: now + 100)
            raise StorageError(f"nothing within {answers.pop():g} s")
        return []

    now = time.monotonic()
    monkeypatch.setattr(metrics.time, "monotonic", lambda: now)
    part = metrics._Part(read)
    part.begin()
    assert part.known(1000) is None
    monkeypatch.setattr(metrics.time, "monotonic", lambda: now + 101 + metrics.KEPT_SECONDS)
    part.begin()
    assert part.known(1000) == []


@pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)
def test_redis_is_read_or_told_as_down(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> None:
    from phx_scraper.service.redis_queue import RedisQueue

    server = RedisServer(tmp_path_factory.mktemp("r"))
    try:
        queue = RedisQueue(server.url)
        service = Service(collector.catalogue, queue)
        jobs.submit(service, Submission(homes()))
        found = read(service)
        assert value(found, "queue_entries", priority="normal") == 1
        assert value(found, "workers", state="busy") == 0
        assert value(found, "last_sweep_timestamp_seconds") == 0
        queue.tidy()
        assert abs(value(read(Service(collector.catalogue, RedisQueue(server.url))), "last_sweep_timestamp_seconds")
                   - time.time()) < 600  # fmt: skip
    finally:
        server.kill()
    found = read(Service(collector.catalogue, RedisQueue(server.url)))
    assert value(found, "up", part="redis") == 0
    assert not any(name == "phx_workers" for name, _ in found)
