"""Which tests the workers of `pytest -n` take together, and which they begin with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_REPOSITORY = Path(__file__).parents[1]
# A worker passes each folder once, so what a folder shares is made at most once per worker; the quick tests come last
# and even out the ends.
FOLDERS = (
    "tests/scrapyd/",
    "tests/browser/",
    "tests/report/",
    "tests/faults/",
    "tests/integration/",
    "tests/spiders/",
    "tests/postgresql/",
    "tests/unit/",
)
# Each shares what takes long to begin: scrapyd and its port; two browsers and a store; a server.
WHOLE = ("tests/scrapyd/", "tests/report/", "tests/postgresql/")
# The ones that take longest begin first within their folder.
LONG = (
    "test_all_crawl.py",
    "test_hostile_proxy.py",
    "test_bench.py",
    "test_breaker.py",
    "test_transient_failures.py",
    "test_zillow_crawl.py",
    "test_fuzzed_pictures.py",
    "test_hostile_servers.py",
    "test_memory.py",
    "test_kills.py",
)


def group_of(nodeid: str) -> str:
    """The tests of one group run one after another in one worker."""
    file, _, _ = nodeid.partition("::")
    whole = next((folder for folder in WHOLE if file.startswith(folder)), None)
    if whole is not None:
        return whole
    return file if file.startswith("tests/unit/") or _shares(file) else nodeid


def order_of(nodeid: str) -> tuple[int, int]:
    """What tests are sorted by; within equals their own order stays."""
    folder = next((place for place, name in enumerate(FOLDERS) if nodeid.startswith(name)), len(FOLDERS))
    return folder, next((place for place, name in enumerate(LONG) if name in nodeid), len(LONG))


@cache
def _shares(file: str) -> bool:
    """Whether the file's tests share what one of them would have to make anew."""
    return 'scope="module"' in (_REPOSITORY / file).read_text(encoding="utf-8")
