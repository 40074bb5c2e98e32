from __future__ import annotations

from collections import Counter
from dataclasses import replace

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import process
from tests.unit.imaging.fuzzing import damaged, seeds
from tests.unit.imaging.pictures import SMALL

# The same cap as a user's, only lower, so that a forged size costs no second of filling memory.
OPTIONS = replace(SMALL, max_pixels=1_000_000)
REASONS = {
    "not_image", "truncated", "too_many_pixels", "too_large", "too_small", "flat", "unsupported_format",
    "decode_error", "empty", "html",
}  # fmt: skip


def test_a_thousand_damaged_files_end_as_pictures_or_bad_photos() -> None:
    ends: Counter[str] = Counter()
    for data in damaged(1_000, seed=20):
        try:
            process(data, OPTIONS)
            ends["good"] += 1
        except BadPhoto as error:
            ends[error.reason] += 1
    assert set(ends) <= REASONS | {"good"}
    assert sum(ends.values()) == 1_000
    assert ends["truncated"] > 100
    assert ends["decode_error"] > 50
    assert ends["good"] > 50


def test_the_undamaged_files_are_all_good() -> None:
    for data in seeds():
        process(data, OPTIONS)
