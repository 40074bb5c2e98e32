"""HTTP/2 of the front without TLS: a connection that has had its requests is ended without losing any."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import h2.config
import h2.connection
import h2.events
import pytest

from phx_scraper.replica.front import http2_connection
from phx_scraper.replica.front.exchange import Answer, whole
from phx_scraper.replica.front.http2_connection import Http2Connection
from phx_scraper.replica.front.recorder import Connection, Recorder, Request


class Sink:
    """What the server writes."""

    def __init__(self) -> None:
        self.sent, self.closed = b"", asyncio.Event()

    async def drained(self) -> None:
        return

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed.set()

    cut = close


@asynccontextmanager
async def respond(request: Request) -> AsyncIterator[Answer]:
    yield Answer(200, (), whole(request.path.encode()))


def test_the_last_requests_are_answered_and_later_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http2_connection, "REQUESTS_A_CONNECTION", 3)
    events = asyncio.run(exchange())
    ended = {event.stream_id for event in events if isinstance(event, h2.events.StreamEnded)}
    assert ended == {1, 3, 5}
    assert [event.stream_id for event in events if isinstance(event, h2.events.StreamReset)] == [7]


async def exchange() -> list[h2.events.Event]:
    sink = Sink()
    server = Http2Connection(Connection("127.0.0.1"), sink, Recorder(), respond)
    client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    client.initiate_connection()
    for stream in (1, 3, 5, 7):
        pseudo = [(":method", "GET"), (":authority", "a.example"), (":scheme", "https"), (":path", f"/{stream}")]
        client.send_headers(stream, pseudo, end_stream=True)
    server.receive(client.data_to_send())
    async with asyncio.timeout(60):
        await sink.closed.wait()
    # h2 forgets its streams with GOAWAY, which other clients do not: here it comes last.
    frames = sink.sent
    goaway = frames.index(b"\x00\x00\x08\x07\x00\x00\x00\x00\x00")
    assert int.from_bytes(frames[goaway + 9 : goaway + 13], "big") == 5
    return client.receive_data(frames[:goaway] + frames[goaway + 17 :])
