"""What one run was asked to do: the spider's arguments checked, the addresses read, the settings typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from phx_scraper.config.fields import Config
from phx_scraper.config.nearest import no_such
from phx_scraper.config.written_numbers import number_or, read_whole
from phx_scraper.errors import EmptyList, UsageError
from phx_scraper.homes import Home, RowError, is_kept_list, parse_inline, read_addresses, read_kept_list
from phx_scraper.run.jobdir import JobDirectory, Recorded, open_folder
from phx_scraper.run.kept_settings import kept_settings
from phx_scraper.run.pages_argument import checked_pages, expanded, inputs, may_forget
from phx_scraper.sources import SOURCES

ARGUMENTS = ("addresses", "address", "sources", "limit", "force", "fresh", "refresh_days", "dry_run", "pages")
DEFAULT_REFRESH_DAYS = 7.0
# scrapyd passes its job id; without it the same work is the same command.
IGNORED = frozenset({"_job"})


@dataclass(frozen=True, slots=True)
class CrawlArguments:
    """A checked wish: these homes at these sources under these options.

    `skipped` says of each source that is left out why; `refresh_days` is the age in days at which a finished visit is
    looked at again (0 = always); `arguments` is what the user wrote; `folder` is that of JOBDIR, `pages` that of saved
    pages; `settings_note` says which settings are the user's own; `tells_record` asks for the run's record at the end.
    """

    spider: str
    homes: tuple[Home, ...]
    row_errors: tuple[RowError, ...]
    sources: tuple[str, ...]
    skipped: tuple[str, ...]
    force: bool
    fresh: bool
    refresh_days: float
    dry_run: bool
    arguments: dict[str, str]
    options: Config
    folder: JobDirectory | None = None
    pages: Path | None = None
    settings_note: str = ""
    tells_record: bool = False

    @property
    def property_hashes(self) -> list[str]:
        """The homes, in the order of the input."""
        return [home.property_hash for home in self.homes]

    def under_labels(self, homes: Sequence[Home], errors: Sequence[RowError]) -> CrawlArguments:
        """The job with its homes as a catalogue labels them, without the rows that fit several of its homes."""
        row_errors = sorted((*self.row_errors, *errors), key=lambda error: error.row)
        return replace(self, homes=tuple(homes), row_errors=tuple(row_errors))


def prepare(
    spider: str,
    sources: Sequence[str],
    arguments: Mapping[str, Any],
    config: Config,
    jobdir: str | None = None,
    chosen_settings: Mapping[str, str] | None = None,
) -> CrawlArguments:
    """Check a spider's arguments and read the addresses. Raises UsageError with one sentence.

    With `jobdir` the job that its folder holds goes on; `chosen_settings` are those that `job.json` remembers.
    """
    given = {name: str(value) for name, value in arguments.items() if name not in IGNORED}
    for name in given:
        _known(name)
    folder = _folder(str(jobdir or ""), given, config)
    if folder is not None:
        given = folder.arguments(spider, given)
        folder.check_catalogue(config.catalogue_place)
    checked = _checked(spider, sources, given, config, folder)
    if folder is not None:
        kept = kept_settings(chosen_settings or {}, config.catalogue)
        folder.describe(Recorded(spider, given, config.catalogue_place, kept))
    return checked


def _checked(
    spider: str, sources: Sequence[str], given: dict[str, str], config: Config, folder: JobDirectory | None
) -> CrawlArguments:
    homes, row_errors = _read_homes(given, folder)
    limit = _whole(given, "limit")
    chosen = _chosen(given, sources)
    skipped = {name: why for name in chosen if (why := missing_token(name))}
    if len(skipped) == len(chosen):
        raise UsageError(f"no source is left to ask: {' '.join(skipped.values())}")
    return CrawlArguments(
        spider=spider,
        homes=tuple(homes[:limit]),
        row_errors=tuple(row_errors),
        sources=tuple(name for name in chosen if name not in skipped),
        skipped=tuple(skipped.values()),
        force=_flag(given, "force"),
        fresh=_flag(given, "fresh") and may_forget(config),
        refresh_days=_days(given),
        dry_run=_flag(given, "dry_run"),
        arguments=given,
        options=config,
        folder=folder,
        pages=checked_pages(given["pages"]) if "pages" in given else None,
    )


def _folder(jobdir: str, given: Mapping[str, str], options: Config) -> JobDirectory | None:
    """The job's folder; a dry run has none, because it writes nothing."""
    if not jobdir or _flag(given, "dry_run"):
        return None
    never_move = inputs(given, options.images_store)
    return open_folder(expanded(jobdir).absolute(), never_move)


def _known(name: str) -> None:
    if name not in ARGUMENTS:
        raise UsageError(no_such(f"-a {name}: no such argument", ARGUMENTS, name))


def _read_homes(given: Mapping[str, str], folder: JobDirectory | None) -> tuple[list[Home], list[RowError]]:
    if bool(given.get("addresses")) == bool(given.get("address")):
        raise UsageError(
            'say which homes: -a addresses=FILE.csv (or - for standard input), or -a address="…", not both'
        )
    if given.get("addresses"):
        listed = _list_to_read(given["addresses"], folder)
        homes, errors = read_kept_list(listed) if is_kept_list(listed) else read_addresses(listed)
        where = given["addresses"]
    else:
        homes, errors = parse_inline(given["address"])
        where = "-a address"
    if not homes:
        first = f": {errors[0].reason} (row {errors[0].row}{_columns_read(errors[0])})" if errors else ""
        raise EmptyList(f"no readable address in {where}{first}; write them as 4732 W Davis Rd, Glendale, AZ 85306")
    return homes, errors


def _columns_read(error: RowError) -> str:
    return f"; read were the columns {error.columns}" if error.columns else ""


def _list_to_read(addresses: str, folder: JobDirectory | None) -> str | Path:
    """The list itself; one from standard input is kept by the job folder, because it can be read only once."""
    if addresses != "-" or folder is None:
        return addresses
    return folder.kept_list or folder.keep_list(sys.stdin.buffer.read())


def _chosen(given: Mapping[str, str], sources: Sequence[str]) -> tuple[str, ...]:
    wanted = [name.strip().lower() for name in given.get("sources", "").split(",") if name.strip()]
    for name in wanted:
        if name not in SOURCES:
            raise UsageError(no_such(f"-a sources: {name!r} is no source", SOURCES, name))
        if name not in sources:
            raise UsageError(f"-a sources: this spider collects only from {', '.join(sources)}; use the spider 'all'")
    return tuple(name for name in sources if not wanted or name in wanted)


def missing_token(name: str) -> str:
    """The sentence by which a source is skipped whose token is not there; empty for all others."""
    variable = SOURCES[name].token_variable
    wanted = variable and not os.environ.get(variable)
    return f"{name} is skipped: it wants a token of your own in the environment variable {variable}." if wanted else ""


def _flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise UsageError(f"-a {name}={given[name]}: write 1 or 0")


def _whole(given: Mapping[str, str], name: str) -> int | None:
    if name not in given:
        return None
    try:
        number = read_whole(given[name])
    except ValueError:
        number = 0
    if number < 1:
        raise UsageError(f"-a {name}={given[name]}: write a whole number from 1 on")
    return number


def _days(given: Mapping[str, str]) -> float:
    days = number_or(given.get("refresh_days", str(DEFAULT_REFRESH_DAYS)), -1.0)
    if not 0 <= days < 100_000:
        raise UsageError(f"-a refresh_days={given['refresh_days']}: write a number of days, 0 = always")
    return days
