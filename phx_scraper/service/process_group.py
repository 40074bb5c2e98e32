"""A child in a process group of its own, which dies with its parent: no crawl outlives who asked for it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1
LAST_LINES = 200


def die_with(parent: int) -> None:
    """Have this process killed when its parent dies; at once where that has happened. Linux only (prctl(2))."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


class GroupChild:
    """A child whose output goes on to standard error; `last_lines` are the last that it said."""

    def __init__(self, command: Sequence[str]) -> None:
        parent = os.getpid()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
            # The process that forks it has one thread then.
            preexec_fn=lambda: die_with(parent),  # noqa: PLW1509
        )
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id, which is that of its group too."""
        return self._process.pid

    @property
    def last_lines(self) -> Sequence[str]:
        """What it said last, without blank lines."""
        return tuple(self._lines)

    def wait(self, seconds: float) -> int | None:
        """Its exit code, negative for a signal; None where it goes on."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join(1)
        return code

    def ask(self) -> None:
        """Ask it to end."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it with all that it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(1)
        if self._process.stdout is not None and not self._reader.is_alive():
            self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            if text:
                self._lines.append(text)
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()
