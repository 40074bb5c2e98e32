"""The log as JSON, one object a line: what was asked, by which key, with which answer; each with its request's id."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

_KEY = re.compile(r"phx_([0-9a-f]{12})_[\w-]+")
_OWN = ("method", "path", "status", "seconds", "client", "key_id")


class JsonLines(logging.Formatter):
    """Formats a record as a line of JSON, without keys."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            told["request_id"] = request_id.get()
        told |= {name: getattr(record, name) for name in _OWN if hasattr(record, name)}
        if record.exc_info:
            told["stack"] = record.exc_text or self.formatException(record.exc_info)
        return _KEY.sub(r"phx_\1_***", json.dumps(told))


def log_as_json() -> None:
    """Send what the API and its server say to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name, level in (("phx_scraper", logging.INFO), ("uvicorn", logging.INFO), ("uvicorn.access", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.handlers = [handler] if name != "uvicorn.access" else []
        logger.setLevel(level)
        logger.propagate = name == "uvicorn.access"
