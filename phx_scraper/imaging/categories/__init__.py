"""What a picture shows: location and subject of the closed vocabulary, or `unknown` wherever that is honest."""

from __future__ import annotations

from collections.abc import Iterable

from phx_scraper.imaging.categories.decide import See, decide, leaves_open
from phx_scraper.imaging.categories.installed_model import see_picture
from phx_scraper.imaging.categories.words import read_words
from phx_scraper.model.category import Category

__all__ = ["Category", "categorise"]


def categorise(data: bytes, captions: Iterable[str] = (), tags: Iterable[str] = (), see: See = see_picture) -> Category:
    """What the picture `data` shows, by the tags and captions of it and its copies; `unknown` rather than a guess.

    The bytes are looked at where words leave the subject open and the extra [vision] is installed. Raises nothing of
    its own.
    """
    words = read_words(captions, tags)
    return decide(words, see(data) if leaves_open(words) else None).category
