from __future__ import annotations

import resource
import subprocess
import sys

from phx_scraper.imaging import process
from phx_scraper.imaging.runtime import keep_freed_memory, limit_blas_threads
from tests.unit.imaging.pictures import encoded, room

_THREADS = """
import numpy, sys
import phx_scraper.imaging
from pathlib import Path
a = numpy.ones((2000, 2000))
a @ a
print(len(list(Path("/proc/self/task").iterdir())))
"""


def test_no_library_starts_threads_even_when_numpy_came_first() -> None:
    told = subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, text=True, check=True)
    idle = subprocess.run(
        [sys.executable, "-c", _THREADS.replace("a @ a", "")], capture_output=True, text=True, check=True
    )
    assert told.stdout == idle.stdout


def test_the_libraries_of_this_machine_offer_the_switches() -> None:
    assert limit_blas_threads()
    assert keep_freed_memory()


def test_a_second_picture_reuses_the_memory_of_the_first() -> None:
    data = encoded(room(1, (1200, 900)))
    for _ in range(3):
        process(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    process(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 1_500
