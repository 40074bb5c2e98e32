"""`make demo`: starts the replica of the sources on this machine and collects the example homes from all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.replica import Options, running, truth

HOMES = "data/phx_homes.csv"
STORE = Path("data/demo")
NEXT = """The report shows commands: `source .venv/bin/activate` once, then paste them as they stand.
The replica has ended; a crawl among them asks it. To start it again: python -m phx_scraper.replica --port {port}"""


def main() -> int:
    """Collect into an empty store; the exit code is 0 also where an injected refusal makes the crawl's own 1."""
    shutil.rmtree(STORE, ignore_errors=True)
    with running(Options()) as replica:
        command = ["scrapy", "crawl", "all", "-a", f"addresses={HOMES}", "-s", f"PHX_REPLICA_URL={replica.url}"]
        command += ["-s", "PHX_DELAY_SCALE=0", "-s", f"IMAGES_STORE={STORE}"]
        print("$", " ".join(command), flush=True)
        # The replica takes any token but one; a person's own stays at home.
        environment = {**os.environ, "MARICOPA_ASSESSOR_TOKEN": "token-of-the-replica"}
        ending = subprocess.run([sys.executable, "-m", *command], check=False, env=environment).returncode
        print(planted(replica.options), flush=True)
    print(NEXT.format(port=urlsplit(replica.url).port), flush=True)
    show(STORE / "report" / "index.html", os.environ, is_watched=sys.stdout.isatty())
    return 0 if ending in (0, 1) else ending


def show(report: Path, environment: Mapping[str, str], *, is_watched: bool) -> None:
    """Open the report where a person sees it: at a terminal that is nobody's CI, with windows to open it in."""
    has_windows = (
        bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
        if sys.platform.startswith("linux")
        else "SSH_CONNECTION" not in environment
    )
    if report.is_file() and is_watched and has_windows and not environment.get("CI"):
        webbrowser.open(report.resolve().as_uri())


def planted(options: Options) -> str:
    """The faults that the replica injects; any other fault in the summary is unexpected."""
    visits = [visit for sources in truth(HOMES, options)["homes"].values() for visit in sources.values()]
    outcomes = Counter(visit["outcome"] for visit in visits if visit["outcome"] not in {"ok", "empty"})
    broken = sum(not photo["usable"] for visit in visits for photo in visit["photos"])
    parts = [
        f"{number} {'visit that ends' if number == 1 else 'visits that end'} as {name}"
        for name, number in outcomes.items()
    ]
    named = ", ".join([*parts, f"{broken} broken pictures"])
    return f"Planted on purpose by the replica, and met above: {named}. docs/reasons.md explains the words."


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    sys.exit(main())
