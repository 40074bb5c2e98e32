"""Homes put on the list: each is looked up by what it is, and has a label of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from phx_scraper.homes import Home, RowError, identity_of, street_key
from phx_scraper.storage.catalogue import identities, schema, view_change_counter
from phx_scraper.storage.catalogue.home_rows import insert_homes, update_homes
from phx_scraper.storage.catalogue.identities import Ambiguous, KnownHome
from phx_scraper.storage.catalogue.merge_homes import as_one
from phx_scraper.storage.catalogue.sql_helpers import chunks

homes, visits = schema.homes, schema.visits


@dataclass(frozen=True, slots=True)
class Registered:
    """The homes as the catalogue has them, `property_hash` being their label there; and rows that fit several homes."""

    homes: tuple[Home, ...]
    errors: tuple[RowError, ...]


def register(connection: Connection, new: Sequence[Home], sources: Sequence[str], run_id: str) -> Registered:
    """Insert what is not known yet, with a pending visit at each source; what is known keeps its outcomes.

    Known homes that turn out to be one become one; their files go with the next removal.
    """
    labelled: dict[str, Home] = {}
    errors: list[RowError] = []
    listed = _by_street(new)
    for part in chunks(new):
        desk = _Desk(connection, part, listed, run_id)
        for home in part:
            try:
                named = desk.named(home)
            except Ambiguous as error:
                errors += [RowError(row, str(error), home.address) for row in home.rows]
                continue
            first = labelled.get(named.property_hash)
            labelled[named.property_hash] = replace(first, rows=(*first.rows, *named.rows)) if first else named
        desk.write()
    _insert_visits(connection, list(labelled), sources)
    return Registered(tuple(labelled.values()), tuple(errors))


def knows_homes(connection: Connection) -> bool:
    """Whether any home was ever put on the list."""
    return connection.execute(select(homes.c.slug).limit(1)).first() is not None


def addresses(connection: Connection) -> dict[str, str]:
    """Every home that is known: label -> address."""
    rows = connection.execute(select(homes.c.property_hash, homes.c.address))
    return {row.property_hash: row.address for row in rows}


def labels(connection: Connection, wanted: Sequence[Home]) -> list[str]:
    """The labels of those homes that the catalogue knows, in order; one that fits several known homes is left out."""
    return list(dict.fromkeys(label for _, label in labels_of(connection, wanted)))


def labels_of(connection: Connection, wanted: Sequence[Home]) -> Iterator[tuple[Home, str]]:
    """The same with the homes; one that the catalogue took for two so far has both labels."""
    listed = _by_street(wanted)
    for part in chunks(wanted):
        known = identities.by_street(connection, part)
        for home in part:
            key = street_key(home.parsed)
            try:
                same = identities.same(home, known.get(key, []), listed[key])
            except Ambiguous:
                continue
            yield from ((home, one.property_hash) for one in same)


class _Desk:
    """Registers a few homes: what is new is inserted in one go, unless a known home has to be changed before."""

    def __init__(
        self, connection: Connection, part: Sequence[Home], listed: dict[str, list[Home]], run_id: str
    ) -> None:
        self._connection = connection
        self._listed = listed
        self._run_id = run_id
        self._known = identities.by_street(connection, part)
        self._taken = identities.taken_labels(connection, [home.property_hash for home in part])
        self._fresh: list[Home] = []
        self._seen: list[Home] = []

    def named(self, home: Home) -> Home:
        """The home under its label in the catalogue. Raises Ambiguous."""
        key = street_key(home.parsed)
        known = self._known.setdefault(key, [])
        found = identities.same(home, known, self._listed[key])
        if not found:
            return self._new(home, known)
        if len(found) > 1 or identities.says_less(found[0], home):
            self._insert()
            view_change_counter.note(self._connection)
            kept = as_one(self._connection, home, found)
            known[:] = [kept, *(one for one in known if one not in found)]
        else:
            kept = found[0]
        named = replace(home, property_hash=kept.property_hash)
        self._seen.append(named)
        return named

    def write(self) -> None:
        """Insert what is new and note the run at what is known."""
        self._insert()
        update_homes(self._connection, self._seen, self._run_id)

    def _new(self, home: Home, known: list[KnownHome]) -> Home:
        label = home.property_hash
        if label in self._taken:
            self._insert()
            label = identities.unused_label(self._connection, home)
        self._taken.add(label)
        named = replace(home, property_hash=label)
        known.append(KnownHome(label, identity_of(home.parsed), street_key(home.parsed), home.address, *_place(home)))
        self._fresh.append(named)
        return named

    def _insert(self) -> None:
        insert_homes(self._connection, self._fresh, self._run_id)
        self._fresh = []


def _by_street(listed: Iterable[Home]) -> dict[str, list[Home]]:
    found: dict[str, list[Home]] = {}
    for home in listed:
        found.setdefault(street_key(home.parsed), []).append(home)
    return found


def _place(home: Home) -> tuple[str, str, str]:
    return home.city, home.state, home.zip


def _insert_visits(connection: Connection, labels: Sequence[str], sources: Sequence[str]) -> None:
    for part in chunks(labels):
        query = select(visits.c.property_hash, visits.c.source).where(visits.c.property_hash.in_(part))
        known = {(row.property_hash, row.source) for row in connection.execute(query)}
        rows = [
            {"property_hash": label, "source": source}
            for label in part
            for source in dict.fromkeys(sources)
            if (label, source) not in known
        ]
        if rows:
            view_change_counter.note(connection)
            connection.execute(visits.insert(), rows)
