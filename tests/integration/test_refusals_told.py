"""Each refusal that is met is in the run record and the catalogue: as many as the replica gave, none of them twice."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from phx_scraper.replica import Options, Replica, running
from phx_scraper.sources import source_of_host
from tests.integration.crawls import crawl, held_at, kill, rows, scrapy, start

HOMES = "; ".join(f"{number} W Davis Rd, Glendale, AZ 85306" for number in range(4700, 4704))
PLAIN_KINDS = Options(photos=(3, 3), width=384, kinds=frozenset())
MET = "SELECT run_id, number, source, host, step, way, reason FROM refusals ORDER BY run_id, number"


def records(store: Path) -> list[dict[str, Any]]:
    """The run records, oldest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (store / "metadata" / "runs").glob("*.json")]
    return sorted(found, key=lambda one: str(one["started_at"]))


def refused_by(replica: Replica) -> dict[str, int]:
    """Answers of the replica's `--refuse`, by host."""
    hosts = replica.stats()["hosts"]
    return {host: kinds["refused"] for host, kinds in hosts.items() if kinds.get("refused")}


def summed(record: dict[str, Any], source: str, name: str) -> int:
    return sum(step[name] for step in record["steps"].get(source, []))


def test_as_many_as_the_replica_gave_by_host_and_counted_with_their_steps(tmp_path: Path) -> None:
    refuse = (("zillow", 3), ("redfin", 9), ("phoenix_mls", 16))
    with running(Options(photos=(3, 3), width=384, kinds=frozenset(), refuse=refuse)) as replica:
        done = crawl("all", tmp_path, replica.url, address=HOMES)
        given, asked = refused_by(replica), replica.stats()["total"]
    (record,) = records(tmp_path)
    met = record["refusals"]
    assert Counter(one["host"] for one in met) == given
    assert [one["number"] for one in met] == list(range(1, len(met) + 1))
    assert {one["source"] for one in met} == {"zillow", "redfin", "phoenix_mls"}
    for one in met:
        assert source_of_host(one["host"]).name == one["source"]  # type: ignore[union-attr]
        assert (one["reason"], one["way"], one["proxy"], one["captcha"]) == ("forbidden", "plain", "", False)
        assert one["profile"].startswith("chrome")
        assert (one["step"] == "photo") == (one["kind"] == "photo")
    for source in record["steps"]:
        assert summed(record, source, "refused") == sum(one["source"] == source for one in met)
    sources = record["steps"]
    assert sum(summed(record, source, "asked") for source in sources) == asked
    assert all("other" not in {step["step"] for step in steps} for steps in sources.values())
    assert done.code == 1
    assert len(rows(tmp_path, MET)) == len(met)


def test_a_try_that_is_retried_is_a_refusal_too(tmp_path: Path) -> None:
    """Each home's page is refused once, and had by the next try."""
    with running(Options(photos=(1, 1), width=384, only=("rate_limited",))) as replica:
        done = crawl("zillow", tmp_path, replica.url, address=HOMES)
        limited = replica.stats()["statuses"]["429"]
    assert done.code == 0, done.output
    (record,) = records(tmp_path)
    assert [one["reason"] for one in record["refusals"]] == ["rate_limited"] * limited
    assert len({one["property_hash"] for one in record["refusals"]}) == HOMES.count(";") + 1
    (page,) = (step for step in record["steps"]["zillow"] if step["step"] == "page")
    assert (page["refused"], page["asked"]) == (limited, page["answered"] + limited)


def test_captchas_at_most_homes_are_a_warning_and_stand_in_the_table_of_sources(tmp_path: Path) -> None:
    with running(Options(photos=(3, 3), width=384, only=("blocked",))) as replica:
        done = crawl("zillow", tmp_path, replica.url, {"PHX_CONCURRENT_HOMES": 1}, address=HOMES)
        walls = replica.stats()["statuses"]
    (record,) = records(tmp_path)
    assert len(record["refusals"]) == walls["403"] == 3
    assert all(one["captcha"] and one["step"] == "page" for one in record["refusals"])
    warning = "zillow showed a CAPTCHA at 3 of 3 homes in its last run (100%)"
    assert done.output.count(warning) == 2, "in the log and in the summary"
    table = scrapy("status", tmp_path, "--sources")
    assert table.code == 1
    assert warning in table.output
    assert "zillow: left alone until" in table.output
    document = json.loads(scrapy("status", tmp_path, "--sources", "--json").output)
    zillow = document["sources"]["zillow"]
    assert zillow["breaker"]["state"] == "open"
    assert zillow["captcha_rate"] == 1.0
    steps = {step["step"]: step for step in zillow["steps"]}
    assert steps["page"].pop("bytes") > 0
    assert steps["page"].pop("seconds") > 0
    assert steps["page"] == {
        **{"step": "page", "way": "plain", "asked": 3, "answered": 0, "refused": 3, "failed": 0},
        **{"success_rate": 0.0, "last_success": None},
    }
    assert steps["autocomplete"]["success_rate"] == 1.0
    assert steps["autocomplete"]["last_success"]
    assert document["sources"]["redfin"]["steps"] == []
    by_home = scrapy("status", tmp_path, "--sources", "zillow")
    assert "zillow: 3 blocked, 1 pending" in by_home.output, "with names it chooses among the homes' visits"


def test_nothing_refused_is_no_warning_and_exit_code_0(tmp_path: Path) -> None:
    with running(PLAIN_KINDS) as replica:
        done = crawl("zillow", tmp_path, replica.url, address=HOMES)
    (record,) = records(tmp_path)
    assert record["refusals"] == []
    assert "CAPTCHA" not in done.output
    table = scrapy("status", tmp_path, "--sources")
    assert table.code == 0, table.output
    assert "zillow: may be asked; a CAPTCHA at 0 of 4 homes in its last run" in table.output
    refused = scrapy("status", tmp_path, "homes.csv", "--sources")
    assert refused.code == 2
    assert "leave the list of addresses out" in refused.output


def test_after_kill_9_what_was_written_is_kept_and_nothing_is_there_twice(tmp_path: Path) -> None:
    options = Options(photos=(8, 8), width=384, kinds=frozenset(), refuse=(("zillow", 1),), latency=150)
    with running(options) as replica:
        # Zillow's first answer is out long before the others have asked for so many photos.
        with held_at(replica, 8):
            crawling = start("all", tmp_path, replica.url, address=HOMES)
            until = time.monotonic() + 60
            while not _met(tmp_path):
                assert time.monotonic() < until
                assert crawling.poll() is None
            kill(crawling)
        before, given = rows(tmp_path, MET), refused_by(replica)
        assert 0 < len(before) <= sum(given.values())
    # Another replica: what the killed crawl had asked for may be answered later than its end.
    with running(options) as replica:
        crawl("all", tmp_path, replica.url, {"PHX_BREAKER_COOLDOWN": 0}, address=HOMES)
        given_again = refused_by(replica)
    after = rows(tmp_path, MET)
    killed = before[0][0]
    assert [row for row in after if row[0] == killed] == before
    assert Counter(row[3] for row in after if row[0] != killed) == given_again
    first, second = records(tmp_path)
    assert (first["ending"], len(first["refusals"])) == ("killed", len(before))
    assert len(first["refusals"]) + len(second["refusals"]) == len(after)


def _met(store: Path) -> bool:
    try:
        return bool(rows(store, MET))
    except Exception:  # not there yet
        return False
