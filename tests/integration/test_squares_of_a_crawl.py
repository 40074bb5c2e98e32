"""A real crawl has the model look at what the decoder has in hand: no stored picture is decoded a second time."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from phx_scraper.imaging.categories.vision_weights import has_weights
from phx_scraper.replica import Options, running
from tests.integration import fork_server
from tests.integration.crawls import command, environment, rows
from tests.integration.pixel_reading_settings import NOTES

HOMES = "4700 W Davis Rd, Glendale, AZ 85306; 4560 E Sunrise Dr, Phoenix, AZ 85044"
SEEN = "SELECT raw_sha256, location, subject, confidence, signal FROM image_predictions ORDER BY raw_sha256"


@pytest.mark.skipif(not has_weights(), reason="the extra [vision] is not installed")
def test_what_was_decoded_is_what_is_looked_at(tmp_path: Path) -> None:
    store, notes = tmp_path / "store", tmp_path / "notes"
    variables = {"SCRAPY_SETTINGS_MODULE": "tests.integration.pixel_reading_settings", NOTES: str(notes)}
    with running(Options(photos=(3, 3), kinds=frozenset(), width=384)) as replica:

        def run(**more: object) -> dict[str, tuple[object, ...]]:
            wanted = {"address": HOMES, "sources": "zillow,redfin", **more}
            line = command("all", store, replica.url, wanted, {"PHX_VISION": 1})
            done = fork_server.run(line[3:], {**environment(), **variables}, timeout=300)
            assert done.returncode == 0, done.stderr
            return {str(sha256): tuple(seen) for sha256, *seen in rows(store, SEEN)}

        first = run()
        assert len(first) >= 3
        assert not notes.exists(), notes.read_text()
        # The stored picture says the same, so it does not matter which of the two was there.
        forget_what_was_seen(store / "metadata" / "catalogue.sqlite")
        again = run(refresh_days=0)
    assert len(notes.read_text().splitlines()) == len(again) > 0
    assert again == {sha256: first[sha256] for sha256 in again}


def forget_what_was_seen(catalogue: Path) -> None:
    """Have the model asked anew."""
    with contextlib.closing(sqlite3.connect(catalogue)) as connection, connection:
        connection.execute("DELETE FROM image_predictions")
        connection.execute("UPDATE homes SET compared = ''")
