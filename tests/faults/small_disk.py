"""A real disk of a few megabytes: a tmpfs, mounted by root, or by any user in its own namespace."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.mounts import CannotMount, mounted

MEGABYTE = 2**20
MECHANISMS = ("mounted", "namespace")
_MOUNT = 'mount -t tmpfs -o "size=$2" tmpfs "$1"'


class NoSmallDisk(Exception):
    """No small disk can be made here; the text says why."""


@dataclass(frozen=True)
class SmallDisk:
    """A folder with little space: at `place` for commands that begin with `prefix`, at `seen` for this process."""

    place: Path
    seen: Path
    prefix: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """Free bytes."""
        return shutil.disk_usage(self.seen).free

    def fill_until(self, free: int) -> None:
        """Fill the disk until `free` bytes are left."""
        with (self.seen / "filler").open("wb") as filler:
            for left in range(self.free - free, 0, -MEGABYTE):
                filler.write(bytes(min(left, MEGABYTE)))
                filler.flush()

    def clear(self) -> None:
        """Free the space that `fill_until` filled."""
        (self.seen / "filler").unlink()


@contextmanager
def small_disk(folder: Path, size: int, mechanisms: Sequence[str] = MECHANISMS) -> Iterator[SmallDisk]:
    """A disk of `size` bytes at `folder`, by the first of `ways` that works here. Raises NoSmallDisk."""
    folder.mkdir()
    reasons = []
    with ExitStack() as stack:
        for mechanism in mechanisms:
            try:
                disk = stack.enter_context(
                    _mounted(folder, size) if mechanism == "mounted" else _namespace(folder, size)
                )
                break
            except (NoSmallDisk, OSError) as error:
                reasons.append(f"{mechanism}: {error}")
        else:
            raise NoSmallDisk("; ".join(reasons))
        yield disk


@contextmanager
def _mounted(folder: Path, size: int) -> Iterator[SmallDisk]:
    try:
        with mounted(_MOUNT, folder, str(size)):
            yield SmallDisk(folder, folder)
    except CannotMount as error:
        raise NoSmallDisk(str(error)) from error


@contextmanager
def _namespace(folder: Path, size: int) -> Iterator[SmallDisk]:
    """A process holds the namespace, and its view of the folder is reached by proc(5). Needs no root."""
    # Its input ends when this process does, killed or not.
    script = f"{_MOUNT} && echo mounted && exec cat"
    line = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", folder, str(size)]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() != "mounted\n":
                raise NoSmallDisk(holder.communicate()[1].strip())
            # SQLite takes the second path for the first, so that databases are read in a copy, or below the prefix.
            enter = ("nsenter", "--target", str(holder.pid), "--user", "--mount", "--preserve-credentials")
            yield SmallDisk(folder, Path(f"/proc/{holder.pid}/root{folder}"), (*enter, f"--wd={Path.cwd()}", "--"))
        finally:
            holder.kill()
