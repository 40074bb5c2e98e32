from __future__ import annotations

import traceback
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from phx_scraper import settings as project_settings
from phx_scraper.config.fields import FIELDS, Config, field_of, read_config
from phx_scraper.errors import UsageError


def settings(**changes: Any) -> Settings:
    chosen = Settings()
    chosen.setmodule("phx_scraper.settings")
    chosen.update(changes)
    return chosen


def test_the_defaults_are_usable() -> None:
    options = read_config(settings())
    assert options.concurrent_homes == 3
    assert options.delay_scale == 1.0
    assert (options.duplicate_distance, options.duplicate_dhash_distance) == (8, 12)
    assert options.image_workers >= 1
    assert options.images_store.is_absolute()


def test_values_of_the_command_line_are_text() -> None:
    options = read_config(settings(PHX_MAX_PIXELS="60e6", PHX_KEEP_RAW="0", PHX_IMAGE_FORMAT="jpeg"))
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
        ("PHX_CSV_FORMULAS", "perhaps"),
        ("PHX_CATALOGUE_URL", "postgresql://x/y"),
        ("PHX_CONCURRENT_HOMES", "2.5"),
        ("PHX_DECODER_TIMEOUT", "x"),
        ("PHX_DECODER_TIMEOUT", -1),
        ("PHX_MAX_RETRY_AFTER", "x"),
        ("PHX_MAX_RETRY_AFTER", "-1"),
        ("PHX_BROWSER", "maybe"),
        ("PHX_IMAGE_FORMT", "JPEG"),
        ("PHX_FOO", "1"),
        ("PHX_REPLICA_URL", "ftp://127.0.0.1"),
        ("PHX_REPLICA_URL", "http://127.0.0.1:port"),
        ("PHX_REPLICA_URL", "http://[::1"),
        ("PHX_REPLICA_URL", "http://:8765"),
        ("PHX_REPLICA_URL", "http://127.0.0.1:1/path"),
        ("IMAGES_STORE", ""),
        ("IMAGES_STORE", "s3://bucket"),
    ],
)
def test_an_unusable_value_is_one_sentence_that_names_the_setting(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        read_config(settings(**{name: value}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://u:hunter2@host:1", "http://hunter2@host:1", "http://u:hunter2@[::1"])
def test_the_password_of_a_replica_is_not_shown(url: str) -> None:
    with pytest.raises(UsageError, match="PHX_REPLICA_URL") as caught:
        read_config(settings(PHX_REPLICA_URL=url))
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_every_setting_of_the_project_is_read_here_and_every_one_read_is_in_the_project() -> None:
    own = {name for name in vars(project_settings) if name.startswith("PHX_")}
    assert own == {name for name in FIELDS if name.startswith("PHX_")}
    assert {field_of(name) for name in FIELDS} == {field.name for field in fields(Config)}


def test_the_store_may_start_with_a_tilde() -> None:
    assert read_config(settings(IMAGES_STORE="~/photos")).images_store == Path("~/photos").expanduser()


def test_proxies_have_one_form_and_come_once() -> None:
    text = " http://10.0.0.1:3128/, HTTPS://user:p%40ss@proxy.example:443,,http://10.0.0.1:3128, socks5h://token@[::1]:1080"
    assert read_config(settings(PHX_PROXIES=text)).proxies == (
        "http://10.0.0.1:3128",
        "https://user:p%40ss@proxy.example:443",
        "socks5h://token:@[::1]:1080",
    )
    assert read_config(settings(PHX_PROXIES="")).proxies == ()


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("user:hunter2@127.0.0.1:1", "scheme"),
        ("ftp://user:hunter2@127.0.0.1:1", "scheme"),
        ("socks4://user:hunter2@127.0.0.1:1", "scheme"),
        ("http://user:hunter2@127.0.0.1", "port is missing"),
        ("http://user:hunter2@:3128", "host"),
        ("http://127.0.0.1:hunter2", "no URL"),
        ("http://user:hunter2@[::1:3128", "no URL"),
        ("http://127.0.0.1:66000", "no URL"),
        ("http://127.0.0.1:0", "port is missing"),
        ("http://user:hunter2/@127.0.0.1:1", "no URL"),
        ("http://user:1/hunter2@127.0.0.1:1", "something follows"),
        ("http://user:1#hunter2@127.0.0.1:1", "something follows"),
        ("http://user:hunter2@127.0.0.1:1/path", "something follows"),
        ("http://:hunter2@127.0.0.1:1", "no user"),
        ("http://user:hunter2 @127.0.0.1:1", "blank"),
        ("http://user:hunter2\u20ac@127.0.0.1:1", "ASCII"),
        ("http://user:hunter2%E2%82%AC@127.0.0.1:1", "Latin-1"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_by_its_place_and_nothing_of_it_is_shown(entry: str, why: str) -> None:
    with pytest.raises(UsageError, match="PHX_PROXIES, entry 2: ") as caught:
        read_config(settings(PHX_PROXIES=f"http://127.0.0.1:3128,{entry}"))
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    told = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in told
    assert "user:" not in told.replace("USER:", "")


def test_a_comma_in_a_password_is_told_how_to_be_written() -> None:
    with pytest.raises(UsageError, match="PHX_PROXIES, entry 1") as caught:
        read_config(settings(PHX_PROXIES="http://user:hunter,two@127.0.0.1:3128"))
    assert "hunter" not in str(caught.value)


def test_the_password_of_a_catalogue_is_not_shown() -> None:
    with pytest.raises(UsageError, match="PHX_CATALOGUE_URL") as caught:
        read_config(settings(PHX_CATALOGUE_URL="postgresql://user:hun@ter2@host/base"))
    assert "//***@host/base" in str(caught.value)
    assert "ter2" not in str(caught.value)
