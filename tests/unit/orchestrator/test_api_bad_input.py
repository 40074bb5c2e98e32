"""What the Python API refuses, each with one sentence that says what to do; nothing is crawled, nothing written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from phx_scraper import ImageExtractionOrchestrator, Property
from phx_scraper.errors import AddressError, PhxError, UsageError
from phx_scraper.orchestrator.crawl_settings import config_of_crawls, portable, settings_module
from phx_scraper.orchestrator.wanted_properties import written_list

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"
HOME = Property.from_text(ADDRESS)


class Table:
    """As pandas' DataFrame: iterated, it gives the names of its columns."""

    def __iter__(self):
        return iter(["street", "city"])

    def iterrows(self) -> None:
        """What tells it from a list of texts."""


class Pipeline:
    """A class of a user's."""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"max_dimension": 0}, "PHX_MAX_DIMENSION is '0'"),
        ({"max_concurrent_properties": 2.5}, "PHX_CONCURRENT_HOMES is '2.5'"),
        ({"deduplication_threshold": 99}, "from 0 to 64"),
        ({"enabled_sources": ["trulia"]}, "known are zillow"),
        ({"enabled_sources": ["zilow"]}, "did you mean zillow?"),
        ({"enabled_sources": "zillow"}, r"give a list, \[ImageSource.ZILLOW\]"),
        ({"enabled_sources": []}, "name one source at least"),
        ({"settings": {"PHX_MAX_DIMENSION": 2048}}, "the argument max_dimension: give it there"),
        ({"settings": {"IMAGES_STORE": "/elsewhere"}}, "the argument base_dir"),
        ({"settings": {"JOBDIR": "crawls/1"}}, "JOBDIR is for commands"),
        ({"settings": {"PHX_DELAY_SCALES": 1}}, "did you mean PHX_DELAY_SCALE?"),
        ({"settings": {"EXTENSIONS": {"one": object()}}}, "EXTENSIONS holds <object"),
        ({"base_dir": ""}, "base_dir is empty"),
        ({"base_dir": None}, "base_dir is empty"),
        ({"base_dir": __file__}, "is a file; name the folder"),
        ({"base_dir": "ftp://bucket/photos"}, "a folder of this machine, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX"),
    ],
)
def test_wrong_arguments(tmp_path: Path, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        ImageExtractionOrchestrator(**{"base_dir": tmp_path, **arguments})


@pytest.mark.parametrize(
    ("properties", "kind", "says"),
    [
        (ADDRESS, UsageError, r"give a list, \[property\]"),
        (HOME, UsageError, r"give a list, \[property\]"),
        ({"full_address": ADDRESS}, UsageError, r"give a list, \[property\]"),
        (None, UsageError, "give a list"),
        (Table(), UsageError, r"table.to_dict\(\"records\"\)"),
        ([HOME, 5], UsageError, "5 names no property"),
        ([ADDRESS, "nowhere", ADDRESS, "1"], AddressError, "number 2, 'nowhere' .*; number 4, '1' "),
        (["a", "b", "c", "d", "e"], AddressError, "; and 2 more$"),
        ([{"notes": "no address"}], (AddressError, UsageError), "no address"),
    ],
)
def test_wrong_properties(tmp_path: Path, properties: Any, kind: type[PhxError], says: str) -> None:
    with pytest.raises(kind, match=says):
        asyncio.run(ImageExtractionOrchestrator(tmp_path / "images").extract_all(properties))
    assert not (tmp_path / "images").exists()


def test_further_columns_that_would_be_read_as_an_address() -> None:
    wrong = Property("4732 W Davis Rd", "Glendale", "AZ", "85306", {"City": "Tempe"})
    with pytest.raises(UsageError, match="'City' would be read as a part of the address"), written_list([wrong]):
        pass


def test_a_class_of_the_running_script_cannot_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert portable({"ITEM_PIPELINES": {Pipeline: 950}}, {}) == {"ITEM_PIPELINES": {f"{__name__}.Pipeline": 950}}
    monkeypatch.setattr(Pipeline, "__module__", "__main__")
    with pytest.raises(UsageError, match="put it into a module"):
        portable({"ITEM_PIPELINES": {Pipeline: 950}}, {})


def test_a_program_may_be_part_of_another_scrapy_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "tutorial_settings.py").write_text('SPIDER_MODULES = ["tutorial.spiders"]\n')
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "tutorial_settings")
    assert settings_module() == "phx_scraper.settings"
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "not.there")
    with pytest.raises(UsageError, match=r"SCRAPY_SETTINGS_MODULE is 'not\.there', which cannot be imported"):
        ImageExtractionOrchestrator(tmp_path)


def test_it_asks_the_catalogue_that_its_crawls_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    mine = "from phx_scraper.settings import *\nPHX_CATALOGUE_URL = '/elsewhere/mine.sqlite'\n"
    (tmp_path / "own_settings.py").write_text(mine)
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "own_settings")
    assert settings_module() == "own_settings"
    assert config_of_crawls({}).catalogue == Path("/elsewhere/mine.sqlite")


def test_the_users_own_settings_stand_below_the_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "phx.toml").write_text('[settings]\nPHX_CATALOGUE_URL = "mine.sqlite"\nPHX_DELAY_SCALE = 3\n')
    found = config_of_crawls({"PHX_DELAY_SCALE": 2})
    assert (found.catalogue, found.delay_scale) == (tmp_path / "mine.sqlite", 2)
