"""Cleans cells: removes what spreadsheets put around a value, and reads placeholders such as "N/A" as empty."""

from __future__ import annotations

import re

_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_WHOLE = re.compile(r"([0-9]+)\.0+")
_PLACEHOLDERS = frozenset(
    {"nan", "none", "null", "nil", "na", "n/a", "n.a.", "#n/a", "<na>", "\\n", "nat", "undefined"}
    | {"#ref!", "#value!", "#name?", "?", "."}
)
_MARKS = re.compile("[-\u2010-\u2015_'\"` ]+")
_ZERO = re.compile(r"0+(\.0+)?")
_UNIT = re.compile(
    r"(?:-+ *)?(?:#|\b(?:APT|APARTMENT|UNIT|STE|SUITE)\b)[ .:#]*"
    r"['\"]*(?:-+|N/A|NAN|NONE|NULL|NIL|\\N)['\"]*(?=[ ,]|$)(?! *[0-9])|-+ *#(?= *(?:,|$))"
)


def is_placeholder(text: str) -> bool:
    """True for a word or mark that means an empty cell (nan, None, NULL, \\N, N/A, -), and for an empty text."""
    return not text or text.strip().lower() in _PLACEHOLDERS or bool(_MARKS.fullmatch(text))


def clean_cell(text: str) -> str:
    """The cell without outer spaces, text formula (="5"), leading quote and ".0"; "" for a placeholder."""
    text = text.strip()
    match = _FORMULA_TEXT.fullmatch(text)
    text = match[1].strip() if match else text.removeprefix("'")
    whole = _WHOLE.fullmatch(text)
    text = whole[1] if whole else text
    return "" if is_placeholder(text) else text


def clean_nonzero_cell(text: str) -> str:
    """`clean_cell` for cells in which 0 is a placeholder too: all but a house number."""
    text = clean_cell(text)
    return "" if _ZERO.fullmatch(text) else text


def without_empty_units(text: str) -> str:
    """The upper-case address without placeholders for a unit: "UNIT -", "#--", "APT N/A"."""
    return _UNIT.sub(" ", text)
