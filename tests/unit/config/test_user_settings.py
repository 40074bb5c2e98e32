"""The user's settings by place: files, then the environment; a slip in a variable's name is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.config.user_settings import user_settings, with_places
from phx_scraper.errors import UsageError


def test_the_environment_is_the_last_layer_and_holds_our_settings_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "phx.toml").write_text("[settings]\nPHX_KEEP_RAW = true\n")
    written = {
        "PHX_IMAGE_FORMAT": "JPEG",
        "IMAGES_STORE": "/store",
        "PHX_BROWSER_PATH": "",  # an empty variable is not set
        "PHX_HOST": "localhost",  # another program's
        "LOG_LEVEL": "DEBUG",
        "DOWNLOAD_TIMEOUT": "1",
    }
    file, environment = user_settings(None, written)
    assert (file.title, file.places) == (str(tmp_path / "phx.toml"), {"PHX_KEEP_RAW": f"{tmp_path}/phx.toml, line 2"})
    assert environment.values == {"PHX_IMAGE_FORMAT": "JPEG", "IMAGES_STORE": "/store"}
    assert environment.places == dict.fromkeys(environment.values, "the environment")


def test_a_variable_that_is_nearly_one_of_ours_is_a_slip() -> None:
    slip = "^the environment variable PHX_IMAGE_FORMT is no setting of this project; did you mean PHX_IMAGE_FORMAT\\?$"
    with pytest.raises(UsageError, match=slip):
        user_settings(None, {"PHX_IMAGE_FORMT": "JPEG"})


@pytest.mark.parametrize("ours", ["PHX_DECODER_FAULT", "PHX_CRASH_AT", "PHX_CASSETTE", "PHX_CASSETTE_REPLICA"])
def test_variables_of_our_own_tests_are_no_slips(ours: str) -> None:
    assert user_settings(None, {ours: "x"})[-1].values == {}


def test_a_sentence_names_the_places_of_its_settings() -> None:
    places = {"PHX_MAX_DELAY": "/x/phx.toml, line 2", "PHX_MIN_DELAY": "the environment", "PHX_KEEP_RAW": "elsewhere"}
    assert with_places("PHX_MAX_DELAY is 1: set it to at least PHX_MIN_DELAY, which is 2", places) == (
        "PHX_MAX_DELAY is 1: set it to at least PHX_MIN_DELAY, which is 2"
        " (PHX_MAX_DELAY is set in /x/phx.toml, line 2; PHX_MIN_DELAY is set in the environment)"
    )
    assert with_places("PHX_MAX_DELAYS is wrong", places) == "PHX_MAX_DELAYS is wrong"
