"""How `pytest -n` shares the tests among its workers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.distribution import FOLDERS, LONG, group_of, order_of

TESTS = Path(__file__).parents[1]


def test_every_named_folder_and_file_is_there() -> None:
    assert [name for name in FOLDERS if not (TESTS.parent / name).is_dir()] == []
    assert [name for name in LONG if not list(TESTS.rglob(name))] == []


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/scrapyd/test_jobs.py::test_a", "tests/scrapyd/"),
        ("tests/report/test_keyboard.py::test_a[chromium]", "tests/report/"),
        ("tests/unit/homes/test_units.py::test_a[x]", "tests/unit/homes/test_units.py"),
        ("tests/integration/test_reconcile.py::test_a", "tests/integration/test_reconcile.py"),
        ("tests/integration/test_breaker.py::test_a", "tests/integration/test_breaker.py::test_a"),
    ],
)
def test_tests_that_share_something_stay_together(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_each_folder_is_passed_once_with_its_longest_first() -> None:
    first, last = f"tests/integration/{LONG[0]}::test_z", "tests/integration/test_a.py::test_a"
    given = ["tests/unit/test_a.py::test_a", last, first, "tests/faults/test_a.py::test_a"]
    assert sorted(given, key=order_of) == [given[3], first, last, given[0]]


def test_the_crawl_of_the_quick_tests_is_there() -> None:
    named = re.search(
        r"^WHOLE_CRAWL := ([\w/.]+)::(\w+)\[", (TESTS.parent / "Makefile").read_text(encoding="utf-8"), re.M
    )
    assert named is not None
    assert f"def {named[2]}(" in (TESTS.parent / named[1]).read_text(encoding="utf-8")
