"""Dependencies between folders run one way only: this table says which, and every import is held to it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "phx_scraper"

# Each part and the parts it may import; a part may always import itself.
GROUND = {"errors"}
PURE = GROUND | {"homes", "sources"}
READING = PURE | {"pages"}
KEEPING = PURE | {"storage", "reasons"}
CRAWLING = (
    READING | KEEPING | {"imaging", "items", "options", "job", "endings", "signals", "crawl", "views", "handlers"}
) | {"breakers", "keeping", "workers", "job_folder", "words"}
ALLOWED = {
    "errors": set(),
    "reasons": set(),
    "settings": set(),
    "signals": set(),
    "homes": GROUND,
    "sources": GROUND,
    "words": set(),
    "checks": GROUND,
    "options": GROUND | {"checks"},
    "pages": PURE,
    "imaging": GROUND,
    "storage": PURE | {"reasons"},
    "items": GROUND,
    "endings": GROUND | {"handlers"},
    "job_folder": KEEPING,
    "job": PURE | {"options", "job_folder"},
    "workers": set(),
    "breakers": KEEPING | {"endings"},
    "keeping": READING | KEEPING | {"imaging", "job", "options", "endings", "views"},
    "replica": PURE,
    "dupefilter": set(),
    "scheduler": set(),
    "handlers": PURE,
    "middlewares": READING | {"handlers", "options", "signals"},
    "views": KEEPING,
    "crawl": CRAWLING | {"middlewares"},
    "frontier": CRAWLING | {"middlewares"},
    "pipelines": CRAWLING,
    "spiders": CRAWLING | {"frontier", "middlewares"},
    "extensions": CRAWLING | {"middlewares"},
    "commands": CRAWLING | {"spiders", "extensions", "checks", "settings"},
}
SCRAPY_FREE = {
    "errors",
    "reasons",
    "homes",
    "sources",
    "pages",
    "imaging",
    "storage",
    "views",
    "replica",
    "options",
    "checks",
    "words",
    "job",
    "items",
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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


def imported_parts(path: Path) -> set[str]:
    own = {name.split(".")[1] for name in imported_names(path) if name.startswith("phx_scraper.")}
    return {name for name in own if name in ALLOWED}


def test_every_part_has_its_row() -> None:
    assert {part_of(path) for path in modules()} <= set(ALLOWED)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    part = part_of(path)
    wrong = imported_parts(path) - ALLOWED[part] - {part}
    assert not wrong, f"{part} may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", [p for p in modules() if part_of(p) in SCRAPY_FREE], ids=lambda p: str(p.name))
def test_the_pure_parts_know_nothing_of_scrapy(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported_names(path)}
    assert not outside & {"scrapy", "twisted"}


def test_the_table_has_no_circle() -> None:
    """crawl and pipelines lean on one another through one door, `keeping.decide`; nothing else does."""
    for part, allowed in ALLOWED.items():
        for other in allowed:
            if other != part:
                assert part not in ALLOWED[other], f"{part} and {other} import each other"
