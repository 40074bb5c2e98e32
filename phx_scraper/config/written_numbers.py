"""Numbers as people write them on command lines and in settings: in the digits 0 to 9.

Python reads those of all scripts, and `1_0` as ten: nobody means that here, and the sentence for wrong use says so.
"""

from __future__ import annotations


def read_number(text: str) -> float:
    """A number, also as 60e6, with blanks around it. Raises ValueError for any other text."""
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    return float(text)


def number_or(text: str, other: float) -> float:
    """A number; `other` for any other text."""
    try:
        return read_number(text)
    except ValueError:
        return other


def read_whole(text: str) -> int:
    """A whole number. Raises ValueError for any other text, such as one of thousands of digits."""
    if not text.isascii() or "_" in text:
        raise ValueError(text)
    return int(text)


def is_whole(text: str) -> bool:
    """Whether these are digits and nothing else."""
    return text.isascii() and text.isdecimal()
