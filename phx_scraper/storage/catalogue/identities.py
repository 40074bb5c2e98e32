"""Which rows of the catalogue are the home that a list names: by what the home is, never by its label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, select, update

from phx_scraper.errors import AddressError, PhxError
from phx_scraper.homes import Place, hash_of, identity_of, parse_address, same_place, street_key
from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.sql_helpers import chunks

if TYPE_CHECKING:
    from phx_scraper.homes import Home

homes = schema.homes

_UNREADABLE = "?"
_AGAIN = "|again|"
_LABEL_DIGITS = range(8, 65)


@dataclass(frozen=True, slots=True)
class KnownHome:
    """A row of the catalogue, as far as it says which home it is."""

    property_hash: str
    identity: str
    street_key: str
    address: str
    city: str
    state: str
    zip: str


_COLUMNS = tuple(homes.c[name] for name in KnownHome.__slots__)


class Ambiguous(PhxError):
    """A home without zip that may be one of several; the text names two of them."""


def by_street(connection: Connection, wanted: Iterable[Home]) -> dict[str, list[KnownHome]]:
    """The known homes of these homes' streets, by street key and label: one of them each may be, or several."""
    found: dict[str, list[KnownHome]] = {}
    for part in chunks({street_key(home.parsed) for home in wanted}):
        query = select(*_COLUMNS).where(homes.c.street_key.in_(part)).order_by(homes.c.property_hash)
        for row in connection.execute(query):
            found.setdefault(row.street_key, []).append(KnownHome(*row))
    return found


def same(home: Home, known: Sequence[KnownHome], listed: Sequence[Home] = ()) -> list[KnownHome]:
    """Those of the known homes of its street that are this home; more than one where they were taken for two so far.

    A known home without zip counts where it can be no other home, known or `listed` for the street. Raises Ambiguous
    for a home without zip that fits several.
    """
    fitting = [one for one in known if same_place(home.parsed, one)]
    zips = {one.zip for one in fitting if one.zip}
    if len(zips) > 1:
        named = " or ".join(one.address for one in fitting if one.zip)
        raise Ambiguous(f"without a zip it could be {named}")
    if not zips and not home.zip:
        return _of_one_state(home, fitting)
    # The same street and city under another zip: then it is open which of them the one without zip is.
    places: list[Place] = [*known, *listed]
    others = [one for one in places if one.zip and one.zip not in zips | {home.zip}]
    return [one for one in fitting if one.zip or not any(same_place(one, other) for other in others)]


def _of_one_state(home: Home, fitting: list[KnownHome]) -> list[KnownHome]:
    """Without zip and state the city may be in several states: Arizona's comes first, as within a list."""
    states = {one.state for one in fitting if one.state}
    if len(states) < 2:
        return fitting
    if "AZ" not in states:
        raise Ambiguous(f"without a state it could be {' or '.join(one.address for one in fitting)}")
    return [one for one in fitting if one.state == "AZ"]


def says_less(known: KnownHome, home: Home) -> bool:
    """Whether the list tells a city, state or zip that the catalogue does not have."""
    pairs = ((known.city, home.city), (known.state, home.state), (known.zip, home.zip))
    return any(not ours and theirs for ours, theirs in pairs)


def taken_labels(connection: Connection, labels: Sequence[str]) -> set[str]:
    """Those of a few labels that some home has."""
    return set(connection.execute(select(homes.c.property_hash).where(homes.c.property_hash.in_(labels))).scalars())


def unused_label(connection: Connection, home: Home) -> str:
    """The home's label, with as many digits as it takes to be nobody else's."""
    labels = [home.property_hash, *(hash_of(home.parsed, digits) for digits in _LABEL_DIGITS)]
    taken = taken_labels(connection, labels)
    return next(label for label in labels if label not in taken)


def fill(connection: Connection) -> None:
    """Give every row its identity, read from its address. Of rows that are one home the best known keeps it.

    The others are marked, not removed: they become one when a list next names the home, or stay as they are.
    """
    taken: set[str] = set()
    values = []
    for row in connection.execute(select(homes.c.property_hash, homes.c.address).order_by(*_best_known())).all():
        identity, street = _identity(row.address, row.property_hash)
        if identity in taken:
            identity = f"{identity}{_AGAIN}{row.property_hash}"
        taken.add(identity)
        values.append({"of_home": row.property_hash, "is_home": identity, "on_street": street})
    change = update(homes).where(homes.c.property_hash == bindparam("of_home"))
    if values:
        connection.execute(change.values(identity=bindparam("is_home"), street_key=bindparam("on_street")), values)


def _best_known() -> tuple[Any, ...]:
    stored = schema.photos.c.property_hash == homes.c.property_hash
    shown = select(func.count()).select_from(schema.photos).where(stored, schema.photos.c.state == "stored")
    return shown.scalar_subquery().desc(), homes.c.property_hash


def _identity(address: str, label: str) -> tuple[str, str]:
    """Identity and street key; a row whose address is none by today's rules is found by no list."""
    try:
        parsed = parse_address(address)
    except AddressError:
        return f"{_UNREADABLE}|{label}", _UNREADABLE
    return identity_of(parsed), street_key(parsed)
