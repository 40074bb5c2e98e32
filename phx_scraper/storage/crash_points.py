"""Named points at which a test may kill the process; without `PHX_CRASH_AT` they do nothing."""

from __future__ import annotations

import os

VARIABLE = "PHX_CRASH_AT"

_STEPS = ("write", "fsync", "rename", "unlink", "insert", "commit", "lease", "close")
POINTS = tuple(f"{step}.{side}" for step in _STEPS for side in ("before", "after"))
"""All points; `PHX_CRASH_AT=rename.after` kills the process at the first hit, `rename.after:3` at the third."""

_KILLED = 137


def hit(name: str) -> None:
    """Exit as after `kill -9` (no clean-up, exit code 137) if `PHX_CRASH_AT` names this point."""
    wanted = os.environ.get(VARIABLE)
    if not wanted or wanted.partition(":")[0] != name:
        return
    left = int(wanted.partition(":")[2] or 1)
    if left <= 1:
        os._exit(_KILLED)
    # The count is in the environment, so that this module has no state.
    os.environ[VARIABLE] = f"{name}:{left - 1}"
