"""The table of everything a home may show on purpose, and how one home's share of it is chosen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from phx_scraper.replica.scenario import Kind
from phx_scraper.replica.scenario_switches import SWITCHES
from phx_scraper.replica.scenarios_other_sources import ASSESSOR, CROSS, PHOENIX, REDFIN
from phx_scraper.replica.seeded_random import Dice


class Choosing(Protocol):
    """The options that decide which kinds are shown."""

    @property
    def only(self) -> tuple[str, ...]:
        """Kinds that every home shows."""
        ...

    def shows(self, kind: str) -> bool:
        """Whether some homes may show `kind`."""
        ...


ZILLOW_AND_PHOTOS = (
    # fate: what the listing is and how its visit ends
    Kind("sold", "fate", 0.10, "recently sold, whole gallery still shown"),
    Kind("pending", "fate", 0.04, "under contract"),
    Kind("rental", "fate", 0.04, "for rent"),
    Kind("coming_soon", "fate", 0.02, "not yet on the market, gallery shown"),
    Kind("off_market", "fate", 0.05, "off market without photos: empty"),
    Kind("no_photos", "fate", 0.02, "for sale without photos: empty"),
    Kind("no_listing", "fate", 0.03, "no such address anywhere: not_found"),
    Kind("only_near_misses", "fate", 0.025, "only other homes of like address are offered: not_found"),
    Kind("wrong_page", "fate", 0.015, "the page shows another home than asked: error"),
    Kind("unknown_shape", "fate", 0.015, "a page in a shape nobody knows: error"),
    Kind("blocked", "fate", 0.01, "PerimeterX page with 403, always: blocked"),
    Kind("blocked_old", "fate", 0.006, "PerimeterX page of 2021 with 403, always: blocked"),
    Kind("blocked_200", "fate", 0.006, "PerimeterX page with status 200, always: blocked"),
    Kind("blocked_bare", "fate", 0.002, "PerimeterX wall with status 200, without title and script: blocked"),
    Kind("blocked_touch", "fate", 0.002, "PerimeterX page of 2026, which speaks of a human touch: blocked"),
    Kind("blocked_wait", "fate", 0.0, "429 that asks for two hours' patience, always: blocked"),
    Kind("street_view_only", "fate", 0.02, "off market, its only picture is of Street View: empty"),
    # find: how the home's own page is found
    Kind("wrong_first", "find", 0.14, "the first suggestions are other homes"),
    Kind("neighbours", "find", 0.14, "the right suggestion stands among near misses"),
    Kind("search_direct", "find", 0.05, "no suggestion; the search page is the listing itself"),
    Kind("search_redirect", "find", 0.05, "no suggestion; the search redirects to the listing"),
    Kind("search_hits", "find", 0.07, "only near misses suggested; the search page has several hits"),
    # hiccup: a trouble on the way that passes
    Kind("rate_limited", "hiccup", 0.03, "429 with Retry-After 1 on the first ask"),
    Kind("unavailable", "hiccup", 0.03, "503 on the first ask"),
    Kind("error_page", "hiccup", 0.01, "the site's own error page with status 500 on the first ask"),
    Kind("slow", "hiccup", 0.03, "the page takes 1.5 seconds"),
    # page: independent marks of the page
    Kind("overclaim", "page", 0.03, "claims more photos than it lists"),
    Kind("repeated_entry", "page", 0.05, "one picture stands twice in the gallery, and the count says so"),
    Kind("captcha_modal", "page", 0.25, "an empty press-and-hold box lies under the good page"),
    Kind("big_page", "page", 0.15, "the page weighs 200 to 400 kB"),
    # copy: a picture of the gallery listed once more under another key
    Kind("copy_reencoded", "copy", 0.06, "the same picture encoded anew"),
    Kind("copy_cropped", "copy", 0.06, "the same picture less up to 1 % at the edges"),
    Kind("copy_brighter", "copy", 0.06, "the same picture a little brighter"),
    Kind("copy_watermarked", "copy", 0.06, "the same picture with a small mark in a corner"),
    # photo: broken for ever, must end as a named failure; at every source with photos, each by its own chance
    Kind("photo_truncated", "photo", 0.02, "file cut short, with the length of what is left"),
    Kind("photo_html", "photo", 0.02, "a web page served as image/jpeg"),
    Kind("photo_empty", "photo", 0.02, "no bytes at all"),
    Kind("photo_missing", "photo", 0.02, "404"),
    Kind("photo_denied_all", "photo", 0.02, "403 with AccessDenied in XML for every size"),
    Kind("photo_flat", "photo", 0.02, "one colour all over"),
    Kind("photo_tiny", "photo", 0.02, "160 pixels wide at every size"),
    Kind("photo_bomb", "photo", 0.015, "a small file that claims 900 million pixels"),
    # heal: broken on the first ask only
    Kind("photo_cut_once", "heal", 0.025, "connection cut in the middle once"),
    Kind("photo_429_once", "heal", 0.025, "429 with Retry-After 1 once"),
    Kind("photo_503_once", "heal", 0.025, "503 once"),
    Kind("photo_page_once", "heal", 0.025, "200 with a web page once for the largest file"),
    # best: only the largest file is broken, smaller ones are good
    Kind("photo_denied", "best", 0.03, "403 with AccessDenied in XML for the largest file: it is missing"),
    Kind("photo_huge_best", "best", 0.02, "the largest file claims 900 million pixels"),
    Kind("photo_cut_best", "best", 0.02, "the largest file is cut short"),
)

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*ZILLOW_AND_PHOTOS, *REDFIN, *PHOENIX, *ASSESSOR, *CROSS, *SWITCHES)
}


def kinds_of(group: str) -> list[Kind]:
    """The kinds of one group, in table order."""
    return [kind for kind in KINDS.values() if kind.group == group]


def choose_one(group: str, dice: Dice, options: Choosing) -> str:
    """The one kind of an exclusive group that a home shows, or "".

    A kind that is switched off leaves its homes plain, so switching never changes what other homes show.
    """
    forced = [kind.name for kind in kinds_of(group) if kind.name in options.only]
    if forced:
        return dice.pick(forced)
    mark = dice.unit()
    for kind in kinds_of(group):
        if mark < kind.share:
            return kind.name if options.shows(kind.name) and not options.only else ""
        mark -= kind.share
    return ""


def choose_some(groups: Collection[str], dice: Dice, options: Choosing) -> tuple[str, ...]:
    """The kinds of the groups that a home shows, each decided by itself."""
    chosen = []
    for kind in (kind for group in groups for kind in kinds_of(group)):
        shown = dice.fork(kind.name).chance(1.0 if options.only else kind.share)
        if shown and options.shows(kind.name):
            chosen.append(kind.name)
    return tuple(chosen)
