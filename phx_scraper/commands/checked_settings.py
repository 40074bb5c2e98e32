"""What every command of the project does first: look at all settings, before Scrapy sets up anything by them."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from phx_scraper import settings as own_settings
from phx_scraper.commands.command_parser import CommandParser
from phx_scraper.commands.error_report import report_error
from phx_scraper.commands.help_text import complete_help, exit_codes, section
from phx_scraper.commands.output import prepare_output
from phx_scraper.commands.user_layers import folder_of_list, places_in_force, take_user_settings
from phx_scraper.config.class_paths import LOADED_FIRST, check_classes
from phx_scraper.config.program_name import program_name
from phx_scraper.config.reading import read_config
from phx_scraper.config.scrapy_values import check_scrapy_values, log_level
from phx_scraper.config.unknown_names import check_near_names
from phx_scraper.config.user_settings import Layer, with_places
from phx_scraper.config.value_kinds import read_object
from phx_scraper.errors import StorageError, UsageError

# They list settings and components before the first request; `-L INFO` brings them back.
CHATTY_LOGGERS = (
    "scrapy.addons",
    "scrapy.utils.log",
    "scrapy.crawler",
    "scrapy.middleware",
    "scrapy.core.engine",
    "scrapy.extensions.logstats",
)


class Checked:
    """Stands before Scrapy's own class of a command; a setting that cannot be used is one sentence and exit code 2."""

    settings: BaseSettings
    has_json, as_json = False, False
    user_layers: Sequence[Layer] = ()
    """The user's own settings by place, the most specific last."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's own, read by our parser, with what `-h` shows below them."""
        prepare_output()
        super().add_options(parser)  # type: ignore[misc]
        CommandParser.adopt(parser, self._refuse_line)
        complete_help(parser, *self.help_sections())

    def help_sections(self) -> list[str]:
        """What `-h` shows below the options; exit codes are those of the command's docstring."""
        return [section("Exit codes", exit_codes(type(self).__doc__ or ""))]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the command line, then check what it and the project's settings say."""
        self.as_json = getattr(opts, "json", False)
        try:
            self._check_objects(opts.set)
            self.user_layers = take_user_settings(self.settings, folder_of_list(args, opts))
            super().process_options(args, opts)  # type: ignore[misc]
            check_settings(self.settings)
        except (UsageError, ScrapyUsageError) as error:
            self._refuse(error)
        except OSError as error:
            # Scrapy writes --pidfile as it reads the command line.
            self._refuse(UsageError(f"{error.filename} cannot be written ({error.strerror}): name another file"))
        self._quieten()

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """As Scrapy's own, after a look at the classes that it will load; commands that load none have their own."""
        try:
            check_components(self.settings)
            super().run(args, opts)  # type: ignore[misc]
        except UsageError as error:
            self._refuse(error)

    def _check_objects(self, written: Iterable[str]) -> None:
        """Scrapy says of such a value that NAME=VALUE is missing."""
        for name, _, value in (text.partition("=") for text in written):
            if isinstance(self.settings.get(name), BaseSettings):
                read_object(name, value)

    def _refuse(self, error: BaseException) -> NoReturn:
        if isinstance(error, UsageError | StorageError):
            error = type(error)(with_places(str(error), places_in_force(self.settings, self.user_layers)))
        name = type(self).__module__.rpartition(".")[2]
        sys.exit(report_error(f"{program_name()} {name}", error, self.as_json))

    def _refuse_line(self, why: str, as_json: bool) -> NoReturn:
        """For a command line that could not be read, so that its options are not known."""
        self.as_json = as_json and self.has_json
        self._refuse(UsageError(why))

    def _quieten(self) -> None:
        """Keep Scrapy's own start-up lines from burying what a person asked for."""
        if (self.settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
            for name in CHATTY_LOGGERS:
                # A filter, because Scrapy's set-up of logging would reset a level.
                logging.getLogger(name).addFilter(_is_warning)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def check_settings(settings: BaseSettings) -> None:
    """Names and values of all settings, Scrapy's among them. Raises UsageError."""
    settings.set("LOG_LEVEL", log_level(settings), priority=settings.getpriority("LOG_LEVEL") or 0)
    read_config(settings)
    check_near_names(settings, {*_upper(default_settings), *_upper(own_settings)})
    check_scrapy_values(settings, _upper(default_settings))
    check_classes(settings, _upper(default_settings), LOADED_FIRST)


def check_components(settings: BaseSettings) -> None:
    """All classes that a crawl is made of; to be called when Scrapy has installed its reactor. Raises UsageError."""
    check_classes(settings, _upper(default_settings))


def _upper(module: Any) -> Mapping[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}
