"""CPU and memory of the index of near copies, by size: `python -m bench.imaging_index [largest]`.

Hashes are 60 % random and 40 % crowded around centres; every answer is compared with a full scan.
"""

from __future__ import annotations

import sys
import time
import tracemalloc

import numpy as np

from phx_scraper.imaging.index import HashIndex

QUERIES = 200


def hashes(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**64, count, dtype=np.uint64)
    crowd = count * 2 // 5
    values[:crowd] = values[rng.integers(crowd, count, crowd) // 50 * 50]
    for _ in range(5):
        values[:crowd] ^= np.uint64(1) << rng.integers(0, 64, crowd, dtype=np.uint64)
    return values


def main(largest: int = 1_000_000) -> None:
    for count in (10_000, 100_000, largest):
        phashes, dhashes = hashes(count, 1), hashes(count, 1)
        tracemalloc.start()
        started = time.process_time()
        index = HashIndex(phashes, dhashes)
        built = time.process_time() - started
        memory = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        rows = range(0, count, count // QUERIES)
        started = time.process_time()
        answers = [index.query(int(phashes[row]), int(dhashes[row])) for row in rows]
        asked = (time.process_time() - started) / len(answers)
        started = time.process_time()
        for value in hashes(1_000, 2).tolist():
            index.add(value, value)
        added = (time.process_time() - started) / 1_000
        missed = sum(
            not np.array_equal(answer, scan(phashes, dhashes, row)) for row, answer in zip(rows, answers, strict=True)
        )
        print(
            f"{count:9d} pictures: built in {built:.2f} s, {memory / 2**20:.0f} MB, query {asked * 1e6:.0f} us, "
            f"add {added * 1e6:.1f} us, answers unlike a full scan {missed} of {len(answers)}"
        )


def scan(phashes: np.ndarray, dhashes: np.ndarray, row: int) -> np.ndarray:
    near = np.bitwise_count(phashes ^ phashes[row]) <= 8
    return np.flatnonzero(near & (np.bitwise_count(dhashes ^ dhashes[row]) <= 12))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
