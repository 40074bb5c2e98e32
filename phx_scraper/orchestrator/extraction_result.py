"""What one extraction did, with the names of the earlier system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from phx_scraper.model.outcome import CLEAR

_FAILURES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SourceStats:
    """One source, over the properties asked for: how their visits stand, and their photos."""

    properties_processed: int = 0
    properties_failed: int = 0
    images_found: int = 0
    images_downloaded: int = 0
    images_failed: int = 0
    duplicates_detected: int = 0


class FailedVisit(NamedTuple):
    """A property at a source that gave no clear answer: `outcome` and `reason` are words of docs/reasons.md."""

    property_address: str
    source: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """Properties and photos of one extraction; photos are those of all properties asked for, not of this run alone.

    Completed: every source gave a clear answer, and at least one of them in this run. Skipped: nothing was due.
    Failed: a refusal, an error or an unfinished visit is left. `ending` is `finished`, or why the run stopped.
    """

    total_properties: int
    properties_completed: int
    properties_failed: int
    properties_skipped: int
    total_images: int
    unique_images: int
    duplicate_images: int
    failed_downloads: int
    by_source: dict[str, SourceStats] = field(default_factory=dict)
    start_time: datetime | None = None
    end_time: datetime | None = None
    run_id: str = ""
    ending: str = "finished"
    failed_visits: tuple[FailedVisit, ...] = ()

    @property
    def duration_seconds(self) -> float:
        """Wall time."""
        if self.start_time is None or self.end_time is None:
            return 0.0
        return (self.end_time - self.start_time).total_seconds()

    @property
    def success_rate(self) -> float:
        """Percent of the properties that are completed or needed nothing; 100 where there are none."""
        done = self.properties_completed + self.properties_skipped
        return 100.0 * done / self.total_properties if self.total_properties else 100.0

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; times as ISO 8601."""
        times = {"start_time": _iso(self.start_time), "end_time": _iso(self.end_time)}
        counted = {"duration_seconds": self.duration_seconds, "success_rate": self.success_rate}
        failed = [visit._asdict() for visit in self.failed_visits]
        return {**asdict(self), **times, **counted, "failed_visits": failed}

    def __str__(self) -> str:
        """The report for people."""
        lines = [
            "Extraction result",
            f"  Properties: {self.total_properties} ({self.properties_completed} completed,"
            f" {self.properties_failed} failed, {self.properties_skipped} skipped)",
            f"  Images: {self.total_images} ({self.unique_images} unique, {self.duplicate_images} duplicates,"
            f" {self.failed_downloads} failed)",
            f"  Success rate: {self.success_rate:.1f}%",
            f"  Duration: {self.duration_seconds:.1f} s ({self.ending})",
        ]
        lines += [_source_line(name, stats) for name, stats in self.by_source.items()]
        return "\n".join([*lines, *_failure_lines(self.failed_visits)])


def result_of_run(done: Mapping[str, Any], begun: datetime) -> ExtractionResult:
    """From what the process of the crawl says at its end (`crawl_reports.result_of`)."""
    sources = {name: _stats(part) for name, part in done["sources"].items()}
    photos = [part["photos"] for part in done["sources"].values()]
    unique, copies = sum(one["stored"] for one in photos), sum(one["duplicates"] for one in photos)
    return ExtractionResult(
        total_properties=done["completed"] + done["failed"] + done["skipped"],
        properties_completed=done["completed"],
        properties_failed=done["failed"],
        properties_skipped=done["skipped"],
        total_images=unique + copies,
        unique_images=unique,
        duplicate_images=copies,
        failed_downloads=sum(one["failed"] for one in photos),
        by_source=sources,
        start_time=begun,
        end_time=datetime.now(UTC),
        run_id=done["run_id"],
        ending=done["ending"],
        failed_visits=tuple(FailedVisit(*visit) for visit in done["failed_visits"]),
    )


def _stats(part: Mapping[str, Any]) -> SourceStats:
    outcomes, photos = part["outcomes"], part["photos"]
    failed = sum(number for name, number in outcomes.items() if name not in CLEAR)
    return SourceStats(
        properties_processed=sum(outcomes.values()) - failed,
        properties_failed=failed,
        images_found=photos["found"],
        images_downloaded=part["downloaded"],
        images_failed=photos["failed"],
        duplicates_detected=photos["duplicates"],
    )


def _source_line(name: str, stats: SourceStats) -> str:
    return (
        f"  {name}: {stats.properties_processed} properties ({stats.properties_failed} failed),"
        f" {stats.images_downloaded} of {stats.images_found} images, {stats.duplicates_detected} duplicates"
    )


def _failure_lines(failed: tuple[FailedVisit, ...]) -> list[str]:
    lines = [
        f"  {visit.property_address}: {visit.source} {visit.outcome}" + (f" ({visit.reason})" if visit.reason else "")
        for visit in failed[:_FAILURES_SHOWN]
    ]
    more = len(failed) - _FAILURES_SHOWN
    return [*lines, f"  and {more} more: see failed_visits"] if more > 0 else lines


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
