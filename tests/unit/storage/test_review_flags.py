"""Homes that a person should look at: which are flagged as their visits end, and for how long."""

from __future__ import annotations

import pytest

from phx_scraper.model.review import REVIEW_FLAGS
from phx_scraper.storage.catalogue import listings, restart_visits, review_flags
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from phx_scraper.views.review_notes import reasons, review_lines
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import BROKEN, Collector, Shown, listing
from tests.unit.storage.visit_helpers import HOME, A, end_run, lease, next_run, visit

TWELVE = tuple(Shown(f"k{place}", f"scene{place}") for place in range(12))
FOUR_BROKEN = tuple(Shown(f"b{place}", BROKEN) for place in range(4))


def flags(begun: Collector) -> dict[str, int]:
    return {
        note.flag: note.number for note in read(begun.catalogue, lambda tx: list(review_flags.notes_of(tx, [HOME])))
    }


def test_a_home_that_is_collected_for_the_first_time_is_no_news(begun: Collector) -> None:
    visit(begun, *TWELVE)
    assert flags(begun) == {}


@pytest.mark.parametrize(("number", "raised"), [(10, {}), (11, {"many_new": 11})])
def test_many_new_photos_of_a_known_listing(begun: Collector, number: int, raised: dict[str, int]) -> None:
    visit(begun, A)
    next_run(begun)
    visit(begun, A, *TWELVE[:number])
    assert flags(begun) == raised


@pytest.mark.parametrize(("number", "raised"), [(3, {}), (4, {"many_errors": 4})])
def test_many_photos_that_could_not_be_had(begun: Collector, number: int, raised: dict[str, int]) -> None:
    visit(begun, A, *FOUR_BROKEN[:number])
    assert flags(begun) == raised


def test_what_is_over_is_not_flagged_any_more(begun: Collector) -> None:
    visit(begun, A, *FOUR_BROKEN)
    next_run(begun)
    visit(begun, A)
    assert flags(begun) == {}


def test_any_changed_photo_flags_its_home(begun: Collector) -> None:
    visit(begun, A)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    visit(begun, Shown("a", "garden"))
    assert flags(begun) == {"content_changed": 1}
    next_run(begun, "run3")
    visit(begun, Shown("a", "garden"))
    assert flags(begun) == {"content_changed": 1}, "a person may not have seen it yet"


def test_a_flag_that_tells_of_the_past_is_kept_for_some_days(begun: Collector) -> None:
    visit(begun, A)
    write(begun.catalogue, restart_visits.requeue, [HOME], ["zillow"])
    next_run(begun)
    visit(begun, Shown("a", "garden"))
    for days, kept in ((review_flags.SHOWN_DAYS - 1, {"content_changed": 1}), (review_flags.SHOWN_DAYS + 1, {})):
        later = raised_at(begun) + days * 86400.0
        write(begun.catalogue, review_flags.update_flags, HOME, "run3", later)
        assert flags(begun) == kept


def raised_at(begun: Collector) -> float:
    return read(begun.catalogue, lambda tx: float(tx.execute(review_flags.review_flags.select()).one().raised_at))


def test_a_shortfall_is_what_good_pages_claim_and_do_not_show(begun: Collector) -> None:
    held = lease(begun)
    short = listing("zillow", [A], claimed_photo_count=5)
    for photo in write(begun.catalogue, listings.record, held, short, 2e9):
        begun.fetch(photo)
    begun.finish(held)
    assert flags(begun) == {"shortfall": 4}


def test_a_flag_goes_with_its_home(begun: Collector) -> None:
    visit(begun, A, *FOUR_BROKEN)
    end_run(begun)
    write(begun.catalogue, forget_homes, [HOME])
    assert flags(begun) == {}


def test_people_read_why(begun: Collector) -> None:
    visit(begun, A, *FOUR_BROKEN)
    notes = read(begun.catalogue, lambda tx: list(review_flags.notes_of(tx)))
    assert reasons(notes) == "4 photos that could not be had"
    assert list(review_lines(notes)) == [f"  to look at: {notes[0].address} (4 photos that could not be had)"]
    many = [note._replace(property_hash=str(place)) for place in range(7) for note in notes]
    assert list(review_lines(many))[-1] == "  and 2 more homes to look at: see scrapy status"
    assert all(rule.says for rule in REVIEW_FLAGS.values())
