"""Decodes pictures in separate processes: a decoder that crashes or hangs loses one photo only."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from phx_scraper.errors import BadPhoto, DecoderUnavailable
from phx_scraper.imaging import Options, ProcessedImage, process
from phx_scraper.imaging.decoder_worker import THUMBNAIL, decode_result, decode_thumbnail, receive, send
from phx_scraper.imaging.thumbnail import make_thumbnail

START_SECONDS = 60.0
# A terminal sends these to the whole process group; the crawl decides when its decoders end (decoder_worker.py).
_GROUP_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
_PACKAGE_PARENT = Path(__file__).parents[2]

R = TypeVar("R")
Process = Callable[[bytes], ProcessedImage]
"""`imaging.process` with its options bound, as `DecoderPool.process` is. Raises BadPhoto."""


class DecoderPool:
    """`number` decoder processes, each at one picture at a time; any thread may ask.

    A picture may take `seconds`; then its process is killed. Each is started when it is first needed, and replaced when
    it has ended. With 0 seconds pictures are decoded in this process, which they may crash or block.
    """

    def __init__(self, number: int, options: Options, seconds: float) -> None:
        self._options = options
        self._seconds = seconds
        self._all: list[_Decoder] = []
        self._free: queue.SimpleQueue[_Decoder | None] = queue.SimpleQueue()
        for _ in range(number):
            self._free.put(None)

    def process(self, data: bytes) -> ProcessedImage:
        """Process one picture. Raises BadPhoto, also `decoder_crash` and `decoder_timeout`."""
        if not self._seconds:
            return process(data, self._options)
        return self._ask(b"", data, decode_result)

    def thumbnail(self, data: bytes) -> bytes:
        """The thumbnail of one picture. Raises BadPhoto, also `decoder_crash` and `decoder_timeout`."""
        if not self._seconds:
            return make_thumbnail(data, self._options)
        return self._ask(THUMBNAIL, data, decode_thumbnail)

    def _ask(self, wanted: bytes, data: bytes, read: Callable[[bytes, bytes], R]) -> R:
        decoder = self._free.get()
        try:
            if decoder is None:
                decoder = _Decoder(self._options)
                self._all.append(decoder)
            return decoder.ask(wanted, data, self._seconds, read)
        finally:
            self._free.put(decoder)

    def close(self) -> None:
        """End all processes."""
        for decoder in self._all:
            decoder.stop()


class _Decoder:
    """One process and the socket to it."""

    def __init__(self, options: Options) -> None:
        self._command = [sys.executable, "-m", "phx_scraper.imaging.decoder_worker"]
        self._options = json.dumps(asdict(options))
        self._started = False
        self._start()

    def ask(self, wanted: bytes, data: bytes, seconds: float, read: Callable[[bytes, bytes], R]) -> R:
        if self._process.poll() is not None:
            self.stop()
            self._start()
        self._await_start()
        try:
            return read(*self._request(wanted, data, time.monotonic() + seconds))
        except TimeoutError as error:
            self.stop()
            raise BadPhoto("decoder_timeout", f"not done after {seconds:g} s") from error
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            self.stop()
            raise BadPhoto("decoder_crash", f"the decoder ended with {self._process.returncode}") from error

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._socket.close()

    def _request(self, wanted: bytes, data: bytes, deadline: float) -> tuple[bytes, bytes]:
        self._socket.settimeout(max(0.001, deadline - time.monotonic()))
        send(self._socket, wanted, data)
        self._socket.settimeout(max(0.001, deadline - time.monotonic()))
        answer = receive(self._socket)
        if answer is None:
            raise EOFError
        return answer

    def _start(self) -> None:
        self._started = False
        try:
            self._socket, theirs = socket.socketpair()
            with contextlib.ExitStack() as undo:
                undo.callback(self._socket.close)
                self._spawn(theirs)
                undo.pop_all()
        except OSError as error:  # no memory, process or file is left: no fault of a picture or a source
            raise DecoderUnavailable(f"a picture decoder could not be started ({error})") from error

    def _spawn(self, theirs: socket.socket) -> None:
        path = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
        with theirs, _signals_blocked():
            self._process = subprocess.Popen(
                [*self._command, str(theirs.fileno()), self._options],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": path},
            )

    def _await_start(self) -> None:
        if self._started:
            return
        self._socket.settimeout(START_SECONDS)
        with contextlib.suppress(OSError):
            self._started = receive(self._socket) is not None
        if not self._started:
            self.stop()
            raise DecoderUnavailable(
                f"a picture decoder could not be started (it ended with {self._process.returncode}); its own message"
                " stands above"
            )


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """A process started in here inherits blocked signals: Ctrl-C must not kill a decoder that is still importing."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _GROUP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
