"""Sentences on the console: wrapped between words on a terminal, whole lines for a pipe or a file."""

from __future__ import annotations

import textwrap

from rich.console import Console
from rich.text import Text

STYLES = {"ok": "green", "blocked": "yellow", "error": "red", "failed": "red", "to look at": "yellow"}
"""Of outcomes and other words that begin a line or head a column."""


def print_sentence(console: Console, sentence: str) -> None:
    """Print it as it is; what is longer than the terminal, a path perhaps, is left whole for copying."""
    if console.is_terminal:
        # rich would cut long words too, and a path that was cut cannot be copied.
        indent = " " * (len(sentence) - len(sentence.lstrip()))
        sentence = textwrap.fill(
            sentence, console.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    text = Text(sentence)
    word = sentence.partition(":")[0]
    text.stylize(STYLES.get(word.strip(), ""), 0, len(word))
    console.print(text, soft_wrap=True)
