"""A smaller form of `scripts/browser_pages.py`, which measures 200 pages."""

from __future__ import annotations

from pathlib import Path

from tests.browser.many_pages import measure

PAGES = 12
MOST_RENDERERS = 8
"""Processes that hold pages: the one in work, one that Chromium keeps ready, and some that are just ending; a page that
is left open keeps its own, so that there would be one for each."""


def test_pages_are_closed_and_memory_is_bounded(tmp_path: Path) -> None:
    samples, code = measure(PAGES, tmp_path)
    assert code == 0, (tmp_path / "output").read_text(encoding="utf-8")
    assert max(one.pages for one in samples) >= PAGES - 1
    assert 0 < max(one.renderers for one in samples) <= MOST_RENDERERS
    assert max(one.browser for one in samples) < 1500
