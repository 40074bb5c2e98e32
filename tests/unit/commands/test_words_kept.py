"""A person's word is written down, and what cannot follow it at once is said: pages, files that are gone, photos."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from sqlalchemy import update

from phx_scraper.storage.catalogue import picture_corrections, schema
from tests.catalogue_calls import read, write
from tests.unit.commands.test_own_commands import called
from tests.unit.run.test_sight import shown
from tests.unit.storage.catalogue_helpers import ADDRESSES, Collector, Shown
from tests.unit.storage.category_helpers import visit_saying
from tests.unit.storage.visit_helpers import HOME, end_run

__all__ = ["shown"]


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])


def said(capsys: pytest.CaptureFixture[str], store: Collector, *words: str) -> tuple[int, str, str]:
    return called(capsys, *words, "-s", f"IMAGES_STORE={store.files.root}", "-s", "PHX_VISION=0")


def block_views(store: Collector) -> None:
    store.files.remove_folder("categorised")
    place = store.files.root / "categorised"
    assert not place.exists()
    place.write_text("a file where a folder should be")


def test_a_correction_that_cannot_be_shown_is_said_to_be_kept(
    shown: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    block_views(shown)
    code, _, err = said(capsys, shown, "categorise", "--set", ADDRESSES[0], "1", "pool")
    assert code == 2
    assert "move it away. Your word is kept" in err
    assert len(read(shown.catalogue, picture_corrections.of_home, HOME)) == 1


def test_so_is_a_decision(shown: Collector, capsys: pytest.CaptureFixture[str]) -> None:
    block_views(shown)
    code, _, err = said(capsys, shown, "photos", ADDRESSES[0], "--hide", "zillow:1")
    assert code == 2
    assert "move it away. Your word is kept" in err


def test_a_photo_that_is_to_be_fetched_is_told_from_one_that_is_not_there(
    shown: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = update(schema.photos).where(schema.photos.c.position == 2).values(state="pending")
    write(shown.catalogue, lambda tx: tx.execute(waits))
    code, _, err = said(capsys, shown, "photos", ADDRESSES[0], "--hide", "zillow:2")
    assert code == 2
    assert "zillow:2 is still to be fetched: let a crawl of this home end, then say it again" in err
    code, _, err = said(capsys, shown, "photos", ADDRESSES[0], "--hide", "zillow:9")
    assert "has no picture 'zillow:9'" in err


def test_a_copy_without_a_file_is_said_to_come_with_the_next_crawl(
    shown: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    visit_saying(shown, (Shown("r", "pool", 1600), "", ()), source="redfin")
    end_run(shown)
    for path in shown.files.root.glob("raw/*/*"):
        path.unlink()
    code, out, err = said(capsys, shown, "photos", ADDRESSES[0], "--not-duplicate", "redfin:r", "zillow:c")
    assert (code, err) == (0, "")
    told = out.splitlines()[-1]
    assert told.startswith("1 picture is still to be fetched, by the next crawl: ")
    command = shlex.split(told.partition("next crawl: ")[2])
    assert command == ["scrapy", "crawl", "all", "-a", f"address={ADDRESSES[0]}"]
