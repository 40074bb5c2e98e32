from __future__ import annotations

import time

import pytest

from phx_scraper.views.human_text import DAY, counted, moment, span


def noon(day: int, minutes: int = 0) -> float:
    """At twelve by the clock on the wall of a day that is counted from 1 March, also where summer time began before."""
    return time.mktime((2026, 3, day, 12, minutes, 0, 0, 0, -1))


def test_singular_forms() -> None:
    assert [counted(number, "photo") for number in (0, 1, 2)] == ["0 photos", "1 photo", "2 photos"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"), (59, "59 s"), (60, "1 min"), (61, "2 min"), (300, "5 min"), (5400, "90 min"),
        (2 * 3600, "2 hours"), (86400, "24 hours"), (2 * DAY, "2 days"),
        (7 * DAY, "7 days"), (10080 * 60 - 5, "7 days"),
    ],
)  # fmt: skip
def test_a_duration_has_a_suitable_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ((1,), "12:00"),
        ((1, 10), "12:10"),
        ((2,), "2 Mar 12:00"),
        ((8,), "8 Mar 12:00"),
        ((366,), "1 Mar 2027 12:00"),
    ],
)
def test_a_time_has_its_date_where_it_is_not_today(then: tuple[int, ...], said: str) -> None:
    assert moment(noon(*then), noon(1)) == said
