"""Checks of URLs, hosts and IP addresses, and the pinned address."""

from __future__ import annotations

import asyncio

import pytest
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest

from phx_scraper.downloader.address_guard import CACHE_SECONDS, AddressGuard, is_public, split_target
from phx_scraper.downloader.exceptions import UnsafeRequest
from phx_scraper.errors import UnsafeTarget

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"]
PRIVATE = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "192.0.0.8",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::127.0.0.1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "3fff::1", "not an address", "",
]  # fmt: skip
ODD_URLS = {
    "http://0x7f.1/": "odd_host",
    "http://0x7f000001/": "odd_host",
    "http://2130706433/": "odd_host",
    "http://127.1/": "odd_host",
    "http://0177.0.0.1/": "odd_host",
    "http://127.0.0.1./": "odd_host",
    "http://127.0.0.256/": "private_address",
    "http://[::ffff:127.0.0.1]/": "private_address",
    "http://[::1]/": "private_address",
    "http://127.0.0.1/": "private_address",
    "http://[fe80::1%25eth0]/": "private_address",
    "http://[::1/": "odd_host",
    "http://www.zillow.com\\@127.0.0.1/": "odd_host",
    "http://www.zillow.com /": "odd_host",
    "http://www.zillow\t.com/": "odd_host",
    "http://１２７.0.0.1/": "odd_host",
    "http://127。0.0.1/": "odd_host",
    "http://www.zillow.com%00.evil/": "odd_host",
    "http://www..zillow.com/": "odd_host",
    "http://-x.com/": "odd_host",
    "http:///path": "odd_host",
    "http://www.zillow.com:99999/": "odd_host",
    "http://user:pw@www.zillow.com/": "userinfo",
    "http://@www.zillow.com/": "userinfo",
    "file:///etc/passwd": "scheme",
    "ftp://www.zillow.com/": "scheme",
    "data:text/plain,x": "scheme",
    "gopher://www.zillow.com/": "scheme",
    "//www.zillow.com/": "scheme",
}


def guard(*answers: list[str] | OSError, **options: object) -> tuple[AddressGuard, list[str]]:
    """A guard whose resolver gives one answer after the other, and the names that were looked up."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        answer = answers[len(asked) - 1]
        if isinstance(answer, OSError):
            raise answer
        return answer

    return AddressGuard(resolve=resolve, **options), asked  # type: ignore[arg-type]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(("url", "reason"), ODD_URLS.items())
def test_odd_urls_are_refused_before_any_lookup(url: str, reason: str) -> None:
    checker, asked = guard()
    for check in (lambda: asyncio.run(checker.check(url)), lambda: checker.check_unresolved(url)):
        with pytest.raises(UnsafeRequest) as caught:
            check()
        assert caught.value.reason == reason
    assert asked == []


def test_the_refusal_is_ours_and_scrapys() -> None:
    assert issubclass(UnsafeRequest, UnsafeTarget)
    assert issubclass(UnsafeRequest, IgnoreRequest)


@pytest.mark.parametrize("host", ["www.zillow.com", "WWW.ZILLOW.COM", "a-b_c.example.com", "xn--bcher.de", "8.8.8.8"])
def test_ordinary_hosts_pass(host: str) -> None:
    assert split_target(f"https://{host}/a?b#c")[1:] == (host.lower(), 443)


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "::ffff:8.8.8.8"]])
def test_one_private_address_among_the_answers_is_enough(answer: list[str]) -> None:
    checker, _ = guard(answer)
    with pytest.raises(UnsafeRequest, match="private_address"):
        asyncio.run(checker.check("https://www.zillow.com/"))


def test_the_answer_is_pinned_and_kept_until_it_is_old() -> None:
    now = [0.0]
    checker, asked = guard(["8.8.8.8", "8.8.8.8"], ["10.0.0.1"], clock=lambda: now[0])
    for _ in range(3):
        assert asyncio.run(checker.check("https://www.zillow.com/a")).addresses == ("8.8.8.8",)
    now[0] = CACHE_SECONDS
    with pytest.raises(UnsafeRequest):
        asyncio.run(checker.check("https://www.zillow.com/b"))
    assert asked == ["www.zillow.com"] * 2


@pytest.mark.parametrize("answer", [OSError("no such host"), []])
def test_names_without_address_are_scrapys_error(answer: list[str] | OSError) -> None:
    checker, _ = guard(answer)
    with pytest.raises(CannotResolveHostError):
        asyncio.run(checker.check("https://www.zillow.com/"))


def test_only_the_replicas_host_and_port_may_be_private() -> None:
    checker, _ = guard(["127.0.0.1"], ["127.0.0.1"], exempt=frozenset({("localhost", 8765), ("127.0.0.1", 8765)}))
    assert asyncio.run(checker.check("http://localhost:8765/x")).addresses == ("127.0.0.1",)
    assert asyncio.run(checker.check("http://127.0.0.1:8765/x")).addresses == ("127.0.0.1",)
    for url in ("http://localhost:22/", "http://127.0.0.1/", "http://127.0.0.2:8765/"):
        with pytest.raises(UnsafeRequest, match="private_address"):
            asyncio.run(checker.check(url))


def test_the_systems_resolver_is_the_default() -> None:
    checker = AddressGuard(exempt=frozenset({("localhost", 80)}))
    assert "127.0.0.1" in asyncio.run(checker.check("http://localhost/")).addresses
