"""The pictures of README are those that `make screenshots` takes, and small."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 300_000


def test_the_script_takes_every_picture_that_is_there() -> None:
    script = (ROOT / "scripts" / "screenshots.py").read_text(encoding="utf-8")
    assert set(re.findall(r'Wanted\("([\w-]+)"', script)) == {path.stem for path in FOLDER.iterdir()}


def test_every_picture_is_small_and_can_be_opened() -> None:
    for path in FOLDER.iterdir():
        assert path.stat().st_size < MOST_BYTES, path.name
        with Image.open(path) as picture:
            assert picture.width in {390, 1440}


def test_readme_shows_pictures_that_are_there() -> None:
    shown = set(re.findall(r"docs/screenshots/([\w-]+)\.png", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert len(shown) >= 6
    assert shown <= {path.stem for path in FOLDER.iterdir()}
