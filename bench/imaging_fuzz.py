"""10,000 damaged pictures through `imaging.process`: `python -m bench.imaging_fuzz [count] [seed] [decoders]`.

Prints how they ended, by format, and the most memory that was held. `decoders` is how many decoder processes they go
through, as in a crawl; 0 (the default) decodes here. Any exception but BadPhoto, and any warning, stops it with a
traceback, and so does a decoder that died.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections import Counter
from collections.abc import Callable
from functools import partial
from io import BytesIO

from PIL import Image

from bench.command_line import command_line, perhaps, whole
from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.decoder_pool import DecoderPool
from tests.unit.imaging.fuzzing import damaged, seeds

OPTIONS = Options(min_width=1, min_height=1)
DECODER_SECONDS = 60.0
OURS = frozenset({"decoder_crash", "decoder_timeout"})

Process = Callable[[bytes], ProcessedImage]


def main(count: int, seed: int, decoders: int) -> None:
    """Print a line for each format, and one for all."""
    made = DecoderPool(decoders, OPTIONS, DECODER_SECONDS) if decoders else None
    work: Process = made.process if made else partial(process, options=OPTIONS)
    formats = [Image.open(BytesIO(data)).format for data in seeds()]
    ends: dict[str, Counter[str]] = {str(name): Counter() for name in formats}
    slowest = 0.0
    for number, data in enumerate(damaged(count, seed)):
        started = time.perf_counter()
        ends[str(formats[number % len(formats)])][_end(work, data)] += 1
        slowest = max(slowest, time.perf_counter() - started)
    if made:
        made.close()
    for name, found in ends.items():
        print(f"{name:5} {found.total():6}: {dict(found.most_common())}")
    print(f"{count} damaged pictures, seed {seed}; slowest {slowest:.2f} s; {_peaks(decoders)}")


def _end(work: Process, data: bytes) -> str:
    try:
        work(data)
    except BadPhoto as error:
        if error.reason in OURS:
            raise
        return error.reason
    return "good"


def _peaks(decoders: int) -> str:
    """Most memory held at once; ru_maxrss is in kilobytes (getrusage(2), Linux)."""
    here, there = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return f"peak memory {here:.0f} MB" + (f", of a decoder {there:.0f} MB" if decoders else "")


if __name__ == "__main__":
    warnings.filterwarnings("error", module=r"(?!PIL)")
    parser = command_line(__doc__, __file__)
    perhaps(parser, "count", 10_000, whole(), "how many pictures")
    perhaps(parser, "seed", 1, whole(0), "another seed, other damage")
    perhaps(parser, "decoders", 0, whole(0), "processes that decode")
    main(**vars(parser.parse_args()))
