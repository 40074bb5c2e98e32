"""Fixtures of tests that run commands in their own process, and leave it as it was."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator

import pytest
from scrapy.utils.log import DEFAULT_LOGGING


@pytest.fixture(autouse=True)
def current_event_loop() -> Iterator[None]:
    """Scrapy's commands take the current event loop, or make one that nobody closes; the reactor keeps its first."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    if getattr(sys.modules.get("twisted.internet.reactor"), "_asyncioEventloop", None) is not loop:
        loop.close()


@pytest.fixture(autouse=True)
def logging_of_the_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """They set up the process's log, and pytest would then keep every record of a later test, and with it a crawler."""
    # While there is one, every crawler of the process installs it anew.
    monkeypatch.setattr("scrapy.utils.log._scrapy_root_handler", None)
    root = logging.getLogger()
    handlers = [*root.handlers]
    levels = {name: logging.getLogger(name).level for name in (root.name, *DEFAULT_LOGGING["loggers"])}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in [one for one in root.handlers if one not in handlers]:
        if not type(handler).__module__.startswith("_pytest."):
            root.removeHandler(handler)
