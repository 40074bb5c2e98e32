"""The level of each line of the log in colour, where a person reads it on a terminal."""

from __future__ import annotations

import copy
import logging
import os

_NORMAL = "\x1b[0m"
_COLOURS = (
    (logging.CRITICAL, "\x1b[1;31m"),
    (logging.ERROR, "\x1b[31m"),
    (logging.WARNING, "\x1b[33m"),
    (logging.INFO, "\x1b[36m"),
    (logging.NOTSET, "\x1b[2m"),
)
"""From which level on: bold red, red, yellow, cyan, faint (ECMA-48, SGR)."""


class LevelInColour(logging.Formatter):
    """As `logging.Formatter`; a message is never coloured, so that it can be searched and copied."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; other handlers get the record as it was."""
        colour = next(colour for level, colour in _COLOURS if record.levelno >= level)
        shown = copy.copy(record)
        shown.levelname = f"{colour}{record.levelname}{_NORMAL}"
        return super().format(shown)


def wants_colour(handler: logging.Handler) -> bool:
    """Whether its lines go to a terminal that has colours, and NO_COLOR (no-color.org) does not say otherwise."""
    stream = getattr(handler, "stream", None)
    if isinstance(handler, logging.FileHandler) or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM", "dumb") not in {"", "dumb", "unknown"} and bool(stream and stream.isatty())
