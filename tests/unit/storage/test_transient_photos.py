"""What time can heal is asked for again: by the next look at a listing, by a later run, by `scrapy retry`."""

from __future__ import annotations

import pytest

from phx_scraper.model.listing import Listing
from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import DueVisit, VisitLease
from phx_scraper.storage.catalogue import breakers, leases, listings, restart_visits, runs
from phx_scraper.storage.catalogue import photos as photo_table
from phx_scraper.storage.catalogue.apply_cross_check import CrossCheck, apply_cross_check, ended_listings
from phx_scraper.storage.catalogue.breakers import BreakerRow
from phx_scraper.storage.catalogue.requeue import Retried, retry
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, Shown, decide, finish_visit, listing
from tests.unit.storage.visit_helpers import HOME, A, B, lease, next_run, record, states

SOURCES = ["zillow"]
THEN = 1.9e9
DAY = 86400.0
REST = 300.0


def ended(begun: Collector, reason: str, outcome: str = "ok", why: str = "", now: float = THEN) -> None:
    """A visit with photo `a` stored and photo `b` failed for a reason, all at the time `now`."""
    held = lease(begun, now=now)
    photos = write(begun.catalogue, listings.record, held, listed(), now)
    fetch(begun, photos, reason, now)
    not_before = now + REST if outcome in {"error", "blocked"} else None
    finish_visit(begun.catalogue, held, outcome, why, decide, now, not_before)


def listed() -> Listing:
    return listing("zillow", [A, B])


def fetch(begun: Collector, photos: tuple[Photo, ...], reason: str, now: float) -> None:
    for photo in photos:
        if photo.key == "b" and reason:
            write(begun.catalogue, photo_table.fail, photo.photo_id, reason, now)
        else:
            begun.fetch(photo)


def due(begun: Collector, now: float, refresh_days: float = 7) -> list[DueVisit]:
    return read(begun.catalogue, leases.due, [HOME], SOURCES, now, refresh_days, REST)


def taken(begun: Collector, now: float, page_before: float) -> VisitLease:
    begun.run_id = f"run at {now}"
    write(begun.catalogue, runs.start, begun.run_id, "all", {}, now)
    held = write(
        begun.catalogue, leases.lease, DueVisit(HOME, "zillow"), begun.run_id, "here", now, page_before=page_before
    )
    assert held is not None
    return held


@pytest.mark.parametrize("reason", ["timeout", "http_503", "html", "empty", "truncated", "download:Some", "http_403"])
def test_a_transient_photo_makes_its_good_visit_due_after_the_cooldown(begun: Collector, reason: str) -> None:
    ended(begun, reason)
    assert due(begun, THEN + REST - 1) == []
    assert due(begun, THEN + REST) == [DueVisit(HOME, "zillow")]
    held = taken(begun, THEN + REST, page_before=THEN + REST - 7 * DAY)
    assert not held.needs_page, "the page is not read again"
    assert [photo.key for photo in held.photos] == ["b"]
    assert states(begun) == {"a": "stored", "b": "pending"}


@pytest.mark.parametrize("reason", ["http_404", "http_410", "too_many_pixels", "flat", "contradiction"])
def test_a_permanent_failure_does_not_make_a_visit_due(begun: Collector, reason: str) -> None:
    ended(begun, reason)
    assert due(begun, THEN + DAY) == []


def test_retrying_photos_does_not_postpone_the_next_page_visit(begun: Collector) -> None:
    ended(begun, "timeout")
    for day in range(1, 7):
        held = taken(begun, THEN + day * DAY, page_before=THEN + (day - 7) * DAY)
        assert not held.needs_page
        fetch(begun, held.photos, "timeout" if day < 6 else "", THEN + day * DAY)
        finish_visit(begun.catalogue, held, "ok", "", decide, THEN + day * DAY)
    assert due(begun, THEN + 7 * DAY) == [DueVisit(HOME, "zillow")]
    assert taken(begun, THEN + 7 * DAY, page_before=THEN).needs_page


def test_a_run_retries_once(begun: Collector) -> None:
    ended(begun, "timeout")
    held = taken(begun, THEN + DAY, page_before=THEN - DAY)
    write(begun.catalogue, photo_table.fail, held.photos[0].photo_id, "timeout", THEN + DAY)
    finish_visit(begun.catalogue, held, "ok", "", decide, THEN + DAY + 1)
    assert (
        write(begun.catalogue, leases.lease, DueVisit(HOME, "zillow"), begun.run_id, "here", THEN + DAY + 1000) is None
    )


@pytest.mark.parametrize(("reason", "state"), [("timeout", "pending"), ("http_404", "failed")])
def test_a_listing_that_is_read_again_retries_transient_photos(begun: Collector, reason: str, state: str) -> None:
    ended(begun, reason, "error", "no_photo_usable")
    next_run(begun)
    record(begun, lease(begun, now=5e9), A, B)
    assert states(begun) == {"a": "stored", "b": state}


def test_a_permanent_failure_is_retried_where_other_files_are_listed(begun: Collector) -> None:
    ended(begun, "too_many_pixels")
    next_run(begun)
    record(begun, lease(begun, now=5e9), A, Shown("b", "other"))
    assert states(begun)["b"] == "pending"


def test_a_permanent_failure_is_retried_when_it_returns_to_the_listing(begun: Collector) -> None:
    ended(begun, "http_404")
    next_run(begun)
    held = lease(begun, now=5e9)
    record(begun, held, A)
    finish_visit(begun.catalogue, held, "ok", "", decide, 3.9e9)
    next_run(begun, "run3")
    record(begun, lease(begun, now=6e9), A, B)
    assert states(begun)["b"] == "pending"


def test_a_photo_whose_refresh_failed_is_retried_and_keeps_its_picture(begun: Collector) -> None:
    ended(begun, "")
    write(begun.catalogue, restart_visits.requeue, [HOME], SOURCES)
    held = taken(begun, THEN + 1, page_before=THEN - DAY)
    fetch(begun, write(begun.catalogue, listings.record, held, listed(), THEN + 1), "http_503", THEN + 1)
    finish_visit(begun.catalogue, held, "ok", "", decide, THEN + 1)
    assert states(begun)["b"] == "stored"
    assert due(begun, THEN + 1 + REST) == [DueVisit(HOME, "zillow")]


def retried(begun: Collector, reason: str = "") -> Retried:
    with begun.catalogue._database.write() as connection:
        return retry(connection, SOURCES, reason)


@pytest.mark.parametrize(
    ("outcome", "why", "visits"),
    [("ok", "", 0), ("error", "no_photo_usable", 1), ("error", "timeout", 1), ("blocked", "captcha", 1)],
)
def test_retry_requeues_the_photos_of_every_visit(begun: Collector, outcome: str, why: str, visits: int) -> None:
    ended(begun, "http_404", outcome, why)
    assert retried(begun)[:2] == (visits, 1)
    assert states(begun) == {"a": "stored", "b": "pending"}
    assert due(begun, THEN + 1) == [DueVisit(HOME, "zillow")]
    assert taken(begun, THEN + 1, page_before=0).needs_page == (outcome != "ok")


@pytest.mark.parametrize(
    ("outcome", "why", "page"), [("error", "no_photo_usable", False), ("blocked", "captcha", True)]
)
def test_retry_by_the_reason_of_a_photo_reads_the_page_only_where_it_was_not_had(
    begun: Collector, outcome: str, why: str, page: bool
) -> None:
    ended(begun, "http_404", outcome, why)
    assert retried(begun, "http_404")[:2] == (0, 1)
    assert taken(begun, THEN + 1, page_before=0).needs_page == page


def test_retry_leaves_contradicted_photos_to_their_visit(begun: Collector) -> None:
    held = lease(begun, now=THEN)
    fetch(begun, write(begun.catalogue, listings.record, held, listed(), THEN), "", THEN)
    refused = {"zillow": CrossCheck("mls")}
    finish_visit(begun.catalogue, held, "ok", "", decide, THEN)
    write(begun.catalogue, apply_cross_check, HOME, read(begun.catalogue, ended_listings, HOME), refused, THEN)
    assert states(begun) == {"a": "failed", "b": "failed"}
    assert retried(begun)[:2] == (1, 0)


def test_retry_allows_a_trial_of_blocked_sources(begun: Collector) -> None:
    write(begun.catalogue, breakers.write, BreakerRow("zillow", 3, 0, THEN, 7200.0, "refusal: captcha"))
    write(begun.catalogue, breakers.write, BreakerRow("redfin", 3, 0, THEN, 0.0, "refusal: captcha"))
    assert retried(begun).on_trial == ("zillow",)
    rows = read(begun.catalogue, breakers.read)
    assert (rows["zillow"].opened_at, rows["zillow"].retry_after) == (0.0, 0.0)
    assert rows["redfin"].opened_at == THEN


@pytest.mark.parametrize(("outcome", "reopened"), [("ok", 1), ("blocked", 0), ("error", 0)])
def test_only_a_good_visit_with_a_photo_to_fetch_is_open_again_in_the_same_run(
    begun: Collector, outcome: str, reopened: int
) -> None:
    held = lease(begun, now=THEN)
    photos = write(begun.catalogue, listings.record, held, listed(), THEN)
    begun.fetch(photos[0])
    assert finish_visit(begun.catalogue, held, outcome, "", decide, THEN).reopened == reopened
