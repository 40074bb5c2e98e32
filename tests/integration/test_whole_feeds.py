"""Feeds of real crawls: complete on a rerun with nothing new, flat in CSV, never truncated by a failing run."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from phx_scraper.replica import Options, Replica, running
from tests.integration import fork_server
from tests.integration.crawls import REPOSITORY, command, environment, held_at, rows

LIST = (
    "street,city,state,zip,Owner Name,2nd note\n"
    '4732 W Davis Rd,Glendale,AZ,85306,Ann,"large, with a pool"\n'
    "4560 E Sunrise Dr,Phoenix,AZ,85044,Bob,=1+1\n"
    "15230 N 37th Way,Phoenix,AZ,85032,,\n"
)
SOURCES = ("phoenix_mls", "redfin", "zillow")
FORMATS = ("jsonl", "json", "csv", "xml")


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(2, 4), width=384)) as server:
        yield server


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    path = tmp_path / "homes.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def crawl_to(
    feeds: list[str], store: Path, url: str, homes: Path, option: str = "-O"
) -> subprocess.CompletedProcess[str]:
    line = command("all", store, url, {"addresses": homes, "sources": ",".join(SOURCES)}, {})
    for feed in feeds:
        line += [option, feed]
    return fork_server.run(line[3:], environment(), timeout=300)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_rerun_with_nothing_new_leaves_every_format_complete(replica: Replica, homes: Path, tmp_path: Path) -> None:
    feeds = [tmp_path / "feeds" / f"homes.{name}" for name in FORMATS]
    store = tmp_path / "store"
    first = crawl_to([str(feed) for feed in feeds], store, replica.url, homes)
    assert first.returncode in {0, 1}, first.stderr
    before = [feed.read_bytes() for feed in feeds]
    again = crawl_to([str(feed) for feed in feeds], store, replica.url, homes)
    assert "0 downloaded" in again.stderr
    assert [feed.read_bytes() for feed in feeds] == before
    assert sorted(path.name for path in (tmp_path / "feeds").iterdir()) == sorted(feed.name for feed in feeds)

    lines, cells = records(feeds[0]), table(feeds[2])
    assert json.loads(feeds[1].read_text(encoding="utf-8")) == lines
    _check_records(lines, store)
    _check_rows(cells, lines)
    _check_elements(ElementTree.parse(feeds[3]).getroot(), lines)


def _check_records(lines: list[dict[str, Any]], store: Path) -> None:
    known = rows(store, "SELECT address, source, outcome FROM visits JOIN homes USING (property_hash)")
    assert {(line["asked_address"], line["source"], line["outcome"]) for line in lines} == set(known)
    assert len(lines) == len(known) == 9
    assert "not_found" in {line["outcome"] for line in lines}
    photos = [photo for line in lines for photo in line["photos"]]
    assert len(photos) == rows(store, "SELECT count(*) FROM photos")[0][0]
    kept = [photo for photo in photos if photo["state"] == "stored"]
    assert kept
    assert all((store / photo["local_path"]).is_file() for photo in kept)
    assert all(photo["duplicate_of"] and not photo["local_path"] for photo in photos if photo["state"] == "duplicate")
    assert lines[0]["extras"] == {"Owner Name": "Ann", "2nd note": "large, with a pool"}


def _check_rows(cells: list[dict[str, str]], lines: list[dict[str, Any]]) -> None:
    assert len(cells) == sum(max(1, len(line["photos"])) for line in lines)
    for cell in (cell for row in cells for cell in row.values()):
        assert not cell.startswith(("[", "(", "{")), "a Python value or a list"
        assert "PhotoItem" not in cell
    assert {row["extras.2nd note"] for row in cells} == {"large, with a pool", "'=1+1", ""}
    paths = [photo["local_path"] or "" for line in lines for photo in line["photos"] or [{"local_path": ""}]]
    assert [row["photo_local_path"] for row in cells] == paths


def _check_elements(root: ElementTree.Element, lines: list[dict[str, Any]]) -> None:
    assert [item.findtext("source") for item in root] == [line["source"] for line in lines]
    assert root[0].findtext("extras/Owner_Name") == "Ann"
    assert root[0].findtext("extras/_2nd_note") == "large, with a pool"
    assert "None" not in {element.text for element in root.iter()}


def test_appending_adds_only_new_records(replica: Replica, homes: Path, tmp_path: Path) -> None:
    feeds = [tmp_path / "feed.jsonl", tmp_path / "feed.csv"]
    names = [str(feed) for feed in feeds]
    text = homes.read_text(encoding="utf-8").splitlines(keepends=True)
    homes.write_text("".join(text[:2]), encoding="utf-8")
    crawl_to(names, tmp_path / "store", replica.url, homes, "-o")
    first = [feed.read_bytes() for feed in feeds]
    crawl_to(names, tmp_path / "store", replica.url, homes, "-o")
    assert [feed.read_bytes() for feed in feeds] == first, "nothing was new"
    homes.write_text("".join(text), encoding="utf-8")
    crawl_to(names, tmp_path / "store", replica.url, homes, "-o")
    for feed, before in zip(feeds, first, strict=True):
        assert feed.read_bytes().startswith(before)
    assert len(records(feeds[0])) == 9
    cells = table(feeds[1])
    assert len({(row["asked_address"], row["source"]) for row in cells}) == 9
    assert feeds[1].read_text(encoding="utf-8").count("asked_address") == 1, "one header"


@pytest.mark.parametrize("name", ["homes.json", "homes.xml"])
def test_a_document_cannot_be_appended_to(name: str, replica: Replica, homes: Path, tmp_path: Path) -> None:
    feed = tmp_path / name
    feed.write_text("mine", encoding="utf-8")
    done = crawl_to([str(feed)], tmp_path / "store", replica.url, homes, "-o")
    assert done.returncode == 2
    assert done.stderr.startswith(f"scrapy crawl: -o {feed}: nothing can be appended")
    assert len(done.stderr.splitlines()) == 1
    assert feed.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "store").exists()


def test_an_unwritable_feed_is_reported_before_any_request(replica: Replica, homes: Path, tmp_path: Path) -> None:
    for feed in (tmp_path, homes / "homes.jsonl"):
        done = crawl_to([f"{feed}:jsonl"], tmp_path / "store", replica.url, homes)
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "store").exists()


def test_the_list_of_homes_cannot_be_a_feed(replica: Replica, homes: Path, tmp_path: Path) -> None:
    other = tmp_path / "prices.csv"
    other.write_text("price,beds\n1,2\n", encoding="utf-8")
    for feed, option, said in (
        (homes, "-O", "is the list of homes"),
        (homes, "-o", "is the list"),
        (other, "-o", "colu"),
    ):
        done = crawl_to([str(feed)], tmp_path / "store", replica.url, homes, option)
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert homes.read_text(encoding="utf-8") == LIST
    assert not (tmp_path / "store").exists()


def test_standard_output_holds_records_and_nothing_else(replica: Replica, homes: Path, tmp_path: Path) -> None:
    crawl_to(["-:jsonl"], tmp_path / "store", replica.url, homes, "-o")
    again = crawl_to(["-:jsonl"], tmp_path / "store", replica.url, homes, "-o")
    assert len([json.loads(line) for line in again.stdout.splitlines()]) == 9


def test_a_killed_run_leaves_the_previous_feed(replica: Replica, homes: Path, tmp_path: Path) -> None:
    feed, store = tmp_path / "homes.jsonl", tmp_path / "store"
    crawl_to([str(feed)], store, replica.url, homes)
    before = feed.read_bytes()
    replica.reset()
    line = [*command("all", store, replica.url, {"addresses": homes, "force": 1}, {}), "-O", str(feed)]
    with held_at(replica, 2) as in_its_midst:
        process = subprocess.Popen(
            line, cwd=REPOSITORY, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        in_its_midst()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=300)
    assert feed.read_bytes() == before


def test_a_dry_run_lists_the_photos(replica: Replica, homes: Path, tmp_path: Path) -> None:
    feed = tmp_path / "homes.jsonl"
    line = command("zillow", tmp_path / "store", replica.url, {"addresses": homes, "dry_run": 1}, {})
    subprocess.run([*line, "-O", str(feed)], cwd=REPOSITORY, env=environment(), capture_output=True, check=False)
    found = [photo for record in records(feed) for photo in record["photos"]]
    assert found
    assert all(photo["url"].startswith("https://") and photo["local_path"] is None for photo in found)
    assert not (tmp_path / "store").exists()


def test_a_run_whose_feed_cannot_be_written_is_an_error(tmp_path: Path, homes: Path, replica: Replica) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    # A name that is filled in at the end cannot be checked before.
    done = crawl_to([f"{file}/%(name)s.csv"], tmp_path / "store", replica.url, homes)
    assert "the feeds could not be written" in done.stderr
    assert done.returncode == 3
    assert "run the same command again" in done.stderr + done.stdout
    assert file.read_text(encoding="utf-8") == "mine"
