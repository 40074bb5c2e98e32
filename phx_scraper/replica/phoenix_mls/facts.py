"""The facts table's groups, labels and values."""

from __future__ import annotations

from phx_scraper.replica.phoenix_mls.presented import MlsListing, PresentedHome
from phx_scraper.replica.phoenix_mls.urls import mls_address


def title_of(presented: PresentedHome, listing: MlsListing) -> str:
    """How both templates name a listing."""
    return f"{mls_address(presented.stated)} (MLS# {listing.mls})"


def groups(presented: PresentedHome, listing: MlsListing) -> dict[str, dict[str, str]]:
    """Header -> label -> value, as the MLS names them."""
    home, stated = presented.home, presented.stated
    return {
        "Contract Information": {
            "List Date": f"{listing.listed:%m/%d/%Y}",
            "Current Price": f"${listing.price:,}",
            "List Price": f"${listing.price:,}",
            "Status": listing.status,
            "Listing Office": home.office,
        },
        "Location, Tax & Legal": {
            "House Number": stated.address.number,
            "Street Name": stated.address.name.upper(),
            "Zip Code": stated.address.zip,
            **_parcel(presented),
            "County Code": "Maricopa",
            "Geo Lat": f"{stated.latitude:.6f}",
            "Geo Lon": f"{stated.longitude:.6f}",
        },
        "General Property Description": {
            "# Bedrooms": str(home.beds),
            "Total Bathrooms": f"{home.baths:g}",
            "Approx SQFT": f"{home.sqft:,}",
            "Approx Lot SqFt": f"{home.lot_sqft:,}",
            "Year Built": str(home.year),
        },
        "Property Features": {"Pool": "None: see remarks", "Directions": "North to the sample street, then west"},
    }


def _parcel(presented: PresentedHome) -> dict[str, str]:
    """The APN in one of the ways in which pages state it: with dashes, without, or in three parts."""
    apn = presented.home.apn
    book, sheet, parcel = apn.split("-")
    apart = {"Assessor's Book #": book, "Assessor's Map #": sheet, "Assessor's Parcel #": parcel}
    ways: tuple[dict[str, str], ...] = ({"Assessor Number": apn}, {"Assessor Number": apn.replace("-", "")}, apart)
    return presented.rng("parcel").pick(ways)
