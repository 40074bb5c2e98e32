"""The real command, killed or with a fault, and run again: the same result as without."""

from __future__ import annotations

import signal

import pytest

from phx_scraper.storage import crash_points
from tests.faults import interrupted_crawl
from tests.faults.baseline import Baseline
from tests.faults.decoder_faults import decoder_failed
from tests.faults.interruptions import signal_after

STOPPED = 3
# Hits after opening and registering, which leave work for the next run.
HITS = {"write": 3, "fsync": 8, "rename": 3, "unlink": 1, "insert": 2, "commit": 16, "lease": 2, "close": 1}


@pytest.mark.parametrize("photos", [1, 9])
def test_a_killed_crawl_loses_nothing(baseline: Baseline, photos: int) -> None:
    seen = interrupted_crawl.interrupted(
        baseline, f"killed-after-{photos}", signal_after(baseline.replica, photos, signal.SIGKILL)
    )
    assert seen.first_code == -signal.SIGKILL
    assert seen.is_good, seen


@pytest.mark.parametrize(
    ("signals", "codes"),
    [
        # A terminal that closes: nothing is awaited.
        ((signal.SIGHUP,), {-signal.SIGHUP}),
        ((signal.SIGINT,), {STOPPED}),
        ((signal.SIGTERM,), {STOPPED}),
        ((signal.SIGINT, signal.SIGINT), {STOPPED}),
    ],
    ids=["terminal-closes", "ctrl-c", "sigterm", "ctrl-c-twice"],
)
def test_a_signal_to_all_processes(baseline: Baseline, signals: tuple[signal.Signals, ...], codes: set[int]) -> None:
    name = "-".join(one.name for one in signals)
    seen = interrupted_crawl.interrupted(baseline, name, signal_after(baseline.replica, 9, *signals))
    assert seen.first_code in codes, seen.printed
    assert "Traceback" not in seen.printed
    assert seen.is_good, seen


def test_kills_at_every_crash_point_in_turn_lose_nothing(baseline: Baseline) -> None:
    """Each rerun resumes the one before and is killed at the next point; the last one completes."""
    points = [point for point in crash_points.POINTS if not point.startswith("close")]
    chain = [f"{point}:{HITS[point.partition('.')[0]]}" for point in points]
    codes, seen = interrupted_crawl.crashed_repeatedly(baseline, [*chain, "close.before:1", "close.after:1"])
    assert codes == [interrupted_crawl.KILLED] * len(codes)
    assert seen.is_good, seen


@pytest.mark.parametrize(
    "fault", ["write:9:ENOSPC", "fsync:31:EIO", "rename:12:EIO", "commit:20:ENOSPC", "commit:20:EIO"]
)
def test_a_failing_disk_call_stops_the_crawl_and_loses_nothing(baseline: Baseline, fault: str) -> None:
    seen = interrupted_crawl.disk_failed(baseline, fault)
    assert seen.first_code == STOPPED, seen.printed
    assert seen.is_good, seen


@pytest.mark.parametrize(("fault", "reason"), [("abort", "decoder_crash"), ("hang", "decoder_timeout")])
def test_a_failing_decoder_fails_its_photo_only(baseline: Baseline, fault: str, reason: str) -> None:
    states = decoder_failed(baseline, fault)
    assert states.first_code in {0, 1}
    assert states.failures == {reason: 1}
    assert states.others_unchanged
