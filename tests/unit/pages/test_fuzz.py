"""Mutated pages: truncated, keys deleted, values of other types. Only page errors may be raised, listings stay valid.

The seed is fixed: a failure names its case number.
"""

from __future__ import annotations

import json
import random
from urllib.parse import urlsplit

import pytest

from phx_scraper.errors import PageError
from phx_scraper.pages import Candidate, Listing
from phx_scraper.sources import SOURCES

from .fuzz_targets import Target, targets
from .mutations import mutated_text, mutated_tree

CASES_PER_TARGET = 500
STATUSES = {"for_sale", "pending", "sold", "for_rent", "off_market", "coming_soon", "unknown"}


def check(found: object, target: Target) -> None:
    """What a reader gave must be usable: known words, right hosts, texts that any file or database takes."""
    if isinstance(found, Listing):
        assert found.status in STATUSES
        assert [photo.position for photo in found.photos] == list(range(1, len(found.photos) + 1))
        assert len({photo.key for photo in found.photos}) == len(found.photos)
        hosts = SOURCES[target.source].photo_hosts
        for photo in found.photos:
            assert all(urlsplit(url).netloc in hosts for url in (photo.url, *(one.url for one in photo.variants)))
        words = [found.address, *found.ids.values(), *(photo.caption for photo in found.photos)]
        json.dumps(found.facts, allow_nan=False)
    else:
        assert isinstance(found, tuple)
        assert all(isinstance(one, Candidate) for one in found)
        words = [word for one in found for word in (one.address, one.url, *one.ids.values())]
    for word in words:
        assert "\x00" not in word
        word.encode("utf-8")


@pytest.mark.parametrize("name", targets())
def test_mutated_pages_raise_nothing_else(name: str) -> None:
    target, chance = targets()[name], random.Random(f"phx {name}")
    endings = {"read": 0, "refused": 0}
    for case in range(CASES_PER_TARGET):
        from_tree = bool(target.trees) and case % 3 != 0
        body = (
            target.page(mutated_tree(chance, chance.choice(target.trees)))
            if from_tree
            else mutated_text(chance, chance.choice(target.texts))
        )
        try:
            check(target.read(body), target)
            endings["read"] += 1
        except PageError:
            endings["refused"] += 1
        except Exception as error:  # the test is about what this is
            pytest.fail(f"case {case} of {name}: {error!r}")
    assert min(endings.values()) > 0, f"mutations of {name} reach only one ending: {endings}"


def test_there_are_enough_cases() -> None:
    assert len(targets()) * CASES_PER_TARGET >= 2_000
