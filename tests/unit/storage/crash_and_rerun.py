"""Kills a run at crash points and runs it again, each in a forked child: prints the differences as JSON.

Usage: python -m tests.unit.storage.crash_and_rerun FOLDER POINT…

A point that begins with `again:` kills a second look at homes of which some photos changed, some went and some came.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from phx_scraper.storage import crash_points
from phx_scraper.storage.catalogue import restart_visits
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.folder_store import FolderStore
from tests.catalogue_places import catalogue_at, copy_catalogue
from tests.snapshot import Snapshot, differences, snapshot
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, homes, usual

HOMES = 2
AGAIN = "again:"


def run(root: Path, log: Path) -> None:
    """One whole run; each fetched page and photo is a line in the log."""
    with log.open("a", encoding="utf-8") as lines:

        def note(line: str) -> None:
            lines.write(line + "\n")
            lines.flush()

        Collector(root, log=note).run(homes(HOMES))


def shown_again(source: str) -> list[Shown]:
    """What a source shows of any home later: another front, the kitchen gone, a new picture."""
    front, _, own, broken = (replace(photo, names_content=False) for photo in usual(source))
    return [replace(front, scene=f"repainted-{source}"), own, broken, Shown(f"{source[0]}5", f"added-{source}")]


def look_again(root: Path, log: Path) -> None:
    """One whole run over homes that were collected before, and are due."""
    with log.open("a", encoding="utf-8") as lines:
        Collector(root, log=lambda line: print(line, file=lines, flush=True), show=shown_again).run(homes(HOMES))


def make_due(root: Path) -> None:
    catalogue = catalogue_at(root / paths.CATALOGUE)
    with catalogue.transaction() as tx:
        restart_visits.requeue_photos(tx, [home.property_hash for home in homes(HOMES)], SOURCES)
    catalogue.close()


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
    catalogue, files = catalogue_at(root / paths.CATALOGUE), FolderStore(root)
    taken = snapshot(catalogue, files)
    catalogue.close()
    return taken


def copy(root: Path, other: Path) -> None:
    """Copy a whole store."""
    shutil.copytree(root, other)
    copy_catalogue(root / paths.CATALOGUE, other / paths.CATALOGUE)


def crash_and_rerun(folder: Path, name: str, plain: Snapshot, known: Path) -> dict[str, object]:
    root, log, point = folder / name, folder / f"{name}.log", name.removeprefix(AGAIN)
    work = run
    if name != point:
        copy(known, root)
        work = look_again
    crashed = child(lambda: work(root, log), point)
    before = log.read_text(encoding="utf-8").splitlines()
    again = child(lambda: work(root, log))
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
    copy(folder / "plain", folder / "known")
    child(lambda: make_due(folder / "known"))
    copy(folder / "known", folder / "seen again")
    child(lambda: look_again(folder / "seen again", folder / "again.log"))
    expected = {True: state(folder / "seen again"), False: plain}
    results = {
        point: crash_and_rerun(folder, point, expected[point.startswith(AGAIN)], folder / "known") for point in points
    }
    photos = (folder / "plain.log").read_text(encoding="utf-8").splitlines()
    changed = len(expected[True].rows["photo_versions"])
    plain_figures = {"code": plain_code, "fetched": len(photos), "changed": changed}
    json.dump({"plain": plain_figures, "points": results}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
