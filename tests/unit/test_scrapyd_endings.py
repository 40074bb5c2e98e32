"""scrapyd's list of endings has a word for every exit code of a crawl."""

from __future__ import annotations

import ast
from pathlib import Path

from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS, SERVER_AWAY, STOPPED, WRONG_USE

SOURCE = Path(__file__).parents[2] / "deploy" / "phx_scrapyd" / "endings.py"
"""Read, not imported: scrapyd has an environment of its own."""


def test_each_exit_code_is_explained() -> None:
    [told] = [
        ast.literal_eval(node.value)
        for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MEANINGS"
    ]
    assert set(told) == {ALL_CLEAR, PROBLEMS, WRONG_USE, STOPPED, SERVER_AWAY}
