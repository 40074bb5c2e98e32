"""Names that this server has sent (ids, slugs) and the addresses that they stand for."""

from __future__ import annotations

from collections import OrderedDict

_LIMIT = 200_000


class NameRegistry:
    """Names (ids, slugs) to canonical addresses; the oldest are dropped first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()

    def record(self, name: str, address: str) -> None:
        """Record that `name` stands for `address`."""
        self._known[name] = address
        self._known.move_to_end(name)
        if len(self._known) > _LIMIT:
            self._known.popitem(last=False)

    def get(self, name: str) -> str | None:
        """The address that `name` stands for, None for an unknown name."""
        return self._known.get(name)
