"""The header of a list of homes: which column holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from phx_scraper.homes.csv_header import HeaderMeaning, header_meaning

LINES = ("full", "address", "street")
PIECES = ("number", "direction", "name", "suffix", "post_direction", "count")
UNITS = ("unit", "building", "line")
PLACES = ("city", "city_code", "state", "zip", "last_line")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list, by index: what of an address each holds, and the names of all others.

    `lines`: a street line or a full address; `pieces`: its parts by name; `units`: a unit or second address line;
    `places`: city, state and zip by name; `unclear`: units whose owner the header does not name; `maybe_units`: perhaps
    units; `unknown`: meaning not known (these two are also extras). `headers` are the header's cells.
    """

    headers: tuple[str, ...]
    lines: dict[int, str]
    pieces: dict[str, int]
    units: dict[int, str]
    places: dict[str, int]
    unclear: tuple[int, ...]
    maybe_units: tuple[int, ...]
    unknown: tuple[int, ...]
    extras: dict[int, str]

    @property
    def count(self) -> int:
        """Cells of the header."""
        return len(self.headers)

    @property
    def address_count(self) -> int:
        """Number of columns with a part of an address."""
        return len(self.lines) + len(self.pieces) + len(self.units) + len(self.places) + len(self.unclear)

    @property
    def read(self) -> str:
        """The names of the columns with a part of an address, in the order of the list."""
        read = {*self.lines, *self.pieces.values(), *self.units, *self.places.values(), *self.unclear}
        return ", ".join(self.headers[index] for index in sorted(read))

    @property
    def usable(self) -> bool:
        """True where a row can name a home: a full address, or a street with a city or zip."""
        if {"full", "address"} & set(self.lines.values()):
            return True
        is_placed = bool({"city", "zip", "last_line"} & set(self.places)) or "line" in self.units.values()
        return is_placed and (bool(self.lines) or {"number", "name"} <= set(self.pieces))

    @property
    def takes_surplus(self) -> bool:
        """Whether the last column is a full address, which without quotes is split into several cells."""
        last = self.lines.get(self.count - 1, "")
        return last == "full" or (last == "address" and not self.places)


def read_header(cells: Sequence[str]) -> Columns:
    """Maps the header's cells. Of an owner's and a property's address the property's is used.

    The first of two columns for one part is used; of lines and units all are.
    """
    meanings = _by_context([header_meaning(cell) for cell in cells])
    own = _has_line(meaning for meaning in meanings if meaning.own)
    both = own and _has_line(meaning for meaning in meanings if not meaning.own)
    own_place = any(meaning.own and meaning.part in PLACES for meaning in meanings)
    found = Columns(tuple(" ".join(cell.split()) for cell in cells), {}, {}, {}, {}, (), (), (), {})
    unclear: list[int] = []
    for index, meaning in enumerate(meanings):
        # The other address is the owner's, unless both share one city column: then they have to agree.
        foreign = both and not meaning.own and own_place
        again = meaning.part in LINES and found.headers.index(found.headers[index]) < index
        if foreign and meaning.part in UNITS:
            unclear.append(index)
        elif meaning.part in ("", "maybe_unit") or foreign or again or not _put(found, index, meaning.part):
            _keep(found.extras, index, cells[index])
    maybe = tuple(index for index, meaning in enumerate(meanings) if meaning.part == "maybe_unit")
    unknown = tuple(index for index, meaning in enumerate(meanings) if not meaning.part and not meaning.foreign)
    return replace(found, unclear=tuple(unclear), maybe_units=maybe, unknown=unknown)


def _by_context(meanings: list[HeaderMeaning]) -> list[HeaderMeaning]:
    """Meanings that depend on the other headers: "Street Name" without a number is a line, "St" may be the state."""
    parts = {meaning.part for meaning in meanings}
    changed: dict[str, str] = {"st": "" if "state" in parts else "state"}
    if "number" in parts or "count" not in parts or parts & {"full", "address"}:
        changed["count"] = ""
    elif "name" in parts and "street" not in parts:
        changed["count"] = "number"
    if "number" not in parts and changed.get("count") != "number":
        changed |= {"name": "street", "suffix": "", "direction": "", "post_direction": ""}
    changed["place"] = "" if _has_line(meanings) or parts & {"street", "name"} else "address"
    return [replace(meaning, part=changed.get(meaning.part, meaning.part)) for meaning in meanings]


def _has_line(meanings: Iterable[HeaderMeaning]) -> bool:
    parts = {meaning.part for meaning in meanings}
    return bool(parts & set(LINES)) or {"number", "name"} <= parts


def _put(columns: Columns, index: int, part: str) -> bool:
    """Records the column; False for a second one of a part that a row has once."""
    if part in LINES:
        columns.lines[index] = part
    elif part in UNITS:
        columns.units[index] = part
    else:
        known = columns.pieces if part in PIECES else columns.places
        if part in known:
            return False
        known[part] = index
    return True


def _keep(extras: dict[int, str], index: int, cell: str) -> None:
    name = cell.strip()
    if not name:
        return
    taken = set(extras.values())
    number, unused = 2, name
    while unused in taken:
        unused, number = f"{name}_{number}", number + 1
    extras[index] = unused
