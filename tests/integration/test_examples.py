"""The programs of `examples/` as they stand: as scripts, and in a Jupyter kernel, where an event loop is running."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from phx_scraper.replica import Options, running
from phx_scraper.replica.running import Replica

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ADDRESS = "4732 W Davis Rd, Glendale, AZ 85306"
SCRIPTS = {
    "collect.py": ["homes.csv", "images"],
    "one_home.py": [ADDRESS, "images"],
    "time_limit.py": ["homes.csv", "images", "600"],
}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with running(Options(photos=(2, 3), width=400, kinds=frozenset())) as server:
        yield server


@pytest.fixture
def folder(replica: Replica, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples run: with a list of homes, and settings that lead to the replica."""
    (tmp_path / "homes.csv").write_text(f'full_address\n"{ADDRESS}"\n', encoding="utf-8")
    settings = f"from phx_scraper.settings import *\nPHX_REPLICA_URL = {replica.url!r}\nPHX_DELAY_SCALE = 0\n"
    (tmp_path / "replica_settings.py").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "replica_settings")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    return tmp_path


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_a_script(folder: Path, name: str) -> None:
    command = [sys.executable, str(EXAMPLES / name), *SCRIPTS[name]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 completed, 0 failed" in done.stdout


# Jupyter's own: on a proxy of asyncio's, on files of sockets that it closes as it ends.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_in_a_kernel(folder: Path) -> None:
    """The notebook, and then each script that waits, in the same kernel's process."""
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    for name in ("collect.py", "one_home.py"):
        words = " ".join(f'"{word}"' for word in SCRIPTS[name])
        notebook.cells.append(nbformat.v4.new_code_cell(f'%run "{EXAMPLES / name}" {words}'))
    NotebookClient(notebook, timeout=300, startup_timeout=180, resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    said = "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)
    assert re.findall(r"(\d) completed, 0 failed, (\d) skipped", said) == [("1", "0"), ("0", "1"), ("0", "1")]
    assert "stored" in said, "the table of photos"
    assert [output for output in outputs if output.get("name") == "stderr"] == []


def test_every_example_is_run() -> None:
    assert {path.name for path in EXAMPLES.glob("*.*")} == {*SCRIPTS, "notebook.ipynb"}
