"""The facts table's groups, labels and values."""

from __future__ import annotations

from phx_scraper.replica.phoenix_mls.presented import MlsListing, Shown
from phx_scraper.replica.phoenix_mls.urls import shown_address


def title_of(shown: Shown, listing: MlsListing) -> str:
    """How both templates name a listing."""
    return f"{shown_address(shown.seen)} (MLS# {listing.mls})"


def groups(shown: Shown, listing: MlsListing) -> dict[str, dict[str, str]]:
    """Header -> label -> value, as the MLS names them."""
    world, seen = shown.world, shown.seen
    return {
        "Contract Information": {
            "List Date": f"{listing.listed:%m/%d/%Y}",
            "Current Price": f"${listing.price:,}",
            "List Price": f"${listing.price:,}",
            "Status": listing.status,
            "Listing Office": world.office,
        },
        "Location, Tax & Legal": {
            "House Number": seen.address.number,
            "Street Name": seen.address.name.upper(),
            "Zip Code": seen.address.zip,
            **_parcel(shown),
            "County Code": "Maricopa",
            "Geo Lat": f"{seen.latitude:.6f}",
            "Geo Lon": f"{seen.longitude:.6f}",
        },
        "General Property Description": {
            "# Bedrooms": str(world.beds),
            "Total Bathrooms": f"{world.baths:g}",
            "Approx SQFT": f"{world.sqft:,}",
            "Approx Lot SqFt": f"{world.lot_sqft:,}",
            "Year Built": str(world.year),
        },
        "Property Features": {"Pool": "None: see remarks", "Directions": "North to the sample street, then west"},
    }


def _parcel(shown: Shown) -> dict[str, str]:
    """The APN in one of the ways in which pages state it: with dashes, without, or in three parts."""
    apn = shown.world.apn
    book, sheet, parcel = apn.split("-")
    apart = {"Assessor's Book #": book, "Assessor's Map #": sheet, "Assessor's Parcel #": parcel}
    ways: tuple[dict[str, str], ...] = ({"Assessor Number": apn}, {"Assessor Number": apn.replace("-", "")}, apart)
    return shown.dice("parcel").pick(ways)
