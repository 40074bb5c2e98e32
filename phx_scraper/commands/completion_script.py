"""Shell completions, made by shtab from the commands' own options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from string import Template

import shtab
from scrapy.cmdline import ScrapyArgumentParser
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from phx_scraper.commands.crawl_help import ARGUMENTS
from phx_scraper.config.fields import FIELDS
from phx_scraper.export.picture_folders import EXTENSIONS
from phx_scraper.export.tables import WRITERS
from phx_scraper.model.outcome import OUTCOMES
from phx_scraper.sources import SOURCES

SHELLS = ("bash", "zsh", "fish")
CHOICES: dict[str, Sequence[str]] = {
    "-a": [text.partition("=")[0] + "=" for text in ARGUMENTS],
    "-s": [f"{name}=" for name in FIELDS],
    "-L": ["DEBUG", "INFO", "WARNING", "ERROR"],
    "--sources": list(SOURCES),
    "--outcome": OUTCOMES,
    "--format": [*WRITERS, "folders"],
    "--image-format": list(EXTENSIONS),
}
PLAIN: dict[str, tuple[str, Sequence[str]]] = {
    "crawl": ("spider", ["all", *SOURCES]),
    "probe": ("source", list(SOURCES)),
    "completion": ("shell", SHELLS),
}
"""Command -> what it is given without an option: its name, and what it may be."""
FILES = ("FILE", "CSV", "PLACE")
FOLDERS = ("FOLDER", "DIR")
# A value follows its name without a space, and is a file or none that can be guessed; the shell takes = for a word.
BASH_ENDING = Template("""
_${name}_with_values() {
  local current=$${COMP_WORDS[COMP_CWORD]} previous=$${COMP_WORDS[COMP_CWORD-1]}
  if [[ $$current == "=" || $$previous == "=" ]]; then
    COMPREPLY=($$(compgen -f -- "$${current#=}"))
    return
  fi
  $made "$$@"
  if [[ $${#COMPREPLY[@]} == 1 && $${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2> /dev/null; fi
}
complete -o bashdefault -F _${name}_with_values $program
""")


def completion_script(program: str, shell: str, commands: Mapping[str, ScrapyCommand], settings: Settings) -> str:
    """The script for one of SHELLS; `program` is what the user types."""
    parser = argparse.ArgumentParser(prog=program)
    below = parser.add_subparsers(parser_class=ScrapyArgumentParser)
    for name, command in sorted(commands.items()):
        made = below.add_parser(name, help=command.short_desc(), conflict_handler="resolve")
        command.settings = settings
        command.add_options(made)
        _complete(made, name, command.syntax())
    prefix = program.replace("-", "_")
    script = shtab.complete(parser, shell, root_prefix=prefix)
    if shell == "bash":
        script += BASH_ENDING.substitute(name=prefix, made=f"_shtab_{prefix}", program=program)
    return script


def _complete(parser: argparse.ArgumentParser, command: str, usage: str) -> None:
    """Say of each option what its value may be, and of the command what stands without one."""
    for action in parser._actions:
        known = next((CHOICES[option] for option in action.option_strings if option in CHOICES), None)
        if known is not None:
            action.choices = known
        elif _is_of(action.metavar, FOLDERS):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif _is_of(action.metavar, FILES):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    if command in PLAIN:
        name, choices = PLAIN[command]
        parser.add_argument(name, nargs="*", choices=choices, help=name)
    elif ".csv" in usage:
        parser.add_argument("list", nargs="?").complete = shtab.FILE  # type: ignore[attr-defined]


def _is_of(metavar: object, kinds: Sequence[str]) -> bool:
    return isinstance(metavar, str) and any(kind in metavar.upper() for kind in kinds)
