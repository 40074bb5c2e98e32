"""The environment of scrapyd, and a copy of the project to build eggs from: a build writes into its folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.integration.crawls import REPOSITORY

ENVIRONMENT = REPOSITORY / ".venv-deploy"
BIN = ENVIRONMENT / "bin"
DEPLOY = REPOSITORY / "deploy"
SCRIPT = "scripts/scrapyd_env.sh"
# What an egg is built from, and what docs/scrapyd.md uses.
PARTS = (
    *("phx_scraper", "setup.py", "pyproject.toml", "scrapy.cfg", "README.md", "LICENSE"),
    *("deploy", "scripts", "requirements-deploy.lock"),
)
SETUP_SECONDS = 900


def make_environment() -> str:
    """Make or reuse `.venv-deploy`; returns why it cannot be had, or an empty text."""
    with (REPOSITORY / SCRIPT).open() as lock:
        # Two test runs at once: the second waits and finds it made.
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["sh", SCRIPT, sys.executable, str(ENVIRONMENT)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=SETUP_SECONDS,
            check=False,
        )
    if done.returncode == 0:
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
    return (
        f"no scrapyd here, because {ENVIRONMENT.name} cannot be made ({lines[-1]}): where a package index can be"
        f" reached (pip's settings and PIP_INDEX_URL are obeyed) run `sh {SCRIPT} {Path(sys.executable).name}"
        f" {ENVIRONMENT.name}`, then this again"
    )


def copy_project(folder: Path, port: int) -> Path:
    """The project's files below `folder`, with the daemon's port in its scrapy.cfg."""
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
    for part in PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=ignore)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / part)
    (folder / ENVIRONMENT.name).symlink_to(ENVIRONMENT)
    config = folder / "scrapy.cfg"
    config.write_text(config.read_text(encoding="utf-8").replace(":6800", f":{port}"), encoding="utf-8")
    return folder


def scrapyd_deploy(project: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `scrapyd-deploy` in a copy of the project, with the credentials of `home`'s netrc."""
    return subprocess.run(
        [BIN / "scrapyd-deploy", *arguments],
        cwd=project,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
