"""What one header cell means: which part of an address stands in its column, and whose address that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from phx_scraper.homes.text import word_set

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# "Address.1": a table library's name for the second column of one name.
_REPEATED = re.compile(r".*[A-Za-z]\.[0-9]+")
_LATER_LINE = re.compile(r"(?:street|address|addr)(?:line|address)*[2-9]|(?:street)?addressunit|(?:address)?line[2-9]")
_LAST_LINE = re.compile(r"city(?:st|state)(?:zip(?:code)?)?|csz|lastline")
# A header may say whose address it is: the home's own, or that of a person or firm, which is no home of the list.
_OF_THE_HOME = word_set("property situs site subject physical parcel listing location")
_OF_SOMEBODY = word_set(
    "mailing mail mailto owner owners taxpayer tax billing bill buyer seller agent office broker lender borrower"
    " contact company business grantee grantor tenant trustee attorney previous old email web ip"
)
_FILLING = word_set("of the")

_TABLE = """
full=fulladdress unparsedaddress formattedaddress completeaddress addressfull fullstreetaddress displayaddress;
address=address addr addressline homeaddress houseaddress;
street=street streetaddress streetline address1 addr1 addressline1 street1 streetaddress1 streetline1 streetaddressline1
 address1line addressstreet;
number=housenumber housenum houseno streetnumber streetnum streetno stnumber stnum stno addressnumber addressno
 streetnumbernumeric;
direction=compass streetdirprefix streetdirection streetdir stdir stdirprefix predirection predir streetpredirection
 directionprefix dirprefix streetpredir predirectional;
name=streetname stname;
suffix=streetsuffix stsuffix streettype sttype suffix streetposttype posttype;
post_direction=streetdirsuffix stdirsuffix postdirection postdir postdirectional streetpostdirection dirsuffix
 directionsuffix streetpostdir;
unit=unit unitnumber unitno unitnum apt aptnumber aptno aptnum aptunit unitapt apartment apartmentnumber apartmentno
 apartmentunit suite suitenumber suiteno ste condounit condounitnumber streetadditionalinfo secondaryaddress
 unitapartment aptsuite aptste unitsuite suiteunit aptunitnumber;
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
class Meaning:
    """`part` of an address, "" for other columns; `own` where the header says that it is the property's."""

    part: str
    own: bool = False


def meaning_of(header: str) -> Meaning:
    """Reads a header cell; case, spaces, hyphens and camel case do not matter, and JSON paths may lead to the name.

    Parts besides those of an address: `full`, `address` (a street line or a full address), `street`, `line` (a second
    address line), `last_line` (city, state and zip in one), `place` (a column of a place that may be an address), `st`.
    """
    if _REPEATED.fullmatch(header.strip()):
        return Meaning("")
    meaning = _read(header)
    if not meaning.part and re.fullmatch(r"\S+[/.]\S+", header.strip()):
        return _read(re.split(r"[/.]", header.strip())[-1])
    return meaning


def _read(header: str) -> Meaning:
    words = [word.lower() for word in _WORD.findall(header.replace("#", " number "))]
    words = [word for word in words if word not in _FILLING]
    if any(word in _OF_SOMEBODY for word in words):
        return Meaning("")
    plain = [word for word in words if word not in _OF_THE_HOME]
    if not plain:
        return Meaning("place" if words else "")
    found = _part("".join(plain))
    if found or len(plain) < len(words):
        return Meaning(found, own=len(plain) < len(words))
    return _glued(plain)


def _glued(words: list[str]) -> Meaning:
    """A header without any mark between its words ("SITUSADDRESS"), and parts of a record named address."""
    text = "".join(words)
    for word in sorted(_OF_THE_HOME):
        if text.startswith(word) and (part := _part(text.removeprefix(word))):
            return Meaning(part, own=True)
    return Meaning(_part(text.removeprefix("address")) if text.startswith("address") else "")


def _part(text: str) -> str:
    if text in _ALIASES:
        return _ALIASES[text]
    if _LATER_LINE.fullmatch(text):
        return "line"
    if _LAST_LINE.fullmatch(text):
        return "last_line"
    return "st" if text == "st" else ""
