"""`scrapy settings`: what is in force here, and where it was set; Scrapy's own knows no files and no environment."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scrapy.commands.settings import Command as ScrapySettings
from scrapy.settings import BaseSettings

from phx_scraper.commands.common import OwnCommand
from phx_scraper.commands.user_layers import is_typed, is_users, places_in_force
from phx_scraper.config.fields import FIELDS
from phx_scraper.config.nearest import did_you_mean
from phx_scraper.config.unknown_names import check_near_names
from phx_scraper.config.value_kinds import without_password, wrong_value
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import ALL_CLEAR

KINDS = {
    "get": "a value",
    "getbool": "True or False",
    "getint": "a whole number",
    "getfloat": "a number",
    "getlist": "a list",
}
"""Scrapy's options, each the name of a method of its settings, and what that reads."""


class Command(OwnCommand, ScrapySettings):
    """Exit codes: 0 shown, 2 wrong use."""

    description = "Show the settings that are in force and where each was set"
    usage = "[homes.csv] [--all | --get NAME] [options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's own ask for one setting."""
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="show those too that nobody has set")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print one setting, or a table."""
        _check_list(args)
        asked = next(((kind, getattr(opts, kind)) for kind in KINDS if getattr(opts, kind)), None)
        if asked is not None:
            value = self._value(*asked)
            self.tell({"name": asked[1], "value": value}, f"{value}\n")
            return ALL_CLEAR
        rows = list(self._rows(is_all=opts.all))
        self.tell({"settings": rows}, "".join(_lines(rows)))
        return ALL_CLEAR

    def _value(self, kind: str, name: str) -> Any:
        """A setting as `kind` reads it, without a password. Raises UsageError."""
        check_near_names([name], list(self.settings))
        if name.startswith("PHX_") and name not in FIELDS:
            hint = did_you_mean(name, FIELDS) or "scrapy settings --all shows them"
            raise UsageError(f"--get {name}: no such setting; {hint}")
        try:
            value = getattr(self.settings, kind)(name)
        except (TypeError, ValueError):
            raise wrong_value(name, self.settings[name], KINDS[kind]) from None
        if isinstance(value, BaseSettings):
            value = value.copy_to_dict()
        return without_password(value) if isinstance(value, str) else value

    def _rows(self, *, is_all: bool) -> Iterator[dict[str, Any]]:
        """The settings by name, those of Scrapy only where the user has set them."""
        places = places_in_force(self.settings, self.user_layers)
        for name in sorted(self.settings):
            if is_users(self.settings, name) or (is_all and name in FIELDS):
                default = "the project" if name in FIELDS else "Scrapy"
                place = "the command line" if is_typed(self.settings, name) else places.get(name, default)
                yield {"name": name, "value": without_password(str(self.settings[name])), "set_in": place}


def _check_list(arguments: Sequence[str]) -> None:
    """The list says in which folder phx.toml is looked for. Raises UsageError where there is none."""
    for name in arguments:
        if name != "-" and not Path(name).is_file():
            raise UsageError(f"{name} is no list of homes; to see one setting: scrapy settings --get NAME")


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    if not rows:
        yield "Nobody has set any: no phx.toml, no variable of the environment, no -s (docs/configuration.md).\n"
    names, values = (max((len(row[key]) for row in rows), default=0) for key in ("name", "value"))
    for row in rows:
        yield f"{row['name']:<{names}}  {row['value']:<{values}}  {row['set_in']}\n"
