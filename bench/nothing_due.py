"""What the same command costs when nothing is due: CPU beyond that of one home, and the files that it writes.

`python -m bench.nothing_due [PHOTOS] [FOLDER]`: 30,000 photos in `build/bench/nothing-due`, which is kept for the next
measurement. Its pictures are a few bytes each, because nothing reads them.
"""

from __future__ import annotations

import contextlib
import statistics
from pathlib import Path

from sqlalchemy import update

from bench.catalogue_driver import PHOTOS, SOURCE, CatalogueDriver
from bench.command_line import command_line, perhaps, whole
from bench.homes_list import write_homes
from bench.measure import REPOSITORY, run, scrapy
from bench.plan import WORK
from phx_scraper.report.report_writer import write_report
from phx_scraper.report.runs_page import RUNS
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_all

ROUNDS = 5
_NEVER = 30_000  # days until a visit is due again


def main(photos: int, folder: Path) -> None:
    """Measure both stores in turn, and print."""
    stores = {count: _filled(folder / f"store-{count}", count) for count in (1, photos // PHOTOS)}
    costs: dict[int, list[float]] = {count: [] for count in stores}
    for _ in range(ROUNDS):
        for count, store in stores.items():
            costs[count].append(_cpu(store, count))
    few, many = (statistics.median(costs[count]) for count in stores)
    print(f"1 home: {few:.2f} s of CPU; {photos:,} photos: {many:.2f} s; beyond start-up: {many - few:.2f} s")


def _filled(store: Path, homes: int) -> Path:
    if not (store / "filled").exists():
        driver = CatalogueDriver(store / paths.CATALOGUE)
        for _ in range(homes):
            driver.collect_home()
        _write_files(driver, FolderStore(store, fsync=False))
        driver.close()
        (store / "filled").touch()
    with contextlib.closing(Catalogue.open(store / paths.CATALOGUE)) as catalogue:
        write_report(catalogue, FolderStore(store))
    return store


def _write_files(driver: CatalogueDriver, files: FolderStore) -> None:
    images = schema.images
    with driver.catalogue.transaction() as tx:
        rows = tx.execute(images.select()).all()
        for row in rows:
            files.write(row.path, row.path.encode())
            files.write(paths.thumbnail(row.content_hash), row.path.encode())
            if row.raw_path:
                files.write(row.raw_path, row.raw_path.encode())
        tx.execute(update(images).values(file_size_bytes=len(rows[0].path)))
    write_all(driver.catalogue, files)


def _cpu(store: Path, homes: int) -> float:
    """CPU seconds of one run; fails where it did not end well or wrote anything but its record and the page of runs."""
    listed = write_homes(store.with_suffix(".csv"), homes)
    before = _written(store)
    arguments = ("-a", f"addresses={listed}", "-a", f"refresh_days={_NEVER}", "-s", f"IMAGES_STORE={store}")
    log = store.with_suffix(".log")
    cost = run(scrapy("crawl", SOURCE, *arguments), REPOSITORY, log)
    changed = [path for path, when in _written(store).items() if before.get(path) != when]
    others = [path for path in changed if not path.startswith(f"{paths.RUNS}/") and path != RUNS]
    if cost.code or others:
        raise SystemExit(f"exit code {cost.code}, written: {changed[:5]}; see {log}")
    return cost.cpu


def _written(store: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in store.rglob("*") if path.is_file() and "catalogue" not in path.name)
    return {str(path.relative_to(store)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "photos", 30_000, whole(PHOTOS), "in the larger store")
    perhaps(parser, "folder", WORK / "nothing-due", Path, "where the stores are made")
    main(**vars(parser.parse_args()))
