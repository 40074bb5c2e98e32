"""The name by which the program was started: hints to further commands must work as they stand."""

from __future__ import annotations

import re
import sys
from pathlib import Path

SCRAPY, INSTALLED = "scrapy", "phx-scraper"
_HINT = re.compile(r"\bscrapy (?=[a-z]+\b)")


def program_name() -> str:
    """`phx-scraper` where it was started so, as from any folder; else `scrapy`, which finds us only in a checkout."""
    return INSTALLED if Path(sys.argv[0]).name == INSTALLED else SCRAPY


def as_typed(text: str) -> str:
    """A text for people in which `scrapy COMMAND` is what this user types."""
    return _HINT.sub(f"{program_name()} ", text)
