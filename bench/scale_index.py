"""The index of near copies at many pictures: `python -m bench.scale_index [PICTURES]`, by default 10,000,000.

Printed: seconds of CPU to build it from hashes in memory, megabytes that stay, microseconds of CPU for one question.
"""

from __future__ import annotations

from bench.command_line import command_line, perhaps, whole
from bench.index_section import QUERIES, hashes
from bench.measure import cpu_milliseconds
from phx_scraper.extensions.resource_usage import memory_mb
from phx_scraper.imaging.duplicates.hash_index import HashIndex


def main(count: int) -> None:
    """Build, ask and print."""
    phashes, dhashes = hashes(count, 1), hashes(count, 2)
    before = memory_mb()
    made: list[HashIndex] = []
    built = cpu_milliseconds(lambda: made.append(HashIndex(phashes, dhashes))) / 1000
    (index,) = made
    asked = range(0, count, max(count // QUERIES, 1))

    def ask() -> None:
        for number in asked:
            index.query(int(phashes[number]) ^ 0x8001, int(dhashes[number]) ^ 0b111)

    question = 1000 * cpu_milliseconds(ask) / len(asked)
    print(
        f"{count:,} pictures: built in {built:.1f} s of CPU, {memory_mb() - before:,.0f} MB beside"
        f" {(phashes.nbytes + dhashes.nbytes) / 2**20:,.0f} MB of hashes, a question {question:,.0f} µs"
    )


if __name__ == "__main__":
    parser = command_line(__doc__, __file__)
    perhaps(parser, "pictures", 10_000_000, whole(), "how many")
    main(parser.parse_args().pictures)
