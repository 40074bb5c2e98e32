"""How homes change over time: what a file of changes says of each home and source, and galleries changed by it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from phx_scraper.errors import AddressError, UsageError
from phx_scraper.homes import canonical
from phx_scraper.replica.pictures import Picture
from phx_scraper.replica.property import Property
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.sources import SOURCES

T = TypeVar("T")

COLUMNS = ("address", "source", "changed", "removed", "new", "price", "status")
STATUSES = ("", "pending", "sold")


@dataclass(frozen=True, slots=True)
class Change:
    """What is another than before at one home and source.

    `changed` and `removed` are places in the gallery, which counts from 1; `new` photos follow at its end. A changed
    photo shows another picture under its own URL.
    """

    changed: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    new: int = 0
    price: int | None = None
    status: str = ""


UNCHANGED = Change()
_ENDINGS = {
    "pending": {"zillow": "pending", "redfin": "redfin_contract", "phoenix_mls": "phoenix_pending"},
    "sold": {"zillow": "sold", "redfin": "redfin_sold", "phoenix_mls": "phoenix_closed"},
}


def change_at(path: Path | None, source: str, address: str) -> Change:
    """What the file says of the home at `source`. Raises UsageError for a file that cannot be used."""
    return UNCHANGED if path is None else changes_in(path).get((address, source), UNCHANGED)


def changes_in(path: Path) -> Mapping[tuple[str, str], Change]:
    """(canonical address, source) -> change, of a CSV file with COLUMNS; places are divided by blanks.

    Raises UsageError.
    """
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise UsageError(f"cannot read the changes in {path}: {error.strerror}") from error


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> Mapping[tuple[str, str], Change]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if set(rows.fieldnames or ()) - set(COLUMNS) or not {"address", "source"} <= set(rows.fieldnames or ()):
            raise UsageError(f"{path} must have the columns {','.join(COLUMNS)}; the first two are needed")
        return dict(_entry(row, f"{path}, row {number}") for number, row in enumerate(rows, 2))


def _entry(row: Mapping[str, str | None], where: str) -> tuple[tuple[str, str], Change]:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if values["source"] not in SOURCES or values["status"] not in STATUSES:
        known = f"a source of {', '.join(SOURCES)} and a status of {', '.join(STATUSES[1:])}"
        raise UsageError(f"{where}: it names {known}, not {values['source']!r} and {values['status']!r}")
    try:
        change = Change(
            frozenset(map(int, values["changed"].split())),
            frozenset(map(int, values["removed"].split())),
            int(values["new"] or 0),
            int(values["price"]) if values["price"] else None,
            values["status"],
        )
        return (canonical(values["address"]), values["source"]), change
    except (ValueError, AddressError) as error:
        raise UsageError(f"{where}: {error}") from error


def ending_after(ending: str, source: str, change: Change) -> str:
    """The scenario of the home's listing after the change; only ordinary listings change their status."""
    return ending or _ENDINGS.get(change.status, {}).get(source, "")


def with_price(home: Property, change: Change) -> Property:
    """The home at its new price."""
    return home if change.price is None else replace(home, price=change.price)


def change_gallery(
    photos: Sequence[T], change: Change, redone: Callable[[T], T], added: Callable[[int], T]
) -> tuple[T, ...]:
    """The gallery after the change; `redone` gives a photo another picture, `added` makes the n-th new one.

    Raises UsageError for places that the gallery does not have.
    """
    beyond = sorted(place for place in change.changed | change.removed if not 1 <= place <= len(photos))
    if beyond:
        raise UsageError(f"a gallery of {len(photos)} photos has no place {beyond[0]} to change")
    left = [
        redone(photo) if place in change.changed else photo
        for place, photo in enumerate(photos, 1)
        if place not in change.removed
    ]
    return (*left, *(added(number) for number in range(1, change.new + 1)))


def other_seed(seed: str) -> str:
    """The seed of the picture that takes the place of the one of `seed`."""
    return SeededRandom("changed", seed).hex(24)


def redone_picture(picture: Picture) -> Picture:
    """What a changed photo shows."""
    return replace(picture, seed=other_seed(picture.seed))


def new_picture(home: Property, source: str, number: int) -> Picture:
    """What the n-th new photo shows."""
    return Picture(SeededRandom("new at", source, home.text.lower(), number).hex(24))
