"""What clients sent: one entry a connection and one a request, the newest ones only."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

_KEPT = 20_000
_KINDS = {"document": "document", "iframe": "document", "image": "photo", "script": "script", "empty": "fetch"}


@dataclass(slots=True)
class Connection:
    """One TLS connection.

    `settings` are (identifier, value) of the first SETTINGS frame in the order of the wire, `window` the increment of
    the first WINDOW_UPDATE of the whole connection, `priorities` (stream, depends on, weight, exclusive) of PRIORITY
    frames before the first request; all empty with HTTP/1.1.
    """

    client: str
    server_name: str = ""
    ja4: str = ""
    alpn_offered: tuple[str, ...] = ()
    protocol: str = ""
    ciphers: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()
    signature_algorithms: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    settings: tuple[tuple[int, int], ...] = ()
    window: int = 0
    priorities: tuple[tuple[int, int, int, bool], ...] = ()


@dataclass(slots=True)
class Request:
    """One request. `headers` are in the order of the wire, without pseudo-headers, whose order is in `pseudo`."""

    connection: Connection
    host: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    pseudo: str = ""
    priority: tuple[int, int, bool] | None = None
    body: bytes = field(default=b"", repr=False)
    status: int = 0
    refused_for: str = ""

    def header(self, name: str) -> str:
        """The value of a header, "" where it was not sent; cookies that HTTP/2 sends apart are joined."""
        joint = "; " if name == "cookie" else ", "
        return joint.join(value for key, value in self.headers if key.lower() == name)

    @property
    def kind(self) -> str:
        """`document`, `photo`, `script`, `fetch`, or `api` where no browser says what it wants the answer for."""
        return _KINDS.get(self.header("sec-fetch-dest"), "api")


class Recorder:
    """The newest connections and requests."""

    def __init__(self) -> None:
        self.requests: deque[Request] = deque(maxlen=_KEPT)

    def clear(self) -> None:
        """Forget all of them."""
        self.requests.clear()

    def report(self) -> list[dict[str, Any]]:
        """The requests as JSON takes them, oldest first, each with its connection; bodies and cookies stay here."""
        return [_plain(request) for request in self.requests]


def _plain(request: Request) -> dict[str, Any]:
    found = asdict(request) | {"kind": request.kind, "body": len(request.body)}
    found["headers"] = [(name, "" if name.lower() == "cookie" else value) for name, value in request.headers]
    return found
