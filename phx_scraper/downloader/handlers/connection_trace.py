"""How a request's connection came about, as libcurl tells it: for those who ask, not for a crawl."""

from __future__ import annotations

import re
from typing import cast

from curl_cffi import Curl, CurlError, CurlInfo, CurlOpt

_TEXT = 0  # CURLINFO_TEXT; the other kinds are headers and bytes, which may hold secrets
_MOST_LINES = 200
_HANDSHAKE = re.compile(r"SSL connection using (?P<version>[\w.]+)")
_ALPN = re.compile(r"ALPN: server accepted (?P<protocol>\S+)")
_EXPIRY = re.compile(r"\s*expire date: (?P<day>.+)")
_CONNECTED = ("Established connection", "Connected to", "ALPN: curl offers")


class ConnectionTrace:
    """What one request's transfers say; a caller puts one into `meta[meta_keys.TRACE]`.

    Redirects write into the same one: `seconds` is the time of all transfers, the rest is of the first. `connect` and
    `handshake` are seconds since it began, 0.0 where it did not come that far; `code` is libcurl's error code.
    """

    def __init__(self) -> None:
        self.connect = self.handshake = self.seconds = 0.0
        self.code = 0
        self._lines: list[str] = []
        self._is_first = True

    @property
    def is_connected(self) -> bool:
        """Whether a TCP connection was made; known also of a transfer that was given up."""
        return self.connect > 0 or any(line.startswith(_CONNECTED) for line in self._lines)

    @property
    def tls_version(self) -> str:
        """`TLSv1.3`, empty without a finished handshake."""
        return self._found(_HANDSHAKE)

    @property
    def alpn(self) -> str:
        """The protocol that both sides agreed on in the handshake, empty for none."""
        return self._found(_ALPN)

    @property
    def certificate_ends(self) -> str:
        """The last moment of the server's certificate, as libcurl writes it."""
        return self._found(_EXPIRY)

    def attach(self, curl: Curl) -> None:
        """Listen to the next transfer of a handle."""
        curl.setopt(CurlOpt.VERBOSE, 1)
        curl.setopt(CurlOpt.DEBUGFUNCTION, self._hear)

    def finish(self, curl: Curl, error: CurlError | None) -> None:
        """Read the times of a transfer that has ended."""
        self.seconds += cast("float", curl.getinfo(CurlInfo.TOTAL_TIME))
        if self._is_first:
            self.connect = cast("float", curl.getinfo(CurlInfo.CONNECT_TIME))
            self.handshake = cast("float", curl.getinfo(CurlInfo.APPCONNECT_TIME))
            self.code = int(error.code) if error is not None else 0
        self._is_first = False

    def _hear(self, kind: int, data: bytes) -> None:
        if kind == _TEXT and self._is_first and len(self._lines) < _MOST_LINES:
            self._lines.append(data.decode("utf-8", "replace").rstrip())

    def _found(self, pattern: re.Pattern[str]) -> str:
        return next((match[1] for line in self._lines if (match := pattern.match(line))), "")
