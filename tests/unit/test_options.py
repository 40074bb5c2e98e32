from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper.errors import UsageError
from phx_scraper.options import read_options


def settings(**changes: Any) -> Settings:
    chosen = Settings()
    chosen.setmodule("phx_scraper.settings")
    chosen.update(changes)
    return chosen


def test_the_defaults_are_usable() -> None:
    options = read_options(settings())
    assert options.concurrent_homes == 3
    assert options.delay_scale == 1.0
    assert (options.duplicate_distance, options.duplicate_dhash_distance) == (8, 12)
    assert options.image_workers >= 1
    assert options.images_store.is_absolute()


def test_values_of_the_command_line_are_text() -> None:
    options = read_options(settings(PHX_MAX_PIXELS="60e6", PHX_KEEP_RAW="0", PHX_IMAGE_FORMAT="jpeg"))
    assert options.max_pixels == 60_000_000
    assert options.keep_raw is False
    assert options.image_format == "JPEG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PHX_CONCURRENT_HOMES", "none"),
        ("PHX_CONCURRENT_HOMES", 0),
        ("PHX_DELAY_SCALE", -1),
        ("PHX_DELAY_SCALE", "nan"),
        ("PHX_DUPLICATE_DISTANCE", 65),
        ("PHX_DUPLICATE_RULE", "guess"),
        ("PHX_IMAGE_FORMAT", "GIF"),
        ("PHX_JPEG_QUALITY", 100),
        ("PHX_KEEP_RAW", "perhaps"),
        ("PHX_MAX_PIXELS", "inf"),
        ("PHX_BREAKER_MAX_WAIT", -1),
        ("PHX_MAX_MEMORY_MB", "lots"),
        ("PHX_STALL_SECONDS", "soon"),
        ("PHX_REPLICA_URL", "ftp://127.0.0.1"),
        ("PHX_REPLICA_URL", "http://127.0.0.1:1/path"),
        ("IMAGES_STORE", ""),
        ("IMAGES_STORE", "s3://bucket"),
    ],
)
def test_an_unusable_value_is_one_sentence_that_names_the_setting(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        read_options(settings(**{name: value}))
    assert "\n" not in str(caught.value)


def test_the_store_may_start_with_a_tilde() -> None:
    assert read_options(settings(IMAGES_STORE="~/photos")).images_store == Path("~/photos").expanduser()
