"""A visit that is requeued unfinished every time does not keep the run from ending."""

from __future__ import annotations

import subprocess
from pathlib import Path

from phx_scraper.replica import Options, running
from phx_scraper.run.frontier import MOST_RETURNS
from tests.integration.crawls import REPOSITORY, command, crawl, environment, outcomes, rows
from tests.integration.unfinished_settings import HOME

OTHERS = [f"{number} W Davis Rd, Glendale, AZ 85306" for number in (4700, 4701, 4702, 4704)]


def test_a_visit_that_is_always_requeued_is_left_for_the_next_run(tmp_path: Path) -> None:
    homes = "; ".join([*OTHERS[:2], HOME, *OTHERS[2:]])
    with running(Options(photos=(1, 1), kinds=frozenset())) as replica:
        line = command("zillow", tmp_path, replica.url, {"address": homes}, {"STATS_DUMP": 1})
        variables = {"SCRAPY_SETTINGS_MODULE": "tests.integration.unfinished_settings"}
        done = subprocess.run(line, cwd=REPOSITORY, env=environment() | variables, capture_output=True, timeout=300)
        output = done.stderr.decode()
        assert done.returncode == 1, output
        assert f"{HOME} at zillow was begun {MOST_RETURNS + 1} times and came back unfinished" in output
        assert "'phx/frontier/zillow/left_for_next_run': 1" in output
        assert "run the same command again" in output
        assert outcomes(tmp_path) == {(home, "zillow"): "ok" for home in OTHERS} | {(HOME, "zillow"): "pending"}
        assert rows(tmp_path, "SELECT attempts, lease_run FROM visits WHERE outcome = 'pending'") == [
            (MOST_RETURNS + 1, None)
        ]
        again = crawl("zillow", tmp_path, replica.url, address=homes)
    assert again.code == 0, again.output
    assert set(outcomes(tmp_path).values()) == {"ok"}
