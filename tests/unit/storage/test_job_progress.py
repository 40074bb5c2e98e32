"""Progress that the database counts is that of the homes, one by one."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import Connection, select

from phx_scraper.homes import read_given
from phx_scraper.model.job import SLICE_STATES, Job, JobOptions
from phx_scraper.model.outcome import OUTCOMES
from phx_scraper.service import jobs
from phx_scraper.service.job_service import Service
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue import job_progress, job_rows, schema
from phx_scraper.storage.catalogue.job_tables import job_homes, job_slices
from phx_scraper.storage.catalogue.job_tables import jobs as job_table
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector

NOW = 10_000_000.0
LISTED, _ = read_given([f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(1, 31)])


def scatter(tx: Connection, chance: random.Random, job_id: str) -> None:
    """Everything that progress looks at, by chance."""
    times = (None, 1.0, NOW - 8 * 86400, NOW - 100, NOW - 10)
    for number in range(1, 9):
        state = {"state": chance.choice(SLICE_STATES), "started_at": chance.choice(times)}
        tx.execute(job_slices.update().where(job_slices.c.number == number).values(state))
    for address, label in tx.execute(select(schema.homes.c.address, schema.homes.c.property_hash)).all():
        known = label if chance.random() < 0.8 else None
        tx.execute(job_homes.update().where(job_homes.c.address == address).values(property_hash=known))
    visits = schema.visits
    for label, source in tx.execute(select(visits.c.property_hash, visits.c.source)).all():
        stands = {"outcome": chance.choice(OUTCOMES), "finished_at": chance.choice(times)}
        match = visits.update().where(visits.c.property_hash == label, visits.c.source == source)
        tx.execute(match.values(stands))
    for key in tx.execute(select(schema.photos.c.key).distinct().order_by(schema.photos.c.key)).scalars().all():
        is_hidden = {"hidden": chance.random() < 0.3}
        tx.execute(schema.photos.update().where(schema.photos.c.key == key).values(is_hidden))
    tries = {"attempts": chance.choice((1, 2)), "started_at": chance.choice((NOW - 90, NOW - 9 * 86400))}
    tx.execute(job_table.update().where(job_table.c.job_id == job_id).values(tries))


def counted(tx: Connection, job: Job) -> tuple[int, dict[str, Counter[str]], int]:
    """Done homes, outcomes and photos, home by home."""
    homes = job_progress.homes(tx, job, NOW, job.homes, 0)
    outcomes: dict[str, Counter[str]] = {}
    for home in homes:
        for source, visit in home.outcomes.items():
            outcomes.setdefault(source, Counter())[visit["outcome"]] += 1
    photos = sum(visit["photos"] for home in homes for visit in home.outcomes.values())
    return sum(home.is_done for home in homes), outcomes, photos


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sources", [(), ("zillow", "redfin")])
def test_it_is_that_of_the_homes(collector: Collector, seed: int, sources: tuple[str, ...]) -> None:
    collector.begin(LISTED)
    for home in LISTED[:3]:
        lease = collector.lease(home.property_hash, "zillow")
        assert lease is not None
        collector.collect(lease)
    catalogue = collector.catalogue
    options = JobOptions(sources=sources, slice_homes=4)
    job_id = jobs.submit(Service(catalogue), Submission(LISTED, options=options)).job.job_id
    write(catalogue, scatter, random.Random(seed), job_id)
    job = read(catalogue, job_rows.get, job_id)
    assert job is not None
    found = read(catalogue, job_progress.progress, job, NOW)
    assert (found.homes_done, found.outcomes, found.photos) == read(catalogue, counted, job)
    assert 0 < found.homes_done < len(LISTED)
    assert found.photos > 0
