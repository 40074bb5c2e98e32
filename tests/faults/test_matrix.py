"""The matrix itself: a row for every fault, each with tests that exist and that `make test` runs, or with a reason."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from phx_scraper.storage import crash_points
from tests.faults.extended_faults import CRASH_HITS, DISK_FAULTS
from tests.faults.matrix import MATRIX, Row
from tests.integration.crawls import REPOSITORY

PACKAGE = REPOSITORY / "phx_scraper"
# The kinds of fault that the matrix must have a row of, whatever else it has; after 50 those found since.
ROWS = range(1, 65)
# Where files of the store, or beside it, may be changed: the five calls, and what is made or moved as a whole.
WRITERS = {
    "storage/files/disk.py": "the five calls",
    "storage/files/atomic_folder.py": "opens new temporary files",
    "storage/files/folder_store.py": "removes empty folders",
    "storage/catalogue/integrity_check.py": "notes beside a large catalogue; without them an opening takes longer",
    "storage/catalogue/database.py": "removes a copy of the catalogue that it had begun",
    "storage/catalogue/opened_elsewhere.py": "asks for a lock of a file that is there, and writes nothing",
    "storage/catalogue/read_only_folder.py": "copies a catalogue into a temporary folder",
    "reconcile/rebuild.py": "removes a new catalogue that it had begun",
    "report/report_files.py": "opens the folder of a report for its lock",
    "run/jobdir.py": "sets strange job folders aside",
    "extensions/feed_export.py": "feeds, wherever a person wants them",
    "config/locations.py": "opens the log that a person names",
    "commands/catalogue.py": "removes a new catalogue that nothing could be copied into",
    "commands/newsource.py": "writes into a developer's checkout",
    "export/export_target.py": "exports, wherever a person wants them",
    "export/tables.py": "exports, into a place that is renamed when whole",
    "export/picture_folders.py": "exports, into a place that is renamed when whole",
    "commands/output.py": "gives /dev/null to a reader that is gone",
    "imaging/categories/vision_cache.py": "the converted model in the user's cache, renamed when whole",
    "orchestrator/wanted_properties.py": "a list of homes in a temporary folder",
    "service/run_worker.py": "says in its own temporary folder whose it is",
    "service/slice_crawl.py": "removes a slice's list of homes",
    "homes/kept_list.py": "a slice's list of homes in the worker's temporary folder",
    "probe/fixture_candidate.py": "writes into a developer's checkout, or where a person says",
    "downloader/saved_pages/saved_file.py": "unpacks a file into a temporary one",
}
_BY_THE_FIVE = re.compile(r"(?:_disk|\bdisk|Disk\(\))\.\w+\(")
_WRITING = re.compile(
    r"\.(?:write_text|write_bytes|touch|hardlink_to|symlink_to|unlink|rename|rmdir|truncate|ftruncate|pwrite)\("
    r"|\bopen\([^)]*[\"'](?:[wax]|r\+)b?[\"']|\.open\([\"'](?:[wax]|r\+)"
    r"|\bos\.(?:open|replace|rename|link|remove|unlink|write)\(|\bshutil\.(?:copy|move|rmtree)|\.replace\(target\)"
    r"|\bNamedTemporaryFile\("
)


def test_there_is_a_row_for_every_fault() -> None:
    assert [row.number for row in MATRIX] == list(ROWS)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: str(row.number))
def test_a_row_has_tests_or_says_why_not(row: Row) -> None:
    assert bool(row.tests) != bool(row.absent)
    assert [node for node in row.tests if not exists(node)] == []


def exists(node: str) -> bool:
    """Whether a test file or a test function is there."""
    path, _, name = node.partition("::")
    if not (REPOSITORY / path).is_file():
        return False
    tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
    tests = {part.name for part in tree.body if isinstance(part, ast.FunctionDef) and part.name.startswith("test_")}
    return name in tests if name else bool(tests)


def test_make_test_runs_them_all() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]
    collected = settings["ini_options"]["testpaths"]
    assert {node.split("/")[1] for row in MATRIX for node in row.tests} <= {Path(path).name for path in collected}


def test_the_extended_run_covers_every_crash_point_and_every_disk_call() -> None:
    assert set(CRASH_HITS) == set(crash_points.POINTS)
    assert {fault.split(":")[0] for fault in DISK_FAULTS} == {"write", "fsync", "rename", "commit", "link", "unlink"}


def test_only_a_few_modules_change_files() -> None:
    places = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "replica" not in path.parts and _WRITING.search(_BY_THE_FIVE.sub("", path.read_text(encoding="utf-8")))
    }
    assert places == WRITERS.keys()
