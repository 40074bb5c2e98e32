"""What `make mutants` is told exists: modules, tests, and the lines of mutants that are argued to be equivalent."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
EQUIVALENT = tomllib.loads((ROOT / "tests/mutants/equivalent.toml").read_text(encoding="utf-8"))["mutant"]


@pytest.mark.parametrize("path", [*CONFIG["only_mutate"], *CONFIG["pytest_add_cli_args_test_selection"]])
def test_modules_and_tests_are_there(path: str) -> None:
    assert (ROOT / path).exists()


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{name}", each) for name, each in functions(ast.Module(node.body, [])))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


@pytest.mark.parametrize("entry", EQUIVALENT, ids=lambda entry: f"{entry['function']}: {entry['was'][:40]}")
def test_an_equivalent_mutant_changes_lines_that_are_there(entry: dict[str, Any]) -> None:
    source = (ROOT / entry["module"]).read_text(encoding="utf-8")
    found = dict(functions(ast.parse(source)))[entry["function"]]
    name = entry["function"].rpartition(".")[2]
    lines = [line.strip() for line in source.splitlines()[found.lineno - 1 : found.end_lineno]]
    text = "\n".join([lines[0].replace(f"def {name}(", "def ("), *lines[1:]])
    assert "\n".join(line.strip() for line in entry["was"].strip().splitlines()) in text
    assert entry["module"] in CONFIG["only_mutate"]
    assert len(entry["why"]) > 10
