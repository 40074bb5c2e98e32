"""Addresses this server has mentioned, so that ids and slugs lead back to them."""

from __future__ import annotations

from collections import OrderedDict

_LIMIT = 200_000


class NameRegistry:
    """Names (ids, slugs) to canonical addresses; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()

    def record(self, name: str, address: str) -> None:
        """Remember that `name` means `address`."""
        self._known[name] = address
        self._known.move_to_end(name)
        if len(self._known) > _LIMIT:
            self._known.popitem(last=False)

    def get(self, name: str) -> str | None:
        """The address called `name`."""
        return self._known.get(name)
