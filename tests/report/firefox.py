"""Firefox as it is installed, driven by WebDriver BiDi: no driver of another maker, no build of its own.

https://www.w3.org/TR/webdriver-bidi/
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from tests.report.firefox_tab import FirefoxTab
from tests.report.websocket import WebSocket

PATIENCE = 120.0
_READY = re.compile(r"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)")

# A browser under remote control relaxes what a person's own would refuse, file pages that read their neighbours above
# all; the first of these leaves it as it is. A connection would end at a closed port.
USUAL = {
    "remote.prefs.recommended": False,
    "security.fileuri.strict_origin_policy": True,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "ui.prefersReducedMotion": 1,
    # What another window does is no part of a test.
    "dom.disable_open_during_load": True,
}


class FirefoxProcess:
    """One process with preferences of its own; its remote end takes one command after the other."""

    def __init__(self, executable: str, preferences: dict[str, Any]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="phx-firefox-", ignore_cleanup_errors=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        Path(self._folder.name, "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [executable, "--headless", "--no-remote", "--profile", self._folder.name]
        self._process = subprocess.Popen(
            [*command, "--remote-debugging-port=0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._said: list[str] = []
        self._port = Future[int]()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.events: list[dict[str, Any]] = []
        self._number = 0
        self._socket: WebSocket | None = None
        try:
            self._socket = WebSocket(self._port.result(PATIENCE), "/session", PATIENCE)
            self.call("session.new", capabilities={})
        except BaseException:
            self.close()
            raise

    def _read(self) -> None:
        """All that it says: one whose pipe is full would stand still."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._said.append(line)
            if not self._port.done() and (found := _READY.search(line)):
                self._port.set_result(int(found[1]))
        if not self._port.done():
            self._port.set_exception(OSError(f"Firefox ended before it listened: {''.join(self._said)}"))

    def call(self, method: str, **params: Any) -> Any:
        """The result of a command; what is told meanwhile goes to `events`. Raises RuntimeError where it is refused."""
        assert self._socket is not None
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (told := json.loads(self._socket.receive())).get("id") != self._number:
            self.events.append(told)
        if told["type"] != "success":
            raise RuntimeError(f"{method}: {told['error']}, {told['message']}")
        return told["result"]

    def close(self) -> None:
        """End it, whatever it does."""
        if self._socket is not None:
            self._socket.close()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._folder.cleanup()


class Firefox:
    """Scripts and colours are preferences, so that each choice of them is a process, begun when it is first asked."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._processes: dict[tuple[bool, bool], FirefoxProcess] = {}

    def tab(self, *, scripts: bool = True, dark: bool = False) -> FirefoxTab:
        """A tab in the process of such preferences."""
        if (scripts, dark) not in self._processes:
            content = {"javascript.enabled": scripts, "layout.css.prefers-color-scheme.content-override": 1 - dark}
            self._processes[scripts, dark] = FirefoxProcess(self._executable, USUAL | content)
        return FirefoxTab(self._processes[scripts, dark])

    def close(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            process.close()


@contextlib.contextmanager
def firefox(executable: str) -> Iterator[Firefox]:
    """A Firefox, ended afterwards."""
    browser = Firefox(executable)
    try:
        yield browser
    finally:
        browser.close()
