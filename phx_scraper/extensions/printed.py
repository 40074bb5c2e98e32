"""Sentences on the console: wrapped between words on a terminal, whole lines for a pipe or a file."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text


def print_sentence(console: Console, sentence: str) -> None:
    """Print it as it is; what is longer than the terminal, a path perhaps, is left whole for copying."""
    if console.is_terminal:
        console.print(Text(sentence), overflow="ignore", crop=False)
    else:
        console.print(Text(sentence), soft_wrap=True)
