"""A crawl with pages that a person saved: they come first, nothing is asked for them, and each file is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Replica
from tests.integration import crawls
from tests.integration.crawls import crawl, manifest, requests, rows
from tests.integration.saved.photo_hosts_only import PhotoHostsOnly, collected
from tests.integration.saved.saved_homes import (
    ADDRESSES,
    HOMES,
    NOBODY,
    SITES,
    fetched,
    page_urls,
    save,
    save_each,
    without_scripts,
)

OFFLINE = {"PHX_OFFLINE": 1}


def run_record(store: Path) -> dict[str, Any]:
    newest = max((store / "metadata" / "runs").glob("run_*.json"), key=lambda path: path.stat().st_mtime_ns)
    record: dict[str, Any] = json.loads(newest.read_bytes())
    return record


def test_saved_pages_give_the_catalogue_of_a_plain_crawl_without_a_page_request(
    tmp_path: Path, replica: Replica, plain: Path
) -> None:
    save_each(replica, plain, tmp_path / "pages")
    with PhotoHostsOnly(replica.url) as sites:
        done = crawl("all", tmp_path / "s", sites.url(), address=HOMES, sources=SITES, pages=tmp_path / "pages")
        assert (done.code, sites.page_requests) == (0, []), done.output
        assert collected(tmp_path / "s") == collected(plain)
        assert rows(tmp_path / "s", "SELECT * FROM breakers") == []
        steps = [(step["step"], step["way"]) for part in run_record(tmp_path / "s")["steps"].values() for step in part]
        assert sorted(set(steps)) == [("page", "saved"), ("photo", "plain")]
        asked = len(sites.log.requests)
        again = crawl("all", tmp_path / "s", sites.url(), address=HOMES, sources=SITES, pages=tmp_path / "pages")
        assert "0 due now" in again.output
        assert len(sites.log.requests) == asked


def test_homes_without_a_saved_page_are_asked_for_as_always_after_the_others(
    tmp_path: Path, replica: Replica, plain: Path
) -> None:
    save(tmp_path / "pages" / "a.html", fetched(replica, page_urls(plain)[ADDRESSES[1], "zillow"]))
    replica.reset()
    one = {"PHX_CONCURRENT_HOMES": 1}
    done = crawl("zillow", tmp_path / "s", replica.url, one, address=HOMES, pages=tmp_path / "pages")
    assert done.code == 0, done.output
    assert done.output.index(f"{ADDRESSES[1]} | zillow | ok") < done.output.index(f"{ADDRESSES[0]} | zillow | ok")
    shown = {url: count for url, count in replica.urls().items() if "_zpid" in url}
    assert len(shown) == 1, "the page of the other home only"
    assert len(rows(tmp_path / "s", "SELECT * FROM visits WHERE outcome = 'ok'")) == 2


def test_every_file_of_no_use_is_named(tmp_path: Path, replica: Replica, plain: Path) -> None:
    pages, urls = tmp_path / "pages", page_urls(plain, "zillow")
    whole = fetched(replica, urls[ADDRESSES[0], "zillow"])
    save(pages / "new.html", whole)
    save(pages / "old.html", whole, days_ago=2)
    save(pages / "part.html", without_scripts(whole))
    save(pages / "other home.html", fetched(replica, urls[ADDRESSES[1], "zillow"]))
    save(pages / "wall.html", b"<html><head><title>Access to this page has been denied</title></head>"
         b"<body><div id='px-captcha'></div><script>window._pxAppId='PXHYx10rg3'</script></body></html>")  # fmt: skip
    save(pages / "results.html", fetched(replica, "https://www.zillow.com/homes/85306_rb/"))
    save(pages / "deep" / "setup.exe", b"MZ\x90\x00 not a page")
    save(pages / "photo.jpg", b"\xff\xd8\xff\xe0 a photo of something")
    done = crawl("zillow", tmp_path / "s", replica.url, address=ADDRESSES[0], pages=pages)
    assert done.code == 0, done.output
    for told in (
        "Saved pages that fit no asked home (1): other home.html",
        "Saved pages that another save of the same page replaces (2): old.html; part.html",
        "Saved pages that hold a refusal in place of the page (1): wall.html",
        "Saved pages with search results, not a home (1): results.html",
        "deep/setup.exe",
    ):
        assert told in done.output
    saved = run_record(tmp_path / "s")["totals"]["saved_pages"]
    assert saved["verdicts"] == {"block": 1, "older": 2, "search": 1, "unfit": 1, "unused": 2, "used": 1}
    assert {"file": "new.html", "verdict": "used", "source": "zillow", "address": ADDRESSES[0]} in saved["files"]


def test_offline_nothing_leaves_and_the_next_run_online_asks_for_what_lacks(
    tmp_path: Path, replica: Replica, plain: Path
) -> None:
    pages = tmp_path / "pages"
    save(pages / "a.html", fetched(replica, page_urls(plain)[ADDRESSES[0], "zillow"]))
    before = requests(replica)
    done = crawl("all", tmp_path / "s", replica.url, OFFLINE, address=HOMES, sources=SITES, pages=pages)
    assert done.code == 1
    ends = rows(tmp_path / "s", "SELECT reason, count(*), max(not_before) FROM visits GROUP BY 1 ORDER BY 1")
    assert ends == [("no_photo_usable", 1, None), ("no_saved_page", 5, None)]
    assert "No page was saved of" in done.output
    again = crawl("all", tmp_path / "s", NOBODY, OFFLINE, address=HOMES, sources=SITES, pages=pages)
    assert again.code == 1
    assert "is this machine online" not in again.output, "nobody was asked, so nobody is missed"
    assert requests(replica) == before
    assert crawl("all", tmp_path / "s", replica.url, address=HOMES, sources=SITES, pages=pages).code == 0
    assert collected(tmp_path / "s") == collected(plain)


def test_smaller_copies_of_a_saved_page_are_marked_and_give_way(tmp_path: Path, replica: Replica, plain: Path) -> None:
    pages = tmp_path / "pages"
    page = fetched(replica, page_urls(plain)[ADDRESSES[0], "zillow"])
    names = [row[0] for row in rows(plain, "SELECT key FROM photos WHERE source = 'zillow' LIMIT 2")]
    for key in names:
        small = f"{key}-p_c.jpg"
        save(pages / "home_files" / small, fetched(replica, f"https://photos.zillowstatic.com/fp/{small}"))
        page = page.replace(b"<h1>", f'<img src="./home_files/{small}"/><h1>'.encode(), 1)
    save(pages / "home.html", page)
    home = {"address": ADDRESSES[0], "pages": pages}
    done = crawl("zillow", tmp_path / "s", NOBODY, OFFLINE, **home)
    assert done.code == 0, done.output
    copies = "SELECT key, reason FROM photos WHERE smaller_copy AND state = 'stored' ORDER BY position"
    assert rows(tmp_path / "s", copies) == [(key, "smaller_copy") for key in names]
    marked = [entry for entry in manifest(tmp_path / "s")["properties"][ADDRESSES[0]] if entry.get("smaller_copy")]
    assert [(entry["original_width"], entry["error_message"]) for entry in marked] == [(316, "smaller_copy")] * 2
    for lost in (tmp_path / "s" / "metadata").glob("catalogue.sqlite*"):
        lost.unlink()
    rebuilt = crawls.scrapy("reconcile", tmp_path / "s", "--rebuild")
    assert rebuilt.code in {0, 1}, rebuilt.output
    assert rows(tmp_path / "s", copies) == [(key, "smaller_copy") for key in names], "a lost catalogue knows them too"
    assert "Out of a saved page, and smaller than at its source: 2 pictures" in done.output
    with PhotoHostsOnly(replica.url) as sites:
        assert crawl("zillow", tmp_path / "s", sites.url(), **home).code == 0
        assert sites.page_requests == []
    assert rows(tmp_path / "s", copies) == []
    assert {width for (width,) in rows(tmp_path / "s", "SELECT original_width FROM images JOIN photos USING"
                                       " (raw_sha256)")} == {384}  # fmt: skip


def test_a_part_keeps_what_is_known_and_gives_way_to_a_whole_page(
    tmp_path: Path, replica: Replica, plain: Path
) -> None:
    page = fetched(replica, page_urls(plain)[ADDRESSES[0], "zillow"])
    pages, store, home = tmp_path / "pages", tmp_path / "s", {"address": ADDRESSES[0], "pages": tmp_path / "pages"}
    live = "SELECT count(*) FROM photos WHERE removed_at IS NULL"
    claim = len(rows(plain, "SELECT key FROM photos JOIN homes USING (property_hash) WHERE source = 'zillow' AND"
                            f" homes.address = '{ADDRESSES[0]}'"))  # fmt: skip
    with PhotoHostsOnly(replica.url) as sites:
        save(pages / "part.html", without_scripts(page), days_ago=3)
        done = crawl("zillow", store, sites.url(), **home)
        assert "Only a part of the photos was saved of" in done.output
        assert rows(store, "SELECT outcome, reason, claimed_photo_count FROM visits") == [("ok", "partial", claim)]
        assert rows(store, live) == [(5,)]
        status = crawls.scrapy("status", store)
        assert f"{claim - 5} fewer than the page claims [partial" in status.output
        assert "HTML only" in status.output
        save(pages / "whole.html", page, days_ago=4)
        assert crawl("zillow", store, sites.url(), **home).code == 0
        assert rows(store, "SELECT outcome, reason FROM visits") == [("ok", "")]
        assert rows(store, live) == [(claim,)]
        save(pages / "later part.html", without_scripts(page))
        (pages / "whole.html").unlink()
        assert crawl("zillow", store, sites.url(), **home).code == 0
        assert rows(store, "SELECT outcome, reason FROM visits") == [("ok", "")]
        assert rows(store, live) == [(claim,)]
        assert rows(store, "SELECT partial FROM listings") == [(0,)]
        assert sites.page_requests == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [("nowhere", "there is no such folder"), ("file", "it is a file"), ("empty", "it is empty"), ("", "no name")],
)
def test_a_folder_that_cannot_be_meant_is_one_sentence(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    pages = tmp_path / name if name else ""
    done = crawl("all", tmp_path / "s", NOBODY, address=HOMES, pages=pages)
    assert done.code == 2
    assert done.output.strip() == (
        f"scrapy crawl: -a pages={pages}: {problem}; name the folder that holds the saved pages"
    )


def test_a_job_goes_on_with_its_saved_pages_and_says_so_where_they_are_gone(
    tmp_path: Path, replica: Replica, plain: Path
) -> None:
    files = save_each(replica, plain, tmp_path / "pages", "zillow")
    job = {"JOBDIR": tmp_path / "job"}
    with PhotoHostsOnly(replica.url) as sites:
        first = crawl("zillow", tmp_path / "s", sites.url(), job, address=HOMES, pages=tmp_path / "pages")
        assert first.code == 0, first.output
        assert "0 due now" in crawl("zillow", tmp_path / "s", sites.url(), job).output
    for file in files:
        file.unlink()
        if not any(file.parent.iterdir()):
            file.parent.rmdir()
    gone = crawl("zillow", tmp_path / "s", NOBODY, job)
    assert gone.code == 2
    assert "it is empty" in gone.output


@pytest.mark.parametrize(("arguments", "where"), [({"dry_run": 1}, "in scrapy plan --json"), ({}, "in metadata/runs")])
def test_the_rest_of_the_files_is_said_to_be_where_it_is(
    tmp_path: Path, replica: Replica, arguments: dict[str, Any], where: str
) -> None:
    for number in range(5):
        save(tmp_path / "pages" / f"letter-{number}.txt", b"Dear reader, this is no page.")
    pages = {"pages": tmp_path / "pages", **arguments}
    done = crawl("zillow", tmp_path / "s", replica.url, address=HOMES, **pages)
    assert f"; and 2 more, all {where}." in done.output
    assert (tmp_path / "s" / "metadata" / "runs").exists() == (not arguments)
