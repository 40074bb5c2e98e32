"""Cells as people and programs leave them: wrapping taken off, and words that mean "nothing here" taken for empty."""

from __future__ import annotations

import re

_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_WHOLE = re.compile(r"([0-9]+)\.0+")
_NOTHING = frozenset(
    {"nan", "none", "null", "nil", "na", "n/a", "n.a.", "#n/a", "<na>", "\\n", "nat", "undefined"}
    | {"#ref!", "#value!", "#name?", "?", "."}
)
_MARKS = re.compile("[-\u2010-\u2015_'\"` ]+")
_ZERO = re.compile(r"0+(\.0+)?")
_UNIT = re.compile(
    r"(?:-+ *)?(?:#|\b(?:APT|APARTMENT|UNIT|STE|SUITE)\b)[ .:#]*"
    r"['\"]*(?:-+|N/A|NAN|NONE|NULL|NIL|\\N)['\"]*(?=[ ,]|$)(?! *[0-9])|-+ *#(?= *(?:,|$))"
)


def is_nothing(text: str) -> bool:
    """True for a word or mark that stands for an empty cell: nan, None, NULL, \\N, N/A, -, nothing at all."""
    return not text or text.strip().lower() in _NOTHING or bool(_MARKS.fullmatch(text))


def plain_cell(text: str) -> str:
    """The cell without spaces, and without what keeps a number as text or makes one of it; "" where it says nothing."""
    text = text.strip()
    match = _FORMULA_TEXT.fullmatch(text)
    text = match[1].strip() if match else text.removeprefix("'")
    whole = _WHOLE.fullmatch(text)
    text = whole[1] if whole else text
    return "" if is_nothing(text) else text


def plain_value(text: str) -> str:
    """`plain_cell` for a cell in which 0 means nothing too: all but a house number."""
    text = plain_cell(text)
    return "" if _ZERO.fullmatch(text) else text


def without_empty_units(text: str) -> str:
    """The upper-case address without units that say nothing: "UNIT -", "#--", "APT N/A"."""
    return _UNIT.sub(" ", text)
