"""A crawl is at work from its first word to its last, also between two visits; a dead process is not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from sqlalchemy import update

from phx_scraper.errors import StorageError, UsageError
from phx_scraper.reconcile.check import check
from phx_scraper.storage.catalogue import leases, runs, schema
from phx_scraper.storage.catalogue.crawls_at_work import crawls_at_work, end_killed, homes_in_hand, refuse_at_work
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.storage.process_identity import this_holder
from phx_scraper.views import write_all
from phx_scraper.views.stale_views import stale_views
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, homes

HOME = homes(1)[0].property_hash


def ended_process() -> str:
    """A holder that was a process of this machine."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    host, _, rest = this_holder().rpartition(":")[0].rpartition(":")
    assert rest.isdigit()
    return f"{host}:{done.stdout.decode().strip()}:1"


def test_from_its_beginning_to_its_end(begun: Collector) -> None:
    assert read(begun.catalogue, crawls_at_work) == [begun.run_id]
    with pytest.raises(StorageError, match=rf"{begun.run_id}.*scrapy clean again"):
        write(begun.catalogue, refuse_at_work, "clean")
    write(begun.catalogue, runs.finish, begun.run_id, "finished", {}, time.time())
    assert read(begun.catalogue, crawls_at_work) == []
    write(begun.catalogue, refuse_at_work, "clean")


def test_a_dead_process_is_at_no_work(begun: Collector) -> None:
    held = begun.lease(HOME, "zillow")
    assert held is not None
    assert read(begun.catalogue, homes_in_hand) == {HOME}
    holder = ended_process()
    with begun.catalogue.transaction() as tx:
        tx.execute(update(schema.visits).values(lease_holder=holder))
        tx.execute(update(schema.runs).values(totals={"holder": holder}))
    assert read(begun.catalogue, crawls_at_work) == []
    assert read(begun.catalogue, homes_in_hand) == set()


def test_a_visit_held_elsewhere_counts_though_its_run_is_unknown(begun: Collector) -> None:
    held = begun.lease(HOME, "zillow")
    assert held is not None
    write(begun.catalogue, runs.finish, begun.run_id, "finished", {}, time.time())
    with begun.catalogue.transaction() as tx:
        values = {"lease_run": "other", "lease_holder": "elsewhere", "lease_until": time.time() + 60}
        tx.execute(update(schema.visits).where(schema.visits.c.source == "zillow").values(**values))
    assert read(begun.catalogue, crawls_at_work) == ["other"]


def test_views_may_lag_while_a_crawl_is_at_work(begun: Collector) -> None:
    """What it has in hand is written when it is done; what it left is written by then."""
    write_all(begun.catalogue, begun.files)
    held = begun.lease(HOME, "zillow")
    assert held is not None
    begun.finish = lambda lease, outcome="ok": None  # type: ignore[method-assign,misc,assignment]
    begun.collect(held)
    assert list(stale_views(begun.catalogue, begun.files)) == []
    write(begun.catalogue, leases.release, held)
    assert {path.split("/")[0] for path, _ in stale_views(begun.catalogue, begun.files)} == {"homes"}
    assert check(begun.catalogue, FolderStore(begun.root, changes=False)).problems == []
    write(begun.catalogue, runs.finish, begun.run_id, "finished", {}, time.time())
    assert {path.split("/")[0] for path, _ in stale_views(begun.catalogue, begun.files)} == {"homes", "metadata"}
    assert [problem.kind for problem in check(begun.catalogue, FolderStore(begun.root, changes=False)).problems] == [
        "stale_view"
    ]


ELSEWHERE = "old-laptop/0badcafe/4026531836:17:99"


def begun_elsewhere(begun: Collector) -> None:
    with begun.catalogue.transaction() as tx:
        tx.execute(update(schema.runs).values(totals={"holder": ELSEWHERE}))


def test_a_run_of_another_machine_can_be_said_to_be_over(begun: Collector) -> None:
    begun_elsewhere(begun)
    told = rf"begun on old-laptop.*holds no visit.*add --killed {begun.run_id}"
    with pytest.raises(StorageError, match=told):
        write(begun.catalogue, refuse_at_work, "clean")
    write(begun.catalogue, end_killed, begun.run_id)
    write(begun.catalogue, refuse_at_work, "clean")
    write(begun.catalogue, end_killed, begun.run_id)  # said twice
    with begun.catalogue.reading() as tx:
        run = runs.get(tx, begun.run_id)
    assert run is not None
    assert run.ending == "killed"


def test_a_run_that_works_is_not_over_whatever_is_said(begun: Collector) -> None:
    with pytest.raises(UsageError, match="at work on this machine"):
        write(begun.catalogue, end_killed, begun.run_id)
    begun_elsewhere(begun)
    assert begun.lease(HOME, "zillow") is not None
    with pytest.raises(StorageError) as refused:
        write(begun.catalogue, refuse_at_work, "clean")
    assert "--killed" not in str(refused.value)
    with pytest.raises(UsageError, match="holds visits until"):
        write(begun.catalogue, end_killed, begun.run_id)
    with pytest.raises(UsageError, match="knows no run 'nowhere'"):
        write(begun.catalogue, end_killed, "nowhere")
