"""What the figures of scale are made of: the simulated queues, and how requests of a replica are counted."""

from __future__ import annotations

import pytest

from bench.scale_pace import rhythm
from bench.scale_simulation import PHOTOS, Simulation
from phx_scraper.config.reading import read_config
from phx_scraper.downloader.pauses import Pauses
from phx_scraper.sources import SOURCES

HOMES = 50


def test_workers_that_share_a_pace_are_no_faster_than_its_queues() -> None:
    least = HOMES * max(PHOTOS[name] * Pauses(read_config({})).least_for_photo(name) for name in SOURCES)
    alone, five = (Simulation(HOMES).seconds(workers) for workers in (1, 5))
    assert alone >= least
    assert five >= least


def test_each_with_a_pace_of_its_own_they_would_ask_as_many_times_faster() -> None:
    together = Simulation(HOMES, shares_pace=False).seconds(2)
    assert together < 0.7 * Simulation(HOMES).seconds(2)


def test_every_request_is_sent_once() -> None:
    simulation = Simulation(HOMES)
    simulation.seconds(3)
    for name in SOURCES:
        assert simulation.queues[name].requests == 2 * HOMES
        assert simulation.queues[f"{name}:img"].requests == PHOTOS[name] * HOMES


def test_a_rhythm_is_of_sorted_times() -> None:
    found = rhythm([3.0, 1.0, 2.5])
    assert (found.requests, found.seconds, found.closest) == (3, 2.0, 0.5)
    assert found.between == pytest.approx(1.0)
    assert rhythm([]).between == 0.0
