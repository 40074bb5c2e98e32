"""Clients of the front that tests speak through: a raw TLS socket, and HTTP/2 with the h2 library."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import h2.config
import h2.connection
import h2.events

from phx_scraper.replica import Replica

HOST = "www.zillow.com"


@contextmanager
def tls(replica: Replica, protocol: str, name: str = HOST) -> Iterator[ssl.SSLSocket]:
    """A TLS connection to the front that offers one protocol."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    host, port = replica.tls_url.rpartition("/")[2].split(":")
    with (
        socket.create_connection((host, int(port)), timeout=60) as plain,
        context.wrap_socket(plain, server_hostname=name) as wrapped,
    ):
        yield wrapped


@dataclass
class Http2Client:
    """HTTP/2 on a TLS connection; events are collected until a condition holds."""

    connection: ssl.SSLSocket
    events: list[h2.events.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.flush()

    def ask(self, path: str, host: str = HOST, method: str = "GET", end: bool = True) -> int:
        """Send a request; returns its stream."""
        number = self.h2.get_next_available_stream_id()
        pseudo = [(":method", method), (":authority", host), (":scheme", "https"), (":path", path)]
        self.h2.send_headers(number, pseudo, end_stream=end)
        self.flush()
        return number

    def count(self, kind: type[h2.events.Event]) -> int:
        """How many events of a kind have come."""
        return sum(isinstance(event, kind) for event in self.events)

    def flush(self) -> None:
        self.connection.sendall(self.h2.data_to_send())

    def until(self, kind: type[h2.events.Event], count: int = 1, acknowledge: bool = True) -> list[Any]:
        """Read until so many events of a kind have come; fewer where the server closes."""
        while len(found := [event for event in self.events if isinstance(event, kind)]) < count:
            received = self.connection.recv(65_536)
            if not received:
                return found
            for event in self.h2.receive_data(received):
                if acknowledge and isinstance(event, h2.events.DataReceived):
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                self.events.append(event)
            self.flush()
        return found

    def body(self, stream: int) -> bytes:
        """What has come of one stream's body."""
        parts = [event for event in self.events if isinstance(event, h2.events.DataReceived)]
        return b"".join(event.data for event in parts if event.stream_id == stream)
