"""The homes of a slice: the list that its crawl is given, and those that the crawl did not take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from phx_scraper.homes import read_kept_list, write_kept_list
from phx_scraper.homes.kept_list import SUFFIX
from phx_scraper.model.job import FAILED, FINISHED, JobSlice
from phx_scraper.storage.catalogue import job_rows, job_slices
from phx_scraper.storage.catalogue.job_rows import NewHome

_NO_LABEL = "the catalogue has none, or several, that it fits; write the address in full"


def list_path(folder: Path, held: JobSlice) -> Path:
    """Where its list is written: a name that no other try has."""
    return folder / f"{held.job_id}-{held.number}-{held.token}{SUFFIX}"


def write_list(path: Path, homes: Sequence[NewHome]) -> None:
    """Write the list, which the crawl reads as it is: no name of a column of theirs means a part of the address."""
    write_kept_list(path, ((home.address, home.extras) for home in homes))


def note_homes(connection: Connection, held: JobSlice, path: Path) -> bool:
    """Note which run the crawl is, and the homes as the catalogue labels them; False where it has no run yet."""
    run_id = job_slices.run_of(connection, held, str(path))
    if run_id:
        job_slices.note_run(connection, held, run_id, read_kept_list(path)[0])
    return bool(run_id)


def how_ended(connection: Connection, held: JobSlice, path: Path) -> tuple[str, str]:
    """State and reason of a slice whose crawl went to its end: a home that it did not take is told by its address."""
    # First, as for every change of a slice: else two that end together could each wait for the other.
    job_rows.locked(connection, held.job_id)
    note_homes(connection, held, path)
    left = job_slices.never_listed(connection, held)
    if not left:
        return FINISHED, ""
    said = {error.text: error.reason for error in read_kept_list(path)[1]}
    number = "1 home was" if len(left) == 1 else f"{len(left)} homes were"
    first = "" if len(left) == 1 else "the first is "
    return FAILED, f"{number} not asked for: {first}{left[0]}: {said.get(left[0], _NO_LABEL)}"
