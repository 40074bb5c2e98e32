"""Power loss at the n-th disk call: data that was not synced is lost, and no row refers to it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from phx_scraper.reconcile.check import check
from phx_scraper.storage.catalogue import runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.disk import Disk
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_calls import write
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import Collector, homes

# Coprime with the calls of one photo, so that every position of the sequence occurs.
STEP = 11
LOST_DATA = {"missing_picture", "missing_original", "wrong_size", "hash_mismatch"}


class PowerCut(BaseException):
    """Not handled by any code of the program."""


class ForgetfulDisk(Disk):
    """After the given number of calls it loses unsynced data, and new names in unsynced folders."""

    def __init__(self, calls: int) -> None:
        self.left = calls
        self.unsynced: set[Path] = set()
        self.unnamed: list[tuple[Path, bytes | None]] = []

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise PowerCut

    def write(self, descriptor: int, chunks: Iterable[bytes]) -> None:
        self._count()
        self.unsynced.add(_place(descriptor))
        super().write(descriptor, chunks)

    def fsync(self, descriptor: int) -> None:
        self._count()
        super().fsync(descriptor)
        place = _place(descriptor)
        self.unsynced.discard(place)
        self.unnamed = [entry for entry in self.unnamed if entry[0].parent != place]

    def rename(self, source: Path, target: Path) -> None:
        self._count()
        self.unnamed.append((target, target.read_bytes() if target.exists() else None))
        super().rename(source, target)
        if source in self.unsynced:
            self.unsynced.discard(source)
            self.unsynced.add(target)

    def lose(self) -> None:
        """The content of the medium after the power loss."""
        for target, before in reversed(self.unnamed):
            target.unlink(missing_ok=True)
            if before is not None:
                target.write_bytes(before)
        for path in self.unsynced:
            if path.exists():
                path.chmod(0o644)
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _place(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def test_no_row_refers_to_a_lost_file_and_the_next_run_completes(tmp_path: Path) -> None:
    Collector(tmp_path / "plain").run(homes(1))
    plain = state(tmp_path / "plain")
    for calls in count(5, STEP):
        root = tmp_path / str(calls)
        if not cut_after(root, calls):
            break
        catalogue = Catalogue.open(root / paths.CATALOGUE)
        found = check(catalogue, FolderStore(root, changes=False), 1.0).counts
        catalogue.close()
        assert not LOST_DATA & found.keys(), f"after {calls} calls"
        Collector(root, fsync=False).run(homes(1))
        assert differences(plain, state(root)) == [], f"after {calls} calls"
    assert calls > 100


def cut_after(root: Path, calls: int) -> bool:
    """Run until the power loss; False if the run needed fewer calls."""
    disk = ForgetfulDisk(calls)
    made = None
    try:
        made = Collector(root, disk=disk)
        made.run(homes(1))
    except PowerCut:
        if made is not None:
            # This process stays alive, so the lost run's leases would have to expire first.
            write(made.catalogue, runs.finish, made.run_id, "power", {}, 0.0)
            made.catalogue.close()
        disk.lose()
        return True
    return False


def state(root: Path) -> Snapshot:
    made = Collector(root, fsync=False)
    taken = snapshot(made.catalogue, made.files)
    made.catalogue.close()
    return taken
