"""Reads one long list in a process of its own: `python -m phx_scraper.api.list_process PARENT`.

The body comes by standard input: a line of JSON about it, then its bytes. What was read goes to standard output as
lines of JSON, each of a thousand homes or rows: whoever takes them in is never held up for long by one of them.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, BinaryIO, TypeVar

T = TypeVar("T")
MOST_MEMORY = 2 * 2**30
"""Bytes of addresses of the process: a list of 100,000 rows needs a tenth, and nothing that is sent needs more."""
MOST_CPU_SECONDS = 100
_PART = 1000


def main(parent: int) -> None:
    """Read one body, and say what it is."""
    from phx_scraper.service.process_group import die_with

    die_with(parent)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # By SIGXCPU, which says that it was this.
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS + 5))
    for told in _told(sys.stdin.buffer):
        sys.stdout.write(json.dumps(told) + "\n")


def _told(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    from phx_scraper.api import job_bodies
    from phx_scraper.api.problems import RequestRefused
    from phx_scraper.errors import UsageError

    about = json.loads(stream.readline())
    data = stream.read()
    is_file = about.pop("is_file")
    try:
        found = job_bodies.read(job_bodies.Body(b"" if is_file else data, data if is_file else None, **about))
    except RequestRefused as error:
        yield {"refused": [error.status, str(error), error.headers, error.errors]}
    except UsageError as error:
        yield {"wrong": str(error)}
    except MemoryError:
        yield {"refused": [413, "the list takes more memory than there is for one: split it", {}, None]}
    else:
        yield from ({"homes": [[one.address, one.extras] for one in part]} for part in _parts(found.homes))
        yield from ({"rejected": [[e.row, e.reason, e.text] for e in part]} for part in _parts(found.rejected))
        yield {"options": asdict(found.options)}


def _parts(rows: Sequence[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while part := list(islice(left, _PART)):
        yield part


if __name__ == "__main__":
    main(int(sys.argv[1]))
