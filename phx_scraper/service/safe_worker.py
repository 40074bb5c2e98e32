"""RQ's worker, mended where it was measured to lose work or to do it twice (docs/jobs.md says what was measured).

Its children die with it; a dead one is found within seconds; the sweep runs also while it is busy; it stays when Redis
is away; whoever can write to Redis cannot order it about.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from redis.exceptions import RedisError
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from phx_scraper.errors import PhxError
from phx_scraper.service.process_group import die_with
from phx_scraper.service.queue_entries import EntryJob, EntryQueue
from phx_scraper.service.redis_errors import RedisAway
from phx_scraper.service.redis_queue import RedisQueue
from phx_scraper.service.stale_entries import StaleEntries
from phx_scraper.service.sweep import SECONDS_BETWEEN

logger = logging.getLogger(__name__)

MONITOR_SECONDS = 5
WORKER_TTL = 20
"""Seconds; RQ wakes an idle worker 15 earlier."""


class SafeWorker(Worker):
    """A worker of our queues; `sweep` is called every few seconds, and right after each slice.

    `patience` is for how many seconds it waits for a Redis that is away, None: for ever. `has_emptied`: it left because
    nothing waits. `trouble`: the last of Redis that had it give up.
    """

    max_connection_wait_time = 5.0  # seconds between two tries to reach a Redis that is away

    def __init__(
        self, queue: RedisQueue, sweep: Callable[[], None], stale: StaleEntries, patience: float | None = None
    ) -> None:
        super().__init__(
            list(queue.queues.values()),
            connection=queue.connection,
            job_class=EntryJob,
            queue_class=EntryQueue,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
            job_monitoring_interval=MONITOR_SECONDS,
            maintenance_interval=60,
        )
        queue.connect_anew()
        self.log_job_description = self.log_result_lifespan = False
        self._parent = os.getpid()
        self._sweep = sweep
        self._swept = float("-inf")
        self._is_told_once = False
        self._stale = stale
        self._patience = patience
        self._heard = time.monotonic()
        self.carried_out = 0
        self.has_emptied = False
        self.trouble: Exception | None = None
        self.is_asked_to_leave = False

    def subscribe(self) -> None:
        """To nothing: jobs are cancelled by their rows, and nobody else commands a worker."""

    def check_for_suspension(self, burst: bool) -> None:
        """Nothing: no key of Redis has a worker pause."""

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """Seconds after which an entry is given up whose worker is silent; RQ's own are a minute more."""
        return 4 * MONITOR_SECONDS

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """RQ's, and the sweep. Redis away: the next one tells it. Raises RedisAway after `patience`."""
        with self._patient(pipeline is not None):
            super().heartbeat(timeout, pipeline)
            self._heard = time.monotonic()
        if self._patience is not None and time.monotonic() - self._heard > self._patience:
            raise RedisAway(f"it was not reached for {self._patience:g} s")
        if not self.is_horse and pipeline is None:
            self._sweep_if_due()

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """While a slice is carried out."""
        with self._patient():
            super().maintain_heartbeats(job, execution)
        self._sweep_if_due()

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        """The next entry whose slice may wait, with its queue; None where there is none."""
        while True:
            try:
                with self._noting():
                    found = super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
            except Exception as error:
                if not hasattr(error, "job_id"):
                    raise
                logger.warning("The entry %.80s of the queue cannot be read: %s", error.job_id, error)
                continue
            if found is None or not self._is_stale(found[0]):
                self.has_emptied = found is None
                return found

    def _is_stale(self, job: Any) -> bool:
        """Whether nobody wants it any more; it is gone then."""
        if job.ticket is None or not self._stale.is_one(job.ticket):
            return False
        with self._noting():
            job.delete(remove_from_queue=False)
        return True

    def execute_job(self, job: Job, queue: Any) -> None:
        """Carry out a slice; what comes next is told at once."""
        with self._noting():
            super().execute_job(job, queue)
        self._heard = time.monotonic()
        self.carried_out += 1
        self._swept = float("-inf")

    def run_maintenance_tasks(self) -> None:
        """RQ's own, of which the sweep does what matters."""
        with self._patient(), contextlib.suppress(ValueError):
            super().run_maintenance_tasks()  # type: ignore[no-untyped-call]

    def register_death(self) -> None:
        """In Redis, where it takes that; else it is missed."""
        with self._patient():
            super().register_death()  # type: ignore[no-untyped-call]

    def main_work_horse(self, job: Job, queue: Any) -> None:
        """In the forked process."""
        die_with(self._parent)
        super().main_work_horse(job, queue)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """An entry that failed: one sentence where it is one of ours or was refused, else with its traceback."""
        error = exc_info[1]
        is_known = isinstance(error, PhxError | PermissionError)
        logger.warning("%s: %s", job.id, error, exc_info=None if is_known else exc_info)

    def handle_warm_shutdown_request(self) -> None:
        """The slice is given back now, rather than carried out to its end."""
        self.is_asked_to_leave = True
        self._signal_horse()

    def request_force_stop(self, signum: int, frame: Any) -> None:
        """The second signal: the slice is given back without waiting for its crawl."""
        self._signal_horse()

    def _signal_horse(self) -> None:
        if self.horse_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.horse_pid, signal.SIGTERM)

    def set_shutdown_requested_date(self) -> None:
        """In Redis, where it is there."""
        with self._patient():
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def _patient(self, is_part: bool = False) -> Any:
        """Redis may be away; not in a part of a larger step, which is to fail as a whole."""
        try:
            yield
        except RedisError as error:
            if is_part:
                raise
            logger.debug("Redis is away, or refuses: %s", error)

    @contextlib.contextmanager
    def _noting(self) -> Any:
        """RQ says it, and gives up."""
        try:
            yield
        except (RedisError, OSError) as error:
            self.trouble = error
            raise

    def _sweep_if_due(self) -> None:
        if time.monotonic() - self._swept < SECONDS_BETWEEN:
            return
        self._swept = time.monotonic()
        try:
            self._sweep()
            self._is_told_once = False
        except PhxError as error:
            if not self._is_told_once:
                logger.warning("%s The worker goes on, and tries again.", error)
            self._is_told_once = True
