"""A source's first page in whole crawls: once per session, and named where it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, outcomes

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4703))
SMALL = Options(photos=(1, 1), kinds=frozenset())


@pytest.mark.parametrize(
    ("source", "host"),
    [("zillow", "www.zillow.com"), ("redfin", "www.redfin.com"), ("phoenix_mls", "phoenixmlssearch.com")],
)
def test_it_is_opened_once_for_all_homes_of_a_run(source: str, host: str, tmp_path: Path) -> None:
    with running(SMALL) as replica:
        result = crawl(source, tmp_path, replica.url, {"STATS_DUMP": 1}, address=HOMES)
        opened = replica.stats()["hosts"][host]["other"]
    assert set(outcomes(tmp_path).values()) == {"ok"}, result.output
    assert opened == 1
    assert f"'phx/first_page/{source}': 1" in result.output


def test_its_refusal_is_named_and_its_endpoints_are_not_asked(tmp_path: Path) -> None:
    with running(Options(photos=(1, 1), kinds=frozenset(), refuse=(("zillow", 1),))) as replica:
        result = crawl("zillow", tmp_path, replica.url, {"PHX_BREAKER_MAX_WAIT": 0}, address=HOMES)
        hosts = replica.stats()["hosts"]
    assert result.code == 1
    assert "first page https://www.zillow.com/" in result.output
    assert set(outcomes(tmp_path).values()) <= {"blocked", "pending"}
    assert "www.zillowstatic.com" not in hosts
    assert "Traceback" not in result.output
