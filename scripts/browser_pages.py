"""Renders 200 pages (or so many) of the replica: memory of the browser as it goes, and what outlives an ended crawl."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.many_pages import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
