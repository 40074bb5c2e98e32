"""An offline machine is reported, blocks no source and no home, and requests resume immediately when it is online."""

from __future__ import annotations

from pathlib import Path

from phx_scraper.replica import Options, running
from tests.integration.crawls import crawl, outcomes, rows

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4703))
NOBODY = "http://127.0.0.1:9"
SOURCES = "phoenix_mls,redfin,zillow"
QUICK = {"RETRY_TIMES": 0}


def test_an_offline_machine_blocks_no_source_and_resumes_immediately(tmp_path: Path, pictures: Path) -> None:
    first = crawl("all", tmp_path, NOBODY, QUICK, address=HOMES, sources=SOURCES)
    assert first.code == 3, first.output
    assert first.output.count("is this machine online?") == 1
    assert "left alone" not in first.output.partition("Run ")[2], "in what it says at its end"
    assert "Traceback" not in first.output
    assert set(outcomes(tmp_path).values()) == {"pending"}
    assert rows(tmp_path, "SELECT source FROM breakers WHERE opened_at IS NOT NULL OR page_failures > 0") == []
    assert rows(tmp_path, "SELECT count(*) FROM visits WHERE not_before IS NOT NULL OR lease_run IS NOT NULL") == [(0,)]
    with running(Options(cache=pictures, photos=(1, 1), kinds=frozenset())) as replica:
        again = crawl("all", tmp_path, replica.url, address=HOMES, sources=SOURCES)
    assert again.code == 0, again.output
    assert set(outcomes(tmp_path).values()) == {"ok"}


def test_one_unreachable_source_is_its_own_failure(tmp_path: Path) -> None:
    alone = crawl("zillow", tmp_path, NOBODY, QUICK | {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
    assert alone.code == 1
    assert "is this machine online?" not in alone.output
    assert set(outcomes(tmp_path).values()) == {"error"}
