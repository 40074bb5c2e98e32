"""A server that answers every request in the same way, whatever it is asked."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator, Mapping
from types import MappingProxyType


class Answering(http.server.ThreadingHTTPServer):
    """Counts the requests that it answers with its status and body; those for `/token` have others.

    The first `cut` answers end after half of their body.
    """

    status, body, asked, cut = 200, b"", 0, 0
    tokens = 200, b""
    headers: Mapping[str, str] = MappingProxyType({})
    daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Answering

    def answer(self) -> None:
        self.server.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.server.tokens if self.path == "/token" else (self.server.status, self.server.body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if self.server.asked <= self.server.cut else body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 - names of the base class

    def log_message(self, format: str, *args: object) -> None:
        """Not to the terminal."""


class PlayedTime:
    """In place of the module `time`: none goes by but in pauses, so that a busy machine changes no number of tries."""

    def __init__(self) -> None:
        self._now = 0.0

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


@contextlib.contextmanager
def answering() -> Iterator[Answering]:
    """One that is there until the end."""
    with Answering(("127.0.0.1", 0), _Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()
