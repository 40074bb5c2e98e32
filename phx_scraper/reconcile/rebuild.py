"""A lost catalogue made again from files, folders and run records, as far as they tell; hashes come from the bytes."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from phx_scraper.errors import AddressError, CatalogueError, DiskFull, StorageError
from phx_scraper.homes import Home, parse_inline
from phx_scraper.imaging.decoder_pool import Process
from phx_scraper.reconcile.decisions_import import put_decisions
from phx_scraper.reconcile.homes_in_views import Facts, ImportedHome, told_homes, told_runs, told_urls
from phx_scraper.reconcile.images_from_files import described_or_none
from phx_scraper.reconcile.kept_jobs import keep_jobs
from phx_scraper.reconcile.manifest_import import put_listings, put_photos, put_runs, put_visits
from phx_scraper.reconcile.told_across_homes import put_across
from phx_scraper.reconcile.told_corrections import put_corrections
from phx_scraper.storage.catalogue import registration, runs, schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.opened_elsewhere import is_open_elsewhere
from phx_scraper.storage.catalogue.runs import new_run_id
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.store import FileStore

_BESIDE = ("", "-wal", "-shm", ".closed")


@dataclass(slots=True)
class Rebuilt:
    """What came back, and what did not: a sentence for each home that could not be read.

    `kept` counts rows of tables that no file tells of, as the damaged catalogue had them, `unread` names those that
    could not be taken over.
    """

    homes: int = 0
    photos: int = 0
    runs: int = 0
    lost: list[str] = field(default_factory=list)
    kept: Mapping[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    set_aside: Path | None = None


def rebuild(place: Path, files: FileStore, process: Process) -> Rebuilt:
    """Make the catalogue at `place` anew. Raises CatalogueError where a healthy one that knows homes is there, and
    StorageError while another process has it open, for what that writes meanwhile would be lost.

    A damaged or empty one is set aside beside it, not removed. The new one appears when it is whole. Known again are
    homes, visits, listings (without facts), photos with their state, validators and images, what people decided, and
    runs; jobs and keys of the API where the damaged one can be read so far.
    """
    _refuse_open(place)
    _refuse_healthy(place)
    beside = place.with_name(f"{place.name}.rebuilding")
    for suffix in _BESIDE:
        Path(f"{beside}{suffix}").unlink(missing_ok=True)
    result = Rebuilt()
    with contextlib.closing(Catalogue.open(beside)) as catalogue:
        _fill(catalogue, files, process, result)
        stood = _stands(place)
        result.kept, result.unread = keep_jobs(place, catalogue)
    # Homes of the new one may have the numbers of changes that the pages were written at, with other contents.
    files.remove(paths.REPORT_STATE)
    _refuse_open(place, has_changed=_stands(place) != stood)
    result.set_aside = _set_aside(place)
    Disk().rename(beside, place)
    return result


def _fill(catalogue: Catalogue, files: FileStore, process: Process, result: Rebuilt) -> None:
    run_id, urls = new_run_id(), told_urls(files)
    across: list[tuple[str, Facts]] = []
    with catalogue.transaction() as tx:
        runs.start(tx, run_id, "reconcile", {"rebuild": "1"}, time.time())
        result.runs = put_runs(tx, told_runs(files))
    with ThreadPoolExecutor() as threads:
        for told in told_homes(files):
            try:
                home = _home(told)
                found = threads.map(partial(described_or_none, files, process=process), told.photos)
                with catalogue.transaction() as tx:
                    result.photos += _put_home(tx, home, told, list(found), urls, run_id)
                result.homes += 1
                across += [(home.property_hash, entry) for entry in told.across]
            except DiskFull:
                raise
            except (AddressError, StorageError, KeyError, TypeError, ValueError, AttributeError) as error:
                result.lost.append(f"{told.address[:80]!r} ({error})")
    with catalogue.transaction() as tx:
        put_across(tx, across)
        runs.finish(tx, run_id, "finished", {"homes": result.homes}, time.time())


def _home(told: ImportedHome) -> Home:
    found, errors = parse_inline(told.address)
    if len(found) != 1:
        raise AddressError(errors[0].reason if errors else "no single address")
    return replace(found[0], property_hash=told.label or found[0].property_hash)


def _put_home(
    connection: Connection,
    home: Home,
    told: ImportedHome,
    found: list[Any],
    urls: Mapping[str, Any],
    run_id: str,
) -> int:
    registered = registration.register(connection, [home], list(told.sources), run_id)
    (home,) = registered.homes
    put_listings(connection, home, told, run_id)
    pairs = list(zip(told.photos, found, strict=True))
    number = put_photos(connection, home, pairs, urls, run_id)
    put_visits(connection, home, told, run_id)
    put_decisions(connection, home.property_hash, told.decisions)
    put_corrections(connection, home.property_hash, told.corrections, pairs)
    return number


def _refuse_open(place: Path, has_changed: bool = False) -> None:
    if has_changed or is_open_elsewhere(place):
        raise StorageError(
            f"Another process uses the catalogue {place}, and what it writes meanwhile, such as jobs, would be lost:"
            " stop crawls, workers and the API first, then run scrapy reconcile --rebuild again."
        )


def _stands(place: Path) -> list[tuple[int, int] | None]:
    """Size and time of what rows are in; an empty log comes by reading."""
    found = [Path(f"{place}{suffix}") for suffix in ("", "-wal")]
    states = [one.stat() if one.exists() else None for one in found]
    return [(state.st_size, state.st_mtime_ns) if state is not None and state.st_size else None for state in states]


def _refuse_healthy(place: Path) -> None:
    if not place.exists():
        return
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(place)) as old:
        if old.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and _knows_homes(old):
            raise CatalogueError(f"The catalogue {place} is healthy: move it away first if you want it made anew.")


def _knows_homes(old: sqlite3.Connection) -> bool:
    """Whether there is anything to lose; a newer version's tables count, a file without ours is left alone."""
    tables = {row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return False
    if schema.homes.name not in tables:
        return True
    return bool(old.execute("SELECT EXISTS (SELECT 1 FROM homes)").fetchone()[0])


def _set_aside(place: Path) -> Path | None:
    if not place.exists():
        return None
    stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime())
    target = place.with_name(f"{place.name}.damaged-{stamp}")
    for suffix in _BESIDE:
        if Path(f"{place}{suffix}").exists():
            Disk().rename(Path(f"{place}{suffix}"), Path(f"{target}{suffix}"))
    return target
