"""One recorded crawl: what the site does, and how the visit ends by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phx_scraper.replica import Options

HOME = "4318 W Saint John Rd, Glendale, AZ 85308"
FURTHER_HOME = "6718 W Wescott Dr, Glendale, AZ 85308"
"""On the second page of the replica's homes in this zip."""


@dataclass(frozen=True)
class Planted:
    """An answer that the recording has in place of the replica's, for every URL with `part` in it.

    `times` is how often, 0 for always. It stands for what the replica has no scenario for.
    """

    part: str
    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 0


@dataclass(frozen=True)
class Case:
    """A cassette, named SOURCE_NAME, of one home; the visit of its replay must end as it says.

    `steps` are the requests in their order, as `steps.py` writes them; `evidence` the kinds of evidence, in order.
    `scenarios` are the replica's, `planted` answers come before them. `waits` are the seconds until the source may be
    asked again that the site names. `link` is a page of the home in the user's list. `listed_by` is the source whose
    cassette `no_photos` is played first, into the same catalogue: a crawl that knows the home's MLS number.
    """

    name: str
    outcome: str
    reason: str
    steps: str
    evidence: str = ""
    scenarios: tuple[str, ...] = ()
    planted: tuple[Planted, ...] = ()
    photos: int = 3
    waits: int = 0
    link: str = ""
    listed_by: str = ""
    home: str = HOME

    def replica_options(self, homes: Path) -> Options:
        """A replica that knows the list `homes`; a short gallery keeps the cassette small."""
        kinds = None if self.scenarios else frozenset[str]()
        return Options(photos=(self.photos, self.photos), only=self.scenarios, kinds=kinds, homes=homes)


def found(name: str, steps: str, evidence: str, **more: Any) -> Case:
    """A listing with photos."""
    return Case(name, "ok", "dry_run", steps, evidence, **more)


def empty(name: str, steps: str, evidence: str, **more: Any) -> Case:
    """A listing without photos."""
    return Case(name, "empty", "dry_run", steps, evidence, **more)


def not_found(name: str, steps: str, **more: Any) -> Case:
    """The source clearly has no such home."""
    return Case(name, "not_found", "no_such_listing", steps, **more)


def error(name: str, reason: str, steps: str, **more: Any) -> Case:
    """An answer that is not understood, or none."""
    return Case(name, "error", reason, steps, **more)


def blocked(name: str, reason: str, steps: str, **more: Any) -> Case:
    """The source declines."""
    return Case(name, "blocked", reason, steps, **more)


def left_alone(name: str, steps: str, **more: Any) -> Case:
    """Told to wait for long, the crawl asks the source nothing more: the visit stays due."""
    return Case(name, "pending", "left_alone", steps, **more)
