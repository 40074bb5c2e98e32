"""The queue in Redis, by RQ: it tells workers which slices wait. It may lose all that it holds; the catalogue has it.

An entry has the slice's token in its name, so one is made for each try; an old one does nothing.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import JobStatus
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from phx_scraper.config.value_kinds import without_password
from phx_scraper.model.job import PRIORITIES
from phx_scraper.service.queue_entries import CARRY_OUT, PREFIX, EntryJob, EntryQueue
from phx_scraper.service.redis_errors import ERRORS, unavailable
from phx_scraper.storage.catalogue.job_slices import Ticket

SECONDS_TO_CONNECT = 5.0
WORKER_STATES = ("started", "idle", "busy", "suspended")
"""As RQ calls them."""
_NAME = re.compile(rf"{PREFIX}([0-9A-Za-z]+)-([0-9]{{1,9}})-([0-9]{{1,9}})")
_SWEPT = f"{PREFIX}swept"
_KEPT_SECONDS = 60
_FAILED_KEPT_SECONDS = 3600
_FEW = 10
"""Tickets that are looked for one by one; for more of them all names in the queue are read, however many these are."""


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Entries by priority, and workers that are heard of by what they do.

    `swept_at` is when the last sweep was, in seconds since 1970; None: none since Redis lost what it held.
    """

    entries: Mapping[str, int]
    workers: Mapping[str, int]
    swept_at: float | None


class RedisQueue:
    """The queues of the three priorities at a URL. All methods raise QueueUnavailable."""

    def __init__(self, url: str, most_seconds: float | None = None) -> None:
        """With `most_seconds` nothing is tried again, and no answer is waited for longer: for whoever serves people."""
        self.url = without_password(url)
        bound: dict[str, Any] = {"socket_connect_timeout": SECONDS_TO_CONNECT}
        if most_seconds is not None:
            once = Retry(NoBackoff(), 0)
            bound = {"socket_connect_timeout": most_seconds, "socket_timeout": most_seconds, "retry": once}
        with self.reported():
            self.connection = Redis.from_url(url, **bound)
        self.queues = {
            priority: EntryQueue(
                f"{PREFIX}{priority}", connection=self.connection, job_class=EntryJob, serializer=JSONSerializer
            )
            for priority in PRIORITIES
        }

    def check(self) -> None:
        """Ask whether it is there."""
        with self.reported():
            self.connection.ping()

    def connect_anew(self) -> None:
        """Forget the connections so far.

        RQ sets how long those of a worker may be silent; an older one would give up when Redis says that nothing came.
        """
        pool = self.connection.connection_pool
        pool.disconnect()
        pool.reset()

    def put(self, tickets: Sequence[Ticket]) -> None:
        """Tell workers of slices that wait; of those that they were told of already they are not told again."""
        with self.reported():
            for priority, queue in self.queues.items():
                these = [ticket for ticket in tickets if ticket.priority == priority]
                told = set(queue.get_job_ids()) if len(these) > _FEW else ()
                for ticket in these:
                    if _name(ticket) not in told:
                        self._put(ticket, queue)

    def tickets(self) -> list[Ticket]:
        """The slices of which entries wait to be taken."""
        with self.reported():
            names = ((name, priority) for priority, queue in self.queues.items() for name in queue.get_job_ids())
            return [ticket for name, priority in names if (ticket := _ticket(name, priority))]

    def drop(self, tickets: Sequence[Ticket]) -> None:
        """Take the entries of these slices away."""
        with self.reported(), self.connection.pipeline(transaction=False) as pipeline:
            for ticket in tickets:
                self.queues[ticket.priority].remove(_name(ticket), pipeline=pipeline)
                pipeline.delete(EntryJob.key_for(_name(ticket)))
            pipeline.execute()

    def tidy(self) -> None:
        """End the entries of workers that are heard of no more: RQ's own upkeep waits until a worker is idle."""
        with self.reported():
            for queue in self.queues.values():
                StartedJobRegistry(queue=queue, job_class=EntryJob, serializer=JSONSerializer).cleanup()
            self.connection.set(_SWEPT, time.time())

    def figures(self) -> QueueFigures:
        """How it stands; workers that died are counted for some seconds still."""
        with self.reported():
            entries = {priority: queue.count for priority, queue in self.queues.items()}
            found = Worker.all(connection=self.connection, job_class=EntryJob, serializer=JSONSerializer)
            # A worker that leaves between the two questions has no state.
            states = Counter(state for state in (str(worker.get_state()) for worker in found) if state in WORKER_STATES)
            swept = self.connection.get(_SWEPT)
            return QueueFigures(entries, states, None if swept is None else float(swept))

    @contextlib.contextmanager
    def reported(self) -> Iterator[None]:
        """Errors of Redis as a sentence."""
        try:
            yield
        except ERRORS as error:
            raise unavailable(self.url, error) from error

    def _put(self, ticket: Ticket, queue: Queue) -> None:
        with contextlib.suppress(DuplicateJobError):
            _enqueue(ticket, queue)
            return
        if self.connection.lpos(queue.key, _name(ticket)) is not None:
            return
        # It is in no queue, and the slice waits still: a worker has just taken it, or died when it did, or it is over.
        # Whoever else tells of it in this moment may have put it back first.
        with contextlib.suppress(NoSuchJobError, DuplicateJobError):
            entry = EntryJob.fetch(_name(ticket), connection=self.connection, serializer=JSONSerializer)
            if entry.get_status() == JobStatus.QUEUED:
                queue.push_job_id(entry.id)
            elif entry.get_status() != JobStatus.STARTED:
                entry.delete()
                _enqueue(ticket, queue)


def _enqueue(ticket: Ticket, queue: Queue) -> None:
    queue.enqueue_call(
        CARRY_OUT,
        args=[ticket.job_id, ticket.number, ticket.token],
        job_id=_name(ticket),
        unique=True,
        timeout=-1,
        result_ttl=_KEPT_SECONDS,
        failure_ttl=_FAILED_KEPT_SECONDS,
    )


def _name(ticket: Ticket) -> str:
    return f"{PREFIX}{ticket.job_id}-{ticket.number}-{ticket.token}"


def _ticket(name: str, priority: str) -> Ticket | None:
    """The slice of an entry of this name, None for one that nobody of us has made."""
    found = _NAME.fullmatch(name)
    return Ticket(found[1], int(found[2]), int(found[3]), priority) if found else None
