"""What every command of the project does first: look at all settings, before Scrapy sets up anything by them."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from phx_scraper import settings as own_settings
from phx_scraper.config.fields import read_config
from phx_scraper.config.scrapy_values import check_scrapy_values, log_level
from phx_scraper.config.unknown_names import check_near_names
from phx_scraper.errors import UsageError
from phx_scraper.model.outcome import WRONG_USE

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

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the command line, then check what it and the project's settings say."""
        try:
            super().process_options(args, opts)  # type: ignore[misc]
            check_settings(self.settings)
        except (UsageError, ScrapyUsageError) as error:
            self._refuse(str(error))
        except OSError as error:
            # Scrapy writes --pidfile as it reads the command line.
            self._refuse(f"{error.filename} cannot be written ({error.strerror}): name another file")
        self._quieten()

    def _refuse(self, why: str) -> NoReturn:
        sys.stderr.write(f"scrapy {type(self).__module__.rpartition('.')[2]}: {why}\n")
        sys.exit(WRONG_USE)

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


def _upper(module: Any) -> Mapping[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}
