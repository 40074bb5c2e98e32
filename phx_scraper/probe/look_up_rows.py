"""The look-ups of a probe as rows, and the candidate that they led to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from phx_scraper.errors import NotFound, PhxError
from phx_scraper.model.listing import Candidate
from phx_scraper.probe.answer_rows import answer_row, judged
from phx_scraper.probe.probe_report import LOOK_UP, OK, TROUBLE, Difference, Row
from phx_scraper.probe.probed_steps import Look, ProbedSteps, WayTaken
from phx_scraper.probe.shapes import differences_of
from phx_scraper.spiders.visit_outcome import FIND


def look_up_rows(source: str, steps: ProbedSteps, ending: object) -> Iterator[Row]:
    """One row for each way to the home, then what they led to."""
    finds = [way for way in steps.ways if way.step == FIND]
    for number, way in enumerate(finds):
        yield way_row(source, "autocomplete" if number == 0 else LOOK_UP, way)
    yield from _candidate_rows(steps, finds, ending)


def way_row(source: str, step: str, way: WayTaken) -> Row:
    """All requests of a way in one row: its last answer, and how many homes it offered."""
    error = None if isinstance(way.error, NotFound) else way.error
    last = way.looks[-1] if way.looks else None
    if last is None or last.answer is None:
        result, word, detail = judged(error)
        return Row(step, result, word, detail or "no request", way=way.name)
    row = answer_row(step, last.answer, error, understood=error is None, way=way.name)
    told = "; ".join(filter(None, (row.detail, _offered(way))))
    return replace(row, detail=told, differences=shape_of_look(source, last))


def shape_of_look(source: str, look: Look) -> tuple[Difference, ...]:
    """How the answer of a look differs from what is expected; nothing where there was no good answer."""
    response = look.answer.response if look.answer is not None else None
    if response is None or response.status != 200 or isinstance(look.error, NotFound):
        return ()
    return differences_of(source, look.url, response.body, look.error is None)


def _offered(way: WayTaken) -> str:
    asked = f"{len(way.looks)} requests" if len(way.looks) > 1 else ""
    if not way.offered:
        return asked
    homes = "1 home" if way.offered == 1 else f"{way.offered} homes"
    own = "the asked one among them" if way.own else "not the asked one"
    return ", ".join(filter(None, (asked, homes, own)))


def _candidate_rows(steps: ProbedSteps, finds: Sequence[WayTaken], ending: object) -> Iterator[Row]:
    found = next((way for way in reversed(finds) if way.found), None)
    if found is not None:
        several = ending if getattr(ending, "reason", "") == "several_parcels" else None
        yield Row("candidate", *judged(several)) if isinstance(several, PhxError) else _candidate(found)
    elif finds and not steps.first_refusal and all(_answered(way) for way in finds):
        near = next(iter(steps.near), "")
        hint = f"; nearest: {near}" if near else ""
        yield Row("candidate", TROUBLE, "not_found", f"no such home there, try another --address{hint}")


def _answered(way: WayTaken) -> bool:
    return way.error is None or isinstance(way.error, NotFound)


def _candidate(way: WayTaken) -> Row:
    first = way.found[0] if isinstance(way.found, list) else way.found
    assert isinstance(first, Candidate)
    ids = ", ".join(f"{name} {value}" for name, value in first.ids.items())
    return Row("candidate", OK, detail=f"{ids or first.url}, by {way.name}", way=way.name, url=first.url)
