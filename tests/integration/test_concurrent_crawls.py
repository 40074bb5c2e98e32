"""Four real crawls on one catalogue and list: each visit once, a killed one replaced, a busy catalogue waited for."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running, truth
from tests.integration.crawls import (
    EXAMPLE_HOMES,
    assert_agrees_with_truth,
    crawl,
    held_at,
    kill,
    rows,
    start,
)


def pages(urls: Mapping[str, int]) -> dict[str, int]:
    return {url: number for url, number in urls.items() if "/homedetails/" in url}


def test_four_crawls_do_each_visit_once(tmp_path: Path, options: Options) -> None:
    calm = replace(options, without=frozenset({"rate_limited", "unavailable"}))
    with running(calm) as replica:
        crawl("zillow", tmp_path / "alone", replica.url, addresses=EXAMPLE_HOMES)
        alone = pages(replica.urls())
        replica.reset()
        crawls = [start("zillow", tmp_path / "shared", replica.url, addresses=EXAMPLE_HOMES) for _ in range(4)]
        printed = [process.communicate(timeout=300)[0].decode() for process in crawls]
        assert {process.returncode for process in crawls} <= {0, 1}, printed
        assert pages(replica.urls()) == alone
    assert_agrees_with_truth(tmp_path / "shared", truth(EXAMPLE_HOMES, calm))
    assert rows(tmp_path / "shared", "SELECT max(attempts) FROM visits WHERE outcome = 'ok'") == [(0,)]


def leases_of(store: Path, pid: int) -> dict[tuple[str, str], float]:
    """Visits that a process holds, and the time until which it does."""
    holder = f"lease_holder LIKE '%:{pid}:%'"
    query = f"SELECT property_hash, source, lease_until FROM visits WHERE lease_run IS NOT NULL AND {holder}"
    return {(home, source): until for home, source, until in rows(store, query)}


def test_the_visits_of_a_killed_crawl_are_taken_over_immediately(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        with held_at(replica, 20) as in_their_midst:
            crawls = [start("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES) for _ in range(4)]
            in_their_midst()
            killed = crawls.pop(0)
            kill(killed)
            held = leases_of(tmp_path, killed.pid)
        printed = [process.communicate(timeout=300)[0].decode() for process in crawls]
        assert {process.returncode for process in crawls} <= {0, 1}, printed
    begun = {
        (home, source): at
        for home, source, at in rows(tmp_path, "SELECT property_hash, source, started_at FROM visits")
    }
    assert [visit for visit, until in held.items() if begun[visit] >= until] == [], "its leases were waited for"
    assert_agrees_with_truth(tmp_path, truth(EXAMPLE_HOMES, options))


def test_a_busy_catalogue_is_waited_for(tmp_path: Path, options: Options) -> None:
    with running(options) as replica:
        crawl("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=1)
        replica.reset()
        with held_at(replica, 16) as in_its_midst:
            process = start("zillow", tmp_path, replica.url, addresses=EXAMPLE_HOMES, limit=4)
            in_its_midst()
            holder = sqlite3.connect(tmp_path / "metadata" / "catalogue.sqlite", isolation_level=None, timeout=30)
            holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
        holder.execute("ROLLBACK")
        holder.close()
        printed = process.communicate(timeout=180)[0].decode()
    assert process.returncode in {0, 1}, printed
    assert "Traceback" not in printed
