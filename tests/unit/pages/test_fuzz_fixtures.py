"""Every source's fixtures, damaged: only page errors may be raised, for a new source too."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.errors import PageError
from phx_scraper.sources import SOURCES

from .mutations import mutated_text
from .test_fixtures import CASES, call

CASES_PER_FIXTURE = 60
# Bodies in place of a page when a site or a connection fails.
ODD = (
    b"", b" ", b"\0", b"\xff\xfe\xff", b"<!-- -->", b"<html></html>", b"<", b"null", b"[]", b"{}", b"0", b'"text"',
    b"NaN", b"[" * 5000, b'{"a":' * 5000, b"<div>" * 5000, b'{"photos": null}', b'{"address": [], "photos": {"a": 1}}',
)  # fmt: skip


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_page_object_raises_only_page_errors(folder: Path, tmp_path: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    chance = random.Random(f"phx {folder.parent.name} {folder.name}")
    page = next(folder.glob("input.*"))
    whole = page.read_bytes()
    bodies = [*ODD, *(mutated_text(chance, whole) for _ in range(CASES_PER_FIXTURE if whole else 0))]
    copy = tmp_path / folder.parent.name / folder.name
    copy.mkdir(parents=True)
    for number, body in enumerate(bodies):
        (copy / page.name).write_bytes(body)
        check(copy, expected, number, body)


def check(folder: Path, expected: dict[str, Any], number: int, body: bytes) -> None:
    try:
        call(folder, expected)
    except PageError:
        pass
    except Exception as error:  # the test is about what this is
        pytest.fail(f"body {number} ({body[:60]!r}): {error!r} left the page object")


def test_every_source_is_fuzzed() -> None:
    assert {folder.parent.name for folder in CASES} >= set(SOURCES)
