"""The command lines of scripts and benches: --help says what the docstring says, wrong words end with a sentence."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def command_line(doc: str | None, file: str) -> argparse.ArgumentParser:
    """A parser for a script or a bench, of which these are `__doc__` and `__file__`."""
    path = Path(file).resolve().relative_to(ROOT)
    module = ".".join(path.with_suffix("").parts).removesuffix(".__main__")
    program = f"python -m {module}" if path.parts[0] == "bench" else str(path)
    formatter = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(prog=program, description=doc, formatter_class=formatter)


def whole(least: int = 1) -> Callable[[str], int]:
    """The type of an argument that is a whole number, no smaller than this."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) <= 12 and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least}")

    return read


def seconds(text: str) -> float:
    """The type of an argument that is a time. Raises ArgumentTypeError."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found < math.inf:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number of seconds")
    return found


def folder(text: str) -> Path:
    """The type of an argument that is a folder. Raises ArgumentTypeError where there is none."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text[:200]}")
    return Path(text)


def perhaps(parser: argparse.ArgumentParser, name: str, usual: Any, read: Callable[[str], Any], said: str) -> None:
    """An argument that may be left out."""
    parser.add_argument(name, nargs="?", type=read, default=usual, metavar=name.upper(), help=f"{said} ({usual})")
