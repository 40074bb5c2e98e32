"""The holder of a lease, `host:pid:starttime`: the lease of a dead process on this machine is recognised at once."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_START_TIME_FIELD = 19  # field 22 of proc(5)'s stat, counted from the one after the closing bracket
_UNKNOWN_START = "0"


def this_holder() -> str:
    """The name of this process, unique among all processes on all machines that share the store."""
    pid = os.getpid()
    return f"{_this_host()}:{pid}:{_start_time(pid) or _UNKNOWN_START}"


def is_dead(holder: str) -> bool:
    """True if `holder` was a process of this machine that certainly has ended; False where that is not certain."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != _this_host() or not rest.isdigit():
        return False
    return not _is_running(int(rest), holder.rpartition(":")[2])


def machine_of(holder: str) -> str:
    """The host name of the machine that `holder` was a process of."""
    return holder.partition("/")[0].partition(":")[0]


def is_elsewhere(holder: str) -> bool:
    """True if `holder` was a process of another machine, boot or container: nobody here can ask for it."""
    return holder.rpartition(":")[0].rpartition(":")[0] != _this_host()


def _is_running(pid: int, started: str) -> bool:
    if Path("/proc/self/stat").exists():
        return _start_time(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _start_time(pid: int) -> str | None:
    """Clock ticks from boot to the start of `pid`; None if it has ended or is a zombie. Source: proc(5)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    if len(fields) <= _START_TIME_FIELD or fields[0] in {"Z", "X"}:
        return None
    return fields[_START_TIME_FIELD]


def _this_host() -> str:
    """Host name, boot and process namespace: process ids start anew with a reboot and in each container."""
    return "/".join((socket.gethostname().replace(":", "_"), _boot_id(), _process_namespace()))


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return "-"


def _process_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return "-"
