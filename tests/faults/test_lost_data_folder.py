"""The data folder becomes read-only or is removed during a crawl: the crawl stops, and resumes when it is restored."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import interrupted_crawl
from tests.faults.baseline import Baseline
from tests.integration import crawls

STOPPED = 3
# Root may write everywhere, except in a user namespace without privileges.
AS_NOBODY = ("unshare", "--user", "--")


def without_powers() -> tuple[str, ...]:
    """The prefix of a command that makes permissions apply."""
    if os.geteuid() != 0:
        return ()
    try:
        subprocess.run([*AS_NOBODY, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"root may write everywhere, and cannot be made nobody here: {error}")
    return AS_NOBODY


def make_read_only(store: Path) -> Callable[[], None]:
    """Remove write permission from every folder but the catalogue's; returns a function that restores it."""
    folders = [path for path in (store, *store.rglob("*")) if path.is_dir() and path.name != "metadata"]
    for folder in folders:
        folder.chmod(0o500)

    def mend() -> None:
        for folder in folders:
            folder.chmod(0o755)

    return mend


def move_away(store: Path) -> Callable[[], None]:
    """As when a disk is unplugged; returns a function that restores it."""
    elsewhere = store.with_name(f"{store.name}-elsewhere")
    store.rename(elsewhere)

    def mend() -> None:
        assert not store.exists(), sorted(store.rglob("*"))
        elsewhere.rename(store)

    return mend


@pytest.mark.parametrize("take", [make_read_only, move_away])
def test_a_lost_data_folder_stops_the_crawl_and_it_resumes_when_restored(
    baseline: Baseline, take: Callable[[Path], Callable[[], None]]
) -> None:
    store = baseline.folder / take.__name__
    baseline.replica.reset()
    mends = []

    prefix = without_powers() if take is make_read_only else ()
    with crawls.held_at(baseline.replica, 9) as in_its_midst:

        def interrupt(_process: subprocess.Popen[bytes]) -> None:
            in_its_midst()
            mends.append(take(store))
            baseline.replica.release()

        code, printed = interrupted_crawl.run([*prefix, *baseline.command(store)], interrupt=interrupt)
    mends[0]()
    assert code == STOPPED, printed
    assert "Traceback" not in printed
    before = interrupted_crawl.StateBeforeRerun.look(baseline, store, code, printed)
    seen = interrupted_crawl.rerun_result(
        baseline, store.name, before, interrupted_crawl.run(baseline.command(store))[0], store
    )
    assert seen.is_good, seen
