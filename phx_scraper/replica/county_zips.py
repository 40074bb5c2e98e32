"""Zips of Maricopa County with their postal cities: candidates for a street searched without city and zip."""

from __future__ import annotations

from dataclasses import replace

from phx_scraper.homes import Address

# Fewer than a hundred in all: four pages of results.
_CITIES = {
    "Phoenix": (
        "85006 85008 85014 85015 85016 85018 85020 85021 85022 85023 85024 85027 85028 85029 85032 85033 85041 85042"
        " 85044 85048 85050 85051 85053 85083 85085 85086"
    ),
    "Glendale": "85301 85302 85303 85304 85305 85306 85307 85308 85310",
    "Peoria": "85345 85381 85382 85383",
    "Scottsdale": "85250 85251 85254 85255 85257 85258 85259 85260 85262 85266",
    "Mesa": "85201 85202 85203 85204 85205 85212 85213 85215",
    "Tempe": "85281 85282 85283 85284",
    "Chandler": "85224 85225 85226 85248 85249 85286",
    "Gilbert": "85233 85234 85295 85296 85297 85298",
    "Surprise": "85374 85379 85387 85388",
    "Avondale": "85323 85392",
    "Buckeye": "85326 85396",
    "Goodyear": "85338 85395",
    "Cave Creek": "85331",
    "El Mirage": "85335",
    "Fountain Hills": "85268",
    "Laveen": "85339",
    "Litchfield Park": "85340",
    "Paradise Valley": "85253",
    "Queen Creek": "85142",
    "Sun City": "85351",
    "Sun City West": "85375",
    "Tolleson": "85353",
    "Waddell": "85355",
}
COUNTY_ZIPS = tuple((city, code) for city, codes in _CITIES.items() for code in codes.split())


def in_every_zip(street: Address) -> list[str]:
    """The street in every zip of the county, as canonical addresses."""
    return [replace(street, city=city, state="AZ", zip=code).canonical for city, code in COUNTY_ZIPS]
