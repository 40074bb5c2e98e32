"""A second run over homes that changed meanwhile transfers what changed, and nothing of what did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from phx_scraper.replica.truth import truth
from tests.integration.crawls import PHOTOS, assert_agrees_with_truth, crawl, requests, rows, scrapy

HOME = "4700 W Davis Rd, Glendale, AZ 85306"
SOURCES = ("zillow", "redfin", "maricopa_assessor")
BEFORE = Options(photos=(4, 4), width=512, only=("redfin_own_photos",), sources=SOURCES)
CHANGES = f"""address,source,changed,removed,new,price,status
"{HOME}",zillow,,2 3,1,400000,pending
"{HOME}",redfin,1 4,,,,
"{HOME}",maricopa_assessor,1,,,,
"""
LOG = "SELECT source, key, change FROM changes JOIN photos ON photos.id = photo_id WHERE changes.run_id = '{}'"


def visit(store: Path, options: Options, **settings: object) -> tuple[str, dict[str, int]]:
    """One run of everything that is due; the run's id, and what it cost the replica."""
    with running(options) as replica:
        done = crawl("all", store, replica.url, settings, address=HOME, sources=",".join(SOURCES), refresh_days=0)
        assert done.code == 0, done.output
        asked = replica.stats()
        cost = {"photos": requests(replica, PHOTOS), "bytes": asked["photo_bytes"], **asked["statuses"]}
    (run_id,) = rows(store, "SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1")[0]
    return run_id, cost


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("revisit") / "data"
    visit(store, BEFORE)
    assert_agrees_with_truth(store, truth([HOME], BEFORE), SOURCES)
    return store


def pictures(store: Path) -> dict[str, int]:
    """When each picture was written."""
    return {str(path): path.stat().st_mtime_ns for path in (store / "processed").rglob("*.png")}


def test_what_did_not_change_is_not_transferred(collected: Path) -> None:
    before = pictures(collected)
    run_id, cost = visit(collected, BEFORE)
    assert (cost["photos"], cost["bytes"], cost["304"]) == (4, 0, 4), "only Redfin's own pictures are asked for"
    assert {change for _, _, change in rows(collected, LOG.format(run_id))} == {"unchanged"}
    assert pictures(collected) == before


def test_what_changed_is_told_and_transferred(collected: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    file.write_text(CHANGES, encoding="utf-8")
    after = Options(photos=(4, 4), width=512, only=("redfin_own_photos",), sources=SOURCES, changes=file)
    known = pictures(collected)
    run_id, cost = visit(collected, after)
    told = rows(collected, LOG.format(run_id))
    counts = {change: sum(1 for _, _, one in told if one == change) for change in ("changed", "removed", "new")}
    assert counts == {"changed": 3, "removed": 2, "new": 1}
    assert sorted(source for source, _, change in told if change == "changed") == [
        "maricopa_assessor", "redfin", "redfin",
    ]  # fmt: skip
    assert (cost["photos"], cost["304"]) == (5, 2), "two of Redfin's, and a new one of Zillow's, came"
    assert known.keys() <= pictures(collected).keys(), "what photos showed before is kept"
    live = "SELECT source, key FROM photos WHERE removed_at IS NULL ORDER BY source, key"
    expected = truth([HOME], after)["homes"][HOME]
    assert rows(collected, live) == sorted(
        (name, photo["key"]) for name in SOURCES for photo in expected[name]["photos"]
    )
    status = scrapy("status", collected)
    assert "to look at: 3 photos with another picture than before" in status.output
    shown = scrapy("photos", collected, HOME)
    assert sum(" earlier " in line for line in shown.output.splitlines()) == 3, shown.output
    assert sum(" content_changed " in line for line in shown.output.splitlines()) == 3
    checked = scrapy("reconcile", collected, "--read-data")
    assert checked.code == 0, checked.output
    _, again = visit(collected, BEFORE)
    assert again["bytes"] > 0
