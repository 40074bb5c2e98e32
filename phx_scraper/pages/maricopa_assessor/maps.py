"""The county's map services, which need no token: a parcel by its number or address, and an address's place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import Address, same_home
from phx_scraper.pages.listing import Candidate
from phx_scraper.pages.maricopa_assessor.search import APN, bare_apn, json_answer, parcel_url, plain_apn
from phx_scraper.pages.values import coordinates, dig, known, objects, text

_SERVICES = "https://gis.mcassessor.maricopa.gov/arcgis/rest/services"
LAYERS = ("Parcels/MapServer/0", "MaricopaDynamicQueryService/MapServer/3")
"""The layer of today, and the older one."""

_ADDRESS_PARTS = ("NUM", "DIR", "NAME", "TYPE")
_NO_CITY = "NO CITY/TOWN"
_MOST_FEATURES = "10"


def location_url(apn: str, layer: str = LAYERS[0]) -> str:
    """A map layer's entry of a parcel; raises NotUnderstood(`apn`) for a malformed one."""
    return _query_url(layer, f"APN='{plain_apn(apn)}'", "APN,LATITUDE,LONGITUDE")


def address_parcel_url(home: Address) -> str:
    """The parcels of a house number, street name and zip; exact fields beat LIKE."""
    wanted = {
        "PHYSICAL_STREET_NUM": home.number,
        "PHYSICAL_STREET_NAME": home.name,
        "PHYSICAL_ZIP": home.zip,
    }
    where = " AND ".join(f"{name}='{_quoted(value)}'" for name, value in wanted.items())
    return _query_url(LAYERS[0], where, "*")


def geocoder_url(address: str) -> str:
    """Where an address lies, in degrees."""
    fields = {"SingleLine": address, "outSR": "4326", "maxLocations": "5", "f": "json"}
    return f"{_SERVICES}/AssessorCompositeLocator/GeocodeServer/findAddressCandidates?{urlencode(fields)}"


def read_location(url: str, body: bytes, apn: str, status: int = 200) -> dict[str, float]:
    """`latitude` and `longitude` of the parcel by a map layer, nothing where it has no such parcel.

    Raises Refused, NotFound or NotUnderstood(`features`).
    """
    for about in _features(url, body, status):
        if bare_apn(about.get("APN")) == plain_apn(apn):
            return coordinates(about.get("LATITUDE"), about.get("LONGITUDE"))
    return {}


def read_parcels(url: str, body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The parcels of a map layer's answer with their addresses and places; entries without either are passed over.

    Raises Refused, NotFound or NotUnderstood(`features`).
    """
    return tuple(one for about in _features(url, body, status) for one in _parcel(about))


def read_geocoder(url: str, body: bytes, asked: str, status: int = 200) -> dict[str, float]:
    """`latitude` and `longitude` of the one candidate that is the asked home, nothing where none is.

    Raises Refused, NotFound or NotUnderstood(`candidates`).
    """
    found = dig(json_answer(url, body, status, "candidates"), "candidates")
    if not isinstance(found, list):
        raise NotUnderstood("candidates")
    for candidate in objects(found):
        if same_home(asked, text(candidate.get("address"))):
            return coordinates(dig(candidate, "location", "y"), dig(candidate, "location", "x"))
    return {}


def _features(url: str, body: bytes, status: int) -> Iterator[Mapping[str, Any]]:
    """The attributes of each feature; ArcGIS says its errors with status 200 and no `features`."""
    features = dig(json_answer(url, body, status, "features"), "features")
    if not isinstance(features, list):
        raise NotUnderstood("features")
    return (about for feature in objects(features) if isinstance(about := feature.get("attributes"), dict))


def _parcel(about: Mapping[str, Any]) -> Iterator[Candidate]:
    apn = bare_apn(about.get("APN"))
    street = " ".join(filter(None, (text(about.get(f"PHYSICAL_STREET_{part}")) for part in _ADDRESS_PARTS)))
    suite, city, code = (text(about.get(f"PHYSICAL_{part}")) for part in ("SUITE", "CITY", "ZIP"))
    if not APN.fullmatch(apn) or not street:
        return
    named = suite if not suite or " " in suite else f"Unit {suite.lstrip('# ')}"
    place = "" if city.upper() == _NO_CITY else city
    address = ", ".join(filter(None, (f"{street} {named}".strip(), place, f"AZ {code[:5]}".strip())))
    facts = known(coordinates(about.get("LATITUDE"), about.get("LONGITUDE")))
    yield Candidate(address, {"apn": apn}, parcel_url(apn, "residential-details"), facts=facts)


def _query_url(layer: str, where: str, fields: str) -> str:
    asked = {"where": where, "outFields": fields, "f": "json"}
    asked |= {"returnGeometry": "false", "resultRecordCount": _MOST_FEATURES}
    return f"{_SERVICES}/{layer}/query?{urlencode(asked)}"


def _quoted(value: str) -> str:
    return value.upper().replace("'", "''")
