"""Cities of the Phoenix area, for coordinates and for near misses in another city."""

from __future__ import annotations

from phx_scraper.replica.seeded_random import SeededRandom

# City -> (latitude, longitude, zips): rounded public facts.
CITIES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "Phoenix": (33.45, -112.07, ("85016", "85023", "85032", "85044", "85053", "85083")),
    "Glendale": (33.54, -112.19, ("85302", "85304", "85306", "85308", "85310")),
    "Peoria": (33.58, -112.24, ("85345", "85381", "85382")),
    "Scottsdale": (33.49, -111.92, ("85251", "85254", "85260")),
    "Mesa": (33.42, -111.83, ("85201", "85203", "85213")),
    "Tempe": (33.43, -111.94, ("85281", "85282", "85284")),
    "Chandler": (33.31, -111.84, ("85224", "85225", "85249")),
    "Gilbert": (33.35, -111.79, ("85233", "85234", "85296")),
    "Surprise": (33.63, -112.37, ("85374", "85379", "85388")),
    "Avondale": (33.44, -112.35, ("85323", "85392")),
}


def coordinates(city: str, rng: SeededRandom) -> tuple[float, float]:
    """Latitude and longitude in degrees of a random point in `city` (of Phoenix where the city is unknown)."""
    latitude, longitude, _ = CITIES.get(city.title(), CITIES["Phoenix"])
    return round(latitude + rng.unit() * 0.08 - 0.04, 6), round(longitude + rng.unit() * 0.08 - 0.04, 6)


def other_city(city: str, zip_code: str, rng: SeededRandom) -> tuple[str, str]:
    """Another city with one of its zips, both different from the given ones."""
    name = rng.pick([name for name in CITIES if name != city.title()])
    return name, rng.pick([code for code in CITIES[name][2] if code != zip_code])
