"""Commands of the project in forks of one process that has imported what they need: most of a small crawl is imports.

As `multiprocessing`'s fork server does. A fork reads environment, settings and command line anew, and has arguments,
output, exit code and process id of its own. What is killed, signalled, traced or told of Python's own options is
started as a person would: `crawls.start` and `crawls.command`.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGES = ("phx_scraper", "scrapy.commands", "scrapy.downloadermiddlewares", "scrapy.extensions", "scrapy.pipelines")
# The replica is no part of a crawl, the browser of few.
LEFT_OUT = ("phx_scraper.replica", "phx_scraper.downloader.browser")
# Variables that count when Python starts and when the settings are imported: a server for each set of them.
EARLY = ("PYTHON", "LD_", "PHX_PROXIES")
LARGEST = 2**17  # bytes of a request: arguments and environment


def run(
    words: Sequence[str], environment: Mapping[str, str], timeout: float, folder: Path = REPOSITORY
) -> subprocess.CompletedProcess[str]:
    """`python -m scrapy WORDS` in a folder that has `scrapy.cfg`. Raises TimeoutExpired."""
    mine, its = socket.socketpair()
    with mine, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with its:
            request = json.dumps([list(words), dict(environment), str(folder)]).encode()
            socket.send_fds(_server(_options(environment)), [request], [its.fileno(), out.fileno(), err.fileno()])
        try:
            code = _code(mine, timeout)
        except TimeoutError as error:
            raise subprocess.TimeoutExpired(words, timeout, _text(out.fileno()), _text(err.fileno())) from error
        return subprocess.CompletedProcess(words, code, _text(out.fileno()), _text(err.fileno()))


def _code(answers: socket.socket, timeout: float) -> int:
    with answers.makefile(encoding="ascii") as lines:
        pid = int(lines.readline())
        answers.settimeout(timeout)
        try:
            return int(lines.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise


def _text(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()


def _options(environment: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """What a fork cannot read anew."""
    return frozenset((name, value) for name, value in environment.items() if name.startswith(EARLY))


@cache
def _server(options: frozenset[tuple[str, str]]) -> socket.socket:
    """The way to the server for these options; it ends with this process."""
    mine, its = socket.socketpair(type=socket.SOCK_SEQPACKET)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(EARLY)}
    line = [sys.executable, "-m", "tests.integration.fork_server", str(its.fileno())]
    with its:
        server = subprocess.Popen(
            line, cwd=REPOSITORY, env={**kept, **dict(options)}, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL
        )
    atexit.register(_end, mine, server)
    return mine


def _end(control: socket.socket, server: subprocess.Popen[bytes]) -> None:
    control.close()
    server.wait()


def serve(control: socket.socket) -> None:
    """Fork for each request, until the other end is closed; a fork comes back from here."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing to wait for: each fork is watched by one of its own
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, LARGEST, 3)
        if not request:
            control.close()
            sys.exit()
        if os.fork() == 0:
            control.close()
            return _watched(*json.loads(request), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _watched(words: list[str], environment: dict[str, str], folder: str, answer: int, out: int, err: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(answer)
        os.dup2(out, 1)
        os.dup2(err, 2)
    else:
        os.write(answer, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(BrokenPipeError):  # who asked may have lost patience
            os.write(answer, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    for descriptor in (out, err):
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["scrapy", *words]


def preload() -> None:
    """Import what commands and crawls import."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in _modules():
        with contextlib.suppress(ImportError, Warning):
            importlib.import_module(name)
    assert "twisted.internet.reactor" not in sys.modules, "each crawl installs its own"
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a thread does not survive a fork"


def _modules() -> Iterator[str]:
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for found in pkgutil.walk_packages(path, f"{package}."):
            if not found.name.startswith(LEFT_OUT) and not found.name.endswith("__main__"):
                yield found.name


if __name__ == "__main__":
    from scrapy.cmdline import execute

    preload()
    serve(socket.socket(fileno=int(sys.argv[1])))
    execute()
