"""A person's word on a picture is kept on a server too, where a transaction that is undone uses up a row's number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.imaging.duplicates.rule import PLAIN
from phx_scraper.run import decide_photos
from phx_scraper.run.decide_photos import Verdict, seen
from phx_scraper.storage.catalogue import photo_decisions
from phx_scraper.storage.catalogue.apply_duplicates import home_images
from tests.catalogue_calls import read
from tests.postgresql_server import PostgresqlServer
from tests.unit.storage.catalogue_helpers import Collector, homes

TRIES = 3


def no_decoder(*_: Any) -> Any:
    pytest.fail("no picture is to be made again")


@pytest.mark.parametrize("verdicts", [["hide"], ["hide", "show"]])
def test_a_word_is_followed_once_it_is_said(
    verdicts: Sequence[str], server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector(tmp_path / "data", fsync=False)
    collector.run(homes(1))
    home = homes(1)[0].property_hash
    planned = []

    def plan(*about: Any) -> Any:
        planned.append(about)
        assert len(planned) <= TRIES * len(verdicts), "what is compared never is what was planned for"
        return made(*about)

    made = decide_photos.plan_duplicates
    monkeypatch.setattr(decide_photos, "plan_duplicates", plan)
    for verdict in verdicts:
        kept = [image for image in read(collector.catalogue, home_images, home) if image.state == "stored"]
        word = Verdict(home, verdict, seen(kept[0]))
        decide_photos.decide_photos(collector.catalogue, collector.files, PLAIN, no_decoder, word)
    found = read(collector.catalogue, home_images, home)
    assert [image.hidden for image in found if image.photo_id == kept[0].photo_id] == [verdicts[-1] == "hide"]
    assert [said.verdict for said in read(collector.catalogue, photo_decisions.of_home, home)] == verdicts
    assert server.run("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'") == [(0,)]
