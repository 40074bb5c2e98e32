"""The parts of a parcel's data."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.maricopa_assessor.presented import Shown

_SITE = "https://mcassessor.maricopa.gov"


def details(shown: Shown) -> dict[str, Any]:
    """`residential-details`: texts and nulls; a pool is its area, or false."""
    world, dice = shown.world, shown.dice("details")
    garages = dice.between(0, 3)
    return {
        "ConstructionYear": str(world.year),
        "OriginalConstructionYear": str(world.year),
        "LotSize": str(world.lot_sqft),
        "LivableSpace": str(world.sqft),
        "Detached_Livable_sqft": None,
        "Pool": dice.pick((False, str(dice.between(250, 600)))),
        "ImprovementQualityGrade": "CLASS R3",
        "NumberOfPatios": "1",
        "ExteriorWalls": "Fw - Frame Wood",
        "RoofType": "Ct - Concrete Tile",
        "BathFixtures": str(round(world.baths * 3)),
        "NumberOfGarages": str(garages),
        "NumberOfCarports": 0,
        "ParkingDetails": {"ParkingType": "Garage", "ParkingCount": "1"} if garages else [],
        "PhysicalCondition": None,
    }


def valuations(shown: Shown) -> list[dict[str, Any]]:
    """Five tax years, newest first; values are texts, some with trailing blanks."""
    price = shown.world.price
    return [
        {
            "TaxYear": str(year),
            "FullCashValue": str(price * (95 - 6 * age) // 100),
            "LimitedPropertyValue": f"{price * (50 - 2 * age) // 100}      ",
            "LegalClassificationCode": "3.1 ",
            "AssessedFCV": "na",
            "AssessedLPV": f"{price * (50 - 2 * age) // 1000}       ",
            "ValuationSource": "Notice",
        }
        for age, year in enumerate(range(2026, 2021, -1))
    ]


def map_ids(shown: Shown) -> dict[str, Any]:
    """`mapids`: five lists of PDF files; one file may stand in several."""
    number = f"{shown.apn[:5]}0{shown.dice('maps').between(100, 999)}"
    file = {"FileName": number, "UpdateDate": "23-JAN-25", "Url": f"{_SITE}/getmapid/{number}/"}
    names = ("Parcel Maps", "Subdivision Maps", "MCR Maps", "S/T/R Maps", "Book/Map Maps")
    return {name: [file] if place < 3 else [] for place, name in enumerate(names)}


def address(shown: Shown) -> dict[str, Any]:
    """`address` and `propertyinfo`."""
    world = shown.world
    return {
        "APN": shown.apn,
        "PropertyAddress": f"{world.address.street.upper()} {world.address.city.upper()} {world.address.zip}".strip(),
        "PropertyType": "RESIDENTIAL",
        "LotSize": str(world.lot_sqft),
        "County": "Maricopa",
    }


def owner(shown: Shown) -> dict[str, Any]:
    """`owner-details`, of nobody."""
    return {"Ownership": "EXAMPLE OWNER", "DeedDate": f"{shown.world.sold:%m/%d/%Y}", "SalePrice": None}


NEWER_FIELDS = (
    "APN",
    "APN_DASH",
    "PHYSICAL_ADDRESS",
    "PHYSICAL_STREET_NUM",
    "PHYSICAL_STREET_DIR",
    "PHYSICAL_STREET_NAME",
    "PHYSICAL_STREET_TYPE",
    "PHYSICAL_SUITE",
    "PHYSICAL_CITY",
    "PHYSICAL_ZIP",
)
"""What the newer layer may be asked by."""


def place(shown: Shown, newer: bool = False) -> dict[str, Any]:
    """The attributes of the public map layer; the newer one has the address in parts and its numbers as texts."""
    world, seen = shown.world, shown.seen
    told = {
        "APN": shown.apn,
        "PHYSICAL_ADDRESS": f"{world.address.street.upper()} {world.address.city.upper()}",
        "LAND_SIZE": world.lot_sqft,
        "CONST_YEAR": world.year,
        "LATITUDE": seen.latitude,
        "LONGITUDE": seen.longitude,
        "LIVING_SPACE": world.sqft,
    }
    return _in_parts(shown, told) if newer else told


def _in_parts(shown: Shown, told: dict[str, Any]) -> dict[str, Any]:
    address = shown.world.address
    values = (address.number, address.direction, address.name, address.type, address.unit, address.city, address.zip)
    numbers = {name: str(told[name]) for name in ("LAND_SIZE", "CONST_YEAR", "LIVING_SPACE")}
    parts = dict(zip(NEWER_FIELDS[3:], (value.upper() for value in values), strict=True))
    return {**told, **numbers, "APN_DASH": shown.world.apn, **parts, "FCV_CUR": str(shown.world.price)}
