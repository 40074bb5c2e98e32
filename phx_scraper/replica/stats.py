"""Request counters, by which tests prove what was not requested."""

from __future__ import annotations

import time
from collections import Counter, deque
from typing import Any

_TIMES_KEPT = 100_000


class Stats:
    """Requests by host and kind, responses by status, and requests by URL."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Reset all counts: transient refusals occur again on the next first request."""
        self._hosts: dict[str, Counter[str]] = {}
        self._statuses: Counter[int] = Counter()
        self._urls: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._photo_bytes = 0
        self._times: dict[str, deque[float]] = {}

    def count_request(self, host: str, kind: str) -> None:
        """Count a request of `kind` (suggestions, search, page, photo, refused, other) at `host`."""
        self._hosts.setdefault(host, Counter())[kind] += 1

    def count_url(self, url: str) -> int:
        """Count a request of `url` and return its requests so far, this one included."""
        self._urls[url] += 1
        return self._urls[url]

    def count_source_request(self, source: str) -> int:
        """Count a request to any host of `source` and return their number so far, this one included."""
        self._sources[source] += 1
        return self._sources[source]

    def note_time(self, host: str) -> None:
        """Note that a host of a source is asked now; the newest times are kept."""
        self._times.setdefault(host, deque(maxlen=_TIMES_KEPT)).append(time.monotonic())

    def number_of(self, kind: str) -> int:
        """Requests of one kind at all hosts, "" for all of them."""
        return sum(kinds[kind] if kind else kinds.total() for kinds in self._hosts.values())

    def times(self) -> dict[str, list[float]]:
        """When requests came, in seconds since whenever, by host."""
        return {host: list(times) for host, times in self._times.items()}

    def count_response(self, status: int) -> None:
        """Count a response's status."""
        self._statuses[status] += 1

    def count_photo(self, size: int) -> None:
        """Count the bytes of a photo file that is sent."""
        self._photo_bytes += size

    def report(self) -> dict[str, Any]:
        """`total`, `hosts` {host: {kind: requests}}, `statuses` {status: responses} and `photo_bytes` sent."""
        return {
            "total": self.number_of(""),
            "hosts": {host: dict(kinds) for host, kinds in sorted(self._hosts.items())},
            "statuses": {str(status): count for status, count in sorted(self._statuses.items())},
            "photo_bytes": self._photo_bytes,
        }

    def urls(self) -> dict[str, int]:
        """Requests by URL."""
        return dict(self._urls)
