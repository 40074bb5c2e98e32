"""`python -m bench --quick`: every section measures, and table, JSON and charts of it are written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).parents[2]
CHARTS = {"catalogue", "index", "memory", "peers", "pictures", "workers"}
# Stands for the peer programs, which are not installed here: fetches the URLs it is given.
PEER = """#!{python}
import pathlib, sys, urllib.request
given = dict(zip(sys.argv, sys.argv[1:]))
out = pathlib.Path(given.get("--output_folder") or given["-d"])
out.mkdir(parents=True)
for number, url in enumerate(pathlib.Path(given.get("--url_list") or given["-i"]).read_text().split()):
    with urllib.request.urlopen(url) as answer:
        (out / f"{{number}}{suffix}").write_bytes(answer.read())
"""


@pytest.fixture
def peers(tmp_path: Path) -> Path:
    folder = tmp_path / "peers"
    folder.mkdir()
    for name, suffix in (("img2dataset", ".png"), ("gallery-dl", ".jpg")):
        program = folder / name
        program.write_text(PEER.format(python=sys.executable, suffix=suffix))
        program.chmod(0o755)
    (folder / "python").symlink_to(sys.executable)
    return folder


def test_a_quick_run_measures_and_writes_everything(tmp_path: Path, peers: Path) -> None:
    out, work = tmp_path / "out", tmp_path / "work"
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--out", str(out)],
        env={**os.environ, "PHX_BENCH_WORK": str(work), "PHX_BENCH_PEERS": str(peers)},
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sections = {section["name"]: section for section in json.loads((out / "latest.json").read_text())["sections"]}
    assert set(sections) == {"crawl", "sources", "memory", "pictures", "catalogue", "index", "peers"}
    for section in sections.values():
        assert section["checks"]
        assert all(len(row[1]) == len(grid["columns"]) for grid in section["grids"] for row in grid["rows"])
    exact = [
        check
        for one in ("index", "peers", "pictures")
        for check in sections[one]["checks"]
        if "CPU" not in check["what"]
    ]
    assert [check["what"] for check in exact if check["at_most"] == 0 and not check["met"]] == []
    assert {path.stem for path in out.glob("*.svg")} == CHARTS
    page = (out / "README.md").read_text()
    for name in CHARTS:
        ElementTree.parse(out / f"{name}.svg")
        assert f"]({name}.svg)" in page
    assert not [path for path in work.rglob("catalogue.sqlite") if "catalogue" in path.parts], (
        "the synthetic catalogue is removed"
    )
