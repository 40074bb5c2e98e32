"""The product's source as syntax trees: what the rules of this folder look at."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "phx_scraper"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(replica: bool = False) -> tuple[Path, ...]:
    """Every module of the package; those of the replica, which is a tool beside it, only where asked for."""
    found = sorted(PACKAGE.rglob("*.py"))
    return tuple(path for path in found if replica or path.relative_to(PACKAGE).parts[0] != "replica")


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path))


def name(path: Path) -> str:
    """As documents name it: below the package, with slashes."""
    return path.relative_to(PACKAGE).as_posix()


def module(path: Path) -> str:
    """The dotted name that imports use."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def docstrings(path: Path) -> set[int]:
    """The ids of the nodes that are docstrings, so that a search for texts can leave them out."""
    found = set()
    for node in ast.walk(tree(path)):
        for child in getattr(node, "body", ()) if not isinstance(node, ast.Lambda | ast.IfExp) else ():
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                found.add(id(child.value))
    return found


def names_in(node: ast.AST) -> Counter[str]:
    """Names that are read, and attributes, whoever has them."""
    found: Counter[str] = Counter()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            found[inner.id] += 1
        elif isinstance(inner, ast.Attribute):
            found[inner.attr] += 1
    return found


@cache
def names_of(path: Path) -> Counter[str]:
    return names_in(tree(path))
