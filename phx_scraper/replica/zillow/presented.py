"""What Zillow shows of one home: the choices that both its pages and the truth are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phx_scraper.replica.options import Options
from phx_scraper.replica.property import World, look_up
from phx_scraper.replica.scenarios import choose_one, choose_some
from phx_scraper.replica.seeded_random import Dice
from phx_scraper.replica.zillow.gallery import ShownPhoto, show_gallery

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
# Found through suggestions, so that what goes wrong is the listing page and nothing else.
_PAGE_ERRORS = frozenset({"wrong_page", "unknown_shape"})
_ABSENT = frozenset({"no_listing", "only_near_misses"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One home at Zillow. `fate`, `find` and `hiccup` are kinds or "" (plain); `claimed` is the stated photo count."""

    world: World
    zpid: int
    fate: str
    find: str
    hiccup: str
    marks: tuple[str, ...]
    photos: tuple[ShownPhoto, ...]
    claimed: int

    @property
    def outcome(self) -> str:
        """How a perfect visit ends."""
        return OUTCOMES.get(self.fate, "ok" if self.photos else "empty")

    def dice(self, *names: object) -> Dice:
        """Chance that belongs to this home at Zillow."""
        return Dice("zillow", self.world.text.lower(), *names)


def zpid_of(text: str) -> int:
    """The zpid of a canonical address: 8 digits as a rule, 7 or 10 on some homes."""
    dice = Dice("zpid", text.lower())
    low, high = dice.weighted(
        (((7_500_000, 9_999_999), 0.2), ((10_000_000, 99_999_999), 0.7), ((2_050_000_000, 2_099_999_999), 0.1))
    )
    return dice.between(low, high)


def show(text: str, options: Options) -> Shown:
    """The home at the address `text`; raises AddressError."""
    world = look_up(text, options.photos)
    dice = Dice("zillow", world.text.lower(), "kinds")
    fate = choose_one("fate", dice.fork("fate"), options)
    find = choose_one("find", dice.fork("find"), options)
    hiccup = choose_one("hiccup", dice.fork("hiccup"), options)
    marks = choose_some(("page",), dice.fork("page"), options)
    if fate in _ABSENT or (fate in _PAGE_ERRORS and find.startswith("search")):
        find = ""
    bare = OUTCOMES.get(fate) == "empty"
    if fate == "street_view_only":
        marks = tuple(mark for mark in marks if mark not in ("repeated_entry", "overclaim"))
    photos = () if bare else show_gallery(world, dice.fork("gallery"), options)
    claimed = len(photos) + (dice.between(1, 5) if photos and "overclaim" in marks else 0)
    claimed += "repeated_entry" in marks and len(photos) > 1
    return Shown(
        world, zpid_of(world.text), fate, find, "" if fate in OUTCOMES and not bare else hiccup, marks, photos, claimed
    )


def plain(text: str, options: Options) -> Shown:
    """The home at `text` as an ordinary listing, for pages that show it in place of another."""
    shown = show(text, options)
    dice = Dice("zillow", shown.world.text.lower(), "plain")
    photos = shown.photos or show_gallery(shown.world, dice, options)
    return replace(shown, fate="", find="", hiccup="", photos=photos, claimed=len(photos))
