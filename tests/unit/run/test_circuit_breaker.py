from __future__ import annotations

import re
from datetime import datetime

import pytest

from phx_scraper.model.outcome import Outcome
from phx_scraper.run.circuit_breaker import CLOSED, HALF_OPEN, OPEN, CircuitBreaker, Limits, SourceFailure, failure_of
from phx_scraper.storage.catalogue.breakers import BreakerRow

REFUSAL = SourceFailure("refusal", "forbidden")


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker(BreakerRow("zillow"), Limits(3, 300.0))


def opened(breaker: CircuitBreaker, now: float = 1000.0, last: SourceFailure = REFUSAL) -> CircuitBreaker:
    assert [breaker.record_failure("page", trouble, now) for trouble in (REFUSAL, REFUSAL, last)] == [
        False,
        False,
        True,
    ]
    return breaker


def test_it_opens_after_consecutive_failures(breaker: CircuitBreaker) -> None:
    assert opened(breaker).state == OPEN
    assert breaker.until == 1300.0
    assert "zillow is left alone until" in breaker.sentence()
    assert "after 3 refusals in a row (forbidden)" in breaker.sentence()


def test_a_success_in_between_resets_the_count(breaker: CircuitBreaker) -> None:
    for _ in range(5):
        breaker.record_failure("page", REFUSAL, 1.0)
        breaker.record_failure("page", REFUSAL, 1.0)
        assert breaker.record_success("page")
    assert breaker.state == CLOSED


def test_listing_pages_do_not_hide_that_all_photos_fail(breaker: CircuitBreaker) -> None:
    for _ in range(2):
        breaker.record_failure("photo", REFUSAL, 1.0)
        breaker.record_success("page")
    assert breaker.record_failure("photo", REFUSAL, 1.0)


WALLED, OPEN_DOOR, PICTURES = "www.zillow.com", "www.zillowstatic.com", "photos.zillowstatic.com"


def test_responses_of_another_host_neither_reset_nor_count(breaker: CircuitBreaker) -> None:
    for times in (1, 2):
        assert not breaker.record_failure("page", REFUSAL, 1.0, WALLED)
        assert not breaker.record_failure("page", REFUSAL, 1.0, OPEN_DOOR)
        assert breaker.record_success("page", OPEN_DOOR)
        assert not breaker.record_success("photo", PICTURES)
        assert breaker.failures == times
    assert breaker.record_failure("page", REFUSAL, 1.0, WALLED)
    assert breaker.row.reason == "refusal: forbidden at www.zillow.com"
    assert "after 3 refusals in a row (forbidden at www.zillow.com)" in breaker.sentence()


def test_a_success_resets_only_its_own_host(breaker: CircuitBreaker) -> None:
    for host in (WALLED, WALLED, OPEN_DOOR, OPEN_DOOR):
        breaker.record_failure("page", REFUSAL, 1.0, host)
    assert breaker.record_success("page", WALLED)
    assert not breaker.record_failure("page", REFUSAL, 1.0, WALLED)
    assert breaker.record_failure("page", REFUSAL, 1.0, OPEN_DOOR)


def test_a_trial_lasts_until_the_refusing_host_responds(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        breaker.record_failure("page", REFUSAL, 1.0, WALLED)
    breaker.begin_trial(301.0)
    assert not breaker.record_success("page", OPEN_DOOR)
    assert breaker.state == HALF_OPEN
    assert breaker.record_success("page", WALLED)
    assert (breaker.state, breaker.failures) == (CLOSED, 0)


def test_a_good_answer_of_nobody_knows_which_host_clears_all_of_its_kind(breaker: CircuitBreaker) -> None:
    for host in (WALLED, OPEN_DOOR, ""):
        breaker.record_failure("page", REFUSAL, 1.0, host)
        assert breaker.record_success("page")
        assert breaker.failures == 0
        assert not breaker.record_success("page")


def test_a_trial_is_not_won_by_a_host_that_had_failed_less(breaker: CircuitBreaker) -> None:
    for host in (OPEN_DOOR, WALLED, WALLED, WALLED):
        breaker.record_failure("page", REFUSAL, 1.0, host)
    breaker.begin_trial(301.0)
    assert breaker.record_success("page", OPEN_DOOR), "its own failure is forgotten"
    assert (breaker.state, breaker.failures) == (HALF_OPEN, 3)
    assert breaker.record_success("page", WALLED)
    assert breaker.state == CLOSED


def test_the_host_that_opened_it_survives_a_restart(breaker: CircuitBreaker) -> None:
    row = BreakerRow("zillow", 3, 1, 1000.0, 0.0, f"refusal: forbidden at {WALLED}")
    later = CircuitBreaker(row, breaker.limits)
    later.begin_trial(1300.0)
    assert later.record_success("photo", PICTURES), "the photo's failure is forgotten"
    assert later.state == HALF_OPEN
    assert later.record_success("page", WALLED)
    assert later.state == CLOSED


def test_the_host_survives_a_restart(breaker: CircuitBreaker) -> None:
    breaker.record_failure("page", REFUSAL, 1.0, WALLED)
    breaker.record_failure("page", REFUSAL, 1.0, WALLED)
    later = CircuitBreaker(breaker.row, breaker.limits)
    assert not later.record_success("page", OPEN_DOOR)
    assert later.record_failure("page", REFUSAL, 2.0, WALLED)


@pytest.mark.parametrize("reason", ["refusal: forbidden", "refusal: forbidden at nowhere.example"])
def test_a_row_that_names_no_host_of_the_kind_is_cleared_by_any(reason: str, breaker: CircuitBreaker) -> None:
    later = CircuitBreaker(BreakerRow("zillow", 2, 0, None, 0.0, reason), breaker.limits)
    assert later.record_success("page", OPEN_DOOR)
    assert later.failures == 0


def test_a_longer_retry_after_is_obeyed(breaker: CircuitBreaker) -> None:
    assert opened(breaker, 1000.0, SourceFailure("refusal", "rate_limited", 900.0)).until == 1900.0


def test_a_retry_after_beyond_the_limit_opens_it_at_once(breaker: CircuitBreaker) -> None:
    assert not breaker.record_failure("page", SourceFailure("refusal", "rate_limited", 120.0), 1000.0, WALLED)
    assert breaker.record_success("page", WALLED)
    assert breaker.record_failure("photo", SourceFailure("refusal", "rate_limited", 7200.0), 1000.0, PICTURES)
    assert (breaker.state, breaker.until, breaker.failures) == (OPEN, 8200.0, 1)
    assert not breaker.record_failure("page", SourceFailure("refusal", "rate_limited", 9000.0), 1001.0, WALLED)
    assert breaker.until == 10000.0, "the longest time that was named"
    breaker.begin_trial(10000.0)
    assert breaker.record_success("photo", PICTURES)
    assert breaker.state == CLOSED


def test_only_offline_failures_are_revoked(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        breaker.record_failure("page", SourceFailure("failure", "host_unknown"), 1.0, WALLED)
    assert breaker.take_back({"host_unknown"})
    assert (breaker.state, breaker.failures) == (CLOSED, 0)
    assert not opened(breaker).take_back({"host_unknown", "forbidden"})


def test_late_responses_neither_close_nor_prolong_it(breaker: CircuitBreaker) -> None:
    opened(breaker)
    assert not breaker.record_success("photo")
    assert not breaker.record_failure("photo", REFUSAL, 1200.0)
    assert (breaker.state, breaker.until) == (OPEN, 1300.0)


def test_a_good_trial_closes_it(breaker: CircuitBreaker) -> None:
    opened(breaker, last=SourceFailure("refusal", "forbidden", 400.0)).begin_trial(1400.0)
    assert breaker.state == HALF_OPEN
    assert breaker.record_success("page")
    assert breaker.state == CLOSED
    assert breaker.failures == 0
    assert breaker.row == BreakerRow("zillow", reason="refusal: forbidden"), "nothing else is left of it"


def test_a_bad_trial_opens_it_again_at_once(breaker: CircuitBreaker) -> None:
    opened(breaker).begin_trial(1300.0)
    assert breaker.record_failure("page", REFUSAL, 1301.0)
    assert (breaker.state, breaker.until) == (OPEN, 1601.0)


def test_it_follows_what_another_process_found(breaker: CircuitBreaker) -> None:
    assert breaker.adopt(BreakerRow("zillow", 3, 0, 50.0, 0.0, "refusal: captcha"))
    assert breaker.state == OPEN
    assert not breaker.adopt(BreakerRow("zillow"))
    assert breaker.state == CLOSED


def test_failures_are_counted_over_all_processes(breaker: CircuitBreaker) -> None:
    breaker.record_failure("page", REFUSAL, 1.0)
    assert not breaker.adopt(BreakerRow("zillow", 2, 0, None, 0.0, "refusal: forbidden"))
    assert breaker.failures == 2
    assert not breaker.adopt(BreakerRow("zillow"))
    assert breaker.failures == 0


@pytest.mark.parametrize(
    ("ending", "what"),
    [
        (Outcome("blocked", "captcha", retry_after=7.0), "refusal"),
        (Outcome("error", "timeout"), "failure"),
        (Outcome("error", "connection_refused"), "failure"),
        (Outcome("error", "http_503"), "failure"),
        (Outcome("error", "download:DownloadFailedError"), "failure"),
        (Outcome("ok"), ""),
        (Outcome("not_found", "no_such_listing"), ""),
        (Outcome("error", "wrong_home:street"), ""),
        (Outcome("error", "not_understood:photos"), ""),
        (Outcome("error", "too_large"), ""),
        (Outcome("pending", "stopped"), ""),
    ],
)
def test_which_outcomes_count_as_failures(ending: Outcome, what: str) -> None:
    trouble = failure_of(ending)
    assert (trouble.what if trouble else "") == what


def test_it_names_the_day_where_that_is_not_today(breaker: CircuitBreaker) -> None:
    now = datetime.now().timestamp()
    for days, day in ((2, r"\d+ [A-Z]\w\w( \d{4})? "), (400, r"\d+ [A-Z]\w\w \d{4} ")):
        breaker.record_failure("page", SourceFailure("refusal", "rate_limited", days * 86400.0), now)
        assert re.fullmatch(rf"left alone until {day}\d\d:\d\d", breaker.short())
