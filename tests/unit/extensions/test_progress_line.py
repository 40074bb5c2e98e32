"""The live line at every width: the bar and the count are always there, and nothing is wider than the terminal."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from rich.console import Console

from phx_scraper.extensions.progress_line import ProgressLine, ProgressState, SourceState
from phx_scraper.extensions.transfer_rate import TransferRate, megabytes

COUNTS = {"photos": 12_345, "duplicates": 1, "failed": 2, "refused": 8, "bytes": 12_400_000}
SOURCES = {
    "phoenix_mls": SourceState(11, 1, 60),
    "maricopa_assessor": SourceState(3, 9, 0, 0, "left alone until 23:41"),
    "redfin": SourceState(1, 11, 1, 2),
    "zillow": SourceState(0, 300_000, 12_284, 0, "left alone until 3 Dec 23:43"),
}


def drawn(width: int, shown: ProgressState, height: int = 24) -> list[str]:
    console = Console(file=StringIO(), width=width, height=height, color_system=None, legacy_windows=False)
    console.print(ProgressLine(shown))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", [*range(20, 82), 120, 200])
@pytest.mark.parametrize("name", ["all", "maricopa_assessor"])
def test_bar_and_count_are_there_at_every_width(width: int, name: str) -> None:
    shown = ProgressState(name, 300_000, 123_456, 0, 90.0, COUNTS, 1.2e6, SOURCES)
    line, *below = drawn(width, shown)
    assert "123456/300000" in line
    assert re.search("[━─]{5}", line)
    assert all(len(one) <= width for one in (line, *below))
    # Without room for a row each, those that are left alone are named.
    assert len(below) == (4 if width >= 56 else 2)
    if width < 56:
        assert [note[:16] for note in below] == ["maricopa_assesso", "zillow is left a"]


def test_with_enough_width_everything_is_shown() -> None:
    (line,) = drawn(200, ProgressState("all", 36, 15, 5, 60.0, COUNTS, 1_234_000))
    for part in ("15/36 visits", "12345 photos", "1 duplicate", "2 failed", "8 refused", "about 3 min left"):
        assert part in line
    assert "all ━" in line
    assert "12.4 MB" in line
    assert "1.2 MB/s" in line
    assert "1 duplicates" not in line


def test_80_columns_show_a_whole_row_for_each_source() -> None:
    line, *rows = drawn(80, ProgressState("all", 48, 15, 0, 60.0, COUNTS, 1.2e6, SOURCES))
    for part in ("15/48 visits", "12345 photos", "2 failed", "so far"):
        assert part in line
    assert rows[0].split() == ["phoenix_mls", "━━━━━━━━━━━─", "11/12", "60", "photos"]
    assert rows[1].endswith("━━━─────────      3/12      left alone until 23:41")
    assert rows[2].endswith("1/12      1 photo  2 failed")
    assert rows[3].endswith("0/300000  left alone until 3 Dec 23:43")
    # What follows the bars stands in columns.
    assert len({row.index("/") for row in rows}) == 1


@pytest.mark.parametrize(("height", "number"), [(24, 5), (9, 5), (8, 3), (5, 3)])
def test_a_low_terminal_keeps_its_lines_for_the_log(height: int, number: int) -> None:
    assert len(drawn(80, ProgressState("all", 48, 15, 0, 60.0, COUNTS, 0.0, SOURCES), height)) == number


def test_a_single_source_has_no_row_but_says_that_it_is_left_alone() -> None:
    shown = ProgressState("zillow", 12, 3, sources={"zillow": SourceState(3, 9, 5, 0, "left alone until 23:41")})
    assert drawn(80, shown)[1:] == ["zillow is left alone until 23:41"]


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
    states = {source: SourceState(*visits) for source, visits in sources.items()}
    assert ProgressState("all", 12, done, 0, 60.0, sources=states).time == said


def test_a_run_without_visits() -> None:
    (line,) = drawn(40, ProgressState("all", 0))
    assert "0/0 visits" in line


def test_green_is_done_and_nothing_is_red() -> None:
    console = Console(file=StringIO(), width=80, height=24, force_terminal=True, color_system="standard")
    console.print(ProgressLine(ProgressState("all", 48, 15, 0, 60.0, COUNTS, 1.2e6, SOURCES)))
    console.print(ProgressLine(ProgressState("all", 5, 5)))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    colours = set(re.findall(r"\x1b\[([0-9;]+)m", text)) - {"0"}
    assert colours == {"36", "2", "33", "32"}  # cyan, dim, yellow for what is left alone, green


def test_the_rate_is_that_of_the_last_seconds() -> None:
    rate = TransferRate()
    assert rate.told(0.0, 5_000) == 0.0
    assert rate.told(1.0, 6_000) == 1_000
    told = [rate.told(float(second), 6_000) for second in range(2, 14)]
    assert told[0] == 500
    assert told[-1] == 0.0
    assert rate.told(14.0, 16_000) == 1_000


@pytest.mark.parametrize(("size", "said"), [(0, "0.0 MB"), (12_440_000, "12.4 MB"), (1_240_400_000, "1240 MB")])
def test_sizes_are_in_millions_of_bytes(size: float, said: str) -> None:
    assert megabytes(size) == said
