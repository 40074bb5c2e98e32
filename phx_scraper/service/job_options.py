"""What a job may ask of its crawls: a short list, each checked; nothing else of a request reaches a command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phx_scraper.config.nearest import no_such
from phx_scraper.errors import UsageError
from phx_scraper.model.job import PRIORITIES, JobOptions
from phx_scraper.sources import SOURCES

MOST_SLICE_HOMES = 1000
MOST_DAYS = 100_000


_AS_FIELDS: Mapping[str, str] = MappingProxyType({name: name for name in JobOptions.__slots__})


def checked_options(options: JobOptions, called: Mapping[str, str] = _AS_FIELDS) -> JobOptions:
    """The options, as they may be used; `called` is what each is for whoever gives it. Raises UsageError."""
    for name in options.sources:
        if name not in SOURCES:
            raise UsageError(no_such(f"{called['sources']}: {name!r:.60} is no source", SOURCES, name))
    if options.priority not in PRIORITIES:
        raise UsageError(f"{called['priority']}: {options.priority!r:.60} is none; write {', '.join(PRIORITIES)}")
    if options.refresh_days is not None and not 0 <= options.refresh_days < MOST_DAYS:
        raise UsageError(f"{called['refresh_days']}: {options.refresh_days:g} is no number of days; 0 = always")
    if not 1 <= options.slice_homes <= MOST_SLICE_HOMES:
        raise UsageError(
            f"{called['slice_homes']}: {options.slice_homes}: write a whole number from 1 to {MOST_SLICE_HOMES}"
        )
    return options


def crawl_arguments(options: JobOptions) -> dict[str, str]:
    """The options as arguments of the spider."""
    given: dict[str, str] = {}
    if options.sources:
        given["sources"] = ",".join(options.sources)
    if options.force:
        given["force"] = "1"
    if options.refresh_days is not None:
        given["refresh_days"] = f"{options.refresh_days:g}"
    return given
