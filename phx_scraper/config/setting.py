"""One setting: how it is read, and what people are told of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, TypeVar

from phx_scraper.config.value_kinds import Kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is what settings.py says; `is_common`: README's short table has it too."""

    kind: Kind[Any]
    default: Any
    reason: str
    unit: str
    is_common: bool
    may_hold_password: bool


def setting(
    kind: Kind[T],
    default: object,
    reason: str,
    *,
    unit: str = "",
    is_common: bool = False,
    may_hold_password: bool = False,
) -> T:
    """A field of `Config` with the type that its kind reads."""
    about = Setting(kind, default, reason, unit, is_common, may_hold_password)
    field: T = dataclasses.field(metadata={"setting": about})
    return field
