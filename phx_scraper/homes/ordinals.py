"""Numbers in street names: "Thirty-Seventh", "37 th" and "37" before a type are all "37th"."""

from __future__ import annotations

import re
from types import MappingProxyType

_UNITS = (
    "ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN SIXTEEN SEVENTEEN"
    " EIGHTEEN NINETEEN"
)
_UNIT_ORDINALS = (
    "FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH FIFTEENTH"
    " SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH"
)
_TENS = "TWENTY THIRTY FORTY FIFTY SIXTY SEVENTY EIGHTY NINETY"
_TEN_ORDINALS = "TWENTIETH THIRTIETH FORTIETH FIFTIETH SIXTIETH SEVENTIETH EIGHTIETH NINETIETH"

_CARDINAL = MappingProxyType(
    {word: value for value, word in enumerate(_UNITS.split(), 1)}
    | {word: value * 10 for value, word in enumerate(_TENS.split(), 2)}
)
_ORDINAL = MappingProxyType(
    {word: value for value, word in enumerate(_UNIT_ORDINALS.split(), 1)}
    | {word: value * 10 for value, word in enumerate(_TEN_ORDINALS.split(), 2)}
)
_JOINED = re.compile(f"({'|'.join(_TENS.split())})({'|'.join(_UNIT_ORDINALS.split()[:9])})")
_NUMERAL = re.compile(r"0*([1-9][0-9]{0,4})(?:ST|ND|RD|TH)?")


def ordinal(number: int) -> str:
    """The number with its English ending, upper case: 1ST, 22ND, 113TH."""
    if number % 100 in (11, 12, 13):
        return f"{number}TH"
    return f"{number}{ {1: 'ST', 2: 'ND', 3: 'RD'}.get(number % 10, 'TH') }"


def as_ordinal(token: str) -> str | None:
    """`37`, `37TH` or a wrong ending (`37ST`) as the right ordinal; None for any other word."""
    match = _NUMERAL.fullmatch(token)
    return ordinal(int(match[1])) if match else None


def ordinal_from_words(tokens: list[str]) -> str | None:
    """The ordinal that all words together spell (upper case, 1 to 999), or None: ["THIRTY", "SEVENTH"] -> "37TH"."""
    words = [part for token in tokens for part in _split_joined(token)]
    value, words = _hundreds(words)
    if not words:
        return None
    if len(words) == 2 and _CARDINAL.get(words[0], 0) >= 20 and _ORDINAL.get(words[1], 20) < 10:
        return ordinal(value + _CARDINAL[words[0]] + _ORDINAL[words[1]])
    if len(words) == 1 and words[0] in _ORDINAL:
        return ordinal(value + _ORDINAL[words[0]])
    return None


def _split_joined(token: str) -> list[str]:
    match = _JOINED.fullmatch(token)
    return [match[1], match[2]] if match else [token]


def _hundreds(words: list[str]) -> tuple[int, list[str]]:
    """Removes "ONE HUNDRED [AND]" from the front; "HUNDREDTH" alone is not a number."""
    if len(words) >= 3 and words[1] == "HUNDRED" and 1 <= _CARDINAL.get(words[0], 0) <= 9:
        rest = words[3:] if words[2] == "AND" else words[2:]
        return _CARDINAL[words[0]] * 100, rest
    return 0, words
