"""`scrapy photos`: a home's pictures with their reasons; a wrong address is one sentence with the nearest known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, scrapy

ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    with running(Options(photos=(2, 3), width=400, kinds=frozenset())) as replica:
        done = crawl("all", folder, replica.url, address=ADDRESS, sources="zillow,redfin")
    assert done.code == 0, done.output
    return folder


def test_every_photo_has_a_line_with_its_file_or_its_reason(store: Path) -> None:
    shown = scrapy("photos", store, ADDRESS)
    document = json.loads(scrapy("photos", store, ADDRESS, "--json").output)
    lines = shown.output.splitlines()
    assert shown.code == 0
    assert lines[0] == ADDRESS == document["address"]
    assert len(lines) == 2 + len(document["photos"])
    kept = [photo for photo in document["photos"] if photo["status"] == "stored"]
    assert kept
    assert all((store / photo["local_path"]).is_file() and photo["local_path"] in shown.output for photo in kept)
    assert sum("duplicate of" in line for line in lines) == len(document["photos"]) - len(kept) > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["4141 W Cielo Grade, Glendale, AZ 85310"], f"the nearest that it knows is {ADDRESS}"),
        (["nowhere"], "no readable address"),
        ([], "name one address"),
        ([ADDRESS, ADDRESS], "name one address"),
    ],
)
def test_wrong_use_is_one_sentence(store: Path, arguments: list[str], said: str) -> None:
    done = scrapy("photos", store, *arguments)
    assert done.code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_without_a_catalogue_it_says_so(tmp_path: Path) -> None:
    done = scrapy("photos", tmp_path, ADDRESS)
    assert done.code == 2
    assert "there is no catalogue" in done.output
