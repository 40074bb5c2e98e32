"""Whole crawls by two forward proxies to a replica in place of the live site, over TLS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.downloader.middlewares.proxies import sticky
from phx_scraper.homes import property_hash
from phx_scraper.replica import Options, running
from phx_scraper.sources import SOURCES
from tests.faults.certificate import make_certificate, server_context
from tests.integration.crawls import crawl, environment, outcomes, rows
from tests.integration.rewriting_proxy import RewritingProxy, rewriting_proxy
from tests.unit.downloader.forward_proxy import ForwardProxy

NUMBERS = range(4700, 4708)
HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in NUMBERS)
PHOTO_HOST = "photos.zillowstatic.com"
SECRETS = ("hunter2", "dXNlcjpodW50ZXIy")
FIRST_PAGE = "www.zillow.com/"


@contextmanager
def two_ways(folder: Path, options: Options) -> Iterator[tuple[list[RewritingProxy], list[ForwardProxy]]]:
    """Two proxies, each with its own replica of the site."""
    context = server_context(make_certificate(folder, *sorted(SOURCES["zillow"].hosts)))
    with (
        running(options) as replica,
        rewriting_proxy(replica.url, tls=context) as one,
        rewriting_proxy(replica.url, tls=context) as two,
        ForwardProxy(one.port, challenge=True) as first,
        ForwardProxy(two.port, challenge=True) as second,
    ):
        yield [one, two], [first, second]


def settings(proxies: list[ForwardProxy], **more: Any) -> dict[str, Any]:
    urls = ",".join(proxy.url(userinfo="user:hunter2") for proxy in proxies)
    return {"PHX_PROXIES": urls, "DOWNLOAD_VERIFY_CERTIFICATES": 0, **more}


def chosen(urls: tuple[str, ...], home: str) -> str:
    """The proxy of a home. Which one that is depends on the ports, so that all homes may have the same one."""
    return sticky(urls, f"zillow {property_hash(home)}")


def homes_seen(site: RewritingProxy, store: Path) -> tuple[set[str], set[str]]:
    """Numbers of the homes whose pages, and whose photos, were requested here."""
    of_photo = {
        url: address[:4]
        for url, address in rows(store, "SELECT url, address FROM photos JOIN homes USING (property_hash)")
    }
    pages = {asked for asked in site.asked if not asked.startswith(PHOTO_HOST)}
    return numbers_in(pages), {of_photo[f"https://{asked}"] for asked in site.asked if asked.startswith(PHOTO_HOST)}


def numbers_in(asked: Iterable[str]) -> set[str]:
    """Numbers of the homes that were asked for; a first page is of none."""
    return {re.search(r"47\d\d", one)[0] for one in asked if one != FIRST_PAGE}  # type: ignore[index]


def test_all_requests_of_a_home_use_one_proxy(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with two_ways(tmp_path, Options(photos=(3, 3), kinds=frozenset())) as (sites, proxies):
        result = crawl("zillow", store, "", settings(proxies, STATS_DUMP=1), address=HOMES)
        assert result.code == 0, result.output
        seen = [homes_seen(site, store) for site in sites]
        asked = [len(site.asked) for site in sites]
        assert {passage.method for proxy in proxies for passage in proxy.passages} == {"CONNECT"}
    assert set(outcomes(store).values()) == {"ok"}
    assert all(f"'phx/proxy/{number}': {count}" in result.output for number, count in enumerate(asked, 1) if count)
    urls = tuple(proxy.url(userinfo="user:hunter2") for proxy in proxies)
    expected = [
        {str(number) for number, home in zip(NUMBERS, HOMES.split("; "), strict=True) if chosen(urls, home) == url}
        for url in urls
    ]
    assert [pages for pages, _ in seen] == expected, "a home's pages came by the other proxy"
    assert [photos for _, photos in seen] == expected, "a home's photos came by the other proxy"
    assert "hunter2" not in result.output


def homes_of_each(urls: tuple[str, ...], number: int) -> str:
    """Homes of which each proxy has so many, whatever its port."""
    street = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4900)]
    return "; ".join(home for url in urls for home in [one for one in street if chosen(urls, one) == url][:number])


def test_no_request_shows_the_cookies_of_the_other_proxy_and_nothing_holds_a_password(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with two_ways(tmp_path, Options(photos=(3, 3), kinds=frozenset())) as (sites, proxies):
        for number, site in enumerate(sites):
            site.cookie = f"by={number}; Path=/; Secure; SameSite=None"
        homes = homes_of_each(tuple(proxy.url(userinfo="user:hunter2") for proxy in proxies), 6)
        result = crawl("zillow", store, "", settings(proxies, STATS_DUMP=1, LOG_LEVEL="DEBUG"), address=homes)
    assert result.code == 0, result.output
    assert [set(site.shown) for site in sites] == [{"", "by=0"}, {"", "by=1"}]
    for site in sites:
        photos = [seen for asked, seen in zip(site.asked, site.shown, strict=True) if asked.startswith(PHOTO_HOST)]
        assert set(photos) - {""}, "photos share no jar with one another"
        assert sum(asked == FIRST_PAGE for asked in site.asked) == 1, "one first page for each proxy"
    assert_hidden(store, result.output)


def test_a_proxy_that_is_gone_is_named_without_its_password(tmp_path: Path) -> None:
    with ForwardProxy(9) as proxy:
        gone = [proxy]
    store = tmp_path / "store"
    result = crawl("zillow", store, "", settings(gone, LOG_LEVEL="DEBUG", PHX_BREAKER_MAX_WAIT=0), address=HOMES[:37])
    assert result.code == 1, result.output
    assert "first page https://www.zillow.com/" in result.output
    assert_hidden(store, result.output)


def assert_hidden(store: Path, output: str) -> None:
    """No password as it is, quoted or as a header has it, in a log or in any file of the run."""
    assert [secret for secret in ("user:", *SECRETS) if secret in output] == []
    written = [path for path in store.rglob("*") if path.is_file()]
    assert any(path.suffix == ".sqlite" for path in written)
    for path in written:
        assert [secret for secret in ("hunter2", "dXNlcjpodW50ZXIy") if secret.encode() in path.read_bytes()] == [], (
            path
        )


def test_a_refused_request_is_not_retried_through_another_proxy(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with two_ways(tmp_path, Options(only=("blocked",))) as (sites, proxies):
        result = crawl("zillow", store, "", settings(proxies, PHX_CONCURRENT_HOMES=1), address=HOMES)
        seen = [numbers_in(site.asked) for site in sites]
    assert sorted(outcomes(store).values()) == ["blocked"] * 3 + ["pending"] * 5
    assert "zillow is left alone until" in result.output
    assert not seen[0] & seen[1]
    assert len(seen[0] | seen[1]) == 3


def test_proxies_of_the_environment_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with two_ways(tmp_path, Options(photos=(1, 1), kinds=frozenset())) as (_, proxies):
        monkeypatch.setenv("PHX_PROXIES", proxies[1].url(userinfo="user:hunter2"))
        assert environment()["PHX_PROXIES"].endswith(str(proxies[1].port))
        result = crawl("zillow", tmp_path / "store", "", {"DOWNLOAD_VERIFY_CERTIFICATES": 0}, address=HOMES[:37])
        assert result.code == 0, result.output
        assert proxies[0].passages == []
        assert proxies[1].passages


def test_a_proxy_that_cannot_be_used_is_one_sentence_before_anything_begins(tmp_path: Path) -> None:
    store = tmp_path / "store"
    result = crawl("zillow", store, "", {"PHX_PROXIES": "http://127.0.0.1:9,user:hunter2@127.0.0.1:9"}, address=HOMES)
    assert result.code == 2
    assert result.output.startswith("scrapy crawl: PHX_PROXIES, entry 2: ")
    assert len(result.output.strip().splitlines()) == 1
    assert "hunter2" not in result.output
    assert not store.exists()
