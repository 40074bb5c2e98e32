"""Further look-ups of Redfin's page by an address or an MLS number, besides the location autocomplete."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

from phx_scraper.errors import NotUnderstood
from phx_scraper.model.listing import Candidate
from phx_scraper.pages.html_and_json import json_text
from phx_scraper.pages.json_values import count, mapping, objects, text, value_at
from phx_scraper.pages.redfin.search import SITE, homes_of_rows, row_home
from phx_scraper.pages.redfin.state import payload

ZIP_REGION = 2
"""Type of a zip in gis and region; the autocomplete has other numbers for the same types."""

_MARKET = re.compile(r"[a-z_]{1,40}")
_MOST_HOMES = 350


class Region(NamedTuple):
    """A zip by Redfin's region number, which is not the zip: for the zip itself gis returns homes of another state."""

    number: int
    market: str


def rental_suggestions_url(address: str) -> str:
    """The rental autocomplete, which is answered where the other one is not; not every home is in it."""
    return f"{SITE}/stingray/do/rental-location-autocomplete?location={quote(address, safe='')}&v=2"


def query_location_url(text: str) -> str:
    """The older look-up of an address."""
    return f"{SITE}/stingray/do/query-location?location={quote(text, safe='')}&v=2"


def query_mls_url(mls: str) -> str:
    """The older look-up of an MLS number."""
    return query_location_url(f"MLS# {mls}")


def read_location(body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The exact match of a look-up, and its other suggestions; () where it knows none.

    Raises NotUnderstood(`query-location`).
    """
    found = payload(json_text(body), "query-location", status)
    if found and "exactMatch" not in found and not isinstance(found.get("sections"), list):
        raise NotUnderstood("query-location", "neither exactMatch nor sections")
    exact = mapping(found.get("exactMatch"))
    # Older answers have the present path in `urlV2`.
    older = {**exact, "url": exact.get("urlV2")} if text(exact.get("urlV2")) else exact
    candidates = {one.url: one for row in (older, exact) for one in row_home(row)}
    return tuple({**candidates, **{one.url: one for one in homes_of_rows(found)}}.values())


def region_url(zip_code: str) -> str:
    """The answer with Redfin's region number of a zip."""
    fields = {
        "al": "1",
        "ep": "true",
        "num_homes": str(_MOST_HOMES),
        "page_number": "1",
        "region_id": zip_code,
        "region_type": str(ZIP_REGION),
        "start": "0",
        "tz": "true",
        "v": "8",
    }
    return f"{SITE}/stingray/api/region?{urlencode(fields)}"


def read_region(body: bytes, zip_code: str, status: int = 200) -> Region:
    """The region of a zip. Raises NotUnderstood(`region`), also where the number is the zip itself or not a zip's."""
    return region_of(payload(json_text(body), "region", status), zip_code)


def region_of(found: object, zip_code: str) -> Region:
    """`read_region` for a payload inside a page."""
    defaults = mapping(value_at(found, "rootDefaults"))
    number, market = count(defaults.get("region_id")), text(defaults.get("market"))
    if number is None or count(defaults.get("region_type")) != ZIP_REGION or not _MARKET.fullmatch(market):
        raise NotUnderstood("region", "no region_id, region_type and market of a zip")
    if str(number) == zip_code.lstrip("0"):
        raise NotUnderstood("region", f"{number} is the zip, not its number")
    return Region(number, market)


def gis_url(region: Region) -> str:
    """The homes for sale in a region."""
    fields = {
        "al": "1",
        "market": region.market,
        "num_homes": str(_MOST_HOMES),
        "page_number": "1",
        "region_id": str(region.number),
        "region_type": str(ZIP_REGION),
        "sf": "1,2,3,5,6,7",
        "start": "0",
        "status": "9",
        "uipt": "1,2,3,4,5,6,7,8",
        "v": "8",
    }
    return f"{SITE}/stingray/api/gis?{urlencode(fields, safe=',')}"


def read_gis(body: bytes, status: int = 200) -> tuple[Candidate, ...]:
    """The homes of a gis answer, neighbouring zips included. Raises NotUnderstood(`gis`)."""
    return homes_of_gis(payload(json_text(body), "gis", status))


def homes_of_gis(found: object) -> tuple[Candidate, ...]:
    """`read_gis` for a payload inside a page, where the homes are one level deeper."""
    homes = value_at(found, "homes")
    homes = homes if isinstance(homes, list) else value_at(found, "originalHomes", "homes")
    if not isinstance(homes, list):
        raise NotUnderstood("gis", "no homes")
    rows = ({"url": home.get("url"), "name": _street(home), "subName": _place(home)} for home in objects(homes))
    return tuple(candidate for row in rows for candidate in row_home(row))


def _street(home: object) -> str:
    line = value_at(home, "streetLine")
    return text(value_at(line, "value") if isinstance(line, dict) else line)


def _place(home: object) -> str:
    code = text(value_at(home, "zip")) or text(value_at(home, "postalCode", "value"))
    return f"{text(value_at(home, 'city'))}, {text(value_at(home, 'state'))} {code}".strip(", ")
