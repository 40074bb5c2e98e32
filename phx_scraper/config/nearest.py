"""The nearest known name to one that nobody knows, for the sentence that refuses it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# As far as a slip of the pen goes; what is further away would be a guess.
NEAR = 0.6


def nearest(written: str, known: Iterable[str]) -> str:
    """The known name, empty where none is near; the case of letters does not count."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(written.lower(), by_lower, n=1, cutoff=NEAR)
    return by_lower[near[0]] if near else ""


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`did you mean NAME?`, empty where none is near."""
    name = nearest(written, known)
    return f"did you mean {name}?" if name else ""


def no_such(what: str, known: Iterable[str], written: str) -> str:
    """The sentence that refuses one name of a few: the nearest, and all that there are; `what` says which it is."""
    names = list(known)
    hint = did_you_mean(written, names)
    return f"{what}; {hint}{' K' if hint else 'k'}nown are {', '.join(names)}"
