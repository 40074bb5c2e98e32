"""Redacts secrets in every log record when it is made, before any handler or formatter gets it.

A filter on a logger misses the records of other loggers, and one on a handler is lost with it: Scrapy replaces its
handler when a crawl's settings are final, and extensions add theirs. All records are made by one factory.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scrapy.settings import BaseSettings

from phx_scraper.logs.secrets import known_secrets

HIDDEN = "***"


class Redaction:
    """The add-on: Scrapy calls it before a crawl is made, and again when its settings are final."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Redact the secrets in the project's settings, the command line and the environment."""
        hide(known_secrets(settings, os.environ))

    def update_settings(self, settings: BaseSettings) -> None:
        """Redact the secrets in the settings of spider and JOBDIR too."""
        hide(known_secrets(settings, os.environ))


class RedactedRecords:
    """A log record factory (`logging.setLogRecordFactory`) around another one."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make
        self._secrets: set[str] = set()
        self._pattern = re.compile(r"(?!)")
        self._formatter = logging.Formatter()

    def add(self, secrets: Iterable[str]) -> None:
        """Redact these too."""
        self._secrets.update(secrets)
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(secret) for secret in longest_first))

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        """Make a record without secrets; one that contains none is not changed."""
        record = self._make(*args, **kwargs)
        self._redact_message(record)
        self._redact_traceback(record)
        return record

    def _redact_message(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except Exception as error:
            # logging would print message and arguments unredacted.
            record.msg = self._hidden(f"{record.msg!r} does not fit its arguments {record.args!r}: {error}")
            record.args = None
            return
        hidden = self._hidden(text)
        if hidden != text or self._in_arguments(record):
            # Without the arguments no handler can print them.
            record.msg, record.args = hidden, None

    def _in_arguments(self, record: logging.LogRecord) -> bool:
        """Whether an argument contains a secret, even if the message does not show it."""
        values = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
        return any(isinstance(value, str) and self._pattern.search(value) for value in values)

    def _redact_traceback(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0] is not None:
            text = self._formatter.formatException(record.exc_info)
            hidden = self._hidden(text)
            if hidden != text:
                # Formatters print exc_text if there is one, and then do not use exc_info.
                record.exc_text, record.exc_info = hidden, None
        if record.stack_info:
            record.stack_info = self._hidden(record.stack_info)

    def _hidden(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)


def hide(secrets: Iterable[str]) -> None:
    """Redact these in all log records of this process from now on; without secrets nothing is changed."""
    wanted = set(secrets)
    if not wanted:
        return
    make = logging.getLogRecordFactory()
    if not isinstance(make, RedactedRecords):
        make = RedactedRecords(make)
        logging.setLogRecordFactory(make)
    make.add(wanted)
