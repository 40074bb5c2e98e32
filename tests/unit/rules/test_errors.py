"""One tree of exceptions: whatever the project raises on purpose is of it, and is found where errors.py says."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from phx_scraper.errors import PhxError
from tests.unit.rules.product import PACKAGE, files, module, names_of, tree
from tests.unit.test_imports import ALLOWED

SHARED = {"errors.py", "downloader/exceptions.py"}


def classes() -> dict[type[BaseException], Path]:
    """Every exception class that the product defines."""
    found: dict[type[BaseException], Path] = {}
    for path in files():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and node.bases and not path.name.startswith("__main__"):
                defined = getattr(import_module(module(path)), node.name)
                if isinstance(defined, type) and issubclass(defined, BaseException):
                    found[defined] = path
    return found


CLASSES = classes()


def test_they_are_one_tree() -> None:
    assert len(CLASSES) > 15
    assert [kind.__name__ for kind in CLASSES if not issubclass(kind, PhxError)] == []


def test_one_that_leaves_its_room_is_in_errors() -> None:
    for kind, home in CLASSES.items():
        if home.relative_to(PACKAGE).as_posix() in SHARED:
            continue
        room = home.relative_to(PACKAGE).parts[0]
        others = [path for path in files() if path.relative_to(PACKAGE).parts[0] != room]
        assert [path for path in others if names_of(path)[kind.__name__]] == [], kind


@pytest.mark.parametrize(
    "kind", [kind for kind, path in CLASSES.items() if path.relative_to(PACKAGE).as_posix() in SHARED]
)
def test_its_docstring_names_rooms_that_raise_it(kind: type[PhxError]) -> None:
    said = re.search(r"raised by ((?:`[\w.]+`(?:, | and )?)+)", inspect.getdoc(kind) or "")
    rooms = re.findall(r"`([\w.]+)`", said[1]) if said else []
    names = {kind.__name__, *(other.__name__ for other in CLASSES if issubclass(other, kind))}
    for room in rooms:
        assert room in ALLOWED, room
        inside = [path for path in files() if path.is_relative_to(PACKAGE.joinpath(*room.split(".")))]
        assert any(names_of(path)[name] for path in inside for name in names), f"{room} never names {kind}"
