"""`scrapy probe`: each step of each source once, and a table of what answered."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from phx_scraper.commands.checked_settings import check_components
from phx_scraper.commands.common import OwnCommand
from phx_scraper.config.fields import Config
from phx_scraper.config.nearest import no_such
from phx_scraper.config.reading import read_config
from phx_scraper.errors import UsageError
from phx_scraper.homes import Home, parse_inline
from phx_scraper.logs.secrets import known_secrets
from phx_scraper.model.outcome import ALL_CLEAR, PROBLEMS, STOPPED
from phx_scraper.model.store_place import local_folder
from phx_scraper.probe.kept_files import KeptFiles
from phx_scraper.probe.probe_report import OK, SKIPPED
from phx_scraper.probe.probe_spider import ProbeSpider
from phx_scraper.probe.probe_text import document, line, table
from phx_scraper.probe.source_probe import SourceProbe
from phx_scraper.sources import SOURCES

DEFAULT_ADDRESS = "4141 W Cielo Grande, Glendale, AZ 85310"
"""The first home of data/phx_homes.csv."""
CANDIDATES = "metadata/probe/fixtures"


class Command(OwnCommand, ScrapyCommand):
    """Exit codes: 0 every step of every probed source works, 1 some do not, 2 wrong use, 3 stopped early."""

    description = "Try each step of each source once, and show what answers"
    usage = "[SOURCE ...] [options]"
    too_many = f"name sources, each once: {', '.join(SOURCES)}"
    most_arguments = len(SOURCES)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own options."""
        super().add_options(parser)
        add = parser.add_argument
        add("--address", default=DEFAULT_ADDRESS, help="the home to look for (default: %(default)s)")
        add("--brief", action="store_true", help="print one line for each source and no table, as for cron")
        add(
            "--save",
            nargs="?",
            const="",
            metavar="FOLDER",
            help=f"keep each home's page as a fixture, without people (default: {CANDIDATES} in the store)",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Probe, keep evidence, print."""
        sources, home, config = _sources(args), _home(opts.address), read_config(self.settings)
        if config.offline:
            raise UsageError(
                "a probe asks the sites, and with PHX_OFFLINE no request leaves: run it without PHX_OFFLINE"
            )
        folder = _folder_to_save(opts.save, local_folder(config.images_store))
        check_components(self.settings)
        began, done = datetime.now(UTC), list[SourceProbe]()
        assert self.crawler_process is not None
        if sys.stderr.isatty():
            sys.stderr.write(f"Asking {', '.join(sources)}: some seconds, minutes where one does not answer.\n")
        self.crawler_process.crawl(ProbeSpider, home=home, sources=sources, done=done)
        self.crawler_process.start()
        done.sort(key=lambda probe: sources.index(probe.source))
        report = _report(home, began, done, config)
        files = KeptFiles(local_folder(config.images_store), known_secrets(self.settings, os.environ))
        report["evidence"] = files.keep(began, done, report)
        report["saved"] = files.save(folder, home.slug, done) if folder is not None else []
        sys.stderr.write("".join(f"scrapy probe: {trouble}\n" for trouble in [*files.troubles, *_left(sources, done)]))
        _print(report, done, opts)
        return _exit_code(sources, bool(args), done)


def _sources(names: Sequence[str]) -> list[str]:
    for name in names:
        if name not in SOURCES:
            raise UsageError(no_such(f"{name!r} is no source", SOURCES, name))
    return list(dict.fromkeys(names)) or list(SOURCES)


def _home(address: str) -> Home:
    homes, errors = parse_inline(address)
    if len(homes) != 1 or errors:
        why = errors[0].reason if errors else f"{len(homes)} addresses"
        raise UsageError(f"--address {address!r}: {why}; write one home, as in 4732 W Davis Rd, Glendale, AZ 85306")
    return homes[0]


def _folder_to_save(given: str | None, root: Path) -> Path | None:
    if given is None:
        return None
    if given in SOURCES:
        raise UsageError(f"--save {given}: put --save last, or write ./{given} for a folder of that name")
    folder = Path(given).expanduser() if given else root / CANDIDATES
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--save {given}: that is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)  # told before anybody is asked for anything
    except OSError as error:
        raise UsageError(f"--save {given}: that folder cannot be made ({error.strerror}); name another") from error
    return folder


def _report(home: Home, began: datetime, done: Sequence[SourceProbe], config: Config) -> dict[str, Any]:
    return {
        "address": home.address,
        "started_at": began.isoformat(timespec="seconds"),
        "replica": config.replica_url.url if config.replica_url else None,
        "sources": document(probe.report for probe in done),
    }


def _print(report: dict[str, Any], done: Sequence[SourceProbe], opts: argparse.Namespace) -> None:
    if opts.json:
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
        return
    lines = [] if opts.brief else _tables(report, done)
    lines += [line(probe.report) for probe in done]
    sys.stdout.write("".join(f"{one}\n" for one in lines))


def _tables(report: dict[str, Any], done: Sequence[SourceProbe]) -> list[str]:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    lines = [f"{report['address']}{' at ' + report['replica'] if report['replica'] else ''}", ""]
    for probe in done:
        lines += [*table(probe.report, width), ""]
    lines += [f"saved: {place}" for place in report["saved"]]
    return lines + ([f"evidence: {report['evidence']}", ""] if report["evidence"] else [])


def _left(sources: Sequence[str], done: Sequence[SourceProbe]) -> list[str]:
    names = [source for source in sources if source not in {probe.source for probe in done}]
    return [f"stopped before {', '.join(names)} had answered"] if names else []


def _exit_code(sources: Sequence[str], named: bool, done: Sequence[SourceProbe]) -> int:
    """A source without its token is no trouble, unless it was asked for by name."""
    if len(done) < len(sources):
        return STOPPED
    good = {OK} if named else {OK, SKIPPED}
    return ALL_CLEAR if all(probe.report.result in good for probe in done) else PROBLEMS
