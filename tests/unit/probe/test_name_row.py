"""The first step: a name is looked up as for every request, or by the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.downloader.address_guard import AddressGuard
from phx_scraper.probe.connection import first_page, name_row
from phx_scraper.probe.probe_report import Row
from phx_scraper.sources import SOURCES


def answers(*addresses: str) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, port: int) -> list[str]:
        if not addresses:
            raise OSError("no such host")
        return list(addresses)

    return resolve


def looked_up(*addresses: str, **settings: str) -> Row:
    config = read_config(settings)
    return asyncio.run(name_row("zillow", config, AddressGuard(resolve=answers(*addresses))))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_a_name_has_its_addresses() -> None:
    row = looked_up("1.1.1.1", "9.9.9.9")
    assert (row.result, row.detail) == ("ok", "www.zillow.com is 1.1.1.1, 9.9.9.9")
    assert row.seconds is not None


def test_an_unknown_name_and_one_that_leads_inside_are_trouble() -> None:
    unknown, private = looked_up(), looked_up("1.1.1.1", "10.0.0.7")
    assert (unknown.result, unknown.word) == ("trouble", "host_unknown")
    assert (private.result, private.word) == ("trouble", "private_address")


def test_a_proxy_looks_names_up_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = looked_up(PHX_PROXIES="http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    for row in (chosen, looked_up()):
        assert (row.result, row.detail) == ("ok", "www.zillow.com is looked up by the proxy")


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_first_page_on_a_host_of_its_own(source: str) -> None:
    assert first_page(source).removeprefix("https://").rstrip("/") in SOURCES[source].page_hosts
