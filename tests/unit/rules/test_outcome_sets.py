"""Which outcomes are good, bad or an ending is said once, in `model/outcome.py`, and nowhere spelled out again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from phx_scraper.model.outcome import OUTCOMES
from tests.unit.rules.product import files, name, tree

HOME = "model/outcome.py"


def spelled() -> Iterator[tuple[str, str]]:
    """Where two or more outcomes stand in one set, list or tuple."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Set | ast.List | ast.Tuple):
                words = {part.value for part in node.elts if isinstance(part, ast.Constant)}
                if len(words) > 1 and words <= set(OUTCOMES):
                    yield name(path), " ".join(sorted(map(str, words)))


def test_outcomes_are_named_in_one_place() -> None:
    assert [f"{path}: {words}" for path, words in spelled() if path != HOME] == []
