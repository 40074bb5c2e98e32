"""Sentences are wrapped between words on a terminal only, and a path is never cut."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from phx_scraper.extensions.printed import print_sentence

PATH = f"/{'x' * 90}"


@pytest.mark.parametrize(
    ("sentence", "on_terminal"),
    [
        ("Nothing of the twenty homes is known yet.", ["Nothing of the", "twenty homes is", "known yet."]),
        ("  blocked: a home at zillow (captcha)", ["  blocked: a home", "  at zillow", "  (captcha)"]),
        (f"Pictures: {PATH}", ["Pictures:", PATH]),
        ("[1] a [b] c", ["[1] a [b] c"]),
    ],
)
def test_where_lines_end(sentence: str, on_terminal: list[str]) -> None:
    for is_terminal, lines in ((True, on_terminal), (False, [sentence])):
        console = Console(file=StringIO(), width=18, force_terminal=is_terminal, color_system=None, highlight=False)
        print_sentence(console, sentence)
        assert console.file.getvalue().splitlines() == lines  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("is_terminal", "shown"), [(True, "\x1b[31m  error\x1b[0m: a home\n"), (False, "  error: a home\n")]
)
def test_what_went_wrong_has_its_colour_on_a_terminal(is_terminal: bool, shown: str) -> None:
    file, colours = StringIO(), "standard" if is_terminal else None
    console = Console(file=file, width=80, force_terminal=is_terminal, color_system=colours, no_color=False)  # type: ignore[arg-type]
    print_sentence(console, "  error: a home")
    assert file.getvalue() == shown
