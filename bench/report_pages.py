"""What the report costs: whole, of one changed home, looked through again, and where nothing changed.

`python -m bench.report_pages [HOMES [PHOTOS_OF_A_HOME [FOLDER]]]`: 500 homes of 60 photos in
`build/bench/report-pages`, which is kept for the next measurement. CPU seconds, so that it may run beside other work;
pictures are a few bytes each, because nothing reads them.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from bench.catalogue_driver import CatalogueDriver
from bench.command_line import command_line, perhaps, whole
from bench.plan import WORK
from phx_scraper.report.report_folder import ReportFolder
from phx_scraper.report.report_writer import write_report
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.report_queries import home_states
from phx_scraper.storage.catalogue.sql_helpers import mark_stale
from phx_scraper.storage.catalogue.thumbnails import with_thumbnail
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore


def main(homes: int, photos: int, folder: Path) -> None:
    """Measure and print."""
    store = _filled(folder / f"store-{homes}-{photos}", homes, photos)
    files = FolderStore(store)
    shutil.rmtree(store / "report", ignore_errors=True)
    with contextlib.closing(Catalogue.open(store / paths.CATALOGUE)) as catalogue:
        _measure("whole report", catalogue, files)
        _measure("nothing changed", catalogue, files)
        with catalogue.transaction() as tx:
            mark_stale(tx, home_states(tx)[homes // 2].property_hash)
        _measure("one home changed", catalogue, files)
        _measure("looked through again (scrapy report)", catalogue, files, look_again=True)
        out = ReportFolder(folder / "out")
        shutil.rmtree(out.path, ignore_errors=True)
        _measure("whole report in a folder of its own", catalogue, files, out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:.0f} MB; index: {_size(store, 'index*.html')}, homes: {_size(store)}")


def _measure(
    what: str, catalogue: Catalogue, files: FolderStore, out: ReportFolder | None = None, *, look_again: bool = False
) -> None:
    began = time.process_time()
    written = write_report(catalogue, files, look_again=look_again, folder=out)
    print(f"{what}: {time.process_time() - began:.2f} s of CPU, {len(written):,} pages written")


def _size(store: Path, pattern: str = "homes/*.html") -> str:
    sizes = [page.stat().st_size for page in (store / "report").glob(pattern)]
    return f"{len(sizes):,} pages of {sum(sizes) / len(sizes) / 1024:,.0f} kB"


def _filled(store: Path, homes: int, photos: int) -> Path:
    if not (store / "filled").exists():
        driver = CatalogueDriver(store / paths.CATALOGUE, photos)
        driver.collect_home()
        driver.fill(homes * photos)
        with driver.catalogue.reading() as tx:
            rows = with_thumbnail(tx)
        names = (name for row in rows for name in (row.path, row.raw_path, paths.thumbnail(row.content_hash)))
        _write(FolderStore(store, fsync=False), names)
        driver.close()
        (store / "filled").touch()
    return store


def _write(files: FolderStore, names: Iterable[str]) -> None:
    for name in names:
        files.write(name, b"picture")


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "homes", 500, whole(), "how many")
    perhaps(parser, "photos", 60, whole(), "of each home")
    perhaps(parser, "folder", WORK / "report-pages", Path, "where the store is made")
    main(**vars(parser.parse_args()))
