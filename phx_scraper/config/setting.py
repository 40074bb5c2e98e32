"""One setting: how it is read, and what people are told of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

from phx_scraper.config.value_kinds import Kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is what settings.py says; `may_hold_password`: what was written is no text for a log."""

    kind: Kind[Any]
    default: Any
    reason: str
    unit: str
    may_hold_password: bool


def setting(
    kind: Kind[T],
    default: object,
    reason: str,
    *,
    unit: str = "",
    may_hold_password: bool = False,
) -> T:
    """A field of `Config` with the type that its kind reads."""
    about = Setting(kind, default, reason, unit, may_hold_password)
    field: T = dataclasses.field(metadata={"setting": about})
    return field
