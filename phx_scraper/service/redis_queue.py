"""The queue in Redis, by RQ: it tells workers which slices wait. It may lose all that it holds; the catalogue has it.

An entry has the slice's token in its name, so one is made for each try; an old one does nothing. Entries are JSON, and
of what stands in one only three values are used: job, number and token.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ConnectionError, NoPermissionError, RedisError, TimeoutError
from redis.retry import Retry
from rq import Queue, Worker
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer

from phx_scraper.config.value_kinds import without_password
from phx_scraper.errors import QueueUnavailable
from phx_scraper.model.job import PRIORITIES
from phx_scraper.storage.catalogue.job_slices import Ticket

PREFIX = "phx-"
CARRY_OUT = "phx_scraper.service.carry_out.carry_out"
"""What an entry names; workers run this one function and no other."""
SECONDS_TO_CONNECT = 5.0
WORKER_STATES = ("started", "idle", "busy", "suspended")
"""As RQ calls them."""
_SWEPT = f"{PREFIX}swept"
_KEPT_SECONDS = 60
_FAILED_KEPT_SECONDS = 3600
_MOST = 2**31 - 1
"""Of a slice's number and token."""


class EntryJob(Job):
    """RQ's job, which would import whatever an entry names: this one knows one function, and calls nobody back."""

    @property
    def func(self) -> Any:
        """The one function. Raises PermissionError for an entry that names another, or no slice."""
        if self.func_name != CARRY_OUT or self.instance is not None:
            raise PermissionError(f"an entry of the queue names {self.func_name!r:.80}, which workers do not run")
        if self.kwargs or not _names_slice(self.args):
            raise PermissionError("an entry of the queue names no slice of a job, and is not run")
        from phx_scraper.service.carry_out import carry_out

        return carry_out

    success_callback = failure_callback = stopped_callback = property(lambda self: None)

    def send_webhooks(self, *_args: Any, **_named: Any) -> None:
        """None: what stands in an entry is no address to call."""


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
        self._url = without_password(url)
        bound: dict[str, Any] = {"socket_connect_timeout": SECONDS_TO_CONNECT}
        if most_seconds is not None:
            once = Retry(NoBackoff(), 0)
            bound = {"socket_connect_timeout": most_seconds, "socket_timeout": most_seconds, "retry": once}
        with self.reported():
            self.connection = Redis.from_url(url, **bound)
        self.queues = {
            priority: Queue(
                f"{PREFIX}{priority}", connection=self.connection, job_class=EntryJob, serializer=JSONSerializer
            )
            for priority in PRIORITIES
        }

    def check(self) -> None:
        """Ask whether it is there."""
        with self.reported():
            self.connection.ping()

    def put(self, tickets: Sequence[Ticket]) -> None:
        """Tell workers of slices that wait; of those that they were told of already they are not told again."""
        with self.reported():
            told = {name: set(self.queues[name].get_job_ids()) for name in {one.priority for one in tickets}}
            for ticket in tickets:
                if _name(ticket) not in told[ticket.priority]:
                    self._put(ticket, self.queues[ticket.priority])

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
            states = Counter(str(worker.state) for worker in found if worker.state in WORKER_STATES)
            swept = self.connection.get(_SWEPT)
            return QueueFigures(entries, states, None if swept is None else float(swept))

    @contextlib.contextmanager
    def reported(self) -> Iterator[None]:
        """Errors of Redis as a sentence."""
        try:
            yield
        except (RedisError, ValueError, OSError) as error:
            said = without_password(" ".join(str(error).split()))[:200]
            sentence = f"Redis at {self._url} cannot be used: {said} (setting PHX_REDIS_URL)"
            raise QueueUnavailable(sentence, _may_come_back(error)) from error

    def _put(self, ticket: Ticket, queue: Queue) -> None:
        with contextlib.suppress(DuplicateJobError):
            _enqueue(ticket, queue)
            return
        # It is in no queue, and the slice waits still: a worker has just taken it, or died when it did, or it is over.
        with contextlib.suppress(NoSuchJobError):
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


def _names_slice(values: Sequence[Any]) -> bool:
    """Whether they are a job's id, a number and a token, as the catalogue's columns take them."""
    if [type(value) for value in values] != [str, int, int]:
        return False
    return values[0].isascii() and values[0].isalnum() and all(0 <= value <= _MOST for value in values[1:])


def _name(ticket: Ticket) -> str:
    return f"{PREFIX}{ticket.job_id}-{ticket.number}-{ticket.token}"


def _may_come_back(error: Exception) -> bool:
    """Not where it answers that the password is wrong, or where the address is none."""
    if isinstance(error, AuthenticationError | NoPermissionError):
        return False
    return isinstance(error, ConnectionError | TimeoutError | OSError)
