"""The table of the hostile front: step x answer -> how a visit may end, and the homes that a crawl plants cells at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phx_scraper.replica.county_zips import COUNTY_ZIPS
from tests.integration.hostile_steps import ALL, BEST, ONE, PHOTO_SCOPES, STEPS

SOURCES = ("redfin", "zillow", "phoenix_mls", "maricopa_assessor")
UNUSABLE_RESPONSE = "other json"
"""What the steps before a planted one answer: nothing that anyone could understand, so that the planted one is met."""

# Steps that another way stands in for, or that only add facts: whatever they answer, the visit is ok.
OPTIONAL_STEPS = {
    ("redfin", "autocomplete"),
    ("redfin", "query-location"),
    ("redfin", "rental"),
    ("redfin", "zip page"),
    ("redfin", "home page"),
    ("zillow", "autocomplete"),
    ("phoenix_mls", "omni"),
    ("phoenix_mls", "results page"),
    ("maricopa_assessor", "details"),
    ("maricopa_assessor", "map"),
    ("maricopa_assessor", "older map"),
    ("maricopa_assessor", "geocoder"),
}
# The last of several ways, all others being shut: lost for now, and nobody may say that there is no such home.
LAST_ALTERNATIVES = {
    ("redfin", "region"),
    ("redfin", "gis"),
    ("redfin", "initialInfo"),
    ("redfin", "aboveTheFold"),
    ("zillow", "search"),
    ("zillow", "zg-graph"),
    ("phoenix_mls", "search page"),
}
# Steps with one way only: the visit ends by what they answer.
REQUIRED = {
    ("zillow", "home page"),
    ("phoenix_mls", "home page"),
    ("maricopa_assessor", "search"),
    ("maricopa_assessor", "sketches"),
}
ENDINGS = {
    "403 html": "blocked",
    "403 xml": "blocked",
    "404 html": "error",
    "404 json": "error",
    "429": "blocked",
    "429 retry-after": "blocked",
    "500": "error",
    "502": "error",
    "empty 200": "blocked",
    "other json": "error",
    "truncated": "error",
    "redirect home": "error",
    "timeout": "error",
}
# What a photo's best file answers: the next file stands in, or the photo is asked for again later.
NEXT_FILE = {"403 html", "403 xml", "404 html", "404 json", "empty 200", "other json", "redirect home"}
# Refusals close a way for the run. These are the second request of their way, so they have a crawl of their own then.
REFUSALS = {"403 html", "403 xml", "429", "429 retry-after", "empty 200"}
SECOND_REQUESTS = (("redfin", "gis"), ("redfin", "aboveTheFold"))
OK, LOST = frozenset({"ok"}), frozenset({"error", "blocked"})
OK_OR_LOST = OK | LOST
"""A passing trouble of one photo: the visit may be ok already, but may not say that there is nothing."""


@dataclass(frozen=True)
class Cell:
    """One cell: the answer planted at a step of one home; `endings` are how that home's visit may end."""

    home: str
    source: str
    step: str
    answer: str

    @property
    def endings(self) -> frozenset[str]:
        """The outcomes that are right."""
        place = self.source, self.step
        if self.step in PHOTO_SCOPES:
            return self._photo_endings
        if place in OPTIONAL_STEPS:
            return OK
        if place in LAST_ALTERNATIVES:
            return LOST
        return frozenset({ENDINGS[self.answer]})

    @property
    def _photo_endings(self) -> frozenset[str]:
        if self.step == ALL:
            return LOST
        return OK if self.step == BEST and self.answer in NEXT_FILE else OK_OR_LOST

    @property
    def photos_kept(self) -> int:
        """The photos of the visit's three that must be there at once, whatever has become of the others."""
        if self.step in (BEST, ONE) and self.answer.startswith("429"):
            return 0  # whoever is told to slow down asks for no further photo
        if self.step in (BEST, ONE):
            return 3 if self.step == BEST and self.answer in NEXT_FILE else 2
        return 3 if self.endings == OK else 0

    def __str__(self) -> str:
        return f"{self.source}, {self.step}, {self.answer}"


def steps_of(source: str) -> list[str]:
    """All steps of a source, those of its photos last."""
    pages = [step.name for step in STEPS if step.source == source]
    return pages if source == "maricopa_assessor" else [*pages, *PHOTO_SCOPES]


ROWS = max(len(steps_of(source)) for source in SOURCES)
_ZIPS = [place for place in COUNTY_ZIPS if place[0] not in ("Phoenix", "Mesa")][: ROWS + 2]
HOMES = [f"{10_300 + 37 * row} W Sample Dr, {city}, AZ {code}" for row, (city, code) in enumerate(_ZIPS)]
"""A home for each row, and two at which nothing is planted; each in a zip of its own."""


def cells(answer: str, second: bool = False) -> list[Cell]:
    """The cells of one answer's crawl, or of its second one; each step of a source is at another home."""
    rows = ((source, *row) for source in SOURCES for row in zip(HOMES, steps_of(source), strict=False))
    found = [Cell(home, source, step, answer) for source, home, step in rows]
    separate = [cell for cell in found if answer in REFUSALS and (cell.source, cell.step) in SECOND_REQUESTS]
    return separate if second else [cell for cell in found if cell not in separate]


def injected_responses(chosen: Iterable[Cell]) -> dict[tuple[str, str, str], str]:
    """What a crawl with these cells replaces: the cells' own steps, and the steps before them."""
    before = {(step.source, step.name): step.after for step in STEPS}
    replaced = {}
    for cell in chosen:
        for earlier in before.get((cell.source, cell.step), ()):
            replaced[cell.home, cell.source, earlier] = UNUSABLE_RESPONSE
        replaced[cell.home, cell.source, cell.step] = cell.answer
    return replaced
