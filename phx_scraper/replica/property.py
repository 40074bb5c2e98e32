"""The property at an address, the same for all sources: facts of the home and the pictures of its gallery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from phx_scraper.homes import Address, parse_address
from phx_scraper.replica.cities import coordinates
from phx_scraper.replica.seeded_random import SeededRandom

# Fixed, so that pages do not depend on the day of the request.
TODAY = date(2026, 3, 1)

CAPTIONS = (
    "",
    "",
    "",
    "Front",
    "Kitchen",
    "Living room",
    "Primary bedroom",
    "Bath",
    "Back yard",
    "Pool",
    "Street view of the home",
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a home: `seed` (24 hexadecimal digits) determines the picture, at any source and size."""

    seed: str
    caption: str


@dataclass(frozen=True, slots=True)
class Property:
    """A home's facts. Areas in square feet, price in dollars, coordinates in degrees."""

    address: Address
    text: str
    beds: int
    baths: float
    sqft: int
    lot_sqft: int
    year: int
    price: int
    mls: str
    apn: str
    latitude: float
    longitude: float
    listed: date
    sold: date
    sold_price: int
    agent: str
    office: str
    shots: tuple[Shot, ...]

    @property
    def street(self) -> str:
        """The street line: everything before the city."""
        return self.text.split(",")[0]

    @property
    def days_on_market(self) -> int:
        """Days since the home was listed."""
        return (TODAY - self.listed).days


def property_at(text: str, photos: tuple[int, int]) -> Property:
    """The home at the address `text`, with `photos` (least, most) pictures; raises AddressError."""
    address = parse_address(text)
    name = address.canonical
    rng = SeededRandom("home", name.lower())
    sqft = rng.between(90, 420) * 10 + rng.between(0, 9)
    latitude, longitude = coordinates(address.city, rng.fork("place"))
    listed = TODAY - timedelta(days=rng.between(2, 320))
    price = sqft * rng.between(190, 380) // 1000 * 1000 + rng.pick((0, 500, 900))
    return Property(
        address=address,
        text=name,
        beds=rng.between(2, 6),
        baths=rng.between(4, 16) / 4,
        sqft=sqft,
        lot_sqft=sqft * rng.between(2, 7),
        year=rng.between(1948, 2024),
        price=price,
        mls=str(rng.between(6_400_000, 6_999_999)),
        apn=f"{rng.between(101, 510)}-{rng.between(1, 999):03}-{rng.between(1, 999):03}" + rng.pick(("", "", "", "A")),
        latitude=latitude,
        longitude=longitude,
        listed=listed,
        sold=listed - timedelta(days=rng.between(400, 6000)),
        sold_price=price * rng.between(30, 90) // 100,
        agent=f"Agent {rng.between(1000, 9999)}",
        office=rng.pick(("Saguaro Demonstration Realty", "Ocotillo Sample Homes", "Example Valley Brokers")),
        shots=_shots(name, photos),
    )


def _shots(name: str, photos: tuple[int, int]) -> tuple[Shot, ...]:
    rng = SeededRandom("gallery", name.lower())
    count = rng.between(*photos)
    return tuple(Shot(SeededRandom("shot", name.lower(), index).hex(24), rng.pick(CAPTIONS)) for index in range(count))
