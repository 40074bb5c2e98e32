"""`scrapy status` and `scrapy reconcile` work on a read-only folder as on any other."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from phx_scraper.storage.files import paths
from tests.faults.baseline import Baseline
from tests.faults.mounts import CannotMount, mounted
from tests.integration import crawls

COMMANDS = (("status", "--json"), ("reconcile", "--json", "--read-data"))


@contextmanager
def mounted_read_only(folder: Path) -> Iterator[None]:
    """A bind mount of the folder onto itself, read-only even to root."""
    try:
        with mounted('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"', folder):
            yield
    except CannotMount as error:
        pytest.skip(f"nothing can be mounted here: {error}")


@contextmanager
def without_permission(folder: Path) -> Iterator[None]:
    """For users other than root."""
    places = [folder, *folder.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        yield
    finally:
        for place in places:
            place.chmod(0o755 if place.is_dir() else 0o644)


@pytest.fixture
def make_read_only() -> Iterator[Callable[[Path], None]]:
    """Makes a folder read-only until the test ends."""
    with ExitStack() as stack:
        mechanism = mounted_read_only if os.geteuid() == 0 else without_permission
        yield lambda folder: stack.enter_context(mechanism(folder))


@pytest.fixture
def store(baseline: Baseline, tmp_path: Path) -> Path:
    return Path(shutil.copytree(baseline.folder / "plain", tmp_path / "store"))


def answers(store: Path) -> dict[str, crawls.Result]:
    return {" ".join(line): crawls.scrapy(line[0], store, *line[1:]) for line in COMMANDS}


def test_status_and_reconcile_work_on_a_read_only_folder(store: Path, make_read_only: Callable[[Path], None]) -> None:
    before = answers(store)
    make_read_only(store)
    assert answers(store) == before
    assert [path.name for path in store.glob("metadata/catalogue*")] == ["catalogue.sqlite"]


def test_what_a_killed_run_left_in_the_write_ahead_log_is_reported(
    store: Path, make_read_only: Callable[[Path], None]
) -> None:
    catalogue = store / paths.CATALOGUE
    with sqlite3.connect(catalogue) as connection:
        connection.execute("UPDATE visits SET outcome = 'error', reason = 'only_in_the_log'")
        connection.commit()
        for part in ("catalogue.sqlite", "catalogue.sqlite-wal"):
            shutil.copy(catalogue.with_name(part), catalogue.with_name(f"copy-{part}"))
    connection.close()
    for part in ("catalogue.sqlite", "catalogue.sqlite-wal"):
        catalogue.with_name(f"copy-{part}").rename(catalogue.with_name(part))
    make_read_only(store)
    result = crawls.scrapy("status", store)
    assert result.code == 1, result.output
    assert "only_in_the_log" in result.output


def test_a_crawl_and_a_repair_report_missing_write_permission(
    baseline: Baseline, store: Path, make_read_only: Callable[[Path], None]
) -> None:
    make_read_only(store)
    for result in (crawls.crawl("all", store, baseline.replica.url, addresses=baseline.homes),
                   crawls.scrapy("reconcile", store, "--repair")):  # fmt: skip
        assert result.code == 2
        assert len(result.output.strip().splitlines()) == 1, result.output


def test_a_report_of_it_is_written_elsewhere(
    store: Path, tmp_path: Path, make_read_only: Callable[[Path], None]
) -> None:
    make_read_only(store)
    refused = crawls.scrapy("report", store)
    assert refused.code == 2
    assert "scrapy report --out FOLDER" in refused.output
    for options in ((), ("--with-pictures",)):
        done = crawls.scrapy("report", store, "--out", str(tmp_path / "pages"), *options)
        assert done.code == 0, done.output
        assert (tmp_path / "pages" / "index.html").is_file()
