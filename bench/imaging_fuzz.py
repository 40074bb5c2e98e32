"""10,000 damaged pictures through `imaging.process`: `python -m bench.imaging_fuzz [count] [seed]`.

Prints how they ended; any exception but BadPhoto, and any warning, stops it with a traceback.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import Counter

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, process
from tests.unit.imaging.fuzzing import damaged


def main(count: int = 10_000, seed: int = 1) -> None:
    options = Options(min_width=1, min_height=1, max_pixels=5_000_000)
    ends: Counter[str] = Counter()
    slowest = 0.0
    for data in damaged(count, seed):
        started = time.process_time()
        try:
            process(data, options)
            ends["good"] += 1
        except BadPhoto as error:
            ends[error.reason] += 1
        slowest = max(slowest, time.process_time() - started)
    print(f"{count} damaged pictures, seed {seed}: {dict(ends.most_common())}; slowest {slowest:.2f} s CPU")


if __name__ == "__main__":
    warnings.filterwarnings("error", module=r"(?!PIL)")
    main(*(int(argument) for argument in sys.argv[1:]))
