"""How long the pauses are: within their bounds, mostly short, at times long, each crawl's from its own generator."""

from __future__ import annotations

import random
from statistics import fmean, median

import pytest
from scrapy import Request

from phx_scraper.config.reading import read_config
from phx_scraper.downloader.pauses import Pauses, long_tailed
from phx_scraper.downloader.slots import page_slot, photo_slot
from phx_scraper.sources import SOURCES, Source

DRAWS = 20_000


def request(slot: str, url: str = "https://www.zillow.com/homes/") -> Request:
    return Request(url, meta={"download_slot": slot})


def drawn(slot: str, opens_home: bool = False, **changes: float) -> list[float]:
    generator = random.Random(7)
    pauses = Pauses(read_config({f"PHX_{name.upper()}": value for name, value in changes.items()}))
    return [pauses.before(request(slot), opens_home, 1 - generator.random()) for _ in range(DRAWS)]


def test_the_distribution_lies_between_0_and_1_and_has_its_long_tail_above() -> None:
    values = [long_tailed((number + 1) / DRAWS) for number in range(DRAWS)]
    assert values == sorted(values)
    assert 0 < values[0] < 0.02
    assert values[-1] == pytest.approx(1)
    assert median(values) == pytest.approx(0.2, abs=0.01)
    assert fmean(values) > median(values) * 1.2, "the tail draws the mean up"
    assert values[int(DRAWS * 0.9)] > 2.4 * median(values)
    assert sum(value > 0.8 for value in values) / DRAWS == pytest.approx(0.02, abs=0.01)


def test_photos_pause_half_a_second_to_three_and_mostly_one() -> None:
    for source in ("zillow", "redfin", "phoenix_mls"):
        found = drawn(photo_slot(source))
        assert 0.5 <= min(found) < 0.55
        assert 2.5 < max(found) <= 3.0
        assert median(found) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_a_row_that_asks_for_more_moves_both_bounds_up(source: Source) -> None:
    for slot, own in ((page_slot(source.name), source.page_delay), (photo_slot(source.name), source.photo_delay)):
        found = drawn(slot)
        least = max(0.5, own)
        assert least <= min(found)
        assert max(found) <= least + 2.5
    assert min(drawn(page_slot("zillow"))) >= 2.0


def test_before_a_home_pauses_begin_where_the_others_end() -> None:
    for source, shortest in (("phoenix_mls", 3.5), ("zillow", 4.5)):
        found = drawn(page_slot(source), opens_home=True)
        assert shortest <= min(found) < shortest + 0.1
        assert max(found) <= shortest + 5.0
        assert median(found) == pytest.approx(shortest + 1, abs=0.1)


def test_the_bounds_are_settings() -> None:
    found = drawn(photo_slot("redfin"), min_delay=0.1, max_delay=0.2)
    assert min(found) >= 0.1
    assert max(found) <= 0.2
    assert set(drawn(photo_slot("redfin"), min_delay=0, max_delay=0)) == {0.0}
    assert set(drawn(photo_slot("redfin"), min_delay=1, max_delay=1)) == {1.0}


def test_the_scale_multiplies_all_of_it_and_0_is_no_pause() -> None:
    usual, slow = drawn(page_slot("zillow")), drawn(page_slot("zillow"), delay_scale=3)
    assert slow == pytest.approx([3 * pause for pause in usual])
    assert set(drawn(page_slot("zillow"), delay_scale=0)) == {0.0}
    assert set(drawn(page_slot("zillow"), opens_home=True, delay_scale=0)) == {0.0}


def test_a_slot_of_nobodys_has_no_pause() -> None:
    assert set(drawn("www.example.com")) == {0.0}


def test_a_larger_crawl_delay_of_a_host_is_its_shortest_pause() -> None:
    pauses = Pauses(read_config({"PHX_DELAY_SCALE": 2}))
    usual = request(page_slot("zillow"))
    before = pauses.before(usual, False, 0.5)
    pauses.crawl_delays["www.zillow.com"] = 0.3
    assert pauses.before(usual, False, 0.5) == before, "a smaller one changes nothing"
    pauses.crawl_delays["www.zillow.com"] = 20.0
    assert 40 < pauses.before(usual, False, 0.01) < pauses.before(usual, True, 1.0) == 50.0
    other = request(page_slot("zillow"), "https://www.zillowstatic.com/autocomplete/")
    assert pauses.before(other, False, 0.5) == before


def test_one_seed_gives_one_order_and_nothing_is_taken_from_the_common_generator() -> None:
    random.seed(1)
    state = random.getstate()
    assert drawn("zillow") == drawn("zillow")
    assert random.getstate() == state


def test_the_least_time_of_a_home_follows_the_pace_settings() -> None:
    usual = Pauses(read_config({}))
    slower = Pauses(read_config({"PHX_MIN_DELAY": 20, "PHX_MAX_DELAY": 30, "PHX_MAX_HOME_DELAY": 60}))
    halved = Pauses(read_config({"PHX_DELAY_SCALE": 0.5}))
    own = SOURCES["zillow"].page_delay
    assert usual.least_for_home("zillow", 2) == pytest.approx(2 * own + 2.5)
    assert slower.least_for_home("zillow", 2) == pytest.approx(2 * 20 + 10)
    assert halved.least_for_home("zillow", 2) == pytest.approx(usual.least_for_home("zillow", 2) / 2)
