"""Many pages by the browser: the memory that they take, and whether anything outlives a crawl that is ended.

`python scripts/browser_pages.py [PAGES]` measures 200; the suite a few.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.command_line import command_line, perhaps, whole
from phx_scraper.downloader.browser.process_memory import memory_mb
from phx_scraper.replica import Options, Replica, running
from tests.browser.processes import alive, descendants
from tests.integration.crawls import REPOSITORY, start

REQUESTS_OF_A_PAGE = 3
"""At the replica: the plain page, the browser's frame of it, and what its script fetches."""
_SECONDS = 0.5


class Sample(NamedTuple):
    """Megabytes (PSS) of browser with driver, and of the crawl itself; `renderers` are processes that hold pages."""

    pages: float
    browser: float
    crawl: float
    renderers: int


def measure(pages: int, folder: Path) -> tuple[list[Sample], int]:
    """Samples of one crawl of `pages` homes at one source, and its exit code."""
    homes = write_homes(folder, pages)
    with running(Options(only=("scripted_pages",), photos=(1, 1), width=400)) as replica:
        settings = {"DOWNLOAD_TIMEOUT": 60, "PHX_CONCURRENT_HOMES": 4}
        process = start("zillow", folder / "store", replica.url, settings, addresses=homes, dry_run=1)
        with (folder / "output").open("wb") as output:
            samples = _samples(process, replica)
            output.write(process.communicate()[0])
        return samples, process.returncode


def write_homes(folder: Path, count: int) -> Path:
    """A list of homes that the replica knows, as it knows any."""
    file = folder / "homes.csv"
    rows = [f"{1000 + 2 * number} W Saguaro Ln,Peoria,AZ,85345" for number in range(count)]
    file.write_text("\n".join(["street,city,state,zip", *rows, ""]), encoding="ascii")
    return file


def growth(samples: Sequence[Sample], pages: int) -> tuple[float, float]:
    """Megabytes by which browser and crawl grew from the second to the last quarter of the pages."""
    early = [one for one in samples if pages / 4 <= one.pages < pages / 2 and one.browser]
    late = [one for one in samples if one.pages >= pages * 3 / 4 and one.browser]
    return (
        median(one.browser for one in late) - median(one.browser for one in early),
        median(one.crawl for one in late) - median(one.crawl for one in early),
    )


def left_over(blow: signal.Signals, folder: Path) -> tuple[int, float]:
    """Processes that outlive a crawl in the midst of its pages by ten seconds, and the seconds until all were gone."""
    homes = write_homes(folder, 20)
    with running(Options(only=("scripted_pages",), photos=(1, 1), width=400)) as replica:
        process = start("zillow", folder / "store", replica.url, {"DOWNLOAD_TIMEOUT": 60}, addresses=homes)
        while _pages(replica) < 3:
            assert process.poll() is None, "the crawl ended before its third page"
            time.sleep(_SECONDS)
        family = descendants(process.pid)
        process.send_signal(blow)
        begun = time.monotonic()
        while alive(family) and time.monotonic() - begun < 10:
            time.sleep(0.05)
        left, seconds = len(alive(family)), time.monotonic() - begun
        process.communicate()
        return left, seconds


def _samples(process: subprocess.Popen[bytes], replica: Replica) -> list[Sample]:
    samples = []
    while process.poll() is None:
        family = descendants(process.pid)
        renderers = sum("--type=renderer" in one.command for one in family)
        browser, crawl = memory_mb(one.pid for one in family), memory_mb([process.pid])
        samples.append(Sample(_pages(replica), browser, crawl, renderers))
        time.sleep(_SECONDS)
    return [*samples, Sample(_pages(replica), 0, 0, 0)]


def _pages(replica: Replica) -> float:
    return float(replica.stats()["hosts"].get("www.zillow.com", {}).get("page", 0)) / REQUESTS_OF_A_PAGE


def main(arguments: Sequence[str]) -> int:
    """Print what was measured; 1 where memory grew by more than a tenth, or a process was left."""
    parser = command_line(__doc__, str(REPOSITORY / "scripts" / "browser_pages.py"))
    perhaps(parser, "pages", 200, whole(), "how many")
    pages = parser.parse_args(arguments).pages
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples, code = measure(pages, folder)
        step = max(1, pages // 10)
        for mark in range(0, pages, step):
            here = [one for one in samples if mark <= one.pages < mark + step and one.browser]
            if here:
                browser, crawl = median(one.browser for one in here), median(one.crawl for one in here)
                print(f"pages {mark:4} to {mark + step:4}: browser {browser:6.0f} MB, crawl {crawl:5.0f} MB")
        browser, crawl = growth(samples, pages)
        print(f"second to last quarter: browser {browser:+.0f} MB, crawl {crawl:+.0f} MB; exit code {code}")
        left = 0
        for blow in (signal.SIGTERM, signal.SIGKILL):
            inner = folder / blow.name
            inner.mkdir()
            count, seconds = left_over(blow, inner)
            left += count
            print(f"{blow.name}: {count} processes left, all gone after {seconds:.1f} s")
    early = median(one.browser for one in samples if one.browser)
    return int(bool(left or code or browser > early / 10))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
