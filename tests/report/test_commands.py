"""Commands of the pages name the store that is looked at, wherever its pages lie; run as they stand, they act on it."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.integration.crawls import scrapy
from tests.report.tab import Browser, Tab, fit

HOME = "homes/2030-e-gary-cir-mesa-az-85213.html"
_COMMANDS = "[...document.querySelectorAll('code.command')].map(one => one.textContent)"


@pytest.fixture(scope="module")
def odd_store(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store in a folder whose name a shell and a URL would misread, with something to review."""
    moved = Path(shutil.copytree(store, tmp_path_factory.mktemp("moved") / "Ann's 100% $HOME & more"))
    with contextlib.closing(sqlite3.connect(moved / "metadata" / "catalogue.sqlite")) as catalogue, catalogue:
        catalogue.execute("UPDATE visits SET claimed_photo_count = 99 WHERE outcome = 'ok'")
        catalogue.execute("UPDATE homes SET revision = revision + 1")
    written = scrapy("report", moved)
    assert written.code == 0, written.output
    return moved


def named_stores(tab: Tab, page: Path) -> set[str]:
    fit(tab, page.as_uri(), 1440)
    commands = [shlex.split(command) for command in tab.run(_COMMANDS)]
    assert commands
    return {next((word for word in words if word.startswith("IMAGES_STORE=")), "") for words in commands}


def test_a_crawl_among_them_asks_whom_the_store_came_from(tab: Tab, odd_store: Path) -> None:
    fit(tab, (odd_store / "report" / "review.html").as_uri(), 1440)
    crawls = [words for one in tab.run(_COMMANDS) if (words := shlex.split(one))[1] == "crawl"]
    assert crawls
    for words in crawls:
        [place] = [number for number, word in enumerate(words) if word.startswith("PHX_REPLICA_URL=http://127.0.0.1:")]
        assert words[2:4] == ["-s", f"IMAGES_STORE={odd_store}"]
        assert words[place - 1] == "-s"


@pytest.mark.parametrize("page", [HOME, "review.html"])
def test_commands_name_the_store_that_the_page_was_opened_from(tab: Tab, odd_store: Path, page: str) -> None:
    assert named_stores(tab, odd_store / "report" / page) == {f"IMAGES_STORE={odd_store}"}


def test_a_command_as_it_stands_acts_on_that_store(tab: Tab, odd_store: Path, tmp_path: Path) -> None:
    fit(tab, (odd_store / "report" / HOME).as_uri(), 1440)
    text = next(one for one in tab.run(_COMMANDS) if " --set " in one)
    words = shlex.split(text)
    done = scrapy(words[1], tmp_path / "another", *words[2:-1], "kitchen")
    assert done.code == 0, done.output
    assert "shows int/kitchen" in done.output


def test_pages_beside_the_store_name_it_and_those_with_copies_name_none(
    tab: Tab, odd_store: Path, tmp_path: Path
) -> None:
    for name, options, named in (("beside", (), f"IMAGES_STORE={odd_store}"), ("copies", ("--with-pictures",), "")):
        arguments = ("--out", str(tmp_path / name), *options)
        done = scrapy("report", odd_store, *arguments)
        assert done.code == 0, done.output
        assert named_stores(tab, tmp_path / name / "review.html") == {named}


def test_without_scripts_commands_stand_as_the_report_wrote_them(browser: Browser, odd_store: Path) -> None:
    with_none = browser.tab(scripts=False)
    assert named_stores(with_none, odd_store / "report" / "review.html") == {""}
