"""Standard output of a command: in any encoding, and into a pipe whose reader may have enough, as `head` has."""

from __future__ import annotations

import io
import os
import select
import signal
import sys
from pathlib import Path

READER_GONE = 128 + signal.SIGPIPE
"""The exit code that shells show for a program which wrote into a closed pipe."""


def prepare_output() -> None:
    """A character that the terminal's encoding lacks is escaped; where nothing is open (`>&-`), nothing is said."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def leave_if_the_reader_is_gone() -> None:
    """End the process without a word where nobody reads its output any more; any other error goes on."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # no file, as under pytest
        return
    poll = select.poll()
    poll.register(descriptor, 0)
    if any(event & select.POLLERR for _, event in poll.poll(0)):
        # Python flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        sys.exit(READER_GONE)
