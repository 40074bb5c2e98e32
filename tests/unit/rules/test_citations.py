"""Comments and docstrings cite only what is in the repository: who reads them has nothing else at hand."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.rules.product import ROOT, docstrings, text, tree

FOLDERS = ("phx_scraper", "tests", "bench", "scripts", "deploy")
# Marks of documents elsewhere: sections, findings and issues by number, and names that notes have.
ELSEWHERE = re.compile(
    r"""
    \b(?:[Tt]he\ )?design(?:\ document|,?\ section|'s\ section|\ notes?)\b
  | \b(?:re)?design\.md\b
  | \blive[- ](?:faults|ways)\b
  | \b[\w-]+-notes\b
  | \bissue\ (?:no\.\ ?|\#)?\d+\b
  | (?<![\w#&/.-])[A-HK-OQ-Y]\d{1,2}\b(?![.\w%-])
    """,
    re.VERBOSE,
)
# Words of that form which name something else.
KNOWN = {"C2": "an appendix of USPS Publication 28", "S3": "Amazon's storage"}


def python_files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def comments(path: Path) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.partition("# noqa")[0].partition("# type:")[0]
    known = docstrings(path)
    for node in ast.walk(tree(path)):
        if id(node) in known and isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_comment_cites_what_is_not_here(folder: str) -> None:
    ours = {path.name for path in ROOT.rglob("*.md") if ".venv" not in path.parts}
    found = []
    for path in python_files():
        if path.relative_to(ROOT).parts[0] != folder:
            continue
        cited = set(re.findall(r"\b[\w-]+\.md\b", text(path))) - ours
        for said in comments(path):
            cited.update(ELSEWHERE.findall(said))
        found += [f"{path.relative_to(ROOT)}: {word}" for word in sorted(cited - KNOWN.keys())]
    assert found == []
