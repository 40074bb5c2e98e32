"""Finds where the street ends and the city begins in a text without a comma between them."""

from __future__ import annotations

import usaddress

from phx_scraper.errors import AddressError
from phx_scraper.homes.arizona_cities import LONGEST_CITY, is_city, is_common_word
from phx_scraper.homes.street_names import begins_spanish_name
from phx_scraper.homes.street_types import STREET_TYPES, STRONG_TYPES
from phx_scraper.homes.units import is_unit_part
from phx_scraper.homes.usps import DIRECTION_WORDS, DIRECTIONS, is_arizona_zip


def split_city(tokens: list[str], state: str, zip_code: str) -> tuple[list[str], list[str]]:
    """Splits street words (without unit) from city words; the city may be empty.

    A known Arizona city at the end wins, the longest first; elsewhere the city begins after a usual street type.
    Raises AddressError where several splits are possible and none is certain: a comma then helps.
    """
    for size in range(min(LONGEST_CITY, len(tokens) - 2), 0, -1):
        street, city = tokens[:-size], tokens[-size:]
        is_behind_street = city[0] in DIRECTION_WORDS and is_city(city[1:])
        if is_city(city) and not is_behind_street and _is_street(street, city):
            return street, city
    cuts = _cuts_after_type(tokens)
    if len(cuts) > 1:
        cuts = [cut for cut in cuts if cut == _first_place_word(tokens, state, zip_code)]
        if not cuts:
            raise AddressError("the street cannot be told from the city: put a comma between them")
    if not cuts and state and not is_arizona_zip(zip_code) and state != "AZ" and not _ends_in_type(tokens):
        raise AddressError("the street cannot be told from the city: put a comma between them")
    cut = cuts[0] if cuts else len(tokens)
    return tokens[:cut], tokens[cut:]


def _is_street(street: list[str], city: list[str]) -> bool:
    """True where what is left has a number and a name; before a city named by a common word, a type as well."""
    if all(token in DIRECTIONS for token in street[1:]):
        return False
    return _ends_in_type(street) or not is_common_word(city)


def _ends_in_type(street: list[str]) -> bool:
    body = street[:-1] if street[-1] in DIRECTIONS else street
    return bool(body) and body[-1] in STREET_TYPES


def _cuts_after_type(tokens: list[str]) -> list[int]:
    """Every index at which a city could begin: after a usual street type (and a direction), with only words behind."""
    cuts: list[int] = []
    for index in range(2, len(tokens) - 1):
        cut = index + 1
        if STREET_TYPES.get(tokens[index]) not in STRONG_TYPES or _is_first_of_spanish_name(tokens, index):
            continue
        if tokens[cut] in DIRECTIONS and len(tokens[cut]) <= 2:
            cut += 1
        if cut < len(tokens) and all(token.isalpha() for token in tokens[cut:]) and not is_unit_part(tokens[cut:]):
            cuts.append(cut)
    return cuts


def _is_first_of_spanish_name(tokens: list[str], index: int) -> bool:
    """Whether "Ave" begins the street's name instead of ending it: "6602 W Ave Del Sol"."""
    return begins_spanish_name(tokens[index], tokens[index + 1]) and all(word in DIRECTIONS for word in tokens[1:index])


def _first_place_word(tokens: list[str], state: str, zip_code: str) -> int:
    """Index of the first word that usaddress takes for a place name, -1 for none.

    usaddress is a statistical tagger: it knows how city names outside our table look, but it also tags "Grande" of
    "4137 W Cielo Grande" as a city and swaps types and names. So our rules parse the address, and its label only
    chooses one of the splits that they allow; a wrong label can make an address unreadable, never another home.
    """
    labels = [label for _, label in usaddress.parse(" ".join([*tokens, state, zip_code]).strip())][: len(tokens)]
    return labels.index("PlaceName") if "PlaceName" in labels else -1
