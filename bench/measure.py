"""Runs a command and reads its resource usage from the operating system."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.tree_memory import TreeMemory

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one finished process: wall and CPU seconds (user + system), peak memory in MB, exit code.

    CPU includes children it waited for, memory all processes that came from it (`TreeMemory`).
    """

    wall: float
    cpu: float
    peak_mb: float
    code: int


def run(command: list[str], cwd: Path, log: Path, env: dict[str, str] | None = None, cores: int | None = None) -> Cost:
    """Run one command, on `cores` cores where given; its output goes to `log`."""
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=output, env={**os.environ, **(env or {})})
        if cores is not None:
            # Before it has started any thread or process: they inherit it.
            os.sched_setaffinity(process.pid, sorted(os.sched_getaffinity(0))[:cores])
        with TreeMemory(process.pid) as memory:
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    peak_mb = max(memory.peak_mb, usage.ru_maxrss / 1024)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak_mb, process.returncode)


def scrapy(*arguments: str) -> list[str]:
    """A scrapy command line in this environment."""
    return [sys.executable, "-m", "scrapy", *arguments]


def cpu_seconds(pid: int) -> float:
    """User + system seconds of a running process (proc(5)); 0 where that cannot be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_milliseconds(work: Callable[[], object]) -> float:
    """CPU milliseconds of this process for one call."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000
