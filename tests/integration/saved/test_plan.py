"""`scrapy plan` tells what a folder of saved pages holds and what is missing; it asks nobody and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.replica import Replica
from tests.integration import crawls
from tests.integration.saved.saved_homes import ADDRESSES, HOMES, fetched, page_urls, save, save_each, without_scripts


@pytest.fixture
def pages(tmp_path: Path, replica: Replica, plain: Path) -> Path:
    """Zillow's page of the first home in part, Redfin's whole and twice, and one file that is no page."""
    folder, urls = tmp_path / "pages", page_urls(plain)
    save(folder / "part.html", without_scripts(fetched(replica, urls[ADDRESSES[0], "zillow"])))
    save(folder / "redfin.html", fetched(replica, urls[ADDRESSES[0], "redfin"]))
    save(folder / "older" / "redfin.html", fetched(replica, urls[ADDRESSES[0], "redfin"]), days_ago=3)
    save(folder / "letter.pdf", b"%PDF-1.7 a letter")
    return folder


def plan(tmp_path: Path, *arguments: str) -> crawls.Result:
    result = crawls.scrapy("plan", tmp_path / "store", *(word for text in arguments for word in ("-a", text)))
    assert not (tmp_path / "store").exists(), "a plan writes nothing"
    return result


def as_json(tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    words = [word for text in arguments for word in ("-a", text)]
    result = crawls.scrapy("plan", tmp_path / "store", *words, "--json")
    return result.code, json.loads(result.output)


def test_a_plan_tells_each_file_and_each_home(tmp_path: Path, pages: Path) -> None:
    code, told = as_json(tmp_path, f"pages={pages}", f"address={HOMES}", "sources=zillow,redfin")
    assert code == 1
    part = next(file for file in told["files"] if file["file"] == "part.html")
    assert (part["kind"], part["source"], part["partial"], part["photos"], part["home"]) == (
        "home", "zillow", True, 5, ADDRESSES[0],
    )  # fmt: skip
    assert part["claimed"] > 5
    reasons = {file["file"]: file["reason"] for file in told["files"]}
    assert reasons["older/redfin.html"] == "is an older save of the page that redfin.html shows"
    assert reasons["letter.pdf"]
    assert [home["saved"] for home in told["homes"]] == [
        {"redfin": {"file": "redfin.html", "partial": False}, "zillow": {"file": "part.html", "partial": True}},
        {"redfin": None, "zillow": None},
    ]
    zillow = told["asked"]["zillow"]
    assert (zillow["homes"], zillow["new"], zillow["again"], zillow["least_seconds"]) == (1, 1, 0, 6.5)


def test_a_plan_for_people_names_the_same_and_the_better_way_to_save(tmp_path: Path, pages: Path) -> None:
    done = plan(tmp_path, f"pages={pages}", f"address={HOMES}", "sources=zillow,redfin")
    assert done.code == 1
    for text in ("5 photos of", "(a part)", "letter.pdf", "zillow: new", 'save the page again as "Webpage, HTML'):
        assert text in done.output
    assert "zillow would be asked for 1 home (1 new, 0 again) and about 40 photos, which takes about" in done.output


def test_a_folder_alone_is_told_without_homes(tmp_path: Path, pages: Path) -> None:
    code, told = as_json(tmp_path, f"pages={pages}")
    assert (code, told["homes"], told["asked"]) == (0, [], {})
    assert {file["address"] for file in told["files"] if file["kind"] == "home"} == {ADDRESSES[0]}


def test_a_plan_without_gaps_is_exit_code_0(tmp_path: Path, replica: Replica, plain: Path) -> None:
    save_each(replica, plain, tmp_path / "pages", "zillow")
    assert plan(tmp_path, f"pages={tmp_path / 'pages'}", f"address={HOMES}", "sources=zillow").code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name the homes, -a addresses=FILE.csv, or a folder of saved pages, -a pages=FOLDER"),
        (["pages"], "-a pages: write it as -a NAME=VALUE"),
        (["pages=/no/such"], "-a pages=/no/such: there is no such folder; name the folder that holds the saved pages"),
        (["pages=.", "limit=2"], "-a limit: it needs homes to apply to, -a addresses=FILE.csv"),
        (["address=somewhere"], "no readable address in -a address"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = plan(tmp_path, *arguments)
    assert done.code == 2
    assert done.output.startswith(f"scrapy plan: {sentence}")
    assert done.output.count("\n") == 1
