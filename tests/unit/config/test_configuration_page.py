"""docs/configuration.md names what a file may hold, and its example is one that can be used."""

from __future__ import annotations

import re
from pathlib import Path

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.reading import read_config
from phx_scraper.config.user_file import SCRAPY_NAMES, read_user_file

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_names_of_scrapy_are_those_that_a_file_may_hold() -> None:
    named = re.search(r"of Scrapy's (.+?)\. ", PAGE.replace("\n", " "))
    assert named
    assert set(re.findall(r"`(\w+)`", named[1])) == SCRAPY_NAMES


def test_the_example_can_be_used(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    assert example
    path = tmp_path / "phx.toml"
    path.write_text(example[1], encoding="utf-8")
    values = read_user_file(path, is_of_this_user=False).values
    config = read_config({name: value for name, value in values.items() if name in FIELDS})
    assert (config.images_store, config.image_format, config.jpeg_quality) == (tmp_path / "pictures", "JPEG", 90)
    assert len(config.proxies) == 2
