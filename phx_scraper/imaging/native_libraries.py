"""Process-wide settings of the native libraries: one thread each, freed memory reused, no output by libtiff.

All is set once, when the package is imported.

Threads: OpenBLAS and OpenCV would start their own threads for work of microseconds. With two OpenBLAS threads the
products of a hash need two to four times the CPU, and photos are processed in parallel anyway.
`OPENBLAS_NUM_THREADS` has an effect only before the first import of NumPy, which may have happened already; so it is
set, and a library that is already loaded is set through its function, as `threadpoolctl` does.

Memory: glibc returns large freed blocks to the system at once, and the next picture causes page faults again: 4,000
of them and a sixth of the CPU for a 1536 px photo. Blocks below 32 MB now stay in the heap; the peak is the same.

Output: libtiff writes damages to standard error and not to the log; Pillow raises an exception for the same.
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


def configure_libraries() -> None:
    """Apply the settings above; a library without such a setting is not changed."""
    limit_blas_threads()
    _limit_opencv_threads()
    keep_freed_memory()
    silence_libtiff()


def limit_blas_threads() -> bool:
    """Limit NumPy's BLAS to one thread for the whole process; False where no OpenBLAS was found."""
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
    """Remove the error handler (TIFFSetErrorHandler(3)) of the libtiff in Pillow's wheel; False without one."""
    import PIL

    for path in Path(PIL.__file__).parent.with_name("pillow.libs").glob("libtiff*"):
        with contextlib.suppress(OSError, AttributeError):
            set_handler = ctypes.CDLL(str(path)).TIFFSetErrorHandler
            set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
            set_handler(None)
            return True
    return False
