"""What `scrapy` without a command shows, ours first, and what it says of a command that nobody knows."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from scrapy import __version__ as scrapy_version
from scrapy.cmdline import _get_commands_dict
from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.output import prepare_output
from phx_scraper.config.nearest import did_you_mean
from phx_scraper.config.program_name import program_name
from phx_scraper.version import __version__

FIRST = "crawl"


def print_commands(settings: BaseSettings, inproject: bool) -> None:
    """In place of Scrapy's list, which mixes ours with its own."""
    prepare_output()
    commands = _get_commands_dict(settings, inproject)
    program = program_name()
    ours = [name for name, command in commands.items() if isinstance(command, OwnCommand)]
    its = sorted(commands.keys() - {FIRST, *ours})
    lines = [
        *_header(),
        f"Usage: {program} <command> [options]",
        "",
        *_rows(commands, [FIRST, *sorted(ours)]),
        "",
        "Scrapy's own, for those who work on spiders:",
        *_rows(commands, its),
        "",
        f"{program} <command> -h shows its options, arguments and exit codes.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def print_unknown_command(settings: BaseSettings, cmdname: str, inproject: bool) -> None:
    """In place of Scrapy's, which has no hint and says it on standard output."""
    prepare_output()
    hint = did_you_mean(cmdname, _get_commands_dict(settings, inproject))
    program = program_name()
    sys.stderr.write(f"{program}: there is no command {cmdname}; {hint or f'{program} -h shows all'}\n")


def _header() -> list[str]:
    return [f"phx_scraper {__version__} (Scrapy {scrapy_version}): collects the listing photos of a list of homes", ""]


def _rows(commands: Mapping[str, ScrapyCommand], names: list[str]) -> list[str]:
    return [f"  {name:13} {commands[name].short_desc()}" for name in names]
