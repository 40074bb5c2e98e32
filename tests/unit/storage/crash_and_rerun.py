"""Kills a run at crash points and runs it again, each in a forked child: prints the differences as JSON.

Usage: python -m tests.unit.storage.crash_and_rerun FOLDER POINT…
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import Collector, homes

HOMES = 2


def run(root: Path, log: Path) -> None:
    """One whole run; each fetched page and photo is a line in the log."""
    with log.open("a", encoding="utf-8") as lines:

        def note(line: str) -> None:
            lines.write(line + "\n")
            lines.flush()

        Collector(root, log=note).run(homes(HOMES))


def child(work: Callable[[], None], crash_at: str = "") -> int:
    """Run `work` in a forked child; returns its exit code."""
    pid = os.fork()
    if pid == 0:
        os.environ[crash_points.VARIABLE] = crash_at
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def state(root: Path) -> Snapshot:
    catalogue, files = Catalogue.open(root / paths.CATALOGUE), FileStore(root)
    taken = snapshot(catalogue, files)
    catalogue.close()
    return taken


def crash_and_rerun(folder: Path, point: str, plain: Snapshot) -> dict[str, object]:
    root, log = folder / point, folder / f"{point}.log"
    crashed = child(lambda: run(root, log), point)
    before = log.read_text(encoding="utf-8").splitlines()
    again = child(lambda: run(root, log))
    fetched = log.read_text(encoding="utf-8").splitlines()
    return {
        "crashed": crashed,
        "again": again,
        "before": len(before),
        "twice": sorted({line for line in fetched if fetched.count(line) > 1}),
        "differences": differences(plain, state(root)),
    }


def main(folder: Path, points: list[str]) -> None:
    plain_code = child(lambda: run(folder / "plain", folder / "plain.log"))
    plain = state(folder / "plain")
    results = {point: crash_and_rerun(folder, point, plain) for point in points}
    photos = (folder / "plain.log").read_text(encoding="utf-8").splitlines()
    json.dump({"plain": {"code": plain_code, "fetched": len(photos)}, "points": results}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
