"""Units of a building: "Apt 5", "Unit 5", "Ste 5", "#5" are one unit, "5"; "Bldg 3 Apt 12" is "Bldg 3 Unit 12"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import AddressError
from phx_scraper.homes.address_words import word_set
from phx_scraper.homes.street_types import ROUTE_TYPES, STREET_TYPES, STRONG_TYPES
from phx_scraper.homes.usps import (
    DIRECTIONS,
    LEVEL_DESIGNATORS,
    UNIT_DESIGNATORS,
    UNIT_DESIGNATORS_BEFORE_NUMBER,
    UNITS_WITHOUT_IDENTIFIER,
    is_arizona_zip,
)

_WITH_DIGIT = re.compile(r"[A-Z]{0,2}[0-9]{1,6}(-[0-9]{1,6})?[A-Z]{0,2}")
_PADDED = re.compile(r"0+(?=[1-9])")
_ZEROS = re.compile(r"0+")
_LETTERS = re.compile(r"[A-Z]{1,2}")
_LETTER = re.compile(r"[A-Z]")
_ALWAYS_DESIGNATORS = word_set("# APT APARTMENT UNIT STE SUITE BLDG")
_PENTHOUSES = frozenset({"PH", "PENTHOUSE"})
_ROAD_OF = word_set("COUNTY CNTY CO FS STATE RANCH FARM FOREST SERVICE TOWNSHIP US")


@dataclass(frozen=True, slots=True)
class TakenUnit:
    """The words before the unit, the unit ("" if none), and the words after it (a city without a comma before it)."""

    before: list[str]
    unit: str
    after: list[str]


def take_unit(tokens: list[str], start: int = 2) -> TakenUnit:
    """Finds a unit with its designator from word `start` on.

    The first two words are the house number and at least one word of a name. Raises AddressError for two units at once.
    """
    for index in range(start, len(tokens)):
        if _begins_unit(tokens, index):
            unit, after = _read(tokens[index:])
            return TakenUnit(tokens[:index], unit, after)
    _refuse_unread_designator(tokens[start:])
    return TakenUnit(tokens, "", [])


def take_bare_unit(tokens: list[str]) -> tuple[list[str], str]:
    """Finds a unit without designator behind a street type ("123 W Main St 5", "… St Rear"), not in "Highway 60"."""
    street = tokens[:-1]
    if len(tokens) < 4 or not _is_bare_unit(tokens[-1]) or not _ends_street(street):
        return tokens, ""
    if tokens[-1] in UNITS_WITHOUT_IDENTIFIER:
        return street, UNITS_WITHOUT_IDENTIFIER[tokens[-1]]
    if is_arizona_zip(tokens[-1]):
        raise AddressError(f"the unit would be {tokens[-1]}, which looks like a zip; write the zip at the end")
    last_type = next(i for i in range(len(street) - 1, 0, -1) if street[i] in STREET_TYPES)
    is_route = STREET_TYPES[street[last_type]] in ROUTE_TYPES or street[last_type - 1] in _ROAD_OF
    named = any(token not in DIRECTIONS for token in street[1:last_type])
    return (tokens, "") if is_route or not named else (street, _unpadded(tokens[-1]))


def is_unit_part(tokens: list[str]) -> bool:
    """True for a whole comma part that is a unit ("UNIT 5", "# 5 GLENDALE", "5B", "REAR")."""
    if _begins_unit(tokens, 0):
        return True
    return len(tokens) == 1 and (tokens[0] in UNITS_WITHOUT_IDENTIFIER or bool(_WITH_DIGIT.fullmatch(tokens[0])))


def read_unit_part(tokens: list[str]) -> tuple[str, list[str]]:
    """Unit and remaining words of a part for which `is_unit_part` holds; raises AddressError for two units."""
    if len(tokens) == 1:
        return UNITS_WITHOUT_IDENTIFIER.get(tokens[0]) or _unpadded(tokens[0]), []
    return _read(tokens)


def spell_unit(unit: str) -> str:
    """The unit as written in an address: "Unit 5", "Unit Rear", "Bldg 3 Unit 12"."""
    has_word = unit.split(" ")[0] in LEVEL_DESIGNATORS.values()
    return unit if has_word or not unit else f"Unit {unit}"


def combine_units(units: list[str]) -> str:
    """One unit from those found in several places ("Bldg 3" and "12"); raises AddressError where they contradict."""
    found = list(dict.fromkeys(unit for unit in units if unit))
    if len(found) < 2:
        return found[0] if found else ""
    unit, rest = _read(" ".join(spell_unit(unit) for unit in found).upper().split())
    if rest:
        raise AddressError(f"the address names two units, {found[0]} and {found[1]}")
    return unit


def _begins_unit(tokens: list[str], index: int) -> bool:
    """True for a designator that is followed by a possible identifier."""
    word = tokens[index]
    following = _skip_number_signs(tokens, index + 1)
    if following >= len(tokens):
        return False
    identifier = tokens[following]
    if word in UNIT_DESIGNATORS:
        if word in ("NO", "NUM"):
            return bool(_WITH_DIGIT.fullmatch(identifier))
        is_last = following == len(tokens) - 1
        if _is_designator(identifier) or identifier in UNITS_WITHOUT_IDENTIFIER:
            return True
        return _is_identifier(identifier, _LETTERS if is_last else _LETTER)
    if word in LEVEL_DESIGNATORS:
        return _is_identifier(identifier, _LETTER)
    return word in UNIT_DESIGNATORS_BEFORE_NUMBER and bool(_WITH_DIGIT.fullmatch(identifier))


def _refuse_unread_designator(tokens: list[str]) -> None:
    """Raises AddressError for a designator without a readable unit, which would become part of the street's name.

    "Unit Drive" is a name.
    """
    for index, token in enumerate(tokens):
        is_name = index + 2 == len(tokens) and tokens[-1] in STREET_TYPES
        if token in _ALWAYS_DESIGNATORS and not is_name:
            raise AddressError(f"the unit cannot be read from {' '.join(tokens[index:])[:60]!r}")


def _is_designator(word: str) -> bool:
    return word in UNIT_DESIGNATORS or word in LEVEL_DESIGNATORS or word in UNIT_DESIGNATORS_BEFORE_NUMBER


def _is_identifier(word: str, letters: re.Pattern[str]) -> bool:
    return bool(_WITH_DIGIT.fullmatch(word) or letters.fullmatch(word))


def _skip_number_signs(tokens: list[str], index: int) -> int:
    while index < len(tokens) and tokens[index] in ("#", "NO", "NUM"):
        index += 1
    return index


def _read(tokens: list[str]) -> tuple[str, list[str]]:
    """Reads designators with their identifiers from the front; returns the unit and the words behind it."""
    levels: list[str] = []
    dwelling = ""
    while tokens and _begins_unit(tokens, 0):
        word = tokens[0]
        identifier, tokens = _identifier(tokens[_skip_number_signs(tokens, 1) :])
        if word in LEVEL_DESIGNATORS:
            levels.append(f"{LEVEL_DESIGNATORS[word]} {identifier}")
        elif dwelling and identifier and dwelling != identifier:
            raise AddressError(f"the address names two units, {dwelling} and {identifier}")
        else:
            dwelling = _penthouse(identifier) if word in _PENTHOUSES else identifier or dwelling
    dwelling = UNITS_WITHOUT_IDENTIFIER.get(dwelling, dwelling)
    spelled = [f"Unit {dwelling}"] if dwelling and levels else [dwelling] if dwelling else []
    return " ".join(levels + spelled), tokens


def _penthouse(identifier: str) -> str:
    """The identifier with "PH", since "PH 2" is another home than "Apt 2"."""
    return f"PH{identifier}" if identifier[:1].isdigit() else identifier


def _identifier(tokens: list[str]) -> tuple[str, list[str]]:
    """Joins "5 B" and "B 5" to one identifier, "5 6" to "5-6"; empty if another designator follows directly."""
    if _is_designator(tokens[0]):
        return "", tokens
    joined, rest = tokens[0], tokens[1:]
    while rest and (longer := _join(joined, rest[0])):
        joined, rest = longer, rest[1:]
    return _unpadded(joined), rest


def _unpadded(identifier: str) -> str:
    """The identifier "005" as "5"; raises AddressError for unit 0, which may also mean that there is none."""
    if _ZEROS.fullmatch(identifier):
        raise AddressError(f"the unit is {identifier}, which may mean that there is none; leave it out or correct it")
    return _PADDED.sub("", identifier, count=1) if identifier[0] == "0" else identifier


def _join(first: str, second: str) -> str:
    """Both as one identifier, "" where the second is not part of it: "5 EL MIRAGE" is unit 5 in El Mirage."""
    if not _is_identifier(second, _LETTER):
        return ""
    joined = f"{first}-{second}" if first[-1].isdigit() and second[0].isdigit() else first + second
    return joined if _WITH_DIGIT.fullmatch(joined) else ""


def _is_bare_unit(word: str) -> bool:
    if word in UNITS_WITHOUT_IDENTIFIER:
        return True
    return bool(_WITH_DIGIT.fullmatch(word)) or (bool(_LETTER.fullmatch(word)) and word not in DIRECTIONS)


def _ends_street(tokens: list[str]) -> bool:
    """True where the words end in a usual street type, with or without a direction behind it."""
    body = tokens[:-1] if tokens[-1] in DIRECTIONS else tokens
    return len(body) > 2 and STREET_TYPES.get(body[-1]) in STRONG_TYPES | {"HWY"}
