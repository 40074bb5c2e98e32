"""What people decided about pictures of two homes, put back into a new catalogue once it has all homes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, select

from phx_scraper.model.photo_decision import PAIR_VERDICTS, DecisionAcross
from phx_scraper.reconcile.decisions_import import sightings
from phx_scraper.reconcile.homes_in_views import Facts, seconds
from phx_scraper.storage.catalogue import decisions_across_homes, schema


def put_across(connection: Connection, told: Sequence[tuple[str, Facts]]) -> None:
    """Add decisions, each with the home whose list told it; one with a home that did not come back is left out."""
    known = set(connection.execute(select(schema.homes.c.property_hash)).scalars()) if told else set()
    for home, entry in told:
        verdict, other, pictures = entry.get("verdict"), entry.get("other_home"), sightings(entry.get("pictures"))
        if verdict in PAIR_VERDICTS and len(pictures) == 2 and isinstance(other, str) and other in known - {home}:
            said_at = seconds(entry.get("said_at")) or time.time()
            said = DecisionAcross(0, str(verdict), home, pictures[0], other, pictures[1], said_at)
            decisions_across_homes.add(connection, said)
