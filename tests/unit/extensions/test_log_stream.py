"""Where the log goes while a bar is shown."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

import pytest

from phx_scraper.extensions import progress


def test_the_log_of_a_terminal_scrolls_above_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = logging.StreamHandler(io.StringIO())
    monkeypatch.setattr(progress, "get_scrapy_root_handler", lambda: handler)
    progress._log_to_stderr()
    assert handler.stream is sys.stderr


def test_a_log_file_keeps_its_lines_while_a_bar_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With LOG_FILE the file stayed empty, and the lines were on the terminal."""
    handler = logging.FileHandler(tmp_path / "crawl.log")
    monkeypatch.setattr(progress, "get_scrapy_root_handler", lambda: handler)
    with handler.stream:
        progress._log_to_stderr()
        handler.handle(logging.LogRecord("phx_scraper", logging.INFO, "", 0, "ok (7 photos)", (), None))
        handler.flush()
        assert (tmp_path / "crawl.log").read_text() == "ok (7 photos)\n"
