"""The folders beside a saved page that hold its pictures, styles and scripts (`<title>_files`)."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

_SHOWN_FROM = re.compile(r"""\bsrc\s*=\s*["'](?:\./)?([^"'/:?#<>]{1,400})/[^"'/]""")
_MOST = 50


def folders_of_page(root: Path, file: str, page: str) -> set[str]:
    """The folders, relative to `root`, that the page at `file` shows pictures from: those beside it that exist."""
    parent = PurePosixPath(file).parent
    names = {unquote(unescape(name)) for name in _SHOWN_FROM.findall(page)}
    named = (parent / name for name in sorted(names)[:_MOST] if name not in ("..", "."))
    return {str(one) for one in named if _is_folder(root / one)}


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink()
    except (OSError, ValueError):
        return False
