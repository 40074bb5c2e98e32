"""The folder of the real captures; tests that need them are skipped with a reason where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CAPTURES = Path(os.environ.get("PHX_CAPTURES", Path(__file__).parents[2] / "shared" / "captures"))

needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the real captures are not here: set PHX_CAPTURES to their folder to run this test"
)
