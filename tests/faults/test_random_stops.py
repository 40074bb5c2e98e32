"""A few of the hundred random stops of `make faults-full`: first and resumed crawls, by signals and failing disks."""

from __future__ import annotations

import pytest

from tests.faults.baseline import Baseline
from tests.faults.random_stops import stopped_repeatedly

SEED = 7
# The limit on a busy machine; `make faults-full` allows ten seconds on an idle one.
SECONDS = 45.0


@pytest.mark.parametrize("number", range(4))
def test_random_stops_of_first_and_resumed_runs_lose_nothing(baseline: Baseline, number: int) -> None:
    row = stopped_repeatedly(baseline, number, SEED, SECONDS)
    assert row.seen.is_good, f"{row}\n{[stop.printed[-2000:] for stop in row.stops]}"
