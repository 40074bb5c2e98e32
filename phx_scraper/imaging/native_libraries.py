"""How the libraries underneath behave in this process: one thread each, freed memory kept for the next picture, quiet.

All is set once, when the package is imported; nothing changes it later.

Threads: OpenBLAS and OpenCV would each start threads of their own for work of microseconds. With OpenBLAS at two
threads the hash's products cost two to four times the CPU, spent spinning, and photos are worked on side by side
anyway. `OPENBLAS_NUM_THREADS` only counts before the first import of NumPy, which whoever imports us may have done
already; so it is set for the case that we come first, and otherwise the loaded library is told through the entry
point that `threadpoolctl` uses too.

Memory: glibc hands large freed blocks back to the system at once and faults them in again, page by page, for the next
picture: 4,000 page faults and a sixth of the CPU for a 1536 px photo. Blocks below 32 MB now stay in the heap; the
peak is the same.

Quiet: libtiff writes each damage that it finds to standard error, past any log; Pillow reports the same by exception.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

# NumPy's wheels bring OpenBLAS under a prefixed name; a distribution's own build has the plain one.
_BLAS_SETTERS = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads")
# malloc.h; the size is the largest that glibc's own adaptive threshold reaches.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BLOCK_BYTES = 32 * 2**20


def prepare_process() -> None:
    """Set threads and memory as described above; where a library offers no such switch, leave it alone."""
    limit_blas_threads()
    _limit_opencv_threads()
    keep_freed_memory()
    silence_libtiff()


def limit_blas_threads() -> bool:
    """Hold NumPy's BLAS to one thread for the whole process; False where no OpenBLAS was found to be told."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy as np

    folder = Path(np.__file__).parent
    candidates = [*folder.with_name("numpy.libs").glob("*openblas*"), *folder.glob(".dylibs/*openblas*")]
    return sum(map(_set_one_thread, candidates)) > 0


def _set_one_thread(path: Path) -> bool:
    try:
        library = ctypes.CDLL(str(path))
    except OSError:
        return False
    setter = next((getattr(library, name) for name in _BLAS_SETTERS if hasattr(library, name)), None)
    if setter is None:
        return False
    setter.argtypes, setter.restype = [ctypes.c_int], None
    setter(1)
    return True


def _limit_opencv_threads() -> None:
    import cv2

    cv2.setNumThreads(1)


def keep_freed_memory() -> bool:
    """Tell glibc to keep freed blocks of up to 32 MB; False on other C libraries."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _KEPT_BLOCK_BYTES) and mallopt(_M_TRIM_THRESHOLD, _KEPT_BLOCK_BYTES))


def silence_libtiff() -> bool:
    """Take away the error handler (TIFFSetErrorHandler(3)) of the libtiff in Pillow's wheel; False without one."""
    import PIL

    for path in Path(PIL.__file__).parent.with_name("pillow.libs").glob("libtiff*"):
        with contextlib.suppress(OSError, AttributeError):
            set_handler = ctypes.CDLL(str(path)).TIFFSetErrorHandler
            set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            set_handler(None)
            return True
    return False
