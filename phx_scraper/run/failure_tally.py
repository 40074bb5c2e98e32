"""Refusals and failures in a row, host by host: what one host answers says nothing of another."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.downloader.meta_keys import Kind
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.breakers import BreakerRow

_AT = " at "


class Tally:
    """The counts of one source. A host `""` is one that nobody named: any host's good answer of its kind clears it."""

    def __init__(self, row: BreakerRow) -> None:
        self._counts: dict[tuple[Kind, str], int] = {}
        host = row.reason.partition(_AT)[2]
        for kind, count in (("page", row.page_failures), ("photo", row.photo_failures)):
            if count:
                self._counts[kind, host if _serves(row.source, kind, host) else ""] = count  # type: ignore[index]

    def most(self, kind: Kind | None = None) -> int:
        """Failures in a row of the host that has most, of one kind or of any."""
        return max((count for (of, _), count in self._counts.items() if kind in {None, of}), default=0)

    @property
    def worst(self) -> tuple[Kind, str] | None:
        """Which kind of which host has most, None where all answer."""
        return max(self._counts, key=self._counts.__getitem__, default=None)

    def __contains__(self, key: object) -> bool:
        return key in self._counts

    def add(self, kind: Kind, host: str) -> None:
        """Count one more."""
        self._counts[kind, host] = self._counts.get((kind, host), 0) + 1

    def clear(self, kind: Kind, host: str) -> bool:
        """Forget what this host did (`""`: whichever did); True if that changes anything."""
        gone = [(of, name) for of, name in self._counts if of == kind and (not host or name in {"", host})]
        for key in gone:
            del self._counts[key]
        return bool(gone)


def with_host(reason: str, host: str) -> str:
    """The reason as the row keeps it, with the host that gave it."""
    return f"{reason}{_AT}{host}" if host else reason


def counted(row: BreakerRow, tally: Tally) -> BreakerRow:
    """The row with the tally's counts: those of the host that has most."""
    return replace(row, page_failures=tally.most("page"), photo_failures=tally.most("photo"))


def _serves(source: str, kind: str, host: str) -> bool:
    known = SOURCES.get(source)
    return known is not None and host in (known.page_hosts if kind == "page" else known.photo_hosts)
