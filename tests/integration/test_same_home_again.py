"""The same home in another list, with fewer or more address parts: one home, one folder, nothing downloaded twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration.crawls import crawl, rows, scrapy

# Found by brute force: both have the hash 518a022f.
ONE_LABEL = ("35358 W Davis Rd, Glendale, AZ 85306", "18022 W Sandra Ter, Glendale, AZ 85306")
ZUNI = ("4732 W Zuni Rd, 85306", "4732 W Zuni Rd, Glendale, AZ 85306")


@pytest.fixture(scope="module")
def plain(pictures: Path) -> Iterator[Replica]:
    """A replica without scenarios, so that every home has its pictures."""
    with running(Options(cache=pictures, photos=(3, 3), width=480, kinds=frozenset())) as server:
        yield server


def folders(store: Path) -> list[str]:
    return sorted(folder.name for folder in (store / "homes").iterdir())


def test_a_row_that_gains_its_city_stays_the_same_home(tmp_path: Path, plain: Replica) -> None:
    downloads = []
    for address in ZUNI:
        crawl("zillow", tmp_path, plain.url, address=address)
        downloads.append(plain.stats())
    assert rows(tmp_path, "SELECT address FROM homes") == [(ZUNI[1],)]
    assert rows(tmp_path, "SELECT outcome FROM visits") == [("ok",)]
    assert len(folders(tmp_path)) == 1
    assert downloads[0] == downloads[1], "the second run has nothing to ask"


def test_two_homes_with_one_hash_have_separate_pictures(tmp_path: Path, plain: Replica) -> None:
    for address in ONE_LABEL:
        crawl("zillow", tmp_path, plain.url, address=address)
    found = dict(rows(tmp_path, "SELECT address, outcome FROM visits JOIN homes USING (property_hash)"))
    assert set(found) == set(ONE_LABEL)
    assert "pending" not in found.values()
    assert len(folders(tmp_path)) == 2
    one_list = tmp_path / "one.csv"
    one_list.write_text(f'full_address\n"{ONE_LABEL[1]}"\n')
    shown = json.loads(scrapy("status", tmp_path, "--json", str(one_list)).output)
    assert {visit["address"] for visit in shown["visits"]} == {ONE_LABEL[1]}


def test_a_list_whose_only_row_matches_several_known_homes_is_an_error(tmp_path: Path, plain: Replica) -> None:
    street = "4732 W Zuni Rd, Glendale, AZ"
    crawl("zillow", tmp_path, plain.url, address=f"{street} 85306; {street} 85301")
    done = crawl("zillow", tmp_path, plain.url, address=street)
    assert "without a zip it could be" in done.output
    assert done.code == 1
