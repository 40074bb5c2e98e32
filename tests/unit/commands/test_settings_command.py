"""`scrapy settings` shows what is in force with files and environment, and no password."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from scrapy.cmdline import execute


@pytest.fixture(autouse=True)
def without_settings_of_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PHX_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "phx_scraper.settings")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", "settings", *words])
    assert caught.value.code == 0
    return capsys.readouterr().out


def test_each_is_shown_with_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(capsys).startswith("Nobody has set any: ")
    (folder / "phx.toml").write_text('[settings]\nPHX_IMAGE_FORMAT = "JPEG"\nLOG_LEVEL = "WARNING"\n')
    monkeypatch.setenv("PHX_PROXIES", "http://user:hunter2@proxy.example:1,http://u:hunter2@other.example:2")
    lines = [line.split(None, 2) for line in shown(capsys, "-s", "PHX_JPEG_QUALITY=90").splitlines()]
    assert lines == [
        ["LOG_LEVEL", "WARNING", f"{folder}/phx.toml, line 3"],
        ["PHX_IMAGE_FORMAT", "JPEG", f"{folder}/phx.toml, line 2"],
        ["PHX_JPEG_QUALITY", "90", "the command line"],
        ["PHX_PROXIES", "http://***@proxy.example:1,http://***@other.example:2", "the environment"],
    ]
    whole = {row["name"]: row for row in json.loads(shown(capsys, "--all", "--json"))["settings"]}
    assert whole["PHX_JPEG_QUALITY"] == {"name": "PHX_JPEG_QUALITY", "value": "85", "set_in": "the project"}
    assert "ITEM_PIPELINES" not in whole


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--get", "PHX_IMAGE_FORMAT"], "PNG\n"),
        (["--getbool", "PHX_KEEP_RAW"], "True\n"),
        (["--getlist", "SPIDER_MODULES"], "['phx_scraper.spiders']\n"),
        (["--get", "PHX_REPLICA_URL", "-s", "PHX_REPLICA_URL=http://127.0.0.1:1"], "http://127.0.0.1:1\n"),
        (["--get", "MY_OWN"], "None\n"),
    ],
)
def test_one_is_shown_as_scrapy_does(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, *words) == said


def test_one_is_shown_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(shown(capsys, "--get", "FEED_EXPORTERS", "--json"))
    assert told["value"]["csv"] == "phx_scraper.exporters.NeutralCsvItemExporter"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--get", "PHX_IMAGE_FORMT"], "did you mean PHX_IMAGE_FORMAT?"),
        (["--getint", "PHX_IMAGE_FORMAT"], "PHX_IMAGE_FORMAT is 'PNG': set it to a whole number"),
        (["--getbool", "PHX_IMAGE_FORMAT"], "PHX_IMAGE_FORMAT is 'PNG': set it to True or False"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", "settings", *words])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--get", "PHX_NOPE"], "--get PHX_NOPE: no such setting"),
        (["--get", "PHX_IMAGE_FORMT"], "did you mean PHX_IMAGE_FORMAT?"),
        (["PHX_IMAGE_FORMAT"], "scrapy settings --get NAME"),
    ],
)
def test_what_is_no_setting_and_no_list_is_wrong_use(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", "settings", *words])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
