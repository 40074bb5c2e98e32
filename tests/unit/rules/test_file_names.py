"""A file is known by its name alone: no two modules of the product have one, but for reasons that stand here."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from phx_scraper.sources import SOURCES
from tests.unit.rules.product import PACKAGE, files, name

# Names that two files may share, and why.
SHARED = {
    "catalogue": "what opens transactions, and the command, whose name is its file's",
    "circuit_breaker": "the middleware, and the mechanism that it is the door of",
    "jobs": "what may be asked of jobs, and the command, whose name is its file's",
    "metrics": "what Prometheus is told, and the command, whose name is its file's",
    "photos": "the pipeline, the catalogue's table, and the command, whose name is its file's",
    "refusals": "the middleware, and the mechanism that it is the door of",
    "report": "what reconcile found, and the command, whose name is its file's",
    "retry": "Scrapy takes a command's name from its file, and calls its own middleware so",
    "runs": "the catalogue's table, and the command, whose name is its file's",
    "settings": "Scrapy's module of them, and the command, whose name is its file's",
    "throttle": "the middleware, and the mechanism that it is the door of",
    "version": "the number, and the command, whose name is its file's",
}


def is_per_source(path: Path) -> bool:
    """Each source's page object is divided alike, so its files have the names of the others'."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] == "pages" and len(parts) > 2 and parts[1] in SOURCES


def shared_names() -> dict[str, list[str]]:
    found = defaultdict(list)
    for path in files():
        if path.stem != "__init__" and not is_per_source(path) and path.stem not in SOURCES:
            found[path.stem].append(name(path))
    return {stem: paths for stem, paths in found.items() if len(paths) > 1}


def test_a_file_name_stands_for_one_file() -> None:
    assert {stem: paths for stem, paths in shared_names().items() if stem not in SHARED} == {}


def test_no_name_is_excused_without_need() -> None:
    assert SHARED.keys() - shared_names().keys() == set()
