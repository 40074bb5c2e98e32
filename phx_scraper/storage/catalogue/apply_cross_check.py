"""What a home's listings say of one another: agreements are recorded, a contradicted listing is refused.

It is judged anew from all listings of the home at each ending, so the order in which sources answer is of no account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, select, update

from phx_scraper.model.listing import Evidence, Listing
from phx_scraper.model.outcome import LISTED
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.rows import listing_of

visits, listings, photos, images = schema.visits, schema.listings, schema.photos, schema.images

CONTRADICTION = "contradiction"
"""How the reason of a refused visit begins, and the whole reason of its photos."""

REST_SECONDS = 7 * 86400.0
"""A contradiction does not go away by asking at once again."""

_CROSS_SOURCE = "@"
"""Kinds of evidence that name another source hold it."""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Of one listing: `refused` says why it is (empty: it is not).

    `agreements` is what other sources confirm, or show for a person to review.
    """

    refused: str = ""
    agreements: tuple[Evidence, ...] = ()


RunCrossCheck = Callable[[Sequence[Listing]], Mapping[str, CrossCheck]]
"""Given the accepted listings of one home, a verdict for each source."""


def judge_home(connection: Connection, property_hash: str, judge: RunCrossCheck, now: float) -> set[str]:
    """Apply the verdicts on a home's ended visits; returns paths of pictures that a refused listing showed."""
    rows = _ended(connection, property_hash)
    verdicts = judge([listing_of(row) for row in rows])
    unused: set[str] = set()
    for row in rows:
        verdict = verdicts.get(row.source, CrossCheck())
        _note_agreements(connection, row, verdict)
        if verdict.refused:
            unused |= _refuse(connection, row, verdict.refused, now)
        else:
            _accept(connection, row)
    return unused


def _ended(connection: Connection, property_hash: str) -> list[Row[Any]]:
    """Listings whose visits ended well, or were refused by an earlier verdict; with the visits' outcomes."""
    same = and_(visits.c.property_hash == listings.c.property_hash, visits.c.source == listings.c.source)
    accepted = visits.c.outcome.in_(LISTED) | visits.c.reason.startswith(CONTRADICTION)
    query = (
        select(listings, visits.c.outcome)
        .join(visits, same)
        .where(listings.c.property_hash == property_hash, accepted, visits.c.lease_run.is_(None))
    )
    return list(connection.execute(query.order_by(listings.c.source)))


def _note_agreements(connection: Connection, row: Row[Any], verdict: CrossCheck) -> None:
    own = tuple(piece for piece in row.evidence if _CROSS_SOURCE not in piece.kind)
    evidence = (*own, *verdict.agreements)
    if evidence != row.evidence:
        connection.execute(update(listings).where(_of(listings, row)).values(evidence=evidence))


def _refuse(connection: Connection, row: Row[Any], why: str, now: float) -> set[str]:
    ending = {"outcome": "error", "reason": f"{CONTRADICTION}:{why}", "not_before": now + REST_SECONDS}
    connection.execute(update(visits).where(_of(visits, row)).values(**ending))
    shown = select(images.c.path).join(photos, photos.c.raw_sha256 == images.c.raw_sha256)
    paths = set(connection.execute(shown.where(_of(photos, row), photos.c.state == "stored")).scalars())
    had = photos.c.state.in_(("stored", "duplicate"))
    failed = {"state": "failed", "reason": CONTRADICTION, "duplicate_of": None, "duplicate_kind": "", "distance": None}
    connection.execute(update(photos).where(_of(photos, row), had).values(**failed))
    return paths


def _accept(connection: Connection, row: Row[Any]) -> None:
    """Photos refused before come back as copies of nothing: deciding duplicates, which follows, puts them in place."""
    refused = and_(photos.c.state == "failed", photos.c.reason == CONTRADICTION)
    back = connection.execute(
        update(photos).where(_of(photos, row), refused).values(state="duplicate", reason="")
    ).rowcount
    if row.outcome == "error":
        ending = {"outcome": "ok" if back else "empty", "reason": "", "not_before": None}
        connection.execute(update(visits).where(_of(visits, row)).values(**ending))


def _of(table: Any, row: Row[Any]) -> Any:
    return and_(table.c.property_hash == row.property_hash, table.c.source == row.source)
