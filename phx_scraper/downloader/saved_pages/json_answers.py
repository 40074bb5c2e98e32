"""Bodies of the sources' endpoints, saved without their address: told apart by the keys that they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from phx_scraper.pages.html_and_json import decode, load_json
from phx_scraper.pages.json_values import mapping, objects, text, value_at
from phx_scraper.pages.maricopa_assessor import parcel_url

_JSONP = re.compile(r"\s*(?:/\*\*/\s*)?[\w$.]{1,100}\(")
_PREFIX = "{}&&"
SEARCH = "search results"
_HOME_DATA, _STATE, _ABOVE = "a home's data", "a page's state", "aboveTheFold"
WITH_HOME = frozenset({_HOME_DATA, _STATE, _ABOVE})
"""Answers that show a whole home, where they can be read."""

_ZILLOW, _REDFIN = "https://www.zillow.com", "https://www.redfin.com"


class Answer(NamedTuple):
    """What a body is: its source, its name for people, and the address that it is read under."""

    source: str
    name: str
    url: str


class _Shape(NamedTuple):
    source: str
    name: str
    fits: Callable[[Any], bool]
    url: Callable[[Any], str]


def answer_of(body: bytes) -> Answer | None:
    """The endpoint that a JSON (or JSONP) body is of, None where it is no source's. Raises NotUnderstood(`json`)."""
    whole = decode(body).lstrip("\ufeff \t\r\n").removeprefix(_PREFIX)
    called = _JSONP.match(whole)
    value = load_json(whole[called.end() :].rstrip(" \t\r\n;").removesuffix(")") if called else whole, "json")
    for shape in _SHAPES:
        if shape.fits(value):
            return Answer(shape.source, shape.name, shape.url(value))
    return None


def _site(address: str) -> Callable[[Any], str]:
    return lambda _: address


def _has(*keys: str) -> Callable[[Any], bool]:
    """Whether an object, or its `payload`, has every one of these keys."""
    return lambda value: keys_in(value, keys) or keys_in(mapping(value).get("payload"), keys)


def keys_in(value: Any, keys: tuple[str, ...]) -> bool:
    """Whether `value` is an object with all the keys."""
    return isinstance(value, dict) and all(key in value for key in keys)


def _first_has(*keys: str) -> Callable[[Any], bool]:
    return lambda value: any(keys_in(one, keys) for one in list(objects(value))[:1])


def _zillow_url(value: Any) -> str:
    home = value_at(value, "data", "property") or value_at(value, "property") or value
    path = text(mapping(home).get("hdpUrl"), 500)
    zpid = text(mapping(home).get("zpid"))
    return _ZILLOW + path if path.startswith("/homedetails/") else f"{_ZILLOW}/homedetails/{quote(zpid)}_zpid/"


def _redfin_url(value: Any) -> str:
    path = text(value_at(value, "payload", "addressSectionInfo", "url"), 500)
    return _REDFIN + path if path.startswith("/") else f"{_REDFIN}/"


def _parcel(value: Any) -> str:
    named: Iterator[Mapping[str, Any]] = objects(mapping(value).get("Pages"))
    apn = next((text(page.get("APN"), 20) for page in named if page.get("APN")), "")
    return parcel_url(apn, "sketches") if apn else "https://mcassessor.maricopa.gov/"


def _is_property(value: Any) -> bool:
    homes = (value_at(value, "data", "property"), value_at(value, "property"), value)
    return any(keys_in(home, ("zpid", "homeStatus")) for home in homes)


def _is_suggestions(value: Any) -> bool:
    first = next(objects(mapping(value).get("results")), {})
    return keys_in(first, ("display", "resultType"))


def _is_spark(value: Any) -> bool:
    return isinstance(value_at(value, "D", "Results"), list)


def _is_redfin(value: Any) -> bool:
    return keys_in(value, ("payload", "resultCode")) or keys_in(value, ("payload", "errorMessage"))


def _is_parcel_maps(value: Any) -> bool:
    return keys_in(value, ("Parcel Maps",)) or keys_in(value, ("features", "fields"))


_SHAPES = (
    _Shape("zillow", _HOME_DATA, _is_property, _zillow_url),
    _Shape("zillow", _STATE, lambda value: bool(value_at(value, "props", "pageProps")), _site(f"{_ZILLOW}/")),
    _Shape("zillow", "autocomplete", _is_suggestions, _site(f"{_ZILLOW}/")),
    _Shape("zillow", SEARCH, _first_has("zpid", "detailUrl"), _site(f"{_ZILLOW}/")),
    _Shape("redfin", _ABOVE, _has("addressSectionInfo"), _redfin_url),
    _Shape("redfin", "belowTheFold", _has("propertyHistoryInfo"), _site(f"{_REDFIN}/")),
    _Shape("redfin", "photoTagsAndCaptions", _has("tagsByPhotoId"), _site(f"{_REDFIN}/")),
    _Shape("redfin", "initialInfo", _has("propertyId", "listingId"), _site(f"{_REDFIN}/")),
    _Shape("redfin", SEARCH, _has("homes"), _site(f"{_REDFIN}/")),
    _Shape("redfin", "autocomplete", _has("sections"), _site(f"{_REDFIN}/")),
    _Shape("redfin", "an endpoint that is not known", _is_redfin, _site(f"{_REDFIN}/")),
    _Shape("maricopa_assessor", "sketches", _has("Pages", "TotalPages"), _parcel),
    _Shape("maricopa_assessor", "residential details", _has("ConstructionYear", "LivableSpace"), _parcel),
    _Shape("maricopa_assessor", SEARCH, _has("TOTAL", "Results"), _parcel),
    _Shape("maricopa_assessor", "valuations", _first_has("TaxYear", "FullCashValue"), _parcel),
    _Shape("maricopa_assessor", "maps", _is_parcel_maps, _parcel),
    _Shape("phoenix_mls", "data of the MLS", _is_spark, _site("https://phoenixmlssearch.com/")),
)
