"""The index of near copies by the number of pictures: CPU of a query, memory, and false negatives."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

import numpy as np

from bench.alternation import alternate, median_of
from bench.measure import cpu_milliseconds
from bench.plan import Plan
from bench.result import Check, Column, Curve, Grid, Section
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
QUERIES, ADDED = 200, 1_000
_CLUSTERED_SHARE = 0.4
_CHUNK = 1 << 15

Row = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round at one size: microseconds of a query by index and by scan, and of an addition; differing results."""

    query_cost: float
    scan_cost: float
    add_cost: float
    mismatches: int


class FilledIndex:
    """An index of `count` pictures, with the CPU seconds of building it and its size in megabytes."""

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
    """Build the index at each size, then query them in alternation."""
    filled = {f"{size:,}": FilledIndex(size) for size in plan.index}
    found = alternate({name: partial(_measure_round, one) for name, one in filled.items()}, plan.rounds)
    rows: dict[int, Row] = {}
    for size, one, results in zip(plan.index, filled.values(), found.values(), strict=True):
        times = (median_of(results, attrgetter(name)) for name in ("query_cost", "scan_cost", "add_cost"))
        rows[size] = (*times, one.built, one.memory, float(sum(result.mismatches for result in results)))
    return _section(rows)


def hashes(count: int, seed: int) -> Hashes:
    """Random hashes; the share `_CLUSTERED_SHARE` of them within a few bits of another, as with real photos."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**64, count, dtype=np.uint64)
    clustered = int(count * _CLUSTERED_SHARE)
    values[:clustered] = values[rng.integers(clustered, count, clustered) // 50 * 50]
    for _ in range(5):
        values[:clustered] ^= np.uint64(1) << rng.integers(0, 64, clustered, dtype=np.uint64)
    return values


def scan(phashes: Hashes, dhashes: Hashes, phash: int, dhash: int) -> Rows:
    """A full scan, in parts that fit into the processor's cache."""
    one = np.uint64(phash)
    near = np.concatenate(
        [
            np.flatnonzero(np.bitwise_count(phashes[low : low + _CHUNK] ^ one) <= PLAIN.distance) + low
            for low in range(0, len(phashes), _CHUNK)
        ]
    )
    close = np.bitwise_count(dhashes[near] ^ np.uint64(dhash)) <= PLAIN.dhash_distance
    return np.asarray(near[close], np.int64)


def _measure_round(filled: FilledIndex) -> RoundResult:
    phashes, dhashes = filled.phashes, filled.dhashes
    rows = np.linspace(0, len(phashes) - 1, QUERIES, dtype=int)
    # A query is a known picture with some bits changed, which the rule must find.
    queries = [(int(phashes[row]) ^ 0x8001, int(dhashes[row]) ^ 0b111) for row in rows]
    query_cost, answers = _timed_queries(filled.index.query, queries)
    scan_cost, expected = _timed_queries(partial(scan, phashes, dhashes), queries)
    # Rows that earlier rounds added come after all others.
    known = [answer[answer < len(phashes)] for answer in answers]
    add_cost = cpu_milliseconds(lambda: [filled.index.add(value, value) for value in hashes(ADDED, 3).tolist()])
    mismatches = sum(not np.array_equal(*pair) for pair in zip(known, expected, strict=True))
    return RoundResult(query_cost, scan_cost, add_cost * 1000 / ADDED, mismatches)


def _timed_queries(search: Callable[[int, int], Rows], queries: Sequence[tuple[int, int]]) -> tuple[float, list[Rows]]:
    """Microseconds of CPU a query, and the results."""
    found: list[Rows] = []
    spent = cpu_milliseconds(lambda: found.extend(search(*query) for query in queries))
    return spent * 1000 / len(queries), found


def _section(rows: Mapping[int, Row]) -> Section:
    largest = max(rows)
    query_cost, _, _, _, memory, _ = (value or 0.0 for value in rows[largest])
    mismatches = sum(row[-1] or 0.0 for row in rows.values())
    return Section(
        "index",
        "The index of near copies: which pictures of any home look like this one",
        (Grid("pictures", COLUMNS, tuple((f"{size:,}", row) for size, row in rows.items())),),
        (
            Check(f"index: CPU of a question at {largest:,} pictures", query_cost, "µs", at_most=1200, digits=0),
            Check(f"index: memory at {largest:,} pictures", memory, "MB", at_most=100, digits=0),
            Check("index: answers unlike a full scan's, all sizes", mismatches, at_most=0, digits=0),
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
