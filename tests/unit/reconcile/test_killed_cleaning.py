"""`kill -9` in the midst of a cleaning or a forgetting: no check complains then, and done again it ends the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.reconcile.check import check
from phx_scraper.run.arguments import prepare
from phx_scraper.run.visits import VisitService
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from phx_scraper.views import write_changed
from phx_scraper.views.finish_removals import finish_removals
from phx_scraper.views.stale_views import stale_views
from tests.catalogue_calls import write
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.reconcile.cleaning import A, B, C, Store
from tests.unit.storage.catalogue_helpers import ADDRESSES, homes, process
from tests.unit.storage.crash_and_rerun import child

KILLED = 137
POINTS = [
    *("commit.before:1", "commit.after:2", "commit.after:4", "unlink.before:1", "unlink.after:2", "unlink.after:4"),
    *("write.before:1", "rename.after:2"),
]


def cleaned(root: Path) -> None:
    store = Store(root)
    store.clean()
    store.close()


def forgotten(root: Path) -> None:
    catalogue = Catalogue.open(root / paths.CATALOGUE)
    write(catalogue, forget_homes, [homes()[0].property_hash])
    finish_removals(catalogue, FolderStore(root, fsync=False))
    catalogue.close()


def next_crawl(root: Path) -> list[object]:
    """As much of a crawl as comes before its first request, and its end; what a check finds before."""
    catalogue = Catalogue.open(root / paths.CATALOGUE)
    # What a start puts right is told before.
    before = check(catalogue, FolderStore(root, changes=False), 1.0).problems
    found: list[object] = [problem for problem in before if problem.kind not in {"stale_view", "temporary"}]
    files = FolderStore(root, fsync=False)
    job = prepare("all", ("zillow",), {"address": ADDRESSES[1]}, read_config({"IMAGES_STORE": root}))
    visits = VisitService(job, catalogue, files, process)
    visits.register("next", lambda: False)
    write_changed(catalogue, files)
    found += check(catalogue, FolderStore(root, changes=False), 1.0).problems
    with catalogue.transaction() as tx:
        tx.exec_driver_sql("DELETE FROM runs WHERE run_id = 'next'")
    found += stale_views(catalogue, files)
    catalogue.close()
    return found


def state(root: Path) -> Snapshot:
    catalogue = Catalogue.open(root / paths.CATALOGUE)
    taken = snapshot(catalogue, FolderStore(root))
    catalogue.close()
    return taken


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two homes of which the listing has dropped pictures since."""
    store = Store(tmp_path_factory.mktemp("killed") / "data")
    store.crawl({"zillow": [A, B, C], "redfin": [A, C]}, count=2)
    store.crawl({"zillow": [A], "redfin": [A]}, count=2)
    store.close()
    return store.root


@pytest.mark.parametrize("work", [cleaned, forgotten])
def test_killed_anywhere_it_ends_the_same(work: Callable[[Path], None], collected: Path, tmp_path: Path) -> None:
    copied(collected, tmp_path / "plain")
    assert child(lambda: work(tmp_path / "plain")) == 0
    assert next_crawl(tmp_path / "plain") == []
    plain, hits = state(tmp_path / "plain"), 0
    for point in POINTS:
        root = tmp_path / point
        copied(collected, root)
        code = child(lambda root=root: work(root), point)  # type: ignore[misc]
        assert code in {KILLED, 0}
        hits += code == KILLED
        assert next_crawl(root) == [], point
        work(root)
        assert differences(plain, state(root)) == [], point
    assert hits > len(POINTS) // 2


def copied(one: Path, other: Path) -> None:
    """With the hard links of the folders of homes."""
    shutil.copytree(one, other, copy_function=shutil.copy2)
    for path in (other / "homes").rglob("img_*.png"):
        data = path.read_bytes()
        [same] = [picture for picture in (other / "processed").rglob("*.png") if picture.read_bytes() == data]
        path.unlink()
        path.hardlink_to(same)
