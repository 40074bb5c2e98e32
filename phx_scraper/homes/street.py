"""The street line of an address: number, directions and type are removed from both ends; the rest is the name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import AddressError
from phx_scraper.homes.address_words import word_set
from phx_scraper.homes.ordinals import as_ordinal
from phx_scraper.homes.street_names import canonical_name
from phx_scraper.homes.street_types import STREET_TYPES, STRONG_TYPES
from phx_scraper.homes.usps import DIRECTIONS

_NUMBER = re.compile(r"[0-9]{1,6}(-[0-9]{1,6})?[A-Z]?")
_FRACTION = re.compile(r"[1-9]/[2-9]")
_DIGITS = re.compile(r"[0-9]{1,4}")
# "Via Vista", "Calle Plaza": after a Spanish word for street, the last word is name and not an English type.
_SPANISH_STREET = word_set(
    "AVENIDA CALLE CALLEJON CAMINITO CAMINO CERRADA CIRCULO ENTRADA PASAJE PASEO PASO VEREDA VIA"
)
# Types behind which a street ends; the others are often words of a name.
_ENDING_TYPES = word_set("AVE BLVD CT DR LN PKWY RD ST TER TRL")
_BEFORE_SAINT = word_set("MOUNT MT FORT FT PORT LAKE POINT CALLE VIA RUE OLD PLAZA RANCHO CAMINO AVENIDA PASEO DE LA")
_SPANISH_NAME = frozenset({"VIS", "PLZ"})


@dataclass(frozen=True, slots=True)
class Street:
    """A street line in canonical spelling; fields as in `Address`."""

    number: str
    direction: str
    name: str
    type: str
    post_direction: str


def parse_street(tokens: list[str]) -> Street:
    """Reads upper-case words without unit and city; raises AddressError without house number or name."""
    number, rest = take_number(tokens)
    direction, rest = _take_direction(_join_ordinals(rest))
    if direction and len(rest) > 1 and DIRECTIONS.get(rest[0]) == direction and rest[1][0].isdigit():
        rest = rest[1:]
    post_direction, rest = _take_post_direction(rest)
    kind, rest = _take_type(rest)
    if not kind:
        _refuse_words_behind_type(rest)
    # A direction or type given twice is a mistake in a form ("407 N 31st Ave N", "25 W Main St St").
    post_direction = "" if post_direction == direction else post_direction
    return Street(number, direction, canonical_name(rest, bool(kind)), kind.capitalize(), post_direction)


def take_number(tokens: list[str]) -> tuple[str, list[str]]:
    """House number ("4732", "4732A", "123 1/2") and the words after it; raises AddressError where there is none."""
    if not tokens or not _NUMBER.fullmatch(tokens[0]):
        _refuse_no_number(tokens)
        raise AddressError(f"no house number at the beginning of {' '.join(tokens)[:80]!r}")
    number, rest = tokens[0], tokens[1:]
    if rest and _FRACTION.fullmatch(rest[0]):
        number, rest = f"{number} {rest[0]}", rest[1:]
    if (
        len(rest) > 2
        and rest[0] not in DIRECTIONS
        and len(rest[0]) == 1
        and rest[0].isalpha()
        and rest[1] in DIRECTIONS
    ):
        number, rest = number + rest[0], rest[1:]
    if not rest:
        raise AddressError(f"no street name after the house number {number}")
    _refuse_numbers(number, rest)
    return number, rest


def has_own_number(line: str) -> bool:
    """Whether a street line begins with a house number and not with the number of the street ("37 St", "7th Ave")."""
    tokens = line.upper().replace(".", " ").split()
    if not tokens or not _NUMBER.fullmatch(tokens[0]):
        return False
    return any(token not in STREET_TYPES and token not in DIRECTIONS for token in tokens[1:])


def _refuse_numbers(number: str, rest: list[str]) -> None:
    """Raises AddressError for a house number of zeros, and for two house numbers."""
    if not number.split()[0].strip("0-ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        raise AddressError(f"the house number is {number}, which any lot without one may have; give the lot's own")
    second = rest[1] if rest[0] in ("AND", "TO") and len(rest) > 1 else rest[0] if len(rest) > 2 else ""
    if second.isdigit() and (second != rest[0] or rest[1] in DIRECTIONS):
        raise AddressError(f"two house numbers stand in one address, {number} and {second}; write one row for each")


def _refuse_no_number(tokens: list[str]) -> None:
    """Raises AddressError with the reason, for words that lists are known to have in place of a house number."""
    if set(tokens) & {"UNDISCLOSED", "WITHHELD", "CONFIDENTIAL"} or " ".join(tokens[:3]) == "ADDRESS NOT DISCLOSED":
        raise AddressError("the address is not disclosed")
    if tokens and "PLAN" in (tokens[0], tokens[-1]):
        raise AddressError(f"a builder's plan and no home with an address: {' '.join(tokens)[:60]!r}")


def _join_ordinals(tokens: list[str]) -> list[str]:
    """Joins "37 TH" and, where a type still follows, "1 ST AVE"; "1 ST" alone is 1st Street."""
    joined: list[str] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if joined and _DIGITS.fullmatch(joined[-1]) and _is_ending(joined[-1], token, following):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _is_ending(number: str, token: str, following: str) -> bool:
    if token in ("ND", "TH"):
        return True
    return token in ("ST", "RD") and as_ordinal(number) == f"{int(number)}{token}" and following in STREET_TYPES


def _take_direction(rest: list[str]) -> tuple[str, list[str]]:
    """The direction before the name; a direction that is the whole name is not removed ("North Ln", "N St")."""
    size = _direction_size(rest)
    if not size or _is_bare_type(rest[0], rest[size:]):
        return "", rest
    return _joined_direction(rest[:size]), rest[size:]


def _is_bare_type(direction: str, rest: list[str]) -> bool:
    """True where only a type would be left: any type after a word, only a usual one after a letter."""
    if not rest:
        return True
    kind = STREET_TYPES.get(rest[0], "")
    return len(rest) == 1 and bool(kind) and (len(direction) > 2 or kind in STRONG_TYPES)


def _direction_size(rest: list[str]) -> int:
    """How many words at the front are a direction: "N E 5TH ST" has two of one letter each."""
    if not rest or rest[0] not in DIRECTIONS:
        return 0
    return 2 if len(rest) > 2 and _is_pair(rest[0], rest[1]) and not _is_bare_type(rest[1], rest[2:]) else 1


def _is_pair(first: str, second: str) -> bool:
    return len(first) == len(second) == 1 and first in "NS" and second in "EW"


def _joined_direction(words: list[str]) -> str:
    return "".join(DIRECTIONS[word] for word in words)


def _take_post_direction(rest: list[str]) -> tuple[str, list[str]]:
    """The direction behind the street ("Main St NW"); in "Avenue E" the letter is the name."""
    if len(rest) < 2 or rest[-1] not in DIRECTIONS:
        return "", rest
    if len(rest) > 2 and _is_pair(rest[-2], rest[-1]):
        return _joined_direction(rest[-2:]), rest[:-2]
    is_lettered = len(rest) == 2 and len(rest[-1]) == 1 and STREET_TYPES.get(rest[0]) in STRONG_TYPES
    return ("", rest) if is_lettered else (DIRECTIONS[rest[-1]], rest[:-1])


def _take_type(rest: list[str]) -> tuple[str, list[str]]:
    """The type at the end, if a name is left before it; a usual type given twice counts once."""
    kind = STREET_TYPES.get(rest[-1], "")
    if not kind or len(rest) < 2 or (kind in _SPANISH_NAME and rest[0] in _SPANISH_STREET):
        return "", rest
    if kind == "ARC" and rest[-2] in ("DE", "D"):
        return "", rest
    rest = rest[:-1]
    is_doubled = len(rest) > 1 and kind in STRONG_TYPES and STREET_TYPES.get(rest[-1]) == kind
    return kind, rest[:-1] if is_doubled else rest


def _refuse_words_behind_type(rest: list[str]) -> None:
    """Raises AddressError for a word behind a usual type: a unit or remark that we cannot read ("Main St Phe")."""
    for index in range(1, len(rest) - 1):
        is_saint = rest[index] == "ST" and rest[index - 1] in _BEFORE_SAINT
        if STREET_TYPES.get(rest[index]) in _ENDING_TYPES and not is_saint and rest[index + 1].isalpha():
            raise AddressError(f"what stands behind the street cannot be read: {' '.join(rest[index + 1 :])[:60]!r}")
