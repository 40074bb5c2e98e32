"""A bucket that is away when a slice's crawl begins: the crawl begins again, and no home is set aside for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phx_scraper.replica import Options, running
from tests.integration.worker_runs import Workplace, slices
from tests.redis_server import WHY_NOT, RedisServer, redis_program
from tests.s3_server import Way, new_place, s3_server

pytestmark = pytest.mark.skipif(redis_program() is None, reason=WHY_NOT)


@pytest.fixture
def way() -> Iterator[Way]:
    with s3_server() as url:
        yield Way(url)


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory, way: Way) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("w")
    redis = RedisServer(folder)
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as replica:
        made = Workplace(folder, redis, replica, bucket=new_place(way.url))
        made.own["PHX_CATALOGUE_URL"] = str(folder / "catalogue.sqlite")
        yield made
        made.end()
    redis.kill()
    way.close()


def test_a_bucket_that_is_away_at_a_crawls_start_costs_no_try(place: Workplace, way: Way) -> None:
    job_id = place.submit(["4732 W Davis Rd, Glendale, AZ 85306"], "--sources", "phoenix_mls")
    way.close()
    place.worker()
    place.when(lambda: place.logs().count("cannot be reached"), lambda number: number >= 1)
    way.open()
    place.when(lambda: place.job(job_id)["state"], lambda state: state not in {"queued", "running"})
    assert slices(place.job(job_id)) == [("finished", 1)], place.logs()
    assert "Traceback" not in place.logs()
