"""What `make test` collects: a folder of tests that is on no list runs only when somebody names it."""

from __future__ import annotations

import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


def test_every_folder_of_tests_is_collected() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    collected = settings["tool"]["pytest"]["ini_options"]["testpaths"]
    folders = {path.relative_to(REPOSITORY).parts[:2] for path in (REPOSITORY / "tests").rglob("test_*.py")}
    assert sorted(map("/".join, folders)) == sorted(collected)
