"""Templates of HTML pages: what they show is escaped, and a name that nobody gave is an error, not a gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates(package: str, filters: Mapping[str, Callable[..., Any]]) -> Environment:
    """Those in the folder `templates` of a package, with filters of its own."""
    made = Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(filters)
    return made
