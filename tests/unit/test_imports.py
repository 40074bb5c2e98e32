"""Dependencies between folders run one way only: this table lists them, and every import is checked against it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "phx_scraper"

# Each folder, from the ground up, and what it may import besides itself: exactly what it needs, and nothing above it.
# The folders of the sources below `pages` and `replica` share a row with these.
_ROWS = {
    "dupefilter": "",
    "errors": "",
    "model": "",
    "scheduler": "",
    "settings": "",
    "sources": "",
    "storage": "",
    "version": "",
    "config": "errors model",
    "homes": "errors model",
    "imaging.containers": "errors",
    "imaging.duplicates": "errors model",
    "items": "model",
    "storage.files": "errors model storage",
    "__main__": "config",
    "imaging": "errors imaging.containers imaging.duplicates model",
    "logs": "config sources",
    "pages": "errors homes model sources",
    "replica": "errors homes sources",
    "storage.catalogue": "errors homes model sources storage storage.files",
    "downloader.saved_pages": "errors homes model pages sources",
    "imaging.categories": "errors imaging model",
    "reconcile": "config errors homes imaging model storage storage.catalogue storage.files",
    "service": "config errors homes model sources storage storage.catalogue storage.files version",
    "views": "errors model sources storage.catalogue storage.files",
    "api": "errors homes model service storage.catalogue storage.files version views",
    "downloader": "config downloader.saved_pages errors model pages sources",
    "exporters": "config views",
    "report": "errors model sources storage.catalogue storage.files version views",
    "downloader.handlers": "config downloader sources",
    "export": "config errors exporters model storage storage.catalogue storage.files views",
    "run": (
        "config downloader downloader.saved_pages errors homes imaging imaging.categories imaging.duplicates "
        "model pages reconcile sources storage storage.catalogue storage.files views"
    ),
    "downloader.browser": "config downloader downloader.handlers pages sources",
    "downloader.middlewares": "config downloader downloader.handlers downloader.saved_pages errors model pages sources",
    "extensions": (
        "config downloader errors homes items model report run sources storage.catalogue storage.files views"
    ),
    "pipelines": "downloader errors items model pages run sources storage.catalogue views",
    "orchestrator": "config downloader errors extensions homes model run sources storage.catalogue views",
    "spiders": (
        "config downloader downloader.middlewares downloader.saved_pages errors homes items model pages run "
        "sources storage.catalogue storage.files"
    ),
    "probe": (
        "config downloader downloader.handlers errors homes items model pages pipelines reconcile run sources "
        "spiders storage.files"
    ),
    "commands": (
        "api config errors export extensions homes imaging.categories logs model pages probe reconcile report "
        "run service settings sources spiders storage.catalogue storage.files version views"
    ),
}
ALLOWED = {room: set(allowed.split()) for room, allowed in _ROWS.items()}
SCRAPY_FREE = {
    "errors",
    "sources",
    "homes",
    "model",
    "config",
    "pages",
    "imaging",
    "storage",
    "views",
    "reconcile",
    "replica",
    "items",
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE)


def room_of(path: Path) -> str:
    """The row that a file is held to: its folder, the sources' folders of `pages` and `replica` with them."""
    folders = path.relative_to(PACKAGE).parts[:-1] or (path.stem,)
    return next(".".join(folders[:n]) for n in (2, 1) if ".".join(folders[:n]) in ALLOWED or n == 1)


def room_of_name(name: str) -> str:
    """The room of a dotted name below the package."""
    path = PACKAGE.joinpath(*name.split(".")[1:])
    while not (path.is_dir() or path.with_suffix(".py").exists()):
        path = path.parent
    return room_of(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))


def imported_names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            assert node.module is not None
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def imported_rooms(path: Path) -> set[str]:
    own = {name for name in imported_names(path) if name.startswith("phx_scraper.")}
    return {room_of_name(name) for name in own}


def test_every_folder_has_its_row_and_every_row_its_folder() -> None:
    assert {room_of(path) for path in modules()} == set(ALLOWED)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    room = room_of(path)
    wrong = imported_rooms(path) - ALLOWED[room] - {room}
    assert not wrong, f"{room} may not import {sorted(wrong)}"


def test_no_row_allows_what_nothing_needs() -> None:
    needed: dict[str, set[str]] = {room: {room} for room in ALLOWED}
    for path in modules():
        needed[room_of(path)] |= imported_rooms(path)
    assert {room: idle for room in ALLOWED if (idle := ALLOWED[room] - needed[room])} == {}


@pytest.mark.parametrize(
    "path", [p for p in modules() if room_of(p).split(".")[0] in SCRAPY_FREE], ids=lambda p: str(p.name)
)
def test_the_pure_parts_know_nothing_of_scrapy(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported_names(path)}
    assert not outside & {"scrapy", "twisted"}


def test_imports_go_to_rows_further_down_only() -> None:
    """The table is in an order in which every folder stands above all that it imports: so there is no circle."""
    order = list(ALLOWED)
    for room, allowed in ALLOWED.items():
        assert all(order.index(other) < order.index(room) for other in allowed), room
