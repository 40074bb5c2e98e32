"""A list of invented homes, for the replica."""

from __future__ import annotations

import csv
from pathlib import Path

_STREETS = ("Ocotillo", "Palo Verde", "Saguaro", "Mesquite", "Ironwood", "Agave", "Yucca")
_TYPES = ("St", "Ave", "Dr", "Ln")
_CITIES = (("Phoenix", "85016"), ("Glendale", "85306"), ("Scottsdale", "85251"), ("Tempe", "85281"))


def address(number: int) -> str:
    """The address with that number; equal numbers give equal addresses, different numbers different homes."""
    city, zip_code = _CITIES[number % len(_CITIES)]
    street, kind = _STREETS[number % len(_STREETS)], _TYPES[number // 7 % len(_TYPES)]
    return f"{1001 + 12 * number} E {street} {kind}, {city}, AZ {zip_code}"


def write_homes(path: Path, count: int) -> Path:
    """Write the first `count` homes as a CSV file with the one column `full_address`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["full_address"])
        rows.writerows([address(number)] for number in range(count))
    return path
