"""The state on which two runs over the same homes must agree, however often each was interrupted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from phx_scraper.storage.catalogue import schema
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.history_tables import listing_history
from phx_scraper.storage.catalogue.revisit_tables import photo_versions
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.file_stats import digest_of
from phx_scraper.storage.files.folder_store import FolderStore
from tests.lasting_names import lasting_names

# Which run did it, when, and under which row number: what an interruption may change.
_INCIDENTAL = frozenset(
    {
        "id",
        "attempts",
        "checked_at",
        "created_by_run_id",
        # Which ways a visit asked depends on what the others had found by then, and on whether it was taken up again.
        "detail",
        "downloaded_at",
        "compared",
        "finished_at",
        # A drawing that its page brought along has none; asked for again by a resumed run it has.
        "http_status",
        "first_run_id",
        "first_seen",
        "last_checked",
        "last_modified",
        "last_run_id",
        "last_seen",
        "last_updated",
        "lease_holder",
        "lease_run",
        "lease_until",
        "not_before",
        "number",
        "processed_at",
        "replaced_at",
        "revision",
        "run_id",
        "seen_at",
        "shown",
        "started_at",
        "viewed",
    }
)
_COMPARED = (
    schema.homes,
    schema.visits,
    schema.listings,
    listing_history,
    schema.photos,
    schema.images,
    schema.file_removals,
    photo_versions,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows of the catalogue by table and files of the store by path, both as texts that compare."""

    rows: dict[str, tuple[str, ...]]
    files: dict[str, str]


def snapshot(catalogue: Catalogue, files: FolderStore) -> Snapshot:
    """Read the whole catalogue and every file of the store. Raises StorageError."""
    with catalogue.reading() as connection:
        rows = {table.name: tuple(sorted(_rows(connection, table))) for table in _COMPARED}
        listed = connection.execute(select(schema.listings.c.listing_date)).scalars()
        days = {day.replace("-", "") for day in listed if day}
    return Snapshot(rows, lasting_names({path: _digest(files, path) for path in _paths(files.root)}, days))


def differences(one: Snapshot, other: Snapshot) -> list[str]:
    """What the two do not share, a line each: `- ` only in `one`, `+ ` only in `other`; empty if they are equal."""
    found = [
        line
        for name in sorted(one.rows.keys() | other.rows.keys())
        for line in _unshared(f"row of {name}", one.rows.get(name, ()), other.rows.get(name, ()))
    ]
    return found + list(_unshared("file", _listed(one.files), _listed(other.files)))


def _rows(connection: Connection, table: Table) -> Iterator[str]:
    kept = _photo_names(connection) if table in (schema.photos, photo_versions) else {}
    for row in connection.execute(select(table)).mappings():
        values = {name: value for name, value in row.items() if name not in _INCIDENTAL}
        for name in {"duplicate_of", "photo_id"} & values.keys():
            values[name] = kept.get(values[name])
        if "removed_at" in values:
            values["removed_at"] = values["removed_at"] is not None
        yield json.dumps(values, sort_keys=True, default=_text)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _photo_names(connection: Connection) -> dict[int, str]:
    photos = schema.photos
    query = select(photos.c.id, photos.c.source, photos.c.key)
    return {row.id: f"{row.source}/{row.key}" for row in connection.execute(query)}


def _paths(root: Path) -> Iterator[str]:
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        is_catalogue = relative.startswith(paths.CATALOGUE)
        if path.is_file() and not is_catalogue and not relative.startswith(f"{paths.RUNS}/"):
            yield relative


def _digest(files: FolderStore, path: str) -> str:
    """Of the bytes; of a JSON view, of what it says apart from times and runs; a page has times in its text."""
    if path.endswith(".html"):
        return "page"
    if path.endswith(".json"):
        says = json.dumps(_lasting(json.loads(files.read(path))), sort_keys=True)
        return hashlib.sha256(says.encode()).hexdigest()
    return digest_of(files.path(path))


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(item) for key, item in value.items() if key not in _INCIDENTAL}
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def _listed(files: dict[str, str]) -> list[str]:
    return [f"{path} {digest}" for path, digest in files.items()]


def _unshared(what: str, one: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    first, second = set(one), set(other)
    yield from (f"- {what} {line}" for line in sorted(first - second))
    yield from (f"+ {what} {line}" for line in sorted(second - first))
