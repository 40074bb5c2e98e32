"""The fault server itself: its routes behave as documented."""

from __future__ import annotations

import asyncio
import http.client
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.certificate import make_certificate, server_context
from tests.faults.fault_routes import BOMB_MB
from tests.faults.fault_server import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def get(server: FaultServer, path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    try:
        connection.request(method, path, headers={"X-Mine": "yes"})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_connections_and_requests_are_logged(server: FaultServer) -> None:
    assert get(server, "/www.zillow.com/ok?size=3")[1] == b"xxx"
    assert get(server, "/ok?size=0", "HEAD")[1] == b""
    first, second = server.log.requests
    assert (first.host, first.path, first.query) == ("www.zillow.com", "/ok", {"size": "3"})
    assert first.header("x-mine") == "yes"
    assert (second.method, second.host) == ("HEAD", "")
    assert len(server.log.connections) == 2


def test_plain_responses(server: FaultServer) -> None:
    assert get(server, "/redirect?to=/ok")[0].getheader("Location") == "/ok"
    assert get(server, "/set_cookie")[0].headers.get_all("Set-Cookie") == ["one=1; Path=/", "two=2; Path=/"]
    assert b"Access to this page has been denied" in get(server, "/block")[1]
    assert get(server, "/nowhere")[0].status == 404
    assert len(get(server, "/bomb")[1]) < BOMB_MB * 2**20 // 500


def test_failures_can_be_limited_to_the_first_requests(server: FaultServer) -> None:
    statuses = [get(server, "/status?code=503&times=2&retry_after=7")[0] for _ in range(3)]
    assert [one.status for one in statuses] == [503, 503, 200]
    assert [one.getheader("Retry-After") for one in statuses] == ["7", "7", None]


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/short", http.client.IncompleteRead),
        ("/short_chunks", http.client.IncompleteRead),
        ("/reset", ConnectionResetError),
    ],
)
def test_broken_responses_are_broken(server: FaultServer, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        get(server, path)


def test_the_server_stops_during_responses(server: FaultServer) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
    connection.request("GET", "/trickle")
    assert connection.getresponse().read(1) == b"."
    connection.close()


def test_the_server_runs_on_an_event_loop_and_over_tls(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path, "127.0.0.1")

    async def main() -> bytes:
        async with FaultServer(tls=server_context(pem)) as server:
            context = ssl.create_default_context(cafile=str(pem))
            reader, writer = await asyncio.open_connection(server.host, server.port, ssl=context)
            writer.write(b"GET /ok HTTP/1.1\r\nHost: x\r\n\r\n")
            status = await reader.readline()
            writer.transport.abort()
            return status

    assert asyncio.run(main()).startswith(b"HTTP/1.1 200")
