"""What `scrapy status` says of the words in its table."""

from __future__ import annotations

from typing import Any

import pytest

from phx_scraper.commands.reason_advice import HEAD, advice
from phx_scraper.model.photo_reason_texts import PHOTOS
from phx_scraper.model.reason_texts import VISITS, Explanation, explanation_of


def row(outcome: str, reason: str = "", **failed: int) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason, "failed": failed}


def test_each_reason_is_told_once_in_order_of_appearance() -> None:
    rows = [row("blocked", "captcha"), row("error", "wrong_home:street"), row("blocked", "captcha")]
    blank, head, captcha, wrong = advice([*rows, row("error", "wrong_home:zip")])
    assert (blank, head) == ("", HEAD)
    assert captcha.startswith("  captcha: a page that wants a person")
    assert "save the page in your own browser" in captcha
    assert wrong.startswith("  wrong_home: the source led to another home's page")


def test_where_all_is_well_nothing_is_said() -> None:
    assert advice([row("ok"), row("empty", "sold"), row("ok", html=0) | {"failed": {"flat": 1}}]) == []


def test_of_photos_those_are_told_about_which_something_can_be_done() -> None:
    assert [line.partition(":")[0] for line in advice([row("ok", too_small=2, flat=1, http_404=1)])[2:]] == [
        "  too_small"
    ]


def test_an_unknown_reason_is_left_as_it_is() -> None:
    assert advice([row("error", "of_another_version")]) == []


@pytest.mark.parametrize(
    ("reason", "table", "names"),
    [
        ("not_understood:needs_browser", VISITS, "not_understood:needs_browser"),
        ("not_understood:photos", VISITS, "not_understood:*"),
        ("http_503", VISITS, "http_5*"),
        ("http_404", PHOTOS, "http_*"),
        ("http_429", PHOTOS, "http_429"),
        ("nothing_known", VISITS, ""),
    ],
)
def test_the_whole_name_counts_first_then_the_longest_beginning(
    reason: str, table: tuple[Explanation, ...], names: str
) -> None:
    found = explanation_of(reason, table)
    assert (names in found.names) if found else names == ""
