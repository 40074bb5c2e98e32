"""A site of our own making, in the place of a replica: pages by host and path, and a log of who asked for what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass
class Asked:
    """One request: `place` is HOST/PATH?QUERY as a replica gets it."""

    place: str
    headers: Message


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """`pages` maps HOST/PATH (without the query) to an answer, or to a function that makes one."""

    def __init__(self, pages: dict[str, Answer | Callable[[Asked], Answer]]) -> None:
        self.pages = pages
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def times(self, place: str) -> int:
        return sum(asked.place.partition("?")[0] == place for asked in self.asked)

    def of(self, place: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.place.partition("?")[0] == place]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = Asked(handler.path.lstrip("/"), handler.headers)
        self.asked.append(asked)
        found = self.pages.get(asked.place.partition("?")[0], Answer(status=404))
        answer = found(asked) if callable(found) else found
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        handler.send_response(answer.status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
            for one in value.split("\n"):
                handler.send_header(name, one)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
