"""A real S3 server of a process of its own (moto), and a way to it that can be closed; skipped where it is absent."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from phx_scraper.model.store_place import S3Access, S3Place
from phx_scraper.storage.files.s3_client import S3Client
from tests.ports import HOST, free_port
from tests.server_process import serving

SETTINGS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "secret-of-tester", "AWS_REGION_NAME": "us-east-1"}


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """The URL of a server that holds what it is given in memory, until the end."""
    for package in ("boto3", "moto", "flask"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: pip install -e '.[service,dev]'")
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    with serving(command, port) as url:
        yield url


def new_place(url: str, prefix: str = "photos") -> S3Place:
    """A part of a bucket of its own."""
    access = S3Access(url, "us-east-1", SETTINGS["AWS_ACCESS_KEY_ID"], SETTINGS["AWS_SECRET_ACCESS_KEY"])
    place = S3Place(f"bucket-{uuid.uuid4().hex[:12]}", prefix, access)
    S3Client(place).server.create_bucket(Bucket=place.bucket)
    return place


def settings_of(place: S3Place) -> dict[str, Any]:
    """What a command is started with to use it."""
    return {**SETTINGS, "IMAGES_STORE": str(place), "AWS_ENDPOINT_URL": place.access.endpoint}


class Way:
    """A port that leads to a server, until it is closed: then connections to it end, and new ones are refused."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._port = free_port()
        self.open()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def open(self) -> None:
        self._listener = socket.create_server((HOST, self._port), reuse_port=False)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        assert self._listener is not None
        # A thread that waits in accept() keeps the port open; this wakes it.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open -= {source, target}
