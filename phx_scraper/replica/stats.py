"""Counting what was asked for, so that tests can say what was not."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Stats:
    """Requests by host and kind, answers by status, and how often each address was asked."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: refusals that pass come again on the next first ask."""
        self._hosts: dict[str, Counter[str]] = {}
        self._statuses: Counter[int] = Counter()
        self._urls: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()

    def count_request(self, host: str, kind: str) -> None:
        """Note a request of `kind` (suggestions, search, page, photo, refused, other) at `host`."""
        self._hosts.setdefault(host, Counter())[kind] += 1

    def count_url(self, url: str) -> int:
        """Note a request of `url` and return how often it was asked, this one included."""
        self._urls[url] += 1
        return self._urls[url]

    def count_source_request(self, source: str) -> int:
        """Note a request to any host of `source` and return how many there were, this one included."""
        self._sources[source] += 1
        return self._sources[source]

    def count_response(self, status: int) -> None:
        """Note an answer's status."""
        self._statuses[status] += 1

    def report(self) -> dict[str, Any]:
        """`total`, `hosts` {host: {kind: requests}} and `statuses` {status: answers}."""
        return {
            "total": sum(sum(kinds.values()) for kinds in self._hosts.values()),
            "hosts": {host: dict(kinds) for host, kinds in sorted(self._hosts.items())},
            "statuses": {str(status): count for status, count in sorted(self._statuses.items())},
        }

    def urls(self) -> dict[str, int]:
        """How often each address was asked."""
        return dict(self._urls)
