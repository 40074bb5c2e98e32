"""What listings say is kept over time: a row where something differs, none where all is known."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import Any

import pytest

from phx_scraper.model.listing_facts import brought_up_to_date
from phx_scraper.storage.catalogue import forget_homes, listings, restart_visits, runs
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.history_tables import listing_history
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, finish_visit, listing, plain_rule
from tests.unit.storage.visit_helpers import HOME, A, lease, next_run

FOR_SALE = {"status": "for_sale", "facts": {"price": 450000, "beds": 3}, "listing_date": "2026-03-01"}


def told(begun: Collector, source: str = "zillow", **changes: Any) -> None:
    """A visit whose page says this."""
    held = lease(begun, source, now=5e9)
    write(begun.catalogue, listings.record, held, listing(source, [A], **{**FOR_SALE, **changes}), 2e9)
    finish_visit(begun.catalogue, held, "ok", "", plain_rule, 2e9, photos_wanted=False)


def history(collector: Collector) -> list[tuple[str, dict[str, Any]]]:
    query = listing_history.select().order_by(listing_history.c.number)
    return [(row.run_id, row.facts) for row in read(collector.catalogue, lambda tx: tx.execute(query).all())]


def test_a_listing_that_says_the_same_again_adds_nothing(begun: Collector) -> None:
    told(begun)
    next_run(begun)
    told(begun)
    ((run_id, facts),) = history(begun)
    assert run_id != begun.run_id
    assert facts == {
        "beds": 3,
        "claimed_photo_count": 1,
        "listing_date": "2026-03-01",
        "price": 450000,
        "status": "for_sale",
    }


def test_a_listing_that_was_known_without_history_is_no_news(begun: Collector) -> None:
    # As in a catalogue that was rebuilt from the views.
    told(begun)
    first = begun.run_id
    write(begun.catalogue, lambda tx: tx.execute(listing_history.delete()))
    next_run(begun)
    told(begun)
    ((run_id, _),) = history(begun)
    assert run_id == first != begun.run_id


@pytest.mark.parametrize(
    ("changes", "fact", "value"),
    [
        ({"facts": {"price": 440000, "beds": 3}}, "price", 440000),
        ({"status": "pending"}, "status", "pending"),
        ({"ids": {"mls": "6512345"}}, "ids.mls", "6512345"),
        ({"listing_date": "2026-05-01"}, "listing_date", "2026-05-01"),
        ({"claimed_photo_count": 9}, "claimed_photo_count", 9),
    ],
)
def test_whatever_differs_is_a_row_of_the_run_that_found_it(
    begun: Collector, changes: dict[str, Any], fact: str, value: object
) -> None:
    told(begun)
    next_run(begun)
    told(begun, **changes)
    assert len(history(begun)) == 2
    run_id, facts = history(begun)[-1]
    assert (run_id, facts[fact]) == (begun.run_id, value)
    assert facts["beds"] == 3


def test_a_fact_that_is_told_no_longer_keeps_its_value(begun: Collector) -> None:
    told(begun)
    next_run(begun)
    told(begun, facts={"price": 450000})
    assert len(history(begun)) == 1


def test_a_date_by_age_moves_by_a_day_and_is_the_same() -> None:
    known = {"listing_date": "2026-03-01"}
    assert brought_up_to_date(known, {"listing_date": "2026-02-28"}) == known
    assert brought_up_to_date(known, {"listing_date": "2026-03-03"}) == {"listing_date": "2026-03-03"}
    assert brought_up_to_date({"listing_date": "soon"}, known) == known


def test_a_part_of_a_listing_that_is_known_whole_says_nothing_of_its_facts(begun: Collector) -> None:
    told(begun)
    next_run(begun)
    told(begun, partial=True, facts={"price": 1})
    assert len(history(begun)) == 1


def test_it_stays_when_outcomes_are_forgotten_and_goes_with_its_home(begun: Collector) -> None:
    told(begun)
    write(begun.catalogue, restart_visits.forget, [HOME], ["zillow"])
    next_run(begun)
    told(begun)
    assert len(history(begun)) == 1
    write(begun.catalogue, runs.finish, begun.run_id, "finished", {}, 5e9)
    write(begun.catalogue, forget_homes.forget_homes, [HOME])
    assert history(begun) == []


@pytest.mark.file_only
def test_a_catalogue_of_schema_8_begins_with_what_its_listings_say(begun: Collector) -> None:
    told(begun)
    place = begun.catalogue.path
    begun.catalogue.close()
    with contextlib.closing(sqlite3.connect(place)) as old:
        facts = json.loads(old.execute("SELECT facts FROM listing_history").fetchone()[0])
        old.executescript(
            "DROP TABLE listing_history; DROP TABLE visit_history; DROP TABLE run_details; DROP TABLE home_lists;"
            "ALTER TABLE step_counts DROP COLUMN bytes; ALTER TABLE step_counts DROP COLUMN seconds;"
            "UPDATE meta SET value = '8' WHERE key = 'schema_version'"
        )
    begun.catalogue = Catalogue.open(place)
    assert history(begun) == [(begun.run_id, facts)]
    next_run(begun)
    told(begun, status="sold")
    assert [facts["status"] for _, facts in history(begun)] == ["for_sale", "sold"]
