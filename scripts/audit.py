"""Known vulnerabilities of the pinned dependencies: `make audit`, and the tolerant form in `make check`.

pip-audit asks an advisory service over the network. Exit codes: 0 none is known, 1 some are, 2 it could not be found
out; with `--tolerant` a service that cannot be reached, or not in time, is one sentence and 0.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line

REPOSITORY = Path(__file__).parents[1]
LOCKS = sorted(path.name for path in REPOSITORY.glob("requirements*.lock"))
"""What anybody installs of us: none may be left out because it came later."""
# The tolerant form is part of `make check` and must be quick; the strict one may take longer.
TOLERANT_SECONDS, STRICT_SECONDS = 30.0, 600.0
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Ended:
    """How pip-audit ended; `report` is None where it printed none, `why` says why there is no usable report."""

    report: dict[str, Any] | None
    why: str


def main(arguments: Sequence[str]) -> int:
    """Audit one lock after the other, and print the result."""
    chosen = _options(arguments)
    locks = [Path(lock).absolute() for lock in chosen.locks] or [REPOSITORY / lock for lock in LOCKS]
    until = time.monotonic() + (chosen.seconds or (TOLERANT_SECONDS if chosen.tolerant else STRICT_SECONDS))
    worst = CLEAN
    for lock in locks:
        ended = pip_audit(lock, until, *([] if chosen.tolerant else ["--strict"]))
        if ended.report is None or not _known(ended.report):
            return worst or _without_an_answer(lock, ended.why, chosen.tolerant)
        worst = max(worst, _judge(lock.name, ended.report))
    return worst


def _without_an_answer(lock: Path, why: str, tolerant: bool) -> int:
    # Reading the lock needs no network: a failure there is ours, and is not tolerated.
    if not tolerant or pip_audit(lock, time.monotonic() + TOLERANT_SECONDS, "--dry-run").report is None:
        print(f"audit: {lock.name} could not be audited: {why}", file=sys.stderr)
        return UNKNOWN
    print(f"audit: left out, because the advisory service could not be asked ({why}); make audit insists on it")
    return CLEAN


def pip_audit(lock: Path, until: float, *options: str) -> Ended:
    """Run it, until this time (`time.monotonic()`) at most."""
    line = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    line += ["--format=json", "--desc=off", *options, "-r", str(lock)]
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY, start_new_session=True
    )
    try:
        output, errors = process.communicate(timeout=max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Ended(None, "it took too long")
    try:
        return Ended(json.loads(output), "it knows none of the packages")
    except ValueError:
        return Ended(None, (errors.strip().splitlines() or [f"exit code {process.returncode}"])[-1])


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_line(__doc__, __file__)
    parser.add_argument("--tolerant", action="store_true", help="a service out of reach is no failure")
    parser.add_argument("--seconds", type=float, help=f"limit (default {STRICT_SECONDS:g}, {TOLERANT_SECONDS:g})")
    parser.add_argument("locks", nargs="*", help=f"files to audit (default {' '.join(LOCKS)})")
    return parser.parse_args(arguments)


def _known(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [package for package in report["dependencies"] if "skip_reason" not in package]


def _judge(lock: str, report: dict[str, Any]) -> int:
    known_packages = _known(report)
    vulnerable = [package for package in known_packages if package["vulns"]]
    for package in vulnerable:
        for known in package["vulns"]:
            better = ", ".join(known["fix_versions"]) or "no version yet"
            print(f"audit: {package['name']} {package['version']}: {known['id']}, fixed in {better}")
    unknown = [package["name"] for package in report["dependencies"] if package not in known_packages]
    if unknown:
        print(f"audit: the advisory service does not know {', '.join(unknown)}")
    if not vulnerable:
        print(f"audit: no vulnerability is known of the {len(known_packages)} packages in {lock}")
    return VULNERABLE if vulnerable else CLEAN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
