"""What has changed since the last run: what is not there is not told as a zero."""

from __future__ import annotations

from typing import Any

import pytest

from phx_scraper.extensions.news_sentence import news
from phx_scraper.extensions.run_summary import Summary, changes_told
from phx_scraper.model.visit import VisitRow


def summary(run_id: str = "this", **changes: Any) -> Summary:
    visit = VisitRow("686067a4", "a", "a", "zillow", "ok", "", 0, None, 1.0, 2.0, run_id, None)
    return Summary("this", "zillow", "finished", 1.0, 1, (), (visit,), (), (), **changes)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (summary(), []),
        (summary(known_visits=1, new_photos=1), ["Since last time: 1 new photo."]),
        (
            summary(known_visits=1, new_photos=2, changed_photos=1, gone_photos=3),
            [
                "Since last time: 2 new photos; 1 photo with another picture than before;"
                " 3 photos no longer shown, and kept."
            ],
        ),
        (
            summary(known_visits=1, first_photos=23),
            ["Since last time: 23 photos of visits that were not finished before."],
        ),
        (summary(first_photos=23), []),
        (summary(known_visits=1), ["Nothing new since last time: 1 visit looked at, no photo more or less."]),
        (
            summary("earlier", known_visits=1),
            ["Nothing new since last time: no visit was due (-a refresh_days=0 looks at all of them again)."],
        ),
    ],
)
def test_the_sentence(shown: Summary, said: list[str]) -> None:
    assert list(news(shown)) == said


def test_photos_of_a_home_that_came_to_the_list_are_told_apart() -> None:
    """They were downloaded now, and yet the summary said "no photo more or less"."""
    changed = {"old": {"zillow": {"new": 2, "removed": 1}}, "added": {"zillow": {"new": 20}, "redfin": {"new": 3}}}
    assert changes_told(changed, {("old", "zillow")}) == {"new": 2, "removed": 1, "first": 23}


@pytest.mark.parametrize(
    ("outcomes", "shortfalls", "fail_on", "code"),
    [
        ({"ok": 3}, 1, ("blocked", "error"), 0),
        ({"ok": 3}, 1, ("shortfall",), 1),
        ({"ok": 3, "blocked": 1}, 0, ("error", "shortfall"), 0),
        ({"ok": 3, "blocked": 1}, 0, ("blocked",), 1),
        ({"ok": 3, "pending": 1}, 0, ("blocked",), 1),
        ({"ok": 3, "error": 1}, 0, ("blocked",), 0),
        ({"ok": 3, "error": 1}, 0, ("error",), 1),
        ({"error": 4}, 4, (), 0),
    ],
)
def test_the_words_of_fail_on_decide_the_exit_code(
    outcomes: dict[str, int], shortfalls: int, fail_on: tuple[str, ...], code: int
) -> None:
    assert summary(outcomes=outcomes, shortfalls=shortfalls, fail_on=fail_on).exit_code == code
    stopped = Summary("this", "zillow", "memory", 1.0, 1, (), (), (), (), outcomes=outcomes, fail_on=fail_on)
    assert stopped.exit_code == 3
