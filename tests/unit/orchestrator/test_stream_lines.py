"""Lines of a stream: one that is too long costs itself alone."""

from __future__ import annotations

import asyncio

import pytest

from phx_scraper.orchestrator.stream_lines import LONGEST, lines_of


async def read(data: bytes) -> list[bytes]:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    return [line async for line in lines_of(stream)]


@pytest.mark.parametrize("length", [0, 1, 2**16 - 1, 2**16, LONGEST])
def test_lines_of_any_length_up_to_the_longest(length: int) -> None:
    line = b"x" * length
    assert asyncio.run(read(line + b"\nnext\n" + b"last")) == [line, b"next", b"last"]


def test_a_longer_one_is_left_out() -> None:
    assert asyncio.run(read(b"x" * (3 * LONGEST) + b"\nnext\n" + b"y" * (LONGEST + 1))) == [b"next"]
