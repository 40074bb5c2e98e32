"""What passes between the front's HTTP and what answers a request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from phx_scraper.replica.front.recorder import Request

MAX_BODY = 1 << 20
"""Bytes that a request's body may have."""


class AnswerCut(Exception):
    """The answer ends in the middle: its connection or stream is to be cut there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; its body raises AnswerCut where it ends too early."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: AsyncIterator[bytes]


Respond = Callable[[Request], AbstractAsyncContextManager[Answer]]
"""Answers a request whose body is complete; the answer's body is read while the context is open."""


async def whole(body: bytes) -> AsyncIterator[bytes]:
    """A body that is there already."""
    if body:
        yield body


def may_have_body(request: Request, answer: Answer) -> bool:
    """Whether HTTP lets this answer have a body (RFC 9110 6.4.1)."""
    return request.method != "HEAD" and answer.status not in {204, 304}
