"""Whole crawls in which the decoder of one picture fails."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phx_scraper.imaging import decoder_worker
from tests.faults.baseline import Baseline
from tests.faults.interruptions import DEADLINE_SECONDS
from tests.integration import crawls

STATES = "SELECT source, key, state, reason, raw_sha256 FROM photos"
# A picture that is listed once, without an alternative file.
ONCE = (
    "SELECT min(raw_sha256) FROM photos WHERE state = 'stored' GROUP BY raw_sha256"
    " HAVING count(*) = 1 AND min(fallbacks) = '[]'"
)


@dataclass(frozen=True)
class Decoded:
    """The result of a crawl whose decoder failed on one picture: failed photos of that picture by reason."""

    first_code: int
    failures: Mapping[str, int]
    others_unchanged: bool


def decoder_failed(baseline: Baseline, fault: str) -> Decoded:
    """A crawl in which the decoder of one picture aborts or hangs."""
    plain, store = baseline.folder / "plain", baseline.folder / f"decoder-{fault}"
    victim = crawls.rows(plain, ONCE)[0][0]
    baseline.replica.reset()
    environment = {**crawls.environment(), decoder_worker.FAULT: f"{fault}:{victim}"}
    done = subprocess.run(
        baseline.command(store, {"PHX_DECODER_TIMEOUT": 5}),
        cwd=crawls.REPOSITORY, env=environment, capture_output=True, timeout=DEADLINE_SECONDS, check=False,
    )  # fmt: skip
    before = {row[:2]: row[2:] for row in crawls.rows(plain, STATES)}
    after = {row[:2]: row[2:] for row in crawls.rows(store, STATES)}
    hit = [key for key, row in before.items() if row[2] == victim]
    return Decoded(
        first_code=done.returncode,
        failures=Counter(after[key][1] for key in hit),
        # A duplicate of the failed picture may now be kept; all other photos still have a picture.
        others_unchanged=all(
            _has_picture(row) == _has_picture(after[key]) for key, row in before.items() if key not in hit
        ),
    )


def _has_picture(row: tuple[Any, ...]) -> bool:
    return row[0] in {"stored", "duplicate"}
