"""Kinds of values: each turns what was written into its type, or says in one sentence what would do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from phx_scraper.config.written_numbers import read_number
from phx_scraper.errors import UsageError

T = TypeVar("T")

SHOWN_CHARACTERS = 80
OBJECT = '{"name": "value"}'
EXAMPLES = {
    "DOWNLOAD_SLOTS": '{"www.example.org": {"delay": 2}}',
    "FEEDS": '{"items.json": {"format": "json"}}',
    **dict.fromkeys(("DOWNLOAD_HANDLERS", "FEED_EXPORTERS", "FEED_STORAGES"), '{"name": "package.module.Class"}'),
    **dict.fromkeys(
        ("ADDONS", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_CONTRACTS", "SPIDER_MIDDLEWARES"),
        '{"package.module.Class": 100}',
    ),
}
"""Setting -> an object that may stand there."""
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", "", "none"})


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`allowed` says what may be written; `read` takes a setting's name and what was written, raises UsageError."""

    allowed: str
    read: Callable[[str, Any], T]


def whole(low: int, high: int) -> Kind[int]:
    """A whole number between two others, also written as 60e6."""
    allowed = f"a whole number from {low} to {high}"
    return Kind(allowed, lambda name, value: int(_between(name, value, low, high, allowed, is_whole=True)))


def number(low: float, high: float) -> Kind[float]:
    """A number between two others."""
    allowed = f"a number from {low} to {high}"
    return Kind(allowed, lambda name, value: _between(name, value, low, high, allowed, is_whole=False))


def choice(*words: str) -> Kind[str]:
    """One of a few words, in capitals or not."""
    allowed = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(name: str, value: Any) -> str:
        for word in words:
            if str(value).strip().lower() == word.lower():
                return word
        raise wrong_value(name, value, allowed)

    return Kind(allowed, read)


def several(*words: str) -> Kind[tuple[str, ...]]:
    """Some of a few words, with commas between, in capitals or not; `nothing` or an empty text for none."""
    allowed = f"{', '.join(words[:-1])} or {words[-1]}, or several with commas between; nothing for none"

    def read(name: str, value: Any) -> tuple[str, ...]:
        found = [word.strip().lower() for word in str(value or "").split(",") if word.strip()]
        if found == ["nothing"]:
            return ()
        if not set(found) <= set(words):
            raise wrong_value(name, value, allowed)
        return tuple(word for word in words if word in found)

    return Kind(allowed, read)


def flag() -> Kind[bool]:
    """Yes or no, in the words that Scrapy takes and some more."""

    def read(name: str, value: Any) -> bool:
        word = str(value).strip().lower()
        if word in YES or word in NO:
            return word in YES
        raise wrong_value(name, value, "True or False")

    return Kind("True or False", read)


def read_object(name: str, value: Any) -> Mapping[Any, Any]:
    """Names with values, as Python or JSON has them. Raises UsageError."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, Mapping):
        return found
    raise wrong_value(name, value, f"a JSON object, as in {EXAMPLES.get(name, OBJECT)}; {{}} is none")


def wrong_value(name: str, value: Any, allowed: str) -> UsageError:
    """The sentence for a value that cannot be used."""
    return UsageError(f"{name} is {shown(value)}: set it to {allowed}")


def shown(value: Any) -> str:
    """A value as a sentence quotes it: short, and without what may be a user and a password."""
    text = without_password(str(value))
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")


def without_password(text: str) -> str:
    """The text with what stands between // and @ hidden, in each URL."""
    return re.sub(r"//[^/?#]*@", "//***@", text)


def _between(name: str, value: Any, low: float, high: float, allowed: str, is_whole: bool) -> float:
    try:
        found = read_number(str(value))
    except ValueError:
        found = float("nan")
    if low <= found <= high and (not is_whole or found.is_integer()):
        return found
    raise wrong_value(name, value, allowed)
