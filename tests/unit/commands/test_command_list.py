"""What `scrapy -h` lists of ours can be run, ours first; a command that nobody knows is told with the nearest one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import scrapy
from scrapy.cmdline import _get_commands_from_module, execute

from phx_scraper import __version__
from phx_scraper.commands.crawl_help import ARGUMENTS as SHOWN
from phx_scraper.commands.crawl_help import MOST_USED
from phx_scraper.config.fields import FIELDS
from phx_scraper.run.arguments import ARGUMENTS
from phx_scraper.sources import SOURCES

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def called(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", *words])
    return caught.value.code


def test_every_listed_command_is_one_that_says_what_it_does() -> None:
    listed = _get_commands_from_module("phx_scraper.commands", True)
    assert {"plan", "probe", "status", "crawl"} <= listed.keys()
    assert all(type(command).__name__ == "Command" for command in listed.values()), sorted(listed)
    assert all(command.short_desc() for command in listed.values())


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]], ids=str)
def test_ours_are_listed_first(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert called(*words) == 0
    ours, _, its = capsys.readouterr().out.partition("Scrapy's own")
    named = [line.split()[0] for line in ours.splitlines() if line.startswith("  ")]
    assert named[0] == "crawl"
    assert {"status", "photos", "export", "version"} <= set(named)
    assert "genspider" not in named
    assert all(f"\n  {name} " in its for name in ("genspider", "fetch", "shell"))


@pytest.mark.parametrize(
    ("written", "hint"),
    [("stauts", "did you mean status?"), ("Crawl", "did you mean crawl?"), ("xyzzy", "scrapy -h shows all")],
)
def test_an_unknown_command_has_the_nearest_one(written: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(written) == 2
    assert capsys.readouterr() == ("", f"scrapy: there is no command {written}; {hint}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["zilow"], "there is no spider 'zilow'; did you mean zillow? Known are all, "),
        (["qqq"], "there is no spider 'qqq'; known are all, "),
        (["all", "my.csv"], "name one spider, and the list by -a: scrapy crawl all -a addresses=my.csv"),
        ([], "name one spider, and the list by -a: scrapy crawl all -a addresses=homes.csv"),
    ],
    ids=str,
)
def test_crawl_says_how_it_is_called(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("crawl", *words) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"scrapy crawl: {said}")
    assert (out, err.count("\n")) == ("", 1)


def test_the_help_of_crawl_names_arguments_settings_spiders_and_exit_codes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert called("crawl", "-h") == 0
    shown = capsys.readouterr().out
    assert {text.partition("=")[0] for text in SHOWN} == set(ARGUMENTS)
    assert set(MOST_USED) <= FIELDS.keys()
    for name in (*SHOWN, *MOST_USED, *SOURCES, "Exit codes:\n  0  "):
        assert name in shown, name
    assert max(map(len, shown.splitlines())) <= 80


def test_hints_are_what_the_user_types(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/phx-scraper"])
    assert called("status", "-s", f"IMAGES_STORE={tmp_path}") == 2
    err = capsys.readouterr().err
    assert err.startswith("phx-scraper status: ")
    assert "phx-scraper reconcile --rebuild" in err
    assert called("status", "-h") == 0
    assert "  phx-scraper status [" in capsys.readouterr().out


def test_the_version_is_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("version") == 0
    assert capsys.readouterr().out == f"phx_scraper {__version__} (Scrapy {scrapy.__version__})\n"
    assert called("version", "-v", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["phx_scraper"], told["scrapy"]) == (__version__, scrapy.__version__)
    assert {"python", "Twisted", "Pillow"} <= told.keys()
