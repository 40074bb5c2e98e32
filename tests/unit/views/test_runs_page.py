"""docs/runs.md is true: the fields that it names are those of records and trackers, and its query runs."""

from __future__ import annotations

import re
from pathlib import Path

from phx_scraper.storage.catalogue import runs
from phx_scraper.views.run_record import run_record
from tests.unit.storage.catalogue_helpers import Collector, homes
from tests.unit.storage.visit_helpers import A, visit
from tests.unit.views.test_tracked_urls import EARLIER, OURS

PAGE = (Path(__file__).parents[3] / "docs" / "runs.md").read_text(encoding="utf-8")


def named(section: str) -> set[str]:
    """What stands in backquotes in a section."""
    return set(re.findall(r"`(\w+)`", PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]))


def test_every_field_of_a_record_is_named(collector: Collector) -> None:
    collector.begin(homes(1))
    visit(collector, A)
    with collector.catalogue.reading() as tx:
        run = runs.get(tx, collector.run_id)
        assert run is not None
        record = run_record(tx, run)
    (entry,) = (entry for home in record["homes"].values() for entry in home.values())
    assert {*record, *entry} <= named("The record of a run")


def test_every_field_of_a_tracked_url_is_named() -> None:
    assert EARLIER | OURS | {"also", "urls"} <= named("url_tracker.json")


def test_the_query_tells_prices(collector: Collector) -> None:
    collector.begin(homes(1))
    visit(collector, A)
    query = PAGE.split("```sql\n")[1].split("```")[0]
    with collector.catalogue.reading() as tx:
        ((address, source, _, price, status),) = tx.exec_driver_sql(query).all()
    assert (address, source, price, status) == (homes(1)[0].address, "zillow", None, "for_sale")
