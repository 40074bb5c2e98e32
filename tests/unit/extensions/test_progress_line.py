"""The live line at every width: the bar and the count are always there, and nothing is wider than the terminal."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console

from phx_scraper.extensions.progress_line import ProgressLine, ProgressState

NOTE = "maricopa_assessor is left alone until 23:41"
COUNTS = {"photos": 12_345, "duplicates": 1, "failed": 2, "refused": 8}


def drawn(width: int, shown: ProgressState) -> list[str]:
    console = Console(file=StringIO(), width=width, height=24, color_system=None, legacy_windows=False)
    console.print(ProgressLine(shown))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [*range(20, 60), 80, 120, 200])
@pytest.mark.parametrize("name", ["all", "maricopa_assessor"])
def test_bar_and_count_are_there_at_every_width(width: int, name: str) -> None:
    shown = ProgressState(name, 300_000, 123_456, 0, 90.0, COUNTS, (NOTE, "zillow is left alone until 23:43"))
    line, *notes = drawn(width, shown)
    assert "123456/300000" in line
    assert re.search("[━─]{5}", line)
    assert len(line) <= width
    assert len(notes) == 2
    assert all(len(note) <= width for note in notes)
    assert notes[1].startswith("zillow is left")


def test_with_enough_width_everything_is_shown() -> None:
    (line,) = drawn(200, ProgressState("all", 36, 15, 5, 60.0, COUNTS))
    for part in ("all ━", "15/36 visits", "12345 photos", "1 duplicate", "2 failed", "8 refused", "about 3 min left"):
        assert part in line
    assert "1 duplicates" not in line


def test_80_columns_show_the_counts_also_with_a_blocked_source() -> None:
    line, note = drawn(80, ProgressState("all", 36, 15, 0, 60.0, COUNTS, (NOTE,)))
    for part in ("15/36 visits", "12345 photos", "2 failed", "left"):
        assert part in line
    assert note == NOTE


@pytest.mark.parametrize(
    ("done", "before", "said"),
    [(0, 0, "12 s so far"), (2, 0, "12 s so far"), (9, 9, "12 s so far"), (6, 2, "about 12 s left")],
)
def test_the_time_has_a_label(done: int, before: int, said: str) -> None:
    assert ProgressState("all", 10, done, before, 12.0).time == said


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"zillow": (2, 4), "redfin": (6, 0)}, "about 2 min left"),
        ({"zillow": (2, 4), "redfin": (1, 5)}, "about 5 min left"),
        ({"zillow": (0, 6), "redfin": (6, 0)}, "1 min so far"),
        ({"zillow": (0, 0), "redfin": (3, 3)}, "about 1 min left"),
    ],
)
def test_the_slowest_source_decides_how_long_the_rest_takes(sources: dict[str, tuple[int, int]], said: str) -> None:
    done = sum(ended for ended, _ in sources.values())
    assert ProgressState("all", 12, done, 0, 60.0, sources=sources).time == said


def test_a_run_without_visits() -> None:
    (line,) = drawn(40, ProgressState("all", 0))
    assert "0/0 visits" in line
