"""Reading postal addresses: the text that a person or a site wrote becomes one `Address` in canonical form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from phx_scraper.errors import AddressError
from phx_scraper.homes.address_words import address_words
from phx_scraper.homes.arizona_cities import city_words, two_cities
from phx_scraper.homes.city_split import split_city
from phx_scraper.homes.last_line import LastLine, take_last_line
from phx_scraper.homes.street import Street, parse_street
from phx_scraper.homes.street_names import title
from phx_scraper.homes.unit_words import respell_unit
from phx_scraper.homes.units import combine_units, is_unit_part, read_unit_part, spell_unit, take_bare_unit, take_unit
from phx_scraper.homes.usps import DIRECTIONS

_SLUG_ENDING = re.compile(r"_rb$")
_SLUG_FRACTION = re.compile(r"^([0-9]+[A-Za-z]?)-([1-7])-([2-8])-(?=[A-Za-z]|[0-9]+[A-Za-z]{2}-)")


@dataclass(frozen=True, slots=True)
class Address:
    """One home's postal address, abbreviated as in USPS Publication 28; a part that was not given is "".

    `number` may hold a letter or fraction ("4732A", "123 1/2"); `direction` and `post_direction` are N, S, E, W, NE …;
    `type` is the standard abbreviation ("Rd"); `unit` is the identifier alone ("5"), except for a part of a building
    ("Bldg 3 Unit 12"); `state` has two letters, `zip` five digits.
    """

    number: str
    direction: str
    name: str
    type: str
    post_direction: str
    unit: str
    city: str
    state: str
    zip: str

    @property
    def street(self) -> str:
        """The street line with the unit: "4732 W Davis Rd Unit 5"."""
        fields = (self.number, self.direction, self.name, self.type, self.post_direction, spell_unit(self.unit))
        return " ".join(field for field in fields if field)

    @property
    def canonical(self) -> str:
        """The whole address: "4732 W Davis Rd, Glendale, AZ 85306"; reading it again gives an equal `Address`."""
        last = f"{self.state} {self.zip}".strip()
        if self.city and not self.state:
            return f"{self.street}, {f'{self.city} {self.zip}'.strip()}"
        return ", ".join(field for field in (self.street, self.city, last) if field)


# A crawl reads a home's address as each of its pages writes it, again at each visit.
@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address:
    """Reads one address in any usual spelling.

    Raises AddressError, with the reason, for a text without house number, without street name, or with neither zip nor
    city, and for one that can be read in two ways.
    """
    address = _from_parts(address_words(text))
    # Written in canonical form, as most lists are, it has just been read as that: half the time.
    return address if address.canonical == text else require_unambiguous(address)


def require_unambiguous(address: Address) -> Address:
    """Returns the address; raises AddressError unless its canonical form is read as the same address again."""
    if _from_parts(address_words(address.canonical)) != address:
        raise AddressError(f"the address can be read in two ways, one of them as {address.canonical!r}")
    return address


def address_from_slug(slug: str) -> Address:
    """Reads the address in a URL slug such as "4732-W-Davis-Rd-Glendale-AZ-85306".

    Of a whole path ("/homes/…_rb/") the last part is read. Raises AddressError as `parse_address` does.
    """
    last = _SLUG_ENDING.sub("", slug.strip().strip("/").rpartition("/")[2])
    with_fraction = _SLUG_FRACTION.sub(r"\1 \2/\3 ", last)
    return parse_address(with_fraction.replace("-", " "))


def _from_parts(parts: list[list[str]]) -> Address:
    last = take_last_line(parts)
    if not last.parts:
        raise AddressError("no street in the address")
    line, unit, city = _street_unit_city(last)
    line, bare_unit = (line, "") if unit else take_bare_unit(line)
    street = parse_street(line)
    city_name = _city_name(city)
    if not last.zip and not city_name:
        raise AddressError("neither a zip nor a city, so the home could be anywhere")
    return _build(street, unit or bare_unit, city_name, last)


def _build(street: Street, unit: str, city: str, last: LastLine) -> Address:
    return Address(
        number=street.number,
        direction=street.direction,
        name=street.name,
        type=street.type,
        post_direction=street.post_direction,
        unit=unit,
        city=city,
        state=last.state,
        zip=last.zip,
    )


def _street_unit_city(last: LastLine) -> tuple[list[str], str, list[str]]:
    """Sorts the comma parts before state and zip into street words, unit and city words."""
    line, *others = _join_split_street(last.parts)
    line, others = respell_unit(line, 3), [part for other in others if (part := respell_unit(other))]
    units: list[str] = []
    cities: list[list[str]] = []
    if others and is_unit_part(line) and not line[0][0].isdigit():
        unit, line, others = *_leading_unit(line, others[0]), others[1:]
        units.append(unit)
    taken = take_unit(line)
    line = taken.before
    units += [taken.unit]
    cities += [taken.after]
    for part in others:
        unit, city = read_unit_part(part) if is_unit_part(part) else ("", part)
        if any(units) and len(city) == 1 and len(city[0]) == 1:
            raise AddressError(f"the address names two units, {max(units)} and {city[0]}; write one row for each")
        units.append(unit)
        cities.append(city)
    found = [city for city in cities if city and city[-1] != "COUNTY"]
    if not found and not taken.unit:
        line, city = split_city(line, last.state, last.zip)
        found = [city]
    return line, combine_units(units), _single_city(found)


def _leading_unit(part: list[str], street: list[str]) -> tuple[str, list[str]]:
    """A unit written before the street ("Unit 5, 123 W Main St", "Apt 5 Bldg 2, …")."""
    unit, rest = read_unit_part(part)
    return unit, rest + street


def _join_split_street(parts: list[list[str]]) -> list[list[str]]:
    """Repairs commas inside the street line: "4732, W Davis Rd" and "123 Main St, NW"."""
    line, *others = parts
    if others and len(line) == 1 and line[0][0].isdigit():
        line, others = line + others[0], others[1:]
    if others and len(others[0]) == 1 and others[0][0] in DIRECTIONS:
        line, others = line + others[0], others[1:]
    return [line, *others]


def _single_city(cities: list[list[str]]) -> list[str]:
    if len(cities) > 1:
        spelled = " and ".join(repr(" ".join(city)) for city in cities[:2])
        raise AddressError(f"two parts stand where the city should be, {spelled}")
    return cities[0] if cities else []


def _city_name(tokens: list[str]) -> str:
    bad = next((token for token in tokens if not token.isalpha()), None)
    if bad is not None:
        raise AddressError(f"the city {' '.join(tokens)[:60]!r} has {bad!r} in it")
    if len(tokens) == 1 and len(tokens[0]) == 1:
        raise AddressError(f"the city would be {tokens[0]!r}; write a unit with its word, as Unit {tokens[0]}")
    two = two_cities(tokens)
    if two:
        raise AddressError(f"two cities stand where one should be, {title(two[0])} and {title(two[1])}")
    return title(city_words(tokens))
