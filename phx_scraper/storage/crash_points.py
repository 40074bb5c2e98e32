"""Named instants at which a test may kill the process; they do nothing unless `PHX_CRASH_AT` names them."""

from __future__ import annotations

import os

VARIABLE = "PHX_CRASH_AT"

POINTS = (
    "write.before",
    "write.after",
    "fsync.before",
    "fsync.after",
    "rename.before",
    "rename.after",
    "insert.before",
    "insert.after",
    "commit.before",
    "commit.after",
    "lease.before",
    "lease.after",
    "close.before",
    "close.after",
)
"""Every point there is; `PHX_CRASH_AT=rename.after` dies at its first hit, `rename.after:3` at its third."""

_KILLED = 137


def hit(name: str) -> None:
    """Die as `kill -9` would (no clean-up, exit code 137) if the environment asks for it at this point."""
    wanted = os.environ.get(VARIABLE)
    if not wanted or wanted.partition(":")[0] != name:
        return
    left = int(wanted.partition(":")[2] or 1)
    if left <= 1:
        os._exit(_KILLED)
    # The count lives in the environment so that this module keeps no state of its own.
    os.environ[VARIABLE] = f"{name}:{left - 1}"
