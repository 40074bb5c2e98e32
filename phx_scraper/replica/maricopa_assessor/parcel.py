"""The parts of a parcel's data."""

from __future__ import annotations

from typing import Any

from phx_scraper.replica.maricopa_assessor.presented import PresentedParcel

_SITE = "https://mcassessor.maricopa.gov"


def details(presented: PresentedParcel) -> dict[str, Any]:
    """`residential-details`: texts and nulls; a pool is its area, or false."""
    home, rng = presented.home, presented.rng("details")
    garages = rng.between(0, 3)
    return {
        "ConstructionYear": str(home.year),
        "OriginalConstructionYear": str(home.year),
        "LotSize": str(home.lot_sqft),
        "LivableSpace": str(home.sqft),
        "Detached_Livable_sqft": None,
        "Pool": rng.pick((False, str(rng.between(250, 600)))),
        "ImprovementQualityGrade": "CLASS R3",
        "NumberOfPatios": "1",
        "ExteriorWalls": "Fw - Frame Wood",
        "RoofType": "Ct - Concrete Tile",
        "BathFixtures": str(round(home.baths * 3)),
        "NumberOfGarages": str(garages),
        "NumberOfCarports": 0,
        "ParkingDetails": {"ParkingType": "Garage", "ParkingCount": "1"} if garages else [],
        "PhysicalCondition": None,
    }


def valuations(presented: PresentedParcel) -> list[dict[str, Any]]:
    """Five tax years, newest first; values are texts, some with trailing blanks."""
    price = presented.home.price
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


def map_ids(presented: PresentedParcel) -> dict[str, Any]:
    """`mapids`: five lists of PDF files; one file may stand in several."""
    number = f"{presented.apn[:5]}0{presented.rng('maps').between(100, 999)}"
    file = {"FileName": number, "UpdateDate": "23-JAN-25", "Url": f"{_SITE}/getmapid/{number}/"}
    names = ("Parcel Maps", "Subdivision Maps", "MCR Maps", "S/T/R Maps", "Book/Map Maps")
    return {name: [file] if map_attributes < 3 else [] for map_attributes, name in enumerate(names)}


def address(presented: PresentedParcel) -> dict[str, Any]:
    """`address` and `propertyinfo`."""
    home = presented.home
    return {
        "APN": presented.apn,
        "PropertyAddress": f"{home.address.street.upper()} {home.address.city.upper()} {home.address.zip}".strip(),
        "PropertyType": "RESIDENTIAL",
        "LotSize": str(home.lot_sqft),
        "County": "Maricopa",
    }


def owner(presented: PresentedParcel) -> dict[str, Any]:
    """`owner-details`, with an invented owner."""
    return {"Ownership": "EXAMPLE OWNER", "DeedDate": f"{presented.home.sold:%m/%d/%Y}", "SalePrice": None}


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
"""Fields that the newer layer can be queried by."""


def map_attributes(presented: PresentedParcel, newer: bool = False) -> dict[str, Any]:
    """The attributes of the public map layer; the newer one has the address in parts and its numbers as texts."""
    home, stated = presented.home, presented.stated
    attributes = {
        "APN": presented.apn,
        "PHYSICAL_ADDRESS": f"{home.address.street.upper()} {home.address.city.upper()}",
        "LAND_SIZE": home.lot_sqft,
        "CONST_YEAR": home.year,
        "LATITUDE": stated.latitude,
        "LONGITUDE": stated.longitude,
        "LIVING_SPACE": home.sqft,
    }
    return _in_parts(presented, attributes) if newer else attributes


def _in_parts(presented: PresentedParcel, attributes: dict[str, Any]) -> dict[str, Any]:
    address = presented.home.address
    values = (address.number, address.direction, address.name, address.type, address.unit, address.city, address.zip)
    numbers = {name: str(attributes[name]) for name in ("LAND_SIZE", "CONST_YEAR", "LIVING_SPACE")}
    parts = dict(zip(NEWER_FIELDS[3:], (value.upper() for value in values), strict=True))
    return {**attributes, **numbers, "APN_DASH": presented.home.apn, **parts, "FCV_CUR": str(presented.home.price)}
