"""Crawls of replicas that mistrust their clients: who is coherent and slow is answered, haste is stopped politely."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Options, Replica, running, truth
from phx_scraper.sources import source_of_host
from tests.integration.crawls import ALL_SOURCES, assert_agrees_with_truth, crawl, rows

HOMES = ("15230 N 37th Way, Phoenix, AZ 85032", "9264 W Wescott Dr, Peoria, AZ 85382")
MOST_AFTER_WALL = 16
"""Three refusals open a breaker; retries and requests that were under way come on top, more on a busy machine."""


def written(folder: Path, homes: tuple[str, ...]) -> Path:
    path = folder / "homes.csv"
    path.write_text("\n".join(["address", *(f'"{home}"' for home in homes)]), encoding="utf-8")
    return path


def suspicious(pictures: Path, **more: Any) -> Options:
    return Options(cache=pictures, photos=(1, 2), width=384, kinds=frozenset(), tls_port=0, suspicious=True, **more)


def refused(replica: Replica) -> dict[str, list[str]]:
    """Reasons of refusals by source, in their order."""
    found: dict[str, list[str]] = {name: [] for name in ALL_SOURCES}
    for request in replica.requests():
        source = source_of_host(request["host"])
        if source is not None and request["refused_for"]:
            found[source.name].append(request["refused_for"])
    return found


def test_our_own_client_is_never_suspicious(tmp_path: Path, pictures: Path) -> None:
    with running(suspicious(pictures, tolerated_pace=0.0)) as replica:
        result = crawl("all", tmp_path, replica.tls_url, addresses=written(tmp_path, HOMES))
        assert result.code == 0, result.output
        assert refused(replica) == {name: [] for name in ALL_SOURCES}
        assert_agrees_with_truth(tmp_path, truth(tmp_path / "homes.csv", replica.options), ALL_SOURCES)


def test_pages_that_need_a_script_come_by_the_browser(tmp_path: Path, pictures: Path) -> None:
    if not find_spec("scrapy_playwright") or not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("no Chromium here: see scripts/browser.sh")
    with running(suspicious(pictures, tolerated_pace=0.0, scripted=1.0)) as replica:
        settings = {"PHX_BROWSER": "auto"}
        result = crawl("zillow", tmp_path, replica.tls_url, settings, addresses=written(tmp_path, HOMES[:1]))
        assert result.code == 0, result.output
        assert refused(replica)["zillow"] == []
        assert_agrees_with_truth(tmp_path, truth(tmp_path / "homes.csv", replica.options))
        assert len({request["connection"]["ja4"] for request in replica.requests()}) == 2, "plain, and the browser"


def test_haste_opens_every_breaker_and_the_exit_code_says_so(tmp_path: Path, pictures: Path) -> None:
    homes = tuple(f"{1200 + 8 * n} N 37th Way, Phoenix, AZ 85032" for n in range(12))
    with running(suspicious(pictures, tolerated_pace=3600.0)) as replica:
        settings = {"PHX_BREAKER_MAX_WAIT": 0}
        result = crawl("all", tmp_path, replica.tls_url, settings, addresses=written(tmp_path, homes))
        assert result.code == 1, result.output
        reasons = refused(replica)
    for source in ALL_SOURCES:
        assert set(reasons[source]) == {"too many requests"}, source
        assert len(reasons[source]) <= MOST_AFTER_WALL, f"{source} was asked on"
    opened = "SELECT source FROM breakers WHERE opened_at IS NOT NULL"
    assert {source for (source,) in rows(tmp_path, opened)} == set(ALL_SOURCES)
