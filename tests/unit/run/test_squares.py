"""Squares wait for their home's visit to end, in bounded memory."""

from __future__ import annotations

from phx_scraper.imaging.square import BYTES
from phx_scraper.run.squares import Squares


def test_a_square_is_there_once() -> None:
    squares = Squares()
    squares.add("a", b"1")
    assert squares.take("a") == b"1"
    assert squares.take("a") == b""


def test_what_came_first_gives_way() -> None:
    squares = Squares(2 * BYTES)
    for name in "abc":
        squares.add(name, name.encode())
    assert [squares.take(name) for name in "abc"] == [b"", b"b", b"c"]


def test_where_none_was_made_nothing_is_kept() -> None:
    squares = Squares(BYTES)
    squares.add("a", b"1")
    squares.add("b", b"")
    assert squares.take("a") == b"1"
