"""How long a slice waits for a server that is away."""

from __future__ import annotations

import pytest

from phx_scraper.service import outage
from phx_scraper.service.outage import Outage, waited


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(outage.time, "monotonic", lambda: now[0])
    return now


def pauses(one: Outage, clock: list[float], ran: float = 0.0) -> list[float]:
    """All of them, each waited for."""
    found = []
    while (pause := one.pause(ran)) is not None:
        found.append(pause)
        clock[0] += pause
    return found


def test_it_is_asked_less_and_less_often_for_an_hour(clock: list[float]) -> None:
    found = pauses(Outage(), clock)
    assert found[:6] == [3, 6, 12, 24, 48, 60]
    assert set(found[5:]) == {60}
    assert outage.LONGEST_SECONDS <= sum(found) < outage.LONGEST_SECONDS + 60


def test_a_crawl_that_got_on_meanwhile_meets_another_outage(clock: list[float]) -> None:
    one = Outage()
    pauses(one, clock)
    assert one.pause(outage.STEADY_SECONDS) is None
    assert one.pause(outage.STEADY_SECONDS + 1) == outage.PAUSE_SECONDS


def test_a_pause_is_looked_into_like_a_child(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    wait = waited(2.5)
    assert [wait(1.0), wait(1.0), wait(1.0)] == [None, None, 0]
    assert clock == [1002.5]
