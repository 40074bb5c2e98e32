"""Starts scripts and benches with one option each, in forks of one process: most of their time is imports.

Run with paths and their options as JSON; says for each its exit code and what it wrote. A fork finds modules as a
script does that was started in another folder: beside itself, not at the root of the project.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECONDS = 120
PRELOADED = ("phx_scraper.settings", "phx_scraper.replica", "phx_scraper.imaging", "scrapy.commands", "sqlalchemy")


def started(path: Path, option: str) -> tuple[int, str, str]:
    """Exit code, output and errors of `python PATH OPTION`, or `python -m bench.NAME OPTION` at the root."""
    out, err = io.StringIO(), io.StringIO()
    is_bench = path.parent.name == "bench"
    sys.path.insert(0, str(ROOT if is_bench else path.parent))
    sys.argv = [str(path), option]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if is_bench:
                name = "bench" if path.stem == "__main__" else f"bench.{path.stem}"
                runpy.run_module(name, run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(str(path), run_name="__main__")
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            traceback.print_exc()
            code = 1
    return code, out.getvalue(), err.getvalue()


def in_a_fork(path: Path, option: str) -> tuple[int, str, str]:
    """What it says; the fork's end is the end of all that it did."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()
        signal.alarm(SECONDS)
        with os.fdopen(writing, "w", encoding="utf-8") as answer:
            json.dump(started(path, option), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        told = answer.read()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    code, out, err = json.loads(told) if told else (-1, "", f"it was still at work after {SECONDS} s")
    return code, out, err


def answers(asked: Mapping[str, str]) -> dict[str, tuple[int, str, str]]:
    """Of each path with its option."""
    for name in PRELOADED:
        importlib.import_module(name)
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != ROOT]
    return {path: in_a_fork(Path(path), option) for path, option in asked.items()}


if __name__ == "__main__":
    print(json.dumps(answers(json.loads(sys.argv[1]))))
