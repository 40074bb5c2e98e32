"""Command line over environment over the list's file over the working folder's over the user's over the project's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest
from scrapy.cmdline import execute
from scrapy.settings import Settings

from phx_scraper.commands.user_layers import (
    folder_of_list,
    is_typed,
    is_users,
    places_in_force,
    sentence_of,
    take_user_settings,
)

NAMES = ("PHX_MAX_HOME_DELAY", "PHX_BREAKER_FAILURES", "PHX_CONCURRENT_HOMES", "PHX_JPEG_QUALITY")


@pytest.fixture(autouse=True)
def without_settings_of_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PHX_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of the user, the working folder and the list's, each with one setting less than the one before."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for value, folder in enumerate(("config/phx_scraper", "here", "lists"), 11):
        (tmp_path / folder).mkdir(parents=True)
        lines = "".join(f"{name} = {value}\n" for name in NAMES[value - 11 :])
        (tmp_path / folder / "phx.toml").write_text(f"[settings]\n{lines}")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv(NAMES[3], "14")
    return tmp_path


def test_the_more_specific_place_has_precedence(folders: Path) -> None:
    settings = Settings()
    settings.setmodule("phx_scraper.settings")
    layers = take_user_settings(settings, folders / "lists")
    assert [int(settings[name]) for name in NAMES] == [11, 12, 13, 14]
    files = [f"{folders / folder / 'phx.toml'}" for folder in ("config/phx_scraper", "here", "lists")]
    assert sentence_of(settings, layers) == (
        f"Settings of yours: {files[0]} (PHX_MAX_HOME_DELAY); {files[1]} (PHX_BREAKER_FAILURES);"
        f" {files[2]} (PHX_CONCURRENT_HOMES); the environment (PHX_JPEG_QUALITY)."
    )
    settings.set(NAMES[3], "15", priority="cmdline")
    settings.set(NAMES[1], "4", priority="cmdline")
    assert settings[NAMES[3]] == "15"
    assert is_typed(settings, NAMES[3])
    assert is_users(settings, NAMES[0])
    assert not is_typed(settings, NAMES[0])
    assert not is_users(settings, "PHX_MIN_DELAY")
    assert places_in_force(settings, layers) == {
        NAMES[0]: f"{files[0]}, line 2",
        NAMES[2]: f"{files[2]}, line 2",
    }


def test_without_any_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert sentence_of(settings, take_user_settings(settings, None)) == ""


@pytest.mark.parametrize(
    ("args", "spargs", "found"),
    [
        ([], ["limit=1", "addresses={}/homes.csv"], True),
        (["all"], ["addresses=-"], False),
        (["{}/homes.csv"], None, True),
        (["4732 W Davis Rd, Glendale, AZ 85306"], None, False),
        ([], None, False),
        (["a\0b"], [], False),
        (["x" * 5000], [], False),
    ],
)
def test_the_list_that_a_command_line_names(
    args: list[str], spargs: list[str] | None, found: bool, tmp_path: Path
) -> None:
    (tmp_path / "homes.csv").touch()
    opts = argparse.Namespace() if spargs is None else argparse.Namespace(spargs=[t.format(tmp_path) for t in spargs])
    assert folder_of_list([text.format(tmp_path) for text in args], opts) == (tmp_path if found else None)


@pytest.mark.parametrize("command", ["status", "crawl"])
def test_a_wrong_value_is_said_with_its_file_and_line(
    command: str, folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "phx_scraper.settings")
    file = folders / "here" / "phx.toml"
    file.write_text('[settings]\n\nPHX_IMAGE_FORMAT = "JPG"\n')
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", command, *(["all", "-a", "address=x"] if command == "crawl" else [])])
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        f"scrapy {command}: PHX_IMAGE_FORMAT is 'JPG': set it to PNG or JPEG"
        f" (PHX_IMAGE_FORMAT is set in {file}, line 3)\n"
    )


def test_the_place_of_the_store_is_named_where_it_is_not_there(
    folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "phx_scraper.settings")
    (folders / "here" / "homes.csv").write_text("full_address\n")
    (folders / "lists" / "homes.csv").write_text("full_address\n")
    (folders / "lists" / "phx.toml").write_text('[settings]\nIMAGES_STORE = "pictures"\n')
    with pytest.raises(SystemExit) as caught:
        execute(["scrapy", "retry", str(folders / "lists" / "homes.csv")])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert f"there is no catalogue {folders}/lists/pictures/metadata/catalogue.sqlite" in said
    assert said.endswith(f"(IMAGES_STORE is set in {folders}/lists/phx.toml, line 2)\n")
