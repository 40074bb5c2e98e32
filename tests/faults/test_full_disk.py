"""The real command on a full disk: it stops cleanly, leaves no incomplete file, and completes once there is space."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults import interrupted_crawl
from tests.faults.baseline import Baseline, state
from tests.faults.small_disk import MECHANISMS, MEGABYTE, NoSmallDisk, SmallDisk, small_disk
from tests.faults.store_damage import permanent_damage, temporary_files
from tests.integration import crawls
from tests.snapshot import differences

STOPPED = 3
ANY_SPACE = {"PHX_MIN_FREE_DISK_MB": 0}
# Runs its arguments after the first under that limit on the size of any file.
LIMITED = (
    "import os, resource, sys\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)\n"
    "os.execv(sys.argv[2], sys.argv[2:])"
)

MakeDisk = Callable[..., SmallDisk]


@pytest.fixture
def make_disk(tmp_path: Path) -> Iterator[MakeDisk]:
    """Makes a small disk, or skips the test with the reason."""
    with ExitStack() as stack:

        def make(size: int, *mechanisms: str) -> SmallDisk:
            try:
                return stack.enter_context(small_disk(tmp_path / "small", size, mechanisms or MECHANISMS))
            except NoSmallDisk as why:
                pytest.skip(f"no small disk can be made here ({why}); a limit on file sizes is tested all the same")

        yield make


def assert_it_stopped_and_completed(seen: interrupted_crawl.RerunResult) -> None:
    """The first run stopped for lack of space, and the second completed."""
    assert seen.first_code == STOPPED, seen.printed
    assert "Traceback" not in seen.printed
    assert seen.is_good, seen


def run_on(disk: SmallDisk, baseline: Baseline, settings: Mapping[str, Any]) -> tuple[int, str]:
    """Exit code and output of the crawl into a store on that disk."""
    return interrupted_crawl.run([*disk.prefix, *baseline.command(disk.place / "data", settings)])


def copied(disk: SmallDisk, folder: Path) -> Path:
    """A copy of the store on the disk."""
    return Path(shutil.copytree(disk.seen / "data", folder))


def filled_and_freed(baseline: Baseline, disk: SmallDisk, free: int, copies: Path) -> interrupted_crawl.RerunResult:
    """A crawl that runs out of space, and the same command once there is enough."""
    disk.fill_until(free)
    baseline.replica.reset()
    code, printed = run_on(disk, baseline, ANY_SPACE)
    stopped = copied(disk, copies / "stopped")
    before = interrupted_crawl.StateBeforeRerun.look(baseline, stopped, code, printed)
    assert temporary_files(stopped) == []
    disk.clear()
    second_code, _ = run_on(disk, baseline, ANY_SPACE)
    return interrupted_crawl.rerun_result(baseline, "full", before, second_code, copied(disk, copies / "complete"))


# Free space, as a share of the store's size: nothing, too little for the catalogue, enough for some photos.
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.7])
def test_a_crawl_on_a_full_disk_completes_after_space_is_freed(
    baseline: Baseline, make_disk: MakeDisk, share: float, tmp_path: Path
) -> None:
    seen = filled_and_freed(baseline, make_disk(baseline.bytes * 3), int(baseline.bytes * share), tmp_path)
    assert "No space left" in seen.printed
    assert_it_stopped_and_completed(seen)


def test_without_root_a_namespace_gives_a_small_disk(baseline: Baseline, make_disk: MakeDisk, tmp_path: Path) -> None:
    disk = make_disk(baseline.bytes * 3, "namespace")
    assert_it_stopped_and_completed(filled_and_freed(baseline, disk, baseline.bytes // 2, tmp_path))


# Bytes: too few for the catalogue, for the catalogue's growth, for the larger pictures.
@pytest.mark.parametrize("limit", [50_000, 200_000, 400_000])
def test_a_limit_on_file_sizes_is_a_full_disk(baseline: Baseline, limit: int) -> None:
    prefix = (sys.executable, "-c", LIMITED, str(limit))
    seen = interrupted_crawl.interrupted(baseline, f"limit-{limit}", prefix=prefix)
    assert_it_stopped_and_completed(seen)


def test_below_the_minimum_of_free_space_a_run_does_not_start(baseline: Baseline, make_disk: MakeDisk) -> None:
    baseline.replica.reset()
    code, printed = run_on(make_disk(30 * MEGABYTE), baseline, {"PHX_MIN_FREE_DISK_MB": 31})
    assert code == STOPPED
    assert "PHX_MIN_FREE_DISK_MB=31" in printed
    assert len(printed.strip().splitlines()) == 1
    assert crawls.requests(baseline.replica) == 0


def test_at_the_minimum_of_free_space_a_run_stops_and_resumes_later(
    baseline: Baseline, make_disk: MakeDisk, tmp_path: Path
) -> None:
    floor = 20
    disk = make_disk(floor * MEGABYTE + baseline.bytes * 3)
    disk.fill_until(floor * MEGABYTE + baseline.bytes // 4)
    # Slower than the check, which runs once a second.
    settings = {"PHX_MIN_FREE_DISK_MB": floor, "PHX_CONCURRENT_HOMES": 1, "PHX_DELAY_SCALE": 0.1}
    code, printed = run_on(disk, baseline, settings)
    assert code == STOPPED, printed
    assert f"PHX_MIN_FREE_DISK_MB={floor}" in printed
    assert "Traceback" not in printed
    assert disk.free > 0
    stopped = copied(disk, tmp_path / "stopped")
    assert permanent_damage(stopped) + temporary_files(stopped) == []
    disk.clear()
    assert run_on(disk, baseline, settings)[0] in interrupted_crawl.ENDED
    assert differences(baseline.plain, state(copied(disk, tmp_path / "complete"))) == []
