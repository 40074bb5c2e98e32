"""Which runs are at work now: what takes rows and files away waits until none is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, select

from phx_scraper.errors import StorageError, UsageError
from phx_scraper.storage.catalogue import runs, schema
from phx_scraper.storage.process_identity import is_dead, is_elsewhere, machine_of

visits = schema.visits


def crawls_at_work(connection: Connection) -> list[str]:
    """Ids of the runs that hold a visit, or have begun and not ended; a dead process is at no work."""
    now = time.time()
    holding = {str(row.lease_run) for row in _held(connection, now)}
    over = set(runs.killed(connection, now))
    begun = connection.execute(select(schema.runs.c.run_id).where(schema.runs.c.ending.is_(None))).scalars()
    return sorted(holding.union(run for run in begun if run not in over))


def homes_in_hand(connection: Connection) -> set[str]:
    """Homes of which some source is being visited now."""
    return {row.property_hash for row in _held(connection, time.time())}


def _held(connection: Connection, now: float) -> list[Any]:
    columns = visits.c.property_hash, visits.c.lease_run, visits.c.lease_holder
    dead = cache(is_dead)
    rows = connection.execute(select(*columns).where(visits.c.lease_until > now))
    return [row for row in rows.all() if not dead(row.lease_holder)]


def refuse_at_work(connection: Connection, command: str) -> None:
    """Raises StorageError while a crawl is at work; within a transaction none can begin until that is done."""
    found = crawls_at_work(connection)
    if found:
        raise StorageError(
            f"A crawl is at work on this catalogue (run {', '.join(found)}): stop it or let it end, then run scrapy"
            f" {command} again.{_may_be_over(connection, found)}"
        )


def _may_be_over(connection: Connection, found: Sequence[str]) -> str:
    """What to do about a run of another machine, of which nobody here can see whether it was killed."""
    held = _held_until(connection)
    for run_id in found:
        holder = _holder(connection, run_id)
        if holder and is_elsewhere(holder) and run_id not in held:
            return (
                f" Run {run_id} was begun on {machine_of(holder)} and holds no visit: if it was killed there, or that"
                f" machine was switched off, say so and add --killed {run_id}."
            )
    return ""


def end_killed(connection: Connection, run_id: str) -> None:
    """End a run that a person says was killed on another machine; nothing where it has ended.

    Raises UsageError for one that is not known, or that is seen to be at work.
    """
    run = runs.get(connection, run_id)
    if run is None:
        raise UsageError(f"--killed: the catalogue knows no run {run_id[:40]!r}; scrapy runs lists them")
    if run.ending is not None:
        return
    holder, until = _holder(connection, run_id), _held_until(connection).get(run_id)
    if not is_dead(holder) and not is_elsewhere(holder):
        raise UsageError(f"--killed: run {run_id} is at work on this machine: stop it first (Ctrl-C, or kill)")
    if until is not None and not is_dead(holder):
        at = time.strftime("%H:%M:%S", time.localtime(until))
        raise UsageError(f"--killed: run {run_id} holds visits until {at}, as one at work does: say it after that")
    runs.note_killed(connection, run_id)


def _holder(connection: Connection, run_id: str) -> str:
    run = runs.get(connection, run_id)
    return str(run.totals.get(runs.HOLDER, "")) if run is not None and run.ending is None else ""


def _held_until(connection: Connection) -> dict[str, float]:
    """Run -> when the last of its visits is free, of those that hold some now."""
    until = func.max(visits.c.lease_until)
    query = select(visits.c.lease_run, until).where(visits.c.lease_until > time.time()).group_by(visits.c.lease_run)
    return {str(run): float(at) for run, at in connection.execute(query)}
