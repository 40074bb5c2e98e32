"""The county's map services, which need no token: the coordinates of a parcel or an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from phx_scraper.errors import NotUnderstood
from phx_scraper.homes import same_home
from phx_scraper.pages.json_values import coordinates, objects, text, value_at
from phx_scraper.pages.maricopa_assessor.search import bare_apn, json_answer, plain_apn

_SERVICES = "https://gis.mcassessor.maricopa.gov/arcgis/rest/services"
LAYERS = ("Parcels/MapServer/0", "MaricopaDynamicQueryService/MapServer/3")
"""The layer of today, and the older one."""

_MOST_FEATURES = "10"


def location_url(apn: str, layer: str = LAYERS[0]) -> str:
    """A map layer's entry of a parcel; raises NotUnderstood(`apn`) for a malformed one."""
    return _query_url(layer, f"APN='{plain_apn(apn)}'", "APN,LATITUDE,LONGITUDE")


def geocoder_url(address: str) -> str:
    """The geocoder's coordinates of an address, in degrees."""
    fields = {"SingleLine": address, "outSR": "4326", "maxLocations": "5", "f": "json"}
    return f"{_SERVICES}/AssessorCompositeLocator/GeocodeServer/findAddressCandidates?{urlencode(fields)}"


def read_location(url: str, body: bytes, apn: str, status: int = 200) -> dict[str, float]:
    """`latitude` and `longitude` of the parcel by a map layer, empty where it has no such parcel.

    Raises Refused, NotFound or NotUnderstood(`features`).
    """
    for about in _features(url, body, status):
        if bare_apn(about.get("APN")) == plain_apn(apn):
            return coordinates(about.get("LATITUDE"), about.get("LONGITUDE"))
    return {}


def read_geocoder(url: str, body: bytes, address: str, status: int = 200) -> dict[str, float]:
    """`latitude` and `longitude` of the first candidate that is the home at `address`, empty where none is.

    Raises Refused, NotFound or NotUnderstood(`candidates`).
    """
    found = value_at(json_answer(url, body, status, "candidates"), "candidates")
    if not isinstance(found, list):
        raise NotUnderstood("candidates")
    for candidate in objects(found):
        if same_home(address, text(candidate.get("address"))):
            return coordinates(value_at(candidate, "location", "y"), value_at(candidate, "location", "x"))
    return {}


def _features(url: str, body: bytes, status: int) -> Iterator[Mapping[str, Any]]:
    """The attributes of each feature; ArcGIS reports errors with status 200 and no `features`."""
    features = value_at(json_answer(url, body, status, "features"), "features")
    if not isinstance(features, list):
        raise NotUnderstood("features")
    return (about for feature in objects(features) if isinstance(about := feature.get("attributes"), dict))


def _query_url(layer: str, where: str, fields: str) -> str:
    query = {"where": where, "outFields": fields, "f": "json"}
    query |= {"returnGeometry": "false", "resultRecordCount": _MOST_FEATURES}
    return f"{_SERVICES}/{layer}/query?{urlencode(query)}"
