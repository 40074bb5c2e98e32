"""The small thing that the verified duplicate rule compares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def make_signature(grey: npt.NDArray[np.uint8]) -> bytes:
    """Signature of a standardised grey picture."""
    return b""
