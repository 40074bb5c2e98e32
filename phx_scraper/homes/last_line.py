"""The last line of an address: country, zip and state, removed from the end of the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phx_scraper.errors import AddressError
from phx_scraper.homes.address_words import word_set
from phx_scraper.homes.street_types import STREET_TYPES
from phx_scraper.homes.usps import AMBIGUOUS_STATE_ZIPS, LEADING_ZERO_STATES, STATES, is_arizona_zip

_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_SHORT_ZIP = re.compile(r"[0-9]{3,4}")
_PLUS_FOUR = re.compile(r"[0-9]{4}")
_COUNTRIES = ("UNITED STATES OF AMERICA", "UNITED STATES", "U S A", "U S", "USA", "US")
_BEFORE_NUMBER = word_set("# APT APARTMENT UNIT STE SUITE LOT SPC HWY HIGHWAY ROUTE RTE BOX")
_LONGEST_STATE = max(len(name.split()) for name in STATES)


@dataclass(frozen=True, slots=True)
class LastLine:
    """State code and 5-digit zip ("" where absent), and the comma parts before them."""

    parts: list[list[str]]
    state: str
    zip: str


def take_last_line(parts: list[list[str]]) -> LastLine:
    """Removes country, zip and state from the end; raises AddressError for a zip with missing digits."""
    parts = _without_country(parts)
    parts, zip_code = _take_zip(parts)
    parts, state = _take_state(parts, zip_code)
    if state and not zip_code:
        parts, zip_code = _take_zip(parts)
    if not state and is_arizona_zip(zip_code):
        state = "AZ"
    return LastLine(parts, state, zip_code)


def pad_zip(digits: str, state: str) -> str:
    """Restores lost leading zeros; raises AddressError unless the state is known and its zips begin with 0."""
    if len(digits) < 3 or state not in LEADING_ZERO_STATES:
        of_state = f" of {state}" if state else ""
        raise AddressError(f"the zip {digits}{of_state} has {len(digits)} digits, not 5")
    return digits.zfill(5)


def _without_country(parts: list[list[str]]) -> list[list[str]]:
    if not parts:
        return parts
    last = " ".join(parts[-1])
    for country in _COUNTRIES:
        if last == country and len(parts) > 1:
            return parts[:-1]
        head = last.removesuffix(f" {country}").split()
        if last.endswith(f" {country}") and (_ZIP.fullmatch(head[-1]) or head[-1] in STATES):
            return [*parts[:-1], head]
    return parts


def _take_zip(parts: list[list[str]]) -> tuple[list[list[str]], str]:
    if not parts:
        return parts, ""
    last = parts[-1]
    if len(last) > 1 and _PLUS_FOUR.fullmatch(last[-1]) and _ZIP.fullmatch(last[-2]) and len(last[-2]) == 5:
        last = last[:-1]
    match = _ZIP.fullmatch(last[-1])
    if match and not (len(last) > 1 and last[-2] in _BEFORE_NUMBER):
        return _replace_last(parts, last[:-1]), match[1]
    if _SHORT_ZIP.fullmatch(last[-1]) and (state := _state_before_zip(parts)):
        return _replace_last(parts, last[:-1]), pad_zip(last[-1], state)
    return parts, ""


def _state_before_zip(parts: list[list[str]]) -> str:
    """The state right before the last word, "" where there is none or where it may be a street type."""
    before = parts[-1][:-1] or (parts[-2] if len(parts) > 1 else [])
    code = STATES.get(before[-1], "") if before else ""
    return "" if code in AMBIGUOUS_STATE_ZIPS and before[-1] in STREET_TYPES and len(before) > 1 else code


def _take_state(parts: list[list[str]], zip_code: str) -> tuple[list[list[str]], str]:
    if not parts:
        return parts, ""
    last = parts[-1]
    for size in range(min(_LONGEST_STATE, len(last)), 0, -1):
        code = STATES.get(" ".join(last[-size:]), "")
        if code and _is_state(last[:-size], code, len(parts), zip_code):
            return _replace_last(parts, last[:-size]), code
    return parts, ""


def _is_state(before: list[str], code: str, part_count: int, zip_code: str) -> bool:
    """False where the word is more likely the end of the street: "Elm Ct 85306" is a court, "La" may be Spanish."""
    if part_count > 1:
        return True
    if is_arizona_zip(zip_code):
        return code == "AZ"
    if code not in AMBIGUOUS_STATE_ZIPS:
        return bool(before)
    if zip_code:
        return zip_code.startswith(AMBIGUOUS_STATE_ZIPS[code])
    return any(token in STREET_TYPES for token in before[2:-1])


def _replace_last(parts: list[list[str]], last: list[str]) -> list[list[str]]:
    return [*parts[:-1], last] if last else parts[:-1]
