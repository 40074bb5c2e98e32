"""Run as a separate process: crawls compression bombs and prints by how many kilobytes its peak memory grew."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from scrapy import Request

from tests.unit.downloader.crawling import ReactorThread, crawl


def peak_kb() -> int:
    """Peak resident memory of this process in kilobytes (Linux, proc(5))."""
    match = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert match is not None
    return int(match[1])


def main(replica: str, handler: str) -> None:
    """Warm up with a small answer, then take the bombs."""
    settings = {"PHX_REPLICA_URL": replica, "RETRY_TIMES": 0}
    thread = ReactorThread()
    meta = {"phx_handler": handler}
    thread.run(lambda: crawl([Request("https://www.zillow.com/packed", meta=meta)], settings))
    before = peak_kb()
    urls = [f"https://www.zillow.com/bomb?encoding={kind}&n={n}" for kind in ("gzip", "br", "zstd") for n in range(3)]
    outcome = thread.run(lambda: crawl([Request(url, meta=meta) for url in urls], settings))
    thread.stop()
    sys.stdout.write(json.dumps({"errors": len(outcome.errors), "grown_kb": peak_kb() - before}))


if __name__ == "__main__":
    main(*sys.argv[1:])
