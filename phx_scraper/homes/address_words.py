"""The first step of parsing an address: text as people and sites write it becomes plain upper-case words."""

from __future__ import annotations

import re
import unicodedata

from phx_scraper.errors import AddressError
from phx_scraper.homes.placeholders import without_empty_units

MAX_LENGTH = 300
"""Characters of the longest text taken for an address."""

_DROPPED = re.compile(r"[\"'`]")
_TO_COMMA = re.compile("[\n\r\v\f\x85\u2028\u2029\u2022\u00b7|;]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u02bc\u00b4]")
_TO_SPACE = re.compile(r"[\t()\[\]{}]")
_FORBIDDEN = re.compile(r"[^A-Z0-9 ,.#/&-]")
_INITIALS = re.compile(r"\b([A-Z])\.(?=[A-Z]\b)")
_LONE_PERIOD = re.compile(r"(?<![0-9])\.|\.(?![0-9])")
_FLOAT_ZIP = re.compile(r"\b([0-9]{5})\.0+(?=[ ,]*$)")
_HYPHEN_KEPT = re.compile(r"[0-9]+-[0-9]+")
_HYPHEN_JOINS = re.compile(r"[0-9]+-[A-Z]|[A-Z]-[0-9]+")
_JOINED = re.compile(r"(APT|UNIT|STE|SUITE|LOT|SPC|BLDG)([0-9]+[A-Z]?)|([A-Z]{2})([0-9]{5}(?:-[0-9]{4})?)")


def word_set(text: str) -> frozenset[str]:
    """The words of a table row, for membership tests."""
    return frozenset(text.split())


def address_words(text: str) -> list[list[str]]:
    """The comma-separated parts of an address as upper-case words, without empty parts.

    Accents, quotes, periods and odd spaces are removed; "#" is a separate word; a hyphen stays only between numbers.
    Raises AddressError for text that is too long, or has a character that no US address has.
    """
    parts = (_part_words(part) for part in to_ascii(text).split(","))
    return [part for part in parts if part]


def to_ascii(text: str) -> str:
    """The text in upper-case ASCII; raises AddressError as `address_words` does."""
    if len(text) > MAX_LENGTH:
        raise AddressError(f"the address has {len(text):,} characters, more than {MAX_LENGTH}")
    folded = without_empty_units(_TO_COMMA.sub(",", _fold(text)).upper())
    folded = _TO_SPACE.sub(" ", _DROPPED.sub("", folded)).replace("&", " AND ")
    bad = _FORBIDDEN.search(folded)
    if bad:
        raise AddressError(f"the address has the character {bad[0]!a}, which no US address has")
    folded = _FLOAT_ZIP.sub(r"\1", _INITIALS.sub(r"\1", folded))
    return _LONE_PERIOD.sub(" ", folded).replace("#", " # ")


def _fold(text: str) -> str:
    """Similar Unicode characters to ASCII: no accents, no wide letters, one kind of hyphen and of space."""
    if text.isascii():
        return text
    text = _TO_COMMA.sub(",", _QUOTES.sub("'", _DASHES.sub("-", text)))
    spaced = "".join(f" {c}" if unicodedata.decomposition(c).startswith("<fraction>") else c for c in text)
    folded = unicodedata.normalize("NFKD", spaced).replace("\u2044", "/")
    return "".join(_fold_character(c) for c in folded if unicodedata.category(c) not in ("Mn", "Cf"))


def _fold_character(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else character


def _part_words(part: str) -> list[str]:
    found: list[str] = []
    for token in part.split():
        found.extend(_split_token(token.strip("-")))
    return found


def _split_token(token: str) -> list[str]:
    """One word, or several where a hyphen or a missing space joined them ("APT5", "AZ85306", "WINSTON-SALEM")."""
    if _HYPHEN_KEPT.fullmatch(token):
        return [token]
    if _HYPHEN_JOINS.fullmatch(token):
        return [token.replace("-", "")]
    joined = _JOINED.fullmatch(token)
    return [part for part in joined.groups() if part] if joined else token.replace("-", " ").split()
