"""Street names in one canonical spelling: "ST JOHN", "Saint John" and "St. John" are one street."""

from __future__ import annotations

import re
from types import MappingProxyType

from phx_scraper.errors import AddressError
from phx_scraper.homes.ordinals import as_ordinal, ordinal_from_words
from phx_scraper.homes.street_types import EXPANSIONS, STREET_TYPES
from phx_scraper.homes.usps import DIRECTION_WORDS

_WORD = re.compile(r"[A-Z0-9]+")
_ZIP = re.compile(r"[0-9]{5}")
_NUMBERED = re.compile(r"[0-9]+(ST|ND|RD|TH)")
# Route names have one wording here; which of them a road has stays as written (Publication 28, 237).
_ROUTES = MappingProxyType(
    {"CR": "COUNTY ROAD", "SR": "STATE ROUTE", "AZ": "STATE ROUTE", "US": "US HIGHWAY", "RT": "ROUTE"}
)

_AGENCIES = MappingProxyType({"CNTY": "COUNTY", "CO": "COUNTY", "FS": "FOREST SERVICE"})
_ROADS = frozenset({"RD", "ROAD", "HWY", "HIGHWAY"})
_AVENUES = ("AVE", "AV", "AVENUE")
_SPANISH_ARTICLES = frozenset({"DE", "DEL", "EL", "LA", "LAS", "LOS"})


def canonical_name(tokens: list[str], has_type: bool) -> str:
    """The name in title case from upper-case words; raises AddressError for words that no street name has."""
    bad = next((token for token in tokens if not _WORD.fullmatch(token) or _ZIP.fullmatch(token)), None)
    if bad is not None or not tokens:
        raise AddressError(f"no street name can be read from {' '.join(tokens)!r}")
    tokens = _join_mc(tokens)
    numbered = ordinal_from_words(tokens) or _bare_number(tokens, has_type)
    expanded = [numbered] if numbered else _expand(tokens)
    return title(expanded)


def title(tokens: list[str]) -> str:
    """Upper-case words in the case that people write: Davis, 37th, McDowell, US."""
    return " ".join(_title_word(token) for token in tokens)


def _title_word(word: str) -> str:
    if _NUMBERED.fullmatch(word):
        return word.lower()
    if word[0].isdigit() or word == "US":
        return word
    if word.startswith("MC") and len(word) > 4:
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


def _join_mc(tokens: list[str]) -> list[str]:
    """Joins "MC DOWELL", as the county prints it."""
    joined: list[str] = []
    for token in tokens:
        if joined and joined[-1] == "MC" and token.isalpha() and token not in STREET_TYPES:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _bare_number(tokens: list[str], has_type: bool) -> str | None:
    """The ordinal of "37" before a type and of "37TH" anywhere; None for a number without type."""
    if len(tokens) != 1 or (tokens[0].isdigit() and not has_type):
        return None
    return as_ordinal(tokens[0])


def _expand(tokens: list[str]) -> list[str]:
    found = [_expand_word(tokens, index) for index in range(len(tokens))]
    return " ".join(found).replace("HIGHWAY HIGHWAY", "HIGHWAY").split()


def _expand_word(tokens: list[str], index: int) -> str:
    word, is_first, is_last = tokens[index], index == 0, index == len(tokens) - 1
    following = "" if is_last else tokens[index + 1]
    if is_first and following[:1].isdigit() and word in _ROUTES:
        return _ROUTES[word]
    if is_first and following in _ROADS and word in _AGENCIES:
        return _AGENCIES[word]
    if word == "ST":
        return "STREET" if is_last else "SAINT"
    if is_first and not is_last and word == "DR" and following.isalpha():
        return "DOCTOR"
    if is_first and not is_last and word in DIRECTION_WORDS and len(following) > 1:
        return DIRECTION_WORDS[word]
    if _NUMBERED.fullmatch(word):
        return as_ordinal(word) or word
    if word in _AVENUES:
        return "AVENIDA" if is_first and begins_spanish_name(word, following) else "AVENUE"
    return EXPANSIONS.get(word, word)


def begins_spanish_name(word: str, following: str) -> bool:
    """Whether these two begin the name of an avenida, written short: "Ave Del Sol"."""
    return word in _AVENUES and following in _SPANISH_ARTICLES
