"""`phx.toml`: what it may hold, and the sentence with file and line for what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.config.fields import FIELDS
from phx_scraper.config.user_file import NAME, PATHS, PROGRAMS, SCRAPY_NAMES, read_user_file, user_files, user_folder
from phx_scraper.errors import UsageError


def written(folder: Path, text: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def values(folder: Path, text: str, is_of_this_user: bool = False) -> dict[str, object]:
    return dict(read_user_file(written(folder, text), is_of_this_user).values)


def test_values_are_those_of_toml(tmp_path: Path) -> None:
    text = """# mine
[settings]
PHX_IMAGE_FORMAT = "JPEG"
"PHX_JPEG_QUALITY" = 90
PHX_DELAY_SCALE = 0.5
PHX_KEEP_RAW = false
PHX_PROXIES = ["http://one.example:1", "http://two.example:2"]
LOG_LEVEL = 'WARNING'
"""
    file = read_user_file(written(tmp_path, text), is_of_this_user=False)
    assert file.values == {
        "PHX_IMAGE_FORMAT": "JPEG",
        "PHX_JPEG_QUALITY": 90,
        "PHX_DELAY_SCALE": 0.5,
        "PHX_KEEP_RAW": False,
        "PHX_PROXIES": "http://one.example:1,http://two.example:2",
        "LOG_LEVEL": "WARNING",
    }
    assert list(file.lines.values()) == [3, 4, 5, 6, 7, 8]
    assert file.place("PHX_DELAY_SCALE") == f"{file.path}, line 5"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[settings]\n", "\ufeff[settings]\r\n", "settings = {}"])
def test_a_file_without_settings_changes_nothing(text: str, tmp_path: Path) -> None:
    assert values(tmp_path, text) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[settings]\nPHX_IMAGE_FORMT = 1", "line 2: PHX_IMAGE_FORMT is no setting .+ did you mean PHX_IMAGE_FORMAT"),
        ("[settings]\n\nphx_image_format = 1", "line 3: .+ did you mean PHX_IMAGE_FORMAT"),
        ("[settings]\nIMAGE_STORE = 'x'", "line 2: IMAGE_STORE is no setting .+ did you mean IMAGES_STORE"),
        ("[settings]\nITEM_PIPELINES = 'x'", "line 2: ITEM_PIPELINES is no setting for this file; .+configuration.md"),
        ("[settings]\nADDONS.x = 1", "line 2: ADDONS is no setting for this file"),
        ("[settings]\nMARICOPA_ASSESSOR_TOKEN = 'x'", "MARICOPA_ASSESSOR_TOKEN is no setting for this file"),
        ("[settings]\nPHX_BROWSER_PATH = './evil'", "line 2: PHX_BROWSER_PATH names a program to run: set it by -s"),
        ("[settings.PHX_PROXIES]\na = 1", "PHX_PROXIES is a table: write PHX_PROXIES = value"),
        (
            "PHX_KEEP_RAW = true",
            r"line 1: PHX_KEEP_RAW stands outside \[settings\]: write \[settings\] in a",
        ),
        ("\n[setings]\n", r"line 2: \[setings\] is no table of this file: settings stand below \[settings\]"),
        ("settings = 1", r"line 1: write \[settings\] in a line of its own"),
        ("[settings]\nPHX_IMAGE_FORMAT = JPEG", "is no TOML: .+line 2.+; write NAME = value, with texts in quotes"),
        ("[settings]\nPHX_KEEP_RAW = true\nPHX_KEEP_RAW = true\n", "is no TOML: .+line 3"),
        (f"[settings]\nPHX_KEEP_RAW = {'[' * 5000}", "is no TOML"),
        (f"[settings]\nPHX_JPEG_QUALITY = {'9' * 5000}", "is no TOML"),
        (b"[settings]\nLOG_FILE = '\xe9'", "is no UTF-8 text: save it as UTF-8"),
        (b"\0", "is no TOML: Invalid"),
        (b"#" * (2**20 + 1), "is larger than 1048576 bytes"),
        (
            "[settings]\nIMAGES_STORE = '~no-such-user/x'",
            "line 2: IMAGES_STORE begins with ~ of a user who is",
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_file_and_line(text: str | bytes, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=f"^{path}(, | ).*{said}") as caught:
        read_user_file(path, is_of_this_user=False)
    assert "\n" not in str(caught.value)


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(UsageError, match=r"phx\.toml cannot be read \(Is a directory\)"):
        list(user_files([tmp_path], {}))


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    text = """[settings]
IMAGES_STORE = "pictures"
PHX_CATALOGUE_URL = "sqlite:///c.sqlite"
LOG_FILE = "/var/log/x"
JOBDIR = "~/jobs"
"""
    assert values(tmp_path, text) == {
        "IMAGES_STORE": str(tmp_path / "pictures"),
        "PHX_CATALOGUE_URL": f"sqlite:///{tmp_path / 'c.sqlite'}",
        "LOG_FILE": "/var/log/x",
        "JOBDIR": str(Path("~/jobs").expanduser()),
    }
    assert values(tmp_path, '[settings]\nIMAGES_STORE = "s3://bucket"') == {"IMAGES_STORE": "s3://bucket"}
    assert values(tmp_path, '[settings]\nIMAGES_STORE = ""') == {"IMAGES_STORE": ""}


def test_the_users_own_file_has_whole_paths_and_may_name_a_program(tmp_path: Path) -> None:
    text = '[settings]\nPHX_BROWSER_PATH = "chromium"\nIMAGES_STORE = "~/photos"'
    own = {"PHX_BROWSER_PATH": "chromium", "IMAGES_STORE": str(Path("~/photos").expanduser())}
    assert values(tmp_path, text, is_of_this_user=True) == own
    with pytest.raises(UsageError, match="line 2: IMAGES_STORE is a path relative to this file's folder: write the wh"):
        values(tmp_path, '[settings]\nIMAGES_STORE = "photos"', is_of_this_user=True)


def test_the_most_specific_file_is_last_and_each_is_read_once(tmp_path: Path) -> None:
    own, here, beside = (tmp_path / name for name in ("config/phx_scraper", "here", "lists"))
    for folder in (own, here, beside):
        written(folder, "[settings]\nPHX_KEEP_RAW = true")
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert [file.path.parent for file in user_files((here, beside), environment)] == [own, here, beside]
    assert [file.path.parent for file in user_files((here, here), {})] == [here]
    assert [file.path.parent for file in user_files((own, None), environment)] == [own]
    assert list(user_files((tmp_path, None), {})) == []


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CONFIG_HOME": "/c", "HOME": "/h"}, Path("/c/phx_scraper")),
        ({"XDG_CONFIG_HOME": "relative", "HOME": "/h"}, Path("/h/.config/phx_scraper")),
        ({"HOME": "/h"}, Path("/h/.config/phx_scraper")),
        ({}, None),
    ],
)
def test_the_folder_of_this_users_configuration(environment: dict[str, str], folder: Path | None) -> None:
    assert user_folder(environment) == folder


def test_nothing_that_loads_code_is_among_the_names() -> None:
    doors = {"TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "EXTENSIONS", "SPIDER_MODULES", "COMMANDS_MODULE"}
    assert not doors & {*FIELDS, *SCRAPY_NAMES}
    assert {*PATHS, *PROGRAMS} <= {*FIELDS, *SCRAPY_NAMES}
