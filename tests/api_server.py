"""A real API of a store of its own, in a thread of the test, and a client that shows all that it answers."""

from __future__ import annotations

import http.client
import json
import select
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WHY_NOT = "fastapi, uvicorn, rq and redis are needed: pip install 'phx-scraper[service]'"
HAS_API = all(map(find_spec, ("fastapi", "uvicorn", "rq", "redis", "python_multipart")))
JOBS = "/api/extraction/jobs"


@dataclass(frozen=True)
class Answer:
    """What came back; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def detail(self) -> str:
        """The sentence of a problem document, whose form is checked."""
        assert self.headers["content-type"] == "application/problem+json", self
        assert self.json["status"] == self.status
        assert self.json["request_id"] == self.headers["x-request-id"]
        return str(self.json["detail"])


class Api:
    """The API of a store; `ask` sends one request, with a key that may do everything unless another is given."""

    def __init__(self, folder: Path, queue: Any = None, patience: float | None = None, bucket: Any = None) -> None:
        from phx_scraper.api.api_context import ApiContext
        from phx_scraper.api.serve import Place, listen, make_server
        from phx_scraper.service.api_keys import NewKey
        from phx_scraper.storage.files.bucket_client import HASTY
        from phx_scraper.storage.files.open_store import open_store
        from tests.catalogue_places import catalogue_at

        self.store = folder / "store"
        self.catalogue = catalogue_at(self.store / "metadata" / "catalogue.sqlite", patience)
        self.catalogue.bound_silence()
        files = pages = open_store(self.store)
        if bucket is not None:
            files = open_store(bucket, changes=False, patience=HASTY)
        self.context = ApiContext(self.catalogue, queue, files, pages)
        self.key_id, self.key = self.new_key(NewKey("tests", ["admin"]))
        self._socket = listen(self.context, Place("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.server = make_server(self.context)
        self._thread = threading.Thread(target=self.server.run, args=([self._socket],))
        self._thread.start()
        until = time.monotonic() + 120
        while not self.server.started:
            assert time.monotonic() < until
            select.select([], [], [], 0.01)

    def new_key(self, wanted: Any) -> tuple[str, str]:
        """The id of a new key, and the key."""
        from phx_scraper.service import api_keys

        made, text = api_keys.create(self.catalogue, wanted)
        return made.key_id, text

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Answer:
        """`body`: bytes as they are, anything else as JSON; `key` "" sends none."""
        sent = {"X-API-Key": self.key if key is None else key} if key != "" else {}
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {**sent, **(headers or {})})
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def submit(self, *addresses: str, key: str | None = None, **more: Any) -> str:
        """The id of a new job."""
        answer = self.ask("POST", JOBS, {"addresses": list(addresses), **more}, key=key)
        assert answer.status == 202, answer
        return str(answer.json["job_id"])

    def audit(self) -> list[tuple[str, str, int]]:
        """Action, subject and status of each line, the oldest first."""
        from phx_scraper.storage.catalogue import key_rows

        with self.catalogue.reading() as tx:
            return [(line.action, line.subject, line.status) for line in reversed(key_rows.audit(tx, 1000))]

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def stop_soon(self) -> None:
        """Ask it to leave."""
        self.context.streams.is_leaving = True
        self.server.should_exit = True

    def stop(self) -> None:
        """Ask it to leave, and wait."""
        self.stop_soon()
        self._thread.join(120)
        assert not self._thread.is_alive()
        self._socket.close()
        self.catalogue.close()


@contextmanager
def running_api(folder: Path, queue: Any = None, patience: float | None = None, bucket: Any = None) -> Iterator[Api]:
    """With pictures in the store of the folder, or in a bucket."""
    api = Api(folder, queue, patience, bucket)
    try:
        yield api
    finally:
        api.stop()


def form(parts: Mapping[str, str | tuple[str, bytes]]) -> tuple[bytes, dict[str, str]]:
    """A multipart form: texts, and files as name and bytes; body and header."""
    mark, body = "phx-test-boundary", b""
    for name, value in parts.items():
        named = f'; filename="{value[0]}"' if isinstance(value, tuple) else ""
        data = value[1] if isinstance(value, tuple) else value.encode()
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"
    return body + f"--{mark}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={mark}"}
