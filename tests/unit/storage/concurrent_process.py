"""One process of several on one catalogue. Usage: python -m tests.unit.storage.concurrent_process FOLDER LOG MODE"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from phx_scraper.storage.catalogue import restart_visits, runs
from tests.catalogue_calls import write
from tests.unit.storage.catalogue_helpers import Collector, Shown, homes


def collect(root: Path, log: Path) -> None:
    """Collect the whole list, concurrently with other processes."""
    with log.open("a", encoding="utf-8") as lines:

        def note(line: str) -> None:
            lines.write(f"{line}\n")
            lines.flush()

        Collector(root, log=note).run(homes())


def hold(root: Path) -> None:
    """Lease the first visit, print a line, and block until killed."""
    collector = Collector(root)
    collector.begin(homes())
    lease = collector.lease(homes()[0].property_hash, "zillow")
    assert lease is not None
    os.write(1, b"holding\n")
    sys.stdin.read()


def churn(root: Path, number: int) -> None:
    """Store and forget one picture repeatedly, under this process's home."""
    home, source = homes()[number % len(homes())].property_hash, "zillow"
    collector = Collector(root, show=lambda _source: [Shown("a", "front")])
    for turn in range(25):
        collector.run_id = f"run{number}-{turn}"
        write(collector.catalogue, runs.start, collector.run_id, "all", {}, time.time())
        write(collector.catalogue, restart_visits.forget, [home], [source])
        lease = collector.lease(home, source)
        assert lease is not None
        collector.collect(lease)
        with collector.catalogue.reading() as connection:
            shown = connection.exec_driver_sql(
                "SELECT path FROM images JOIN photos USING (raw_sha256)"
                f" WHERE property_hash = '{home}' AND state = 'stored'"
            ).scalars()
            missing = [path for path in shown if not collector.files.exists(path)]
        assert not missing, f"stored, but missing: {missing}"
    collector.catalogue.close()


if __name__ == "__main__":
    mode = sys.argv[3]
    if mode == "collect":
        collect(Path(sys.argv[1]), Path(sys.argv[2]))
    elif mode == "hold":
        hold(Path(sys.argv[1]))
    else:
        churn(Path(sys.argv[1]), int(mode))
