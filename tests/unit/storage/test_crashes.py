"""`kill -9` at every named point: the same command run again gives the same result."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from phx_scraper.storage import crash_points
from tests.catalogue_places import VARIABLE
from tests.postgresql_server import PostgresqlServer

PACKAGE = Path(crash_points.__file__).parent
# The first hits fall into opening and registering; the later ones into the middle of the work.
HITS = {"write": 30, "fsync": 60, "rename": 30, "unlink": 2, "insert": 5, "commit": 12, "lease": 3, "close": 1}
POINTS = [f"{point}:{HITS[point.partition('.')[0]]}" for point in crash_points.POINTS]
# A later look at the same homes, some of whose photos changed.
AGAIN = [f"again:{point}" for point in ("insert.before:3", "insert.after:4", "commit.before:9", "rename.before:9")]


# Files are written alike, wherever the catalogue is.
POINTS_OF = {
    "file": POINTS + AGAIN,
    "server": [point for point in POINTS + AGAIN if re.search("insert|commit|lease", point)],
}


@pytest.fixture(scope="module")
def of_file(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return outcome(tmp_path_factory, "file", {})


@pytest.fixture(scope="module")
def of_server(postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return outcome(tmp_path_factory, "server", {VARIABLE: str(postgresql_server.folder)})


def outcome(folders: pytest.TempPathFactory, kind: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.storage.crash_and_rerun", str(folders.mktemp("crashes")), *POINTS_OF[kind]],
        check=True, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["plain"] == {"code": 0, "fetched": 2 * 3 * (1 + 4), "changed": 2 * 3}
    return found["points"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("point", POINTS_OF["file"])
def test_a_killed_run_is_finished_by_the_next(of_file: dict[str, Any], point: str) -> None:
    check(of_file[point])


@pytest.mark.parametrize("point", POINTS_OF["server"])
def test_so_it_is_where_the_catalogue_is_on_a_server(of_server: dict[str, Any], point: str) -> None:
    check(of_server[point])


def check(found: dict[str, Any]) -> None:
    assert found["crashed"] == 137
    assert found["again"] == 0
    assert found["differences"] == []
    assert len(found["twice"]) <= 1, "more than the one photo or page in flight was fetched again"
    assert found["before"] > 0


def test_every_point_is_hit_somewhere_and_listed() -> None:
    used = {
        name
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r'crash_points\.hit\("([a-z.]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert used == set(crash_points.POINTS)
