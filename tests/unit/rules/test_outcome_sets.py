"""Which outcomes are good, bad or an ending is said once, in `model/outcome.py`, and nowhere spelled out again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.unit.rules.product import files, name, tree

HOME = "model/outcome.py"
OUTCOMES = {"pending", "ok", "empty", "not_found", "blocked", "error"}
# Path -> the sets that are still spelled out there.
STILL_SPELLED = {
    "commands/status.py": ["blocked error pending"],
    "extensions/console_summary.py": ["blocked empty error not_found ok pending"],
    "extensions/progress.py": ["blocked empty error not_found ok"],
    "extensions/run_summary.py": ["blocked error", "empty not_found ok"],
    "model/records.py": ["blocked empty error not_found ok pending"],
    "reconcile/row_checks.py": ["empty not_found"],
    "run/context.py": ["blocked error", "empty ok"],
    "storage/catalogue/apply_cross_check.py": ["empty ok"],
    "storage/catalogue/leases.py": ["blocked error"],
    "storage/catalogue/other_sources.py": ["empty ok"],
    "storage/catalogue/requeue.py": ["blocked error", "ok pending"],
    "storage/catalogue/visit_endings.py": ["empty not_found ok"],
    "views/run_record.py": ["blocked error"],
}


def spelled() -> Iterator[tuple[str, str]]:
    """Where two or more outcomes stand in one set, list or tuple."""
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Set | ast.List | ast.Tuple):
                words = {part.value for part in node.elts if isinstance(part, ast.Constant)}
                if len(words) > 1 and words <= OUTCOMES:
                    yield name(path), " ".join(sorted(map(str, words)))


def test_outcomes_are_named_in_one_place() -> None:
    found: dict[str, list[str]] = {}
    for path, words in spelled():
        if path != HOME:
            found.setdefault(path, []).append(words)
    assert found == STILL_SPELLED
