"""A person's word on pictures of two homes, in whichever database the catalogue is."""

from __future__ import annotations

import pytest

from phx_scraper.model.photo_decision import DecisionAcross, Sighting
from phx_scraper.storage.catalogue import decisions_across_homes as across
from phx_scraper.storage.catalogue import gallery, photo_decisions
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from phx_scraper.storage.catalogue.forget_homes import forget_homes
from tests.catalogue_calls import read, write
from tests.unit.storage.catalogue_helpers import Collector, homes
from tests.unit.storage.visit_helpers import end_run

ONE, OTHER = (home.property_hash for home in homes()[:2])


@pytest.fixture
def begun(collector: Collector) -> Collector:
    collector.begin(homes(2))
    return collector


@pytest.fixture
def said(begun: Collector) -> DecisionAcross:
    """The first home's front and the second's are two pictures; each home has copies of its own."""
    for home in (ONE, OTHER):
        for source in ("zillow", "redfin"):
            lease = begun.lease(home, source)
            assert lease is not None
            begun.collect(lease)
    one, two = (_front(begun, home) for home in (ONE, OTHER))
    decision = DecisionAcross(0, "not_duplicate", ONE, one, OTHER, two, 2e9)
    write(begun.catalogue, across.add, decision)
    return decision


def _front(begun: Collector, home: str) -> Sighting:
    [front] = [image for image in read(begun.catalogue, home_images, home) if image.key == "z1"]
    return Sighting(front.source, front.key, front.raw_sha256, front.phash, front.dhash)


def test_the_copies_of_each_are_meant_too_and_the_last_word_holds(begun: Collector, said: DecisionAcross) -> None:
    told = {tuple(sorted(pair)) for pair in read(begun.catalogue, across.apart)}
    files = {
        home: {image.raw_sha256 for image in read(begun.catalogue, home_images, home) if image.phash == said.one.phash}
        for home in (ONE, OTHER)
    }
    assert told == {tuple(sorted({one, two})) for one in files[ONE] for two in files[OTHER]}
    write(begun.catalogue, across.add, said._replace(verdict="duplicate"))
    assert read(begun.catalogue, across.apart) == frozenset()
    assert [one.verdict for one in read(begun.catalogue, across.of_homes, [ONE, OTHER])[ONE]] == [
        "not_duplicate",
        "duplicate",
    ]


def test_both_homes_are_to_be_shown_anew(begun: Collector, said: DecisionAcross) -> None:
    for home in (ONE, OTHER):
        write(begun.catalogue, gallery.mark_viewed, home)
    write(begun.catalogue, across.add, said)
    assert set(read(begun.catalogue, gallery.stale_homes)) == {ONE, OTHER}


def test_it_goes_with_either_home_and_becomes_ones_own_where_they_are_one(
    begun: Collector, said: DecisionAcross
) -> None:
    write(begun.catalogue, across.move, ONE, OTHER)
    assert read(begun.catalogue, across.of_homes, [ONE, OTHER]) == {}
    [own] = read(begun.catalogue, photo_decisions.of_home, ONE)
    assert (own.verdict, own.one, own.other) == ("not_duplicate", said.one, said.other)
    write(begun.catalogue, across.add, said)
    end_run(begun)
    write(begun.catalogue, forget_homes, [OTHER])
    assert read(begun.catalogue, across.of_homes, [ONE, OTHER]) == {}
