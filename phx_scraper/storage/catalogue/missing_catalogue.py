"""Whether a data folder holds what some catalogue knew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phx_scraper.storage.files import paths


def holds_a_collection(root: Path) -> bool:
    """Whether there is a picture, an original or a home's list; finds the first and looks no further."""
    return any(True for _ in _told(root))


def _told(root: Path) -> Iterator[Path]:
    yield from (root / paths.PROCESSED).glob("*/*.*")
    yield from (root / paths.RAW).glob("*/*.*")
    yield from (root / paths.HOMES).glob(f"*/{paths.HOME_MANIFEST_NAME}")
