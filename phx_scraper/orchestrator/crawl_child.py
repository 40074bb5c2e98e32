"""`python -m phx_scraper.orchestrator.crawl_child`: one crawl, ordered by a JSON line on standard input.

The line is `{"arguments": {…}, "settings": {…}}`. Standard input stays open as long as the parent lives: where it ends,
the crawl stops cleanly, so that no crawl outlives the program that asked for it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading

from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings

REPORTS = "phx_scraper.orchestrator.crawl_reports.CrawlReports"


def main() -> None:
    """Crawl; the exit code is that of `scrapy crawl`."""
    order = json.loads(_line())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    settings = get_project_settings()
    settings.setdict(order["settings"], priority="cmdline")
    settings["EXTENSIONS"][REPORTS] = 400
    arguments = [part for name, value in order["arguments"].items() for part in ("-a", f"{name}={value}")]
    execute(["scrapy", "crawl", "all", *arguments], settings)


def _line() -> bytes:
    # By the file descriptor: a thread that waits in a reader of Python's aborts the interpreter's end.
    line = b""
    while not line.endswith(b"\n") and (part := os.read(sys.stdin.fileno(), 2**16)):
        line += part
    return line


def _stop_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
