"""Hardware and software of the measurement, without the machine's name or folders."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = (
    "scrapy",
    "twisted",
    "curl_cffi",
    "pillow",
    "imagehash",
    "numpy",
    "isal",
    "opencv-python-headless",
    "sqlalchemy",
)


def describe() -> dict[str, object]:
    """Cores, processor, memory in GB, system, Python and library versions."""
    return {
        "cores": os.cpu_count(),
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def load() -> float:
    """Processes that ran or waited on average over the last minute: well above 0 before a measurement means noise."""
    return round(os.getloadavg()[0], 2)


def _memory() -> float | None:
    kilobytes = _field("/proc/meminfo", "MemTotal").partition(" ")[0]
    return round(int(kilobytes) / 2**20, 1) if kilobytes.isdigit() else None


def _field(path: str, name: str) -> str:
    """The first value under that name in a file of `name : value` lines; empty where there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == name)
    return next(found, "")
