"""Runs `process` in a separate process, started by `imaging.decoder_pool`; pictures and results go over a socket.

A message is two lengths (8 bytes each, big-endian) and two parts. To the worker: nothing, or `thumbnail` where only
that is wanted, then the picture's bytes. From the worker: a JSON object, then the encoded picture, its thumbnail and
its square (`thumbnail` and `square` are the lengths of these); `failed` holds reason and detail where there is none.
JSON and not pickle, so that a decoder under an attacker's control cannot run code in the crawl.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import signal
import socket
import sys
import time
from dataclasses import asdict
from itertools import accumulate
from typing import Any

from phx_scraper.errors import BadPhoto
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.square import BYTES
from phx_scraper.imaging.thumbnail import make_thumbnail

FAULT = "PHX_DECODER_FAULT"
"""For tests: with `abort:{sha256}` or `hang:{sha256}` the decoder dies or hangs on the picture with that hash."""

THUMBNAIL = b"thumbnail"
"""Asks for the thumbnail alone, which is then the second part of the answer."""

_LENGTHS = 16
_PARTS = ("png", "thumbnail", "square")
# With few cores the crawl's event loop, which needs little CPU, has priority over its decoders.
_NICENESS = 5


def send(connection: socket.socket, head: bytes, body: bytes) -> None:
    """Send one message. Raises OSError."""
    connection.sendall(len(head).to_bytes(8, "big") + len(body).to_bytes(8, "big") + head)
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[bytes, bytes] | None:
    """One message, None at the end. Raises OSError, also TimeoutError where the socket has a limit."""
    lengths = _exactly(connection, _LENGTHS)
    if lengths is None:
        return None
    head = _exactly(connection, int.from_bytes(lengths[:8], "big"))
    body = _exactly(connection, int.from_bytes(lengths[8:], "big"))
    return None if head is None or body is None else (head, body)


def encode_result(picture: ProcessedImage) -> tuple[bytes, bytes]:
    """A result as the two parts of a message."""
    values = asdict(picture) | {"signature": picture.signature.hex()}
    parts = [values.pop(name) for name in _PARTS]
    lengths = dict(zip(_PARTS[1:], map(len, parts[1:]), strict=True))
    return json.dumps(values | lengths).encode(), b"".join(parts)


def decode_result(head: bytes, body: bytes) -> ProcessedImage:
    """The result in a message. Raises BadPhoto if it failed, ValueError, TypeError or KeyError if it is malformed."""
    values = _told(head)
    lengths = [int(values[name]) for name in _PARTS[1:]]
    lengths = [len(body) - sum(lengths), *lengths]
    if min(lengths) < 0 or lengths[-1] not in (0, BYTES):
        raise ValueError("a picture, thumbnail or square of an impossible length")
    ends = list(accumulate(lengths))
    parts = {name: body[end - length : end] for name, length, end in zip(_PARTS, lengths, ends, strict=True)}
    return ProcessedImage(**{**values, "signature": bytes.fromhex(values["signature"]), **parts})


def decode_thumbnail(head: bytes, body: bytes) -> bytes:
    """The thumbnail in a message. Raises as `decode_result` does."""
    _told(head)
    return body


def _told(head: bytes) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(head)
    if "failed" in values:
        reason, detail = values["failed"]
        raise BadPhoto(str(reason), str(detail))
    return values


def serve(connection: socket.socket, options: Options) -> None:
    """Answer until the other side closes."""
    send(connection, b"{}", b"")
    while (message := receive(connection)) is not None:
        send(connection, *_answer(*message, options))


def _answer(wanted: bytes, data: bytes, options: Options) -> tuple[bytes, bytes]:
    _fail_on_request(data)
    try:
        if wanted == THUMBNAIL:
            return b"{}", make_thumbnail(data, options)
        return encode_result(process(data, options))
    except BadPhoto as error:
        return json.dumps({"failed": [error.reason, error.detail]}).encode(), b""


def _fail_on_request(data: bytes) -> None:
    fault, _, wanted = os.environ.get(FAULT, "").partition(":")
    if not fault or hashlib.sha256(data).hexdigest() != wanted:
        return
    if fault == "abort":
        os.abort()
    while True:
        time.sleep(3600)


def _exactly(connection: socket.socket, number: int) -> bytes | None:
    buffer = bytearray(number)
    view = memoryview(buffer)
    while view:
        got = connection.recv_into(view)
        if not got:
            return None
        view = view[got:]
    return bytes(buffer)


def main(arguments: list[str]) -> None:
    """`worker.py DESCRIPTOR OPTIONS`: an inherited socket, and the fields of `Options` as JSON."""
    # These signals go to the whole process group (SIGTERM under systemd); the crawl decides when its decoders end.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The crawl was killed: nobody reads the result.
    with socket.socket(fileno=int(arguments[0])) as connection, contextlib.suppress(ConnectionError):
        serve(connection, Options(**json.loads(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
