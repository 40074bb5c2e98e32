"""What a crawl with these arguments would ask of whom, by list, saved pages and catalogue; nobody is asked for it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from phx_scraper.homes import Home
from phx_scraper.model.outcome import CLEAR
from phx_scraper.model.reasons import OFFLINE_ONLY
from phx_scraper.run.arguments import CrawlArguments
from phx_scraper.run.least_time import ORDINARY_GALLERY, least_seconds, usual_seconds
from phx_scraper.run.saved_visits import SavedVisits
from phx_scraper.storage.catalogue import leases
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.planned_visits import (
    AGAIN,
    ASKED,
    HELD,
    KNOWN,
    NEW,
    PlannedVisit,
    planned_visits,
    usual_gallery,
)
from phx_scraper.storage.catalogue.registration import labels_of

UNKNOWN = PlannedVisit(NEW)


class Asked(NamedTuple):
    """What one source would be asked for: homes whose page is not saved, and photos known to be missing.

    `photos_expected` adds the galleries of new homes, as large as the ones that are known; both times are in seconds.
    """

    homes: int
    new: int
    again: int
    photos: int
    photos_expected: int
    least_seconds: float
    usual_seconds: float


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """For each home of the list and each source what is to come; `galleries` are photos of a home, as a mean."""

    job: CrawlArguments
    saved: SavedVisits
    visits: Mapping[tuple[str, str], PlannedVisit] = field(default_factory=dict)
    galleries: Mapping[str, float] = field(default_factory=dict)

    def of_home(self, home: Home) -> dict[str, PlannedVisit]:
        """The home's visits by source; one that the catalogue does not know is new."""
        return {source: self.visits.get((home.address, source), UNKNOWN) for source in self.job.sources}

    def asked(self) -> Iterator[tuple[str, Asked]]:
        """Each source that would be asked for anything; with `PHX_OFFLINE` none."""
        for source in () if self.job.options.offline else self.job.sources:
            visits = [(self.of_home(home)[source], self._is_saved(home, source)) for home in self.job.homes]
            asked = self._asked(source, visits)
            if asked.homes or asked.photos:
                yield source, asked

    def has_gaps(self) -> bool:
        """Whether anything is missing: a visit that is open, due or without answer, and no page of it saved whole."""
        return any(
            not self._is_whole(home, source) and not (one.plan == KNOWN and one.outcome in CLEAR)
            for home in self.job.homes
            for source, one in self.of_home(home).items()
        )

    def _asked(self, source: str, visits: Sequence[tuple[PlannedVisit, bool]]) -> Asked:
        pages = [one.plan for one, is_saved in visits if one.plan in {NEW, AGAIN} and not is_saved]
        new, photos = pages.count(NEW), sum(one.photos for one, _ in visits if one.plan in ASKED)
        expected = photos + round(self.galleries.get(source, ORDINARY_GALLERY) * new)
        options, homes = self.job.options, len(pages)
        least = least_seconds(source, homes, photos, options)
        return Asked(homes, new, homes - new, photos, expected, least, usual_seconds(source, homes, expected, options))

    def _is_saved(self, home: Home, source: str) -> bool:
        return bool(self.saved.pages(home.property_hash, source))

    def _is_whole(self, home: Home, source: str) -> bool:
        pages = self.saved.pages(home.property_hash, source)
        return bool(pages) and not pages[0].partial


def plan_crawl(job: CrawlArguments, saved: SavedVisits, catalogue: Catalogue | None) -> CrawlPlan:
    """The plan of one crawl; without a catalogue every home is new."""
    if catalogue is None:
        return CrawlPlan(job, saved)
    config, now = job.options, time.time()
    refresh_days = math.inf if config.offline else job.refresh_days
    rest, at_once = (math.inf, ()) if config.offline else (config.breaker_cooldown, OFFLINE_ONLY)
    with catalogue.reading() as tx:
        labels = {label: home.address for home, label in labels_of(tx, job.homes)}
        due = leases.due(tx, list(labels), job.sources, now, refresh_days, rest, at_once)
        known = planned_visits(tx, list(labels), job.sources, set(due), now, refresh_days)
        galleries = {source: usual_gallery(tx, source) for source in job.sources}
    visits = {(labels[visit.property_hash], visit.source): _wanted(job, one) for visit, one in known.items()}
    return CrawlPlan(job, saved, visits, {source: mean for source, mean in galleries.items() if mean is not None})


def _wanted(job: CrawlArguments, one: PlannedVisit) -> PlannedVisit:
    """`fresh=1` makes a visit new and `force=1` has its page read again, whatever is known."""
    if one.plan == HELD or not (job.fresh or job.force):
        return one
    return replace(one, plan=NEW if job.fresh or one.plan == NEW else AGAIN, photos=0 if job.fresh else one.photos)
