"""`scrapy jobs`: hand a list of homes to workers, see how far they are, cancel, try again."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.common import OwnCommand, existing_catalogue
from phx_scraper.commands.job_text import job_document, job_text, list_text, listed_document
from phx_scraper.config.nearest import no_such
from phx_scraper.config.reading import read_config
from phx_scraper.config.written_numbers import is_whole, read_number
from phx_scraper.errors import EmptyList, QueueUnavailable, UnknownJob, UsageError
from phx_scraper.homes import read_addresses
from phx_scraper.homes.kept_columns import KeptColumns
from phx_scraper.model.job import JOB_STATES, PRIORITIES, JobOptions
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS
from phx_scraper.service import jobs
from phx_scraper.service.extra import need_service
from phx_scraper.service.job_options import MOST_SLICE_HOMES, checked_options
from phx_scraper.service.job_service import JobView, Service
from phx_scraper.service.jobs import Submission
from phx_scraper.storage.catalogue.catalogue import Catalogue
from phx_scraper.storage.catalogue.job_rows import Wanted
from phx_scraper.storage.catalogue.job_slices import Ticket

SHOWN = 20
MOST_LISTED = 1_000_000
_CALLED = MappingProxyType(
    {
        "sources": "--sources",
        "priority": "--priority",
        "refresh_days": "--refresh-days",
        "slice_homes": "--slice",
    }
)
"""The options of a job as they are typed."""
_USAGE = "submit LIST | list | show JOB | cancel JOB | retry JOB | delete JOB"


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 done or shown, 1 the shown job failed or was set aside, 2 wrong use."""

    description = "Hand lists of homes to workers, see how far they are, cancel or retry them"
    usage, most_arguments = f"{_USAGE} [options]", 2
    too_many = "name one list or one job, for example: scrapy jobs submit homes.csv"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        parser.add_argument("--sources", default="", metavar="A,B", help="submit: only these sources")
        parser.add_argument("--priority", default="normal", help=f"submit: {', '.join(PRIORITIES)} (default normal)")
        parser.add_argument("--force", action="store_true", help="submit: fetch again what is there")
        parser.add_argument("--refresh-days", default="", metavar="N", help="submit: look again at what is older")
        parser.add_argument(
            "--slice", default="", metavar="N", help="submit: homes of one crawl, by which workers share (default 25)"
        )
        parser.add_argument("--state", default="", metavar="A,B", help="list: only jobs in these states")
        parser.add_argument("--last", default=str(SHOWN), metavar="N", help="list: how many (default %(default)s)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what the first argument says."""
        what, named = (args[0] if args else "list"), args[1:]
        action = _ACTIONS.get(what)
        if action is None:
            raise UsageError(no_such(f"there is no {what[:40]!r} of jobs", tuple(_ACTIONS), what))
        if len(named) != (what != "list"):
            raise UsageError(f"write it as: scrapy jobs {_USAGE}")
        config = read_config(self.settings)
        place = config.catalogue if what == "submit" else existing_catalogue(config)
        if what in {"submit", "retry"}:
            need_service(config.redis_url)
        queue = _ToldQueue(config.redis_url) if config.redis_url else None
        with contextlib.closing(Catalogue.open(place)) as catalogue:
            document, text, code = action(Service(catalogue, queue), named[0] if named else "", opts)
        self.tell(document, text)
        return code


Shown = tuple[Any, str, int]


def _submit(service: Service, named: str, opts: argparse.Namespace) -> Shown:
    homes, rejected = read_addresses(named, KeptColumns())
    if not homes:
        raise EmptyList(f"no readable address in {named}: {rejected[0].reason} (row {rejected[0].row})")
    found = jobs.submit(service, Submission(homes, rejected, _options(opts)))
    return _shown(service, found)


def _list(service: Service, _named: str, opts: argparse.Namespace) -> Shown:
    states = tuple(word.strip() for word in opts.state.split(",") if word.strip())
    for state in states:
        if state not in JOB_STATES:
            raise UsageError(no_such(f"--state: {state[:40]!r} is none", JOB_STATES, state))
    wanted = Wanted(states=states, number=_whole("--last", opts.last, MOST_LISTED))
    found = []
    for job in jobs.listed(service, wanted):
        with contextlib.suppress(UnknownJob):  # deleted meanwhile
            found.append(jobs.view(service, job.job_id))
    return {"jobs": [listed_document(one) for one in found]}, list_text(found), ALL_CLEAR


def _show(service: Service, named: str, _opts: argparse.Namespace) -> Shown:
    found = jobs.view(service, named)
    code = PROBLEMS if found.job.state in {"failed", "set_aside"} else ALL_CLEAR
    homes = jobs.homes(service, named, number=found.job.homes)
    return job_document(found, homes), job_text(found, homes), code


def _cancel(service: Service, named: str, _opts: argparse.Namespace) -> Shown:
    return _shown(service, jobs.cancel(service, named))


def _retry(service: Service, named: str, _opts: argparse.Namespace) -> Shown:
    return _shown(service, jobs.retry(service, named))


def _delete(service: Service, named: str, _opts: argparse.Namespace) -> Shown:
    jobs.forget(service, named)
    return {"deleted": named}, f"Job {named} is deleted; what it collected stays.\n", ALL_CLEAR


def _shown(service: Service, found: JobView) -> Shown:
    if not found.is_told and isinstance(service.queue, _ToldQueue):
        said = f"the job is accepted, but workers could not be told: {service.queue.why_not}"
        sys.stderr.write(f"scrapy jobs: {said}; they find it once they reach Redis again\n")
    return job_document(found, ()), job_text(found, ()), ALL_CLEAR


_ACTIONS: Mapping[str, Callable[[Service, str, argparse.Namespace], Shown]] = MappingProxyType(
    {"submit": _submit, "list": _list, "show": _show, "cancel": _cancel, "retry": _retry, "delete": _delete}
)


@dataclass(slots=True)
class _ToldQueue:
    """The queue at a Redis, asked for nothing until workers are told; it keeps why they could not be."""

    url: str
    why_not: str = ""

    def put(self, tickets: Sequence[Ticket]) -> None:
        from phx_scraper.service.redis_queue import RedisQueue

        try:
            RedisQueue(self.url).put(tickets)
        except QueueUnavailable as error:
            self.why_not = str(error).rstrip(".")
            raise


def _options(opts: argparse.Namespace) -> JobOptions:
    sources: Sequence[str] = [word.strip().lower() for word in opts.sources.split(",") if word.strip()]
    options = JobOptions(tuple(sources), opts.force, None, opts.priority.strip().lower())
    if opts.refresh_days:
        options = replace(options, refresh_days=_days(opts.refresh_days))
    if opts.slice:
        options = replace(options, slice_homes=_whole("--slice", opts.slice, MOST_SLICE_HOMES))
    return checked_options(options, _CALLED)


def _days(written: str) -> float:
    try:
        return read_number(written)
    except ValueError:
        raise UsageError(f"--refresh-days {written[:40]}: write a number of days, 0 = always") from None


def _whole(option: str, written: str, most: int) -> int:
    if is_whole(written) and len(written) < 9 and 1 <= int(written) <= most:
        return int(written)
    raise UsageError(f"{option} {written[:40]}: write a whole number from 1 to {most}, in the digits 0 to 9")
