"""Tells a photo that is denied from a source that denies its photos: only several in a row are a refusal."""

from __future__ import annotations

from collections import defaultdict


class PhotoDenials:
    """Photos denied in a row at each source. S3 answers 403 for a missing file too, so one alone says little."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._denied: defaultdict[str, set[int | None]] = defaultdict(set)

    def denied(self, source: str, photo_id: int | None) -> None:
        """A file of this photo was denied; further files of it do not count again."""
        self._denied[source].add(photo_id)

    def had(self, source: str) -> None:
        """A picture was had from the source."""
        self._denied.pop(source, None)

    def stands(self, source: str) -> bool:
        """Whether the source denies its photos, as far as is known."""
        return len(self._denied.get(source, ())) >= self._limit
