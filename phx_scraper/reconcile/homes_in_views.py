"""What the views still tell when the catalogue is lost: homes, visits, listings, photos and runs, as plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from phx_scraper.errors import StorageError
from phx_scraper.storage.files import paths
from phx_scraper.storage.files.store import FileStore

Facts = Mapping[str, Any]

_SAID = ("decisions", "corrections", "decisions_across_homes")
_LABEL = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class ImportedHome:
    """One home as the views tell of it: `sources` by name, `photos` as entries of the manifests; "" for no label.

    `decisions`, `corrections` and `across` (decisions with another home's picture) are what a person said of its
    pictures, oldest first, as its folder's list has them.
    """

    address: str
    sources: dict[str, Facts]
    photos: tuple[Facts, ...]
    label: str = ""
    decisions: tuple[Facts, ...] = ()
    corrections: tuple[Facts, ...] = ()
    across: tuple[Facts, ...] = ()


def told_homes(files: FileStore) -> Iterator[ImportedHome]:
    """Every home that some view names. A home's own folder is newer than the lists of all homes, so it comes first."""
    visited = _section(files, "extraction_state", "properties")
    listed = _section(files, "image_manifest", "properties")
    seen: set[str] = set()
    for name in files.names(paths.HOMES):
        told = _read(files, f"{paths.HOMES}/{name}/{paths.HOME_MANIFEST_NAME}")
        address = told.get("property_address")
        if isinstance(address, str) and address not in seen:
            seen.add(address)
            photos = [entry for part in ("images", "not_shown", "missing_files") for entry in _list(told.get(part))]
            sources = _merged(_dict(told.get("sources")), visited.get(address))
            said = (tuple(_list(told.get(name))) for name in _SAID)
            yield ImportedHome(address, sources, tuple(photos), _label(told), *said)
    for address in dict.fromkeys([*visited, *listed]):
        if address not in seen:
            entries = tuple(_list(listed.get(address)))
            label = _label(entries[0] if entries else visited.get(address))
            yield ImportedHome(address, _merged({}, visited.get(address)), entries, label)


def _label(told: Any) -> str:
    """The label that a home had, by which files and programs know its pictures; "" for anything else."""
    label = told.get("property_hash") if isinstance(told, dict) else ""
    return label if isinstance(label, str) and _LABEL.fullmatch(label) else ""


def told_urls(files: FileStore) -> dict[str, Any]:
    """Image id -> URL and validators of each photo."""
    found: dict[str, Any] = {}
    for url, entry in _section(files, "url_tracker", "urls").items():
        for one in (_dict(entry), *_list(_dict(entry).get("also"))):
            found[str(one.get("image_id"))] = {**one, "url": url}
    # The file of an earlier version has them by image.
    return found or _section(files, "url_tracker", "images")


def told_runs(files: FileStore) -> Iterator[Facts]:
    """The records of runs, oldest first."""
    for name in files.names(paths.RUNS):
        run = _read(files, f"{paths.RUNS}/{name}")
        if isinstance(run.get("run_id"), str):
            yield run


def seconds(text: Any) -> float | None:
    """The time that the views write as ISO 8601, in seconds since 1970; None for anything else."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return None


def _merged(own: dict[str, Any], visited: Any) -> dict[str, Facts]:
    """What a home's folder says of each source, completed by the list of all visits."""
    known = _dict(_dict(visited).get("sources"))
    return {source: {**_dict(known.get(source)), **_dict(own.get(source))} for source in dict.fromkeys([*known, *own])}


def _section(files: FileStore, name: str, section: str) -> dict[str, Any]:
    return _dict(_read(files, paths.metadata(name)).get(section))


def _read(files: FileStore, path: str) -> dict[str, Any]:
    """A JSON object; empty where there is none or where it is damaged."""
    try:
        return _dict(json.loads(files.read(path)))
    except (StorageError, ValueError, RecursionError):
        return {}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
