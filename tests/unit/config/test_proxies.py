"""The list of proxies: one form, and a wrong entry is named by its place."""

from __future__ import annotations

import traceback

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError


def test_proxies_have_one_form_and_come_once() -> None:
    text = " http://10.0.0.1:3128/, HTTPS://user:p%40ss@proxy.example:443,,http://10.0.0.1:3128, socks5h://token@[::1]:1080"
    assert read_config({"PHX_PROXIES": text}).proxies == (
        "http://10.0.0.1:3128",
        "https://user:p%40ss@proxy.example:443",
        "socks5h://token:@[::1]:1080",
    )


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
        read_config({"PHX_PROXIES": f"http://127.0.0.1:3128,{entry}"})
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)
    told = "".join(traceback.format_exception(caught.value))
    assert "hunter2" not in told
    assert "user:" not in told.replace("USER:", "")


def test_a_comma_in_a_password_is_told_how_to_be_written() -> None:
    with pytest.raises(UsageError, match="PHX_PROXIES, entry 1") as caught:
        read_config({"PHX_PROXIES": "http://user:hunter,two@127.0.0.1:3128"})
    assert "hunter" not in str(caught.value)
