"""Record the cassettes of the spiders' tests anew: all of them, or those of the sources that are named.

`python scripts/record_cassettes.py [--live] [SOURCE ...]` asks our replica, with --live the live sites. The tests run
on what is recorded, so a failing one says what has changed; replayed without a server they must pass again. Twice the
same code records the same bytes: what `git diff tests/cassettes` shows is what has changed. Cassettes of cases that
are gone are removed when all are recorded.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line

ROOT = Path(__file__).parents[1]
# Zillow's first: of other sources some cases begin with a home that Zillow has listed.
SOURCES = ("zillow", "redfin", "phoenix_mls", "maricopa_assessor")


def main() -> int:
    """Record, then replay; returns the exit code of pytest."""
    parser = command_line(__doc__, __file__)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=f"one of {', '.join(SOURCES)}; default: all")
    parser.add_argument("--live", action="store_true", help="ask the live sites instead of the replica")
    parsed = parser.parse_args()
    unknown = [source for source in parsed.sources if source not in SOURCES]
    if unknown:
        parser.error(f"{', '.join(unknown)}: no such source; known are {', '.join(SOURCES)}")
    chosen = [source for source in SOURCES if source in (parsed.sources or SOURCES)]
    files = [f"tests/spiders/test_{source}_cassettes.py" for source in chosen]
    if not parsed.sources:
        for cassette in (ROOT / "tests" / "cassettes").glob("*.json"):
            cassette.unlink()
    recorded = _pytest("--record=live" if parsed.live else "--record=replica", *files)
    return recorded or _pytest(*files, "tests/spiders/test_cassette_files.py")


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
