"""The home's own page as rows: the answer, what was read in it, whether it is the home, its number of photos."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from phx_scraper.errors import NotFound, NotUnderstood, WrongHome
from phx_scraper.items import ListingItem
from phx_scraper.model.listing import Listing
from phx_scraper.pages import page_day
from phx_scraper.probe.answer_rows import answer_row, is_of_status, judged
from phx_scraper.probe.fixture_candidate import ProbedPage
from phx_scraper.probe.look_up_rows import shape_of_look, way_row
from phx_scraper.probe.probe_report import FACTS, OK, TROUBLE, Row
from phx_scraper.probe.probed_steps import Look, ProbedSteps, WayTaken
from phx_scraper.spiders.visit_outcome import OPTIONAL, PAGE


def page_rows(source: str, steps: ProbedSteps, ending: object) -> Iterator[Row]:
    """A row for each way to facts and page, with what was read there; then proof and number of photos."""
    for way in steps.ways:
        if way.step == OPTIONAL:
            yield way_row(source, FACTS, way)
        if way.step == PAGE:
            yield from _rows_of_page(source, way)
    if isinstance(ending, WrongHome):
        yield Row("proof", *judged(ending))
    if isinstance(ending, ListingItem):
        kinds = dict.fromkeys(piece.kind for piece in ending.listing.evidence)
        yield Row("proof", OK, detail=f"by {', '.join(kinds)}", url=ending.listing.url)
        yield photos_row(ending.listing)


def probed_page(source: str, steps: ProbedSteps) -> ProbedPage | None:
    """The answer of the last way to the home's page, or that of the look-up which showed the listing."""
    pages = [way for way in steps.ways if way.step == PAGE]
    shown_by = pages if any(way.looks for way in pages) else steps.ways
    looks = [look for way in shown_by if pages for look in way.looks]
    response = next((one.answer.response for one in reversed(looks) if one.answer and one.answer.response), None)
    if response is None or response.status != 200:
        return None
    day = page_day((response.headers.get("Date") or b"").decode("latin-1"))
    return ProbedPage(source, response.url, response.body, day or datetime.now(UTC).date())


def _rows_of_page(source: str, way: WayTaken) -> Iterator[Row]:
    """A listing that the look-up showed needs no page of its own."""
    if not way.looks:
        yield Row("page", OK, detail="shown by the look-up", way=way.name)
    for look in way.looks:
        if look.answer is not None:
            yield _page_row(look, way.name)
    last = way.looks[-1] if way.looks else None
    if last is None or last.error is None:
        yield Row("state", OK, way=way.name, differences=shape_of_look(source, last) if last else ())
    elif _is_of_content(last):
        yield Row("state", *judged(last.error), way=way.name, differences=shape_of_look(source, last))
    if isinstance(way.error, WrongHome):
        yield Row("proof", *judged(way.error), way=way.name)


def _page_row(look: Look, way: str) -> Row:
    assert look.answer is not None
    error = None if _is_of_content(look) else look.error
    by = "" if look.by == "plain" else f"by a {look.by}"
    return answer_row("page", look.answer, error, understood=isinstance(look.error, NotFound), way=way, detail=by)


def _is_of_content(look: Look) -> bool:
    """Whether an answer came, and its content is what was not taken."""
    came = look.answer is not None and look.answer.response is not None
    return came and isinstance(look.error, NotUnderstood | NotFound | WrongHome) and not is_of_status(look.error)


def photos_row(listing: Listing) -> Row:
    """How many photos are listed, of how many that the page claims; those left out by name are accounted for."""
    number, claimed = len(listing.photos), listing.claimed_photo_count
    left_out = ", ".join(f"{count} {reason}" for reason, count in listing.refused)
    detail = f"{number}, {'no number claimed' if claimed is None else f'{claimed} claimed'}"
    detail += f"; left out: {left_out}" if left_out else ""
    if not number:
        return Row("photos", TROUBLE, "no_photos", f"{detail}; try another --address")
    if number + sum(count for _, count in listing.refused) < (claimed or 0):
        return Row("photos", TROUBLE, "fewer_than_claimed", detail)
    return Row("photos", OK, detail=detail)
