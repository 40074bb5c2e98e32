"""What visits in hand have brought along until they end: by which way they were found, and pictures out of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from phx_scraper.model.photo import Photo
from phx_scraper.model.visit import VisitLease

MAX_CARRIED = 8 * 2**20
"""Bytes of pictures that are kept for one visit; the rest is asked for one by one."""

VisitKey = tuple[str, str]


@dataclass
class VisitNotes:
    """By (property_hash, source); used on the event loop only."""

    _told: dict[VisitKey, str] = field(default_factory=dict)
    _pictures: dict[VisitKey, dict[str, bytes]] = field(default_factory=dict)

    def note(self, visit: VisitLease, told: str, photos: Iterable[Photo]) -> None:
        """Keep what is said of the way, and the pictures that the page carried as far as there is room."""
        key = visit.property_hash, visit.source
        if told:
            self._told[key] = told
        room = MAX_CARRIED
        for photo in photos:
            room -= len(photo.data)
            if room < 0:
                break
            if photo.data:
                self._pictures.setdefault(key, {})[photo.key] = photo.data

    def told(self, visit: VisitLease) -> str:
        """By which way the listing was found, where something failed on it."""
        return self._told.get((visit.property_hash, visit.source), "")

    def take_picture(self, property_hash: str, source: str, key: str) -> bytes:
        """Hand over a picture, once; empty where there is none."""
        return self._pictures.get((property_hash, source), {}).pop(key, b"")

    def drop(self, visit: VisitLease) -> None:
        """Forget all of a visit that has ended."""
        self._told.pop((visit.property_hash, visit.source), None)
        self._pictures.pop((visit.property_hash, visit.source), None)
