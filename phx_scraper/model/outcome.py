"""How a visit ends, the sets of outcomes that are treated alike, and the exit codes of commands."""

from __future__ import annotations

from dataclasses import dataclass

CLEAR = ("ok", "empty", "not_found")
"""The source gave a clear answer."""
LISTED = ("ok", "empty")
"""A listing of the home was read and proved."""
NO_PHOTOS = ("empty", "not_found")
"""There are no photos to have."""
TROUBLE = ("blocked", "error")
"""No clear answer: the visit is due again after a rest."""
STANDING = ("ok", "pending", *TROUBLE)
"""The listing that was recorded last still stands."""
ENDED = (*CLEAR, *TROUBLE)
OUTCOMES = ("pending", *ENDED)
"""How a visit stands; every one but `pending` is an ending."""

ALL_CLEAR, PROBLEMS, WRONG_USE, STOPPED, SERVER_AWAY = range(5)
"""Exit codes: done and nothing to tell; problems are left; not begun; stopped early; a server that is needed was away,
that of the catalogue, of the bucket or of the queue, so the same command later may do.
"""

AWAY = "server_away"
"""How a run ends that stopped for such a server."""


def stopped_code(ending: str) -> int:
    """The exit code of a run that stopped early: one of its own where a server was away."""
    return SERVER_AWAY if ending == AWAY else STOPPED


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit ends: `name` is one of OUTCOMES, `reason` is in snake_case, `detail` is for people.

    `retry_after` is in seconds, None where nobody named a time; `keep_page` asks for the body to be kept for repair;
    `host` refused, or gave no answer.
    """

    name: str
    reason: str = ""
    detail: str = ""
    retry_after: float | None = None
    keep_page: bool = False
    host: str = ""
