"""What is known of a home's other pictures outlasts a correction, a decision and a model that cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from phx_scraper.errors import VisionUnavailable
from phx_scraper.imaging.categories.vision import Vision
from phx_scraper.report.report_writer import write_report
from phx_scraper.run import sight
from phx_scraper.run.home_categories import categorise_home
from phx_scraper.run.sight import look_at_home
from tests.catalogue_calls import write
from tests.unit.commands.test_own_commands import called
from tests.unit.run.test_sight import Hallways, shown
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector
from tests.unit.storage.category_helpers import shows
from tests.unit.storage.visit_helpers import HOME

__all__ = ["shown"]

SEEN = {
    ("zillow", "a"): "ext/unknown tag",
    ("zillow", "b"): "int/kitchen tag",
    ("zillow", "c"): "int/hallway head",
}


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    monkeypatch.setattr(sight, "open_vision", lambda _heads: Hallways())


def categorise(capsys: pytest.CaptureFixture[str], store: Collector, *words: str) -> None:
    command(capsys, store, "categorise", *words)


def decide(capsys: pytest.CaptureFixture[str], store: Collector, *words: str) -> None:
    command(capsys, store, "photos", ADDRESSES[0], *words)


def command(capsys: pytest.CaptureFixture[str], store: Collector, *words: str) -> None:
    settings = (f"IMAGES_STORE={store.files.root}", "PHX_VISION=1", "PHX_REPORT=1")
    code, _, err = called(capsys, *words, *(part for one in settings for part in ("-s", one)))
    assert (code, err) == (0, "")


def test_a_correction_by_a_model_that_saw_nothing_yet_keeps_what_it_would_see(
    shown: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    categorise(capsys, shown, "--set", ADDRESSES[0], "2", "pool")
    assert sorted(shows(shown).values()) == ["ext/pool correction", "int/hallway head", "int/kitchen tag"]


def test_a_model_that_cannot_be_had_takes_nothing_away(
    shown: Collector, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Hallways()
    look_at_home(shown.catalogue, shown.files, HOME, model)
    write(shown.catalogue, categorise_home, HOME, model.version)
    assert shows(shown) == SEEN

    def absent(_heads: object) -> Vision:
        raise VisionUnavailable("Pictures are not looked at: it is not installed.")

    monkeypatch.setattr(sight, "open_vision", absent)
    categorise(capsys, shown)
    assert shows(shown) == SEEN


def test_pictures_that_become_copies_share_their_words_at_once(
    shown: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(capsys, shown, "--duplicate", "zillow:1", "zillow:3")
    assert sorted(shows(shown).values()) == ["ext/unknown tag", "int/kitchen tag", "int/kitchen tag"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_report_that_is_there_shows_a_persons_word_at_once(
    shown: Collector, capsys: pytest.CaptureFixture[str], is_there: bool
) -> None:
    page = next((shown.files.root / "homes").iterdir()).name + ".html"
    place = shown.files.root / "report" / "homes" / page
    if is_there:
        write_report(shown.catalogue, shown.files)
        assert 'data-subject="pool"' not in place.read_text()
    categorise(capsys, shown, "--set", ADDRESSES[0], "1", "pool")
    decide(capsys, shown, "--hide", "zillow:2")
    assert place.exists() is is_there
    if is_there:
        assert 'data-subject="pool"' in place.read_text()
        assert "Hidden by a person" in place.read_text()


def test_a_home_whose_pictures_are_all_hidden_is_told_so(shown: Collector, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        decide(capsys, shown, "--hide", f"zillow:{number}")
    place = f"IMAGES_STORE={shown.files.root}"
    code, out, err = called(capsys, "categorise", "--set", ADDRESSES[0], "1", "pool", "-s", place)
    assert (code, out) == (2, "")
    assert "none came yet, or all are hidden" in err
