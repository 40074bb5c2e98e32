"""What became of a run's requests: counts per step and way, and each refusal that was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

ROBOTS = "robots"
"""The step of a request for a host's robots.txt."""

PHOTO = "photo"
"""The step of a request for a photo."""

CAPTCHA = "captcha"
"""The reason of a refusal that wants a person."""


INTERVALS = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0)
"""Classes by which the seconds from one request of a source to its next are counted: each from its number on up to the
next one's, the last one without an end.
"""

IntervalCounts = Mapping[str, Mapping[float, int]]
"""Source -> class of INTERVALS -> how many intervals."""


class SourceStep(NamedTuple):
    """A step of visits at a source (`autocomplete`, `page`, `photo`, …), by a way: `plain`, `browser` or `saved`."""

    source: str
    step: str
    way: str


@dataclass(slots=True)
class StepCounts:
    """Requests, retries included. `failed` had no answer, a server error, or a 403 for a photo that may be missing.

    A clear "there is none" is an answer. What was under way when its crawl closed was asked and is none of the others.
    `last_answer_at` is in seconds since 1970, None before the first answer; `bytes` are those of bodies, unpacked, and
    `seconds` the time from asking to the answer, both of whatever answered.
    """

    asked: int = 0
    answered: int = 0
    refused: int = 0
    failed: int = 0
    last_answer_at: float | None = None
    bytes: int = 0
    seconds: float = 0.0

    @property
    def success_rate(self) -> float | None:
        """Share of answers, 0 to 1, among the requests of which anything is known."""
        known = self.answered + self.refused + self.failed
        return self.answered / known if known else None


@dataclass(frozen=True, slots=True)
class RefusalMet:
    """One answer that was a refusal, the `number`-th of its run; `kind` is `page` or `photo`, `at` seconds since 1970.

    Who asked: `profile` is the browser that was imitated, empty where none was, `proxy` says which of `PHX_PROXIES`
    (`proxy 1`, …), empty without one. `property_hash` is empty for what no home is asked for.
    """

    number: int
    source: str
    reason: str
    step: str
    way: str
    kind: str
    host: str
    property_hash: str
    profile: str
    proxy: str
    at: float


@dataclass(frozen=True, slots=True)
class HomesAsked:
    """Homes for which a source was asked, and to how many of them it showed a CAPTCHA; in how many runs."""

    homes: int = 0
    captchas: int = 0
    runs: int = 1

    @property
    def captcha_rate(self) -> float:
        """Share of homes with a CAPTCHA, 0 to 1."""
        return self.captchas / self.homes if self.homes else 0.0
