"""Storage is told what to write and never calls up: no public function of it takes another function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.unit.rules.product import Function, files, name, tree

# Parameters that are functions, and why they may be.
EXCUSED = {
    "check": "storage's own: the database reads itself through while it holds the lock of the file beside it",
    "item": "storage's own: how a column of JSON makes its parts into records",
    "steps": "storage's own: the migrations, of which tests give others",
}


def storage_files() -> list[Path]:
    return [path for path in files() if name(path).startswith("storage/")]


def function_types() -> set[str]:
    """Names that stand for a type of function in storage, `Callable` itself first."""
    found = {"Callable"}
    for path in storage_files():
        for node in tree(path).body:
            if isinstance(node, ast.Assign) and mentions(node.value, {"Callable"}):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.ClassDef) and any(
                isinstance(inner, Function) and inner.name == "__call__" for inner in node.body
            ):
                found.add(node.name)
    return found


def mentions(annotation: ast.AST | None, names: set[str]) -> bool:
    return annotation is not None and any(
        (isinstance(node, ast.Name) and node.id in names) or (isinstance(node, ast.Attribute) and node.attr in names)
        for node in ast.walk(annotation)
    )


def parameters(function: Function) -> Iterator[ast.arg]:
    given = function.args
    yield from (*given.posonlyargs, *given.args, *given.kwonlyargs)
    yield from (extra for extra in (given.vararg, given.kwarg) if extra)


def taken() -> dict[str, set[str]]:
    types = function_types()
    found: dict[str, set[str]] = {}
    for path in storage_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, Function) or (node.name.startswith("_") and node.name != "__init__"):
                continue
            called = {one.arg for one in parameters(node) if mentions(one.annotation, types)}
            if called:
                found[f"{name(path)}:{node.name}"] = called
    return found


def test_storage_takes_no_functions() -> None:
    excused = set(EXCUSED)
    found = {where: rest for where, called in taken().items() if (rest := called - excused)}
    assert found == {}


def test_storage_is_handed_no_functions_in_records() -> None:
    types = function_types()
    fields = [
        f"{name(path)}:{ast.unparse(node)}"
        for path in storage_files()
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.ClassDef)
        for node in owner.body
        if isinstance(node, ast.AnnAssign) and mentions(node.annotation, types)
    ]
    assert fields == []


def test_no_parameter_is_excused_without_need() -> None:
    assert EXCUSED.keys() - set().union(*taken().values()) == set()
