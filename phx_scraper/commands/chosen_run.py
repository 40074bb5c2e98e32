"""Which run is meant: by its id, the beginning of it, `latest` or `previous`."""

from __future__ import annotations

import difflib

from sqlalchemy import Connection

from phx_scraper.errors import UsageError
from phx_scraper.model.run import RunRow
from phx_scraper.storage.catalogue import runs

LATEST, PREVIOUS = "latest", "previous"
PLACES = {LATEST: 0, PREVIOUS: 1}


def chosen_run(connection: Connection, written: str) -> RunRow:
    """The run that is meant. Raises UsageError with the nearest one that the catalogue knows."""
    wanted = written.strip().lower()
    if wanted in PLACES:
        return _by_place(connection, wanted)
    ids = runs.ids(connection)
    found = [run_id for run_id in ids if run_id.lower() == wanted] or _beginning(ids, wanted)
    if len(found) > 1:
        raise UsageError(f"{written!r} fits the runs {', '.join(found[:5])}: write more of its id")
    run = runs.get(connection, found[0]) if found else None
    if run is None:
        near = difflib.get_close_matches(wanted, [*ids, *PLACES], n=1, cutoff=0.0)
        hint = f"the nearest that it knows is {near[0]}" if ids else "it knows none"
        raise UsageError(f"the catalogue knows no run {written!r}; {hint} (all of them: scrapy runs --last 1000)")
    return run


def _beginning(ids: list[str], wanted: str) -> list[str]:
    return [run_id for run_id in ids if wanted and run_id.lower().startswith(wanted)]


def _by_place(connection: Connection, name: str) -> RunRow:
    place = PLACES[name]
    latest = runs.latest(connection, place + 1)
    if len(latest) <= place:
        known = "one run" if latest else "no runs"
        raise UsageError(f"there is no {name} run: the catalogue knows {known}")
    return latest[place]
