from __future__ import annotations

import resource
import subprocess
import sys

from phx_scraper.imaging import process
from phx_scraper.imaging.native_libraries import keep_freed_memory, limit_blas_threads, silence_libtiff
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
    assert silence_libtiff()


def test_a_second_picture_reuses_the_memory_of_the_first() -> None:
    data = encoded(room(1, (1200, 900)))
    for _ in range(3):
        process(data)
    # Of this thread: what others of the process touch meanwhile is no picture's.
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    process(data)
    assert resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before < 1_500


_DAMAGED_TIFF = """
import io
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import process
from tests.unit.imaging.pictures import SMALL, encoded, room
for compression in ("tiff_lzw", "jpeg", "tiff_adobe_deflate"):
    data = encoded(room(1, (90, 60)), "TIFF", compression=compression)
    for start in range(20, len(data) - 6, len(data) // 20):
        try:
            process(data[:start] + bytes.fromhex("ff13fe019977") + data[start + 6 :], SMALL)
        except BadPhoto:
            print("refused")
"""


def test_damaged_tiffs_are_refused_without_output_of_libtiff() -> None:
    told = subprocess.run([sys.executable, "-c", _DAMAGED_TIFF], capture_output=True, text=True, check=True)
    assert told.stdout.count("refused") > 20
    assert told.stderr == ""
