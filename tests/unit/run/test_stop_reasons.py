"""How trouble of this machine's own ends a run, and the exit code of that."""

from __future__ import annotations

import pytest

from phx_scraper.errors import (
    CatalogueAway,
    CatalogueError,
    CatalogueUnreachable,
    DecoderUnavailable,
    DiskFull,
    StorageError,
    StoreUnreachable,
)
from phx_scraper.extensions.console_summary import ENDINGS
from phx_scraper.model.outcome import stopped_code
from phx_scraper.run.resources import stop_reason


@pytest.mark.parametrize(
    ("error", "reason", "code"),
    [
        (CatalogueAway("away"), "server_away", 4),
        (CatalogueUnreachable("away"), "server_away", 4),
        (StoreUnreachable("away"), "server_away", 4),
        (CatalogueError("damaged"), "storage", 3),
        (StorageError("forbidden"), "storage", 3),
        (DiskFull("full"), "disk", 3),
        (DecoderUnavailable("none"), "decoder", 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_server_that_is_away_is_told_from_other_trouble(
    error: StorageError | DecoderUnavailable, reason: str, code: int
) -> None:
    assert stop_reason(error) == reason
    assert reason in ENDINGS
    assert stopped_code(reason) == code
