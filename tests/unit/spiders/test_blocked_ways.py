"""What a run skips is a way that was asked and refused, or gave no answer."""

from __future__ import annotations

import pytest

from phx_scraper.errors import PageError, Refused
from phx_scraper.spiders.blocked_ways import MAX_UNANSWERED, BlockedWays


@pytest.mark.parametrize("error", [Refused("forbidden"), PageError("timeout")])
def test_a_way_that_was_never_asked_is_not_blocked(error: PageError) -> None:
    """Its source's first page failed: the next home opens that again, and the way may answer."""
    blocked = BlockedWays()
    error.failed_url = "https://www.redfin.com/"
    for _ in range(MAX_UNANSWERED):
        blocked.record_failure("autocomplete", error)
    assert blocked.reason("autocomplete") == ""


@pytest.mark.parametrize("error", [Refused("forbidden"), PageError("timeout")])
def test_one_that_was_asked_is_blocked(error: PageError) -> None:
    blocked = BlockedWays()
    for _ in range(MAX_UNANSWERED):
        blocked.record_failure("autocomplete", error)
    assert blocked.reason("autocomplete") == error.reason
