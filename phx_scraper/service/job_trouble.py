"""Homes of a job that did not end well, and why: what whoever keeps the service alive looks for first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phx_scraper.model.job import JobHome, JobSlice
from phx_scraper.model.outcome import TROUBLE
from phx_scraper.service import jobs
from phx_scraper.service.job_service import JobView, Service


@dataclass(frozen=True, slots=True)
class HomeInTrouble:
    """A home, and why it did not end well, as the end of a sentence."""

    number: int
    address: str
    cause: str


def in_trouble(service: Service, found: JobView) -> list[HomeInTrouble]:
    """Those of a job, in the order of its list. Raises UnknownJob."""
    return of_homes(found, jobs.homes(service, found.job.job_id, number=found.job.homes))


def of_homes(found: JobView, homes: Iterable[JobHome]) -> list[HomeInTrouble]:
    """The same of homes that are known already."""
    slices = {one.number: one for one in found.slices}
    told = (HomeInTrouble(home.number, home.address, _why(found, home, slices)) for home in homes)
    return [one for one in told if one.cause]


def visits_told(home: JobHome, outcomes: Iterable[str]) -> list[str]:
    """How it stands at each source where it stands so, with the reason where there is one."""
    return [
        " ".join(filter(None, (source, visit["outcome"], visit["reason"] and f"({visit['reason']})")))
        for source, visit in sorted(home.outcomes.items())
        if visit["outcome"] in outcomes
    ]


def _why(found: JobView, home: JobHome, slices: Mapping[int, JobSlice]) -> str:
    """Empty while it may still end well, and where it did."""
    if not home.is_done and not found.job.has_ended:
        return ""
    told = visits_told(home, TROUBLE)
    held = slices.get(home.slice)
    if not home.is_done and held is not None:
        told.append(held.reason or f"its slice was {held.state.replace('_', ' ')}")
    return "; ".join(told)
