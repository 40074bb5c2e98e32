"""Every command of ours: any error is one sentence and, with `--json`, valid JSON; `-h` shows the exit codes."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import _get_commands_from_module, execute

from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.error_report import CODES
from phx_scraper.commands.help_text import exit_codes
from phx_scraper.commands.photos import Command as Photos
from phx_scraper.errors import (
    CatalogueAway,
    CatalogueError,
    CatalogueUnreachable,
    DiskFull,
    PageError,
    QueueUnavailable,
    StorageError,
    StoreUnreachable,
    UsageError,
)
from phx_scraper.storage.catalogue.catalogue import Catalogue

ROOT = Path(__file__).parents[3]
OWN = {
    name: command
    for name, command in _get_commands_from_module("phx_scraper.commands", True).items()
    if isinstance(command, OwnCommand)
}
WRONG_LINES = [
    ["--no-such-option"],
    ["-s", "PHX_IMAGE_FORMT=JPEG"],
    ["-s", "NO_EQUALS_SIGN"],
    ["a", "b", "c", "d", "e"],
]


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", *words])
    said = capsys.readouterr()
    assert isinstance(caught.value.code, int)
    return caught.value.code, said.out, said.err


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("wrong", WRONG_LINES, ids=" ".join)
@pytest.mark.parametrize("name", OWN)
def test_wrong_use_is_a_sentence_and_json_where_it_is_asked_for(
    name: str, wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [name, "-s", f"IMAGES_STORE={tmp_path}", *wrong]
    code, out, err = called(capsys, *line)
    assert (code, out) == (2, "")
    assert err.startswith(f"scrapy {name}: ")
    assert err.count("\n") == 1, err
    code, out, again = called(capsys, *line, "--json")
    assert (code, again) == (2, err)
    assert json.loads(out) == {"error": {"code": "wrong_use", "message": err.removeprefix(f"scrapy {name}: ").strip()}}


@pytest.mark.parametrize("name", OWN)
def test_help_shows_json_and_every_exit_code(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, name, "-h")
    assert code == 0
    assert "--json" in out
    told = exit_codes(type(OWN[name]).__doc__ or "")
    assert {"0", "2"} <= told.keys() <= {"0", "1", "2", "3", "4"}
    shown = " ".join(out.partition("Exit codes:")[2].split())
    assert shown == " ".join(f"{number} {meaning}" for number, meaning in told.items())


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        (["status", "--sorces", "zillow"], "there is no option --sorces; did you mean --sources?"),
        (["forget", "--YES"], "there is no option --YES; did you mean --yes?"),
        (["export", "--fromat=csv"], "there is no option --fromat; did you mean --format?"),
        (["runs", "--qqq"], "there is no option --qqq; -h shows all"),
        (["crawl", "zillow", "--logfle", "x"], "there is no option --logfle; did you mean --logfile?"),
        (["crawl", "zillow", "--adresses=homes.csv"], "there is no option --adresses; did you mean -a addresses=…?"),
        (["crawl", "zillow", "--qqq"], "there is no option --qqq; -h shows all"),
        (["version", "--vebose"], "there is no option --vebose; did you mean --verbose?"),
        (["runs", "--last"], "argument --last: expected one argument"),
    ],
)
def test_a_misspelt_option_has_the_nearest_one(line: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, *line) == (2, "", f"scrapy {line[0]}: {hint}\n")


@pytest.mark.parametrize("digits", [19, 23, 5000], ids=["no database's integer", "no C integer", "no int of Python's"])
def test_too_long_a_number_of_runs_is_refused(digits: int, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "runs", "--last", "9" * digits)
    assert (code, err.splitlines()[0][:20]) == (2, "scrapy runs: --last ")
    assert "from 1 to 999999999" in err


def test_an_argument_may_begin_with_a_hyphen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "photos", "-s", f"IMAGES_STORE={tmp_path}", "--", "--json")
    assert code == 2
    assert "there is no catalogue" in err


@pytest.mark.parametrize(
    ("error", "code", "number"),
    [
        (UsageError("no"), "wrong_use", 2),
        (DiskFull("full"), "disk_full", 3),
        (OSError(28, "No space left on device", "x.csv"), "disk_full", 3),
        (CatalogueError("damaged"), "catalogue", 2),
        (CatalogueUnreachable("away"), "catalogue_away", 4),
        (CatalogueAway("away"), "catalogue_away", 4),
        (StoreUnreachable("away"), "store_away", 4),
        (QueueUnavailable("away", may_come_back=True), "queue_away", 4),
        (StorageError("gone"), "storage", 2),
        (PageError("odd"), "failed", 2),
        (PermissionError(13, "Permission denied", "x.csv"), "system", 2),
        (KeyboardInterrupt(), "interrupted", 3),
        (sqlite3.OperationalError("database is locked"), "internal", 3),
    ],
    ids=lambda value: str(value),
)
def test_each_error_has_its_code(
    error: BaseException, code: str, number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(*_: Any) -> int:
        raise error

    monkeypatch.setattr(Photos, "work", work)
    exit_code, out, err = called(capsys, "photos", "x", "--json")
    told = json.loads(out)["error"]
    assert (exit_code, told["code"]) == (number, code)
    assert err.endswith(f"scrapy photos: {told['message']}\n")
    assert ("Traceback" in err) == (code == "internal")
    assert code in CODES


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_output_changes_nothing_but_what_is_seen(
    closed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, closed, None)
    code, out, err = called(capsys, "version", "-x")
    assert (code, out, err) == (
        2,
        "",
        "" if closed == "stderr" else "scrapy version: there is no option -x; -h shows all\n",
    )
    getattr(sys, closed).close()


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", plain)
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", "crawl", "-h"])
    plain.seek(0)
    assert caught.value.code == 0
    assert 'address="\\u2026"' in plain.read()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["status", "--sources", "redfn"], "--sources: 'redfn' is no source; did you mean redfin? Known are zillow, "),
        (["probe", "redfn"], "'redfn' is no source; did you mean redfin? Known are zillow, "),
        (["export", "--format", "jsno"], "--format jsno is no format; did you mean json? Known are csv, "),
        (["crawl", "all", "-a", "adress=x"], "-a adress: no such argument; did you mean address? Known are "),
        (
            ["plan", "-a", "address=1 W Main St, Mesa, AZ 85201", "-a", "sources=x"],
            "-a sources: 'x' is no source; known ",
        ),
    ],
    ids=" ".join,
)
def test_a_misspelt_name_has_the_nearest_one(
    line: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Catalogue.open(tmp_path / "metadata" / "catalogue.sqlite").close()
    code, out, err = called(capsys, *line, "-s", f"IMAGES_STORE={tmp_path}")
    assert (code, out) == (2, "")
    assert err.startswith(f"scrapy {line[0]}: {said}")


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_text_that_breaks_after_a_colon_is_no_heading(
    name: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = called(capsys, name, "-h")
    lines = out.splitlines()
    headings = {above for above, line in pairwise(lines) if set(line) in ({"="}, {"-"})}
    assert headings <= {"Usage", "Options", "Global Options"}


def test_a_lost_catalogue_of_a_bucket_comes_back_from_its_copy_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = called(capsys, "status", "-s", "IMAGES_STORE=s3://none-of-that-name/x")
    assert (code, "put its copy there" in err, "--rebuild" in err) == (2, True, False), err
