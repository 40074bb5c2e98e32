"""What follows a person's word may fail when the word itself is written down: then the sentence says so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from phx_scraper.errors import StorageError


@contextlib.contextmanager
def word_kept() -> Iterator[None]:
    """Within it the word is committed, and pages and folders follow. Raises StorageError of the same kind."""
    try:
        yield
    except StorageError as error:
        told = "Your word is kept; scrapy reconcile --repair, or the next crawl, shows it."
        raise type(error)(f"{error} {told}") from error
