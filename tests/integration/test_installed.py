"""What `pip install` installs is whole: the commands run from any folder, with no checkout near."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import scrapy

from phx_scraper import __version__
from phx_scraper.replica import Options, running
from tests.integration.crawls import REPOSITORY, environment

ADDRESS = "address=4141 W Cielo Grande, Glendale, AZ 85310"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel's files, as pip lays it out; the libraries come from the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    source.mkdir()
    for name in ("phx_scraper", "pyproject.toml", "setup.py", "README.md", "LICENSE"):
        (source / name).symlink_to(REPOSITORY / name)
    line = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), "."]
    done = subprocess.run(line, cwd=source, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "phx_scraper", *words]
    env = {**environment(), "PYTHONPATH": str(installed)}
    return subprocess.run(line, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_everything_of_the_package_is_in_the_wheel(installed: Path) -> None:
    def shipped(root: Path) -> set[str]:
        paths = (path for path in (root / "phx_scraper").rglob("*") if path.is_file())
        # What is compiled has names of its own while it is written.
        kept = (path for path in paths if path.suffix != ".so" and path.parent.name != "__pycache__")
        return {str(path.relative_to(root)) for path in kept}

    assert shipped(installed) == shipped(REPOSITORY)


def test_its_metadata_has_the_version_and_the_console_script(installed: Path) -> None:
    (about,) = installed.glob("*.dist-info")
    headers = Parser().parsestr((about / "METADATA").read_text(encoding="utf-8"))
    assert headers["Version"] == __version__
    assert "phx-scraper = phx_scraper.__main__:main" in (about / "entry_points.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "project", ["", "[settings]\ndefault = someone.elses\n"], ids=["no project", "another project"]
)
def test_a_crawl_and_its_status_from_any_folder(installed: Path, tmp_path: Path, project: str) -> None:
    if project:
        (tmp_path / "scrapy.cfg").write_text(project, encoding="utf-8")
    with running(Options(photos=(1, 2), width=384, kinds=frozenset())) as replica:
        quick = ["-s", f"PHX_REPLICA_URL={replica.url}", "-s", "PHX_DELAY_SCALE=0", "-s", "PHX_IMAGE_WORKERS=1"]
        done = run(installed, tmp_path, "crawl", "zillow", "-a", ADDRESS, *quick)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "data" / "images" / "homes").glob("*/img_001.png"))
    told = run(installed, tmp_path, "status")
    assert (told.returncode, told.stderr) == (0, "")
    assert "zillow" in told.stdout


def test_its_version_and_its_list_of_commands(installed: Path, tmp_path: Path) -> None:
    said = run(installed, tmp_path, "--version")
    assert (said.returncode, said.stdout) == (0, f"phx_scraper {__version__} (Scrapy {scrapy.__version__})\n")
    assert "Usage: phx-scraper <command>" in run(installed, tmp_path).stdout
