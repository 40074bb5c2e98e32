"""The index of near copies by the number of pictures: CPU of a question, memory, and whether it misses anything."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

import numpy as np

from bench.measure import cpu_milliseconds
from bench.plan import Plan
from bench.result import Check, Column, Curve, Grid, Section
from bench.rounds import alternated, middle
from phx_scraper.imaging.duplicates.band_table import Hashes, Rows
from phx_scraper.imaging.duplicates.hash_index import HashIndex
from phx_scraper.imaging.duplicates.rule import PLAIN

COLUMNS = (
    Column("question, CPU", "µs", 0),
    Column("full scan, CPU", "µs", 0),
    Column("adding one, CPU", "µs"),
    Column("built in, CPU", "s", 2),
    Column("memory", "MB", 0),
    Column("answers unlike the scan's", "", 0),
)
QUESTIONS, ADDED = 200, 1_000
_CROWDED = 0.4
_CHUNK = 1 << 15

Row = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One round at one size: microseconds a question, of the index and of a scan, and an addition; unlike answers."""

    asked: float
    scanned: float
    added: float
    unlike: int


class Filled:
    """An index of so many pictures, and how it was to build it: CPU seconds, and the megabytes that it holds."""

    def __init__(self, count: int) -> None:
        self.phashes, self.dhashes = hashes(count, 1), hashes(count, 2)
        self.built = cpu_milliseconds(self._build) / 1000
        tracemalloc.start()
        self._build()
        self.memory = tracemalloc.get_traced_memory()[0] / 2**20
        tracemalloc.stop()

    def _build(self) -> None:
        self.index = HashIndex(self.phashes.copy(), self.dhashes.copy())


def measure(plan: Plan) -> Section:
    """Build the index at each size; then let each answer in turn."""
    filled = {f"{size:,}": Filled(size) for size in plan.index}
    found = alternated({name: partial(_turn, one) for name, one in filled.items()}, plan.rounds)
    rows: dict[int, Row] = {}
    for size, one, turns in zip(plan.index, filled.values(), found.values(), strict=True):
        times = (middle(turns, attrgetter(name)) for name in ("asked", "scanned", "added"))
        rows[size] = (*times, one.built, one.memory, float(sum(turn.unlike for turn in turns)))
    return _section(rows)


def hashes(count: int, seed: int) -> Hashes:
    """Random ones, and as many as `_CROWDED` says within a few bits of another: real photos crowd like that."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**64, count, dtype=np.uint64)
    crowd = int(count * _CROWDED)
    values[:crowd] = values[rng.integers(crowd, count, crowd) // 50 * 50]
    for _ in range(5):
        values[:crowd] ^= np.uint64(1) << rng.integers(0, 64, crowd, dtype=np.uint64)
    return values


def scan(phashes: Hashes, dhashes: Hashes, phash: int, dhash: int) -> Rows:
    """Every row looked at, in parts that the processor's cache holds."""
    one = np.uint64(phash)
    near = np.concatenate(
        [
            np.flatnonzero(np.bitwise_count(phashes[low : low + _CHUNK] ^ one) <= PLAIN.distance) + low
            for low in range(0, len(phashes), _CHUNK)
        ]
    )
    close = np.bitwise_count(dhashes[near] ^ np.uint64(dhash)) <= PLAIN.dhash_distance
    return np.asarray(near[close], np.int64)


def _turn(filled: Filled) -> Turn:
    phashes, dhashes = filled.phashes, filled.dhashes
    rows = np.linspace(0, len(phashes) - 1, QUESTIONS, dtype=int)
    # A question is a known picture with some bits changed, which the rule is to find.
    questions = [(int(phashes[row]) ^ 0x8001, int(dhashes[row]) ^ 0b111) for row in rows]
    asked, answers = _answers(filled.index.query, questions)
    scanned, expected = _answers(partial(scan, phashes, dhashes), questions)
    # Rows that earlier rounds added come after all others.
    known = [answer[answer < len(phashes)] for answer in answers]
    added = cpu_milliseconds(lambda: [filled.index.add(value, value) for value in hashes(ADDED, 3).tolist()])
    unlike = sum(not np.array_equal(*pair) for pair in zip(known, expected, strict=True))
    return Turn(asked, scanned, added * 1000 / ADDED, unlike)


def _answers(way: Callable[[int, int], Rows], questions: Sequence[tuple[int, int]]) -> tuple[float, list[Rows]]:
    """Microseconds of CPU a question, and the answers."""
    found: list[Rows] = []
    spent = cpu_milliseconds(lambda: found.extend(way(*question) for question in questions))
    return spent * 1000 / len(questions), found


def _section(rows: Mapping[int, Row]) -> Section:
    largest = max(rows)
    asked, _, _, _, memory, _ = (value or 0.0 for value in rows[largest])
    unlike = sum(row[-1] or 0.0 for row in rows.values())
    return Section(
        "index",
        "The index of near copies: which pictures of any home look like this one",
        (Grid("pictures", COLUMNS, tuple((f"{size:,}", row) for size, row in rows.items())),),
        (
            Check(f"index: CPU of a question at {largest:,} pictures", asked, "µs", at_most=1200, digits=0),
            Check(f"index: memory at {largest:,} pictures", memory, "MB", at_most=100, digits=0),
            Check("index: answers unlike a full scan's, all sizes", unlike, at_most=0, digits=0),
        ),
        (
            "40 % of the hashes lie a few bits from another one. The scan goes through 8 bytes a picture with NumPy, "
            "as the index itself does up to some 65,000 pictures; above, it searches tables of 16-bit bands "
            "(multi-index hashing), which is as exact. The memory is the index's own.",
        ),
        (
            Curve(
                "index",
                "Finding near copies",
                "pictures in the index",
                "µs CPU a question",
                (_line("full scan", rows, 1), _line("index", rows, 0)),
                log=True,
            ),
        ),
    )


def _line(name: str, rows: Mapping[int, Row], place: int) -> tuple[str, tuple[tuple[float, float], ...]]:
    return name, tuple((float(size), row[place] or 0.0) for size, row in rows.items())
