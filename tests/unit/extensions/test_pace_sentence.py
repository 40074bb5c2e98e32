"""A run says at its start how long it waits between requests, where it does."""

from __future__ import annotations

from typing import Any

import pytest

from phx_scraper.config.reading import read_config
from phx_scraper.extensions.pace_sentence import pace_sentence


def said(**settings: Any) -> list[str]:
    return list(pace_sentence(read_config(settings)))


def test_the_default_pace() -> None:
    (sentence,) = said()
    assert "0.5 to 3 s apart on purpose" in sentence
    assert "40 photos take about 1 min" in sentence


def test_it_is_scaled() -> None:
    (sentence,) = said(PHX_DELAY_SCALE=4)
    assert "2 to 12 s apart" in sentence
    assert "about 3 min" in sentence


@pytest.mark.parametrize("settings", [{"PHX_DELAY_SCALE": 0}, {"PHX_OFFLINE": True}])
def test_nothing_where_nothing_waits(settings: dict[str, Any]) -> None:
    assert said(**settings) == []
