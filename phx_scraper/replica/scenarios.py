"""All scenarios, and how those of one home are chosen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from phx_scraper.replica.scenario import Scenario
from phx_scraper.replica.scenario_switches import SWITCHES
from phx_scraper.replica.scenarios_other_sources import ASSESSOR, CROSS, PHOENIX, REDFIN
from phx_scraper.replica.seeded_random import SeededRandom


class ScenarioOptions(Protocol):
    """The options that decide which scenarios apply."""

    @property
    def only(self) -> tuple[str, ...]:
        """Scenarios that apply to every home."""
        ...

    def allows(self, scenario: str) -> bool:
        """Whether `scenario` may apply to some homes."""
        ...


ZILLOW_AND_PHOTOS = (
    # ending: the state of the listing and the outcome of its visit
    Scenario("sold", "ending", 0.10, "recently sold, whole gallery still shown"),
    Scenario("pending", "ending", 0.04, "under contract"),
    Scenario("rental", "ending", 0.04, "for rent"),
    Scenario("coming_soon", "ending", 0.02, "not yet on the market, gallery shown"),
    Scenario("off_market", "ending", 0.05, "off market without photos: empty"),
    Scenario("no_photos", "ending", 0.02, "for sale without photos: empty"),
    Scenario("no_listing", "ending", 0.03, "no such address anywhere: not_found"),
    Scenario("only_near_misses", "ending", 0.025, "only other homes with similar addresses are offered: not_found"),
    Scenario("wrong_page", "ending", 0.015, "the page shows another home than requested: error"),
    Scenario("unknown_shape", "ending", 0.015, "a page of unknown shape: error"),
    Scenario("blocked", "ending", 0.01, "PerimeterX page with 403, always: blocked"),
    Scenario("blocked_old", "ending", 0.006, "PerimeterX page of 2021 with 403, always: blocked"),
    Scenario("blocked_200", "ending", 0.006, "PerimeterX page with status 200, always: blocked"),
    Scenario("blocked_bare", "ending", 0.002, "PerimeterX page with status 200, without title and script: blocked"),
    Scenario("blocked_touch", "ending", 0.002, "PerimeterX page of 2026, which asks for a human touch: blocked"),
    Scenario("blocked_wait", "ending", 0.0, "429 with Retry-After of two hours, always: blocked"),
    Scenario("street_view_only", "ending", 0.02, "off market, its only picture is of Street View: empty"),
    # lookup: how the home's own page is found
    Scenario("wrong_first", "lookup", 0.14, "the first suggestions are other homes"),
    Scenario("neighbours", "lookup", 0.14, "the right suggestion is listed among near misses"),
    Scenario("search_direct", "lookup", 0.05, "no suggestion; the search page is the listing itself"),
    Scenario("search_redirect", "lookup", 0.05, "no suggestion; the search redirects to the listing"),
    Scenario("search_hits", "lookup", 0.07, "only near misses suggested; the search page has several hits"),
    # transient: a failure of the first request
    Scenario("rate_limited", "transient", 0.03, "429 with Retry-After 1 on the first request"),
    Scenario("unavailable", "transient", 0.03, "503 on the first request"),
    Scenario("error_page", "transient", 0.01, "the site's own error page with status 500 on the first request"),
    Scenario("slow", "transient", 0.03, "the page takes 1.5 seconds"),
    # page: independent variations of the page
    Scenario("overclaim", "page", 0.03, "claims more photos than it lists"),
    Scenario("repeated_entry", "page", 0.05, "one picture is listed twice in the gallery, and counted twice"),
    Scenario("captcha_modal", "page", 0.25, "an empty press-and-hold box on the good page"),
    Scenario("big_page", "page", 0.15, "the page is 200 to 400 kB large"),
    # copy: a picture of the gallery listed once more under another key
    Scenario("copy_reencoded", "copy", 0.06, "the same picture encoded anew"),
    Scenario("copy_cropped", "copy", 0.06, "the same picture less up to 1 % at the edges"),
    Scenario("copy_brighter", "copy", 0.06, "the same picture a little brighter"),
    Scenario("copy_watermarked", "copy", 0.06, "the same picture with a small mark in a corner"),
    # photo: permanent faults, which end as named failures; independent at each source with photos
    Scenario("photo_truncated", "photo", 0.02, "file cut short, with the length of what is left"),
    Scenario("photo_html", "photo", 0.02, "a web page served as image/jpeg"),
    Scenario("photo_empty", "photo", 0.02, "no bytes at all"),
    Scenario("photo_missing", "photo", 0.02, "404"),
    Scenario("photo_denied_all", "photo", 0.02, "403 with AccessDenied in XML for every size"),
    Scenario("photo_flat", "photo", 0.02, "one colour all over"),
    Scenario("photo_tiny", "photo", 0.02, "160 pixels wide at every size"),
    Scenario("photo_bomb", "photo", 0.015, "a small file that claims 900 million pixels"),
    # transient photo: faults of the first request only
    Scenario("photo_cut_once", "transient photo", 0.025, "connection cut in the middle once"),
    Scenario("photo_429_once", "transient photo", 0.025, "429 with Retry-After 1 once"),
    Scenario("photo_503_once", "transient photo", 0.025, "503 once"),
    Scenario("photo_page_once", "transient photo", 0.025, "200 with a web page once for the largest file"),
    # best file: only the largest file is broken, smaller ones are good
    Scenario("photo_denied", "best file", 0.03, "403 with AccessDenied in XML for the largest file: it is missing"),
    Scenario("photo_huge_best", "best file", 0.02, "the largest file claims 900 million pixels"),
    Scenario("photo_cut_best", "best file", 0.02, "the largest file is cut short"),
)

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario for scenario in (*ZILLOW_AND_PHOTOS, *REDFIN, *PHOENIX, *ASSESSOR, *CROSS, *SWITCHES)
}


def scenarios_of(group: str) -> list[Scenario]:
    """The scenarios of one group, in table order."""
    return [scenario for scenario in SCENARIOS.values() if scenario.group == group]


def choose_one(group: str, rng: SeededRandom, options: ScenarioOptions) -> str:
    """The one scenario of an exclusive group that applies to a home, or "".

    Homes of an excluded scenario become ordinary, so that excluding one never changes other homes.
    """
    forced = [scenario.name for scenario in scenarios_of(group) if scenario.name in options.only]
    if forced:
        return rng.pick(forced)
    point = rng.unit()
    for scenario in scenarios_of(group):
        if point < scenario.share:
            return scenario.name if options.allows(scenario.name) and not options.only else ""
        point -= scenario.share
    return ""


def choose_some(groups: Collection[str], rng: SeededRandom, options: ScenarioOptions) -> tuple[str, ...]:
    """The scenarios of the groups that apply to a home, each chosen independently."""
    chosen = []
    for scenario in (scenario for group in groups for scenario in scenarios_of(group)):
        applies = rng.fork(scenario.name).chance(1.0 if options.only else scenario.share)
        if applies and options.allows(scenario.name):
            chosen.append(scenario.name)
    return tuple(chosen)
