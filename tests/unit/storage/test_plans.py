"""Query plans: no statement of a visit scans a table, so that none slows down as the catalogue grows."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from sqlalchemy import event

from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.model.request_counts import HomesAsked, RefusalMet, SourceStep, StepCounts
from phx_scraper.model.run import RunDetails
from phx_scraper.run.near_duplicate_index import NearDuplicateIndex
from phx_scraper.storage.catalogue import (
    breakers,
    leases,
    photo_counts,
    photos,
    request_rows,
    restart_visits,
    run_details,
    runs,
    schema,
)
from phx_scraper.storage.catalogue.photo_counts import visit_rows
from phx_scraper.storage.catalogue.removal_queue import remove_unreferenced
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import SOURCES, Collector, Shown, homes, usual

pytestmark = pytest.mark.file_only

HOMES = [home.property_hash for home in homes()]
# Queues whose first entries are taken or that keep the newest only, a table with a row for each source, what people
# said with their own hands, and what is no table: a constant, and the empty list that SQLAlchemy writes as a subquery.
SHORT = {"file_removals", "removals_begun", "breakers", "decisions_across_homes", "CONSTANT", "(subquery-1)"}
# Asked once, at a run's end, when views are written.
OF_VIEWS = {"categorised_files", "categorised_homes"}
# Jobs and keys of the service: no visit asks for them.
OF_SERVICE = {"jobs", "job_slices", "job_homes", "api_keys", "api_sessions", "api_audit"}
LONG = {table.name for table in schema.metadata.sorted_tables} - SHORT - OF_VIEWS - OF_SERVICE


PAGE = SourceStep("zillow", "page", "plain")
MET = RefusalMet(1, "zillow", "captcha", "page", "plain", "page", "www.zillow.com", HOMES[0], "chrome150", "", 5.0)


class Recorder:
    """Every statement that a catalogue executes, once, with parameters that it was executed with."""

    def __init__(self, collector: Collector) -> None:
        self.statements: dict[str, Any] = {}
        event.listen(collector.catalogue._database._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        self.statements.setdefault(statement, values[0] if many else values)


def two_runs(collector: Collector) -> None:
    """All that a crawl asks of the catalogue, the second time with everything known; without views of all homes."""
    mirror = NearDuplicateIndex(PLAIN)
    for run, shows in (("run1", usual), ("run2", lambda source: [*usual(source)[1:], Shown("new", "pool")])):
        collector.run_id, collector.show = run, shows
        collector.begin(homes())
        catalogue = collector.catalogue
        write(catalogue, restart_visits.requeue, HOMES[:1], SOURCES)
        for visit in read(catalogue, leases.due, HOMES, SOURCES, time.time(), 0):
            lease = collector.lease(*visit)
            assert lease is not None
            write(catalogue, leases.heartbeat, run, time.time())
            collector.collect(lease)
            mirror.catch_up(catalogue)
        read(catalogue, leases.waiting, HOMES, SOURCES, run, time.time())
        read(catalogue, visit_rows, HOMES, SOURCES)
        write(catalogue, run_details.begin, run, RunDetails("fresh", {}, {}, {}), HOMES)
        read(catalogue, run_details.visits_ended, run)
        read(catalogue, run_details.homes_of, run)
        read(catalogue, photo_counts.photo_counts, HOMES, SOURCES)
        read(catalogue, runs.change_counts, run)
        read(catalogue, runs.last, "all")
        write(catalogue, request_rows.write, run, [MET], {PAGE: StepCounts(1, 0, 1, 0)}, {"zillow": HomesAsked(1, 1)})
        for ask, about in ((request_rows.refusals_of, run), (request_rows.steps_of, run)):
            read(catalogue, ask, about)
        for ask in (request_rows.recent_steps, request_rows.recent_homes):
            read(catalogue, ask, "zillow")
        read(catalogue, photos.known_image, "0" * 64, "v1")
        read(catalogue, breakers.read)
        write(catalogue, restart_visits.forget, HOMES[1:2], SOURCES)
        remove_unreferenced(catalogue, collector.files)
        write(catalogue, runs.finish, run, "finished", {}, time.time())


@pytest.fixture
def plans(collector: Collector) -> dict[str, list[str]]:
    recorder = Recorder(collector)
    two_runs(collector)
    questions = {
        text: values for text, values in recorder.statements.items() if not text.startswith(("BEGIN", "PRAGMA"))
    }
    with collector.catalogue.reading() as connection:
        return {
            text: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
            for text, values in questions.items()
        }


def test_no_statement_of_a_visit_goes_through_a_table(plans: dict[str, list[str]]) -> None:
    assert len(plans) > 60, "a crawl asks more than this"
    asked = {table for table in LONG for text in plans if f"{table}." in text or f"INTO {table} " in text}
    assert asked == LONG
    scans = {text: step for text, plan in plans.items() for step in plan if step.startswith("SCAN ")}
    scans = {text: step for text, step in scans.items() if step.split()[1] not in SHORT}
    assert scans == {}


def test_no_statement_of_a_visit_builds_an_index_of_its_own(plans: dict[str, list[str]]) -> None:
    assert [text for text, plan in plans.items() if any("AUTOMATIC" in step for step in plan)] == []


def test_no_statement_of_a_visit_reads_all_that_changed_in_the_run(plans: dict[str, list[str]]) -> None:
    """It grows with every visit: asked at each, a run of n homes would read n squared rows."""
    of_home = [text for text in plans if "changes.run_id" in text and "photos.property_hash = ?" in text]
    assert of_home
    assert [text for text in of_home for step in plans[text] if re.match(r"SEARCH changes .*\(run_id=\?\)", step)] == []
