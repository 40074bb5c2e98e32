"""How often an address may show what is no key: whoever guesses is slowed down, and who has a good key is not."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_TRIES = 10
WINDOW_SECONDS = 60.0
_MOST_ADDRESSES = 10_000
_MOST_KNOWN = 1000
_KNOWN_SECONDS = 600.0


class FailedTries:
    """Counted in this process, for the last minute; `clock` gives seconds.

    Behind a proxy all clients have one address: a key that was good within ten minutes is let through all the same.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._known: OrderedDict[str, float] = OrderedDict()

    def wait(self, client: str, digest: str) -> float:
        """Seconds for which this client may not show a key of this digest; 0 where it may."""
        now = self._clock()
        with self._lock:
            if self._known.get(digest, 0.0) > now:
                return 0.0
            tries = self._tries.get(_network(client))
            if not tries or len(tries) < MOST_TRIES:
                return 0.0
            return max(0.0, tries[0] + WINDOW_SECONDS - now)

    def failed(self, client: str) -> None:
        """Note that this client showed what is no key."""
        with self._lock:
            tries = self._tries.setdefault(_network(client), deque(maxlen=MOST_TRIES))
            tries.append(self._clock())
            self._tries.move_to_end(_network(client))
            if len(self._tries) > _MOST_ADDRESSES:
                self._tries.popitem(last=False)

    def good(self, digest: str) -> None:
        """Note that a key of this digest is good."""
        with self._lock:
            self._known[digest] = self._clock() + _KNOWN_SECONDS
            self._known.move_to_end(digest)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)


def _network(client: str) -> str:
    """The address; of IPv6 the network of one customer, who has 2^64 of them."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return client if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
