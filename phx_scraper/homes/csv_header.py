"""What one header cell means: which part of an address its column holds, and whose address that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from phx_scraper.homes.address_words import word_set

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# "Address.1": the name that pandas gives to the second column with the same name.
_REPEATED = re.compile(r".*[A-Za-z]\.[0-9]+")
_LATER_LINE = re.compile(r"(?:street|address|addr)(?:line|address)*[2-9]|(?:street)?addressunit|(?:address)?line[2-9]")
_UNIT = word_set("unit apt apartment suite ste spc space sp")
# These count as one only with a number: by themselves they may say "yes".
_UNIT_NUMBER = word_set("condo condominium trailer townhouse")
_WITH_UNIT = word_set("number no num nr nbr or address street and")
# A second address line under whatever name, and columns that hold a unit in one list and something else in another.
_MORE = word_set("cont continued extra additional addl more second secondary other supplement")
_MAYBE_UNIT = word_set("lot door room rm floor tower wing")
_LAST_LINE = re.compile(r"city(?:st|state)(?:zip(?:code)?)?|csz|lastline")
# A header may say whose address it is: the home's own, or that of a person or firm, which is not a home of the list.
_OF_THE_HOME = word_set("property situs site subject physical parcel listing location home")
_OF_OTHER_PARTY = word_set(
    "mailing mail mailto owner owners taxpayer tax billing bill buyer seller agent office broker lender borrower"
    " contact company business grantee grantor tenant trustee attorney previous old email web ip"
)
_ADDRESS = word_set("address addr street")
_STOP_WORDS = word_set("of the")

_TABLE = """
full=fulladdress unparsedaddress formattedaddress completeaddress addressfull fullstreetaddress displayaddress;
address=address addr addressline homeaddress houseaddress;
street=street streetaddress streetline address1 addr1 addressline1 street1 streetaddress1 streetline1 streetaddressline1
 address1line addressstreet;
number=housenumber housenum houseno streetnumber streetnum streetno stnumber stnum stno addressnumber addressno
 streetnumbernumeric;
direction=compass dir direction streetdirprefix streetdirection streetdir stdir stdirprefix predirection predir
 streetpredirection directionprefix dirprefix streetpredir predirectional;
name=streetname stname;
suffix=streetsuffix stsuffix streettype sttype suffix streetposttype posttype;
post_direction=streetdirsuffix stdirsuffix postdirection postdir postdirectional streetpostdirection dirsuffix
 directionsuffix streetpostdir;
line=streetadditionalinfo secondaryaddress;
count=number;
building=bldg bldgnumber bldgno building buildingnumber buildingno;
city=city cityname town municipality citytown towncity postalcity citymunicipality;
city_code=citytowncode citycode;
state=state stateorprovince statecode province stateprovince stateabbreviation;
zip=zip zipcode zip5 postal postalcode postcode zippostalcode ziporpostalcode zippostal postalzip zipcode5 zippostcode
"""


def _aliases() -> dict[str, str]:
    rows = (entry.split("=") for entry in _TABLE.split(";"))
    return {alias: meaning.strip() for meaning, aliases in rows for alias in aliases.split()}


_ALIASES = MappingProxyType(_aliases())


@dataclass(frozen=True, slots=True)
class HeaderMeaning:
    """`part` of an address, "" for other columns; `own` where the header says that it is the property's,
    `foreign` where it is another party's.
    """

    part: str
    own: bool = False
    foreign: bool = False


def header_meaning(header: str) -> HeaderMeaning:
    """Reads a header cell; case, spaces, hyphens, camel case and a JSON path before the name do not matter.

    Parts besides those of an address: `full`, `address` (a street line or a full address), `street`, `line` (a second
    address line), `last_line` (city, state and zip in one), `place` (a column of a place that may be an address), `st`,
    `count` (a house number or the row's own), `maybe_unit` (a unit in one list, something else in another).
    """
    if _REPEATED.fullmatch(header.strip()):
        return HeaderMeaning("")
    meaning = _read(header)
    if not meaning.part and re.fullmatch(r"\S+[/.:]\S+", header.strip()):
        return _read(re.split(r"[/.:]", header.strip())[-1])
    return meaning


def is_other_partys_address(header: str) -> bool:
    """Whether a header names the address of a person or firm ("Owner Address"), which is not a home of the list."""
    words = {word.lower() for word in _WORD.findall(header)}
    return bool(words & _OF_OTHER_PARTY and words & _ADDRESS)


def _read(header: str) -> HeaderMeaning:
    words = [word.lower() for word in _WORD.findall(header.replace("#", " number "))]
    words = [word for word in words if word not in _STOP_WORDS]
    if any(word in _OF_OTHER_PARTY for word in words):
        return HeaderMeaning("", foreign=True)
    plain = [word for word in words if word not in _OF_THE_HOME]
    if not plain:
        return HeaderMeaning("place" if words else "")
    found = _part("".join(plain)) or _unit_part(set(plain))
    if found or len(plain) < len(words):
        return HeaderMeaning(found, own=len(plain) < len(words))
    return _without_separators(plain)


def _unit_part(words: set[str]) -> str:
    """The meaning of a header made of words for units or for further address lines."""
    if words & _UNIT and words <= _UNIT | _UNIT_NUMBER | _WITH_UNIT:
        return "unit"
    if words & _UNIT_NUMBER and words & _WITH_UNIT and words <= _UNIT_NUMBER | _WITH_UNIT:
        return "unit"
    if words & _MORE and words & {"address", "addr", "street"} and words <= _MORE | _WITH_UNIT | {"addr", "line"}:
        return "line"
    is_maybe = words & _MAYBE_UNIT or words == {"unit", "id"}
    return "maybe_unit" if is_maybe and words <= _MAYBE_UNIT | _WITH_UNIT | {"unit", "id"} else ""


def _without_separators(words: list[str]) -> HeaderMeaning:
    """A header without separators between its words ("SITUSADDRESS"), and parts of a record named address."""
    text = "".join(words)
    for word in sorted(_OF_THE_HOME):
        if text.startswith(word) and (part := _part(text.removeprefix(word))):
            return HeaderMeaning(part, own=True)
    return HeaderMeaning(_part(text.removeprefix("address")) if text.startswith("address") else "")


def _part(text: str) -> str:
    if text in _ALIASES:
        return _ALIASES[text]
    if _LATER_LINE.fullmatch(text):
        return "line"
    if _LAST_LINE.fullmatch(text):
        return "last_line"
    return "st" if text == "st" else ""
