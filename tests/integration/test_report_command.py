"""The report after a crawl and by `scrapy report`: pages of what is in the store; trouble with it costs no crawl."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from phx_scraper.replica import Options, running
from phx_scraper.replica.running import Replica
from tests.integration.crawls import crawl, scrapy
from tests.integration.test_nothing_due import written

ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"
PAGE = "report/homes/4732-w-davis-rd-glendale-az-85306.html"


@pytest.fixture(scope="module")
def replica(pictures: Path) -> Iterator[Replica]:
    with running(Options(cache=pictures, photos=(2, 3), width=480, kinds=frozenset())) as server:
        yield server


@pytest.fixture(scope="module")
def store(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "store"
    done = crawl("redfin", folder, replica.url, {"PHX_REPORT": 1}, address=ADDRESS)
    assert done.code == 0, done.output
    assert f"Report: {folder / 'report' / 'index.html'}" in done.output
    return folder


def test_a_crawl_ends_with_the_report_of_what_it_collected(store: Path) -> None:
    assert ADDRESS in (store / "report" / "index.html").read_text()
    pictures = json.loads((store / "metadata" / "image_manifest.json").read_text())["properties"][ADDRESS]
    page = (store / PAGE).read_text()
    kept = [picture["local_path"] for picture in pictures if picture["status"] == "stored"]
    assert kept
    assert all(f"../../{path}" in page for path in kept)


def test_the_command_writes_what_is_missing_and_says_where(store: Path) -> None:
    (store / PAGE).unlink()
    told = json.loads(scrapy("report", store, "--json").output)
    assert (told["report"], told["written"]) == (str(store / "report" / "index.html"), [PAGE])
    assert told["thumbnails"] == {"made": 0, "not_made": 0, "is_complete": True}
    assert scrapy("report", store).output == f"{store / 'report' / 'index.html'} (0 pages written)\n"


def test_the_command_makes_small_pictures_that_are_lacking(store: Path) -> None:
    small = sorted((store / "thumbs").rglob("*.jpg"))
    small[0].unlink()
    assert scrapy("report", store).output.endswith("(0 pages written, 1 small picture made)\n")
    assert sorted((store / "thumbs").rglob("*.jpg")) == small


def test_a_crawl_leaves_it_where_it_is_not_wanted(replica: Replica, tmp_path: Path) -> None:
    assert crawl("redfin", tmp_path, replica.url, address=ADDRESS).code == 0
    assert not (tmp_path / "report").exists()


def test_trouble_with_it_is_a_sentence_and_the_crawl_is_whole(replica: Replica, tmp_path: Path) -> None:
    (tmp_path / "report").write_text("a file in the way")
    done = crawl("redfin", tmp_path, replica.url, {"PHX_REPORT": 1}, address=ADDRESS)
    assert done.code == 0, done.output
    assert "the report could not be written" in done.output
    assert "Traceback" not in done.output
    assert (tmp_path / "homes" / "4732-w-davis-rd-glendale-az-85306" / "images_manifest.json").is_file()


def test_a_home_that_is_forgotten_has_no_page(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "store")
    assert scrapy("forget", tmp_path / "store", ADDRESS, "--yes").code == 0
    assert not (tmp_path / "store" / PAGE).exists()
    assert ADDRESS not in (tmp_path / "store" / "report" / "index.html").read_text()


def test_without_a_catalogue_it_is_wrong_use(tmp_path: Path) -> None:
    done = scrapy("report", tmp_path / "nothing")
    assert done.code == 2
    assert "there is no catalogue" in done.output
    assert not (tmp_path / "nothing").exists()


def test_out_writes_it_elsewhere_and_leaves_the_store_as_it_is(store: Path, tmp_path: Path) -> None:
    kept = written(store)
    told = json.loads(scrapy("report", store, "--out", str(tmp_path / "pages"), "--json").output)
    assert told["report"] == str(tmp_path / "pages" / "index.html")
    pages = ["duplicates-1.html", PAGE.removeprefix("report/"), "index.html", "review.html", "runs.html"]
    assert sorted(told["written"]) == pages
    assert written(store) == kept
    assert scrapy("report", store, "--out", str(tmp_path / "whole"), "--with-pictures").code == 0
    names = {path.name for path in (tmp_path / "whole").rglob("*") if path.is_file()}
    assert names >= {path.name for path in store.rglob("*.jpg") if path.parts[-3] in {"thumbs", "raw"}}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--with-pictures"], "--out, which is missing"),
        (["--out", "s3://bucket/report"], "no folder of this machine"),
        (["--out", "{store}"], "is in the store"),
        (["--out", "{store}/metadata/catalogue.sqlite"], "is a file"),
        (["--out", "/dev/null/x"], "Cannot make the folder /dev/null/x"),
    ],
)
def test_a_folder_that_cannot_be_is_one_sentence(store: Path, options: list[str], why: str) -> None:
    done = scrapy("report", store, *(option.replace("{store}", str(store)) for option in options))
    assert done.code != 0
    assert why in done.output
    assert done.output.count("\n") == 1, done.output
