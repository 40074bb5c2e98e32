"""Write the tables of docs/commands.md, options and exit codes, from the commands themselves; its texts stay."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scrapy.cmdline import ScrapyArgumentParser, _get_commands_from_module
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.command_line import command_line
from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.help_text import exit_codes

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
BLOCK = re.compile(r"(<!-- options of (\w+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
SAME = "Global Options"
"""The group of options that every command has: the page says them once."""


def documented() -> dict[str, ScrapyCommand]:
    """Name -> command of those that the page has a section for."""
    found = _get_commands_from_module("phx_scraper.commands", True)
    return {
        name: command for name, command in sorted(found.items()) if name == "crawl" or isinstance(command, OwnCommand)
    }


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    commands = documented()
    return BLOCK.sub(lambda block: f"{block[1]}{table(block[2], commands[block[2]])}", page)


def table(name: str, command: ScrapyCommand) -> str:
    """Usage, options and exit codes of a command."""
    parser = ScrapyArgumentParser(conflict_handler="resolve")
    command.settings = Settings()
    command.add_options(parser)
    lines = [f"`scrapy {name} {command.syntax()}`", "", "| option | meaning |", "|---|---|", *_rows(parser), ""]
    lines += ["| exit code | |", "|---|---|"]
    lines += [f"| {number} | {meaning} |" for number, meaning in exit_codes(type(command).__doc__ or "").items()]
    return "\n".join(lines) + "\n"


def _rows(parser: argparse.ArgumentParser) -> Iterator[str]:
    for group in parser._action_groups:
        for action in group._group_actions if group.title != SAME else ():
            if action.dest != "help":
                yield f"| {_form(action)} | {_cell((action.help or '') % {'default': action.default})} |"


def _form(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    value = f" [{value.strip()}]" if action.nargs == "?" else value
    return ", ".join(f"`{option}{value}`" for option in action.option_strings)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    command_line(__doc__, __file__).parse_args()
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
