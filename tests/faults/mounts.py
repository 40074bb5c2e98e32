"""Mounts that end with the process that asked for them, killed or not: a folder with a mount in it stays for ever."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotMount(Exception):
    """Nothing can be mounted here; the text says why."""


@contextmanager
def mounted(commands: str, folder: Path, *values: str) -> Iterator[None]:
    """While the block runs; `commands` are of a shell, mount `$1` and find the values in `$2` and so on.

    Raises CannotMount.
    """
    hold, undo = 'echo mounted; cat; umount -l "$1"', 'umount -l "$1" 2>/dev/null; exit 1'
    script = f"if {commands}; then {hold}; else {undo}; fi"
    # Its input ends when this process does. In a session of its own it outlives whoever kills all of the tests' group.
    with subprocess.Popen(
        ["sh", "-c", script, "sh", folder, *values], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        if holder.stdout.readline() != "mounted\n":
            raise CannotMount(holder.communicate()[1].strip())
        try:
            yield
        finally:
            said = holder.communicate()[1]
            assert holder.returncode == 0, said
