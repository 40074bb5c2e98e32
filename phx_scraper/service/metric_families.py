"""Figures as Prometheus' metrics.

Labels are words of our own tables, so that their number is bounded: never an address, a URL, a job, a key or a machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric

from phx_scraper.model.job import JOB_STATES, PRIORITIES, QUEUED, RUNNING, SLICE_STATES
from phx_scraper.model.outcome import OUTCOMES
from phx_scraper.model.photo import PHOTO_STATES
from phx_scraper.model.reasons import rule_of
from phx_scraper.service.redis_queue import WORKER_STATES, QueueFigures
from phx_scraper.sources import SOURCES
from phx_scraper.storage.catalogue.current_figures import CollectionFigures, Counts, WorkFigures

OTHER = "other"
SHARES = (0.5, 0.9, 1.0)

Words = tuple[str, ...]
_Words = TypeVar("_Words", bound=Words)


def gauge(name: str, text: str, values: Mapping[_Words, float], labels: Words = ()) -> Metric:
    """One metric; `values` by the values of its labels."""
    family = GaugeMetricFamily(f"phx_{name}", text, labels=labels)
    for words, value in sorted(values.items()):
        family.add_metric(words, value)
    return family


def of_collection(found: CollectionFigures) -> Iterator[Metric]:
    """What was collected."""
    by_outcome, by_state = _each(SOURCES, OUTCOMES), _each(SOURCES, PHOTO_STATES)
    yield gauge("homes", "Homes that the catalogue knows.", {(): found.homes})
    visits = by_outcome | _sources(found.visits)
    yield gauge("visits", "Homes by source and how they stand there.", visits, ("source", "outcome"))
    recent = {(source, outcome, ""): 0.0 for source, outcome in by_outcome}
    # A rate of what never happened is 0.
    recent |= {(source, "blocked", "captcha"): 0.0 for source in SOURCES}
    text = "Visits that ended within the last hour."
    yield gauge("visits_last_hour", text, recent | _reasons(found.recent_visits), ("source", "outcome", "reason"))
    text = "When a source gave a clear answer last; none where it never did."
    yield gauge("source_last_success_timestamp_seconds", text, _sources(found.last_success), ("source",))
    yield gauge("photos", "Photos by source and state.", by_state | _sources(found.photos), ("source", "state"))
    stored = _each(SOURCES) | _sources(found.recent_photos)
    yield gauge("photos_last_hour", "Photos that were stored within the last hour.", stored, ("source",))
    refused = {(source, "captcha"): 0.0 for source in SOURCES} | _reasons(found.recent_refusals)
    yield gauge("refusals_last_hour", "Requests that were refused within the last hour.", refused, ("source", "reason"))
    yield gauge("store_bytes", "Bytes of files that the catalogue knows.", found.store_bytes, ("kind",))


def of_work(found: WorkFigures, now: float) -> Iterator[Metric]:
    """What is at work and what waits."""
    yield gauge("jobs", "Jobs by state.", _each(JOB_STATES) | dict(found.jobs), ("state",))
    by_state = ("state", "priority")
    yield gauge("slices", "Slices of jobs.", _each(SLICE_STATES, PRIORITIES) | dict(found.slices), by_state)
    homes = _each((QUEUED, RUNNING), PRIORITIES) | dict(found.slice_homes)
    yield gauge("slice_homes", "Homes of slices that wait or are carried out.", homes, by_state)
    waits = _each(PRIORITIES) | {words: max(now - since, 0.0) for words, since in found.waiting_since.items()}
    yield gauge(
        "queue_wait_seconds", "How long the slice waits that waits longest; 0: none does.", waits, ("priority",)
    )
    yield gauge("jobs_ended_last_day", "Jobs that ended within 24 hours.", {(): len(found.job_seconds)})
    lasting = {(str(share),): _at_share(found.job_seconds, share) for share in SHARES if found.job_seconds}
    yield gauge("job_seconds_last_day", "How long these took, from their first slice on.", lasting, ("share",))
    alone = _each(SOURCES) | dict.fromkeys(_sources(found.left_alone), 1.0)
    yield gauge("source_left_alone", "1 where a source is left alone after refusals or failures.", alone, ("source",))
    if found.last_run_ended is not None:
        text = "When a crawl ended last."
        yield gauge("last_run_finished_timestamp_seconds", text, {(): found.last_run_ended})


def of_queue(found: QueueFigures) -> Iterator[Metric]:
    """What Redis knows."""
    entries = _each(PRIORITIES) | _one_word(found.entries)
    yield gauge("queue_entries", "Slices of which workers were told and which none has taken.", entries, ("priority",))
    workers = _each(WORKER_STATES) | _one_word(found.workers)
    yield gauge("workers", "Workers that are heard of.", workers, ("state",))
    text = "When a worker last looked for slices that were lost; 0: never, as far as Redis knows."
    yield gauge("last_sweep_timestamp_seconds", text, {(): found.swept_at or 0.0})


def _each(*words: Iterable[str]) -> dict[Words, float]:
    """Nothing, of each: a metric that is there only now and then cannot be asked about."""
    found: list[Words] = [()]
    for some in words:
        listed = list(some)
        found = [(*before, word) for before in found for word in listed]
    return dict.fromkeys(found, 0.0)


def _one_word(counts: Mapping[str, float]) -> dict[Words, float]:
    return {(word,): value for word, value in counts.items()}


def _sources(counts: Counts) -> dict[Words, float]:
    """With sources that the table does not have as one."""
    found: dict[Words, float] = {}
    for (source, *rest), value in counts.items():
        words = (source if source in SOURCES else OTHER, *rest)
        found[words] = found.get(words, 0.0) + value
    return found


def _reasons(counts: Counts) -> dict[Words, float]:
    """With reasons as the table of reasons has them, which is finite: `http_5*` for `http_503`."""
    found: dict[Words, float] = {}
    for (*rest, reason), value in _sources(counts).items():
        rule = rule_of(reason)
        words = (*rest, rule.name if rule else OTHER if reason else "")
        found[words] = found.get(words, 0.0) + value
    return found


def _at_share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
