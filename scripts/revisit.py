"""What a second run over homes that did not change costs beside the first, and a third one over some that did.

    python scripts/revisit.py [HOMES [PHOTOS]]

The replica's pictures are drawn before, so that the first run is as quick as it can be. The bar: no bytes of photos in
the second run, and under 5 % of the first one's wall time.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line, perhaps, whole
from phx_scraper.replica import Options, running

CHANGES = """address,source,changed,removed,new,price,status
"{0}",maricopa_assessor,1,,,,
"{1}",maricopa_assessor,1,,,,
"{2}",maricopa_assessor,1,,,,
"{3}",zillow,,2,1,,
"{4}",phoenix_mls,,3,,,
"""


def crawl(store: Path, homes: Path, options: Options, days: float) -> dict[str, float]:
    """One run; its wall time, its CPU time, and what the replica sent."""
    with running(options) as replica:
        settings = (f"IMAGES_STORE={store}", f"PHX_REPLICA_URL={replica.url}", "PHX_DELAY_SCALE=0")
        line = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "all",
            "-a",
            f"addresses={homes}",
            "-a",
            f"refresh_days={days}",
        ]
        line += [word for setting in settings for word in ("-s", setting)]
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        environment = os.environ | {"MARICOPA_ASSESSOR_TOKEN": "token"}
        project = Path(__file__).parents[1]
        done = subprocess.run(line, cwd=project, env=environment, capture_output=True, text=True, check=False)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode in {0, 1}, done.stderr
        seen = replica.stats()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "requests": seen["total"], "photo bytes": seen["photo_bytes"]}


def changes(store: Path) -> dict[str, int]:
    """What the last run said of photos."""
    query = (
        "SELECT change, COUNT(*) FROM changes WHERE run_id = (SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1)"
    )
    with sqlite3.connect(store / "metadata" / "catalogue.sqlite") as database:
        return dict(database.execute(f"{query} GROUP BY change").fetchall())


def main(number: int, photos: int) -> None:
    """Run the three, and print a line for each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store, homes, file = folder / "data", folder / "homes.csv", folder / "changes.csv"
        addresses = [f"{4700 + place} W Davis Rd, Glendale, AZ 85306" for place in range(number)]
        homes.write_text("full_address\n" + "".join(f'"{one}"\n' for one in addresses), encoding="utf-8")
        file.write_text(CHANGES.format(*(addresses * 5)[:5]), encoding="utf-8")
        cache = Path(os.environ.get("REPLICA_CACHE", folder / "pictures"))
        options = Options(photos=(photos, photos), kinds=frozenset(), cache=cache, warm=homes)
        changed = Options(photos=(photos, photos), kinds=frozenset(), cache=cache, homes=homes, changes=file)
        first = crawl(store, homes, options, 7)
        print("first ", json.dumps(first), changes(store), flush=True)
        for label, chosen in (("second", options), ("third ", changed)):
            again = crawl(store, homes, chosen, 0)
            wall, cpu = (f"{again[name] / first[name]:.1%}" for name in ("wall", "cpu"))
            share = f"{wall} of the first's wall time, {cpu} of its CPU"
            print(label, json.dumps(again), changes(store), share, flush=True)


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "homes", 40, whole(), "how many")
    perhaps(parser, "photos", 40, whole(), "of each home")
    main(*vars(parser.parse_args()).values())
