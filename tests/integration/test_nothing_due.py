"""The same command with nothing due: it writes its run record and no other file."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.replica import Options, running
from tests.integration import crawls

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306; 15230 N 37th Way, Phoenix, AZ 85032"


def written(store: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every file but the catalogue's."""
    files = (path for path in store.rglob("*") if path.is_file() and "catalogue" not in path.name)
    return {str(path.relative_to(store)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_a_run_with_nothing_due_writes_its_record_only(pictures: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with running(Options(cache=pictures, photos=(4, 6), width=480, kinds=frozenset())) as replica:
        assert crawls.crawl("redfin", store, replica.url, address=ADDRESS).code == 0
        before = written(store)
        replica.reset()
        assert crawls.crawl("redfin", store, replica.url, address=ADDRESS).code == 0
        assert crawls.requests(replica) == 0
        after = written(store)
        assert {name: what for name, what in after.items() if name in before} == before
        assert [name.rpartition("/")[0] for name in after.keys() - before.keys()] == ["metadata/runs"]
        (store / "metadata" / "url_tracker.json").unlink()
        assert crawls.crawl("redfin", store, replica.url, address=ADDRESS).code == 0
    assert (store / "metadata" / "url_tracker.json").is_file()
