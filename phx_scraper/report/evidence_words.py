"""Why a listing is of the asked home, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phx_scraper.model.listing import Evidence
from phx_scraper.report.home_facts import label
from phx_scraper.report.text_filters import shortened, source_name

_ELSEWHERE = "@"
"""Kinds of evidence that name another source hold it."""


def sentences(pieces: Sequence[Evidence]) -> list[tuple[str, bool]]:
    """Each with whether it is a doubt: what was asked for first, then one sentence for each other source."""
    own = [(_of_asked(piece), False) for piece in pieces if _ELSEWHERE not in piece.kind]
    others: dict[str, list[Evidence]] = {}
    for piece in pieces:
        kind, _, other = piece.kind.partition(_ELSEWHERE)
        if other:
            others.setdefault(other, []).append(piece._replace(kind=kind))
    return [*own, *(told for other, found in others.items() for told in _of_other(source_name(other), found))]


def _of_asked(piece: Evidence) -> str:
    asked, found = shortened(piece.asked), shortened(piece.found)
    if piece.kind == "address":
        return f"The page's address is {found}; asked for was {asked}."
    return f"Its {label(f'ids.{piece.kind}')} is {found}, as asked for."


def _of_other(other: str, found: Sequence[Evidence]) -> Iterator[tuple[str, bool]]:
    agreed = [_agreement(piece) for piece in found if piece.kind != "pin_apart"]
    if agreed:
        yield f"The same as at {other}: {', '.join(agreed)}.", False
    for piece in found:
        if piece.kind == "pin_apart":
            yield f"Its pin lies apart from that of {other}: {shortened(piece.found)}. Is it this home?", True


def _agreement(piece: Evidence) -> str:
    name = "pin" if piece.kind == "coordinates" else label(f"ids.{piece.kind}")
    return f"{name} {shortened(piece.found)}"
