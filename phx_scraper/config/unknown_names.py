"""Settings that nobody reads: a slip of the pen must not look like a wish that was granted."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from phx_scraper.errors import UsageError

OURS = "PHX_"
# Names of other libraries' settings are further from all of ours and Scrapy's than this; slips are nearer.
NEAR = 0.87


def check_own_names(names: Iterable[str], known: Collection[str]) -> None:
    """Every PHX_ name is one of ours. Raises UsageError with the nearest one."""
    for name in names:
        if name.startswith(OURS) and name not in known:
            raise UsageError(f"{name} is no setting of this project; {_nearest(name, known)}")


def check_near_names(names: Iterable[str], known: Collection[str]) -> None:
    """No name is nearly a known one: what is far from all may be read by a component that the user added."""
    for name in names:
        if name not in known and (near := near_name(name, known)):
            raise UsageError(f"{name} is no setting of Scrapy or of this project; did you mean {near}?")


def near_name(name: str, known: Collection[str]) -> str:
    """The known name that is nearly this one, empty where none is."""
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=NEAR)), "")


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, [one for one in known if one.startswith(OURS)], n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "docs/settings.md has them all"
