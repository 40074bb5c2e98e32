"""The processes that descend from one, as Linux lists them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """`started` tells it from a later one of the same number (proc(5), field 22)."""

    pid: int
    parent: int
    started: str
    command: str


def descendants(ancestor: int) -> list[Process]:
    """All of them, those of a child that has ended among them as long as they keep their parent."""
    found, known = [], {ancestor}
    everyone = sorted(everybody(), key=lambda one: int(one.started))
    while fresh := [one for one in everyone if one.parent in known and one.pid not in known]:
        known |= {one.pid for one in fresh}
        found += fresh
    return found


def everybody() -> list[Process]:
    return [one for folder in Path("/proc").iterdir() if folder.name.isdigit() and (one := read(folder)) is not None]


def alive(processes: list[Process]) -> list[Process]:
    """Those that still run; one that has ended and waits for its parent does not."""
    now = {(one.pid, one.started) for one in everybody()}
    return [one for one in processes if (one.pid, one.started) in now]


def read(folder: Path) -> Process | None:
    try:
        before, _, after = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return None
    state, parent, *rest = after.split()
    if state == "Z":
        return None
    return Process(int(before.partition(" ")[0]), int(parent), rest[17], command)
