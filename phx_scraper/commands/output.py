"""Standard output of a command: in any encoding, and into a pipe whose reader may have enough, as `head` has."""

from __future__ import annotations

import io
import os
import select
import signal
import sys

READER_GONE = 128 + signal.SIGPIPE
"""The exit code that shells show for a program which wrote into a closed pipe."""


def escape_what_cannot_be_shown() -> None:
    """A character that the terminal's encoding lacks is escaped, rather than ending the command."""
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
