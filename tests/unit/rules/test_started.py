"""Each script and each bench starts, says with --help what it takes, and does none of its work for that."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.rules.started import ROOT

MAIN = 'if __name__ == "__main__":'
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
BENCHES = [path for path in sorted((ROOT / "bench").glob("*.py")) if MAIN in path.read_text(encoding="utf-8")]
NAMES = [f"{path.parent.name}/{path.name}" for path in (*SCRIPTS, *BENCHES)]
Answers = dict[str, tuple[int, str, str]]


def ask(option: str, folder: Path) -> Answers:
    """What each says to an option, by its name; the folder in which all stood must be empty still."""
    asked = dict.fromkeys((str(ROOT / name) for name in NAMES), option)
    line = [sys.executable, str(ROOT / "tests" / "unit" / "rules" / "started.py"), json.dumps(asked)]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    assert list(folder.iterdir()) == []
    return {str(Path(path).relative_to(ROOT)): tuple(found) for path, found in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return ask("--help", tmp_path_factory.mktemp("help"))


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return ask("--no-such-option", tmp_path_factory.mktemp("wrong"))


@pytest.mark.parametrize("name", NAMES)
def test_help_is_its_usage_and_nothing_is_done(name: str, helped: Answers) -> None:
    code, out, err = helped[name]
    assert (code, err) == (0, "")
    program = f"python -m {name[:-3].replace('/', '.').removesuffix('.__main__')}" if name.startswith("bench") else name
    assert out.startswith(f"usage: {program}"), out[:200]
    # Beyond the usage it says what it is for.
    assert len(out.split("\n\n")) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_it_does_not_know_is_a_sentence(name: str, refused: Answers) -> None:
    code, out, err = refused[name]
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    # What is asked for first may be missed first.
    assert re.search(r": error: (unrecognized arguments: --no-such-option|.* required: [A-Z, ]+)$", err.strip()), err


def test_scripts_are_there_to_be_started() -> None:
    assert [path.name for path in SCRIPTS if MAIN not in path.read_text(encoding="utf-8")] == []
