"""Circuit breakers as rows of the catalogue."""

from __future__ import annotations

import pytest

from phx_scraper.storage.catalogue import breakers
from phx_scraper.storage.catalogue.breakers import BreakerRow
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector

ZILLOW = BreakerRow("zillow", 3, 1, 1000.0, 900.0, "refusal: forbidden")
REDFIN = BreakerRow("redfin", 0, 2, None, 0.0, "failure: timeout")


@pytest.fixture
def written(collector: Collector) -> Collector:
    write(collector.catalogue, breakers.write, ZILLOW)
    write(collector.catalogue, breakers.write, REDFIN)
    return collector


def test_a_row_comes_back_as_it_was_written_and_once(written: Collector) -> None:
    assert read(written.catalogue, breakers.read) == {"zillow": ZILLOW, "redfin": REDFIN}
    later = BreakerRow("zillow", 4, 0, 2000.0)
    write(written.catalogue, breakers.write, later)
    assert read(written.catalogue, breakers.read) == {"zillow": later, "redfin": REDFIN}


def test_one_trial_is_had_by_whoever_asks_first(written: Collector) -> None:
    assert not write(written.catalogue, breakers.take_trial, "zillow", 999.0, 3000.0)
    assert not write(written.catalogue, breakers.take_trial, "phoenix_mls", 1000.0, 3000.0)
    assert read(written.catalogue, breakers.read) == {"zillow": ZILLOW, "redfin": REDFIN}
    assert write(written.catalogue, breakers.take_trial, "zillow", 1000.0, 3000.0)
    assert not write(written.catalogue, breakers.take_trial, "zillow", 1000.0, 3001.0)
    found = read(written.catalogue, breakers.read)["zillow"]
    assert (found.opened_at, found.retry_after, found.page_failures) == (3000.0, 900.0, 3)


def test_a_trial_belongs_to_one_source(written: Collector) -> None:
    write(written.catalogue, breakers.write, BreakerRow("phoenix_mls", 3, 0, 1000.0))
    assert write(written.catalogue, breakers.take_trial, "zillow", 1000.0, 3000.0)
    assert read(written.catalogue, breakers.read)["phoenix_mls"].opened_at == 1000.0


def test_a_row_that_another_process_changed_is_left_and_told(written: Collector) -> None:
    mine = BreakerRow("zillow", 4, 1, 1000.0)
    assert write(written.catalogue, breakers.exchange, BreakerRow("zillow", 2), mine) == ZILLOW
    assert read(written.catalogue, breakers.read)["zillow"] == ZILLOW
    assert write(written.catalogue, breakers.exchange, ZILLOW, mine) is None
    assert write(written.catalogue, breakers.exchange, BreakerRow("phoenix_mls"), BreakerRow("phoenix_mls", 1)) is None
    found = read(written.catalogue, breakers.read)
    assert (found["zillow"], found["phoenix_mls"].page_failures) == (mine, 1)
