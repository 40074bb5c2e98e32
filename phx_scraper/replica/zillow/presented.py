"""One home as Zillow presents it; pages and truth are both built from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.replica.changes import change_at, ending_after, with_price
from phx_scraper.replica.options import Options
from phx_scraper.replica.property import Property, property_at
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import SeededRandom
from phx_scraper.replica.zillow.gallery import ZillowPhoto, change_zillow_gallery, present_gallery

OUTCOMES = {
    "off_market": "empty",
    "no_photos": "empty",
    "no_listing": "not_found",
    "only_near_misses": "not_found",
    "wrong_page": "error",
    "unknown_shape": "error",
    "blocked": "blocked",
    "blocked_old": "blocked",
    "blocked_200": "blocked",
    "blocked_bare": "blocked",
    "blocked_touch": "blocked",
    "blocked_wait": "blocked",
    "street_view_only": "empty",
}
# Found through suggestions, so that only the listing page fails.
_PAGE_ERRORS = frozenset({"wrong_page", "unknown_shape"})
_ABSENT = frozenset({"no_listing", "only_near_misses"})


@dataclass(frozen=True, slots=True)
class PresentedHome:
    """One home at Zillow. `ending`, `lookup` and `transient` are scenarios or ""; `claimed` is the photo count."""

    home: Property
    zpid: int
    ending: str
    lookup: str
    transient: str
    variations: tuple[str, ...]
    photos: tuple[ZillowPhoto, ...]
    claimed: int

    @property
    def outcome(self) -> str:
        """The outcome of a perfect visit."""
        return OUTCOMES.get(self.ending, "ok" if self.photos else "empty")

    def rng(self, *names: object) -> SeededRandom:
        """A random stream of this home at Zillow."""
        return SeededRandom("zillow", self.home.text.lower(), *names)


def zpid_of(text: str) -> int:
    """The zpid of a canonical address: usually 8 digits, 7 or 10 on some homes."""
    rng = SeededRandom("zpid", text.lower())
    low, high = rng.weighted(
        (((7_500_000, 9_999_999), 0.2), ((10_000_000, 99_999_999), 0.7), ((2_050_000_000, 2_099_999_999), 0.1))
    )
    return rng.between(low, high)


def present(text: str, options: Options) -> PresentedHome:
    """The home at the address `text`; raises AddressError."""
    home = property_at(text, options.photos)
    change = change_at(options.changes, "zillow", home.text)
    home = with_price(home, change)
    rng = SeededRandom("zillow", home.text.lower(), "kinds")
    ending = ending_after(choose_one("ending", rng.fork("fate"), options), "zillow", change)
    lookup = choose_one("lookup", rng.fork("find"), options)
    transient = choose_one("transient", rng.fork("hiccup"), options)
    variations = choose_some(("page",), rng.fork("page"), options)
    if ending in _ABSENT or (ending in _PAGE_ERRORS and lookup.startswith("search")):
        lookup = ""
    bare = OUTCOMES.get(ending) == "empty"
    if ending == "street_view_only":
        variations = tuple(scenario for scenario in variations if scenario not in ("repeated_entry", "overclaim"))
    photos = () if bare else change_zillow_gallery(home, present_gallery(home, rng.fork("gallery"), options), change)
    claimed = len(photos) + (rng.between(1, 5) if photos and "overclaim" in variations else 0)
    claimed += "repeated_entry" in variations and len(photos) > 1
    return PresentedHome(
        home,
        zpid_of(home.text),
        ending,
        lookup,
        "" if ending in OUTCOMES and not bare else transient,
        variations,
        photos,
        claimed,
    )


def present_ordinary(text: str, options: Options) -> PresentedHome:
    """The home at `text` as an ordinary listing, for pages that present it in place of another."""
    presented = present(text, options)
    rng = SeededRandom("zillow", presented.home.text.lower(), "plain")
    photos = presented.photos or present_gallery(presented.home, rng, options)
    return replace(presented, ending="", lookup="", transient="", photos=photos, claimed=len(photos))
