"""What the catalogue learns at the end of a visit: all of it in one transaction, the visit's outcome with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from phx_scraper.errors import PhxError
from phx_scraper.model.image import PhotoImage
from phx_scraper.model.listing import Listing
from phx_scraper.model.photo_decision import PhotoDecision
from phx_scraper.model.visit import DueVisit, Finished, VisitLease
from phx_scraper.pages.identity import agreements, contradictions, pins_apart
from phx_scraper.run.deduplicate import DuplicatePlan
from phx_scraper.run.home_categories import categorise_home, version_with
from phx_scraper.run.look_for_files import KeptFiles
from phx_scraper.storage.catalogue import (
    photo_decisions,
    removal_queue,
    removals_begun,
    review_flags,
    run_details,
    view_change_counter,
    visit_endings,
)
from phx_scraper.storage.catalogue.apply_cross_check import (
    CrossCheck,
    apply_cross_check,
    ended_listings,
    note_agreements,
)
from phx_scraper.storage.catalogue.apply_duplicates import apply_duplicates, home_images
from phx_scraper.storage.catalogue.home_digests import changes_so_far, is_compared, is_shown, note_compared
from phx_scraper.storage.catalogue.near_duplicate_pairs import touch_neighbours
from phx_scraper.storage.catalogue.sql_helpers import owned_visit


@dataclass(frozen=True, slots=True)
class VisitEnd:
    """A visit and how it ends, at `now`. Before `not_before` it is not tried again; `detail` is for people.

    `photos_wanted` False is a dry run: photos that were never fetched do not keep the visit open. `ways` says by which
    ways its steps went; `model` names the one that looked at the home's pictures, empty for none.
    """

    visit: VisitLease
    outcome: str
    now: float
    reason: str = ""
    detail: str = ""
    not_before: float | None = None
    photos_wanted: bool = True
    ways: str = ""
    model: str = ""


class PlanOutdated(PhxError):
    """The home's pictures, or what people said of them, are others by now than those that were compared: these."""

    def __init__(self, images: Sequence[PhotoImage], said: Sequence[PhotoDecision]) -> None:
        super().__init__(f"{len(images)} pictures are to be compared anew")
        self.images = images
        self.said = said


class PicturesGone(PhxError):
    """Pictures that are kept again have no file: these `images`, which may be had again from their originals."""

    def __init__(self, images: Sequence[PhotoImage]) -> None:
        super().__init__(f"{len(images)} pictures are to be made again")
        self.images = images


def end_visit(
    tx: Connection, found: KeptFiles, end: VisitEnd, plan: DuplicatePlan, restored: Collection[str]
) -> Finished:
    """End a visit, and say by `plan` which photos of its home are copies; what is kept and has no file is fetched anew.

    `restored` are paths that were tried to be made again. Raises LeaseLost, PlanOutdated, PicturesGone, FilesRemoved.
    """
    visit, home = end.visit, end.visit.property_hash
    owned_visit(tx, visit)
    view_change_counter.note(tx)
    if end.outcome == "ok":
        visit_endings.mark_removed(tx, visit, end.now)
    visit_endings.write_outcome(tx, visit, end.outcome, end.now, end.reason, end.detail, end.not_before)
    run_details.note_ending(tx, visit, end.outcome, end.reason, end.ways)
    listings = ended_listings(tx, home)
    checks = cross_check(listings)
    note_agreements(tx, home, listings, checks)
    before = changes_so_far(tx)
    unused = apply_cross_check(tx, home, listings, checks, end.now)
    by = decided_by(plan.rule, end.model)
    if not is_compared(tx, home, by):
        unused |= apply_plan(tx, found, home, plan, restored, by)
        categorise_home(tx, home, end.model)
    reopened = visit_endings.reopen(tx, visit) if end.photos_wanted else 0
    if changes_so_far(tx) != before or not is_shown(tx, DueVisit(home, visit.source)):
        touch_neighbours(tx, home)
    review_flags.update_flags(tx, home, visit.run_id, end.now)
    # A picture that was made again may not be needed after all, where others came meanwhile.
    removal_queue.queue(tx, unused.union(restored))
    return Finished(visit_endings.count_duplicates(tx, visit), reopened)


def decided_by(rule: str, model: str) -> str:
    """What decides over a home's pictures: the rule for copies, words and the model for categories."""
    return f"{rule} {version_with(model)}" if rule else ""


def apply_plan(
    tx: Connection, found: KeptFiles, home: str, plan: DuplicatePlan, restored: Collection[str], by: str = ""
) -> set[str]:
    """Tell a home's copies apart; returns paths of pictures that it leaves unused.

    `by` is noted as what decided; without it the next visit decides anew. Raises as `end_visit`.
    """
    images, said = home_images(tx, home), photo_decisions.of_home(tx, home)
    if images != list(plan.images) or _words(said) != _words(plan.said):
        raise PlanOutdated(images, said)
    removals_begun.require_there(tx, found.since, found.there)
    gone = _gone(found, plan, restored)
    unused = apply_duplicates(tx, home, images, plan.decisions, gone)
    # Without pictures that are to be fetched first the others would be decided otherwise.
    note_compared(tx, home, "" if gone else by)
    return unused


def _words(said: Sequence[PhotoDecision]) -> list[PhotoDecision]:
    """In their order, whatever their numbers: where a transaction is undone, PostgreSQL does not use one again."""
    return [word._replace(number=0) for word in said]


def _gone(found: KeptFiles, plan: DuplicatePlan, restored: Collection[str]) -> set[str]:
    """Paths of pictures that are kept again and cannot be had again. Raises PicturesGone for others without a file."""
    missing = [image for image in plan.kept_again if image.path not in found.there]
    untried = [image for image in missing if image.path not in restored]
    if untried:
        raise PicturesGone(untried)
    return {image.path for image in missing}


def cross_check(listings: Sequence[Listing]) -> Mapping[str, CrossCheck]:
    """Which of a home's listings contradict the others, what the rest confirm, and whose pins are apart."""
    found = {listing.source: listing for listing in listings}
    refused = {clash.weaker.source: f"{clash.kind} ({clash.detail})" for clash in contradictions(found.values())}
    sound = [listing for source, listing in found.items() if source not in refused]
    return {
        source: CrossCheck(refused[source])
        if source in refused
        else CrossCheck("", (*agreements(listing, sound), *pins_apart(listing, sound)))
        for source, listing in found.items()
    }
