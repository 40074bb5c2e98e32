"""The table of injected responses: step x response -> allowed outcomes, and the homes at which they are injected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phx_scraper.replica.county_zips import COUNTY_ZIPS
from tests.integration.hostile_steps import ALL, BEST, ONE, PHOTO_SCOPES, STEPS

SOURCES = ("redfin", "zillow", "phoenix_mls", "maricopa_assessor")
UNUSABLE_RESPONSE = "other json"
"""The response of the steps before an injected one: unusable, so that the injected step is reached."""

# Steps with an alternative, or that only add facts: whatever they respond, the visit is ok.
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
# The last of several alternatives, all others being unusable: an error for now, never not_found.
LAST_ALTERNATIVES = {
    ("redfin", "region"),
    ("redfin", "gis"),
    ("redfin", "initialInfo"),
    ("redfin", "aboveTheFold"),
    ("zillow", "search"),
    ("zillow", "zg-graph"),
    ("phoenix_mls", "search page"),
}
# Steps without an alternative: their response decides the outcome.
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
# Responses of a photo's best file after which the next file is used; after others the photo is retried later.
NEXT_FILE = {"403 html", "403 xml", "404 html", "404 json", "empty 200", "other json", "redirect home"}
# A refusal closes an endpoint for the run. These are second requests, so that they need a separate crawl.
REFUSALS = {"403 html", "403 xml", "429", "429 retry-after", "empty 200"}
SECOND_REQUESTS = (("redfin", "gis"), ("redfin", "aboveTheFold"))
OK, LOST = frozenset({"ok"}), frozenset({"error", "blocked"})
OK_OR_LOST = OK | LOST
"""A transient failure of one photo: the visit may be ok already, but not empty or not_found."""


@dataclass(frozen=True)
class Cell:
    """One cell: the response injected at a step of one home; `endings` are the allowed outcomes of its visit."""

    home: str
    source: str
    step: str
    answer: str

    @property
    def endings(self) -> frozenset[str]:
        """The allowed outcomes."""
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
        """The photos of the visit's three that must be stored at once, whatever the others' state."""
        if self.step in (BEST, ONE) and self.answer.startswith("429"):
            return 0  # after a 429 no further photo is requested
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
"""A home for each row, and two without an injected response; each in a zip of its own."""


def cells(answer: str, second: bool = False) -> list[Cell]:
    """The cells of one response's crawl, or of its second one; each step of a source is at another home."""
    rows = ((source, *row) for source in SOURCES for row in zip(HOMES, steps_of(source), strict=False))
    found = [Cell(home, source, step, answer) for source, home, step in rows]
    separate = [cell for cell in found if answer in REFUSALS and (cell.source, cell.step) in SECOND_REQUESTS]
    return separate if second else [cell for cell in found if cell not in separate]


def injected_responses(chosen: Iterable[Cell]) -> dict[tuple[str, str, str], str]:
    """The responses to inject for these cells: at the cells' own steps, and at the steps before them."""
    before = {(step.source, step.name): step.after for step in STEPS}
    replaced = {}
    for cell in chosen:
        for earlier in before.get((cell.source, cell.step), ()):
            replaced[cell.home, cell.source, earlier] = UNUSABLE_RESPONSE
        replaced[cell.home, cell.source, cell.step] = cell.answer
    return replaced
