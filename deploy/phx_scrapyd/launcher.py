"""`launcher = phx_scrapyd.launcher.Launcher`: scrapyd's, with five defects fixed.

Without user name and password the daemon does not start; SIGTERM to it stops its crawls cleanly and waits for them; a
failed start frees its slot; an ending is recorded with its exit code; runner.py handles a daemon that is killed.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any

from scrapyd import launcher
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.error import ProcessExitedAlready
from twisted.python.failure import Failure

from phx_scrapyd.endings import Endings

# A clean stop of a crawl takes up to ten seconds; after `stop_seconds` it and its child processes are killed.
STOP_SECONDS = 30
WRONG_USE = 2


class Launcher(launcher.Launcher):  # type: ignore[misc] # scrapyd has no annotations
    """One per daemon."""

    def __init__(self, config: Any, app: Any) -> None:
        _require_password(config)
        super().__init__(config, app)
        self.endings = Endings.open(config)
        self.stop_seconds = config.getint("stop_seconds", STOP_SECONDS)
        self.stopping = False

    def stopService(self) -> Deferred[None]:  # noqa: N802 - Twisted's name
        """One SIGINT to each crawl; the daemon ends after them, or after `stop_seconds`."""
        super().stopService()
        self.stopping = True
        running = list(self.processes.values())
        ends = [_end_of(process) for process in running]
        for process in running:
            with suppress(ProcessExitedAlready):
                process.transport.signalProcess("INT")
        late = reactor.callLater(self.stop_seconds, _kill, running)
        return DeferredList(ends).addCallback(_in_time, late)

    def _get_message(self, slot: int) -> None:
        if not self.stopping:
            super()._get_message(slot)

    def _spawn_process(self, message: dict[str, Any], slot: int) -> None:
        job = message["_job"]
        try:
            super()._spawn_process(message, slot)
        except Exception as error:
            # A job id with ../ in it fails here; without this the slot would be lost until the next start.
            launcher.log.error("job {job!r} cannot be started: {error}", job=job, error=error)
            self._get_message(slot)
            return
        self._record_end(self.processes[slot])

    def _record_end(self, process: Any) -> None:
        ended = process.processEnded

        def record(status: Failure) -> None:
            value = status.value
            self.endings.add(process, getattr(value, "exitCode", None), getattr(value, "signal", None))
            ended(status)

        process.processEnded = record


def _require_password(config: Any) -> None:
    """Without a password scrapyd serves everybody. Checked here: every daemon of this project has this launcher."""
    user, password = (os.getenv(f"SCRAPYD_{name.upper()}") or config.get(name, "") for name in ("username", "password"))
    if not user or not password or ":" in user:
        sys.stderr.write(
            "scrapyd: not started, because without a password it would answer everybody: set SCRAPYD_USERNAME (no"
            " colon in it) and SCRAPYD_PASSWORD in its environment, as `. ./login` in its folder does"
            " (docs/scrapyd.md)\n"
        )
        sys.exit(WRONG_USE)


def _end_of(process: Any) -> Deferred[None]:
    end: Deferred[None] = Deferred()

    def pass_on(result: Any) -> Any:
        end.callback(None)
        return result

    process.deferred.addBoth(pass_on)
    return end


def _in_time(_: Any, late: Any) -> None:
    if late.active():
        late.cancel()


def _kill(processes: list[Any]) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            # The runner made it the leader of a process group: its decoder processes are killed with it.
            if process.transport.pid:
                os.killpg(process.transport.pid, signal.SIGKILL)
