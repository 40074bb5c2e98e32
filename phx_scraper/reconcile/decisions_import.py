"""What people decided about pictures, put back into a new catalogue from what the folders' lists say."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection

from phx_scraper.model.photo_decision import PAIR_VERDICTS, VERDICTS, Sighting
from phx_scraper.reconcile.homes_in_views import Facts, seconds
from phx_scraper.storage.catalogue import photo_decisions


def put_decisions(connection: Connection, property_hash: str, told: Sequence[Facts]) -> None:
    """Add a home's decisions in their order; an entry that is none, as a damaged list may have, is left out."""
    for entry in told:
        verdict, pictures = entry.get("verdict"), sightings(entry.get("pictures"))
        if verdict in VERDICTS and len(pictures) == (2 if verdict in PAIR_VERDICTS else 1):
            said_at = seconds(entry.get("said_at")) or time.time()
            photo_decisions.add(connection, property_hash, str(verdict), pictures[0], (*pictures, None)[1], said_at)


def sightings(told: object) -> list[Sighting]:
    """Pictures whose every field is a text, and whose hashes are hexadecimal digits."""
    found = []
    for one in told if isinstance(told, list) else ():
        texts = [one.get(name) for name in Sighting._fields] if isinstance(one, dict) else []
        if texts and all(isinstance(text, str) and text for text in texts) and _are_hashes(texts[2:]):
            found.append(Sighting(*texts))
    return found


def _are_hashes(texts: Sequence[str]) -> bool:
    return all(set(text) <= set("0123456789abcdef") for text in texts)
